//! What stands below the rows of a step: why the question is asked, how it is answered, and what is wrong.

use ratatui::text::Line;

use crate::app::field::{Field, FieldKey, Kind};
use crate::app::form::Entry;
use crate::app::questions;
use crate::app::wizard::{Pane, Step, Wizard};
use crate::ui::problem::brief;
use crate::ui::screen::Look;
use crate::ui::text::wrap;
use crate::ui::theme::Role;

use super::WIDEST_PROSE;

/// The lines below the rows, at most so many columns wide.
pub(super) fn lines(
    wizard: &Wizard,
    current: Option<&Field>,
    columns: usize,
    look: &Look,
) -> Vec<Line<'static>> {
    let columns = columns.min(WIDEST_PROSE);
    let stroke = if look.signs.ascii { "-" } else { "─" };
    let mut lines = vec![Line::styled(stroke.repeat(columns), look.style(Role::Dim))];
    if let Some(field) = current {
        let reason = questions::of(&field.key).reason;
        let text = format!("{reason} {}", how(wizard, field));
        let told = wrap(text.trim_end(), columns);
        lines.extend(told.into_iter().map(Line::raw));
    }
    // What EC2 has not told yet is no problem of the answers.
    let told = wizard.inventory().is_some() || wizard.step != Step::Vpc;
    let problems = wizard.loose_problems().into_iter();
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
