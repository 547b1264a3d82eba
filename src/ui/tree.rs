//! One line of the tree of a dry run.

use ratatui::text::{Line, Span};

use crate::app::reading::{Fold, Reading, Row};
use crate::core::findings::Severity;
use crate::core::review::{Action, Change};
use crate::core::untrusted::visible;

use super::screen::Look;
use super::text::{cut_end, pad};
use super::theme::Role;

const FIELD_NAME: usize = 20;

/// The line of one row, the cursor's own marked.
pub fn line(
    reading: &Reading,
    row: &Row,
    here: bool,
    columns: usize,
    look: &Look,
) -> Line<'static> {
    let (text, role) = words(reading, row, look);
    let cursor = if here { look.signs.cursor } else { " " };
    let text = cut_end(&text, columns.saturating_sub(2), look.signs.ellipsis);
    let role = match (here, reading.matches(row)) {
        (true, _) => Role::Cursor,
        (false, true) => Role::Match,
        (false, false) => role,
    };
    Line::from(vec![
        Span::styled(format!("{cursor} "), look.style(Role::Accent)),
        Span::styled(text, look.style(role)),
    ])
}

fn words(reading: &Reading, row: &Row, look: &Look) -> (String, Role) {
    match row {
        Row::Difference(at) => {
            let text = reading
                .differences
                .get(*at)
                .map(|text| visible(text))
                .unwrap_or_default();
            (format!("{} {text}", look.signs.look), Role::Danger)
        }
        Row::Finding(at) => finding(reading, *at, look),
        Row::Unread => {
            let count = reading.report.unread.len();
            let sign = fold_sign(reading.is_open(Fold::Unread), look);
            (
                format!("{sign} {count} lines not understood, shown as kops printed them"),
                Role::Warning,
            )
        }
        Row::UnreadLine(at) => {
            let text = reading
                .report
                .unread
                .get(*at)
                .map(ToString::to_string)
                .unwrap_or_default();
            (format!("    {text}"), Role::Warning)
        }
        Row::Group(at) => group(reading, *at, look),
        Row::Resource { resource, .. } => resource_words(reading, *resource, look),
        Row::Field { resource, field } => field_words(reading, *resource, *field, look),
        Row::DiffLine {
            resource,
            field,
            line,
        } => diff_words(reading, *resource, *field, *line),
    }
}

fn finding(reading: &Reading, at: usize, look: &Look) -> (String, Role) {
    let Some(found) = reading.folded.get(at) else {
        return (String::new(), Role::Text);
    };
    let finding = &found.finding;
    let (sign, role) = match finding.severity {
        Severity::Danger => (look.signs.blocked, Role::Danger),
        Severity::Warning => (look.signs.look, Role::Warning),
        Severity::Note => (look.signs.dot, Role::Note),
    };
    let whose = match found.resources {
        0 | 1 => finding.resource.clone(),
        many => format!("{many} resources"),
    };
    (format!("{sign} {}  {whose}", finding.message), role)
}

fn group(reading: &Reading, at: usize, look: &Look) -> (String, Role) {
    let Some(group) = reading.groups.get(at) else {
        return (String::new(), Role::Text);
    };
    let sign = fold_sign(reading.is_open(Fold::Group(at)), look);
    let text = format!(
        "{sign} {}  {}: {}",
        pad(group.action.word(), 6),
        group.family.word(),
        group.counts()
    );
    (text, action_role(group.action))
}

fn resource_words(reading: &Reading, at: usize, look: &Look) -> (String, Role) {
    let Some(resource) = reading.report.resources.get(at) else {
        return (String::new(), Role::Text);
    };
    let sign = fold_sign(reading.is_open(Fold::Resource(at)), look);
    let text = format!("  {sign} {} {}", resource.action.sign(), resource.title());
    (text, action_role(resource.action))
}

fn field_words(reading: &Reading, resource: usize, field: usize, look: &Look) -> (String, Role) {
    let found = reading
        .report
        .resources
        .get(resource)
        .and_then(|resource| resource.fields.get(field));
    let Some(found) = found else {
        return (String::new(), Role::Text);
    };
    let name = pad(&visible(&found.name), FIELD_NAME);
    match &found.change {
        Change::New(value) => (format!("      {name} {value}"), Role::Text),
        Change::Changed { old, new } => (
            format!("      {name} {old} {} {new}", look.signs.arrow),
            Role::Modify,
        ),
        Change::Diff(_) => (format!("      {name}"), Role::Text),
    }
}

fn diff_words(reading: &Reading, resource: usize, field: usize, line: usize) -> (String, Role) {
    let found = reading
        .report
        .resources
        .get(resource)
        .and_then(|resource| resource.fields.get(field));
    let text = match found.map(|field| &field.change) {
        Some(Change::Diff(lines)) => lines.get(line).map(ToString::to_string).unwrap_or_default(),
        _ => String::new(),
    };
    let role = match text.chars().next() {
        Some('+') => Role::Create,
        Some('-') => Role::Delete,
        _ => Role::Dim,
    };
    (format!("        {text}"), role)
}

fn fold_sign(open: bool, look: &Look) -> &'static str {
    if open {
        look.signs.open
    } else {
        look.signs.folded
    }
}

fn action_role(action: Action) -> Role {
    match action {
        Action::Delete | Action::DeleteOnPrune => Role::Delete,
        Action::Modify => Role::Modify,
        Action::Create => Role::Create,
    }
}
