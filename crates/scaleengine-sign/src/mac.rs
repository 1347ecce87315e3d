//! HMAC-SHA256 with a key that is set up once, and its base64. The only file that uses the crypto
//! crates.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac as _};
use sha2::Sha256;

use crate::secret::SecretKey;

/// The length of a signature: 32 bytes in padded base64.
pub(crate) const SIGNATURE_LEN: usize = 44;

/// The keyed HMAC state, wiped on drop.
#[derive(Clone)]
pub(crate) struct Mac(Hmac<Sha256>);

impl Mac {
    pub(crate) fn new(secret: &SecretKey) -> Self {
        Self(keyed(secret.as_bytes()))
    }

    /// Creates a state from a key that need not be UTF-8.
    #[cfg(feature = "explain")]
    pub(crate) fn of_bytes(key: &[u8]) -> Self {
        Self(keyed(key))
    }

    /// Returns the state after more input.
    #[cfg(feature = "explain")]
    pub(crate) fn and(mut self, text: &[u8]) -> Self {
        self.0.update(text);
        self
    }

    #[inline]
    pub(crate) fn of(&self, text: &[u8]) -> [u8; 32] {
        let mut mac = self.0.clone();
        mac.update(text);
        mac.finalize().into_bytes().into()
    }

    /// Returns whether a base64 signature belongs to `text`. The comparison takes constant time.
    pub(crate) fn matches(&self, text: &[u8], signature: &str) -> bool {
        use ctutils::CtEq as _;
        base64(self.of(text)).as_slice().ct_eq(signature.as_bytes()).to_bool()
    }
}

/// Sets up a MAC. HMAC accepts keys of any length, so the fallback is never used.
fn keyed<M: KeyInit>(key: &[u8]) -> M {
    M::new_from_slice(key).unwrap_or_else(|_| M::new(&hmac::digest::Key::<M>::default()))
}

/// MACs with other hashes, and hex, which clients use by mistake.
#[cfg(feature = "explain")]
pub(crate) mod mistaken {
    use alloc::string::String;
    use alloc::vec::Vec;

    use hmac::{Hmac, Mac as _};
    use zeroize::Zeroizing;

    pub(crate) fn sha1(key: &[u8], text: &[u8]) -> Vec<u8> {
        let mut mac: Hmac<sha1::Sha1> = super::keyed(key);
        mac.update(text);
        mac.finalize().into_bytes().to_vec()
    }

    pub(crate) fn sha512(key: &[u8], text: &[u8]) -> Vec<u8> {
        let mut mac: Hmac<sha2::Sha512> = super::keyed(key);
        mac.update(text);
        mac.finalize().into_bytes().to_vec()
    }

    pub(crate) fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| alloc::format!("{byte:02x}")).collect()
    }

    /// Decodes hex. Returns `None` if the input is empty or not hex.
    pub(crate) fn unhex(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (pairs, rest) = text.as_chunks::<2>();
        let byte = |pair: &[u8; 2]| u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok();
        let bytes: Option<Vec<u8>> = pairs.iter().map(byte).collect();
        bytes.filter(|bytes| rest.is_empty() && !bytes.is_empty()).map(Zeroizing::new)
    }
}

#[inline]
pub(crate) fn base64(mac: [u8; 32]) -> [u8; SIGNATURE_LEN] {
    let mut text = [b'='; SIGNATURE_LEN];
    // The base64 of 32 bytes always has 44 characters.
    let _ = STANDARD.encode_slice(mac, &mut text);
    text
}

pub(crate) fn unbase64(text: &str) -> [u8; 32] {
    // 44 characters may decode to 33 bytes; signatures made here always decode to 32.
    let mut bytes = [0; 33];
    let _ = STANDARD.decode_slice(text, &mut bytes);
    bytes.first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keyed_state_is_wiped_when_dropped() {
        // The keyed state consists of two hash states.
        fn wiped<T: zeroize::ZeroizeOnDrop>() {}
        wiped::<Sha256>();
    }
}
