//! HMAC-SHA256, keyed once, and its base64. The only file that touches the crypto crates.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::secret::SecretKey;

/// The length of a signature's text: 32 bytes in padded base64.
pub(crate) const SIGNATURE_LEN: usize = 44;

/// The keyed state; wiped when dropped.
#[derive(Clone)]
pub(crate) struct Mac(Hmac<Sha256>);

impl Mac {
    pub(crate) fn new(secret: &SecretKey) -> Self {
        // HMAC takes keys of every length, so this default is never used.
        let keyed = Hmac::new_from_slice(secret.as_bytes());
        Self(keyed.unwrap_or_else(|_| Hmac::new(&hmac::digest::Key::<Hmac<Sha256>>::default())))
    }

    #[inline]
    pub(crate) fn of(&self, text: &[u8]) -> [u8; 32] {
        let mut mac = self.0.clone();
        mac.update(text);
        mac.finalize().into_bytes().into()
    }

    /// Whether a signature, as text, is the one of a text; takes the same time whichever character differs.
    pub(crate) fn matches(&self, text: &[u8], signature: &str) -> bool {
        use ctutils::CtEq as _;
        base64(self.of(text)).as_slice().ct_eq(signature.as_bytes()).to_bool()
    }
}

#[inline]
pub(crate) fn base64(mac: [u8; 32]) -> [u8; SIGNATURE_LEN] {
    let mut text = [b'='; SIGNATURE_LEN];
    // 32 bytes always fill 44 characters.
    let _ = STANDARD.encode_slice(mac, &mut text);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keyed_state_is_wiped_when_dropped() {
        // The keyed state is two states of the hash.
        fn wiped<T: zeroize::ZeroizeOnDrop>() {}
        wiped::<Sha256>();
    }
}
