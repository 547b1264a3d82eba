//! A problem as people read it: its sign, then what is wrong, why, and what to do.

use ratatui::text::{Line, Span};

use super::text::wrap;
use crate::core::fault::Fault;
use crate::core::problem::{Problem, ProblemSeverity};
use crate::core::text::untrusted::{visible, visible_lines};
use crate::tui::theme::StyleRole;
use crate::tui::widgets::render_context::RenderContext;

/// What is wrong and what to do, in at most so many columns.
pub(crate) fn brief(
    problem: &Problem,
    columns: usize,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    signed(problem, &problem.brief(), columns, context)
}

/// All of it, with the reason, in at most so many columns.
pub(crate) fn whole(
    problem: &Problem,
    columns: usize,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    signed(problem, &problem.whole(), columns, context)
}

fn signed(
    problem: &Problem,
    text: &str,
    columns: usize,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let (sign, role) = match problem.severity {
        _ if problem.is_unanswered() => (context.signs.to_come, StyleRole::Dim),
        severity => severity_sign(severity, context),
    };
    sentence(sign, text, role, columns, context)
}

/// The sign of a severity and its colour.
pub(crate) fn severity_sign(
    severity: ProblemSeverity,
    context: &RenderContext,
) -> (&'static str, StyleRole) {
    match severity {
        ProblemSeverity::Blocked => (context.signs.blocked, StyleRole::Danger),
        ProblemSeverity::Warning => (context.signs.look, StyleRole::Warning),
        ProblemSeverity::Note => (context.signs.dot, StyleRole::Note),
    }
}

/// A text behind a sign, its further lines below the text, in at most so many columns. Only the sign has the colour: a
/// sentence is read on every background.
pub(crate) fn sentence(
    sign: &str,
    text: &str,
    role: StyleRole,
    columns: usize,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let lines = wrap(&visible(text), columns.saturating_sub(2));
    let style = context.style(role);
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

const MOST_DETAIL: usize = 8;

// A text behind a word, its further lines below the text.
fn behind(
    word: &str,
    text: &str,
    role: StyleRole,
    columns: usize,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let room = columns.min(100).saturating_sub(word.len());
    let wrapped = wrap(&visible(text), room).into_iter().enumerate();
    let lines = wrapped.map(|(at, line)| {
        let lead = if at == 0 { word } else { "" };
        context.line(format!("{lead:0$}{line}", word.len()), role)
    });
    lines.collect()
}

/// The three parts of a fault, wrapped, and the first lines that the other program printed.
pub(crate) fn fault_lines(
    fault: &Fault,
    columns: usize,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let what = format!("{} {}", context.signs.blocked, fault.what);
    let mut lines = behind("", &what, StyleRole::Danger, columns, context);
    let one = std::slice::from_ref(&fault.why);
    let reasons: &[String] = if fault.reasons.len() > 1 {
        &fault.reasons
    } else {
        one
    };
    for (at, reason) in reasons.iter().enumerate() {
        let word = if at == 0 { "why: " } else { "     " };
        lines.extend(behind(word, reason, StyleRole::Text, columns, context));
    }
    lines.extend(behind(
        "do:  ",
        &fault.remedy,
        StyleRole::Accent,
        columns,
        context,
    ));
    if let Some(detail) = &fault.detail {
        let printed = visible_lines(detail.raw()).flat_map(|line| wrap(&line, columns));
        lines.extend(
            printed
                .take(MOST_DETAIL)
                .map(|line| context.line(line, StyleRole::Dim)),
        );
    }
    lines
}
