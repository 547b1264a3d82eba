//! The findings as they are shown: those that say the same are one, with every resource it is about.

use std::collections::{BTreeSet, HashMap};

use crate::core::findings::{Finding, Folded, findings_about, fold};
use crate::core::readiness::{InstanceGroupSummary, instance_groups};
use crate::core::review::Report;

use super::{Fold, Reading};

/// A finding, and the resources it is about as indexes into the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoldedFinding {
    pub finding: Finding,
    pub subjects: Vec<usize>,
}

impl Reading {
    /// Judges the report anew once the spec tells how large the instance groups are; what was read stays read.
    pub(super) fn judge(&mut self) {
        let groups = instance_groups(&self.spec);
        if groups.is_empty() {
            return;
        }
        let (findings, folded) = judged(&self.report, &groups);
        self.findings = findings;
        let named = |folded: &FoldedFinding| {
            let finding = &folded.finding;
            (finding.rule, finding.resource.clone())
        };
        let before = self.folded.iter().zip(&self.findings_read);
        let read: BTreeSet<_> = before
            .filter(|(_, read)| **read)
            .map(|(folded, _)| named(folded))
            .collect();
        self.findings_read = folded
            .iter()
            .map(|folded| read.contains(&named(folded)))
            .collect();
        self.about = about(&folded);
        self.folded = folded;
        self.open.retain(|fold| !matches!(fold, Fold::Finding(_)));
        self.lay_out();
        self.find_all();
    }
}

/// The findings of a report, and the same folded, each with the resources it is about.
pub(super) fn judged(
    report: &Report,
    groups: &[InstanceGroupSummary],
) -> (Vec<Finding>, Vec<FoldedFinding>) {
    let found = findings_about(report, groups).into_iter();
    let (findings, resources): (Vec<_>, Vec<_>) = found.unzip();
    let with_subjects = |folded: &Folded<'_>| FoldedFinding {
        finding: folded.finding.clone(),
        subjects: folded
            .at
            .iter()
            .filter_map(|at| *resources.get(*at)?)
            .collect(),
    };
    let folded = fold(&findings).iter().map(with_subjects).collect();
    (findings, folded)
}

pub(super) fn about(folded: &[FoldedFinding]) -> HashMap<usize, Vec<usize>> {
    let mut about: HashMap<usize, Vec<usize>> = HashMap::new();
    for (finding, folded) in folded.iter().enumerate() {
        for resource in &folded.subjects {
            about.entry(*resource).or_default().push(finding);
        }
    }
    about
}
