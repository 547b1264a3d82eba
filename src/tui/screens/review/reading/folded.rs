//! The findings as they are shown: those that say the same are one, with every resource it is about.

use std::collections::BTreeSet;

use super::{Fold, Reading};
use crate::core::analysis::findings::{Finding, folded_for};
use crate::core::cluster::{InstanceGroupSummary, instance_groups};
use crate::core::kops::dry_run::DryRun;

/// A finding, and the resources it is about as indexes into the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoldedFinding {
    pub finding: Finding,
    pub subjects: Vec<usize>,
}

impl Reading {
    /// Judges the report again once the spec tells how large the instance groups are; what was read stays read.
    pub(super) fn judge(&mut self) {
        if !instance_groups(&self.spec).is_empty() {
            self.judge_again();
        }
    }

    /// Judges the report by all that is known now; what was read stays read.
    pub(super) fn judge_again(&mut self) {
        let groups = instance_groups(&self.spec);
        let folded = judged(&self.report, &groups, &self.planned);
        let before = self.folded.iter().zip(&self.findings_read);
        let read: BTreeSet<_> = before
            .filter(|(_, read)| **read)
            .map(|(folded, _)| folded.name())
            .collect();
        self.findings_read = folded
            .iter()
            .map(|folded| read.contains(&folded.name()))
            .collect();
        self.about = about(&folded);
        self.folded = folded;
        self.open.retain(|fold| !matches!(fold, Fold::Finding(_)));
        self.lay_out();
        self.find_all();
    }
}

/// The findings as they are shown, those of the plan among them.
pub(super) fn judged(
    report: &DryRun,
    groups: &[InstanceGroupSummary],
    planned: &[Finding],
) -> Vec<FoldedFinding> {
    let folded = folded_for(report, groups).into_iter();
    let planned = planned.iter().map(|finding| (finding.clone(), Vec::new()));
    let with_subjects = |(finding, subjects)| FoldedFinding { finding, subjects };
    let mut all: Vec<_> = folded.chain(planned).map(with_subjects).collect();
    all.sort_by_cached_key(|folded| folded.finding.rank());
    all
}

/// Every resource with each finding about it, in the order of the resources.
pub(super) fn about(folded: &[FoldedFinding]) -> Vec<(usize, usize)> {
    let findings = folded.iter().enumerate();
    let mut about: Vec<_> = findings
        .flat_map(|(at, folded)| folded.subjects.iter().map(move |resource| (*resource, at)))
        .collect();
    about.sort_unstable();
    about
}
