//! A dry run being read: the tree of its resources, what is open, where the cursor is, what was seen.

use std::collections::BTreeSet;

use tui_input::Input;

use crate::core::families::{Group, groups};
use crate::core::findings::{Finding, Folded, findings, fold};
use crate::core::review::{Change, Report};

use super::approval::Approval;
use super::form::stepped;

/// One line of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// What differs from the report approved before.
    Difference(usize),
    /// A finding and those that say the same of other resources, folded into one.
    Finding(usize),
    /// Lines that were not understood.
    Unread,
    UnreadLine(usize),
    Group(usize),
    Resource {
        group: usize,
        resource: usize,
    },
    Field {
        resource: usize,
        field: usize,
    },
    /// One line of a field's diff.
    DiffLine {
        resource: usize,
        field: usize,
        line: usize,
    },
}

/// What can be open: a group, a resource, or the lines not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fold {
    Unread,
    Group(usize),
    Resource(usize),
}

/// What the middle of the screen shows.
#[derive(Clone, Debug, Default)]
pub enum View {
    #[default]
    Tree,
    /// kops's own text, from this line on.
    Raw {
        top: usize,
    },
    /// A search being typed.
    Finding(Input),
    Approving(Approval),
}

/// A finding and how many resources it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoldedFinding {
    pub finding: Finding,
    pub resources: usize,
}

impl FoldedFinding {
    fn of(folded: &Folded<'_>) -> Self {
        Self {
            finding: folded.finding.clone(),
            resources: folded.resources.len(),
        }
    }
}

/// A report and how far it was read.
#[derive(Clone, Debug)]
pub struct Reading {
    pub report: Report,
    pub raw: String,
    pub findings: Vec<Finding>,
    /// The findings as they are shown: those that say the same of several resources are one.
    pub folded: Vec<FoldedFinding>,
    pub groups: Vec<Group>,
    /// How this report differs from the one approved before, in words.
    pub differences: Vec<String>,
    pub rows: Vec<Row>,
    pub cursor: usize,
    pub view: View,
    /// What is searched for; empty for nothing.
    pub search: String,
    open: BTreeSet<Fold>,
    seen: BTreeSet<usize>,
    raw_seen: bool,
}

impl Reading {
    /// A report not read yet: findings first, every group folded.
    pub fn new(report: Report, raw: String) -> Self {
        let findings = findings(&report);
        let mut reading = Self {
            folded: fold(&findings).iter().map(FoldedFinding::of).collect(),
            findings,
            groups: groups(&report),
            report,
            raw,
            differences: Vec::new(),
            rows: Vec::new(),
            cursor: 0,
            view: View::Tree,
            search: String::new(),
            open: BTreeSet::new(),
            seen: BTreeSet::new(),
            raw_seen: false,
        };
        reading.lay_out();
        reading
    }

    /// Whether a group, a resource or the unread lines are open.
    pub fn is_open(&self, fold: Fold) -> bool {
        self.open.contains(&fold)
    }

    /// How many resources were on an open group or opened themselves.
    pub fn seen(&self) -> usize {
        self.seen.len()
    }

    /// Whether this resource was shown.
    pub fn was_seen(&self, resource: usize) -> bool {
        self.seen.contains(&resource)
    }

    /// Why the report cannot be approved yet, if it cannot.
    pub fn unapprovable(&self) -> Option<String> {
        if !self.report.changes() && self.report.unread.is_empty() {
            return Some("kops would change nothing: there is nothing to approve".to_owned());
        }
        let unread = self.report.unread.len();
        (unread > 0 && !self.raw_seen).then(|| {
            format!("{unread} lines were not understood: read the raw text first (r), then approve")
        })
    }

    /// Moves the cursor.
    pub fn step(&mut self, by: isize) {
        self.cursor = stepped(self.cursor, by, self.rows.len());
    }

    /// Opens or folds what the cursor is on; on a finding, goes to its resource.
    pub fn choose(&mut self) {
        let fold = match self.rows.get(self.cursor) {
            Some(Row::Group(group)) => Fold::Group(*group),
            Some(Row::Resource { resource, .. }) => Fold::Resource(*resource),
            Some(Row::Unread) => Fold::Unread,
            Some(Row::Finding(finding)) => return self.go_to_finding(*finding),
            Some(Row::Field { resource, .. } | Row::DiffLine { resource, .. }) => {
                return self.fold_resource(*resource);
            }
            Some(Row::UnreadLine(_) | Row::Difference(_)) | None => return,
        };
        if !self.open.remove(&fold) {
            self.open.insert(fold);
        }
        self.lay_out();
    }

    fn fold_resource(&mut self, resource: usize) {
        self.open.remove(&Fold::Resource(resource));
        self.lay_out();
        self.go_to(resource);
    }

    fn go_to_finding(&mut self, finding: usize) {
        let Some(wanted) = self
            .folded
            .get(finding)
            .map(|folded| folded.finding.resource.clone())
        else {
            return;
        };
        let titles = self.report.resources.iter();
        if let Some(at) = titles
            .map(crate::core::review::Resource::title)
            .position(|title| title == wanted)
        {
            self.open.insert(Fold::Resource(at));
            self.open_group_of(at);
            self.lay_out();
            self.go_to(at);
        }
    }

    fn open_group_of(&mut self, resource: usize) {
        let holds = |group: &Group| {
            group
                .types
                .iter()
                .any(|kind| kind.resources.contains(&resource))
        };
        if let Some(group) = self.groups.iter().position(holds) {
            self.open.insert(Fold::Group(group));
        }
    }

    fn go_to(&mut self, wanted: usize) {
        let is_it =
            |row: &Row| matches!(row, Row::Resource { resource, .. } if *resource == wanted);
        if let Some(at) = self.rows.iter().position(is_it) {
            self.cursor = at;
        }
    }

    /// Opens every group, or folds everything.
    pub fn fold_all(&mut self, open: bool) {
        self.open.clear();
        if open {
            self.open.extend((0..self.groups.len()).map(Fold::Group));
            self.open.insert(Fold::Unread);
        }
        self.lay_out();
    }

    /// Shows kops's own text, or the tree again.
    pub fn turn_raw(&mut self) {
        self.view = if let View::Raw { .. } = self.view {
            View::Tree
        } else {
            self.raw_seen = true;
            View::Raw { top: 0 }
        };
    }

    /// Keeps searching for this text: everything that holds a match is opened.
    pub fn search_for(&mut self, text: &str) {
        text.clone_into(&mut self.search);
        if text.is_empty() {
            return;
        }
        let words = text.to_lowercase();
        for at in 0..self.report.resources.len() {
            if self.resource_matches(at, &words) {
                self.open_group_of(at);
            }
        }
        self.lay_out();
        self.find(1, true);
    }

    fn resource_matches(&self, at: usize, words: &str) -> bool {
        let resource = self.report.resources.get(at);
        resource.is_some_and(|resource| resource.title().to_lowercase().contains(words))
    }

    /// Whether a row holds the text searched for.
    pub fn matches(&self, row: &Row) -> bool {
        let words = self.search.to_lowercase();
        if words.is_empty() {
            return false;
        }
        match row {
            Row::Resource { resource, .. } => self.resource_matches(*resource, &words),
            Row::Finding(at) => self.folded.get(*at).is_some_and(|folded| {
                let finding = &folded.finding;
                finding.message.to_lowercase().contains(&words)
                    || finding.resource.to_lowercase().contains(&words)
            }),
            _ => false,
        }
    }

    /// Goes to the next match (`by` 1) or the one before (−1), around the end; `here` may be the present row.
    pub fn find(&mut self, by: isize, here: bool) {
        let count = self.rows.len();
        let mut at = self.cursor;
        for turn in 0..count {
            if !(here && turn == 0) {
                at = if by > 0 {
                    (at + 1) % count
                } else {
                    (at + count - 1) % count
                };
            }
            if self.rows.get(at).is_some_and(|row| self.matches(row)) {
                self.cursor = at;
                return;
            }
        }
    }

    /// Number of rows that match, and which of them the cursor is on, counted from 1.
    pub fn match_position(&self) -> (usize, usize) {
        let matching = self
            .rows
            .iter()
            .enumerate()
            .filter(|(_, row)| self.matches(row));
        let places: Vec<usize> = matching.map(|(at, _)| at).collect();
        let at = places
            .iter()
            .position(|at| *at == self.cursor)
            .map_or(0, |at| at + 1);
        (at, places.len())
    }

    fn lay_out(&mut self) {
        let mut rows: Vec<Row> = (0..self.differences.len()).map(Row::Difference).collect();
        rows.extend((0..self.folded.len()).map(Row::Finding));
        self.lay_out_unread(&mut rows);
        for group in 0..self.groups.len() {
            rows.push(Row::Group(group));
            if self.is_open(Fold::Group(group)) {
                self.lay_out_group(group, &mut rows);
            }
        }
        self.cursor = self.cursor.min(rows.len().saturating_sub(1));
        self.rows = rows;
    }

    fn lay_out_unread(&self, rows: &mut Vec<Row>) {
        if self.report.unread.is_empty() {
            return;
        }
        rows.push(Row::Unread);
        if self.is_open(Fold::Unread) {
            rows.extend((0..self.report.unread.len()).map(Row::UnreadLine));
        }
    }

    fn lay_out_group(&mut self, group: usize, rows: &mut Vec<Row>) {
        let members: Vec<usize> = self
            .groups
            .get(group)
            .map(|group| {
                group
                    .types
                    .iter()
                    .flat_map(|kind| kind.resources.iter().copied())
                    .collect()
            })
            .unwrap_or_default();
        for resource in members {
            self.seen.insert(resource);
            rows.push(Row::Resource { group, resource });
            if self.is_open(Fold::Resource(resource)) {
                self.lay_out_fields(resource, rows);
            }
        }
    }

    fn lay_out_fields(&self, resource: usize, rows: &mut Vec<Row>) {
        let fields = self
            .report
            .resources
            .get(resource)
            .map(|found| found.fields.as_slice());
        for (field, found) in fields.unwrap_or_default().iter().enumerate() {
            rows.push(Row::Field { resource, field });
            if let Change::Diff(lines) = &found.change {
                rows.extend((0..lines.len()).map(|line| Row::DiffLine {
                    resource,
                    field,
                    line,
                }));
            }
        }
    }

    /// The same report shown with what differs from the approved one.
    #[must_use]
    pub fn with_differences(mut self, differences: Vec<String>) -> Self {
        self.differences = differences;
        self.lay_out();
        self
    }
}
