//! The lines of a detail as rows of so many columns: nothing is cut, and only the rows that are asked for are made.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::core::untrusted::visible;

use super::detail::{Line, Tone};

const INDENT: usize = 2;
const FEWEST: usize = 8;

/// The rows of some lines, each with its tone; a line that goes on is indented below its sign.
pub fn rows<'a>(
    lines: impl IntoIterator<Item = Line<'a>>,
    columns: usize,
) -> impl Iterator<Item = (Tone, String)> {
    lines.into_iter().flat_map(move |line| {
        let indent = line.indent * INDENT;
        let gap = " ".repeat(indent + line.sign.width());
        let room = columns.saturating_sub(gap.width()).max(FEWEST);
        let mut lead = format!("{}{}", " ".repeat(indent), line.sign);
        Folded::new(visible(&line.text), room).map(move |part| {
            let row = format!("{lead}{part}");
            lead.clone_from(&gap);
            (line.tone, row)
        })
    })
}

/// A text in parts of at most so many columns, broken after a blank where one is near; the parts joined are the text.
#[derive(Clone, Debug)]
struct Folded {
    text: String,
    at: usize,
    columns: usize,
    begun: bool,
}

impl Folded {
    fn new(text: String, columns: usize) -> Self {
        Self {
            text,
            at: 0,
            columns,
            begun: false,
        }
    }
}

impl Iterator for Folded {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        // An empty text is one empty row.
        if rest.is_empty() && std::mem::replace(&mut self.begun, true) {
            return None;
        }
        self.begun = true;
        let part = rest.get(..end(rest, self.columns)).unwrap_or(rest);
        self.at += part.len();
        Some(part.to_owned())
    }
}

/// Where the first row of a text ends, as a byte index; at least one character is on it.
fn end(text: &str, columns: usize) -> usize {
    let mut taken = 0;
    let mut blank = None;
    for (at, character) in text.char_indices() {
        taken += character.width().unwrap_or(0);
        if taken > columns && at > 0 {
            return blank.filter(|blank| *blank > at / 2).unwrap_or(at);
        }
        if character == ' ' {
            blank = Some(at + 1);
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str, columns: usize) -> Vec<String> {
        Folded::new(text.to_owned(), columns).collect()
    }

    #[test]
    fn nothing_is_lost_and_no_row_is_too_wide() {
        let long = "日本語 and {a: 1, b: 2}".repeat(50);
        for text in [
            "",
            "abc",
            "one two three",
            "   indented",
            "abcdefghijkl",
            long.as_str(),
        ] {
            for columns in [2, 5, 8, 40] {
                let rows = folded(text, columns);
                assert_eq!(rows.concat(), text);
                assert!(rows.iter().all(|row| row.width() <= columns), "{rows:?}");
            }
        }
        assert_eq!(folded("one two three", 8), ["one two ", "three"]);
    }

    #[test]
    fn a_line_goes_on_below_its_sign() {
        let line = Line {
            tone: Tone::Added,
            indent: 1,
            sign: "+ ",
            text: "abcdefghij\t".into(),
        };
        let rows: Vec<String> = rows([line], 12).map(|(_, text)| text).collect();
        assert_eq!(rows, ["  + abcdefgh", "    ij    "]);
    }
}
