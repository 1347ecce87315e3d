//! Small functions that the crates above need alike. Hidden from the documentation: they are not part of the public interface.

use core::net::IpAddr;

/// Whether a host of a URL is this machine, whatever a resolver says: `localhost`, or a loopback address with or without brackets.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || literal.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

/// What is added to the state of [`splitmix64`] for each number.
pub const SPLITMIX64_STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// Returns the 32 random bits of a state (`splitmix64`, its upper half). Good enough to spread load or to choose faults; not secure.
#[must_use]
pub fn splitmix64(state: u64) -> u32 {
    let bits = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    u32::try_from((bits ^ (bits >> 31)) >> 32).unwrap_or_default()
}

/// Writes methods of a serde visitor that refuse a value without repeating it; the default ones repeat it in their error.
#[doc(hidden)]
#[macro_export]
macro_rules! refuse_values {
    ($expected:expr => $($method:ident $type:ty),*) => {$(
        fn $method<E: serde::de::Error>(self, _: $type) -> Result<Self::Value, E> {
            Err(E::custom(format_args!("{} is expected", $expected)))
        }
    )*};
}
