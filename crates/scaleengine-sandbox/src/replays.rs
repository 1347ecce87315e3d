//! Detection of repeated signatures.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};

/// The number of signatures kept. **Chosen.**
const KEPT: usize = 10_000;

/// The newest accepted signatures.
#[derive(Default)]
pub(crate) struct Replays(Mutex<(HashSet<String>, VecDeque<String>)>);

impl Replays {
    /// Adds a signature. Returns whether it was used before.
    pub(crate) fn came_before(&self, signature: &str) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (set, order) = &mut *seen;
        if !set.insert(signature.to_owned()) {
            return true;
        }
        order.push_back(signature.to_owned());
        if order.len() > KEPT
            && let Some(oldest) = order.pop_front()
        {
            set.remove(&oldest);
        }
        false
    }

    pub(crate) fn clear(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Default::default();
    }
}
