//! A field whole: its value, or what changes inside it.

use super::{DetailPage, Tone};
use crate::core::analysis::noise::Noise;
use crate::core::kops::dry_run::{ChangedField, DiffLine, ValueChange, inside, items, policy};

pub(super) fn add_field<'a>(
    field: &'a ChangedField,
    noise: Option<Noise>,
    page: &mut DetailPage<'a>,
) {
    let name = field.name.as_str();
    match &field.change {
        ValueChange::New(value) => add_new_value(name, value.raw(), page),
        ValueChange::Changed { old, new } => {
            let steps = inside(&field.change);
            if steps.is_empty() {
                page.line(Tone::Title, 0, name);
                page.signed(Tone::Removed, 1, "- ", old.raw());
                page.signed(Tone::Added, 1, "+ ", new.raw());
            } else {
                let unchanged = unchanged_items(old.raw(), &steps);
                page.line(Tone::Title, 0, format!("{name}{unchanged}"));
                add_steps(steps, page);
            }
        }
        ValueChange::Diff(_) => {
            page.line(Tone::Title, 0, name);
            add_diff(&field.change, page);
        }
    }
    if let Some(noise) = noise {
        page.line(Tone::Dim, 1, noise.explanation());
    }
}

// A policy by its statements, any other text as one unified diff.
fn add_diff<'a>(change: &'a ValueChange, page: &mut DetailPage<'a>) {
    match policy(change).filter(|steps| !steps.is_empty()) {
        Some(steps) => {
            for step in steps {
                let (tone, sign) = if step.added {
                    (Tone::Added, "+ ")
                } else {
                    (Tone::Removed, "- ")
                };
                page.signed(tone, 1, sign, step.words());
            }
            page.line(
                Tone::Dim,
                1,
                "by statement; the lines that kops printed are in the raw text",
            );
        }
        None => add_steps(inside(change), page),
    }
}

// A map or a list of several items takes a line for each; anything else follows its name.
fn add_new_value<'a>(name: &'a str, value: &'a str, page: &mut DetailPage<'a>) {
    let items = items(value);
    if items.len() < 2 {
        return page.line(Tone::Plain, 0, format!("{name}  {value}"));
    }
    page.line(Tone::Title, 0, name);
    for item in items {
        page.line(Tone::Plain, 1, item);
    }
}

fn unchanged_items(old: &str, steps: &[DiffLine<'_>]) -> String {
    let removed = steps
        .iter()
        .filter(|step| matches!(step, DiffLine::Removed(_)))
        .count();
    match items(old).len().saturating_sub(removed) {
        0 => String::new(),
        1 => "  (1 item unchanged)".to_owned(),
        stay => format!("  ({stay} items unchanged)"),
    }
}

pub(super) fn add_steps<'a>(steps: Vec<DiffLine<'a>>, page: &mut DetailPage<'a>) {
    for found in steps {
        add_step(found, page);
    }
}

pub(super) fn add_step<'a>(step: DiffLine<'a>, page: &mut DetailPage<'a>) {
    match step {
        DiffLine::Removed(text) => page.signed(Tone::Removed, 1, "- ", text),
        DiffLine::Added(text) => page.signed(Tone::Added, 1, "+ ", text),
        DiffLine::Same(text) => page.signed(Tone::Dim, 1, "  ", text),
    }
}

pub(super) fn add_side<'a>(
    word: &'static str,
    tone: Tone,
    change: Option<&'a ValueChange>,
    page: &mut DetailPage<'a>,
) {
    page.line(Tone::Title, 0, word);
    match change {
        None => page.line(Tone::Dim, 1, "nothing"),
        Some(ValueChange::New(value)) => page.line(tone, 1, value.raw()),
        Some(ValueChange::Changed { old, new }) => {
            page.signed(tone, 1, "- ", old.raw());
            page.signed(tone, 1, "+ ", new.raw());
        }
        Some(change @ ValueChange::Diff(_)) => add_diff(change, page),
    }
}
