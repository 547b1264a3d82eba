//! What a word that is not known was probably meant to be.

// Two slips of the hand, and no more than a third of the word.
const FURTHEST: usize = 2;

/// The known word that is nearest to this one, when one is near; capitals do not count.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    // A word longer than any that is known is simply far.
    if lower.len() > 64 {
        return None;
    }
    let distances = known.into_iter().map(|known| {
        (
            known,
            strsim::damerau_levenshtein(&lower, &known.to_lowercase()),
        )
    });
    let (near, distance) = distances.min_by_key(|(_, distance)| *distance)?;
    (distance <= FURTHEST && distance * 3 <= near.len()).then_some(near)
}

/// `; did you mean WORD?`, when a known word is near.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, known).map_or_else(String::new, |near| format!("; did you mean {near}?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_near_is_suggested() {
        let known = ["stateStore", "region", "wait"];
        assert_eq!(nearest("statestore", known), Some("stateStore"));
        assert_eq!(nearest("regoin", known), Some("region"));
        assert_eq!(nearest("wat", known), Some("wait"));
        assert_eq!(nearest("elephant", known), None);
        assert_eq!(nearest("ab", known), None);
        assert_eq!(nearest(&"x".repeat(1000), known), None);
        assert_eq!(did_you_mean("regon", known), "; did you mean region?");
        assert_eq!(did_you_mean("", known), "");
    }
}
