//! One bordered pane: thin lines, a title, and one blank column inside.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::symbols::border;
use ratatui::text::Line;
use ratatui::widgets::{Block, Borders, Padding};

use crate::tui::theme::StyleRole;
use crate::tui::widgets::render_context::RenderContext;

const ASCII_BORDER: border::Set<'_> = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

/// Draws a pane and returns the area inside it.
pub fn pane(
    frame: &mut Frame<'_>,
    area: Rect,
    title: &str,
    focused: bool,
    context: &RenderContext,
) -> Rect {
    pane_with(frame, area, (title, ""), focused, context)
}

/// Draws a pane with a title above and a word in its lower right corner, and returns the area inside it.
pub fn pane_with(
    frame: &mut Frame<'_>,
    area: Rect,
    (title, corner): (&str, &str),
    focused: bool,
    context: &RenderContext,
) -> Rect {
    let (border, words) = if focused {
        (StyleRole::Accent, StyleRole::Title)
    } else {
        (StyleRole::Dim, StyleRole::Text)
    };
    let set = if context.signs.ascii {
        ASCII_BORDER
    } else {
        border::PLAIN
    };
    let mut block = Block::new()
        .borders(Borders::ALL)
        .border_set(set)
        .border_style(context.style(border))
        .padding(Padding::horizontal(1))
        .title(context.span(format!(" {title} "), words));
    if !corner.is_empty() {
        let corner = context.span(format!(" {corner} "), StyleRole::Dim);
        block = block.title_bottom(Line::from(corner).right_aligned());
    }
    let inside = block.inner(area);
    frame.render_widget(block, area);
    inside
}

/// The first row to show of a list, so that the cursor is in view and near the middle of a long one.
pub fn first_visible(cursor: usize, rows: usize, height: usize) -> usize {
    let last_first = rows.saturating_sub(height);
    cursor.saturating_sub(height / 2).min(last_first)
}
