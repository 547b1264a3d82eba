//! What the locale of the environment can show.

use std::env;

/// Whether the locale is one of UTF-8: elsewhere nothing but ASCII is written.
pub fn is_utf8() -> bool {
    names_utf8(|name| env::var(name).ok())
}

// The locale that applies is the first of the three that is set (POSIX, "Internationalization Variables").
fn names_utf8(variable: impl Fn(&str) -> Option<String>) -> bool {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"].map(variable).into_iter();
    let first = set.flatten().find(|value| !value.is_empty());
    first.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

/// The text as the locale can show it.
pub fn in_locale(text: &str) -> String {
    if is_utf8() || text.is_ascii() {
        return text.to_owned();
    }
    crate::core::text::ascii::text(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_is_set_decides() {
        let utf8 = |set: &[(&str, &str)]| {
            names_utf8(|name| {
                let found = set.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        assert!(utf8(&[("LANG", "de_DE.UTF-8")]));
        assert!(utf8(&[("LC_ALL", ""), ("LANG", "C.utf8")]));
        assert!(!utf8(&[("LC_ALL", "C"), ("LANG", "C.UTF-8")]));
        assert!(!utf8(&[]));
    }
}
