//! What of a report is searched, in the order of the tree, and which rows of each part hold the words.

use std::fmt::Write as _;

use super::Needle;
use crate::core::analysis::grouping::{Entry, ResourceGroup};
use crate::core::kops::dry_run::{ChangedField, ValueChange};
use crate::tui::screens::review::compare;
use crate::tui::screens::review::reading::{Reading, TreeRow};

/// The searched part that a row is in.
pub(super) fn searched_at(row: TreeRow) -> TreeRow {
    match row {
        TreeRow::Field { resource, .. } | TreeRow::DiffLine { resource, .. } => {
            TreeRow::Resource(resource)
        }
        other => other,
    }
}

impl Reading {
    /// Everything that is searched: a resource stands for itself and all rows inside it.
    pub(super) fn places_to_search(&self) -> Vec<TreeRow> {
        let comparison = self.comparison.iter();
        let differences = comparison.flat_map(|comparison| comparison.differences.iter());
        let differences = differences.enumerate();
        let passing = differences.filter(|(_, one)| self.filter.passes_difference(one));
        let mut places: Vec<TreeRow> = passing.map(|(at, _)| TreeRow::Difference(at)).collect();
        let findings = self.outline.findings.iter().enumerate();
        let passing = findings.filter(|(_, folded)| self.shows_finding(folded));
        places.extend(passing.map(|(at, _)| TreeRow::Finding(at)));
        if !self.filter.is_active() {
            places.extend((0..self.outline.dry_run.unread.len()).map(TreeRow::UnreadLine));
        }
        for group in 0..self.outline.groups.len() {
            self.places_in(group, &mut places);
        }
        places
    }

    fn places_in(&self, group: usize, places: &mut Vec<TreeRow>) {
        if self.passing_of(group).next().is_none() {
            return;
        }
        places.push(TreeRow::Group(group));
        for entry in self.entries(group) {
            let members = self.outline.members(entry).iter();
            let mut passing = members.filter(|at| self.passes(**at)).peekable();
            if let (Entry::Bundle(bundle), Some(_)) = (entry, passing.peek()) {
                places.push(TreeRow::Bundle(*bundle));
            }
            places.extend(passing.map(|resource| TreeRow::Resource(*resource)));
        }
    }

    /// Pushes the rows of one part that hold the words; gives how many bytes were looked at.
    pub(super) fn look_into(
        &self,
        place: TreeRow,
        needle: &Needle,
        found: &mut Vec<TreeRow>,
    ) -> usize {
        if let TreeRow::Resource(resource) = place {
            return self.look_into_resource(resource, needle, found);
        }
        let text = self.searched_text(place);
        if needle.is_in(&text) {
            found.push(place);
        }
        text.len()
    }

    fn searched_text(&self, place: TreeRow) -> String {
        match place {
            TreeRow::Difference(at) => {
                let comparison = self.comparison.as_ref();
                let found = comparison.and_then(|all| all.differences.get(at));
                found.map(compare::title).unwrap_or_default()
            }
            TreeRow::Finding(at) => {
                let found = self.outline.findings.get(at);
                found.map_or_else(String::new, |folded| match folded.subjects.len() {
                    0 | 1 => format!("{}\n{}", folded.finding.message, folded.finding.resource),
                    _ => folded.finding.message.clone(),
                })
            }
            TreeRow::UnreadLine(at) => {
                let line = self.outline.dry_run.unread.get(at);
                line.map_or_else(String::new, |line| line.raw().to_owned())
            }
            TreeRow::Group(at) => self
                .outline
                .groups
                .get(at)
                .map_or_else(String::new, ResourceGroup::title),
            TreeRow::Bundle(at) => self.bundle_title(at).unwrap_or_default(),
            _ => String::new(),
        }
    }

    fn look_into_resource(&self, at: usize, needle: &Needle, found: &mut Vec<TreeRow>) -> usize {
        let Some(resource) = self.outline.dry_run.resources.get(at) else {
            return 0;
        };
        let mut title = String::with_capacity(resource.kind.len() + resource.name.raw().len() + 1);
        let _ = write!(title, "{}/{}", resource.kind, resource.name.raw());
        let mut looked_at = title.len();
        if needle.is_in(&title) {
            found.push(TreeRow::Resource(at));
        }
        for (field, one) in resource.fields.iter().enumerate() {
            let (holds, bytes) = in_field(needle, one);
            looked_at += bytes;
            if holds {
                found.push(TreeRow::Field {
                    resource: at,
                    field,
                });
            }
            let ValueChange::Diff(lines) = &one.change else {
                continue;
            };
            for (line, text) in lines.iter().enumerate() {
                looked_at += text.raw().len();
                if needle.is_in(text.raw()) {
                    found.push(TreeRow::DiffLine {
                        resource: at,
                        field,
                        line,
                    });
                }
            }
        }
        looked_at
    }
}

/// Whether the name or a value of a field holds the words, and how many bytes were looked at.
fn in_field(needle: &Needle, field: &ChangedField) -> (bool, usize) {
    let values = match &field.change {
        ValueChange::New(value) => [value.raw(), ""],
        ValueChange::Changed { old, new } => [old.raw(), new.raw()],
        ValueChange::Diff(_) => ["", ""],
    };
    let holds = needle.is_in(&field.name) || values.iter().any(|value| needle.is_in(value));
    let bytes = values.iter().map(|value| value.len()).sum::<usize>();
    (holds, bytes + field.name.len())
}
