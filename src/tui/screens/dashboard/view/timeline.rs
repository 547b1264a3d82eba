//! What happened, the newest at the end.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};

use super::DashboardScene;
use crate::core::cluster::timeline::{TimelineEntry, TimelineKind};
use crate::tui::screens::dashboard::navigation::DashboardPane;
use crate::tui::theme::StyleRole;
use crate::tui::widgets::pane::pane_with;
use crate::tui::widgets::text::cut_end;

/// Columns of the time and the sign.
const BEFORE: usize = 11;

/// Draws the entries that have room, those at the end unless a person scrolled back.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, scene: &DashboardScene<'_>) {
    let (dashboard, context) = (scene.dashboard, scene.context);
    let focused = scene.is_focused(DashboardPane::Timeline);
    let entries = dashboard.shown().live.timeline().entries();
    let count = entries.len();
    let title = match count {
        0 => "Timeline".to_owned(),
        count => format!("Timeline  {count}"),
    };
    let back = dashboard.navigation().timeline;
    let corner = match back {
        0 => String::new(),
        back => format!("{back} newer"),
    };
    let inside = pane_with(frame, area, (&title, &corner), focused, context);
    let height = usize::from(inside.height);
    let end = count.saturating_sub(back).max(height.min(count));
    let shown = entries
        .skip(end.saturating_sub(height))
        .take(height.min(end));
    let columns = usize::from(inside.width).saturating_sub(BEFORE);
    let lines = shown.map(|entry| entry_line(entry, columns, scene));
    frame.render_widget(lines.collect::<Text<'_>>(), inside);
}

fn entry_line(entry: &TimelineEntry, columns: usize, scene: &DashboardScene<'_>) -> Line<'static> {
    let context = scene.context;
    let (sign, role) = match entry.kind {
        TimelineKind::Good => (context.signs.good, StyleRole::Good),
        TimelineKind::Trouble => (context.signs.blocked, StyleRole::Danger),
        TimelineKind::Note => (context.signs.dot, StyleRole::Dim),
    };
    let text = format!("{} {}", entry.subject.name(), entry.text);
    let text = cut_end(text.trim(), columns, context.signs.ellipsis);
    Line::from(vec![
        Span::styled(
            format!("{} ", scene.dashboard.local_clock(entry.at)),
            context.style(StyleRole::Dim),
        ),
        Span::styled(format!("{sign} "), context.style(role)),
        Span::raw(text),
    ])
}
