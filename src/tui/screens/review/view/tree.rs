//! One line of the tree of a dry run.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::core::analysis::findings::FindingSeverity;
use crate::core::kops::dry_run::{ChangeAction, ChangedField, DiffLine, ValueChange, inside};
use crate::core::text::prose::counted;
use crate::core::text::untrusted::{Untrusted, visible};
use crate::tui::screens::review::reading::{Fold, Reading, TreeRow};
use crate::tui::screens::review::view::highlight::highlighted;
use crate::tui::theme::StyleRole;
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::text::{pad, width};

const FIELD_NAME: usize = 20;

// Above this many bytes a map is shown as two values in the tree; the detail shows what differs inside.
const MOST_INSIDE: usize = 16 * 1024;

/// What a row says, what it is, and the word at its end.
struct RowText {
    text: String,
    role: StyleRole,
    /// So many bytes at the start have the colour; what follows is plain.
    lead: usize,
    end: String,
}

impl RowText {
    fn of(text: impl Into<String>, role: StyleRole) -> Self {
        Self {
            text: text.into(),
            role,
            lead: usize::MAX,
            end: String::new(),
        }
    }

    // Of what is made or changed only the sign or the word has the colour, so that most of the tree is plain text;
    // what goes away stays whole.
    fn led(lead: &str, rest: &str, role: StyleRole, end: String) -> Self {
        let whole = matches!(role, StyleRole::Delete | StyleRole::Dim);
        Self {
            text: format!("{lead}{rest}"),
            role,
            lead: if whole { usize::MAX } else { lead.len() },
            end,
        }
    }
}

/// The line of one row, the cursor's own marked.
pub fn line(
    reading: &Reading,
    row: TreeRow,
    here: bool,
    columns: usize,
    look: &RenderContext,
) -> Line<'static> {
    let words = words(reading, row, columns, look).unwrap_or(RowText::of("", StyleRole::Text));
    let cursor = if here { look.signs.cursor } else { " " };
    let style = look.style(if here { StyleRole::Cursor } else { words.role });
    let room = columns.saturating_sub(2);
    let end = if words.end.is_empty() {
        String::new()
    } else {
        format!(" {}", words.end)
    };
    let room = room.saturating_sub(width(&end));
    let hidden = reading.matches(row);
    let mut spans = vec![Span::styled(
        format!("{cursor} "),
        look.style(StyleRole::Accent),
    )];
    let told = highlighted(&words.text, room, style, (&reading.search, hidden), look);
    if here {
        spans.extend(told);
    } else {
        spans.extend(plain_after(words.lead, told, style, look));
    }
    if !end.is_empty() {
        let taken: usize = spans.iter().map(|span| width(&span.content)).sum();
        spans.push(Span::raw(" ".repeat((room + 2).saturating_sub(taken))));
        spans.push(Span::styled(end, look.style(StyleRole::Dim)));
    }
    Line::from(spans)
}

// What is marked keeps its mark.
fn plain_after(
    lead: usize,
    spans: Vec<Span<'static>>,
    coloured: Style,
    look: &RenderContext,
) -> Vec<Span<'static>> {
    let mut left = lead;
    let mut parts = Vec::new();
    for span in spans {
        let text = span.content.into_owned();
        let at = left.min(text.len());
        left -= at;
        if span.style != coloured || at == text.len() {
            parts.push(Span::styled(text, span.style));
            continue;
        }
        let (head, tail) = text.split_at_checked(at).unwrap_or(("", &text));
        parts.push(Span::styled(head.to_owned(), coloured));
        parts.push(Span::styled(tail.to_owned(), look.style(StyleRole::Text)));
    }
    parts
}

fn words(reading: &Reading, row: TreeRow, columns: usize, look: &RenderContext) -> Option<RowText> {
    Some(match row {
        TreeRow::Differences => differences(reading, look)?,
        TreeRow::Difference(at) => {
            let comparison = reading.comparison.as_ref()?;
            let found = comparison.differences.get(at)?;
            let text = format!("    {} {}", look.signs.look, comparison.row(found));
            RowText::of(text, StyleRole::Warning)
        }
        TreeRow::Finding(at) => finding(reading, at, look)?,
        TreeRow::Subject { .. } => {
            let resource = reading
                .outline
                .dry_run
                .resources
                .get(reading.resource_of(row)?)?;
            let lead = format!("      {}", resource.action.sign());
            let rest = format!(" {}", resource.title());
            RowText::led(&lead, &rest, action_role(resource.action), String::new())
        }
        TreeRow::Unread => unread(reading, look),
        TreeRow::UnreadLine(at) => {
            let line = reading.outline.dry_run.unread.get(at)?;
            RowText::of(format!("    {}", head(line, columns)), StyleRole::Warning)
        }
        TreeRow::Group(at) => group(reading, at, look)?,
        TreeRow::Bundle(at) => bundle(reading, at, look)?,
        TreeRow::Resource(at) => resource(reading, at, columns, look)?,
        TreeRow::Field { resource, field } => field_words(reading, resource, field, columns, look)?,
        TreeRow::DiffLine {
            resource,
            field,
            line,
        } => {
            let field = reading
                .outline
                .dry_run
                .resources
                .get(resource)?
                .fields
                .get(field)?;
            let indent = indent(reading, resource);
            diff_words(field, line, indent, columns)?
        }
        TreeRow::Noises => noises(reading, look),
        TreeRow::Noise(at) => {
            let (noise, count) = reading.outline.noises.get(at)?;
            let fields = counted(*count, "field");
            RowText::of(
                format!("    {fields}: {}", noise.explanation()),
                StyleRole::Dim,
            )
        }
    })
}

fn differences(reading: &Reading, look: &RenderContext) -> Option<RowText> {
    let comparison = reading.comparison.as_ref()?;
    let sign = fold_sign(reading.is_open(Fold::Differences), look);
    if comparison.differences.is_empty() {
        return Some(RowText::of(
            "  no difference between the two reports",
            StyleRole::Good,
        ));
    }
    let text = format!("{sign} {}", comparison.headline());
    Some(RowText::of(text, StyleRole::Danger))
}

fn unread(reading: &Reading, look: &RenderContext) -> RowText {
    let lines = match reading.outline.dry_run.unread.len() {
        1 => "1 line not understood, shown as kops printed it".to_owned(),
        many => format!("{many} lines not understood, shown as kops printed them"),
    };
    let sign = fold_sign(reading.is_open(Fold::Unread), look);
    RowText::of(format!("{sign} {lines}"), StyleRole::Warning)
}

fn noises(reading: &Reading, look: &RenderContext) -> RowText {
    let count: usize = reading.outline.noises.iter().map(|(_, count)| count).sum();
    let sign = fold_sign(reading.is_open(Fold::Noises), look);
    let text = format!("{sign} noise: {}, explained", counted(count, "field"));
    RowText::of(text, StyleRole::Dim)
}

fn read_sign(read: bool, look: &RenderContext) -> String {
    if read { look.signs.good } else { " " }.to_owned()
}

fn finding(reading: &Reading, at: usize, look: &RenderContext) -> Option<RowText> {
    let found = reading.outline.findings.get(at)?;
    let finding = &found.finding;
    let (sign, role) = match finding.severity {
        FindingSeverity::Danger => (look.signs.blocked, StyleRole::Danger),
        FindingSeverity::Warning => (look.signs.look, StyleRole::Warning),
        FindingSeverity::Note => (look.signs.dot, StyleRole::Note),
    };
    let whose = match found.subjects.len() {
        0 | 1 => finding.resource.clone(),
        many => format!(
            "{} {many} resources",
            fold_sign(reading.is_open(Fold::Finding(at)), look)
        ),
    };
    Some(RowText {
        text: format!("{sign} {}  {whose}", finding.message),
        role,
        lead: sign.len() + 1 + finding.message.len(),
        end: read_sign(reading.was_finding_read(at), look),
    })
}

fn group(reading: &Reading, at: usize, look: &RenderContext) -> Option<RowText> {
    let group = reading.outline.groups.get(at)?;
    let sign = fold_sign(reading.is_open(Fold::Group(at)), look);
    let lead = format!("{sign} {}", pad(group.action.word(), 6));
    let rest = format!("  {}", group.title());
    let (mut read, mut all) = (0, 0);
    for resource in reading.passing_of(at) {
        read += usize::from(reading.was_read(resource));
        all += 1;
    }
    let role = action_role(group.action);
    Some(RowText::led(&lead, &rest, role, read_of(read, all, look)))
}

/// Resources that change alike, in one row.
fn bundle(reading: &Reading, at: usize, look: &RenderContext) -> Option<RowText> {
    let found: Vec<usize> = reading.passing_in(at).collect();
    let at_first = *found.first()?;
    let first = reading.outline.dry_run.resources.get(at_first)?;
    let sign = fold_sign(reading.is_open(Fold::Bundle(at)), look);
    let title = reading.bundle_title(at)?;
    let title = title.replace(" -> ", &format!(" {} ", look.signs.arrow));
    let read = found.iter().filter(|at| reading.was_read(**at)).count();
    // They change alike, so that the first tells for all.
    let noise = reading.outline.is_noise(at_first);
    let role = if noise {
        StyleRole::Dim
    } else {
        action_role(first.action)
    };
    let lead = format!("  {sign} {}", first.action.sign());
    let end = read_of(read, found.len(), look);
    Some(RowText::led(&lead, &format!(" {title}"), role, end))
}

/// How many of some were read: the sign once all were.
fn read_of(read: usize, all: usize, look: &RenderContext) -> String {
    if read == all {
        read_sign(true, look)
    } else {
        format!("{read}/{all}")
    }
}

/// What is below a bundle stands further in.
fn indent(reading: &Reading, resource: usize) -> &'static str {
    if reading.is_bundled(resource) {
        "  "
    } else {
        ""
    }
}

fn resource(reading: &Reading, at: usize, columns: usize, look: &RenderContext) -> Option<RowText> {
    let resource = reading.outline.dry_run.resources.get(at)?;
    let sign = fold_sign(reading.is_open(Fold::Resource(at)), look);
    let name = head(&resource.name, columns);
    let indent = indent(reading, at);
    let role = if reading.outline.is_noise(at) {
        StyleRole::Dim
    } else {
        action_role(resource.action)
    };
    let lead = format!("{indent}  {sign} {}", resource.action.sign());
    let rest = format!(" {}/{name}", resource.kind);
    let end = read_sign(reading.was_read(at), look);
    Some(RowText::led(&lead, &rest, role, end))
}

fn field_words(
    reading: &Reading,
    resource: usize,
    field: usize,
    columns: usize,
    look: &RenderContext,
) -> Option<RowText> {
    let found = reading.outline.dry_run.resources.get(resource)?;
    let noise = reading.outline.noise(resource, field);
    let field = found.fields.get(field)?;
    let role = match (&field.change, noise) {
        (_, Some(_)) => StyleRole::Dim,
        (ValueChange::Changed { .. }, None) => StyleRole::Modify,
        _ => StyleRole::Text,
    };
    let name = pad(&visible(&field.name), FIELD_NAME);
    let value = match &field.change {
        ValueChange::New(value) => head(value, columns),
        ValueChange::Changed { old, new } => {
            changed_inside(field, old.raw().len() + new.raw().len()).unwrap_or_else(|| {
                let (old, new) = (head(old, columns), head(new, columns));
                format!("{old} {} {new}", look.signs.arrow)
            })
        }
        ValueChange::Diff(_) => String::new(),
    };
    let indent = indent(reading, resource);
    let text = format!("{indent}      {name} {value}");
    Some(RowText::of(text.trim_end(), role))
}

/// What differs inside a map or a list, on one line.
fn changed_inside(field: &ChangedField, size: usize) -> Option<String> {
    if size > MOST_INSIDE {
        return None;
    }
    let steps = inside(&field.change);
    let words: Vec<String> = steps
        .into_iter()
        .map(|step| match step {
            DiffLine::Removed(text) => format!("- {}", visible(text)),
            DiffLine::Added(text) => format!("+ {}", visible(text)),
            DiffLine::Same(text) => visible(text),
        })
        .collect();
    (!words.is_empty()).then(|| words.join("  "))
}

fn diff_words(field: &ChangedField, line: usize, indent: &str, columns: usize) -> Option<RowText> {
    let ValueChange::Diff(lines) = &field.change else {
        return None;
    };
    let text = head(lines.get(line)?, columns);
    let role = match text.chars().next() {
        Some('+') => StyleRole::Create,
        Some('-') => StyleRole::Delete,
        _ => StyleRole::Dim,
    };
    Some(RowText::of(format!("{indent}        {text}"), role))
}

/// As much of a value as a row can show: a value of a megabyte costs no more than a short one.
fn head(value: &Untrusted, columns: usize) -> String {
    let raw = value.raw();
    let most = columns * 2 + 2;
    match raw.char_indices().nth(most) {
        None => visible(raw),
        Some((end, _)) => visible(raw.get(..end).unwrap_or(raw)),
    }
}

fn fold_sign(open: bool, look: &RenderContext) -> &'static str {
    if open {
        look.signs.open
    } else {
        look.signs.folded
    }
}

fn action_role(action: ChangeAction) -> StyleRole {
    match action {
        ChangeAction::Delete | ChangeAction::DeleteOnPrune => StyleRole::Delete,
        ChangeAction::Modify => StyleRole::Modify,
        ChangeAction::Create => StyleRole::Create,
    }
}
