//! Only one action, one category of resources, or one severity of findings.

use std::collections::BTreeSet;

use crate::core::analysis::category::Category;
use crate::core::analysis::findings::{FindingSeverity, FoldedFinding};
use crate::core::analysis::grouping::ResourceGroup;
use crate::core::kops::dry_run::{ChangeAction, Difference};
use crate::core::render::outline::Outline;

/// What is let through; each part that is absent lets everything pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    action: Option<ChangeAction>,
    category: Option<Category>,
    severity: Option<FindingSeverity>,
}

/// What a filter is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterKind {
    Action,
    Category,
    Severity,
}

impl Filter {
    /// How many findings pass, where a severity is asked for.
    pub fn count_findings(self, outline: &Outline) -> Option<usize> {
        self.severity?;
        let findings = outline.findings.iter();
        Some(
            findings
                .filter(|one| self.passes_finding(outline, one))
                .count(),
        )
    }

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

    /// Takes the next value of one part that the dry run has beside the other parts; after the last, everything passes.
    pub(super) fn advance(&mut self, part: FilterKind, outline: &Outline) {
        let filter = *self;
        match part {
            FilterKind::Action => {
                let all = ChangeAction::ALL.into_iter();
                let with = |action| Self {
                    action: Some(action),
                    ..filter
                };
                let all = all.filter(|action| with(*action).passes_any(outline));
                self.action = next_value(self.action, all);
            }
            FilterKind::Category => {
                let kinds = outline.dry_run.resources.iter().map(|one| &one.kind);
                let all: BTreeSet<_> = kinds.map(|kind| Category::from_type(kind)).collect();
                let with = |category| Self {
                    category: Some(category),
                    ..filter
                };
                let all = all.into_iter();
                let all = all.filter(|category| with(*category).passes_any(outline));
                self.category = next_value(self.category, all);
            }
            FilterKind::Severity => {
                let all = FindingSeverity::ALL.into_iter();
                let with = |severity| Self {
                    severity: Some(severity),
                    ..filter
                };
                let all = all.filter(|severity| {
                    let mut findings = outline.findings.iter();
                    findings.any(|folded| with(*severity).passes_finding(outline, folded))
                });
                self.severity = next_value(self.severity, all);
            }
        }
    }

    fn passes_any(self, outline: &Outline) -> bool {
        let mut all = 0..outline.dry_run.resources.len();
        all.any(|resource| self.passes(outline, resource))
    }

    /// Whether a resource passes.
    pub fn passes(self, outline: &Outline, resource: usize) -> bool {
        self.passes_change(outline, resource)
            && self.severity.is_none_or(|severity| {
                let findings = outline.findings_about(resource);
                let mut severities = findings.filter_map(|at| outline.findings.get(at));
                severities.any(|folded| folded.finding.severity == severity)
            })
    }

    fn passes_change(self, outline: &Outline, resource: usize) -> bool {
        let found = outline.resource(resource);
        found.is_some_and(|found| self.passes_kind(found.action, &found.kind))
    }

    fn passes_kind(self, action: ChangeAction, kind: &str) -> bool {
        self.action.is_none_or(|wanted| wanted == action)
            && self
                .category
                .is_none_or(|wanted| wanted == Category::from_type(kind))
    }

    /// Whether a difference between two dry runs passes; one that is about no resource only without a filter.
    pub(super) fn passes_difference(self, difference: &Difference) -> bool {
        self.severity.is_none()
            && difference
                .about()
                .map_or(!self.is_active(), |(action, kind, _)| {
                    self.passes_kind(action, kind)
                })
    }

    /// Whether a finding passes: by its severity, and by what it is about.
    pub(super) fn passes_finding(self, outline: &Outline, folded: &FoldedFinding) -> bool {
        let mut subjects = folded.subjects.iter();
        let all = self.action.is_none() && self.category.is_none();
        self.severity
            .is_none_or(|wanted| wanted == folded.finding.severity)
            && (all || subjects.any(|resource| self.passes_change(outline, *resource)))
    }

    /// Those of some resources that pass.
    pub fn passing_of<'a>(
        self,
        outline: &'a Outline,
        resources: &'a [usize],
    ) -> impl Iterator<Item = usize> + 'a {
        let resources = resources.iter().copied();
        resources.filter(move |resource| self.passes(outline, *resource))
    }

    /// The resources of a group that pass, in the order in which they are shown.
    pub fn passing_in_group(
        self,
        outline: &Outline,
        group: usize,
    ) -> impl Iterator<Item = usize> + '_ {
        let group = outline.groups.get(group).into_iter();
        let entries = group.flat_map(ResourceGroup::entries);
        entries.flat_map(move |entry| self.passing_of(outline, outline.members(entry)))
    }

    /// The resources of a bundle that pass.
    pub fn passing_in_bundle(
        self,
        outline: &Outline,
        bundle: usize,
    ) -> impl Iterator<Item = usize> + '_ {
        let members = outline.bundle(bundle).map(|bundle| &*bundle.resources);
        self.passing_of(outline, members.unwrap_or_default())
    }

    /// How many resources pass.
    pub fn count(self, outline: &Outline) -> usize {
        let all = 0..outline.dry_run.resources.len();
        all.filter(|resource| self.passes(outline, *resource))
            .count()
    }
}

/// The value after the present one; absent, for all of them, after the last.
fn next_value<T: PartialEq>(now: Option<T>, mut all: impl Iterator<Item = T>) -> Option<T> {
    match now {
        None => all.next(),
        Some(now) => all.skip_while(|value| *value != now).nth(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::kops::dry_run::parse;

    #[test]
    fn a_filter_lets_pass_what_it_names_and_skips_what_the_dry_run_does_not_have() {
        let text = include_str!("../../../../tests/fixtures/kops/update-modify.stdout");
        let outline = Outline::new(parse(text));
        let mut filter = Filter::default();
        let mut after = |part| {
            filter.advance(part, &outline);
            (filter.words(), filter.count(&outline))
        };
        let expected = [
            (FilterKind::Action, (vec!["delete on prune"], 2)),
            (FilterKind::Action, (vec!["modify"], 23)),
            (FilterKind::Category, (vec!["modify", "Network"], 6)),
        ];
        for (part, expected) in expected {
            assert_eq!(after(part), expected);
        }
        let mut filter = Filter::default();
        let mut severities = Vec::new();
        for _ in 0..4 {
            filter.advance(FilterKind::Severity, &outline);
            severities.push((filter.words(), filter.count(&outline)));
        }
        let expected = [
            (vec!["danger"], 2),
            (vec!["warning"], 10),
            (vec!["note"], 3),
            (vec![], 28),
        ];
        assert_eq!(severities, expected);
    }
}
