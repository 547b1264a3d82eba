//! What was read: the cursor was on it, so that it was shown whole beside the tree.

use crate::core::findings::Severity;
use crate::core::review::Action;

use super::{FoldedFinding, Reading, Row};

impl Reading {
    /// Whether the cursor was on this resource or inside it.
    pub fn was_read(&self, resource: usize) -> bool {
        self.read.get(resource).copied().unwrap_or_default()
    }

    /// Whether the cursor was on this finding.
    pub fn was_finding_read(&self, finding: usize) -> bool {
        self.findings_read.get(finding).copied().unwrap_or_default()
    }

    /// How many resources of each action were not read, and how many there are; actions without any are left out.
    pub fn unread(&self) -> Vec<(Action, usize, usize)> {
        let counts = Action::ALL.map(|action| {
            let all = self.report.resources.iter().zip(&self.read);
            let mut same = all.filter(|(resource, _)| resource.action == action);
            let total = same.clone().count();
            let unread = same.by_ref().filter(|(_, read)| !**read).count();
            (action, unread, total)
        });
        counts
            .into_iter()
            .filter(|(_, _, total)| *total > 0)
            .collect()
    }

    /// The dangers that the cursor was never on.
    pub fn unread_dangers(&self) -> impl Iterator<Item = &FoldedFinding> {
        let all = self.folded.iter().zip(&self.findings_read);
        let unread =
            all.filter(|(folded, read)| !**read && folded.finding.severity == Severity::Danger);
        unread.map(|(folded, _)| folded)
    }

    /// Remembers that what the cursor is on was read: it is shown whole beside the tree.
    pub(super) fn look(&mut self) {
        let mark = match self.row() {
            Some(Row::Finding(finding)) => self.findings_read.get_mut(finding),
            Some(
                Row::Resource(resource)
                | Row::Field { resource, .. }
                | Row::DiffLine { resource, .. },
            ) => self.read.get_mut(resource),
            Some(Row::Bundle(bundle)) => {
                self.read_bundle(bundle);
                None
            }
            _ => None,
        };
        if let Some(mark) = mark {
            *mark = true;
        }
        self.follow_cause();
    }

    // The detail shows what changes in all of them, and names each.
    fn read_bundle(&mut self, bundle: usize) {
        let same = self.bundle(bundle).is_some_and(|bundle| bundle.same);
        let members: Vec<usize> = self.passing_in(bundle).filter(|_| same).collect();
        for resource in members {
            if let Some(mark) = self.read.get_mut(resource) {
                *mark = true;
            }
        }
    }
}
