//! The difference inside a value: for maps and lists the items that come and go, for texts one unified diff.

use std::collections::BTreeSet;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::ValueChange;
use super::compare::{brackets, entries, items_inside};
use crate::core::text::untrusted::Untrusted;

/// One item of a map or list that comes, goes, or one line of a diff; raw text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DiffLine<'a> {
    Removed(&'a str),
    Added(&'a str),
    /// A line of a diff that stays, or `...` for a gap.
    Same(&'a str),
}

/// What changes inside a field, what goes before what comes; empty for a plain value.
pub fn inside(change: &ValueChange) -> Vec<DiffLine<'_>> {
    match change {
        ValueChange::New(_) => Vec::new(),
        ValueChange::Changed { old, new } => diff_values(old.raw(), new.raw()),
        ValueChange::Diff(lines) => unified(lines),
    }
}

/// kops compares characters, so its diff names lines that do not change, and new lines before old ones.
fn unified(lines: &[Untrusted]) -> Vec<DiffLine<'_>> {
    let mut unified = Vec::with_capacity(lines.len());
    let (mut old, mut new) = (Vec::new(), Vec::new());
    for line in lines.iter().map(Untrusted::raw) {
        match kops_step(line) {
            DiffLine::Removed(line) => old.push(line),
            DiffLine::Added(line) => new.push(line),
            same @ DiffLine::Same(_) => {
                settle(&mut old, &mut new, &mut unified);
                unified.push(same);
            }
        }
    }
    settle(&mut old, &mut new, &mut unified);
    unified
}

/// One line of a diff as kops prints it.
pub fn kops_step(line: &str) -> DiffLine<'_> {
    let removed = line.strip_prefix("- ").map(DiffLine::Removed);
    let added = || line.strip_prefix("+ ").map(DiffLine::Added);
    let same = || DiffLine::Same(line.strip_prefix("  ").unwrap_or(line));
    removed.or_else(added).unwrap_or_else(same)
}

/// The largest product of old and new lines that are compared; beyond it, all old ones stand before all new ones.
const MOST: usize = 250_000;

fn settle<'a>(old: &mut Vec<&'a str>, new: &mut Vec<&'a str>, unified: &mut Vec<DiffLine<'a>>) {
    let (old, new) = (std::mem::take(old), std::mem::take(new));
    if old.len().saturating_mul(new.len()) > MOST {
        unified.extend(old.into_iter().map(DiffLine::Removed));
        unified.extend(new.into_iter().map(DiffLine::Added));
        return;
    }
    for operation in capture_diff_slices(Algorithm::Myers, &old, &new) {
        let (removed, added) = (operation.old_range(), operation.new_range());
        let removed = old.get(removed).unwrap_or_default().iter().copied();
        if let DiffOp::Equal { .. } = operation {
            unified.extend(removed.map(DiffLine::Same));
            continue;
        }
        unified.extend(removed.map(DiffLine::Removed));
        let added = new.get(added).unwrap_or_default().iter().copied();
        unified.extend(added.map(DiffLine::Added));
    }
}

fn diff_values<'a>(old: &'a str, new: &'a str) -> Vec<DiffLine<'a>> {
    let Some((old, new)) = parts(old).zip(parts(new)) else {
        return Vec::new();
    };
    let (old, new): (BTreeSet<_>, BTreeSet<_>) = (old.collect(), new.collect());
    let removed = old.difference(&new).map(|item| DiffLine::Removed(item));
    let added = new.difference(&old).map(|item| DiffLine::Added(item));
    let mut steps: Vec<_> = removed.chain(added).collect();
    // The old and the new value of one key side by side.
    steps.sort_by_key(|step| key(step));
    steps
}

fn key<'a>(step: &DiffLine<'a>) -> &'a str {
    let (DiffLine::Removed(item) | DiffLine::Added(item) | DiffLine::Same(item)) = step;
    item.split_once(": ").map_or(*item, |(key, _)| key)
}

/// The entries of a map or the items of a list.
fn parts(value: &str) -> Option<impl Iterator<Item = &str>> {
    let parts = match brackets(value)? {
        ('{', map, _) => entries(map),
        (_, list, _) => items_inside(list),
    };
    Some(parts.into_iter().filter(|item| !item.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_and_lists_show_what_comes_and_goes() {
        let change = |old: &str, new: &str| ValueChange::Changed {
            old: old.into(),
            new: new.into(),
        };
        assert_eq!(
            inside(&change("{a: 1, b: 2}", "{b: 3, a: 1, c: }")),
            [
                DiffLine::Removed("b: 2"),
                DiffLine::Added("b: 3"),
                DiffLine::Added("c: ")
            ]
        );
        assert_eq!(inside(&change("[x]", "[x, y]")), [DiffLine::Added("y")]);
        assert_eq!(
            inside(&change("{a: x, b, c: y}", "{a: x, c: y, b}")),
            [
                DiffLine::Removed("a: x, b"),
                DiffLine::Added("a: x"),
                DiffLine::Removed("c: y"),
                DiffLine::Added("c: y, b")
            ]
        );
        assert_eq!(inside(&change("1", "2")), []);
    }

    #[test]
    fn a_diff_of_kops_becomes_a_unified_one() {
        let lines = ["...", "  a", "+ b", "- c", "+ "].map(Into::into);
        assert_eq!(
            inside(&ValueChange::Diff(lines.to_vec())),
            [
                DiffLine::Same("..."),
                DiffLine::Same("a"),
                DiffLine::Removed("c"),
                DiffLine::Added("b"),
                DiffLine::Added(""),
            ]
        );
    }

    #[test]
    fn a_line_that_goes_and_comes_back_stays() {
        let kops = [
            "- gone",
            "-   name: x",
            "+ spec:",
            "+   name: x",
            "+ more",
            "- spec:",
        ];
        assert_eq!(
            inside(&ValueChange::Diff(kops.map(Into::into).to_vec())),
            [
                DiffLine::Removed("gone"),
                DiffLine::Added("spec:"),
                DiffLine::Same("  name: x"),
                DiffLine::Removed("spec:"),
                DiffLine::Added("more"),
            ]
        );
    }

    #[test]
    fn a_huge_change_is_not_compared_line_by_line() {
        let lines = (0..2_000).flat_map(|at| [format!("+ {at}"), format!("- {}", at + 1)]);
        let change = ValueChange::Diff(lines.map(Into::into).collect());
        let steps = inside(&change);
        assert_eq!(steps.len(), 4_000);
        assert_eq!(steps.first(), Some(&DiffLine::Removed("1")));
        assert_eq!(steps.last(), Some(&DiffLine::Added("1999")));
    }
}
