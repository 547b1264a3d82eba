//! From the row under the cursor to the lines of the spec that cause it.

use std::ops::Range;

use super::content::ReviewContent;
use super::filter::Filter;
use super::tree::TreeRow;
use crate::core::analysis::cause::{Cause, cause, cause_of_all, cause_of_key, cause_of_line};
use crate::core::kops::dry_run::{DiffLine, Resource, ValueChange, kops_step};

// A finding about many resources follows from what the first of them follow from.
const MOST_SUBJECTS: usize = 24;

/// The spec, and what of it the row under the cursor follows from.
#[derive(Clone, Debug, Default)]
pub struct CauseLink {
    /// Empty when it is not known.
    spec: String,
    cause: Option<Cause>,
}

impl CauseLink {
    /// The spec that kops was asked about; empty when it is not known.
    pub fn spec(&self) -> &str {
        &self.spec
    }

    /// Takes the spec that kops was asked about.
    pub(super) fn set_spec(&mut self, spec: &str) {
        spec.clone_into(&mut self.spec);
    }

    /// The lines of the spec that the row under the cursor follows from, counted from 0.
    pub fn lines(&self) -> &[Range<usize>] {
        match &self.cause {
            Some(Cause::Lines(lines)) => lines,
            Some(Cause::Own(_)) | None => &[],
        }
    }

    /// What causes the row under the cursor, in one line; absent without a spec.
    pub fn words(&self) -> Option<String> {
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

    /// Finds what causes a row.
    pub(super) fn follow(&mut self, row: Option<TreeRow>, content: &ReviewContent, filter: Filter) {
        let row = row.filter(|_| !self.spec.is_empty());
        self.cause = row.and_then(|row| self.find(row, content, filter));
    }

    fn find(&self, row: TreeRow, content: &ReviewContent, filter: Filter) -> Option<Cause> {
        let (spec, outline) = (self.spec.as_str(), &content.outline);
        match row {
            TreeRow::Finding(at) => self.find_for_finding(at, content),
            TreeRow::Field { resource, field } => {
                let resource = outline.resource(resource)?;
                let name = resource.fields.get(field).map(|field| field.name.as_str());
                Some(cause(spec, resource, name))
            }
            TreeRow::DiffLine {
                resource,
                field,
                line,
            } => self.find_for_line(outline.resource(resource)?, field, line),
            TreeRow::Bundle(at) => {
                let members = filter.passing_in_bundle(outline, at).take(MOST_SUBJECTS);
                let members = members.filter_map(|at| outline.resource(at));
                Some(cause_of_all(spec, members))
            }
            TreeRow::Difference(at) => {
                let resource = content.resource_of_difference(at)?;
                Some(cause(spec, outline.resource(resource)?, None))
            }
            TreeRow::Subject { finding, at } => {
                let resource = content.subject(finding, at)?;
                Some(cause(spec, outline.resource(resource)?, None))
            }
            TreeRow::Resource(at) => Some(cause(spec, outline.resource(at)?, None)),
            _ => None,
        }
    }

    fn find_for_line(&self, resource: &Resource, field: usize, line: usize) -> Option<Cause> {
        let field = resource.fields.get(field)?;
        let step = match &field.change {
            ValueChange::Diff(lines) => lines.get(line).map(|line| kops_step(line.raw())),
            ValueChange::New(_) | ValueChange::Changed { .. } => None,
        };
        let exact = match step {
            Some(DiffLine::Added(text)) => cause_of_line(&self.spec, text),
            _ => None,
        };
        Some(exact.unwrap_or_else(|| cause(&self.spec, resource, Some(&field.name))))
    }

    fn find_for_finding(&self, at: usize, content: &ReviewContent) -> Option<Cause> {
        let folded = content.outline.findings.get(at)?;
        let key = folded.finding.spec_key();
        let exact = key.and_then(|key| cause_of_key(&self.spec, &[key]));
        if exact.is_some() || folded.subjects.is_empty() {
            return exact;
        }
        let subjects = folded.subjects.iter().take(MOST_SUBJECTS);
        let resources = subjects.filter_map(|at| content.outline.resource(*at));
        Some(cause_of_all(&self.spec, resources))
    }
}
