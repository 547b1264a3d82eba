//! From the row under the cursor to the lines of the spec that cause it.

use std::ops::Range;

use super::{Reading, TreeRow};
use crate::core::analysis::cause::{Cause, cause, cause_of_all, cause_of_key, cause_of_line};
use crate::core::kops::dry_run::{DiffLine, ValueChange, kops_step};

// A finding about many resources follows from what the first of them follow from.
const MOST_SUBJECTS: usize = 24;

/// Rules that are about one key of the spec, whatever resource told of it.
const KEYS: [(&str, &str); 6] = [
    ("control-plane-not-seen", "kubernetesVersion"),
    ("kubernetes-version-changed", "kubernetesVersion"),
    ("iam-widened", "additionalPolicies"),
    ("iam-wildcard-added", "additionalPolicies"),
    ("iam-policy-attached", "externalPolicies"),
    ("iam-administrator-attached", "externalPolicies"),
];

impl Reading {
    /// Takes the spec that kops was asked about.
    pub fn set_spec(&mut self, spec: &str) {
        spec.clone_into(&mut self.spec);
        self.judge();
        self.follow_cause();
    }

    /// The spec that kops was asked about; empty when it is not known.
    pub fn spec(&self) -> &str {
        &self.spec
    }

    /// What of the spec the row under the cursor follows from; absent for rows that are about no resource.
    pub fn cause(&self) -> Option<&Cause> {
        self.cause.as_ref()
    }

    /// The lines of the spec that the row under the cursor follows from, counted from 0.
    pub fn causing_lines(&self) -> &[Range<usize>] {
        match &self.cause {
            Some(Cause::Lines(lines)) => lines,
            Some(Cause::Own(_)) | None => &[],
        }
    }

    /// What causes the row under the cursor, in one line; absent without a spec.
    pub(super) fn cause_in_words(&self) -> Option<String> {
        let lines = match self.cause.as_ref()? {
            Cause::Own(why) => return Some(format!("not from the spec: {why}")),
            Cause::Lines(lines) => lines,
        };
        let first = lines.first()?;
        let text = self.spec.lines().nth(first.start)?.trim();
        let more = match lines.len() {
            1 => String::new(),
            many => format!(", and {} more places", many - 1),
        };
        Some(format!(
            "from line {} of the spec: {text}{more}",
            first.start + 1
        ))
    }

    pub(super) fn follow_cause(&mut self) {
        self.laid = None;
        self.cause = match self.row() {
            Some(row) if !self.spec.is_empty() => self.cause_of(row),
            _ => None,
        };
    }

    fn cause_of(&self, row: TreeRow) -> Option<Cause> {
        let spec = self.spec.as_str();
        let resource = |at: usize| self.outline.dry_run.resources.get(at);
        match row {
            TreeRow::Finding(at) => self.cause_of_finding(at),
            TreeRow::Field {
                resource: at,
                field,
            } => {
                let resource = resource(at)?;
                let name = resource.fields.get(field).map(|field| field.name.as_str());
                Some(cause(spec, resource, name))
            }
            TreeRow::DiffLine {
                resource: at,
                field,
                line,
            } => {
                let resource = resource(at)?;
                let field = resource.fields.get(field)?;
                let said = match &field.change {
                    ValueChange::Diff(lines) => lines.get(line).map(|line| kops_step(line.raw())),
                    ValueChange::New(_) | ValueChange::Changed { .. } => None,
                };
                let exact = match said {
                    Some(DiffLine::Added(text)) => cause_of_line(spec, text),
                    _ => None,
                };
                Some(exact.unwrap_or_else(|| cause(spec, resource, Some(&field.name))))
            }
            TreeRow::Bundle(at) => {
                let members = self.passing_in(at).take(MOST_SUBJECTS);
                Some(cause_of_all(spec, members.filter_map(resource)))
            }
            TreeRow::Difference(at) => self
                .of_difference(at)
                .and_then(resource)
                .map(|found| cause(spec, found, None)),
            _ => Some(cause(spec, resource(self.resource_of(row)?)?, None)),
        }
    }

    fn cause_of_finding(&self, at: usize) -> Option<Cause> {
        let folded = self.outline.findings.get(at)?;
        let key = KEYS.iter().find(|(rule, _)| *rule == folded.finding.rule);
        let exact = key.and_then(|(_, key)| cause_of_key(&self.spec, &[key]));
        if exact.is_some() || folded.subjects.is_empty() {
            return exact;
        }
        let subjects = folded.subjects.iter().take(MOST_SUBJECTS);
        let resources = subjects.filter_map(|at| self.outline.dry_run.resources.get(*at));
        Some(cause_of_all(&self.spec, resources))
    }
}
