//! Where the person is on the dashboard: the pane, the row of each, the filter, and the detail that is open.

use std::collections::HashSet;

use strum::VariantArray;
use tui_input::Input;

use crate::core::cluster::instance_rows::{InstanceOrder, InstanceRow};
use crate::core::cluster::subject::ClusterSubject;
use crate::tui::dashboard_pane::DashboardPane;
use crate::tui::form;
use crate::tui::key::Key;

/// A detail that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenDetail {
    pub subject: ClusterSubject,
    /// The first line shown.
    pub top: usize,
}

/// Where the person is.
#[derive(Clone, Debug, Default)]
pub struct DashboardNavigation {
    pub focus: DashboardPane,
    /// The pane below on a screen where only one has room; absent until a person chose one.
    pub chosen: Option<DashboardPane>,
    pub group: usize,
    pub instance: usize,
    /// The panes in which a person put the cursor on a row: there it stays on that row, and else on the first.
    pub placed: HashSet<DashboardPane>,
    pub diagnosis: usize,
    /// Entries of the timeline behind the one with the cursor.
    pub timeline: usize,
    pub order: InstanceOrder,
    pub filter: Input,
    /// Whether the filter is being typed.
    pub filtering: bool,
    pub detail: Option<OpenDetail>,
    /// Whether the run is shown in place of the panes.
    pub shows_run: bool,
}

impl DashboardNavigation {
    pub(super) fn turn_focus(&mut self, back: bool) {
        let all = DashboardPane::VARIANTS;
        let at = all.iter().position(|one| *one == self.focus).unwrap_or(0);
        let step = if back { all.len() - 1 } else { 1 };
        let focus = all
            .get((at + step) % all.len())
            .copied()
            .unwrap_or_default();
        self.put_focus(focus);
    }

    fn put_focus(&mut self, pane: DashboardPane) {
        self.focus = pane;
        if pane != DashboardPane::Groups {
            self.chosen = Some(pane);
        }
    }

    /// The row of a pane that its cursor is on, of so many.
    pub fn row(&self, pane: DashboardPane, count: usize) -> usize {
        match pane {
            DashboardPane::Groups => self.group,
            DashboardPane::Instances => self.instance,
            DashboardPane::Why => self.diagnosis,
            DashboardPane::Timeline => count.saturating_sub(self.timeline + 1),
        }
    }

    /// Puts the focus on a pane and its cursor on one of so many rows; a filter that is typed is kept.
    pub(super) fn put_cursor(&mut self, pane: DashboardPane, row: usize, count: usize) {
        self.filtering = false;
        self.placed.insert(pane);
        self.put_focus(pane);
        match pane {
            DashboardPane::Groups => self.group = row,
            DashboardPane::Instances => self.instance = row,
            DashboardPane::Why => self.diagnosis = row,
            DashboardPane::Timeline => self.timeline = count.saturating_sub(row + 1),
        }
    }

    /// Moves within the pane that has the focus; `counts` are the rows of each.
    pub(super) fn travel(&mut self, by: isize, counts: PaneCounts) {
        self.placed.insert(self.focus);
        let (cursor, count, by) = match self.focus {
            DashboardPane::Groups => (&mut self.group, counts.groups, by),
            DashboardPane::Instances => (&mut self.instance, counts.instances, by),
            DashboardPane::Why => (&mut self.diagnosis, counts.diagnoses, by),
            // The newest is at the end, and the end is where it begins.
            DashboardPane::Timeline => {
                let back = by.saturating_neg();
                (&mut self.timeline, counts.timeline, back)
            }
        };
        *cursor = form::stepped(*cursor, by, count);
    }

    /// Keeps every cursor within its rows, and on the row it was on.
    pub(super) fn settle(
        &mut self,
        counts: PaneCounts,
        before: Option<&InstanceRow>,
        rows: &[InstanceRow],
    ) {
        let before = before.filter(|_| self.placed.contains(&DashboardPane::Instances));
        let same = before.and_then(|before| {
            let still = rows.get(self.instance).filter(|row| row.is_same(before));
            if still.is_some() {
                return Some(self.instance);
            }
            rows.iter().position(|row| row.is_same(before))
        });
        self.instance = same.unwrap_or(self.instance);
        self.group = form::stepped(self.group, 0, counts.groups);
        self.instance = form::stepped(self.instance, 0, counts.instances);
        self.diagnosis = form::stepped(self.diagnosis, 0, counts.diagnoses);
        self.timeline = form::stepped(self.timeline, 0, counts.timeline);
    }

    /// Types into the filter; says whether the key types.
    pub(super) fn type_filter(&mut self, key: Key) -> bool {
        let typed = self.filtering && form::edit(&mut self.filter, key);
        if typed {
            self.instance = 0;
        }
        typed
    }
}

/// How many rows each pane has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct PaneCounts {
    pub(super) groups: usize,
    pub(super) instances: usize,
    pub(super) diagnoses: usize,
    pub(super) timeline: usize,
}

impl PaneCounts {
    pub(super) fn of_pane(self, pane: DashboardPane) -> usize {
        match pane {
            DashboardPane::Groups => self.groups,
            DashboardPane::Instances => self.instances,
            DashboardPane::Why => self.diagnoses,
            DashboardPane::Timeline => self.timeline,
        }
    }
}

impl InstanceRow {
    /// Whether it is about the same instance or node.
    fn is_same(&self, other: &Self) -> bool {
        if self.instance.raw().is_empty() {
            return self.node == other.node;
        }
        self.instance == other.instance
    }
}
