//! Text from outside (tags, kops, AWS, Kubernetes): kept raw, shown with every control character made visible.

use std::fmt::{self, Write as _};

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use unicode_width::UnicodeWidthChar;

/// Text that somebody else wrote; `Display` shows it escaped, [`Untrusted::raw`] gives the true value for comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(with = "String"))]
// Thousands of nodes repeat a few texts, and a clone shares a long one.
pub struct Untrusted(SmolStr);

impl Untrusted {
    /// Takes any text as it came.
    pub fn new(text: impl Into<SmolStr>) -> Self {
        Self(text.into())
    }

    /// The true value, for comparison and for files that no terminal reads.
    pub fn raw(&self) -> &str {
        &self.0
    }

    /// The value with control, bidirectional and invisible characters as `\u{…}`.
    pub fn shown(&self) -> String {
        visible(&self.0)
    }
}

impl fmt::Display for Untrusted {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_plain(&self.0) {
            return out.pad(&self.0);
        }
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
        Self::new(text)
    }
}

/// The text in these bytes, and how many of them are no UTF-8; each of those is written as `\xNN`.
pub fn decoded(bytes: &[u8]) -> (String, usize) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (text.to_owned(), 0);
    }
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

/// Characters of one text that are shown; the rest is counted.
pub const LONGEST: usize = 16_384;

/// Marks that may follow each other on one letter; more of them paint over the lines above and below.
const MARKS: usize = 4;

/// The text with each character that a terminal would obey or hide written as `\u{…}`; a tab becomes four spaces. What
/// follows after [`LONGEST`] characters of that is only counted.
pub fn visible(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let mut shown = String::with_capacity(text.len().min(LONGEST));
    let mut characters = text.chars();
    let mut room = LONGEST;
    // A mark needs a letter before it: the first one has none.
    let mut marks = MARKS;
    while room > 0
        && let Some(character) = characters.next()
    {
        marks = if is_mark(character) { marks + 1 } else { 0 };
        let before = shown.len();
        match character {
            '\t' => shown.push_str("    "),
            hidden if is_hidden(hidden) || marks > MARKS => shown.extend(hidden.escape_unicode()),
            plain => {
                shown.push(plain);
                room -= 1;
                continue;
            }
        }
        room = room.saturating_sub(shown.len() - before);
    }
    match characters.count() {
        0 => {}
        more => shown.extend(["… and ", &more.to_string(), " more characters"]),
    }
    shown
}

/// The same text where nothing in it is to be made visible, else what [`visible`] makes of it.
pub fn made_visible(text: String) -> String {
    if is_plain(&text) {
        return text;
    }
    visible(&text)
}

// Nearly everything that is shown: short, and of characters that are shown as they are.
fn is_plain(text: &str) -> bool {
    let plain = |byte: &u8| matches!(byte, b' '..=b'~');
    text.len() <= LONGEST && text.as_bytes().iter().all(plain)
}

/// The text with what `obeyed` names written by `write` in its place; its line ends stay.
pub fn disarmed(
    text: &str,
    obeyed: impl Fn(char) -> bool,
    write: impl Fn(char, &mut String),
) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if character != '\n' && obeyed(character) {
            write(character, &mut safe);
        } else {
            safe.push(character);
        }
    }
    safe
}

/// The lines of a text, each visible; a carriage return before the line's end is dropped.
pub fn visible_lines(text: &str) -> impl Iterator<Item = String> + '_ {
    text.lines().map(visible)
}

/// Whether a terminal would obey this character, or show nothing or a mere blank for it.
pub fn is_hidden(character: char) -> bool {
    !character.is_ascii_graphic()
        && character != ' '
        && (character.is_control()
            || is_ignorable(character)
            || is_blank(character)
            || u32::from(character) & 0xfffe == 0xfffe)
}

// Default_Ignorable_Code_Point of Unicode (DerivedCoreProperties.txt), line ends, and formatting characters that draw
// nothing by themselves.
fn is_ignorable(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{70f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{13430}'..='\u{1345f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

// Blanks that look like the space and are none (category Zs and the blank of Braille); the wide one of East Asia is seen.
fn is_blank(character: char) -> bool {
    matches!(
        character,
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{2800}'
    )
}

/// Whether it is drawn onto the character before it.
pub(crate) fn is_mark(character: char) -> bool {
    !character.is_ascii() && character.width() == Some(0)
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
        for plain in [
            "prod-éü日本 (x)",
            "e\u{301}a\u{308}\u{304}",
            "ไม้เอก กั้น",
            "한국",
            "👍🏽 ü→…│",
            "שלום عالم",
        ] {
            assert_eq!(visible(plain), plain);
        }
    }

    #[test]
    fn marks_on_nothing_and_floods_of_them_are_shown_one_by_one() {
        assert_eq!(visible("\u{301}x"), "\\u{301}x");
        assert_eq!(
            visible(&format!("e{}", "\u{301}".repeat(6))),
            format!("e{}\\u{{301}}\\u{{301}}", "\u{301}".repeat(4))
        );
    }

    #[test]
    fn blanks_that_are_no_space_are_shown() {
        assert_eq!(
            visible("a\u{a0}b\u{2003}c\u{2800}d\u{3000}e"),
            "a\\u{a0}b\\u{2003}c\\u{2800}d\u{3000}e"
        );
        assert_eq!(
            visible("\u{fffe}\u{1ffff}\u{fffd}"),
            "\\u{fffe}\\u{1ffff}\u{fffd}"
        );
    }

    #[test]
    fn a_text_without_end_is_cut_and_its_rest_counted() {
        assert_eq!(visible(&"é".repeat(LONGEST)), "é".repeat(LONGEST));
        assert_eq!(
            visible(&"é".repeat(LONGEST + 7)),
            format!("{}… and 7 more characters", "é".repeat(LONGEST))
        );
        assert!(visible(&"\u{202e}".repeat(1_000_000)).len() < LONGEST + 50);
    }
}
