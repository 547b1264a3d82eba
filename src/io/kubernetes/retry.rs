//! How long to wait before the next try: longer after each failure, and never all at the same instant.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(15);

/// Failures in a row.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Retries(u32);

impl Retries {
    pub(super) fn count(self) -> u32 {
        self.0
    }

    pub(super) fn reset(&mut self) {
        self.0 = 0;
    }

    /// The pause after one more failure.
    pub(super) fn next_pause(&mut self) -> Duration {
        self.next_pause_between(FIRST, LONGEST)
    }

    /// The same, with another first and longest pause.
    pub(super) fn next_pause_between(&mut self, first: Duration, longest: Duration) -> Duration {
        let doubled = first.saturating_mul(1 << self.0.min(16));
        self.0 = self.0.saturating_add(1);
        scatter(doubled.min(longest))
    }
}

// Between four and six fifths of it.
fn scatter(pause: Duration) -> Duration {
    let random = RandomState::new().hash_one(()) % 401;
    pause.mul_f64(0.8 + f64::from(u32::try_from(random).unwrap_or(0)) / 1000.0)
}
