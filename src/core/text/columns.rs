//! Columns of text, as wide as what is in them.

use unicode_width::UnicodeWidthStr;

/// Blanks between two columns.
pub const GAP: usize = 2;

/// The width of each column: that of its widest cell, in columns of the terminal.
pub fn column_widths<'a>(rows: impl Iterator<Item = &'a [String]>) -> Vec<usize> {
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        widths.resize(widths.len().max(row.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.width().max(*width);
        }
    }
    widths
}
