//! What of a dry run is searched, in the order of the tree, and which rows of each part hold the words.

use std::fmt::Write as _;

use super::{Needle, SearchScope};
use crate::core::analysis::grouping::Entry;
use crate::core::kops::dry_run::{ChangedField, ValueChange};
use crate::tui::screens::review::compare;
use crate::tui::screens::review::tree::TreeRow;

/// The searched part that a row is in.
pub(super) fn part_of(row: TreeRow) -> TreeRow {
    row.own_resource().map_or(row, TreeRow::Resource)
}

impl SearchScope<'_> {
    /// Everything that is searched: a resource stands for itself and all rows inside it.
    pub(super) fn parts(&self) -> Vec<TreeRow> {
        let (outline, filter) = (&self.content.outline, self.filter);
        let comparison = self.content.comparison.iter();
        let differences = comparison.flat_map(|comparison| &comparison.differences);
        let passing = differences
            .enumerate()
            .filter(|(_, one)| filter.passes_difference(one));
        let mut parts: Vec<TreeRow> = passing.map(|(at, _)| TreeRow::Difference(at)).collect();
        let findings = outline.findings.iter().enumerate();
        let passing = findings.filter(|(_, folded)| filter.passes_finding(outline, folded));
        parts.extend(passing.map(|(at, _)| TreeRow::Finding(at)));
        if !filter.is_active() {
            parts.extend((0..outline.dry_run.unread.len()).map(TreeRow::UnreadLine));
        }
        for group in 0..outline.groups.len() {
            self.add_group(group, &mut parts);
        }
        parts
    }

    fn add_group(&self, at: usize, parts: &mut Vec<TreeRow>) {
        let (outline, filter) = (&self.content.outline, self.filter);
        let Some(group) = outline.groups.get(at) else {
            return;
        };
        let before = parts.len();
        parts.push(TreeRow::Group(at));
        for entry in group.entries() {
            let mut passing = filter
                .passing_of(outline, outline.members(entry))
                .peekable();
            if let (Entry::Bundle(bundle), Some(_)) = (entry, passing.peek()) {
                parts.push(TreeRow::Bundle(*bundle));
            }
            parts.extend(passing.map(TreeRow::Resource));
        }
        if parts.len() == before + 1 {
            parts.truncate(before);
        }
    }

    /// Pushes the rows of one part that hold the words; gives how many bytes were searched.
    pub(super) fn search_part(
        &self,
        part: TreeRow,
        needle: &Needle,
        found: &mut Vec<TreeRow>,
    ) -> usize {
        if let TreeRow::Resource(resource) = part {
            return self.search_resource(resource, needle, found);
        }
        let text = self.text_of(part).unwrap_or_default();
        if needle.is_in(&text) {
            found.push(part);
        }
        text.len()
    }

    fn text_of(&self, part: TreeRow) -> Option<String> {
        let outline = &self.content.outline;
        Some(match part {
            TreeRow::Difference(at) => {
                let comparison = self.content.comparison.as_ref()?;
                compare::title(comparison.differences.get(at)?)
            }
            TreeRow::Finding(at) => {
                let folded = outline.findings.get(at)?;
                match folded.subjects.len() {
                    0 | 1 => format!("{}\n{}", folded.finding.message, folded.finding.resource),
                    _ => folded.finding.message.clone(),
                }
            }
            TreeRow::UnreadLine(at) => outline.dry_run.unread.get(at)?.raw().to_owned(),
            TreeRow::Group(at) => outline.groups.get(at)?.title(),
            TreeRow::Bundle(at) => {
                let count = self.filter.passing_in_bundle(outline, at).count();
                outline.bundle(at)?.title(count)
            }
            _ => return None,
        })
    }

    fn search_resource(&self, at: usize, needle: &Needle, found: &mut Vec<TreeRow>) -> usize {
        let Some(resource) = self.content.outline.resource(at) else {
            return 0;
        };
        let mut title = String::with_capacity(resource.kind.len() + resource.name.raw().len() + 1);
        let _ = write!(title, "{}/{}", resource.kind, resource.name.raw());
        let mut searched = title.len();
        if needle.is_in(&title) {
            found.push(TreeRow::Resource(at));
        }
        for (field, one) in resource.fields.iter().enumerate() {
            let (holds, bytes) = search_field(needle, one);
            searched += bytes;
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
                searched += text.raw().len();
                if needle.is_in(text.raw()) {
                    found.push(TreeRow::DiffLine {
                        resource: at,
                        field,
                        line,
                    });
                }
            }
        }
        searched
    }
}

/// Whether the name or a value of a field holds the words, and how many bytes were searched.
fn search_field(needle: &Needle, field: &ChangedField) -> (bool, usize) {
    let values = match &field.change {
        ValueChange::New(value) => [value.raw(), ""],
        ValueChange::Changed { old, new } => [old.raw(), new.raw()],
        ValueChange::Diff(_) => ["", ""],
    };
    let holds = needle.is_in(&field.name) || values.iter().any(|value| needle.is_in(value));
    let bytes = values.iter().map(|value| value.len()).sum::<usize>();
    (holds, bytes + field.name.len())
}
