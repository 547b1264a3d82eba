//! What happened, the newest at the end.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};

use super::{DashboardScene, in_view, titled};
use crate::core::cluster::timeline::{TimelineEntry, TimelineKind};
use crate::tui::dashboard_pane::DashboardPane;
use crate::tui::theme::StyleRole;
use crate::tui::widgets::pane::pane_with;
use crate::tui::widgets::text::cut_end;

/// Columns of the time and the sign.
const BEFORE: usize = 11;

/// Draws the entries that have room, the one with the cursor in view; that is the newest unless a person moved it.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, scene: &DashboardScene<'_>) {
    let (dashboard, context) = (scene.dashboard, scene.context);
    let focused = scene.is_focused(DashboardPane::Timeline);
    let entries = dashboard.shown().live.timeline().entries();
    let count = entries.len();
    let cursor = dashboard.navigation().row(DashboardPane::Timeline, count);
    let height = usize::from(area.height.saturating_sub(2));
    let (first, shown) = in_view(cursor, count, height);
    let corner = match count - first - shown {
        0 => String::new(),
        newer => format!("{newer} newer"),
    };
    let title = titled("Timeline", cursor, count);
    let inside = pane_with(frame, area, (&title, &corner), focused, context);
    let columns = usize::from(inside.width).saturating_sub(BEFORE);
    let lines = entries.enumerate().skip(first).take(shown);
    let lines = lines.map(|(at, entry)| entry_line(entry, focused && at == cursor, columns, scene));
    frame.render_widget(lines.collect::<Text<'_>>(), inside);
}

fn entry_line(
    entry: &TimelineEntry,
    chosen: bool,
    columns: usize,
    scene: &DashboardScene<'_>,
) -> Line<'static> {
    let context = scene.context;
    let (mark, words) = if chosen {
        (context.signs.cursor, StyleRole::Cursor)
    } else {
        (" ", StyleRole::Text)
    };
    let (sign, role) = match entry.kind {
        TimelineKind::Good => (context.signs.good, StyleRole::Good),
        TimelineKind::Trouble => (context.signs.blocked, StyleRole::Danger),
        TimelineKind::Note => (context.signs.dot, StyleRole::Dim),
    };
    let text = format!("{} {}", entry.subject.name(), entry.text);
    let text = cut_end(text.trim(), columns, context.signs.ellipsis);
    Line::from(vec![
        Span::styled(
            scene.dashboard.local_clock(entry.at),
            context.style(StyleRole::Dim),
        ),
        Span::styled(mark, context.style(StyleRole::Accent)),
        Span::styled(format!("{sign} "), context.style(role)),
        Span::styled(text, context.style(words)),
    ])
}
