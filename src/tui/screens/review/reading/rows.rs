//! The lines of the tree, in their one order, and which of them are shown.

use super::Reading;
use super::order::TreePosition;
use crate::core::analysis::grouping::{Entry, ResourceGroup};
use crate::core::kops::dry_run::ValueChange;

/// One line of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TreeRow {
    /// How the report differs from another one: the line above all that differs.
    Differences,
    Difference(usize),
    /// A finding and those that say the same of other resources, folded into one.
    Finding(usize),
    /// One of the resources that a finding is about.
    Subject {
        finding: usize,
        at: usize,
    },
    /// Lines that were not understood.
    Unread,
    UnreadLine(usize),
    Group(usize),
    /// Resources that change in the same way, in one row.
    Bundle(usize),
    Resource(usize),
    Field {
        resource: usize,
        field: usize,
    },
    /// One line of a field's diff.
    DiffLine {
        resource: usize,
        field: usize,
        line: usize,
    },
    /// What is noise in the report: the line above the kinds of it.
    Noises,
    Noise(usize),
}

/// What can be open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fold {
    Differences,
    Finding(usize),
    Unread,
    Group(usize),
    Bundle(usize),
    Resource(usize),
    Noises,
}

/// A row's place in the whole tree; rows sort by it.
pub(super) type RowPosition = [usize; 6];

impl Reading {
    /// The place of a row in the whole tree, whatever is open.
    pub(super) fn key(&self, row: TreeRow) -> RowPosition {
        let at = |place: TreePosition, field: usize, line: usize| {
            let TreePosition {
                group,
                entry,
                member,
            } = place;
            [3, group, entry, member, field, line]
        };
        let of = |resource| self.order.position(resource);
        match row {
            TreeRow::Differences => [0; 6],
            TreeRow::Difference(at) => [0, at + 1, 0, 0, 0, 0],
            TreeRow::Finding(at) => [1, at, 0, 0, 0, 0],
            TreeRow::Subject { finding, at } => [1, finding, at + 1, 0, 0, 0],
            TreeRow::Unread => [2, 0, 0, 0, 0, 0],
            TreeRow::UnreadLine(at) => [2, at + 1, 0, 0, 0, 0],
            TreeRow::Group(at) => [3, at, 0, 0, 0, 0],
            TreeRow::Bundle(bundle) => at(self.order.bundle_position(bundle), 0, 0),
            TreeRow::Resource(resource) => at(of(resource), 0, 0),
            TreeRow::Field { resource, field } => at(of(resource), field + 1, 0),
            TreeRow::DiffLine {
                resource,
                field,
                line,
            } => at(of(resource), field + 1, line + 1),
            TreeRow::Noises => [4, 0, 0, 0, 0, 0],
            TreeRow::Noise(at) => [4, at + 1, 0, 0, 0, 0],
        }
    }

    /// Where a row is shown, or the nearest one above it.
    pub(super) fn shown_at(&self, row: TreeRow) -> usize {
        let key = self.key(row);
        match self.rows.binary_search_by_key(&key, |row| self.key(*row)) {
            Ok(at) => at,
            Err(after) => after.saturating_sub(1),
        }
    }

    /// Lays the tree out anew; the cursor stays on its row, or goes to the nearest one above that is shown.
    pub(super) fn lay_out(&mut self) {
        let here = self.row();
        let mut rows = Vec::with_capacity(self.rows.len());
        self.lay_out_differences(&mut rows);
        self.lay_out_findings(&mut rows);
        self.lay_out_unread(&mut rows);
        for group in 0..self.outline.groups.len() {
            self.lay_out_group(group, &mut rows);
        }
        self.lay_out_noises(&mut rows);
        self.rows = rows;
        self.cursor = here.map_or(0, |row| self.shown_at(row));
        self.look();
    }

    fn lay_out_differences(&self, rows: &mut Vec<TreeRow>) {
        let Some(comparison) = &self.comparison else {
            return;
        };
        rows.push(TreeRow::Differences);
        if self.is_open(Fold::Differences) {
            let all = comparison.differences.iter().enumerate();
            let passing = all.filter(|(_, difference)| self.filter.passes_difference(difference));
            rows.extend(passing.map(|(at, _)| TreeRow::Difference(at)));
        }
    }

    fn lay_out_findings(&self, rows: &mut Vec<TreeRow>) {
        for (finding, folded) in self.outline.findings.iter().enumerate() {
            if !self.shows_finding(folded) {
                continue;
            }
            rows.push(TreeRow::Finding(finding));
            if self.is_open(Fold::Finding(finding)) {
                let subjects = folded.subjects.iter().enumerate();
                let passing = subjects.filter(|(_, resource)| self.passes(**resource));
                rows.extend(passing.map(|(at, _)| TreeRow::Subject { finding, at }));
            }
        }
    }

    fn lay_out_unread(&self, rows: &mut Vec<TreeRow>) {
        if self.outline.dry_run.unread.is_empty() || self.filter.is_active() {
            return;
        }
        rows.push(TreeRow::Unread);
        if self.is_open(Fold::Unread) {
            rows.extend((0..self.outline.dry_run.unread.len()).map(TreeRow::UnreadLine));
        }
    }

    fn lay_out_group(&self, at: usize, rows: &mut Vec<TreeRow>) {
        if self.passing_of(at).next().is_none() {
            return;
        }
        rows.push(TreeRow::Group(at));
        if !self.is_open(Fold::Group(at)) {
            return;
        }
        for entry in self.entries(at) {
            let members = self.outline.members(entry).iter();
            let mut passing = members.filter(|at| self.passes(**at)).peekable();
            if let (Entry::Bundle(bundle), Some(_)) = (entry, passing.peek()) {
                rows.push(TreeRow::Bundle(*bundle));
                if !self.is_open(Fold::Bundle(*bundle)) {
                    continue;
                }
            }
            passing.for_each(|resource| self.lay_out_resource(*resource, rows));
        }
    }

    fn lay_out_resource(&self, resource: usize, rows: &mut Vec<TreeRow>) {
        rows.push(TreeRow::Resource(resource));
        if self.is_open(Fold::Resource(resource)) {
            self.each_inner(resource, |row| rows.push(row));
        }
    }

    fn lay_out_noises(&self, rows: &mut Vec<TreeRow>) {
        if self.outline.noises.is_empty() || self.filter.is_active() {
            return;
        }
        rows.push(TreeRow::Noises);
        if self.is_open(Fold::Noises) {
            rows.extend((0..self.outline.noises.len()).map(TreeRow::Noise));
        }
    }

    /// The resources of a group that the filter lets pass, in the order in which they are shown.
    pub fn passing_of(&self, group: usize) -> impl Iterator<Item = usize> + '_ {
        let entries = self.entries(group);
        let members = entries.flat_map(|entry| self.outline.members(entry));
        members.copied().filter(|resource| self.passes(*resource))
    }

    /// The resources of a bundle that the filter lets pass.
    pub fn passing_in(&self, bundle: usize) -> impl Iterator<Item = usize> + '_ {
        let bundle = self.outline.bundle(bundle).into_iter();
        let members = bundle.flat_map(|bundle| &bundle.resources).copied();
        members.filter(|resource| self.passes(*resource))
    }

    /// What a group lists.
    pub(super) fn entries(&self, group: usize) -> impl Iterator<Item = &Entry> {
        let group = self.outline.groups.get(group).into_iter();
        group.flat_map(ResourceGroup::entries)
    }

    /// The rows inside a resource: its fields, and the lines of their diffs.
    pub(super) fn each_inner(&self, resource: usize, mut take: impl FnMut(TreeRow)) {
        let found = self.outline.dry_run.resources.get(resource);
        let fields = found.map(|found| found.fields.as_slice());
        for (field, found) in fields.unwrap_or_default().iter().enumerate() {
            take(TreeRow::Field { resource, field });
            if let ValueChange::Diff(lines) = &found.change {
                for line in 0..lines.len() {
                    take(TreeRow::DiffLine {
                        resource,
                        field,
                        line,
                    });
                }
            }
        }
    }

    /// Opens whatever hides a row.
    pub(super) fn open_way_to(&mut self, row: TreeRow) {
        let way = |resource| self.way_to(resource);
        let folds = match row {
            TreeRow::Difference(_) => [Some(Fold::Differences), None, None],
            TreeRow::Subject { finding, .. } => [Some(Fold::Finding(finding)), None, None],
            TreeRow::UnreadLine(_) => [Some(Fold::Unread), None, None],
            TreeRow::Noise(_) => [Some(Fold::Noises), None, None],
            TreeRow::Bundle(bundle) => {
                let place = self.order.bundle_position(bundle);
                [Some(Fold::Group(place.group)), None, None]
            }
            TreeRow::Resource(resource) => {
                let [group, bundle] = way(resource);
                [group, bundle, None]
            }
            TreeRow::Field { resource, .. } | TreeRow::DiffLine { resource, .. } => {
                let [group, bundle] = way(resource);
                [group, bundle, Some(Fold::Resource(resource))]
            }
            TreeRow::Differences
            | TreeRow::Finding(_)
            | TreeRow::Unread
            | TreeRow::Group(_)
            | TreeRow::Noises => [None; 3],
        };
        let before = self.open.len();
        self.open.extend(folds.into_iter().flatten());
        if self.open.len() != before {
            self.lay_out();
        }
    }

    fn way_to(&self, resource: usize) -> [Option<Fold>; 2] {
        let group = Fold::Group(self.order.position(resource).group);
        [
            Some(group),
            self.order.bundle_of(resource).map(Fold::Bundle),
        ]
    }
}
