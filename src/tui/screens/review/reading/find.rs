//! Finding a text in everything a report says, whatever is folded, and in kops's own text.

use std::ops::Range;

use aho_corasick::AhoCorasick;
use scan::Scan;
use tui_input::Input;

use super::rows::RowPosition;
use super::{Reading, ReadingView, TreeRow};
use crate::tui::screens::review::reading::find::search_index::searched_at;

mod scan;
mod search_index;

/// What is searched for, and where it is.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Empty for nothing.
    pub words: String,
    /// The words being typed.
    pub typing: Option<Input>,
    needle: Option<Needle>,
    /// The rows of the whole tree that hold the words; absent while only kops's own text was searched.
    tree: Option<Scan<TreeRow>>,
    /// The lines of kops's own text that hold them, counted from 0; absent while only the tree was searched.
    raw: Option<Scan<usize>>,
    /// Where the search began: row, or line of the raw text.
    began: Option<(Option<TreeRow>, usize)>,
    /// Whether what was found is from where the search began on.
    from_there: bool,
    /// The next match (1) or the one before (−1) is waited for, the present place included or not.
    wanted: Option<(isize, bool)>,
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

    /// Forgets the match that is waited for: the person went elsewhere.
    pub(in crate::tui) fn give_up(&mut self) {
        self.wanted = None;
    }
}

impl Reading {
    /// Starts to type what is searched for.
    pub fn start_search(&mut self) {
        let line = match self.view {
            ReadingView::Raw { top } => top,
            _ => 0,
        };
        self.search.began = Some((self.row(), line));
        self.search.from_there = false;
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
        if let ReadingView::Raw { top } = &mut self.view {
            *top = line;
        } else if let Some(row) = row {
            self.cursor = self.shown_at(row);
            self.look();
        }
    }

    // More of the same words are only where those are.
    fn search_for(&mut self, words: &str) {
        let before = std::mem::replace(&mut self.search.words, words.to_owned());
        let narrower = !before.is_empty() && words.contains(&before);
        self.search.needle = Needle::new(words);
        self.search.wanted = None;
        let (tree, raw) = (self.search.tree.take(), self.search.raw.take());
        if narrower && self.search.from_there {
            self.search.tree = tree.map(Scan::narrowed);
            self.search.raw = raw.map(Scan::narrowed);
        }
        self.search.from_there = true;
        self.search_here();
        self.search_on();
    }

    /// Finds every match anew, after the filter or the findings changed.
    pub(super) fn find_all(&mut self) {
        (self.search.tree, self.search.raw) = (None, None);
        self.search_here();
        self.search_on();
    }

    /// Starts to search what is on the screen, the tree or kops's own text, where it was not searched.
    pub(super) fn search_here(&mut self) {
        if self.search.needle.is_none() {
            return;
        }
        let (row, line) = self.search.began.unwrap_or_default();
        if self.is_raw() && self.search.raw.is_none() {
            let behind: Vec<usize> = (0..line).collect();
            self.search.raw = Some(Scan::of((line..self.raw.count()).collect(), &behind));
        } else if !self.is_raw() && self.search.tree.is_none() {
            let from = row.map_or([0; 6], |row| self.key(searched_at(row)));
            let all = self.places_to_search().into_iter();
            let (ahead, behind): (Vec<_>, Vec<_>) = all.partition(|row| self.key(*row) >= from);
            self.search.tree = Some(Scan::of(ahead, &behind));
        }
    }

    fn is_raw(&self) -> bool {
        matches!(self.view, ReadingView::Raw { .. })
    }

    /// Whether not everything on the screen was searched yet.
    pub fn is_searching(&self) -> bool {
        if self.is_raw() {
            self.search.raw.as_ref().is_some_and(|scan| !scan.is_done())
        } else {
            let tree = self.search.tree.as_ref();
            tree.is_some_and(|scan| !scan.is_done())
        }
    }

    /// Searches some more, for a few milliseconds, and goes to the match that is waited for.
    pub fn search_on(&mut self) {
        let Some(needle) = self.search.needle.take() else {
            return;
        };
        if self.is_raw() {
            self.search_raw(&needle);
        } else if let Some(mut scan) = self.search.tree.take() {
            scan.step(|place, found| self.look_into(place, &needle, found));
            self.search.tree = Some(scan);
        }
        self.search.needle = Some(needle);
        if let Some((by, here)) = self.search.wanted {
            self.find(by, here);
        }
    }

    fn search_raw(&mut self, needle: &Needle) {
        let raw = &self.raw;
        if let Some(scan) = &mut self.search.raw {
            scan.step(|line, found| {
                let text = raw.line(line);
                if needle.is_in(text) {
                    found.push(line);
                }
                text.len()
            });
        }
    }

    /// Goes to the next match (`by` 1) or the one before (−1), around the end; `here` may be the present place. Where
    /// it is not known yet, it is gone to once it is.
    pub fn find(&mut self, by: isize, here: bool) {
        self.search.wanted = None;
        let (place, count) = self.place_among_matches();
        let at = next(place, count, by, here);
        let around = at < place.unwrap_or_else(|after| after);
        if self.is_searching() && (by < 0 || around || at >= count) {
            self.search.wanted = Some((by, here));
            return;
        }
        if let ReadingView::Raw { top } = &mut self.view {
            let line = self.search.raw.as_ref().and_then(|scan| scan.get(at));
            *top = line.unwrap_or(*top);
        } else if let Some(row) = self.search.tree.as_ref().and_then(|scan| scan.get(at)) {
            self.go_to(row);
        }
    }

    // Where the cursor is among what was found, or would be, and how much that is.
    fn place_among_matches(&self) -> (Result<usize, usize>, usize) {
        if let ReadingView::Raw { top } = self.view {
            let raw = self.search.raw.as_ref();
            return raw.map_or((Err(0), 0), |scan| {
                (scan.position(&top, |line| line), scan.len())
            });
        }
        let tree = self.search.tree.as_ref();
        let key = self.row().map_or([0; 6], |row| self.key(row));
        tree.map_or((Err(0), 0), |scan| (self.place_of(scan, &key), scan.len()))
    }

    fn place_of(&self, scan: &Scan<TreeRow>, key: &RowPosition) -> Result<usize, usize> {
        scan.position(key, |row| self.key(row))
    }

    /// Which match is at the cursor, counted from 1 (0 for none), and how many there are so far.
    pub fn match_position(&self) -> (usize, usize) {
        let (place, count) = self.place_among_matches();
        (place.map_or(0, |at| at + 1), count)
    }

    /// Whether a row holds the words, shown or cut.
    pub fn matches(&self, row: TreeRow) -> bool {
        let tree = self.search.tree.as_ref();
        tree.is_some_and(|scan| self.place_of(scan, &self.key(row)).is_ok())
    }
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
