//! A dry run being read: the tree of its resources, what is open, where the cursor is, what was read.

use std::collections::BTreeSet;

use folded::{about, judged};
use laid::DetailLayout;
use order::TreeOrder;

use super::compare::ApprovalComparison;
use crate::core::analysis::category::{Noise, ResourceGroup, counted, groups, noisy_fields};
use crate::core::analysis::cause::Cause;
use crate::core::analysis::findings::{Finding, FindingSeverity, findings_for, of_plan};
use crate::core::analysis::summary::Summary;
use crate::core::cluster::instance_groups;
use crate::core::kops::dry_run::DryRun;
use crate::core::problem::Problem;
use crate::tui::form::stepped;
use crate::tui::screens::approval::Approval;

mod causes;
pub mod detail;
mod fields;
mod filter;
mod find;
mod folded;
mod laid;
mod navigation;
mod order;
mod raw;
mod read_marks;
mod rows;
#[cfg(test)]
mod tests;
mod wrapped;

pub use filter::{Filter, FilterKind};
pub use find::Search;
pub use folded::FoldedFinding;
pub use laid::MOST_BELOW;
pub use order::Bundle;
pub use raw::RawText;
pub use rows::{Fold, TreeRow};

pub use crate::tui::screens::review::reading::read_marks::ReadMarks;

/// What the middle of the screen shows.
#[derive(Clone, Debug, Default)]
pub enum ReadingView {
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
    pub report: DryRun,
    pub raw: RawText,
    /// The findings as they are shown: those that say the same of several resources are one.
    pub folded: Vec<FoldedFinding>,
    pub groups: Vec<ResourceGroup>,
    /// The kinds of noise in it, and in how many fields.
    pub noises: Vec<(Noise, usize)>,
    pub summary: Summary,
    /// The cluster's name, as far as the report tells.
    pub cluster: Option<String>,
    /// How it differs from another report.
    pub comparison: Option<ApprovalComparison>,
    pub rows: Vec<TreeRow>,
    pub cursor: usize,
    pub view: ReadingView,
    pub search: Search,
    pub filter: Filter,
    open: BTreeSet<Fold>,
    read: Vec<bool>,
    findings_read: Vec<bool>,
    raw_read: bool,
    /// Where each resource is in the tree.
    order: TreeOrder,
    /// Why a field is noise, by its resource and its place there.
    noisy: Vec<((usize, usize), Noise)>,
    /// What the row under the cursor says, laid out; absent until it is asked for.
    laid: Option<DetailLayout>,
    /// Each resource with each folded finding about it, in order.
    about: Vec<(usize, usize)>,
    /// Where the cursor was before each jump.
    came: Vec<TreeRow>,
    /// The spec that kops was asked about; empty when it is not known.
    spec: String,
    /// What the plan warned of.
    planned: Vec<Finding>,
    /// What of the spec the row under the cursor follows from.
    cause: Option<Cause>,
}

impl Reading {
    /// A report not read yet: findings first, every group folded.
    pub fn new(report: DryRun, raw: String) -> Self {
        let folded = judged(&report, &[], &[]);
        let groups = groups(&report);
        let noisy = noisy_fields(&report);
        let noisy: Vec<_> = noisy
            .map(|(resource, field, noise)| ((resource, field), noise))
            .collect();
        let mut reading = Self {
            about: about(&folded),
            order: TreeOrder::of(&report, &groups),
            read: vec![false; report.resources.len()],
            findings_read: vec![false; folded.len()],
            noises: counted(noisy.iter().map(|(_, noise)| *noise)),
            noisy,
            laid: None,
            summary: report.summary(),
            cluster: report.cluster().map(str::to_owned),
            raw: RawText::new(raw),
            report,
            folded,
            groups,
            comparison: None,
            rows: Vec::new(),
            cursor: 0,
            view: ReadingView::Tree,
            search: Search::default(),
            filter: Filter::default(),
            open: BTreeSet::new(),
            raw_read: false,
            came: Vec::new(),
            spec: String::new(),
            planned: Vec::new(),
            cause: None,
        };
        reading.lay_out();
        reading
    }

    /// The same report, and how it differs from another one.
    #[must_use]
    pub fn compared(mut self, comparison: ApprovalComparison) -> Self {
        self.comparison = Some(comparison);
        self.open.insert(Fold::Differences);
        self.lay_out();
        self.cursor = 0;
        self.look();
        self
    }

    /// The row under the cursor.
    pub fn row(&self) -> Option<TreeRow> {
        self.rows.get(self.cursor).copied()
    }

    /// Takes over what the plan warned of, so that it is read with the report.
    pub fn set_planned(&mut self, problems: &[Problem]) {
        self.planned = of_plan(problems);
        self.judge_again();
    }

    /// Whether something is open.
    pub fn is_open(&self, fold: Fold) -> bool {
        self.open.contains(&fold)
    }

    /// The resource that a row is about: its own, or the first that the finding is about.
    pub fn resource_of(&self, row: TreeRow) -> Option<usize> {
        match row {
            TreeRow::Resource(resource)
            | TreeRow::Field { resource, .. }
            | TreeRow::DiffLine { resource, .. } => Some(resource),
            TreeRow::Bundle(bundle) => self.passing_in(bundle).next(),
            TreeRow::Finding(finding) => self.subject(finding, 0),
            TreeRow::Subject { finding, at } => self.subject(finding, at),
            _ => None,
        }
    }

    fn subject(&self, finding: usize, at: usize) -> Option<usize> {
        self.folded.get(finding)?.subjects.get(at).copied()
    }

    /// The folded findings that are about a resource.
    pub fn findings_of(&self, resource: usize) -> impl Iterator<Item = usize> + '_ {
        let from = self.about.partition_point(|(one, _)| *one < resource);
        let rest = self.about.get(from..).unwrap_or_default().iter();
        rest.take_while(move |(one, _)| *one == resource)
            .map(|(_, finding)| *finding)
    }

    /// Every finding of the report and of the plan, none folded.
    pub fn findings(&self) -> Vec<Finding> {
        let mut found = findings_for(&self.report, &instance_groups(&self.spec));
        found.extend(self.planned.iter().cloned());
        found.sort_by_cached_key(Finding::rank);
        found
    }

    /// How many findings have this severity, as they are shown.
    pub fn count(&self, severity: FindingSeverity) -> usize {
        let same = |folded: &&FoldedFinding| folded.finding.severity == severity;
        self.folded.iter().filter(same).count()
    }

    /// Why the report cannot be approved yet, if it cannot.
    pub fn unapprovable(&self) -> Option<String> {
        if !self.report.changes() && self.report.unread.is_empty() {
            return Some("no changes: there is nothing to approve".to_owned());
        }
        let unread = self.report.unread.len();
        (unread > 0 && !self.raw_read).then(|| {
            let (lines, were) = match unread {
                1 => ("1 line".to_owned(), "was"),
                many => (format!("{many} lines"), "were"),
            };
            format!("{lines} {were} not understood: read the raw text first (r), then approve")
        })
    }

    /// Moves the cursor.
    pub fn step(&mut self, by: isize) {
        let before = self.cursor;
        self.cursor = stepped(before, by, self.rows.len());
        if self.cursor != before {
            self.look();
        }
    }

    /// Opens or folds what the cursor is on; goes from a finding or a difference to its resource.
    pub fn choose(&mut self) {
        let Some(row) = self.row() else {
            return;
        };
        let fold = match row {
            TreeRow::Differences => Fold::Differences,
            TreeRow::Finding(finding) if self.has_several(finding) => Fold::Finding(finding),
            TreeRow::Unread => Fold::Unread,
            TreeRow::Group(group) => Fold::Group(group),
            TreeRow::Noises => Fold::Noises,
            TreeRow::Bundle(bundle) => Fold::Bundle(bundle),
            TreeRow::Resource(resource)
            | TreeRow::Field { resource, .. }
            | TreeRow::DiffLine { resource, .. } => Fold::Resource(resource),
            TreeRow::Difference(at) => return self.jump(self.of_difference(at)),
            TreeRow::Finding(_) | TreeRow::Subject { .. } => {
                return self.jump(self.resource_of(row));
            }
            TreeRow::UnreadLine(_) | TreeRow::Noise(_) => return,
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
        if let ReadingView::Raw { .. } = self.view {
            self.view = ReadingView::Tree;
            return self.search_here();
        }
        self.raw_read = true;
        let resource = self.row().and_then(|row| self.resource_of(row));
        let found = resource.and_then(|at| self.report.resources.get(at));
        let top = found.map_or(0, |found| found.line.saturating_sub(1));
        self.view = ReadingView::Raw { top };
        self.search_here();
        self.search_on();
    }

    /// What a bundle says in the tree, shown: its type, how many it is, how their names begin, what happens to each.
    pub fn bundle_title(&self, bundle: usize) -> Option<String> {
        let found = self.order.bundles.get(bundle)?;
        let first = self.report.resources.get(*found.resources.first()?)?;
        let count = self.passing_in(bundle).count();
        let Bundle { begin, words, .. } = found;
        let gap = if begin.is_empty() { "" } else { " " };
        Some(format!("{} ({count}){gap}{begin}  {words}", first.kind))
    }

    /// Some resources in one row.
    pub fn bundle(&self, bundle: usize) -> Option<&Bundle> {
        self.order.bundles.get(bundle)
    }

    /// Whether a resource is below a bundle.
    pub fn is_bundled(&self, resource: usize) -> bool {
        self.order.bundle_of(resource).is_some()
    }

    /// Why a field is noise; absent when it is not.
    pub fn noise(&self, resource: usize, field: usize) -> Option<Noise> {
        let at = self
            .noisy
            .binary_search_by_key(&(resource, field), |(place, _)| *place);
        at.ok()
            .and_then(|at| self.noisy.get(at))
            .map(|(_, noise)| *noise)
    }

    /// Whether a modified resource has nothing but noise.
    pub fn is_noise(&self, resource: usize) -> bool {
        let found = self.report.resources.get(resource);
        let fields = found.map_or(0, |found| found.fields.len());
        fields > 0 && (0..fields).all(|field| self.noise(resource, field).is_some())
    }
}
