//! A table of the inventory.

use unicode_width::UnicodeWidthStr;

use crate::core::text::columns::{GAP, column_widths};

/// Rows under titles; every row has as many cells as there are titles.
pub(super) struct Table {
    rows: Vec<Vec<String>>,
    right: Vec<usize>,
}

impl Table {
    pub(super) fn new(titles: &[&str]) -> Self {
        let titles = titles.iter().map(ToString::to_string).collect();
        Self {
            rows: vec![titles],
            right: Vec::new(),
        }
    }

    /// The columns that hold numbers, from 0.
    pub(super) fn right(mut self, columns: &[usize]) -> Self {
        self.right = columns.to_vec();
        self
    }

    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// The lines, each behind `indent` blanks, without blanks at their end.
    pub(super) fn text(&self, indent: usize) -> String {
        let widths = column_widths(self.rows.iter().map(Vec::as_slice));
        let mut text = String::new();
        for row in &self.rows {
            let cells = row.iter().zip(&widths).enumerate();
            let line: Vec<String> = cells
                .map(|(column, (cell, width))| self.padded(column, cell, *width))
                .collect();
            text.push_str(&" ".repeat(indent));
            text.push_str(line.join(&" ".repeat(GAP)).trim_end());
            text.push('\n');
        }
        text
    }

    fn padded(&self, column: usize, cell: &str, width: usize) -> String {
        let blanks = " ".repeat(width.saturating_sub(cell.width()));
        if self.right.contains(&column) {
            blanks + cell
        } else {
            cell.to_owned() + &blanks
        }
    }
}
