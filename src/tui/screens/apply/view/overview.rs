//! The run as a whole: its phases above, what is under way in the middle, what kops prints below.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Text};

use super::ending::ending;
use super::now::{category_lines, leave_lines, now_lines};
use super::phases::{gauge, phase_lines};
use super::{PRINTED, draw_above, pane_rows, printed};
use crate::core::kops::log::{Retryable, Trouble, has_time};
use crate::core::text::untrusted::visible;
use crate::tui::event::Timestamp;
use crate::tui::screens::apply::{Apply, Outcome};
use crate::tui::theme::StyleRole;
use crate::tui::widgets::pane::pane;
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::text::{cut_end, wrap};

/// Most causes of failing tasks that are shown at once.
const TROUBLES: usize = 3;
const WIDEST_PROSE: usize = 100;
/// Columns from which what is planned stands beside what is under way.
const TWO_PANES: u16 = 100;

/// Draws the phases, what is under way, and what kops prints.
pub(super) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    apply: &Apply,
    at: Timestamp,
    context: &RenderContext,
) {
    let columns = usize::from(area.width).saturating_sub(4);
    let lines = run_lines(apply, at, columns, context);
    let below = draw_above(frame, area, &run_title(apply), lines, context);
    let below = draw_middle(frame, below, apply, at, context);
    printed::draw(frame, below, apply, context);
}

// The folder's name is when the run was approved.
fn run_title(apply: &Apply) -> String {
    let folder = apply.folder().and_then(|path| path.file_name());
    match folder {
        Some(name) => format!("Run {}", visible(&name.to_string_lossy())),
        None => "Run".to_owned(),
    }
}

fn run_lines(
    apply: &Apply,
    at: Timestamp,
    columns: usize,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let mut lines = phase_lines(apply, at, columns, context);
    lines.extend(gauge(apply, at, columns, context));
    if apply.running().is_some() {
        let troubles = apply.troubles();
        let troubles = troubles.iter().take(TROUBLES);
        lines.extend(troubles.flat_map(|trouble| trouble_lines(trouble, columns, context)));
    }
    lines.extend(ending(apply, columns, context));
    lines
}

// Where a failure has the room there is no middle.
fn draw_middle(
    frame: &mut Frame<'_>,
    area: Rect,
    apply: &Apply,
    at: Timestamp,
    context: &RenderContext,
) -> Rect {
    let wide = area.width >= TWO_PANES;
    let share = if wide { area.width / 2 } else { area.width };
    let columns = usize::from(share).saturating_sub(4);
    let mut now = now_lines(apply, at, columns, context);
    if apply.outcome != Outcome::Running || now.is_empty() {
        return area;
    }
    now.extend(leave_lines(apply, columns, context));
    let planned = if wide {
        category_lines(apply, context)
    } else {
        Vec::new()
    };
    let height = pane_rows(now.len().max(planned.len()));
    if area.height < height + PRINTED {
        return area;
    }
    let [middle, below] =
        Layout::vertical([Constraint::Length(height), Constraint::Min(3)]).areas(area);
    let [left, right] =
        Layout::horizontal([Constraint::Fill(1), Constraint::Length(share)]).areas(middle);
    if wide {
        let inside = pane(frame, left, "Planned", false, context);
        frame.render_widget(Text::from(planned), inside);
    }
    let inside = pane(frame, right, "Now", false, context);
    frame.render_widget(Text::from(now), inside);
    below
}

fn indented(
    text: &str,
    columns: usize,
    role: StyleRole,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let style = context.style(role);
    wrap(text, columns.saturating_sub(2).min(WIDEST_PROSE))
        .into_iter()
        .map(|text| Line::styled(format!("  {text}"), style))
        .collect()
}

// Each cause once; what no retry can help is shown at once, with the way out.
fn trouble_lines(trouble: &Trouble, columns: usize, context: &RenderContext) -> Vec<Line<'static>> {
    let never = trouble.retryable == Retryable::No;
    let role = if never {
        StyleRole::Danger
    } else {
        StyleRole::Warning
    };
    let what = format!("{} {}", context.signs.look, trouble.fault.what);
    let mut lines = vec![context.line(cut_end(&what, columns, context.signs.ellipsis), role)];
    let mut notes = vec![trouble.outlook()];
    let left = &trouble.remaining;
    if never && has_time(left) {
        notes.push(format!("kops continues to try for {left}: s stops it"));
    }
    if trouble.retryable != Retryable::Yes {
        notes.push(format!("do:  {}", trouble.fault.remedy));
    }
    let notes = notes.into_iter();
    lines.extend(notes.flat_map(|text| indented(&text, columns, StyleRole::Text, context)));
    lines
}
