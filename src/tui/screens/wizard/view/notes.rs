//! What stands below the rows of a step: why the question is asked, how it is answered, and what is wrong.

use ratatui::text::Line;

use super::WIDEST_PROSE;
use crate::tui::screen_context::Pane;
use crate::tui::screens::wizard::Wizard;
use crate::tui::screens::wizard::field::{Field, FieldKind};
use crate::tui::screens::wizard::form::EditState;
use crate::tui::theme::StyleRole;
use crate::tui::widgets::problem::brief;
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::text::wrap;

/// The lines below the rows, at most so many columns wide.
pub(super) fn lines(
    wizard: &Wizard,
    current: Option<&Field>,
    columns: usize,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let columns = columns.min(WIDEST_PROSE);
    let stroke = if context.signs.ascii { "-" } else { "─" };
    let mut lines = vec![context.line(stroke.repeat(columns), StyleRole::Dim)];
    if let Some(field) = current {
        let asked = || asked_for(wizard, field);
        let fixed = wizard.fixed(&field.key);
        let fixed = fixed.map(|why| format!("Fixed in a cluster that exists: {why}."));
        let text = fixed.unwrap_or_else(asked);
        let lines_of_prose = wrap(&text, columns);
        lines.extend(lines_of_prose.into_iter().map(Line::raw));
    }
    for problem in wizard.loose_problems() {
        lines.extend(brief(problem, columns, context));
    }
    lines
}

// Why it is asked, what the present answer costs, and how it is changed.
fn asked_for(wizard: &Wizard, field: &Field) -> String {
    let priced = wizard.price_of(field.value());
    let price = priced.map_or_else(String::new, |_| wizard.price_source(field.value()));
    let follows = follows_again(wizard, field);
    let parts = [field.key.spec.reason, &price, how(wizard, field), &follows];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

// How an answer that was set follows the others again.
fn follows_again(wizard: &Wizard, field: &Field) -> String {
    let rests = matches!(wizard.form().entry, EditState::Resting) && wizard.pane == Pane::Work;
    let kept_from = wizard.kept_from(&field.key).filter(|_| rests);
    kept_from.map_or_else(String::new, |what| {
        format!("This value was set: delete lets it follow {what} again.")
    })
}

/// What a key does to the row, which its form does not show.
pub(super) fn how(wizard: &Wizard, field: &Field) -> &'static str {
    if !matches!(wizard.form().entry, EditState::Resting) || wizard.pane != Pane::Work {
        return "";
    }
    match field.kind {
        FieldKind::Text if field.has_list() => {
            "Typing replaces it, space opens a list, left and right go through that."
        }
        FieldKind::Text if field.value().is_empty() => "",
        FieldKind::Text => "Typing replaces it.",
        FieldKind::Pick => "Typing searches the list, space opens it.",
        FieldKind::PickSeveral => {
            "Typing searches the list, space opens it; enter takes a type in or out."
        }
        FieldKind::Choice if field.has_list() => {
            "Typing searches the list, space opens it, left and right go through it."
        }
        FieldKind::Choice => "Space, left and right change it.",
        FieldKind::Toggle(_) | FieldKind::One(_) | FieldKind::Act | FieldKind::Shown => "",
    }
}
