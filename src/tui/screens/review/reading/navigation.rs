//! From one row to another that is not beside it: to what a finding is about and back, to what was not read.

use super::{Fold, Reading, TreeRow};
use crate::core::kops::dry_run::Resource;

impl Reading {
    pub(super) fn of_difference(&self, at: usize) -> Option<usize> {
        let difference = self.comparison.as_ref()?.differences.get(at)?;
        let (action, kind, name) = difference.about()?;
        let same = |resource: &Resource| {
            resource.action == action && resource.kind == kind && resource.name == *name
        };
        self.outline.dry_run.resources.iter().position(same)
    }

    pub(super) fn jump(&mut self, resource: Option<usize>) {
        let (Some(here), Some(resource)) = (self.row(), resource) else {
            return;
        };
        self.came.push(here);
        if self.open.insert(Fold::Resource(resource)) {
            self.lay_out();
        }
        self.go_to(TreeRow::Resource(resource));
    }

    /// Goes back to where the last jump began; without one, from a resource to its gravest finding.
    pub fn go_back(&mut self) {
        if let Some(row) = self.came.pop() {
            return self.go_to(row);
        }
        let resource = self.row().and_then(|row| self.resource_of(row));
        let finding = resource.and_then(|resource| self.outline.findings_about(resource).next());
        if let Some(finding) = finding {
            self.go_to(TreeRow::Finding(finding));
        }
    }

    /// Goes to the next resource that was not read, around the end.
    pub fn next_unread(&mut self) {
        let from = self.row().map_or([0; 6], |row| self.key(row));
        let unread = (0..self.outline.groups.len())
            .flat_map(|group| self.passing_of(group))
            .filter(|resource| !self.was_read(*resource))
            .map(|resource| (self.key(TreeRow::Resource(resource)), resource));
        let (before, after): (Vec<_>, Vec<_>) = unread.partition(|(key, _)| *key <= from);
        if let Some((_, resource)) = after.first().or(before.first()) {
            self.go_to(self.read_at(*resource));
        }
    }

    // What changes alike is read once for all.
    fn read_at(&self, resource: usize) -> TreeRow {
        let bundle = self.order.bundle_of(resource);
        let same = |bundle: &usize| {
            self.outline
                .bundle(*bundle)
                .is_some_and(|bundle| bundle.same)
        };
        bundle
            .filter(same)
            .map_or(TreeRow::Resource(resource), TreeRow::Bundle)
    }

    /// Moves the cursor to a row, opening what hides it.
    pub(super) fn go_to(&mut self, row: TreeRow) {
        self.open_way_to(row);
        self.cursor = self.shown_at(row);
        self.look();
    }
}
