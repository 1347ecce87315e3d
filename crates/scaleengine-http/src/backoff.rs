//! The wait between two attempts of a call.

use std::time::Duration;

/// Returns the wait after this number of attempts: a random part (`draw`, from 0 to 1) of a bound
/// that doubles each time ("full jitter").
pub(crate) fn back_off(attempts: u32, draw: f64) -> Duration {
    const FIRST: Duration = Duration::from_millis(500);
    const LONGEST: Duration = Duration::from_secs(8);
    let doubled = FIRST.saturating_mul(2_u32.saturating_pow(attempts.saturating_sub(1)));
    let draw = if draw.is_finite() { draw.clamp(0.0, 1.0) } else { 1.0 };
    doubled.min(LONGEST).mul_f64(draw)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_doubles_up_to_8_seconds() {
        let bounds: Vec<_> = (1..=7).map(|attempts| back_off(attempts, 1.0).as_millis()).collect();
        assert_eq!(bounds, [500, 1000, 2000, 4000, 8000, 8000, 8000]);
        assert_eq!(back_off(u32::MAX, 0.5), Duration::from_secs(4));
        for draw in [0.0, -1.0] {
            assert_eq!(back_off(3, draw), Duration::ZERO);
        }
        assert_eq!(back_off(1, f64::NAN), Duration::from_millis(500));
    }
}
