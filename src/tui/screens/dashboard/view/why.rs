//! Why the cluster is not ready, and what to do.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};

use super::{DashboardScene, lines_in_view, titled};
use crate::core::cluster::diagnosis::DiagnosisSeverity;
use crate::core::unix_time::UnixTime;
use crate::tui::dashboard_pane::DashboardPane;
use crate::tui::screens::dashboard::Dashboard;
use crate::tui::screens::dashboard::why::{WhyKind, WhyLine, why_lines};
use crate::tui::theme::StyleRole;
use crate::tui::widgets::pane::{first_visible, pane_with};
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::text::cut_end;

/// Draws what is wrong, the diagnosis with the cursor in view.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, scene: &DashboardScene<'_>) {
    let (dashboard, context) = (scene.dashboard, scene.context);
    let cursor = dashboard.navigation().diagnosis;
    let focused = scene.is_focused(DashboardPane::Why);
    let count = dashboard.shown().diagnoses.len();
    let name = if dashboard.is_ready() {
        "Ready"
    } else {
        "Why not ready"
    };
    let title = titled(name, cursor, count);
    let columns = columns(area);
    let lines = why_lines(dashboard, columns, scene.now);
    let height = usize::from(area.height.saturating_sub(2));
    let top = first_line(dashboard, &lines, height);
    let corner = lines_in_view(top, height, lines.len());
    let inside = pane_with(frame, area, (&title, &corner), focused, context);
    let shown = lines.iter().skip(top).take(height);
    let shown = shown.map(|line| {
        let chosen = focused && line.diagnosis == Some(cursor);
        drawn(line, columns, chosen, context)
    });
    frame.render_widget(shown.collect::<Text<'_>>(), inside);
}

/// The columns of its text.
pub(super) fn columns(area: Rect) -> usize {
    usize::from(area.width.saturating_sub(4))
}

/// The diagnosis on a line of a pane of so many columns and lines.
pub(super) fn diagnosis_at(
    dashboard: &Dashboard,
    columns: usize,
    height: usize,
    now: UnixTime,
    line: usize,
) -> Option<usize> {
    let lines = why_lines(dashboard, columns, now);
    let top = first_line(dashboard, &lines, height);
    lines.get(top + line)?.diagnosis
}

fn first_line(dashboard: &Dashboard, lines: &[WhyLine], height: usize) -> usize {
    let at = dashboard.navigation();
    let focused = at.focus == DashboardPane::Why && at.diagnosis > 0;
    let begins = |line: &WhyLine| focused && line.diagnosis == Some(at.diagnosis);
    let line = lines.iter().position(begins).unwrap_or(0);
    first_visible(line, lines.len(), height)
}

fn drawn(line: &WhyLine, columns: usize, chosen: bool, context: &RenderContext) -> Line<'static> {
    let signs = &context.signs;
    let (sign, sign_role, role) = match line.kind {
        WhyKind::Ready => (signs.good, StyleRole::Good, StyleRole::Good),
        WhyKind::What(severity) => {
            let (sign, role) = severity_sign(severity, context);
            (sign, role, StyleRole::Title)
        }
        WhyKind::Rest => (" ", StyleRole::Text, StyleRole::Text),
        WhyKind::Remedy => (" ", StyleRole::Text, StyleRole::Accent),
    };
    let sign = match sign {
        " " if chosen => signs.changed,
        sign => sign,
    };
    let text = cut_end(&line.text, columns.saturating_sub(2), signs.ellipsis);
    Line::from(vec![
        Span::styled(format!("{sign} "), context.style(sign_role)),
        Span::styled(text, context.style(role)),
    ])
}

fn severity_sign(
    severity: DiagnosisSeverity,
    context: &RenderContext,
) -> (&'static str, StyleRole) {
    match severity {
        DiagnosisSeverity::Blocked => (context.signs.blocked, StyleRole::Danger),
        DiagnosisSeverity::Warning => (context.signs.look, StyleRole::Warning),
        DiagnosisSeverity::Note => (context.signs.dot, StyleRole::Note),
    }
}
