//! What a screen may know of the program around it when it takes an event.

use super::event::Timestamp;
use crate::tui::notice::Notice;

/// Which pane has the focus; on a narrow terminal, which one is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pane {
    #[default]
    Work,
    /// Where the step has one.
    Map,
    Spec,
}

/// How much is on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Viewport {
    /// Rows that a page key moves by; at least one.
    pub page: isize,
    /// Columns inside a pane that takes the whole width.
    pub columns: usize,
}

impl Viewport {
    /// Rows of the review's tree: the detail below it takes the rest of a page.
    pub fn tree_rows(self) -> usize {
        self.page.unsigned_abs() * 6 / 10
    }
}

/// The time, the room on the screen, and where a notice is put.
#[derive(Debug)]
pub struct ScreenContext<'a> {
    pub at: Timestamp,
    pub viewport: Viewport,
    /// What is shown above the screen until the next key.
    pub notice: &'a mut Option<Notice>,
}
