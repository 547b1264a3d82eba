//! The findings again, once more is known than the dry run.

use std::collections::BTreeSet;

use super::read_marks::finding_name;
use super::{Fold, Reading};
use crate::core::cluster::instance_groups;

impl Reading {
    /// Judges the report again once the spec tells how large the instance groups are; what was read stays read.
    pub(super) fn judge(&mut self) {
        if !instance_groups(&self.spec).is_empty() {
            self.judge_again();
        }
    }

    /// Judges the report by all that is known now; what was read stays read.
    pub(super) fn judge_again(&mut self) {
        let read = |reading: &Self| -> BTreeSet<_> {
            let before = reading.outline.findings.iter().zip(&reading.findings_read);
            let read = before.filter(|(_, read)| **read);
            read.map(|(folded, _)| finding_name(folded)).collect()
        };
        let read = read(self);
        self.outline
            .judge(&instance_groups(&self.spec), &self.planned);
        let findings = self.outline.findings.iter();
        self.findings_read = findings
            .map(|folded| read.contains(&finding_name(folded)))
            .collect();
        self.open.retain(|fold| !matches!(fold, Fold::Finding(_)));
        self.lay_out();
        self.find_all();
    }
}
