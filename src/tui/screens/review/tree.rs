//! The tree: its rows in their one order, what is open, and which rows are shown.

use std::collections::BTreeSet;

use super::content::ReviewContent;
use super::filter::Filter;
use crate::core::analysis::category::Category;
use crate::core::analysis::grouping::{Entry, GroupHeading, ResourceGroup};
use crate::core::kops::dry_run::ValueChange;
use crate::core::render::outline::Outline;

/// One line of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TreeRow {
    /// How the dry run differs from another one: the line above all that differs.
    Differences,
    Difference(usize),
    /// What is built or changed in one part of the cluster.
    Meaning(usize),
    /// A finding about one resource or several.
    Finding(usize),
    /// One of the resources that a finding is about.
    Subject {
        finding: usize,
        at: usize,
    },
    /// Lines that were not understood.
    Unread,
    UnreadLine(usize),
    Group(usize),
    /// Several resources in one row.
    Bundle(usize),
    Resource(usize),
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
    /// What is noise in the dry run: the line above the kinds of it.
    Noises,
    Noise(usize),
}

impl TreeRow {
    /// The resource that the row belongs to, itself or one of its fields.
    pub(super) fn own_resource(self) -> Option<usize> {
        match self {
            Self::Resource(resource)
            | Self::Field { resource, .. }
            | Self::DiffLine { resource, .. } => Some(resource),
            _ => None,
        }
    }
}

/// What can be open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fold {
    Differences,
    Finding(usize),
    Unread,
    Group(usize),
    Bundle(usize),
    Resource(usize),
    Noises,
}

/// A row's place in the whole tree; rows sort by it.
pub(super) type RowPosition = [usize; 6];

/// Where an entry or a resource is in the tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct EntryPosition {
    group: usize,
    /// Its row below the group, counted from 1.
    entry: usize,
    /// Its row below the bundle, counted from 1; 0 without a bundle.
    member: usize,
}

/// The rows of a dry run, and what is open.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    open: BTreeSet<Fold>,
    /// Those that are shown.
    rows: Vec<TreeRow>,
    /// By resource.
    resources: Vec<EntryPosition>,
    /// By bundle, in order.
    bundles: Vec<EntryPosition>,
}

impl Tree {
    /// The tree of an outline, nothing laid out yet.
    pub(super) fn new(outline: &Outline) -> Self {
        let mut tree = Self {
            resources: vec![EntryPosition::default(); outline.dry_run.resources.len()],
            ..Self::default()
        };
        for (group, found) in outline.groups.iter().enumerate() {
            for (at, entry) in found.entries().enumerate() {
                tree.place(
                    outline,
                    entry,
                    EntryPosition {
                        group,
                        entry: at + 1,
                        member: 0,
                    },
                );
            }
        }
        tree
    }

    fn place(&mut self, outline: &Outline, entry: &Entry, position: EntryPosition) {
        let bundled = usize::from(matches!(entry, Entry::Bundle(_)));
        if bundled > 0 {
            self.bundles.push(position);
        }
        for (at, resource) in outline.members(entry).iter().enumerate() {
            if let Some(place) = self.resources.get_mut(*resource) {
                *place = EntryPosition {
                    member: (at + 1) * bundled,
                    ..position
                };
            }
        }
    }

    /// The rows that are shown.
    pub fn rows(&self) -> &[TreeRow] {
        &self.rows
    }

    /// Whether something is open.
    pub fn is_open(&self, fold: Fold) -> bool {
        self.open.contains(&fold)
    }

    /// Whether a resource is below a bundle.
    pub fn is_bundled(&self, resource: usize) -> bool {
        self.position(resource).member > 0
    }

    /// The bundle that a resource is in.
    pub(super) fn bundle_of(&self, resource: usize) -> Option<usize> {
        let EntryPosition {
            group,
            entry,
            member,
        } = self.position(resource);
        let key = |bundle: &EntryPosition| (bundle.group, bundle.entry);
        let found = self.bundles.binary_search_by_key(&(group, entry), key);
        found.ok().filter(|_| member > 0)
    }

    fn position(&self, resource: usize) -> EntryPosition {
        self.resources.get(resource).copied().unwrap_or_default()
    }

    fn bundle_position(&self, bundle: usize) -> EntryPosition {
        self.bundles.get(bundle).copied().unwrap_or_default()
    }

    /// The place of a row in the whole tree, whatever is open.
    pub(super) fn key(&self, row: TreeRow) -> RowPosition {
        let key = |position: EntryPosition, field: usize, line: usize| {
            let EntryPosition {
                group,
                entry,
                member,
            } = position;
            [3, group, entry, member, field, line]
        };
        match row {
            TreeRow::Differences => [0; 6],
            TreeRow::Difference(at) => [0, at + 1, 0, 0, 0, 0],
            TreeRow::Meaning(at) => [0, 0, 0, 0, 0, at + 1],
            TreeRow::Finding(at) => [1, at, 0, 0, 0, 0],
            TreeRow::Subject { finding, at } => [1, finding, at + 1, 0, 0, 0],
            TreeRow::Unread => [2, 0, 0, 0, 0, 0],
            TreeRow::UnreadLine(at) => [2, at + 1, 0, 0, 0, 0],
            TreeRow::Group(at) => [3, at, 0, 0, 0, 0],
            TreeRow::Bundle(bundle) => key(self.bundle_position(bundle), 0, 0),
            TreeRow::Resource(resource) => key(self.position(resource), 0, 0),
            TreeRow::Field { resource, field } => key(self.position(resource), field + 1, 0),
            TreeRow::DiffLine {
                resource,
                field,
                line,
            } => key(self.position(resource), field + 1, line + 1),
            TreeRow::Noises => [4, 0, 0, 0, 0, 0],
            TreeRow::Noise(at) => [4, at + 1, 0, 0, 0, 0],
        }
    }

    /// Where a row is shown, or the nearest one above it.
    pub(super) fn shown_at(&self, row: TreeRow) -> usize {
        let key = self.key(row);
        match self.rows.binary_search_by_key(&key, |row| self.key(*row)) {
            Ok(at) => at,
            Err(after) => after.saturating_sub(1),
        }
    }

    /// Opens something, or folds it.
    pub(super) fn toggle(&mut self, fold: Fold) {
        if !self.open.remove(&fold) {
            self.open.insert(fold);
        }
    }

    /// Opens something; whether it was folded.
    pub(super) fn open(&mut self, fold: Fold) -> bool {
        self.open.insert(fold)
    }

    /// Folds everything.
    pub(super) fn fold_all(&mut self) {
        self.open.clear();
    }

    /// Folds the findings, which are about to be others.
    pub(super) fn fold_findings(&mut self) {
        self.open.retain(|fold| !matches!(fold, Fold::Finding(_)));
    }

    /// Opens every group and folds what is inside.
    pub(super) fn open_groups(&mut self, outline: &Outline) {
        self.open.clear();
        self.open.extend((0..outline.groups.len()).map(Fold::Group));
        self.open
            .extend([Fold::Differences, Fold::Unread, Fold::Noises]);
    }

    /// Opens the groups that have room in so many rows, in their order; noise, and what kops keeps for itself, stays folded.
    pub(super) fn open_fitting(&mut self, outline: &Outline, room: usize) {
        let mut left = room.saturating_sub(self.rows.len());
        for (at, group) in outline.groups.iter().enumerate() {
            let rows = group.entries().take(left + 1).count();
            if rows <= left && !is_routine(group, outline) {
                left -= rows;
                self.open.insert(Fold::Group(at));
            }
        }
    }

    /// Opens whatever hides a row; whether something was folded.
    pub(super) fn open_way_to(&mut self, row: TreeRow) -> bool {
        let before = self.open.len();
        if let Some(resource) = row.own_resource() {
            self.open.insert(Fold::Group(self.position(resource).group));
            self.open.extend(self.bundle_of(resource).map(Fold::Bundle));
        }
        let last = match row {
            TreeRow::Difference(_) => Some(Fold::Differences),
            TreeRow::Subject { finding, .. } => Some(Fold::Finding(finding)),
            TreeRow::UnreadLine(_) => Some(Fold::Unread),
            TreeRow::Noise(_) => Some(Fold::Noises),
            TreeRow::Bundle(bundle) => Some(Fold::Group(self.bundle_position(bundle).group)),
            TreeRow::Field { resource, .. } | TreeRow::DiffLine { resource, .. } => {
                Some(Fold::Resource(resource))
            }
            TreeRow::Differences
            | TreeRow::Meaning(_)
            | TreeRow::Finding(_)
            | TreeRow::Unread
            | TreeRow::Group(_)
            | TreeRow::Resource(_)
            | TreeRow::Noises => None,
        };
        self.open.extend(last);
        self.open.len() != before
    }

    /// Lays out the rows that are open and pass the filter.
    pub(super) fn lay_out(&mut self, content: &ReviewContent, filter: Filter) {
        let mut layout = TreeLayout {
            open: &self.open,
            content,
            filter,
            rows: Vec::with_capacity(self.rows.len()),
        };
        layout.add_differences();
        layout.add_meaning();
        layout.add_findings();
        layout.add_unread();
        for (at, group) in content.outline.groups.iter().enumerate() {
            layout.add_group(at, group);
        }
        layout.add_noises();
        self.rows = layout.rows;
    }
}

// What kops keeps for itself, and what changes nothing.
fn is_routine(group: &ResourceGroup, outline: &Outline) -> bool {
    let mut members = group.entries().flat_map(|entry| outline.members(entry));
    group.heading == GroupHeading::Category(Category::State)
        || members.all(|at| outline.is_noise(*at))
}

/// The rows laid out so far.
struct TreeLayout<'a> {
    open: &'a BTreeSet<Fold>,
    content: &'a ReviewContent,
    filter: Filter,
    rows: Vec<TreeRow>,
}

impl TreeLayout<'_> {
    fn is_open(&self, fold: Fold) -> bool {
        self.open.contains(&fold)
    }

    fn add_differences(&mut self) {
        let Some(comparison) = &self.content.comparison else {
            return;
        };
        self.rows.push(TreeRow::Differences);
        if self.is_open(Fold::Differences) {
            let all = comparison.differences.iter().enumerate();
            let passing = all.filter(|(_, difference)| self.filter.passes_difference(difference));
            self.rows
                .extend(passing.map(|(at, _)| TreeRow::Difference(at)));
        }
    }

    // With a comparison, what differs is what is asked.
    fn add_meaning(&mut self) {
        if self.content.comparison.is_none() && !self.filter.is_active() {
            let lines = 0..self.content.outline.meaning.len();
            self.rows.extend(lines.map(TreeRow::Meaning));
        }
    }

    fn add_findings(&mut self) {
        let (outline, filter) = (&self.content.outline, self.filter);
        for (finding, folded) in outline.findings.iter().enumerate() {
            if !filter.passes_finding(outline, folded) {
                continue;
            }
            self.rows.push(TreeRow::Finding(finding));
            if self.is_open(Fold::Finding(finding)) {
                let subjects = folded.subjects.iter().enumerate();
                let passing = subjects.filter(|(_, resource)| filter.passes(outline, **resource));
                self.rows
                    .extend(passing.map(|(at, _)| TreeRow::Subject { finding, at }));
            }
        }
    }

    fn add_unread(&mut self) {
        let unread = self.content.outline.dry_run.unread.len();
        if unread == 0 || self.filter.is_active() {
            return;
        }
        self.rows.push(TreeRow::Unread);
        if self.is_open(Fold::Unread) {
            self.rows.extend((0..unread).map(TreeRow::UnreadLine));
        }
    }

    fn add_group(&mut self, at: usize, group: &ResourceGroup) {
        let (outline, filter) = (&self.content.outline, self.filter);
        if filter.passing_in_group(outline, at).next().is_none() {
            return;
        }
        self.rows.push(TreeRow::Group(at));
        if !self.is_open(Fold::Group(at)) {
            return;
        }
        for entry in group.entries() {
            let mut passing = filter
                .passing_of(outline, outline.members(entry))
                .peekable();
            if let (Entry::Bundle(bundle), Some(_)) = (entry, passing.peek()) {
                self.rows.push(TreeRow::Bundle(*bundle));
                if !self.is_open(Fold::Bundle(*bundle)) {
                    continue;
                }
            }
            passing.for_each(|resource| self.add_resource(resource));
        }
    }

    fn add_resource(&mut self, resource: usize) {
        self.rows.push(TreeRow::Resource(resource));
        if !self.is_open(Fold::Resource(resource)) {
            return;
        }
        for (field, found) in self.content.outline.fields(resource).enumerate() {
            self.rows.push(TreeRow::Field { resource, field });
            if let ValueChange::Diff(lines) = &found.field.change {
                let lines = 0..lines.len();
                self.rows.extend(lines.map(|line| TreeRow::DiffLine {
                    resource,
                    field,
                    line,
                }));
            }
        }
    }

    fn add_noises(&mut self) {
        let noises = self.content.outline.noises.len();
        if noises == 0 || self.filter.is_active() {
            return;
        }
        self.rows.push(TreeRow::Noises);
        if self.is_open(Fold::Noises) {
            self.rows.extend((0..noises).map(TreeRow::Noise));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::kops::dry_run::parse;
    use crate::tui::screens::review::raw_text::RawText;

    const CREATE: &str = include_str!("../../../../tests/fixtures/kops/update-create.stdout");
    const MODIFY: &str = include_str!("../../../../tests/fixtures/kops/update-modify.stdout");

    fn content(text: &str) -> ReviewContent {
        ReviewContent {
            outline: Outline::new(parse(text)),
            raw: RawText::default(),
            comparison: None,
        }
    }

    #[test]
    fn rows_are_in_the_order_of_their_keys_whatever_is_open() {
        for text in [CREATE, MODIFY] {
            let content = content(text);
            let resources = content.outline.dry_run.resources.len();
            let mut tree = Tree::new(&content.outline);
            tree.open_groups(&content.outline);
            tree.open.extend((0..resources).map(Fold::Resource));
            tree.open
                .extend((0..content.outline.findings.len()).map(Fold::Finding));
            tree.open
                .extend((0..content.outline.bundles.len()).map(Fold::Bundle));
            tree.lay_out(&content, Filter::default());
            let keys: Vec<_> = tree.rows.iter().map(|row| tree.key(*row)).collect();
            assert!(keys.is_sorted() && keys.len() > resources);
            for (at, row) in tree.rows.iter().enumerate() {
                assert_eq!(tree.shown_at(*row), at);
            }
        }
    }

    #[test]
    fn the_tree_names_the_groups_and_bundles_of_the_outline_in_its_order() {
        for text in [CREATE, MODIFY] {
            let content = content(text);
            let mut tree = Tree::new(&content.outline);
            tree.open_groups(&content.outline);
            tree.lay_out(&content, Filter::default());
            let rows = tree.rows.iter().copied();
            let rows = rows.filter(|row| matches!(row, TreeRow::Group(_) | TreeRow::Bundle(_)));
            let groups = content.outline.groups.iter().enumerate();
            let expected = groups.flat_map(|(at, group)| {
                let bundles = group.entries().filter_map(|entry| match entry {
                    Entry::Bundle(at) => Some(TreeRow::Bundle(*at)),
                    Entry::Resource(_) => None,
                });
                std::iter::once(TreeRow::Group(at)).chain(bundles)
            });
            assert_eq!(rows.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_way_to_a_field_in_a_bundle_opens_the_group_the_bundle_and_the_resource() {
        let content = content(MODIFY);
        let mut tree = Tree::new(&content.outline);
        let resource = content.outline.bundles[0].resources[1];
        assert_eq!(tree.bundle_of(resource), Some(0));
        assert!(tree.is_bundled(resource));
        let field = TreeRow::Field { resource, field: 0 };
        assert!(tree.open_way_to(field));
        let group = Fold::Group(tree.position(resource).group);
        let opened = [group, Fold::Bundle(0), Fold::Resource(resource)];
        assert_eq!(tree.open, BTreeSet::from(opened));
        assert!(!tree.open_way_to(field));
    }
}
