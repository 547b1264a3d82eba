//! Rows of cells in aligned columns; only the rows in view are measured and drawn.

use ratatui::text::Line;

pub use crate::core::text::columns::GAP;
use crate::core::text::columns::column_widths;
use crate::tui::theme::StyleRole;
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::text::cell;

const LEAST: usize = 4;

/// The width of each column: what its cells need, the widest giving way when the room is too small.
pub fn widths<'a>(rows: impl Iterator<Item = &'a [String]>, room: usize) -> Vec<usize> {
    widths_keeping(rows, room, &[])
}

/// The same, where some columns give way only when no other can.
pub fn widths_keeping<'a>(
    rows: impl Iterator<Item = &'a [String]>,
    room: usize,
    kept: &[usize],
) -> Vec<usize> {
    let mut widths = column_widths(rows);
    while total_width(&widths) > room {
        let widest = |may: &dyn Fn(usize) -> bool| {
            let columns = widths.iter().enumerate();
            let may_give = columns.filter(|(at, width)| may(*at) && **width > LEAST);
            may_give.max_by_key(|(_, width)| **width).map(|(at, _)| at)
        };
        let gives = widest(&|at| !kept.contains(&at)).or_else(|| widest(&|_| true));
        match gives.and_then(|at| widths.get_mut(at)) {
            Some(width) => *width -= 1,
            None => break,
        }
    }
    widths
}

/// The width of a row of these columns.
pub fn total_width(widths: &[usize]) -> usize {
    widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1)
}

/// The cells of one row, each filled to its column, with two blanks between.
pub fn line(cells: &[String], widths: &[usize], context: &RenderContext) -> String {
    let words: Vec<String> = cells
        .iter()
        .zip(widths)
        .map(|(text, columns)| cell(text, *columns, context))
        .collect();
    words.join(&" ".repeat(GAP)).trim_end().to_owned()
}

/// The headings above the columns, dim.
pub fn headings(
    words: &[&str],
    indent: usize,
    widths: &[usize],
    context: &RenderContext,
) -> Line<'static> {
    let cells: Vec<String> = words.iter().map(ToString::to_string).collect();
    let text = format!("{}{}", " ".repeat(indent), line(&cells, widths, context));
    Line::from(context.span(text, StyleRole::Dim))
}
