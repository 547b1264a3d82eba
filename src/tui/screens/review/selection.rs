//! The row under the cursor, and the rows that were left by a jump.

use super::tree::{Tree, TreeRow};
use crate::tui::form::stepped;

/// Where the cursor is in the rows that are shown.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    cursor: usize,
    /// Where the cursor was before each jump.
    left: Vec<TreeRow>,
}

impl Selection {
    /// The index of the row under the cursor.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The row under the cursor; absent when there is none.
    pub fn row(&self, tree: &Tree) -> Option<TreeRow> {
        tree.rows().get(self.cursor).copied()
    }

    /// Moves by so many rows; whether it moved.
    pub(super) fn step(&mut self, by: isize, tree: &Tree) -> bool {
        let before = self.cursor;
        self.cursor = stepped(before, by, tree.rows().len());
        self.cursor != before
    }

    /// Goes to a row, or to the nearest one above that is shown; to the first without one.
    pub(super) fn go_to(&mut self, row: Option<TreeRow>, tree: &Tree) {
        self.cursor = row.map_or(0, |row| tree.shown_at(row));
    }

    /// Remembers the row that a jump leaves.
    pub(super) fn leave(&mut self, row: TreeRow) {
        self.left.push(row);
    }

    /// The row that the last jump left.
    pub(super) fn return_row(&mut self) -> Option<TreeRow> {
        self.left.pop()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::kops::dry_run::parse;
    use crate::core::render::outline::Outline;
    use crate::tui::screens::review::content::ReviewContent;
    use crate::tui::screens::review::filter::Filter;
    use crate::tui::screens::review::raw_text::RawText;

    #[test]
    fn the_cursor_stays_in_the_rows_and_comes_back_from_each_jump_once() {
        let text = include_str!("../../../../tests/fixtures/kops/update-nochange.stdout");
        let content = ReviewContent {
            outline: Outline::new(parse(text)),
            raw: RawText::default(),
            comparison: None,
        };
        let mut tree = Tree::new(&content.outline);
        tree.lay_out(&content, Filter::default());
        let last = tree.rows().len() - 1;
        let mut selection = Selection::default();
        assert!(!selection.step(-1, &tree));
        assert!(selection.step(isize::MAX / 2, &tree));
        assert_eq!(selection.cursor(), last);
        assert_eq!(selection.row(&tree), Some(TreeRow::Noises));
        // A row that is not shown: the nearest above it.
        selection.go_to(Some(TreeRow::Resource(1)), &tree);
        assert_eq!(selection.row(&tree), Some(TreeRow::Group(0)));
        selection.leave(TreeRow::Group(1));
        assert_eq!(selection.return_row(), Some(TreeRow::Group(1)));
        assert_eq!(selection.return_row(), None);
        selection.go_to(None, &tree);
        assert_eq!(selection.cursor(), 0);
    }
}
