//! Chance: the only file of the client that asks the machine for random bytes.

use std::sync::atomic::{AtomicU64, Ordering};

use scaleengine_proto::param::Secret;

/// A password of 20 random letters and digits, from the machine's own source of randomness.
///
/// # Errors
///
/// The machine has none at hand.
pub fn random_password() -> Result<Secret, RandomError> {
    let mut bytes = [0; Secret::RANDOM_BYTES];
    getrandom::fill(&mut bytes).map_err(|_| RandomError(()))?;
    Ok(Secret::from_random(bytes))
}

/// Numbers between 0 and 1 that nobody foresees and nobody has to: they spread load, and no more. Seeded once, since asking the
/// machine costs more than everything else that a call does between two steps (this is `splitmix64`).
#[derive(Debug)]
pub(crate) struct Draws(AtomicU64);

impl Draws {
    pub(crate) fn new() -> Self {
        Self(AtomicU64::new(getrandom::u64().unwrap_or_default()))
    }

    pub(crate) fn draw(&self) -> f64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut bits = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let top = u32::try_from((bits ^ (bits >> 31)) >> 32).unwrap_or_default();
        f64::from(top) / f64::from(u32::MAX)
    }
}

/// The machine has no random bytes at hand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no password can be made: the machine has no random bytes at hand")]
pub struct RandomError(());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_spread_between_0_and_1() {
        let draws = Draws::new();
        let draws: Vec<f64> = (0..10_000).map(|_| draws.draw()).collect();
        assert!(draws.iter().all(|draw| (0.0..=1.0).contains(draw)));
        for tenth in 1..10_u32 {
            let below = draws.iter().filter(|draw| **draw < f64::from(tenth) / 10.0).count();
            let expected = tenth as usize * 1000;
            assert!(below.abs_diff(expected) < 300, "{below} of 10,000 below {tenth} tenths");
        }
    }
}
