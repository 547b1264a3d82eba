//! What was read: the cursor was on it, so that it was shown whole beside the tree.

use std::collections::BTreeSet;

use super::content::ReviewContent;
use super::filter::Filter;
use super::tree::TreeRow;
use crate::core::analysis::findings::{FindingSeverity, FoldedFinding};
use crate::core::kops::dry_run::{ChangeAction, Difference, Resource};
use crate::core::render::outline::Outline;
use crate::core::text::untrusted::Untrusted;

/// What was read of a dry run, by name, for another one in which most is the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadMarks {
    resources: BTreeSet<ResourceName>,
    findings: BTreeSet<FindingName>,
    raw: bool,
}

type ResourceName = (ChangeAction, String, Untrusted);
/// Its rule, the first resource that it is about, and its message.
type FindingName = (&'static str, String, String);

fn resource_name(resource: &Resource) -> ResourceName {
    let Resource {
        action, kind, name, ..
    } = resource;
    (*action, kind.clone(), name.clone())
}

fn finding_name(folded: &FoldedFinding) -> FindingName {
    let finding = &folded.finding;
    (
        finding.rule,
        finding.resource.clone(),
        finding.message.clone(),
    )
}

/// What was read of the dry run on the screen.
#[derive(Clone, Debug, Default)]
pub struct ReadState {
    resources: Vec<bool>,
    findings: Vec<bool>,
    /// Whether kops's own text was shown.
    pub(super) raw: bool,
}

impl ReadState {
    /// Nothing of it was read.
    pub(super) fn new(outline: &Outline) -> Self {
        Self {
            resources: vec![false; outline.dry_run.resources.len()],
            findings: vec![false; outline.findings.len()],
            raw: false,
        }
    }

    /// Marks what the row under the cursor shows whole.
    pub(super) fn mark(&mut self, row: TreeRow, outline: &Outline, filter: Filter) {
        match row {
            TreeRow::Finding(finding) => mark(&mut self.findings, finding),
            // The detail shows what changes in all of them, and names each.
            TreeRow::Bundle(at) if outline.bundle(at).is_some_and(|bundle| bundle.same) => {
                let members = filter.passing_in_bundle(outline, at);
                members.for_each(|resource| mark(&mut self.resources, resource));
            }
            row => {
                if let Some(resource) = row.own_resource() {
                    mark(&mut self.resources, resource);
                }
            }
        }
    }

    /// Whether the cursor was on this resource or inside it.
    pub fn was_read(&self, resource: usize) -> bool {
        self.resources.get(resource).copied().unwrap_or_default()
    }

    /// Whether the cursor was on this finding.
    pub fn was_finding_read(&self, finding: usize) -> bool {
        self.findings.get(finding).copied().unwrap_or_default()
    }

    /// How many resources of each action were not read, and how many there are; actions without any are left out.
    pub fn count_unread(&self, outline: &Outline) -> Vec<(ChangeAction, usize, usize)> {
        let counts = ChangeAction::ALL.map(|action| {
            let all = outline.dry_run.resources.iter().zip(&self.resources);
            let same = all.filter(|(resource, _)| resource.action == action);
            let (mut unread, mut total) = (0, 0);
            for (_, read) in same {
                unread += usize::from(!read);
                total += 1;
            }
            (action, unread, total)
        });
        let some = counts.into_iter().filter(|(_, _, total)| *total > 0);
        some.collect()
    }

    /// The dangers that the cursor was never on.
    pub fn unread_dangers<'a>(
        &'a self,
        outline: &'a Outline,
    ) -> impl Iterator<Item = &'a FoldedFinding> {
        let all = outline.findings.iter().zip(&self.findings);
        let unread = all
            .filter(|(folded, read)| !**read && folded.finding.severity == FindingSeverity::Danger);
        unread.map(|(folded, _)| folded)
    }

    /// What was read, by name.
    pub(super) fn by_name(&self, outline: &Outline) -> ReadMarks {
        let resources = outline.dry_run.resources.iter().zip(&self.resources);
        let resources = resources.filter(|(_, read)| **read);
        ReadMarks {
            resources: resources.map(|(one, _)| resource_name(one)).collect(),
            findings: self.finding_names(outline),
            raw: self.raw,
        }
    }

    fn finding_names(&self, outline: &Outline) -> BTreeSet<FindingName> {
        let findings = outline.findings.iter().zip(&self.findings);
        let read = findings.filter(|(_, read)| **read);
        read.map(|(folded, _)| finding_name(folded)).collect()
    }

    /// Runs what changes the findings of an outline; those that stay keep their marks.
    pub(super) fn keep_through(&mut self, outline: &mut Outline, judge: impl FnOnce(&mut Outline)) {
        let read = self.finding_names(outline);
        judge(outline);
        let findings = outline.findings.iter();
        self.findings = findings
            .map(|folded| read.contains(&finding_name(folded)))
            .collect();
    }

    /// Takes over what was read of the dry run that this one is compared with: what differs is to be read again.
    pub(super) fn restore(&mut self, marks: &ReadMarks, content: &ReviewContent) {
        let differences = content.comparison.as_ref().map(|one| &one.differences);
        let differences = differences.into_iter().flatten();
        let about = differences.clone().filter_map(Difference::about);
        let differing: BTreeSet<ResourceName> = about
            .map(|(action, kind, name)| (action, kind.to_owned(), name.clone()))
            .collect();
        let mut differences = differences;
        self.raw |= marks.raw && !differences.any(|one| matches!(one, Difference::Unread { .. }));
        let resources = &content.outline.dry_run.resources;
        let names: Vec<_> = resources.iter().map(resource_name).collect();
        let same: Vec<bool> = names.iter().map(|name| !differing.contains(name)).collect();
        for ((name, mark), same) in names.iter().zip(&mut self.resources).zip(&same) {
            *mark |= *same && marks.resources.contains(name);
        }
        for (folded, mark) in content.outline.findings.iter().zip(&mut self.findings) {
            let mut subjects = folded.subjects.iter();
            let unchanged = subjects.all(|at| same.get(*at).copied().unwrap_or_default());
            *mark |= unchanged && marks.findings.contains(&finding_name(folded));
        }
    }
}

fn mark(marks: &mut [bool], at: usize) {
    if let Some(mark) = marks.get_mut(at) {
        *mark = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::kops::dry_run::parse;

    #[test]
    fn a_bundle_is_read_as_a_whole_and_its_marks_are_known_by_name() {
        let text = include_str!("../../../../tests/fixtures/kops/update-modify.stdout");
        let outline = Outline::new(parse(text));
        let mut state = ReadState::new(&outline);
        assert_eq!(state.by_name(&outline), ReadMarks::default());
        state.mark(TreeRow::Bundle(0), &outline, Filter::default());
        state.mark(TreeRow::Finding(0), &outline, Filter::default());
        state.raw = true;
        let resources = &outline.bundles[0].resources;
        assert!(resources.iter().all(|at| state.was_read(*at)));
        let named = |at: &usize| resource_name(&outline.dry_run.resources[*at]);
        let marks = ReadMarks {
            resources: resources.iter().map(named).collect(),
            findings: BTreeSet::from([finding_name(&outline.findings[0])]),
            raw: true,
        };
        assert_eq!(state.by_name(&outline), marks);
        assert_eq!(state.unread_dangers(&outline).count(), 0);
        let mut outline = outline;
        state.keep_through(&mut outline, |outline| outline.judge(&[], &[]));
        assert!(state.was_finding_read(0) && !state.was_finding_read(1));
    }
}
