//! The commands of a run, exactly as they are run, with how long each took.

use ratatui::text::{Line, Span};

use crate::core::text::untrusted::visible;
use crate::tui::event::Timestamp;
use crate::tui::screens::apply::commands::{CommandTask, TaskState};
use crate::tui::theme::StyleRole;
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::text::{elapsed, wrap};

/// One command: it is copied from here, so it is shown whole, and its next lines stand below its first word.
pub(super) fn task_lines(
    task: &CommandTask,
    at: Timestamp,
    columns: usize,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let (sign, time, role) = match task.state {
        TaskState::Waiting => (context.signs.to_come, String::new(), StyleRole::Dim),
        TaskState::Running { since, before } => (
            context.signs.now,
            elapsed(before + at.since(since)),
            StyleRole::Accent,
        ),
        TaskState::Skipped => (context.signs.good, "not needed".to_owned(), StyleRole::Dim),
        TaskState::Done { took } => (context.signs.good, elapsed(took), StyleRole::Good),
        TaskState::Failed { took } => (context.signs.blocked, elapsed(took), StyleRole::Danger),
    };
    let room = columns.saturating_sub(time.len() + 4);
    let commands = wrap(&visible(&task.command.to_string()), room);
    let mut lines: Vec<Line<'_>> = commands
        .into_iter()
        .enumerate()
        .map(|(at, text)| {
            let sign = if at == 0 { sign } else { " " };
            let sign = context.span(format!("{sign} "), role);
            Line::from(vec![sign, Span::raw(text)])
        })
        .collect();
    if let Some(last) = lines.last_mut() {
        last.push_span(context.span(format!("  {time}"), StyleRole::Dim));
    }
    lines
}
