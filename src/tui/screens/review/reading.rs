//! A dry run being read: the tree of its resources, what is open, where the cursor is, what was read.

use std::collections::BTreeSet;

use laid::DetailLayout;
use order::TreeOrder;

use super::compare::ApprovalComparison;
use crate::core::analysis::cause::Cause;
use crate::core::analysis::findings::{Finding, of_plan};
use crate::core::kops::dry_run::DryRun;
use crate::core::problem::Problem;
use crate::core::render::outline::Outline;
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
pub use laid::MOST_BELOW;
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
    pub outline: Outline,
    pub raw: RawText,
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
    /// What the row under the cursor says, laid out; absent until it is asked for.
    laid: Option<DetailLayout>,
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
    pub fn new(dry_run: DryRun, raw: String) -> Self {
        let outline = Outline::new(dry_run);
        let mut reading = Self {
            order: TreeOrder::new(&outline),
            read: vec![false; outline.dry_run.resources.len()],
            findings_read: vec![false; outline.findings.len()],
            laid: None,
            raw: RawText::new(raw),
            outline,
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
        self.outline
            .findings
            .get(finding)?
            .subjects
            .get(at)
            .copied()
    }

    /// Why the report cannot be approved yet, if it cannot.
    pub fn unapprovable(&self) -> Option<String> {
        if !self.outline.dry_run.changes() && self.outline.dry_run.unread.is_empty() {
            return Some("no changes: there is nothing to approve".to_owned());
        }
        let unread = self.outline.dry_run.unread.len();
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
        let folded = self.outline.findings.get(finding);
        folded.is_some_and(|folded| folded.subjects.len() > 1)
    }

    /// Opens every group, or folds everything.
    pub fn fold_all(&mut self, open: bool) {
        self.open.clear();
        if open {
            self.open
                .extend((0..self.outline.groups.len()).map(Fold::Group));
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
        let found = resource.and_then(|at| self.outline.dry_run.resources.get(at));
        let top = found.map_or(0, |found| found.line.saturating_sub(1));
        self.view = ReadingView::Raw { top };
        self.search_here();
        self.search_on();
    }

    /// What a bundle says in the tree, shown: its type, how many it is, how their names begin, what happens to each.
    pub fn bundle_title(&self, bundle: usize) -> Option<String> {
        let count = self.passing_in(bundle).count();
        Some(self.outline.bundle(bundle)?.title(count))
    }

    /// Whether a resource is below a bundle.
    pub fn is_bundled(&self, resource: usize) -> bool {
        self.order.bundle_of(resource).is_some()
    }
}
