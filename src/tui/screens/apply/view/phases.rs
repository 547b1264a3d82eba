//! The phases of a run, a row each, and how far kops is with its tasks.

use ratatui::text::{Line, Span};

use crate::core::text::prose::counted;
use crate::tui::event::Timestamp;
use crate::tui::screens::apply::phases::{RunPhaseState, RunPhaseView};
use crate::tui::screens::apply::{Apply, Outcome};
use crate::tui::theme::StyleRole;
use crate::tui::widgets::bar::bar_of;
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::text::{cell, elapsed};

/// Columns of a phase's name, its time, and what it does to AWS.
const NAME: usize = 15;
const TIME: usize = 8;
const EFFECT: usize = 27;
/// Below this there is no room for what a phase is.
const ROOM_FOR_WHAT: usize = 90;
/// Columns of the figures beside the gauge.
const FIGURES: usize = 42;

/// All phases; where a failure needs the room, what went well is one line, and what is to come none.
pub(super) fn phase_lines(
    apply: &Apply,
    at: Timestamp,
    columns: usize,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let phases = apply.phases(at);
    let brief = matches!(apply.outcome, Outcome::Failed(_))
        || (apply.running().is_some() && !apply.troubles().is_empty());
    let numbered = phases.iter().enumerate();
    if !brief {
        let lines = numbered.map(|(number, view)| phase_line(number, view, columns, context));
        return lines.collect();
    }
    let done = phases
        .iter()
        .filter(|view| view.state == RunPhaseState::Done);
    let done: Vec<&str> = done.map(|view| view.phase.name()).collect();
    let mut lines = Vec::new();
    if !done.is_empty() {
        let text = format!("{} {}", context.signs.good, done.join(", "));
        lines.push(context.line(text, StyleRole::Good));
    }
    let shown = numbered
        .filter(|(_, view)| !matches!(view.state, RunPhaseState::Done | RunPhaseState::ToCome));
    lines.extend(shown.map(|(number, view)| phase_line(number, view, columns, context)));
    lines
}

fn phase_line(
    number: usize,
    view: &RunPhaseView,
    columns: usize,
    context: &RenderContext,
) -> Line<'static> {
    let (sign, role) = match view.state {
        RunPhaseState::ToCome => (context.signs.to_come, StyleRole::Dim),
        RunPhaseState::Now => (context.signs.now, StyleRole::Accent),
        RunPhaseState::Done => (context.signs.good, StyleRole::Good),
        RunPhaseState::Failed => (context.signs.blocked, StyleRole::Danger),
        RunPhaseState::Left => (context.signs.look, StyleRole::Warning),
    };
    let time = match view.state {
        RunPhaseState::ToCome => String::new(),
        _ => elapsed(view.took),
    };
    let name = cell(view.phase.name(), NAME, context);
    let mut spans = vec![context.span(format!("{sign} {} {name}", number + 1), role)];
    if columns >= ROOM_FOR_WHAT {
        let room = columns.saturating_sub(NAME + TIME + EFFECT + 8);
        let what = cell(view.phase.what(), room, context);
        spans.push(Span::raw(format!("{what}  ")));
    }
    spans.push(context.span(format!("{time:>TIME$}  "), StyleRole::Dim));
    spans.push(context.span(view.effect(), role));
    Line::from(spans)
}

/// A gauge as wide as there is room; absent before kops has counted its tasks.
pub(super) fn gauge(
    apply: &Apply,
    at: Timestamp,
    columns: usize,
    context: &RenderContext,
) -> Option<Line<'static>> {
    let (tasks, task) = apply.commands.progress.tasks.zip(apply.running())?;
    let rest = task
        .elapsed(at)
        .and_then(|lasted| apply.commands.progress.rest(lasted));
    let rest = rest.map_or_else(String::new, |rest| {
        format!(", about {} to go", elapsed(rest))
    });
    let cells = u32::try_from(columns.saturating_sub(FIGURES))
        .unwrap_or(0)
        .max(10);
    let gauge = bar_of(cells, tasks.done, tasks.total, &context.signs);
    let total = counted(tasks.total, "task");
    Some(Line::from(vec![
        context.span(gauge, StyleRole::Accent),
        Span::raw(format!("  {} of {total}{rest}", tasks.done)),
    ]))
}
