//! What stands below the rows of a step: why the question is asked, how it is answered, and what is wrong.

use ratatui::text::Line;

use crate::app::field::{Field, FieldKey, Kind, Sign};
use crate::app::form::Entry;
use crate::app::questions;
use crate::app::wizard::{Pane, Step, Wizard};
use crate::core::catalog::CLUSTER_EXISTS;
use crate::ui::problem::{brief, sentence};
use crate::ui::screen::Look;
use crate::ui::text::{sentences, wrap};
use crate::ui::theme::Role;

use super::WIDEST_PROSE;

/// The lines below the rows, at most so many columns wide.
pub(super) fn lines(
    wizard: &Wizard,
    fields: &[Field],
    columns: usize,
    look: &Look,
) -> Vec<Line<'static>> {
    let columns = columns.min(WIDEST_PROSE);
    let stroke = if look.signs.ascii { "-" } else { "─" };
    let mut lines = vec![Line::styled(stroke.repeat(columns), look.style(Role::Dim))];
    if let Some(refused) = refused(wizard) {
        lines.extend(sentence(
            look.signs.blocked,
            &refused,
            Role::Danger,
            columns,
            look,
        ));
    }
    if let Some(field) = fields.get(wizard.form().cursor) {
        let reason = questions::of(&field.key).reason;
        let text = format!("{reason} {}", how(wizard, field));
        lines.extend(
            wrap(text.trim_end(), columns)
                .into_iter()
                .map(|text| Line::styled(text, look.style(Role::Dim))),
        );
        lines.extend(remedy(wizard, field, columns, look));
        lines.extend(unusable(field, columns, look));
    }
    lines.extend(taken(wizard, columns, look));
    // What EC2 has not told yet is no problem of the answers.
    let told = wizard.inventory().is_some() || wizard.step != Step::Vpc;
    let problems = wizard.problems(wizard.step).into_iter();
    for problem in problems.filter(|_| told) {
        lines.extend(brief(problem, columns, look));
    }
    lines
}

// What a key does to the row, which its look does not tell.
fn how(wizard: &Wizard, field: &Field) -> &'static str {
    if !matches!(wizard.form().entry, Entry::Resting) || wizard.pane != Pane::Work {
        return "";
    }
    let empty = field.cells.get(1).is_none_or(String::is_empty);
    match field.kind {
        Kind::Text if field.key == FieldKey::KubernetesVersion => {
            "Typing replaces it, space edits it, left and right go through those of kops's channel."
        }
        Kind::Text if empty => "",
        Kind::Text => "Typing replaces it.",
        Kind::Pick => "Typing searches the list, space opens it.",
        Kind::Choice => "Space, left and right change it.",
        Kind::Toggle(_) | Kind::One(_) | Kind::Act | Kind::Shown => "",
    }
}

fn refused(wizard: &Wizard) -> Option<String> {
    match &wizard.form().entry {
        Entry::Typing(typing) => typing.refused.clone(),
        _ => None,
    }
}

// The name is refused where it is typed, before a key is pressed in vain.
fn taken(wizard: &Wizard, columns: usize, look: &Look) -> Vec<Line<'static>> {
    let planned = wizard.problems(Step::Account);
    let told = planned
        .iter()
        .any(|problem| problem.id == CLUSTER_EXISTS.id);
    match wizard.taken_name() {
        Some(fault) if wizard.step == Step::Account && !told => {
            let text = sentences(&[&fault.what, &fault.why, &fault.remedy]);
            sentence(look.signs.blocked, &text, Role::Danger, columns, look)
        }
        _ => Vec::new(),
    }
}

// A failed check says why and what to do, right where the cursor is.
fn remedy(wizard: &Wizard, field: &Field, columns: usize, look: &Look) -> Vec<Line<'static>> {
    use crate::core::check::CheckState;
    let FieldKey::Check(kind) = &field.key else {
        return Vec::new();
    };
    match wizard.checks.get(kind) {
        Some(CheckState::Blocked(fault) | CheckState::Warning(fault)) => {
            let text = sentences(&[&fault.what, &fault.why, &fault.remedy]);
            sentence(look.signs.look, &text, Role::Warning, columns, look)
        }
        _ => Vec::new(),
    }
}

// A zone that cannot be used says why in full where the cursor is; its row may be too narrow.
fn unusable(field: &Field, columns: usize, look: &Look) -> Vec<Line<'static>> {
    match (&field.key, field.sign, field.cells.as_slice()) {
        (FieldKey::Zone(_), Sign::Blocked, [.., why]) => sentence(
            look.signs.blocked,
            &sentences(&[why]),
            Role::Danger,
            columns,
            look,
        ),
        _ => Vec::new(),
    }
}
