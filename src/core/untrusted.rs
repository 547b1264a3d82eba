//! Text from outside (tags, kops, AWS, Kubernetes): kept raw, shown with every control character made visible.

use std::fmt::{self, Write as _};

use serde::{Deserialize, Serialize};

/// Text that somebody else wrote; `Display` shows it escaped, [`Untrusted::raw`] gives the true value for comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Untrusted(String);

impl Untrusted {
    /// Takes any text as it came.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The true value, for comparison and for files that no terminal reads.
    pub fn raw(&self) -> &str {
        &self.0
    }

    /// Takes one more line of the same value.
    pub(in crate::core) fn push_line(&mut self, line: &str) {
        self.0.push('\n');
        self.0.push_str(line);
    }

    /// The value with control, bidirectional and invisible characters as `\u{…}`.
    pub fn shown(&self) -> String {
        visible(&self.0)
    }
}

impl fmt::Display for Untrusted {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.shown())
    }
}

impl From<&str> for Untrusted {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Untrusted {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// The text in these bytes, and how many of them are no UTF-8; each of those is written as `\xNN`.
pub fn decoded(bytes: &[u8]) -> (String, usize) {
    let mut text = String::with_capacity(bytes.len());
    let mut count = 0;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
            count += 1;
        }
    }
    (text, count)
}

/// The text with each character that a terminal would obey or hide written as `\u{…}`; a tab becomes four spaces.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\t' => shown.push_str("    "),
            hidden if is_hidden(hidden) => shown.extend(hidden.escape_unicode()),
            plain => shown.push(plain),
        }
    }
    shown
}

/// The lines of a text, each visible; a carriage return before the line's end is dropped.
pub fn visible_lines(text: &str) -> impl Iterator<Item = String> + '_ {
    text.lines().map(visible)
}

fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_shown_and_never_obeyed() {
        let hostile = Untrusted::new("a\u{1b}[2Jb\u{202e}c\u{200b}d\te\n");
        assert_eq!(
            hostile.to_string(),
            "a\\u{1b}[2Jb\\u{202e}c\\u{200b}d    e\\u{a}"
        );
        assert_eq!(hostile.raw(), "a\u{1b}[2Jb\u{202e}c\u{200b}d\te\n");
    }

    #[test]
    fn bytes_that_are_no_text_are_shown() {
        assert_eq!(
            decoded(b"a\xff\xc3\xa9\xe6\x97\n"),
            ("a\\xff\u{e9}\\xe6\\x97\n".to_owned(), 3)
        );
        assert_eq!(decoded(b""), (String::new(), 0));
    }

    #[test]
    fn plain_text_is_untouched() {
        assert_eq!(visible("prod-éü日本 (x)"), "prod-éü日本 (x)");
    }
}
