//! The run: its phases and what each does to AWS, how far it is, what kops is at, and what it prints.

mod ending;
mod now;
mod overview;
mod phases;
mod printed;
mod tasks;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Text};

use crate::tui::event::Timestamp;
use crate::tui::screens::apply::phases::RunPhase;
use crate::tui::screens::apply::{Apply, Outcome, RunView};
use crate::tui::theme::StyleRole;
use crate::tui::widgets::pane::pane;
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::text::elapsed;

/// Rows that what kops prints keeps.
const PRINTED: u16 = 5;

/// What the run is at, in one line.
pub fn headline(apply: &Apply, at: Timestamp, context: &RenderContext) -> Line<'static> {
    let (sign, words, role) = match &apply.outcome {
        Outcome::Running => (
            context.signs.now,
            running_words(apply, at, context),
            StyleRole::Accent,
        ),
        Outcome::Left => (
            context.signs.look,
            "left before --yes: nothing runs".to_owned(),
            StyleRole::Warning,
        ),
        Outcome::Failed(_) => (
            context.signs.blocked,
            stopped_words(apply).to_owned(),
            StyleRole::Danger,
        ),
        Outcome::Differs { comparison, .. } => (
            context.signs.look,
            format!("not as approved: {}", comparison.subjects()),
            StyleRole::Warning,
        ),
        Outcome::Done => (context.signs.good, "done".to_owned(), StyleRole::Good),
    };
    context.line(format!(" {sign} {words}"), role)
}

fn running_words(apply: &Apply, at: Timestamp, context: &RenderContext) -> String {
    let phase = apply.phase(at).map(|view| view.phase);
    let doing = phase.map_or("running", RunPhase::doing);
    let effect = match phase {
        Some(RunPhase::Apply) => "kops is changing AWS",
        _ if apply.touched_aws() => "AWS is changed",
        _ => "AWS is not changed yet",
    };
    let (time, dot) = (elapsed(apply.elapsed(at)), context.signs.dot);
    format!("{doing}, {time} {dot} {effect}")
}

fn stopped_words(apply: &Apply) -> &'static str {
    if apply.touched_aws() {
        "stopped while AWS was being changed"
    } else {
        "stopped: nothing was changed in AWS"
    }
}

/// Draws what the person chose to see of the run.
pub fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    apply: &Apply,
    at: Timestamp,
    context: &RenderContext,
) {
    match apply.view {
        RunView::Phases => overview::draw(frame, area, apply, at, context),
        RunView::Commands => draw_commands(frame, area, apply, at, context),
        RunView::Log => printed::draw(frame, area, apply, context),
    }
}

fn draw_commands(
    frame: &mut Frame<'_>,
    area: Rect,
    apply: &Apply,
    at: Timestamp,
    context: &RenderContext,
) {
    let columns = usize::from(area.width).saturating_sub(4);
    let tasks = apply.commands.tasks.iter();
    let lines: Vec<Line<'_>> = tasks
        .flat_map(|task| tasks::task_lines(task, at, columns, context))
        .collect();
    let below = draw_above(frame, area, "Commands", lines, context);
    printed::draw(frame, below, apply, context);
}

// A pane as high as its lines, as far as what kops prints keeps some rows; gives what is left below it.
fn draw_above(
    frame: &mut Frame<'_>,
    area: Rect,
    title: &str,
    lines: Vec<Line<'_>>,
    context: &RenderContext,
) -> Rect {
    let height = pane_rows(lines.len()).min(area.height.saturating_sub(PRINTED));
    let [above, below] =
        Layout::vertical([Constraint::Length(height), Constraint::Min(3)]).areas(area);
    let inside = pane(frame, above, title, false, context);
    frame.render_widget(Text::from(lines), inside);
    below
}

// With its borders.
fn pane_rows(lines: usize) -> u16 {
    u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(2)
}
