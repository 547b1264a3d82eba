//! The lines of a detail as rows of so many columns: nothing is cut, and only the rows that are asked for are made.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::detail::{DetailLine, Tone};
use crate::core::text::untrusted::visible;

const INDENT: usize = 2;
const FEWEST: usize = 8;
const WIDEST_SENTENCE: usize = 100;

/// A line of a detail made visible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WrappedLine {
    pub(super) tone: Tone,
    indent: usize,
    sign: &'static str,
    text: String,
}

impl WrappedLine {
    pub(super) fn of(line: &DetailLine<'_>) -> Self {
        Self {
            tone: line.tone,
            indent: line.indent * INDENT,
            sign: line.sign,
            text: visible(&line.text),
        }
    }

    /// Where each of its rows starts in the text, as byte indexes; at least one.
    pub(super) fn starts(&self, columns: usize) -> Starts<'_> {
        let room = self.room(columns);
        Starts {
            text: &self.text,
            at: Some(0),
            room,
        }
    }

    // Sentences are read, values are compared: only values take all of a wide screen.
    fn room(&self, columns: usize) -> usize {
        let sentence = match self.tone {
            Tone::Plain => self.indent == 0,
            Tone::Found(_) | Tone::Remedy | Tone::Dim => true,
            Tone::Title | Tone::Of(_) | Tone::Added | Tone::Removed => false,
        };
        let columns = if sentence {
            columns.min(WIDEST_SENTENCE)
        } else {
            columns
        };
        columns.saturating_sub(self.gap()).max(FEWEST)
    }

    fn gap(&self) -> usize {
        self.indent + self.sign.width()
    }

    /// The row that starts at this byte; a row that goes on is indented below the sign.
    pub(super) fn row(&self, start: usize, columns: usize) -> String {
        let room = self.room(columns);
        let rest = self.text.get(start..).unwrap_or_default();
        let part = rest.get(..end(rest, room)).unwrap_or(rest);
        if start > 0 {
            return format!("{}{part}", " ".repeat(self.gap()));
        }
        format!("{}{}{part}", " ".repeat(self.indent), self.sign)
    }
}

/// The starts of the rows of one line: broken after a blank where one is near; the rows joined are the text.
#[derive(Clone, Debug)]
pub(super) struct Starts<'a> {
    text: &'a str,
    at: Option<usize>,
    room: usize,
}

impl Iterator for Starts<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let start = self.at?;
        let rest = self.text.get(start..).unwrap_or_default();
        let after = start + end(rest, self.room);
        self.at = (after < self.text.len() && after > start).then_some(after);
        Some(start)
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

    fn line(text: &str) -> WrappedLine {
        WrappedLine::of(&DetailLine {
            tone: Tone::Plain,
            indent: 0,
            sign: "",
            text: text.into(),
        })
    }

    fn folded(text: &str, columns: usize) -> Vec<String> {
        let line = line(text);
        let starts = line.starts(columns);
        starts.map(|start| line.row(start, columns)).collect()
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
            for columns in [8, 9, 40] {
                let rows = folded(text, columns);
                assert_eq!(rows.concat(), text);
                assert!(rows.iter().all(|row| row.width() <= columns), "{rows:?}");
            }
        }
        assert_eq!(folded("one two three", 8), ["one two ", "three"]);
    }

    #[test]
    fn sentences_are_no_wider_than_a_hundred_columns() {
        let words = "word ".repeat(60);
        let rows = folded(&words, 200);
        assert!(rows.iter().all(|row| row.width() <= 100), "{rows:?}");
        let value = WrappedLine::of(&DetailLine {
            tone: Tone::Added,
            indent: 0,
            sign: "+ ",
            text: words.as_str().into(),
        });
        assert_eq!(value.starts(200).count(), 2);
    }

    #[test]
    fn a_line_goes_on_below_its_sign() {
        let line = DetailLine {
            tone: Tone::Added,
            indent: 1,
            sign: "+ ",
            text: "abcdefghij\t".into(),
        };
        let line = WrappedLine::of(&line);
        let rows: Vec<String> = line.starts(12).map(|at| line.row(at, 12)).collect();
        assert_eq!(rows, ["  + abcdefgh", "    ij    "]);
    }
}
