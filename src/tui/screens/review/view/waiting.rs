//! A dry run that is not there: kops is asked, or failed.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Text};

use super::{ReviewScene, WaitedFor};
use crate::core::fault::Fault;
use crate::core::kops::log::LogProgress;
use crate::core::text::prose::counted;
use crate::core::text::untrusted::visible;
use crate::tui::event::Timestamp;
use crate::tui::theme::StyleRole;
use crate::tui::widgets::bar::bar;
use crate::tui::widgets::pane::pane;
use crate::tui::widgets::problem::fault_lines;
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::text::{cut_end, elapsed, wrap};

/// Draws how far kops is.
pub(super) fn draw_asking(
    frame: &mut Frame<'_>,
    area: Rect,
    (since, progress): (Timestamp, &LogProgress),
    scene: &ReviewScene,
    context: &RenderContext,
) {
    let inside = pane(frame, area, "Planned changes", true, context);
    let mut lines = vec![
        Line::raw(format!("asking kops, {}", elapsed(scene.at.since(since)))),
        Line::raw(""),
    ];
    if let Some(tasks) = progress.tasks {
        let figures = format!("  {} of {}", tasks.done, counted(tasks.total, "task"));
        lines.push(Line::raw(format!(
            "{}{figures}",
            bar(tasks.done, tasks.total, &context.signs)
        )));
    }
    for retry in &progress.retries {
        let text = retry.sentence();
        lines.extend(
            wrap(&text, usize::from(inside.width))
                .into_iter()
                .map(|line| context.line(line, StyleRole::Warning)),
        );
    }
    lines.push(Line::raw(""));
    let prose = wrap(words(scene.waited_for), usize::from(inside.width).min(100));
    lines.extend(
        prose
            .into_iter()
            .map(|line| context.line(line, StyleRole::Dim)),
    );
    frame.render_widget(Text::from(lines), inside);
}

// What kops does, and where that writes.
fn words(waited_for: WaitedFor) -> &'static str {
    match waited_for {
        WaitedFor::DryRunOnScratch => {
            "The dry run of kops update cluster, on a private scratch store: nothing is written to the state store or to AWS."
        }
        WaitedFor::DryRun => {
            "The dry run of kops update cluster, on the state store as it is: kops reads it and AWS, and writes to neither."
        }
        WaitedFor::SpecToEdit => {
            "The stored spec is read, then it is yours to edit in your editor: nothing is written to the state store or to AWS."
        }
    }
}

/// A fault in three parts, then the end of what the other program printed.
pub(super) fn draw_failed(
    frame: &mut Frame<'_>,
    area: Rect,
    (fault, output): (&Fault, &str),
    scene: &ReviewScene,
    context: &RenderContext,
) {
    let inside = pane(frame, area, scene.failed, true, context);
    let mut lines = fault_lines(fault, usize::from(inside.width), context);
    if lines.len() > usize::from(inside.height) {
        lines = fault_lines(&in_a_paragraph(fault), usize::from(inside.width), context);
    }
    lines.push(Line::raw(""));
    let room = usize::from(inside.height).saturating_sub(lines.len());
    let printed: Vec<&str> = output.lines().collect();
    let tail = printed.iter().skip(printed.len().saturating_sub(room));
    let columns = usize::from(inside.width);
    lines.extend(tail.map(|line| {
        context.line(
            cut_end(&visible(line), columns, context.signs.ellipsis),
            StyleRole::Dim,
        )
    }));
    frame.render_widget(Text::from(lines), inside);
}

// What to do has its room before reasons have a line each.
fn in_a_paragraph(fault: &Fault) -> Fault {
    Fault {
        reasons: Box::default(),
        ..fault.clone()
    }
}
