//! A problem as people read it: its sign, then what is wrong, why, and what to do.

use ratatui::text::{Line, Span};

use crate::core::problem::{Problem, Severity};
use crate::core::untrusted::visible;

use super::screen::Look;
use super::text::wrap;
use super::theme::Role;

/// What is wrong and what to do, in at most so many columns.
pub(super) fn brief(problem: &Problem, columns: usize, look: &Look) -> Vec<Line<'static>> {
    signed(problem, &problem.brief(), columns, look)
}

/// All of it, with the reason, in at most so many columns.
pub(super) fn whole(problem: &Problem, columns: usize, look: &Look) -> Vec<Line<'static>> {
    signed(problem, &problem.whole(), columns, look)
}

fn signed(problem: &Problem, text: &str, columns: usize, look: &Look) -> Vec<Line<'static>> {
    let (sign, role) = match problem.severity {
        _ if problem.is_unanswered() => (look.signs.to_come, Role::Dim),
        severity => severity_sign(severity, look),
    };
    sentence(sign, text, role, columns, look)
}

/// The sign of a severity and its colour.
pub(super) fn severity_sign(severity: Severity, look: &Look) -> (&'static str, Role) {
    match severity {
        Severity::Blocked => (look.signs.blocked, Role::Danger),
        Severity::Warning => (look.signs.look, Role::Warning),
        Severity::Note => (look.signs.dot, Role::Note),
    }
}

/// A text behind a sign, its further lines below the text, in at most so many columns. Only the sign has the colour: a
/// sentence is read on every background.
pub(super) fn sentence(
    sign: &str,
    text: &str,
    role: Role,
    columns: usize,
    look: &Look,
) -> Vec<Line<'static>> {
    let lines = wrap(&visible(text), columns.saturating_sub(2));
    let style = look.style(role);
    lines
        .into_iter()
        .enumerate()
        .map(|(at, text)| {
            let lead = if at == 0 { sign } else { " " };
            Line::from(vec![
                Span::styled(format!("{lead} "), style),
                Span::raw(text),
            ])
        })
        .collect()
}
