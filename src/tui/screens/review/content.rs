//! What is read: a dry run, kops's own text of it, and how it differs from another one.

use super::raw_text::RawText;
use crate::core::render::outline::Outline;
use crate::tui::screens::review::compare::ApprovalComparison;

/// A dry run on the screen.
#[derive(Clone, Debug)]
pub struct ReviewContent {
    pub outline: Outline,
    pub raw: RawText,
    /// How it differs from another dry run.
    pub comparison: Option<ApprovalComparison>,
}

impl ReviewContent {
    /// The resource of this dry run that a difference is about.
    pub(super) fn resource_of_difference(&self, at: usize) -> Option<usize> {
        let difference = self.comparison.as_ref()?.differences.get(at)?;
        let (action, kind, name) = difference.about()?;
        let resources = &self.outline.dry_run.resources;
        resources.iter().position(|resource| {
            resource.action == action && resource.kind == kind && resource.name == *name
        })
    }

    /// One of the resources that a finding is about.
    pub(super) fn subject(&self, finding: usize, at: usize) -> Option<usize> {
        let folded = self.outline.findings.get(finding)?;
        folded.subjects.get(at).copied()
    }
}
