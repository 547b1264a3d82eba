//! Where the two panes of the dashboard lie, and how far they are scrolled.

use super::Dashboard;
use crate::tui::screens::dashboard::status_line;

const SIDE_BY_SIDE: u16 = 120;
const BORDERS: u16 = 2;
const AROUND: u16 = 4;

/// The two panes on a screen of some size, borders counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panes {
    pub side_by_side: bool,
    /// Columns of the instance groups where the panes are side by side, else their rows.
    pub groups: u16,
}

impl Dashboard {
    /// The panes in so many columns and rows; without a pane beside, all groups that fit stand above.
    pub fn panes(&self, columns: u16, rows: u16) -> Panes {
        if columns >= SIDE_BY_SIDE {
            return Panes {
                side_by_side: true,
                groups: share(columns),
            };
        }
        let wanted = u16::try_from(self.group_rows()).unwrap_or(u16::MAX);
        Panes {
            side_by_side: false,
            groups: wanted.saturating_add(BORDERS).min(share(rows)).max(3),
        }
    }

    /// Rows of instance groups.
    pub fn group_rows(&self) -> usize {
        let known = self.readiness.as_ref();
        known.map_or(self.groups.len(), |readiness| readiness.groups.len())
    }

    /// The last row that may be the first one shown, so that neither pane shows less than it could.
    pub fn last_top(&self, columns: u16, rows: u16) -> usize {
        let panes = self.panes(columns, rows);
        let (groups, beside, wide) = if panes.side_by_side {
            (rows, rows, columns.saturating_sub(panes.groups))
        } else {
            (panes.groups, rows.saturating_sub(panes.groups), columns)
        };
        let rows = status_line::lines(self, usize::from(wide.saturating_sub(AROUND))).len();
        hidden(self.group_rows(), groups).max(hidden(rows, beside))
    }
}

// Of columns or rows, the instance groups have 58 of 100.
fn share(all: u16) -> u16 {
    u16::try_from(u32::from(all) * 58 / 100).unwrap_or(all)
}

fn hidden(lines: usize, rows: u16) -> usize {
    lines.saturating_sub(usize::from(rows.saturating_sub(BORDERS)))
}
