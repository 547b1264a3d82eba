//! What of a report is searched, in the order of the tree, and which rows of each part hold the words.

use std::fmt::Write as _;

use crate::core::review::{Change, Field};

use super::Needle;
use crate::app::compare;
use crate::app::reading::order::Slot;
use crate::app::reading::{Reading, Row};

/// The searched part that a row is in.
pub(super) fn searched_at(row: Row) -> Row {
    match row {
        Row::Field { resource, .. } | Row::DiffLine { resource, .. } => Row::Resource(resource),
        other => other,
    }
}

impl Reading {
    /// Everything that is searched: a resource stands for itself and all rows inside it.
    pub(super) fn places_to_search(&self) -> Vec<Row> {
        let comparison = self.comparison.iter();
        let differences = comparison.flat_map(|comparison| comparison.differences.iter());
        let differences = differences.enumerate();
        let passing = differences.filter(|(_, one)| self.filter.passes_difference(one));
        let mut places: Vec<Row> = passing.map(|(at, _)| Row::Difference(at)).collect();
        let findings = self.folded.iter().enumerate();
        let passing = findings.filter(|(_, folded)| self.shows_finding(folded));
        places.extend(passing.map(|(at, _)| Row::Finding(at)));
        if !self.filter.is_active() {
            places.extend((0..self.report.unread.len()).map(Row::UnreadLine));
        }
        for group in 0..self.groups.len() {
            self.places_in(group, &mut places);
        }
        places
    }

    fn places_in(&self, group: usize, places: &mut Vec<Row>) {
        if self.passing_of(group).next().is_none() {
            return;
        }
        places.push(Row::Group(group));
        for slot in self.order.slots(group) {
            let members = self.order.members(slot).iter();
            let passing = members.filter(|resource| self.passes(**resource));
            let before = places.len();
            if let Slot::Bundle(bundle) = slot {
                places.push(Row::Bundle(*bundle));
            }
            let head = places.len();
            places.extend(passing.map(|resource| Row::Resource(*resource)));
            if places.len() == head {
                places.truncate(before);
            }
        }
    }

    /// Pushes the rows of one part that hold the words; gives how many bytes were looked at.
    pub(super) fn look_into(&self, place: Row, needle: &Needle, found: &mut Vec<Row>) -> usize {
        if let Row::Resource(resource) = place {
            return self.look_into_resource(resource, needle, found);
        }
        let text = self.searched_text(place);
        if needle.is_in(&text) {
            found.push(place);
        }
        text.len()
    }

    fn searched_text(&self, place: Row) -> String {
        match place {
            Row::Difference(at) => {
                let comparison = self.comparison.as_ref();
                let found = comparison.and_then(|all| all.differences.get(at));
                found.map(compare::title).unwrap_or_default()
            }
            Row::Finding(at) => {
                let found = self.folded.get(at);
                found.map_or_else(String::new, |folded| match folded.subjects.len() {
                    0 | 1 => format!("{}\n{}", folded.finding.message, folded.finding.resource),
                    _ => folded.finding.message.clone(),
                })
            }
            Row::UnreadLine(at) => {
                let line = self.report.unread.get(at);
                line.map_or_else(String::new, |line| line.raw().to_owned())
            }
            Row::Group(at) => self.groups.get(at).map_or_else(String::new, |group| {
                format!("{}: {}", group.family.word(), group.counts())
            }),
            Row::Bundle(at) => self.bundle_title(at).unwrap_or_default(),
            _ => String::new(),
        }
    }

    fn look_into_resource(&self, at: usize, needle: &Needle, found: &mut Vec<Row>) -> usize {
        let Some(resource) = self.report.resources.get(at) else {
            return 0;
        };
        let mut title = String::with_capacity(resource.kind.len() + resource.name.raw().len() + 1);
        let _ = write!(title, "{}/{}", resource.kind, resource.name.raw());
        let mut looked_at = title.len();
        if needle.is_in(&title) {
            found.push(Row::Resource(at));
        }
        for (field, one) in resource.fields.iter().enumerate() {
            let (holds, bytes) = in_field(needle, one);
            looked_at += bytes;
            if holds {
                found.push(Row::Field {
                    resource: at,
                    field,
                });
            }
            let Change::Diff(lines) = &one.change else {
                continue;
            };
            for (line, text) in lines.iter().enumerate() {
                looked_at += text.raw().len();
                if needle.is_in(text.raw()) {
                    found.push(Row::DiffLine {
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
fn in_field(needle: &Needle, field: &Field) -> (bool, usize) {
    let values = match &field.change {
        Change::New(value) => [value.raw(), ""],
        Change::Changed { old, new } => [old.raw(), new.raw()],
        Change::Diff(_) => ["", ""],
    };
    let holds = needle.is_in(&field.name) || values.iter().any(|value| needle.is_in(value));
    let bytes = values.iter().map(|value| value.len()).sum::<usize>();
    (holds, bytes + field.name.len())
}
