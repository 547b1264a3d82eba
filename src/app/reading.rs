//! A dry run being read: the tree of its resources, what is open, where the cursor is, what was read.

use std::collections::{BTreeSet, HashMap};

use crate::core::cause::Cause;
use crate::core::families::{Group, Noise, groups, noises};
use crate::core::findings::{Finding, Severity, findings};
use crate::core::review::{Action, Report, Resource, Summary};

use super::approval::Approval;
use super::compare::Comparison;
use super::form::stepped;
use folded::{about, subjects};

mod causes;
pub mod detail;
mod fields;
mod filter;
mod find;
mod folded;
mod raw;
mod rows;
#[cfg(test)]
mod tests;
pub mod wrapped;

pub use filter::{Filter, Part};
pub use find::Search;
pub use folded::FoldedFinding;
pub use raw::RawText;
pub use rows::{Fold, Row};

/// What the middle of the screen shows.
#[derive(Clone, Debug, Default)]
pub enum View {
    /// The tree, and below it what the cursor is on.
    #[default]
    Tree,
    /// What the cursor is on, whole, from this line on.
    Detail {
        top: usize,
    },
    /// kops's own text, from this line on.
    Raw {
        top: usize,
    },
    Approving(Approval),
}

/// A report and how far it was read.
#[derive(Clone, Debug)]
pub struct Reading {
    pub report: Report,
    pub raw: RawText,
    pub findings: Vec<Finding>,
    /// The findings as they are shown: those that say the same of several resources are one.
    pub folded: Vec<FoldedFinding>,
    pub groups: Vec<Group>,
    /// The kinds of noise in it, and in how many fields.
    pub noises: Vec<(Noise, usize)>,
    pub summary: Summary,
    /// The cluster's name, as far as the report tells.
    pub cluster: Option<String>,
    /// How it differs from another report.
    pub comparison: Option<Comparison>,
    pub rows: Vec<Row>,
    pub cursor: usize,
    pub view: View,
    pub search: Search,
    pub filter: Filter,
    open: BTreeSet<Fold>,
    read: Vec<bool>,
    findings_read: Vec<bool>,
    raw_read: bool,
    /// The group of each resource and its place in it.
    places: Vec<(usize, usize)>,
    /// The folded findings about a resource, for those that have any.
    about: HashMap<usize, Vec<usize>>,
    /// Where the cursor was before each jump.
    came: Vec<Row>,
    /// The spec that kops was asked about; empty when it is not known.
    spec: String,
    /// What of the spec the row under the cursor follows from.
    cause: Option<Cause>,
}

impl Reading {
    /// A report not read yet: findings first, every group folded.
    pub fn new(report: Report, raw: String) -> Self {
        let findings = findings(&report);
        let folded = subjects(&report, &findings);
        let groups = groups(&report);
        let mut reading = Self {
            about: about(&folded),
            places: places(&groups, report.resources.len()),
            read: vec![false; report.resources.len()],
            findings_read: vec![false; folded.len()],
            noises: noises(&report),
            summary: report.summary(),
            cluster: report.cluster().map(str::to_owned),
            raw: RawText::new(raw),
            report,
            findings,
            folded,
            groups,
            comparison: None,
            rows: Vec::new(),
            cursor: 0,
            view: View::Tree,
            search: Search::default(),
            filter: Filter::default(),
            open: BTreeSet::new(),
            raw_read: false,
            came: Vec::new(),
            spec: String::new(),
            cause: None,
        };
        reading.lay_out();
        reading
    }

    /// The same report, and how it differs from another one.
    #[must_use]
    pub fn compared(mut self, comparison: Comparison) -> Self {
        self.comparison = Some(comparison);
        self.open.insert(Fold::Differences);
        self.lay_out();
        self.cursor = 0;
        self.look();
        self
    }

    /// The row under the cursor.
    pub fn row(&self) -> Option<Row> {
        self.rows.get(self.cursor).copied()
    }

    /// Whether something is open.
    pub fn is_open(&self, fold: Fold) -> bool {
        self.open.contains(&fold)
    }

    /// The resource that a row is about: its own, or the first that the finding is about.
    pub fn resource_of(&self, row: Row) -> Option<usize> {
        match row {
            Row::Resource(resource)
            | Row::Field { resource, .. }
            | Row::DiffLine { resource, .. } => Some(resource),
            Row::Finding(finding) => self.subject(finding, 0),
            Row::Subject { finding, at } => self.subject(finding, at),
            _ => None,
        }
    }

    fn subject(&self, finding: usize, at: usize) -> Option<usize> {
        self.folded.get(finding)?.subjects.get(at).copied()
    }

    /// The folded findings that are about a resource.
    pub fn findings_of(&self, resource: usize) -> &[usize] {
        self.about.get(&resource).map_or(&[], Vec::as_slice)
    }

    /// Whether the cursor was on this resource or inside it.
    pub fn was_read(&self, resource: usize) -> bool {
        self.read.get(resource).copied().unwrap_or_default()
    }

    /// Whether the cursor was on this finding.
    pub fn was_finding_read(&self, finding: usize) -> bool {
        self.findings_read.get(finding).copied().unwrap_or_default()
    }

    /// How many resources of each action were not read, and how many there are; actions without any are left out.
    pub fn unread(&self) -> Vec<(Action, usize, usize)> {
        let counts = Action::ALL.map(|action| {
            let all = self.report.resources.iter().zip(&self.read);
            let mut same = all.filter(|(resource, _)| resource.action == action);
            let total = same.clone().count();
            let unread = same.by_ref().filter(|(_, read)| !**read).count();
            (action, unread, total)
        });
        counts
            .into_iter()
            .filter(|(_, _, total)| *total > 0)
            .collect()
    }

    /// The dangers that the cursor was never on.
    pub fn unread_dangers(&self) -> impl Iterator<Item = &FoldedFinding> {
        let all = self.folded.iter().zip(&self.findings_read);
        let unread =
            all.filter(|(folded, read)| !**read && folded.finding.severity == Severity::Danger);
        unread.map(|(folded, _)| folded)
    }

    /// How many findings have this severity, as they are shown.
    pub fn count(&self, severity: Severity) -> usize {
        let same = |folded: &&FoldedFinding| folded.finding.severity == severity;
        self.folded.iter().filter(same).count()
    }

    /// Why the report cannot be approved yet, if it cannot.
    pub fn unapprovable(&self) -> Option<String> {
        if !self.report.changes() && self.report.unread.is_empty() {
            return Some("kops would change nothing: there is nothing to approve".to_owned());
        }
        let unread = self.report.unread.len();
        (unread > 0 && !self.raw_read).then(|| {
            format!("{unread} lines were not understood: read the raw text first (r), then approve")
        })
    }

    /// Moves the cursor.
    pub fn step(&mut self, by: isize) {
        self.cursor = stepped(self.cursor, by, self.rows.len());
        self.look();
    }

    /// Remembers that what the cursor is on was read: it is shown whole beside the tree.
    fn look(&mut self) {
        let mark = match self.row() {
            Some(Row::Finding(finding)) => self.findings_read.get_mut(finding),
            Some(
                Row::Resource(resource)
                | Row::Field { resource, .. }
                | Row::DiffLine { resource, .. },
            ) => self.read.get_mut(resource),
            _ => None,
        };
        if let Some(mark) = mark {
            *mark = true;
        }
        self.follow_cause();
    }

    /// Opens or folds what the cursor is on; goes from a finding or a difference to its resource.
    pub fn choose(&mut self) {
        let Some(row) = self.row() else {
            return;
        };
        let fold = match row {
            Row::Differences => Fold::Differences,
            Row::Finding(finding) if self.has_several(finding) => Fold::Finding(finding),
            Row::Unread => Fold::Unread,
            Row::Group(group) => Fold::Group(group),
            Row::Noises => Fold::Noises,
            Row::Resource(resource)
            | Row::Field { resource, .. }
            | Row::DiffLine { resource, .. } => Fold::Resource(resource),
            Row::Difference(at) => return self.jump(self.of_difference(at)),
            Row::Finding(_) | Row::Subject { .. } => return self.jump(self.resource_of(row)),
            Row::UnreadLine(_) | Row::Noise(_) => return,
        };
        if !self.open.remove(&fold) {
            self.open.insert(fold);
        }
        self.lay_out();
    }

    fn has_several(&self, finding: usize) -> bool {
        let folded = self.folded.get(finding);
        folded.is_some_and(|folded| folded.subjects.len() > 1)
    }

    fn of_difference(&self, at: usize) -> Option<usize> {
        let difference = self.comparison.as_ref()?.differences.get(at)?;
        let (action, kind, name) = super::compare::about(difference)?;
        let same = |resource: &Resource| {
            resource.action == action && resource.kind == kind && resource.name == *name
        };
        self.report.resources.iter().position(same)
    }

    fn jump(&mut self, resource: Option<usize>) {
        let (Some(here), Some(resource)) = (self.row(), resource) else {
            return;
        };
        self.came.push(here);
        self.open.insert(Fold::Resource(resource));
        self.open_way_to(Row::Resource(resource));
        self.go_to(Row::Resource(resource));
    }

    /// Goes back to where the last jump began; without one, from a resource to its gravest finding.
    pub fn go_back(&mut self) {
        if let Some(row) = self.came.pop() {
            return self.go_to(row);
        }
        let resource = self.row().and_then(|row| self.resource_of(row));
        let finding = resource.and_then(|resource| self.findings_of(resource).first());
        if let Some(finding) = finding {
            self.go_to(Row::Finding(*finding));
        }
    }

    /// Goes to the next resource that was not read, around the end.
    pub fn next_unread(&mut self) {
        let from = self.row().map_or([0; 5], |row| self.key(row));
        let unread = (0..self.groups.len())
            .flat_map(|group| self.passing_of(group))
            .filter(|resource| !self.was_read(*resource))
            .map(|resource| (self.key(Row::Resource(resource)), resource));
        let (before, after): (Vec<_>, Vec<_>) = unread.partition(|(key, _)| *key <= from);
        if let Some((_, resource)) = after.first().or(before.first()) {
            self.go_to(Row::Resource(*resource));
        }
    }

    /// Moves the cursor to a row, opening what hides it.
    fn go_to(&mut self, row: Row) {
        self.open_way_to(row);
        self.cursor = self.shown_at(row);
        self.look();
    }

    /// Opens every group, or folds everything.
    pub fn fold_all(&mut self, open: bool) {
        self.open.clear();
        if open {
            self.open.extend((0..self.groups.len()).map(Fold::Group));
            self.open
                .extend([Fold::Differences, Fold::Unread, Fold::Noises]);
        }
        self.lay_out();
    }

    /// Shows kops's own text at what the cursor is on, or the tree again.
    pub fn turn_raw(&mut self) {
        if let View::Raw { .. } = self.view {
            self.view = View::Tree;
            return;
        }
        self.raw_read = true;
        let resource = self.row().and_then(|row| self.resource_of(row));
        let found = resource.and_then(|at| self.report.resources.get(at));
        let top = found.map_or(0, |found| found.line.saturating_sub(1));
        self.view = View::Raw { top };
    }
}

fn places(groups: &[Group], resources: usize) -> Vec<(usize, usize)> {
    let mut places = vec![(0, 0); resources];
    for (group, found) in groups.iter().enumerate() {
        let members = found.types.iter().flat_map(|kind| &kind.resources);
        for (place, resource) in members.enumerate() {
            if let Some(slot) = places.get_mut(*resource) {
                *slot = (group, place);
            }
        }
    }
    places
}
