//! kops's own text, whole.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Text};

use super::highlight::highlighted;
use super::{draw_search_line, search_words, with_search};
use crate::core::text::untrusted::visible;
use crate::tui::screens::review::Reading;
use crate::tui::theme::StyleRole;
use crate::tui::widgets::pane::pane_with;
use crate::tui::widgets::render_context::RenderContext;

/// Draws the text from a line on.
pub(super) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    reading: &Reading,
    top: usize,
    focused: bool,
    context: &RenderContext,
) {
    let count = reading.content.raw.count();
    let found = search_words(reading).map(|found| format!(" {} {found}", context.signs.dot));
    let title = format!("kops's own text{}", found.unwrap_or_default());
    let at = format!("{}/{count}", (top + 1).min(count));
    let inside = pane_with(frame, area, (&title, &at), focused, context);
    let [rows, words] = with_search(inside, reading);
    let columns = usize::from(rows.width);
    let plain = context.style(StyleRole::Text);
    let shown = (top..count).take(usize::from(rows.height)).map(|at| {
        let text = raw_line(reading.content.raw.line(at), columns);
        Line::from(highlighted(
            &text,
            columns,
            plain,
            (&reading.search, true),
            context,
        ))
    });
    frame.render_widget(shown.collect::<Text<'_>>(), rows);
    draw_search_line(frame, words, reading, context);
}

// Twice what a row can show is enough to cut it, also where a line is a megabyte long.
fn raw_line(line: &str, columns: usize) -> String {
    match line.char_indices().nth(columns * 2 + 2) {
        None => visible(line),
        Some((end, _)) => visible(line.get(..end).unwrap_or(line)),
    }
}
