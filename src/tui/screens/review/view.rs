//! Step 8 and the review of an existing cluster: the spec on the left, what kops would do on the right.

mod approval;
pub mod detail;
mod highlight;
pub mod reading;
pub mod tree;

use std::ops::Range;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Text};

use crate::core::fault::Fault;
use crate::core::kops::log::LogProgress;
use crate::core::text::prose::counted;
use crate::core::text::untrusted::visible;
use crate::tui::event::Timestamp;
use crate::tui::screen_context::Pane;
use crate::tui::screens::approval::ApprovalQuestion;
use crate::tui::screens::review::Review;
use crate::tui::screens::review::panes::ReviewPanes;
use crate::tui::screens::review::reading::{Reading, ReadingView};
use crate::tui::theme::StyleRole;
use crate::tui::widgets::bar::bar;
use crate::tui::widgets::pane::pane;
use crate::tui::widgets::problem::fault_lines;
use crate::tui::widgets::render_context::{RenderContext, TWO_PANES};
use crate::tui::widgets::spec;
use crate::tui::widgets::text::{cut_end, elapsed, wrap};

/// What a review shows besides itself.
#[derive(Clone, Debug)]
pub struct ReviewScene {
    pub at: Timestamp,
    /// Whether the cluster does not exist yet, so that its dry run is made on a scratch store.
    pub creates: bool,
    /// While the cluster's name is being typed.
    pub question: Option<ApprovalQuestion>,
}

/// A review on the screen: the spec and what kops would do.
#[derive(Clone, Copy, Debug)]
struct Sides<'a> {
    spec: &'a str,
    panes: ReviewPanes,
    review: &'a Review,
}

/// Draws a review beside its spec.
pub fn draw_beside(
    frame: &mut Frame<'_>,
    area: Rect,
    review: &Review,
    (spec, panes): (&str, ReviewPanes),
    scene: &ReviewScene,
    look: &RenderContext,
) {
    let sides = Sides {
        spec,
        panes,
        review,
    };
    split(frame, area, sides, scene, look);
}

fn split(
    frame: &mut Frame<'_>,
    area: Rect,
    sides: Sides<'_>,
    scene: &ReviewScene,
    look: &RenderContext,
) {
    if let Review::Reading(reading) = sides.review
        && let ReadingView::Detail { top } = reading.view
    {
        return detail::whole(frame, area, reading, top, look);
    }
    let on_spec = sides.panes.focus == Pane::Spec;
    if sides.spec.is_empty() && !on_spec {
        return draw(frame, area, sides.review, !on_spec, scene, look);
    }
    if area.width < TWO_PANES {
        if on_spec {
            return spec_beside(frame, area, sides, look);
        }
        return draw(frame, area, sides.review, true, scene, look);
    }
    let [left, right] =
        Layout::horizontal([Constraint::Percentage(36), Constraint::Percentage(64)]).areas(area);
    spec_beside(frame, left, sides, look);
    draw(frame, right, sides.review, !on_spec, scene, look);
}

// The spec follows the cursor of the changes until it has the focus itself.
fn spec_beside(frame: &mut Frame<'_>, area: Rect, sides: Sides<'_>, look: &RenderContext) {
    let focused = sides.panes.focus == Pane::Spec;
    let marked: &[Range<usize>] = sides.review.reading().map_or(&[], Reading::causing_lines);
    let top = if focused {
        sides.panes.spec_top
    } else {
        sides.review.spec_top(sides.panes.spec_top)
    };
    let shown = spec::SpecPane {
        text: sides.spec,
        marked,
        top,
        focused,
    };
    spec::draw(frame, area, &shown, look);
}

/// Draws what kops would do, or how far asking it is.
fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    review: &Review,
    focused: bool,
    scene: &ReviewScene,
    look: &RenderContext,
) {
    match review {
        Review::NotAsked => {
            pane(frame, area, "Planned changes", true, look);
        }
        Review::Asking { since, progress } => {
            asking(frame, area, (*since, progress), scene, look);
        }
        Review::Failed { fault, output } => failed(frame, area, fault, output, look),
        Review::Opening(opening) => {
            let inside = pane(frame, area, "Planned changes", true, look);
            let mib = opening.bytes().div_ceil(1 << 20);
            frame.render_widget(Line::raw(format!("reading {mib} MiB of report")), inside);
        }
        Review::Reading(reading) => reading::draw(frame, area, reading, focused, scene, look),
    }
}

fn asking(
    frame: &mut Frame<'_>,
    area: Rect,
    (since, progress): (Timestamp, &LogProgress),
    scene: &ReviewScene,
    look: &RenderContext,
) {
    let inside = pane(frame, area, "Planned changes", true, look);
    let mut lines = vec![
        Line::raw(format!("asking kops, {}", elapsed(scene.at.since(since)))),
        Line::raw(""),
    ];
    if let Some(tasks) = progress.tasks {
        let figures = format!("  {} of {}", tasks.done, counted(tasks.total, "task"));
        lines.push(Line::raw(format!(
            "{}{figures}",
            bar(tasks.done, tasks.total, &look.signs)
        )));
    }
    for retry in &progress.retries {
        let text = retry.sentence();
        lines.extend(
            wrap(&text, usize::from(inside.width))
                .into_iter()
                .map(|line| Line::styled(line, look.style(StyleRole::Warning))),
        );
    }
    lines.push(Line::raw(""));
    let words = if scene.creates {
        "The dry run of kops update cluster, on a private scratch store: nothing is written to the state store or to AWS."
    } else {
        "The dry run of kops update cluster, on the state store as it is: kops reads it and AWS, and writes to neither."
    };
    let prose = wrap(words, usize::from(inside.width).min(100));
    lines.extend(
        prose
            .into_iter()
            .map(|line| Line::styled(line, look.style(StyleRole::Dim))),
    );
    frame.render_widget(Text::from(lines), inside);
}

/// A fault in three parts, then the end of what the other program printed.
pub fn failed(
    frame: &mut Frame<'_>,
    area: Rect,
    fault: &Fault,
    output: &str,
    look: &RenderContext,
) {
    let inside = pane(frame, area, "Dry run failed", true, look);
    let mut lines = fault_lines(fault, usize::from(inside.width), look);
    lines.push(Line::raw(""));
    let room = usize::from(inside.height).saturating_sub(lines.len());
    let printed: Vec<&str> = output.lines().collect();
    let tail = printed.iter().skip(printed.len().saturating_sub(room));
    let columns = usize::from(inside.width);
    lines.extend(tail.map(|line| {
        Line::styled(
            cut_end(&visible(line), columns, look.signs.ellipsis),
            look.style(StyleRole::Dim),
        )
    }));
    frame.render_widget(Text::from(lines), inside);
}
