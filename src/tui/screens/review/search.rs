//! Finding a text in everything a dry run says, whatever is folded, and in kops's own text.

use std::ops::Range;

use aho_corasick::AhoCorasick;
use scan::Scan;
use tui_input::Input;

use super::content::ReviewContent;
use super::filter::Filter;
use super::tree::{RowPosition, Tree, TreeRow};

mod scan;
mod search_index;

/// What is searched for, and where it is.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Empty for nothing.
    words: String,
    /// The words being typed.
    typing: Option<Input>,
    needle: Option<Needle>,
    /// The rows of the whole tree that hold the words; absent while only kops's own text was searched.
    tree: Option<Scan<TreeRow>>,
    /// The lines of kops's own text that hold them, counted from 0; absent while only the tree was searched.
    raw: Option<Scan<usize>>,
    /// Where the search began: row, and line of the raw text.
    start: (Option<TreeRow>, usize),
    /// Whether what was found is from where the search began on.
    from_start: bool,
    /// The match that is waited for.
    wanted: Option<WantedMatch>,
}

/// The next match (`by` 1) or the previous one (−1), the present place included or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WantedMatch {
    pub(super) by: isize,
    pub(super) here: bool,
}

/// A place in what is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SearchPlace {
    Row(Option<TreeRow>),
    /// A line of kops's own text, counted from 0.
    Line(usize),
}

/// What is searched.
#[derive(Clone, Copy, Debug)]
pub(super) struct SearchScope<'a> {
    pub(super) content: &'a ReviewContent,
    pub(super) tree: &'a Tree,
    pub(super) filter: Filter,
    /// Whether kops's own text is on the screen, not the tree.
    pub(super) raw: bool,
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
    /// What is searched for; empty for nothing.
    pub fn words(&self) -> &str {
        &self.words
    }

    /// The words being typed.
    pub fn typing(&self) -> Option<&Input> {
        self.typing.as_ref()
    }

    /// The same, to be edited.
    pub(super) fn typing_mut(&mut self) -> Option<&mut Input> {
        self.typing.as_mut()
    }

    /// Where in a text the words are.
    pub fn matches(&self, text: &str) -> Vec<Range<usize>> {
        let needle = self.needle.iter();
        let found = needle.flat_map(|needle| needle.0.find_iter(text));
        found.map(|found| found.range()).collect()
    }

    /// Starts to type the words, from a row and a line of the raw text on.
    pub(super) fn start(&mut self, row: Option<TreeRow>, line: usize) {
        self.start = (row, line);
        self.from_start = false;
        self.typing = Some(Input::new(self.words.clone()));
    }

    /// The place where the search began.
    pub(super) fn start_place(&self, raw: bool) -> SearchPlace {
        let (row, line) = self.start;
        if raw {
            SearchPlace::Line(line)
        } else {
            SearchPlace::Row(row)
        }
    }

    /// Takes the words typed so far.
    pub(super) fn take_typed(&mut self, scope: &SearchScope<'_>) {
        let typed = self.typing.as_ref().map(Input::value);
        let words = typed.unwrap_or_default().to_owned();
        self.search_for(words, scope);
    }

    /// Keeps the words and ends typing.
    pub(super) fn end_typing(&mut self) {
        self.typing = None;
    }

    /// Forgets the words; whether they were still being typed.
    pub(super) fn leave(&mut self, scope: &SearchScope<'_>) -> bool {
        self.search_for(String::new(), scope);
        self.typing.take().is_some()
    }

    // More of the same words are only where those are.
    fn search_for(&mut self, words: String, scope: &SearchScope<'_>) {
        let narrower = !self.words.is_empty() && words.contains(&self.words);
        self.needle = Needle::new(&words);
        self.words = words;
        self.wanted = None;
        let (tree, raw) = (self.tree.take(), self.raw.take());
        if narrower && self.from_start {
            self.tree = tree.map(Scan::narrowed);
            self.raw = raw.map(Scan::narrowed);
        }
        self.from_start = true;
        self.prepare(scope);
        self.step(scope);
    }

    /// Searches everything again, after the filter or the findings changed.
    pub(super) fn restart(&mut self, scope: &SearchScope<'_>) {
        (self.tree, self.raw) = (None, None);
        self.prepare(scope);
        self.step(scope);
    }

    /// Starts to search what is on the screen, where it was not searched.
    pub(super) fn prepare(&mut self, scope: &SearchScope<'_>) {
        if self.needle.is_none() {
            return;
        }
        let (row, line) = self.start;
        if scope.raw && self.raw.is_none() {
            let behind: Vec<usize> = (0..line).collect();
            let lines = scope.content.raw.count();
            self.raw = Some(Scan::new((line..lines).collect(), &behind));
        } else if !scope.raw && self.tree.is_none() {
            let from = row.map_or([0; 6], |row| scope.tree.key(search_index::part_of(row)));
            let all = scope.parts().into_iter();
            let (ahead, behind): (Vec<_>, Vec<_>) =
                all.partition(|row| scope.tree.key(*row) >= from);
            self.tree = Some(Scan::new(ahead, &behind));
        }
    }

    /// Whether not everything on the screen was searched yet.
    pub(super) fn is_searching(&self, raw: bool) -> bool {
        if raw {
            self.raw.as_ref().is_some_and(|scan| !scan.is_done())
        } else {
            self.tree.as_ref().is_some_and(|scan| !scan.is_done())
        }
    }

    /// Searches some more, for a few milliseconds.
    pub(super) fn step(&mut self, scope: &SearchScope<'_>) {
        let Some(needle) = &self.needle else {
            return;
        };
        match (&mut self.raw, &mut self.tree) {
            (Some(scan), _) if scope.raw => scan.step(|line, found| {
                let text = scope.content.raw.line(line);
                if needle.is_in(text) {
                    found.push(line);
                }
                text.len()
            }),
            (_, Some(scan)) if !scope.raw => {
                scan.step(|part, found| scope.search_part(part, needle, found));
            }
            _ => {}
        }
    }

    /// The match that is waited for.
    pub(super) fn wanted(&self) -> Option<WantedMatch> {
        self.wanted
    }

    /// Forgets the match that is waited for: the person went elsewhere.
    pub(super) fn give_up(&mut self) {
        self.wanted = None;
    }

    /// The wanted match from a place on, around the end; absent where there is none, or where it is not known yet and
    /// waited for.
    pub(super) fn find(
        &mut self,
        wanted: WantedMatch,
        from: SearchPlace,
        tree: &Tree,
    ) -> Option<SearchPlace> {
        self.wanted = None;
        let (place, count) = self.position(from, tree);
        let at = next_match(place, count, wanted);
        let around = at < place.unwrap_or_else(|after| after);
        let raw = matches!(from, SearchPlace::Line(_));
        if self.is_searching(raw) && (wanted.by < 0 || around || at >= count) {
            self.wanted = Some(wanted);
            return None;
        }
        if raw {
            let line = self.raw.as_ref()?.get(at)?;
            Some(SearchPlace::Line(line))
        } else {
            let row = self.tree.as_ref()?.get(at)?;
            Some(SearchPlace::Row(Some(row)))
        }
    }

    /// Where a place is among what was found, or would be, and how much that is so far.
    pub(super) fn position(
        &self,
        place: SearchPlace,
        tree: &Tree,
    ) -> (Result<usize, usize>, usize) {
        match (place, &self.raw, &self.tree) {
            (SearchPlace::Line(line), Some(scan), _) => {
                (scan.position(&line, |line| line), scan.len())
            }
            (SearchPlace::Row(row), _, Some(scan)) => {
                let key = row.map_or([0; 6], |row| tree.key(row));
                (position_of(scan, &key, tree), scan.len())
            }
            _ => (Err(0), 0),
        }
    }

    /// Whether a row holds the words, shown or cut.
    pub(super) fn has_match(&self, row: TreeRow, tree: &Tree) -> bool {
        let scan = self.tree.as_ref();
        scan.is_some_and(|scan| position_of(scan, &tree.key(row), tree).is_ok())
    }
}

fn position_of(scan: &Scan<TreeRow>, key: &RowPosition, tree: &Tree) -> Result<usize, usize> {
    scan.position(key, |row| tree.key(row))
}

/// The index of the match after (or before) a place, around the end.
fn next_match(place: Result<usize, usize>, count: usize, wanted: WantedMatch) -> usize {
    let last = count.saturating_sub(1);
    match (place, wanted.by > 0) {
        (Ok(at), _) if wanted.here => at,
        (Ok(at), true) if at < last => at + 1,
        (Err(at), true) if at <= last => at,
        (_, true) => 0,
        (Ok(at) | Err(at), false) => at.checked_sub(1).unwrap_or(last),
    }
}
