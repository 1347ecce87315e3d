//! Small functions shared by the crates that depend on this one. Not part of the public API.

use core::net::IpAddr;

/// Returns whether the host of a URL is `localhost` or a loopback address, with or without
/// brackets. No name is resolved.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || literal.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

/// The increment of the state of [`splitmix64`] for each number.
pub const SPLITMIX64_STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// Returns the upper 32 bits of `splitmix64` for a state. Suitable for spreading load and choosing
/// faults; not secure.
#[must_use]
pub fn splitmix64(state: u64) -> u32 {
    let bits = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    u32::try_from((bits ^ (bits >> 31)) >> 32).unwrap_or_default()
}

/// Generates methods of a serde visitor that refuse a value without repeating it; the default
/// methods include the value in their error.
#[doc(hidden)]
#[macro_export]
macro_rules! refuse_values {
    ($expected:expr) => {
        $crate::refuse_values!($expected => visit_str &str, visit_i64 i64, visit_u64 u64, visit_i128 i128, visit_u128 u128, visit_f64 f64, visit_bool bool);
    };
    ($expected:expr => $($method:ident $type:ty),*) => {$(
        fn $method<E: serde::de::Error>(self, _: $type) -> Result<Self::Value, E> {
            Err(E::custom(format_args!("expected {}", $expected)))
        }
    )*};
}
