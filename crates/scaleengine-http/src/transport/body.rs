//! A response body as it comes in, with its limit.

use bytes::{Bytes, BytesMut};

use super::TransportError;

/// What has come of a body. One that comes in one piece is not copied.
pub(super) struct Body {
    limit: usize,
    first: Bytes,
    rest: BytesMut,
}

impl Body {
    pub(super) fn with_limit(limit: usize) -> Self {
        Self { limit, first: Bytes::new(), rest: BytesMut::new() }
    }

    /// Takes the next piece, unless the whole is too long then.
    pub(super) fn push(&mut self, piece: Bytes) -> Result<(), TransportError> {
        if piece.len() > self.limit.saturating_sub(self.first.len().max(self.rest.len())) {
            return Err(TransportError::body_too_large());
        }
        if self.first.is_empty() && self.rest.is_empty() {
            self.first = piece;
            return Ok(());
        }
        self.rest.extend_from_slice(&std::mem::take(&mut self.first));
        self.rest.extend_from_slice(&piece);
        Ok(())
    }

    pub(super) fn whole(self) -> Bytes {
        if self.rest.is_empty() { self.first } else { self.rest.freeze() }
    }
}
