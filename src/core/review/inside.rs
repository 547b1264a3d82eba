//! The difference inside a value: for maps and lists the items that come and go, not the two values.

use std::collections::BTreeSet;

use super::{Change, items};

/// One item of a map or list that comes, goes, or one line of a diff; raw text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step<'a> {
    Removed(&'a str),
    Added(&'a str),
    /// A line of a diff that stays, or `...` for a gap.
    Same(&'a str),
}

/// What changes inside a field: removed items before added ones; empty for a plain value.
pub fn inside(change: &Change) -> Vec<Step<'_>> {
    match change {
        Change::New(_) => Vec::new(),
        Change::Changed { old, new } => of_values(old.raw(), new.raw()),
        Change::Diff(lines) => lines.iter().map(|line| step(line.raw())).collect(),
    }
}

fn step(line: &str) -> Step<'_> {
    let removed = line.strip_prefix("- ").map(Step::Removed);
    let added = || line.strip_prefix("+ ").map(Step::Added);
    let same = || Step::Same(line.strip_prefix("  ").unwrap_or(line));
    removed.or_else(added).unwrap_or_else(same)
}

fn of_values<'a>(old: &'a str, new: &'a str) -> Vec<Step<'a>> {
    let both = bracketed(old).zip(bracketed(new));
    let Some((old, new)) = both else {
        return Vec::new();
    };
    let (old, new) = (set(old), set(new));
    let removed = old.difference(&new).map(|item| Step::Removed(item));
    let added = new.difference(&old).map(|item| Step::Added(item));
    removed.chain(added).collect()
}

fn bracketed(value: &str) -> Option<&str> {
    let within = |open, close| value.strip_prefix(open)?.strip_suffix(close);
    within('{', '}').or_else(|| within('[', ']'))
}

fn set(inside: &str) -> BTreeSet<&str> {
    let found = items(inside).into_iter();
    found.filter(|item| !item.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_and_lists_show_what_comes_and_goes() {
        let change = |old: &str, new: &str| Change::Changed {
            old: old.into(),
            new: new.into(),
        };
        assert_eq!(
            inside(&change("{a: 1, b: 2}", "{b: 3, a: 1, c: }")),
            [
                Step::Removed("b: 2"),
                Step::Added("b: 3"),
                Step::Added("c: ")
            ]
        );
        assert_eq!(inside(&change("[x]", "[x, y]")), [Step::Added("y")]);
        assert_eq!(inside(&change("1", "2")), []);
    }

    #[test]
    fn diff_lines_lose_their_signs() {
        let lines = ["...", "  a", "+ b", "- c", "+ "].map(Into::into);
        assert_eq!(
            inside(&Change::Diff(lines.to_vec())),
            [
                Step::Same("..."),
                Step::Same("a"),
                Step::Added("b"),
                Step::Removed("c"),
                Step::Added(""),
            ]
        );
    }
}
