//! The findings as they are shown: those that say the same are one, with every resource it is about.

use std::collections::{BTreeSet, HashMap};

use crate::core::findings::{Finding, Folded, findings_for, fold};
use crate::core::readiness::instance_groups;
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
        self.findings = findings_for(&self.report, &groups);
        let folded = subjects(&self.report, &self.findings);
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

/// The findings folded, each with the resources it is about.
pub(super) fn subjects(report: &Report, findings: &[Finding]) -> Vec<FoldedFinding> {
    let mut titled: HashMap<String, Vec<usize>> = HashMap::new();
    if !findings.is_empty() {
        for (at, resource) in report.resources.iter().enumerate() {
            titled.entry(resource.title()).or_default().push(at);
        }
    }
    let of = |title: &str| titled.get(title).cloned().unwrap_or_default();
    let with_subjects = |folded: &Folded<'_>| {
        let mut named = folded.resources.clone();
        named.dedup();
        FoldedFinding {
            finding: folded.finding.clone(),
            subjects: named.into_iter().flat_map(of).collect(),
        }
    };
    fold(findings).iter().map(with_subjects).collect()
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
