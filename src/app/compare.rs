//! How the real dry run differs from the approved one, in words.

use crate::core::review::{Difference, Report, differences, without_store};

/// Each difference in one sentence; empty when both say the same, order, map order and the store's name apart.
pub fn in_words(approved: &Report, real: &Report) -> Vec<String> {
    let (approved, real) = (without_store(approved), without_store(real));
    differences(&approved, &real)
        .iter()
        .map(Difference::to_string)
        .collect()
}
