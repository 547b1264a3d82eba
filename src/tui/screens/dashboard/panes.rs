//! Where the panes of the dashboard lie on a screen of some size.

use super::Dashboard;
use crate::tui::dashboard_pane::DashboardPane;

const SIDE_BY_SIDE: u16 = 120;
/// Rows from which every pane has room.
const TALL: u16 = 28;
/// Borders and headings of a table.
const AROUND_ROWS: u16 = 3;
const LEAST: u16 = 5;

/// One pane and where it lies, borders counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PanePlace {
    pub pane: DashboardPane,
    pub x: u16,
    pub y: u16,
    pub width: u16,
    pub height: u16,
}

impl Dashboard {
    /// The panes that are shown in so many columns and rows.
    pub fn panes(&self, columns: u16, rows: u16) -> Vec<PanePlace> {
        let groups = self.groups_height(rows);
        let place = |pane, x, y, width, height| PanePlace {
            pane,
            x,
            y,
            width,
            height,
        };
        let mut places = vec![place(DashboardPane::Groups, 0, 0, columns, groups)];
        let below = rows.saturating_sub(groups);
        let left = columns.div_ceil(2);
        if columns < SIDE_BY_SIDE {
            places.push(place(self.lower_pane(), 0, groups, columns, below));
        } else if rows < TALL {
            let first = match self.lower_pane() {
                DashboardPane::Timeline => DashboardPane::Timeline,
                _ => DashboardPane::Instances,
            };
            places.push(place(first, 0, groups, left, below));
            places.push(place(
                DashboardPane::Why,
                left,
                groups,
                columns - left,
                below,
            ));
        } else {
            let bottom = (below / 2).clamp(8, 16).min(below.saturating_sub(LEAST));
            let y = rows.saturating_sub(bottom);
            places.push(place(
                DashboardPane::Instances,
                0,
                groups,
                columns,
                below - bottom,
            ));
            places.push(place(DashboardPane::Why, 0, y, left, bottom));
            places.push(place(
                DashboardPane::Timeline,
                left,
                y,
                columns - left,
                bottom,
            ));
        }
        places
    }

    fn groups_height(&self, rows: u16) -> u16 {
        let wanted = u16::try_from(self.group_rows()).unwrap_or(u16::MAX);
        let most = (rows * 2 / 5).max(LEAST);
        wanted.saturating_add(AROUND_ROWS).clamp(LEAST, most)
    }

    /// The pane below the instance groups where only one has room: the one that was chosen, else why the cluster is not
    /// ready where something is wrong.
    pub fn lower_pane(&self) -> DashboardPane {
        match self.navigation().chosen {
            Some(chosen) => chosen,
            None if self.readiness().is_none() || !self.shown().diagnoses.is_empty() => {
                DashboardPane::Why
            }
            None => DashboardPane::Instances,
        }
    }

    /// Rows of instance groups.
    pub fn group_rows(&self) -> usize {
        self.shown().groups.len()
    }

    /// The instance group of a row.
    pub(super) fn group_name(&self, row: usize) -> Option<String> {
        self.shown().group_name(row).map(ToOwned::to_owned)
    }
}
