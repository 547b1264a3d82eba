//! Only one action, one category of resources, or one severity of findings.

use super::Reading;
use crate::core::analysis::category::Category;
use crate::core::analysis::findings::{FindingSeverity, FoldedFinding};
use crate::core::kops::dry_run::{ChangeAction, Difference, Resource};

/// What is let through; each part that is absent lets everything pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub action: Option<ChangeAction>,
    pub category: Option<Category>,
    pub severity: Option<FindingSeverity>,
}

/// What a filter is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterKind {
    Action,
    Category,
    Severity,
}

impl Filter {
    /// Whether anything may be hidden.
    pub fn is_active(self) -> bool {
        self != Self::default()
    }

    /// What is let through, in words.
    pub fn words(self) -> Vec<&'static str> {
        let action = self.action.map(ChangeAction::word);
        let category = self.category.map(Category::word);
        let severity = self.severity.map(FindingSeverity::word);
        [action, category, severity].into_iter().flatten().collect()
    }

    fn passes_resource(self, resource: &Resource) -> bool {
        self.passes_kind(resource.action, &resource.kind)
    }

    fn passes_kind(self, action: ChangeAction, kind: &str) -> bool {
        self.action.is_none_or(|wanted| wanted == action)
            && self
                .category
                .is_none_or(|wanted| wanted == Category::from_type(kind))
    }

    /// Whether a difference between two reports is let through; one that is about no resource only without a filter.
    pub fn passes_difference(self, difference: &Difference) -> bool {
        self.severity.is_none()
            && difference
                .about()
                .map_or(!self.is_active(), |(action, kind, _)| {
                    self.passes_kind(action, kind)
                })
    }
}

/// The value after the present one, all of them (absent) after the last.
fn turned<T: PartialEq + Copy>(now: Option<T>, all: &[T]) -> Option<T> {
    let next = match now {
        None => 0,
        Some(now) => all.iter().position(|value| *value == now)? + 1,
    };
    all.get(next).copied()
}

impl Reading {
    /// Turns one part of the filter to its next value that the report has beside the other parts.
    pub fn turn_filter(&mut self, part: FilterKind) {
        match part {
            FilterKind::Action => {
                let all: Vec<_> = ChangeAction::ALL
                    .into_iter()
                    .filter(|action| self.has(Some(*action), self.filter.category))
                    .collect();
                self.filter.action = turned(self.filter.action, &all);
            }
            FilterKind::Category => {
                let mut all: Vec<_> = self
                    .outline
                    .groups
                    .iter()
                    .map(|group| group.category)
                    .collect();
                all.sort_unstable();
                all.dedup();
                all.retain(|category| self.has(self.filter.action, Some(*category)));
                self.filter.category = turned(self.filter.category, &all);
            }
            FilterKind::Severity => {
                let all: Vec<_> = FindingSeverity::ALL
                    .into_iter()
                    .filter(|severity| self.has_finding(*severity))
                    .collect();
                self.filter.severity = turned(self.filter.severity, &all);
            }
        }
        self.filtered();
    }

    fn has(&self, action: Option<ChangeAction>, category: Option<Category>) -> bool {
        let filter = Filter {
            action,
            category,
            severity: self.filter.severity,
        };
        let mut all = 0..self.outline.dry_run.resources.len();
        all.any(|resource| self.passes_with(filter, resource))
    }

    fn has_finding(&self, severity: FindingSeverity) -> bool {
        let filter = Filter {
            severity: Some(severity),
            ..self.filter
        };
        self.outline
            .findings
            .iter()
            .any(|folded| self.shows_with(filter, folded))
    }

    /// Lets everything pass again.
    pub fn clear_filter(&mut self) {
        self.filter = Filter::default();
        self.filtered();
    }

    fn filtered(&mut self) {
        self.lay_out();
        self.find_all();
    }

    /// Whether the filter lets a resource pass.
    pub fn passes(&self, resource: usize) -> bool {
        self.passes_with(self.filter, resource)
    }

    fn passes_with(&self, filter: Filter, resource: usize) -> bool {
        let Some(found) = self.outline.dry_run.resources.get(resource) else {
            return false;
        };
        filter.passes_resource(found)
            && filter.severity.is_none_or(|severity| {
                let mut about = self.outline.findings_about(resource);
                about.any(|at| self.severity_of(at) == Some(severity))
            })
    }

    fn severity_of(&self, finding: usize) -> Option<FindingSeverity> {
        self.outline
            .findings
            .get(finding)
            .map(|folded| folded.finding.severity)
    }

    /// Whether the filter lets a finding pass: by its severity, and by what it is about.
    pub(super) fn shows_finding(&self, folded: &FoldedFinding) -> bool {
        self.shows_with(self.filter, folded)
    }

    fn shows_with(&self, filter: Filter, folded: &FoldedFinding) -> bool {
        let severity = folded.finding.severity;
        let about = |resource: &usize| {
            let found = self.outline.dry_run.resources.get(*resource);
            found.is_some_and(|found| filter.passes_resource(found))
        };
        let whole = filter.action.is_none() && filter.category.is_none();
        filter.severity.is_none_or(|wanted| wanted == severity)
            && (whole || folded.subjects.iter().any(about))
    }

    /// How many resources pass the filter.
    pub fn passing(&self) -> usize {
        (0..self.outline.dry_run.resources.len())
            .filter(|resource| self.passes(*resource))
            .count()
    }
}
