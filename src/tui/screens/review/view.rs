//! Step 8 and the review of an existing cluster: the spec on the left, what kops would do on the right.

pub mod detail;
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
use crate::tui::model::{ExistingReview, Model, Screen};
use crate::tui::screens::apply::Apply;
use crate::tui::screens::review::Review;
use crate::tui::screens::review::reading::{Reading, ReadingView};
use crate::tui::screens::wizard::{Pane, Wizard};
use crate::tui::theme::StyleRole;
use crate::tui::widgets::bar::bar;
use crate::tui::widgets::pane::pane;
use crate::tui::widgets::render_context::{RenderContext, TWO_PANES};
use crate::tui::widgets::spec;
use crate::tui::widgets::text::{cut_end, elapsed, wrap};

const MOST_DETAIL: usize = 8;

/// A review on the screen: the spec and what kops would do.
#[derive(Clone, Copy, Debug)]
struct Sides<'a> {
    spec: &'a str,
    spec_top: usize,
    pane: Pane,
    review: &'a Review,
}

/// Draws the last step of the wizard.
pub fn draw_step(
    frame: &mut Frame<'_>,
    area: Rect,
    wizard: &Wizard,
    model: &Model,
    look: &RenderContext,
) {
    let sides = Sides {
        spec: &wizard.spec.text,
        spec_top: wizard.spec.top,
        pane: wizard.pane,
        review: &wizard.review,
    };
    split(frame, area, sides, model, look);
}

/// Draws the review of a cluster that exists, or of a report from a file.
pub fn draw_existing(
    frame: &mut Frame<'_>,
    area: Rect,
    existing: &ExistingReview,
    model: &Model,
    look: &RenderContext,
) {
    let sides = Sides {
        spec: &existing.spec,
        spec_top: existing.spec_top,
        pane: existing.pane,
        review: &existing.review,
    };
    split(frame, area, sides, model, look);
}

/// Draws the dry run that differs from the approved one.
pub fn draw_differing(
    frame: &mut Frame<'_>,
    area: Rect,
    (apply, review): (&Apply, &Review),
    (spec_top, pane): (usize, Pane),
    model: &Model,
    look: &RenderContext,
) {
    let sides = Sides {
        spec: &apply.spec,
        spec_top,
        pane,
        review,
    };
    split(frame, area, sides, model, look);
}

fn split(frame: &mut Frame<'_>, area: Rect, sides: Sides<'_>, model: &Model, look: &RenderContext) {
    if let Review::Reading(reading) = sides.review
        && let ReadingView::Detail { top } = reading.view
    {
        return detail::whole(frame, area, reading, top, look);
    }
    let on_spec = sides.pane == Pane::Spec;
    if sides.spec.is_empty() && !on_spec {
        return draw(frame, area, sides.review, !on_spec, model, look);
    }
    if area.width < TWO_PANES {
        if on_spec {
            return spec_beside(frame, area, sides, look);
        }
        return draw(frame, area, sides.review, true, model, look);
    }
    let [left, right] =
        Layout::horizontal([Constraint::Percentage(36), Constraint::Percentage(64)]).areas(area);
    spec_beside(frame, left, sides, look);
    draw(frame, right, sides.review, !on_spec, model, look);
}

// The spec follows the cursor of the changes until it has the focus itself.
fn spec_beside(frame: &mut Frame<'_>, area: Rect, sides: Sides<'_>, look: &RenderContext) {
    let focused = sides.pane == Pane::Spec;
    let marked: &[Range<usize>] = sides.review.reading().map_or(&[], Reading::causing_lines);
    let top = if focused {
        sides.spec_top
    } else {
        sides.review.spec_top(sides.spec_top)
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
    model: &Model,
    look: &RenderContext,
) {
    match review {
        Review::NotAsked => {
            pane(frame, area, "Planned changes", true, look);
        }
        Review::Asking { since, progress } => {
            asking(frame, area, (*since, progress), model, look);
        }
        Review::Failed { fault, output } => failed(frame, area, fault, output, look),
        Review::Opening(opening) => {
            let inside = pane(frame, area, "Planned changes", true, look);
            let mib = opening.bytes().div_ceil(1 << 20);
            frame.render_widget(Line::raw(format!("reading {mib} MiB of report")), inside);
        }
        Review::Reading(reading) => reading::draw(frame, area, reading, focused, model, look),
    }
}

fn asking(
    frame: &mut Frame<'_>,
    area: Rect,
    (since, progress): (Timestamp, &LogProgress),
    model: &Model,
    look: &RenderContext,
) {
    let inside = pane(frame, area, "Planned changes", true, look);
    let new = matches!(model.screen, Screen::Wizard(_));
    let mut lines = vec![
        Line::raw(format!("asking kops, {}", elapsed(model.at.since(since)))),
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
        let text = crate::tui::screens::apply::view::retried(retry);
        lines.extend(
            wrap(&text, usize::from(inside.width))
                .into_iter()
                .map(|line| Line::styled(line, look.style(StyleRole::Warning))),
        );
    }
    lines.push(Line::raw(""));
    let words = if new {
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

/// The three parts of a fault, wrapped, and the first lines of what the other program said.
pub fn fault_lines(fault: &Fault, columns: usize, look: &RenderContext) -> Vec<Line<'static>> {
    let parts = [
        (
            format!("{} {}", look.signs.blocked, fault.what),
            StyleRole::Danger,
        ),
        (format!("why: {}", fault.why), StyleRole::Text),
        (format!("do:  {}", fault.remedy), StyleRole::Accent),
    ];
    let mut lines = Vec::new();
    for (text, role) in parts {
        let style = look.style(role);
        let wrapped = wrap(&visible(&text), columns.min(100));
        lines.extend(wrapped.into_iter().map(|line| Line::styled(line, style)));
    }
    if let Some(detail) = &fault.detail {
        let said = crate::core::text::untrusted::visible_lines(detail.raw())
            .flat_map(|line| wrap(&line, columns));
        lines.extend(
            said.take(MOST_DETAIL)
                .map(|line| Line::styled(line, look.style(StyleRole::Dim))),
        );
    }
    lines
}
