//! What every form of the dry run says in the same words: the headline, the counts, and each field.

use crate::core::analysis::summary::Summary;
use crate::core::kops::dry_run::{
    ChangedField, DiffLine, DryRun, Ending, ValueChange, inside, policy,
};
use crate::core::text::untrusted::visible;

/// One field made visible: its name with a plain value, or what changes inside it line by line.
pub(crate) struct RenderedField {
    pub(crate) head: String,
    /// The sign, `+`, `-` or a blank, and the line.
    pub(crate) lines: Vec<(char, String)>,
}

impl RenderedField {
    /// What stands beside the name of the field.
    pub(crate) fn value(&self, name: &str) -> &str {
        let value = self.head.get(name.len()..).unwrap_or_default();
        value.trim_start()
    }
}

/// One line: which cluster, and whether changes are pending.
pub(crate) fn headline(dry_run: &DryRun) -> String {
    let ending = ending(dry_run);
    match dry_run.cluster() {
        Some(name) => format!("kops update cluster {}: {ending}", visible(name)),
        None => format!("kops update cluster: {ending}"),
    }
}

// With lines that are not understood, what does not change is unknown.
fn ending(dry_run: &DryRun) -> String {
    let ending = dry_run.ending.word();
    if dry_run.ending == Ending::NoChanges && dry_run.changes() {
        return "what would change is not known".to_owned();
    }
    if dry_run.only_noise() {
        return format!("{ending}, only noise");
    }
    ending.to_owned()
}

/// The counts of a dry run; what is not understood is counted too.
pub(crate) fn count_changes(dry_run: &DryRun) -> String {
    let summary = dry_run.summary();
    match dry_run.unread.len() {
        0 if dry_run.ending == Ending::Missing && summary == Summary::default() => {
            "no change was read".to_owned()
        }
        0 => counts(&summary),
        unread if summary == Summary::default() => not_understood(unread),
        unread => format!("{}, {}", counts(&summary), not_understood(unread)),
    }
}

/// How many lines were not understood.
pub(crate) fn not_understood(unread: usize) -> String {
    match unread {
        1 => "1 line not understood".to_owned(),
        many => format!("{many} lines not understood"),
    }
}

/// The counts of every action that occurs, such as `134 create, 3 modify (1 only noise)`; `nothing` when none does.
pub(crate) fn counts(summary: &Summary) -> String {
    let noise = match summary.noise {
        0 => String::new(),
        noise => format!(" ({noise} only noise)"),
    };
    let all = [
        (summary.create, "create", ""),
        (summary.modify, "modify", noise.as_str()),
        (summary.delete, "delete", ""),
        (summary.delete_on_prune, "delete on prune", ""),
    ];
    let some = all.iter().filter(|(count, ..)| *count > 0);
    let words: Vec<_> = some
        .map(|(count, word, noise)| format!("{count} {word}{noise}"))
        .collect();
    if words.is_empty() {
        return "nothing".to_owned();
    }
    words.join(", ")
}

/// A field as people read it: a policy by its statements, a map by its items, a text as one unified diff.
pub(crate) fn render_field(field: &ChangedField) -> RenderedField {
    let lines = lines(&field.change);
    let whole = match &field.change {
        ValueChange::New(new) => new.shown(),
        ValueChange::Changed { old, new } if lines.is_empty() => format!("{old} -> {new}"),
        ValueChange::Changed { .. } | ValueChange::Diff(_) => String::new(),
    };
    RenderedField {
        head: format!("{}  {whole}", field.name).trim_end().to_owned(),
        lines,
    }
}

fn lines(change: &ValueChange) -> Vec<(char, String)> {
    match policy(change) {
        Some(steps) if !steps.is_empty() => {
            let signed = steps.iter();
            signed
                .map(|step| (sign(step.added), visible(&step.words())))
                .collect()
        }
        _ => inside(change).into_iter().map(line).collect(),
    }
}

fn sign(added: bool) -> char {
    if added { '+' } else { '-' }
}

fn line(step: DiffLine<'_>) -> (char, String) {
    match step {
        DiffLine::Removed(text) => ('-', visible(text)),
        DiffLine::Added(text) => ('+', visible(text)),
        DiffLine::Same(text) => (' ', visible(text)),
    }
}
