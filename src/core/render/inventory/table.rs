//! Columns of text, as wide as what is in them.

use unicode_width::UnicodeWidthStr;

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
        let widths = self.widths();
        let mut text = String::new();
        for row in &self.rows {
            let cells = row.iter().zip(&widths).enumerate();
            let line: Vec<String> = cells
                .map(|(column, (cell, width))| self.padded(column, cell, *width))
                .collect();
            text.push_str(&" ".repeat(indent));
            text.push_str(line.join("  ").trim_end());
            text.push('\n');
        }
        text
    }

    fn widths(&self) -> Vec<usize> {
        let columns = self.rows.first().map_or(0, Vec::len);
        let widest = |column: usize| {
            self.rows
                .iter()
                .filter_map(|row| Some(row.get(column)?.width()))
                .max()
        };
        (0..columns)
            .map(|column| widest(column).unwrap_or(0))
            .collect()
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
