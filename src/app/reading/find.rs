//! Finding a text in everything a report says, whatever is folded, and in kops's own text.

use std::fmt::Write as _;
use std::ops::Range;

use aho_corasick::AhoCorasick;
use tui_input::Input;

use crate::core::review::{Change, Difference, Field};

use super::{Reading, Row, View};

/// What is searched for, and where it is.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Empty for nothing.
    pub words: String,
    /// The words being typed.
    pub typing: Option<Input>,
    needle: Option<Needle>,
    /// Rows of the whole tree that hold the words, in order.
    found: Vec<Row>,
    /// Lines of kops's own text that hold them, counted from 0.
    lines: Vec<usize>,
    /// Where the search began: row, or line of the raw text.
    began: Option<(Option<Row>, usize)>,
}

/// Words to find; capital letters do not matter in ASCII.
#[derive(Clone, Debug)]
struct Needle(AhoCorasick);

impl Needle {
    fn new(words: &str) -> Option<Self> {
        let mut builder = AhoCorasick::builder();
        let built = builder.ascii_case_insensitive(true).build([words]).ok();
        built.filter(|_| !words.is_empty()).map(Self)
    }

    fn is_in(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

impl Search {
    /// Where in a text the words are.
    pub fn matches(&self, text: &str) -> Vec<Range<usize>> {
        let found = self
            .needle
            .iter()
            .flat_map(|needle| needle.0.find_iter(text));
        found.map(|found| found.range()).collect()
    }
}

impl Reading {
    /// Starts to type what is searched for.
    pub fn start_search(&mut self) {
        let line = match self.view {
            View::Raw { top } => top,
            _ => 0,
        };
        self.search.began = Some((self.row(), line));
        self.search.typing = Some(Input::new(self.search.words.clone()));
    }

    /// Takes the words typed so far: goes to the first match from where the search began.
    pub fn search_typed(&mut self) {
        let typed = self.search.typing.as_ref().map(Input::value);
        let words = typed.unwrap_or_default().to_owned();
        self.search_for(&words);
        self.go_where_it_began();
        self.find(1, true);
    }

    /// Keeps the words and ends typing.
    pub fn keep_search(&mut self) {
        self.search.typing = None;
    }

    /// Forgets the words; while they are still being typed, goes back to where the search began.
    pub fn leave_search(&mut self) {
        let typed = self.search.typing.take().is_some();
        self.search_for("");
        if typed {
            self.go_where_it_began();
        }
    }

    fn go_where_it_began(&mut self) {
        let Some((row, line)) = self.search.began else {
            return;
        };
        if let View::Raw { top } = &mut self.view {
            *top = line;
        } else if let Some(row) = row {
            self.cursor = self.shown_at(row);
            self.look();
        }
    }

    fn search_for(&mut self, words: &str) {
        words.clone_into(&mut self.search.words);
        self.search.needle = Needle::new(words);
        self.find_all();
    }

    /// Finds every match anew, after the words or the filter changed.
    pub(super) fn find_all(&mut self) {
        let (found, lines) = match &self.search.needle {
            None => (Vec::new(), Vec::new()),
            Some(needle) => (self.rows_with(needle), self.lines_with(needle)),
        };
        (self.search.found, self.search.lines) = (found, lines);
    }

    fn lines_with(&self, needle: &Needle) -> Vec<usize> {
        let mut lines: Vec<usize> = needle
            .0
            .find_iter(self.raw.text())
            .map(|found| self.raw.line_at(found.start()))
            .collect();
        lines.dedup();
        lines
    }

    fn rows_with(&self, needle: &Needle) -> Vec<Row> {
        let mut found = Vec::new();
        let mut take = |row: Row, holds: bool| {
            if holds {
                found.push(row);
            }
        };
        let comparison = self.comparison.iter();
        let differences = comparison.flat_map(|comparison| comparison.differences.iter());
        for (at, difference) in differences.enumerate() {
            let holds = in_difference(needle, difference);
            take(
                Row::Difference(at),
                holds && self.filter.passes_difference(difference),
            );
        }
        for (at, folded) in self.folded.iter().enumerate() {
            let finding = &folded.finding;
            let holds = needle.is_in(&finding.message)
                || (folded.subjects.len() <= 1 && needle.is_in(&finding.resource));
            take(Row::Finding(at), holds && self.shows_finding(folded));
        }
        if !self.filter.is_active() {
            for (at, line) in self.report.unread.iter().enumerate() {
                take(Row::UnreadLine(at), needle.is_in(line.raw()));
            }
        }
        for group in 0..self.groups.len() {
            self.in_group(group, needle, &mut take);
        }
        found
    }

    fn in_group(&self, at: usize, needle: &Needle, take: &mut impl FnMut(Row, bool)) {
        let Some(group) = self.groups.get(at) else {
            return;
        };
        let mut text = format!("{}: {}", group.family.word(), group.counts());
        take(
            Row::Group(at),
            needle.is_in(&text) && self.passing_of(at).next().is_some(),
        );
        for resource in self.passing_of(at) {
            let Some(found) = self.report.resources.get(resource) else {
                continue;
            };
            text.clear();
            let _ = write!(text, "{}/{}", found.kind, found.name.raw());
            take(Row::Resource(resource), needle.is_in(&text));
            for (field, found) in found.fields.iter().enumerate() {
                take(Row::Field { resource, field }, in_field(needle, found));
                let Change::Diff(lines) = &found.change else {
                    continue;
                };
                for (line, text) in lines.iter().enumerate() {
                    let row = Row::DiffLine {
                        resource,
                        field,
                        line,
                    };
                    take(row, needle.is_in(text.raw()));
                }
            }
        }
    }

    /// Goes to the next match (`by` 1) or the one before (−1), around the end; `here` may be the present place.
    pub fn find(&mut self, by: isize, here: bool) {
        let Search { found, lines, .. } = &self.search;
        if let View::Raw { top } = self.view {
            let at = next(lines.binary_search(&top), lines.len(), by, here);
            if let Some(line) = lines.get(at) {
                self.view = View::Raw { top: *line };
            }
            return;
        }
        let Some(now) = self.row().map(|row| self.key(row)) else {
            return;
        };
        let place = found.binary_search_by_key(&now, |row| self.key(*row));
        if let Some(row) = found.get(next(place, found.len(), by, here)) {
            self.go_to(*row);
        }
    }

    /// Which match is at the cursor, counted from 1 (0 for none), and how many there are.
    pub fn match_position(&self) -> (usize, usize) {
        let Search { found, lines, .. } = &self.search;
        if let View::Raw { top } = self.view {
            return (
                lines.binary_search(&top).map_or(0, |at| at + 1),
                lines.len(),
            );
        }
        let key = self.row().map(|row| self.key(row));
        let at = key.and_then(|key| found.binary_search_by_key(&key, |row| self.key(*row)).ok());
        (at.map_or(0, |at| at + 1), found.len())
    }

    /// Whether a row holds the words, shown or cut.
    pub fn matches(&self, row: Row) -> bool {
        let key = self.key(row);
        let found = &self.search.found;
        found
            .binary_search_by_key(&key, |row| self.key(*row))
            .is_ok()
    }
}

fn in_field(needle: &Needle, field: &Field) -> bool {
    needle.is_in(&field.name)
        || match &field.change {
            Change::New(value) => needle.is_in(value.raw()),
            Change::Changed { old, new } => needle.is_in(old.raw()) || needle.is_in(new.raw()),
            Change::Diff(_) => false,
        }
}

fn in_difference(needle: &Needle, difference: &Difference) -> bool {
    needle.is_in(&crate::app::compare::title(difference))
}

/// The index of the match after (or before) a place, around the end.
fn next(place: Result<usize, usize>, count: usize, by: isize, here: bool) -> usize {
    let last = count.saturating_sub(1);
    match (place, by > 0) {
        (Ok(at), _) if here => at,
        (Ok(at), true) if at < last => at + 1,
        (Err(at), true) if at <= last => at,
        (_, true) => 0,
        (Ok(at) | Err(at), false) => at.checked_sub(1).unwrap_or(last),
    }
}
