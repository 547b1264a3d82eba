//! The lines of a dry run, and one line taken apart by the format strings of kops that made it.

use super::{ChangeAction, Ending};

/// The lines of a dry run, without their ends; the first line, or all the others, tell whether they end in `\r\n`.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]);
    let lines = ends.scan(0, move |start, end| {
        let line = text.get(*start..end)?;
        *start = end + 1;
        Some(line)
    });
    let first = lines.clone().next().unwrap_or_default();
    let windows = (first.len() < text.len() && first.ends_with('\r')) || is_windows(text);
    lines.map(move |line| match line.strip_suffix('\r') {
        Some(short) if windows => short,
        _ => line,
    })
}

// A value may end in `\r` by itself; all lines but the first do not.
fn is_windows(text: &str) -> bool {
    let ends = || memchr::memchr_iter(b'\n', text.as_bytes()).skip(1);
    let before = |end: usize| end.checked_sub(1).and_then(|at| text.as_bytes().get(at));
    ends().next().is_some() && ends().all(|end| before(end) == Some(&b'\r'))
}

/// What the section headers say; the last is that of kops up to 1.28.
pub(super) const HEADERS: [(&str, ChangeAction); 5] = [
    ("Will create resources:", ChangeAction::Create),
    ("Will modify resources:", ChangeAction::Modify),
    (
        "Items will be deleted only when the --prune flag is specified:",
        ChangeAction::DeleteOnPrune,
    ),
    ("Items will be deleted during update:", ChangeAction::Delete),
    ("Will delete items:", ChangeAction::Delete),
];

pub(super) const ENDINGS: [(&str, Ending); 2] = [
    ("Must specify --yes to apply changes", Ending::ChangesWait),
    ("No changes need to be applied", Ending::NoChanges),
];

/// The width of `%-20s`, which pads field names and the types of deleted items.
const WIDTH: usize = 20;

/// A line inside a diff: `%-20s\t%s` with an empty name.
pub(super) fn diff_line(rest: &str) -> Option<&str> {
    let blanks = rest.bytes().take(WIDTH).take_while(|byte| *byte == b' ');
    if blanks.count() < WIDTH {
        return None;
    }
    rest.get(WIDTH..)?.strip_prefix('\t')
}

/// `%-20s\t%s`: name and value; `%-20s` alone: name and none.
pub(super) fn split_field(rest: &str) -> Option<(&str, Option<&str>)> {
    let end = rest.find([' ', '\t']).unwrap_or(rest.len());
    let (name, tail) = rest.split_at_checked(end)?;
    if !is_identifier(name) {
        return None;
    }
    // Where the blanks at the end of lines are cut, a name alone is left.
    if tail.is_empty() {
        return Some((name, None));
    }
    let tail = padded(name, tail)?;
    match tail.strip_prefix('\t') {
        Some(value) => Some((name, Some(value))),
        None => tail.is_empty().then_some((name, None)),
    }
}

/// What blanks stand for after a tab was copied from a terminal: it reaches to the next multiple of this.
const TAB: usize = 8;

/// A field as a terminal shows it, with blanks for tabs: its name in column 8, its value from column 32 on or from the
/// tab stop after a longer name. Other widths of a tab are taken too.
pub(super) struct Columns<'a> {
    pub(super) name: &'a str,
    pub(super) value: Option<&'a str>,
    /// Where the name stands; the lines of a diff begin [`Columns::LINES`] further right.
    pub(super) indent: usize,
}

impl<'a> Columns<'a> {
    /// The padded name and the tab after it.
    pub(super) const LINES: usize = WIDTH + 4;
    /// More than the two blanks of a resource, less than the lines of a diff.
    const INDENT: std::ops::RangeInclusive<usize> = 3..=2 * TAB;

    pub(super) fn parse(line: &'a str) -> Option<Self> {
        let rest = line.trim_start_matches(' ');
        let indent = line.len() - rest.len();
        let end = rest.find(' ').unwrap_or(rest.len());
        let (name, tail) = rest.split_at_checked(end)?;
        let exported = name.starts_with(|first: char| first.is_ascii_uppercase());
        if !Self::INDENT.contains(&indent) || !exported || !is_identifier(name) {
            return None;
        }
        let value = tail.trim_start_matches(' ');
        let wide = name.len() + (tail.len() - value.len()) > WIDTH;
        let value = match value {
            "" => None,
            value if wide => Some(value),
            _ => return None,
        };
        Some(Self {
            name,
            value,
            indent,
        })
    }
}

/// A line inside a diff as a terminal shows it, below a field with this indent.
pub(super) fn shown_diff_line(line: &str, indent: usize) -> Option<&str> {
    let column = indent + Columns::LINES;
    let blanks = line.bytes().take(column).take_while(|byte| *byte == b' ');
    if blanks.count() < column {
        return None;
    }
    line.get(column..)
}

/// `%-20s %s`: the type and the item. The types are those of the deletions of `awstasks` (`TaskName`), such as
/// `LaunchTemplate` and `autoscaling-elb-attachment`; a longer one is followed by one blank.
pub(super) fn split_item(rest: &str) -> Option<(&str, &str)> {
    let (kind, _) = rest.split_once(' ')?;
    if !is_item_type(kind) {
        return None;
    }
    let item = padded(kind, rest.get(kind.len()..)?)?.strip_prefix(' ')?;
    Some((kind, item))
}

fn padded<'a>(word: &str, tail: &'a str) -> Option<&'a str> {
    let blanks = WIDTH.saturating_sub(word.len());
    let (pad, rest) = tail.split_at_checked(blanks)?;
    pad.bytes().all(|byte| byte == b' ').then_some(rest)
}

/// A Go name: the type of a task, or a field of it.
pub(super) fn is_identifier(word: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !word.is_empty() && word.bytes().all(plain)
}

/// A type of what kops deletes: letters of both cases, digits and hyphens.
fn is_item_type(word: &str) -> bool {
    let inner = word.strip_prefix(|first: char| first.is_ascii_alphabetic());
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    inner.is_some_and(|rest| rest.bytes().all(plain))
}

const ARROW: &str = " -> ";

/// The same where the blanks around the arrow were cut with an empty value.
pub(super) fn split_cut_arrow(value: &str) -> Option<(&str, &str)> {
    let cut = || Some((value.strip_suffix(" ->")?, ""));
    split_arrow(value)
        .or_else(|| Some(("", value.strip_prefix("-> ")?)))
        .or_else(cut)
}

/// Splits at the first arrow outside brackets, else at the first one.
pub(super) fn split_arrow(value: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    let mut seen = 0;
    for (at, _) in value.match_indices(ARROW) {
        depth = value.get(seen..at)?.bytes().fold(depth, nested);
        seen = at;
        if depth == 0 {
            return Some((value.get(..at)?, value.get(at + ARROW.len()..)?));
        }
    }
    value.split_once(ARROW)
}

fn nested(depth: usize, byte: u8) -> usize {
    match byte {
        b'{' | b'[' | b'(' => depth + 1,
        b'}' | b']' | b')' => depth.saturating_sub(1),
        _ => depth,
    }
}
