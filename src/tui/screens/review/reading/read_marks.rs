//! What was read: the cursor was on it, so that it was shown whole beside the tree.

use std::collections::BTreeSet;

use super::{Reading, TreeRow};
use crate::core::analysis::findings::{FindingSeverity, FoldedFinding};
use crate::core::kops::dry_run::{ChangeAction, Difference, Resource};
use crate::core::text::untrusted::Untrusted;

/// What was read of a report, for another one in which most is the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadMarks {
    resources: BTreeSet<ResourceName>,
    findings: BTreeSet<FindingName>,
    raw: bool,
}

type ResourceName = (ChangeAction, String, Untrusted);
/// Its rule, whom it is about, and what it says.
type FindingName = (&'static str, String, String);

fn name(resource: &Resource) -> ResourceName {
    (
        resource.action,
        resource.kind.clone(),
        resource.name.clone(),
    )
}

pub(super) fn finding_name(folded: &FoldedFinding) -> FindingName {
    let finding = &folded.finding;
    (
        finding.rule,
        finding.resource.clone(),
        finding.message.clone(),
    )
}

impl Reading {
    /// What was read so far.
    pub fn read_marks(&self) -> ReadMarks {
        let resources = self.outline.dry_run.resources.iter().zip(&self.read);
        let findings = self.outline.findings.iter().zip(&self.findings_read);
        ReadMarks {
            resources: resources
                .filter(|(_, read)| **read)
                .map(|(resource, _)| name(resource))
                .collect(),
            findings: findings
                .filter(|(_, read)| **read)
                .map(|(folded, _)| finding_name(folded))
                .collect(),
            raw: self.raw_read,
        }
    }

    /// Takes over what was read of the report that this one is compared with: what differs is to be read again.
    pub fn keep_marks(&mut self, marks: &ReadMarks) {
        let differences = self.comparison.as_ref().map(|one| &one.differences);
        let differences = differences.into_iter().flatten();
        let about = differences.clone().filter_map(Difference::about);
        let differing: BTreeSet<ResourceName> = about
            .map(|(action, kind, name)| (action, kind.to_owned(), name.clone()))
            .collect();
        let lines = differences.into_iter();
        let lines = lines.filter(|one| matches!(one, Difference::Unread { .. }));
        self.raw_read |= marks.raw && lines.count() == 0;
        let same: Vec<bool> = self
            .outline
            .dry_run
            .resources
            .iter()
            .map(|resource| !differing.contains(&name(resource)))
            .collect();
        for ((resource, mark), same) in self
            .outline
            .dry_run
            .resources
            .iter()
            .zip(&mut self.read)
            .zip(&same)
        {
            *mark |= *same && marks.resources.contains(&name(resource));
        }
        for (folded, mark) in self.outline.findings.iter().zip(&mut self.findings_read) {
            let mut subjects = folded.subjects.iter();
            let unchanged = subjects.all(|at| same.get(*at).copied().unwrap_or_default());
            *mark |= unchanged && marks.findings.contains(&finding_name(folded));
        }
    }

    /// Whether the cursor was on this resource or inside it.
    pub fn was_read(&self, resource: usize) -> bool {
        self.read.get(resource).copied().unwrap_or_default()
    }

    /// Whether the cursor was on this finding.
    pub fn was_finding_read(&self, finding: usize) -> bool {
        self.findings_read.get(finding).copied().unwrap_or_default()
    }

    /// How many resources of each action were not read, and how many there are; actions without any are left out.
    pub fn unread(&self) -> Vec<(ChangeAction, usize, usize)> {
        let counts = ChangeAction::ALL.map(|action| {
            let all = self.outline.dry_run.resources.iter().zip(&self.read);
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
        let all = self.outline.findings.iter().zip(&self.findings_read);
        let unread = all
            .filter(|(folded, read)| !**read && folded.finding.severity == FindingSeverity::Danger);
        unread.map(|(folded, _)| folded)
    }

    /// Remembers that what the cursor is on was read: it is shown whole beside the tree.
    pub(super) fn look(&mut self) {
        let mark = match self.row() {
            Some(TreeRow::Finding(finding)) => self.findings_read.get_mut(finding),
            Some(
                TreeRow::Resource(resource)
                | TreeRow::Field { resource, .. }
                | TreeRow::DiffLine { resource, .. },
            ) => self.read.get_mut(resource),
            Some(TreeRow::Bundle(bundle)) => {
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
        let same = self
            .outline
            .bundle(bundle)
            .is_some_and(|bundle| bundle.same);
        let members: Vec<usize> = self.passing_in(bundle).filter(|_| same).collect();
        for resource in members {
            if let Some(mark) = self.read.get_mut(resource) {
                *mark = true;
            }
        }
    }
}
