//! A response body, read in pieces up to a limit.

#[cfg(any(feature = "hyper", feature = "tower"))]
use bytes::Buf as _;
use bytes::{Bytes, BytesMut};
#[cfg(any(feature = "hyper", feature = "tower"))]
use http_body_util::BodyExt as _;

use super::TransportError;

/// The received part of a body. A body in one piece is not copied.
pub(super) struct Body {
    limit: usize,
    first: Bytes,
    rest: BytesMut,
}

impl Body {
    pub(super) fn with_limit(limit: usize) -> Self {
        Self { limit, first: Bytes::new(), rest: BytesMut::new() }
    }

    /// Appends a piece. Returns an error if the body exceeds the limit.
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

/// Reads a complete [`http_body::Body`].
#[cfg(any(feature = "hyper", feature = "tower"))]
pub(super) async fn read<B>(body: B, limit: usize) -> Result<Bytes, TransportError>
where
    B: http_body::Body,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut body = std::pin::pin!(body);
    let mut bytes = Body::with_limit(limit);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| TransportError::maybe_sent(super::TransportErrorKind::Broken, error))?;
        if let Ok(mut data) = frame.into_data() {
            bytes.push(data.copy_to_bytes(data.remaining()))?;
        }
    }
    Ok(bytes.whole())
}
