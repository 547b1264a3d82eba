//! What the row under the cursor says, whole: below the tree, or on the whole screen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Text};

use crate::app::reading::detail::Tone;
use crate::app::reading::{MOST_BELOW, Reading};
use crate::core::findings::Severity;
use crate::core::review::Action;

use super::highlight::highlighted;
use super::screen::Look;
use super::theme::Role;
use super::widgets::pane::pane_with;

/// Draws the first rows of the detail, and says where the rest is.
pub fn below(frame: &mut Frame<'_>, area: Rect, reading: &Reading, look: &Look) {
    let columns = usize::from(area.width.saturating_sub(4));
    let height = usize::from(area.height.saturating_sub(2));
    let (rows, count) = reading.detail_head(columns, height);
    let title = match count.saturating_sub(height) {
        0 => "Detail".to_owned(),
        _ if count == MOST_BELOW => format!("Detail: more than {count} lines, d shows all"),
        1 => "Detail: 1 more line, d shows all".to_owned(),
        more => format!("Detail: {more} more lines, d shows all"),
    };
    let inside = pane_with(frame, area, (&title, ""), false, look);
    draw(frame, inside, rows, reading, look);
}

/// Draws the detail on the whole area, from a row on.
pub fn whole(frame: &mut Frame<'_>, area: Rect, reading: &Reading, top: usize, look: &Look) {
    let columns = usize::from(area.width.saturating_sub(4));
    let height = usize::from(area.height.saturating_sub(2));
    let (rows, count) = reading.detail_rows(columns, top, height);
    let at = format!("{}/{}", (top + 1).min(count), count);
    let inside = pane_with(frame, area, ("Detail", &at), true, look);
    draw(frame, inside, rows, reading, look);
}

fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    rows: Vec<(Tone, String)>,
    reading: &Reading,
    look: &Look,
) {
    let columns = usize::from(area.width);
    let lines = rows.into_iter().map(|(tone, text)| {
        let style = style(tone, look);
        Line::from(highlighted(
            &text,
            columns,
            style,
            (&reading.search, false),
            look,
        ))
    });
    frame.render_widget(lines.collect::<Text<'_>>(), area);
}

fn style(tone: Tone, look: &Look) -> Style {
    look.style(match tone {
        Tone::Title => Role::Title,
        Tone::Plain => Role::Text,
        Tone::Dim => Role::Dim,
        Tone::Remedy => Role::Accent,
        Tone::Found(Severity::Danger) => Role::Danger,
        Tone::Found(Severity::Warning) => Role::Warning,
        Tone::Found(Severity::Note) => Role::Note,
        Tone::Of(Action::Create) | Tone::Added => Role::Create,
        Tone::Of(Action::Modify) => Role::Modify,
        Tone::Of(Action::Delete | Action::DeleteOnPrune) | Tone::Removed => Role::Delete,
    })
}
