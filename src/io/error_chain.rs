//! An error with what caused it: the outermost words alone are `dispatch failure` and the like.

use std::error::Error;
use std::iter::successors;

/// The error and what caused it, the outermost first.
pub(super) fn causes<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |error| (*error).source())
}

/// The words of all of them, each once: an outer error often repeats the inner one.
pub(super) fn write_chain(error: &(dyn Error + 'static)) -> String {
    let mut words = String::new();
    for text in causes(error).map(ToString::to_string) {
        if words.is_empty() {
            words = text;
        } else if !words.contains(&text) {
            words = format!("{words}: {text}");
        }
    }
    words
}
