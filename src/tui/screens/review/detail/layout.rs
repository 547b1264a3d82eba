//! The detail of a row laid out once: its lines as long as the cursor stays, its rows as long as the width does.
//! Nothing is cut, and only the rows that are asked for are made.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{DetailLine, Tone};
use crate::core::text::untrusted::visible;

/// The most rows of the detail that are laid out below the tree: enough to say how much more there is.
pub const MOST_BELOW: usize = 200;

/// What a row says, made visible, and where its rows start.
#[derive(Clone, Debug, Default)]
pub struct DetailLayout {
    lines: Vec<WrappedLine>,
    /// Whether these are all of its lines, or as many as are laid out below the tree.
    whole: bool,
    rows: Option<WrappedRows>,
}

/// The rows of so many columns, each by its line and where in the line it starts.
#[derive(Clone, Debug)]
struct WrappedRows {
    columns: usize,
    starts: Vec<(usize, usize)>,
}

impl DetailLayout {
    /// The layout of all lines of a detail, or of those that are laid out below the tree.
    pub(in crate::tui::screens::review) fn new(lines: &[DetailLine<'_>], whole: bool) -> Self {
        Self {
            lines: lines.iter().map(WrappedLine::new).collect(),
            whole,
            rows: None,
        }
    }

    /// Whether it has all lines that are asked for.
    pub(in crate::tui::screens::review) fn holds(&self, whole: bool) -> bool {
        self.whole || !whole
    }

    /// Lays the rows out for so many columns.
    pub(in crate::tui::screens::review) fn lay_out_rows(&mut self, columns: usize) {
        let known = self.rows.as_ref();
        if known.is_none_or(|rows| rows.columns != columns) {
            let starts = self.starts(columns).collect();
            self.rows = Some(WrappedRows { columns, starts });
        }
    }

    fn starts(&self, columns: usize) -> impl Iterator<Item = (usize, usize)> {
        let lines = self.lines.iter().enumerate();
        lines.flat_map(move |(at, line)| line.starts(columns).map(move |start| (at, start)))
    }

    fn row(&self, (line, start): (usize, usize), columns: usize) -> Option<(Tone, String)> {
        let line = self.lines.get(line)?;
        Some((line.tone, line.row(start, columns)))
    }

    /// The first rows, and how many there are; rows after [`MOST_BELOW`] are not counted.
    pub fn first_rows(&self, columns: usize, height: usize) -> (Vec<(Tone, String)>, usize) {
        let starts: Vec<_> = self.starts(columns).take(MOST_BELOW).collect();
        (self.make_rows(&starts, columns, 0, height), starts.len())
    }

    /// So many rows from one on, and how many there are.
    pub fn rows(&self, columns: usize, top: usize, height: usize) -> (Vec<(Tone, String)>, usize) {
        let known = self.rows.as_ref().filter(|rows| rows.columns == columns);
        let starts = match known {
            Some(rows) => Cow::Borrowed(&rows.starts),
            None => Cow::Owned(self.starts(columns).collect()),
        };
        (self.make_rows(&starts, columns, top, height), starts.len())
    }

    /// How many rows of so many columns there are.
    pub fn height(&self, columns: usize) -> usize {
        self.rows(columns, 0, 0).1
    }

    fn make_rows(
        &self,
        starts: &[(usize, usize)],
        columns: usize,
        top: usize,
        height: usize,
    ) -> Vec<(Tone, String)> {
        let shown = starts.iter().skip(top).take(height);
        shown
            .filter_map(|start| self.row(*start, columns))
            .collect()
    }
}

const INDENT: usize = 2;
const FEWEST_COLUMNS: usize = 8;
const WIDEST_SENTENCE: usize = 100;

/// A line of a detail made visible.
#[derive(Clone, Debug, PartialEq, Eq)]
struct WrappedLine {
    tone: Tone,
    indent: usize,
    sign: &'static str,
    text: String,
}

impl WrappedLine {
    fn new(line: &DetailLine<'_>) -> Self {
        Self {
            tone: line.tone,
            indent: line.indent * INDENT,
            sign: line.sign,
            text: visible(&line.text),
        }
    }

    /// Where each of its rows starts in the text, as byte indexes; at least one.
    fn starts(&self, columns: usize) -> Starts<'_> {
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
        columns.saturating_sub(self.gap()).max(FEWEST_COLUMNS)
    }

    fn gap(&self) -> usize {
        self.indent + self.sign.width()
    }

    /// The row that starts at this byte; a continued row is indented below the sign.
    fn row(&self, start: usize, columns: usize) -> String {
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
struct Starts<'a> {
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
        WrappedLine::new(&DetailLine {
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
        let value = WrappedLine::new(&DetailLine {
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
        let line = WrappedLine::new(&line);
        let rows: Vec<String> = line.starts(12).map(|at| line.row(at, 12)).collect();
        assert_eq!(rows, ["  + abcdefgh", "    ij    "]);
    }
}
