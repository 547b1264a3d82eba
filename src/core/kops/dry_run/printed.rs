//! What was understood of a dry run in kops's own format again: the proof that nothing is dropped.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::conceal::conceal;
use super::line::{ENDINGS, HEADERS, lines};
use super::parse::{INCONSISTENT, read};
use super::wrapping::Wrapping;
use super::{ChangedField, DryRun, Resource, ValueChange};
use crate::core::text::untrusted::Untrusted;

const INDENT: &str = "  \t                    \t";

/// The dry run in kops's format, section by section as it stands, after what kops printed besides it; the unread
/// lines are left out.
pub(super) fn print(dry_run: &DryRun) -> String {
    let mut text = String::new();
    for line in &dry_run.log {
        let _ = writeln!(text, "{}", line.raw());
    }
    let mut section = None;
    for resource in &dry_run.resources {
        if section != Some(resource.action) {
            section = Some(resource.action);
            let header = HEADERS
                .iter()
                .find(|(_, action)| *action == resource.action);
            let _ = writeln!(text, "{}", header.map_or("", |(words, _)| words));
        }
        print_resource(&mut text, resource);
    }
    for (words, ending) in ENDINGS {
        if ending == dry_run.ending {
            let _ = writeln!(text, "{words}");
        }
    }
    text
}

fn print_resource(text: &mut String, resource: &Resource) {
    let (kind, name) = (&resource.kind, resource.name.raw());
    if resource.action.deletes() {
        let _ = writeln!(text, "  {kind:<20} {name}");
        return;
    }
    let _ = writeln!(text, "  {kind}/{name}");
    for field in &resource.fields {
        print_field(text, field);
    }
    text.push('\n');
}

fn print_field(text: &mut String, field: &ChangedField) {
    let name = &field.name;
    match &field.change {
        ValueChange::Diff(lines) if name == INCONSISTENT => {
            let _ = writeln!(text, "   {name}");
            for line in lines {
                let _ = writeln!(text, "    {}", line.raw());
            }
        }
        ValueChange::Diff(lines) => {
            let _ = writeln!(text, "  \t{name:<20}");
            for line in lines.iter().map(Untrusted::raw).chain([""]) {
                let _ = writeln!(text, "{INDENT}{line}");
            }
        }
        ValueChange::New(value) => {
            let _ = writeln!(text, "  \t{name:<20}\t{}", value.raw());
        }
        ValueChange::Changed { old, new } => {
            let value = format!(" {} -> {}", old.raw(), new.raw());
            print_changed(text, name, &value);
        }
    }
}

fn print_changed(text: &mut String, name: &str, value: &str) {
    if !value.contains('\n') {
        let _ = writeln!(text, "  \t{name:<20}\t{value}");
        return;
    }
    let _ = writeln!(text, "  \t{name:<20}");
    for line in value.split('\n') {
        let _ = writeln!(text, "{INDENT}{line}");
    }
}

/// The lines that carry something: no blank ones, no headers, no endings. How wide a gap is says nothing: blanks may
/// stand for kops's tabs.
pub(super) fn content(text: &str) -> BTreeMap<String, usize> {
    let wrapping = Wrapping::detect(text);
    counted(lines(text).map(|line| wrapping.without(line)))
}

fn counted<'a>(lines: impl Iterator<Item = &'a str>) -> BTreeMap<String, usize> {
    let known = |line: &str| {
        HEADERS.iter().any(|(words, _)| *words == line)
            || ENDINGS.iter().any(|(words, _)| *words == line)
    };
    let mut counts = BTreeMap::new();
    for line in lines.filter(|line| !line.trim().is_empty() && !known(line)) {
        let words: Vec<_> = line.split_whitespace().collect();
        *counts.entry(words.join(" ")).or_default() += 1;
    }
    counts
}

/// What was understood, printed again, and what was not.
fn kept(dry_run: &DryRun) -> BTreeMap<String, usize> {
    let unread: Vec<_> = dry_run.unread.iter().map(Untrusted::raw).collect();
    counted(lines(&format!(
        "\n{}\n{}",
        print(dry_run),
        unread.join("\n")
    )))
}

/// Holds the dry run to the text it was read from: every line is understood or unread.
///
/// # Panics
///
/// When a line is missing, or one is there that was not.
pub(crate) fn holds_everything(dry_run: &DryRun, text: &str) {
    let mut exact = read(text);
    assert_eq!(kept(&exact), content(text));
    // And what is shown of it is that, its secrets apart.
    conceal(&mut exact);
    exact.undecoded = dry_run.undecoded;
    assert_eq!(&exact, dry_run);
}
