//! The order of the tree: the resources of each group, and which of them are folded into one row.

use crate::core::analysis::category::{ChangeGroup, ResourceGroup, TypeGroup, alike, is_internal};
use crate::core::kops::dry_run::{ChangeAction, DryRun};
use crate::core::text::untrusted::visible;

/// Several resources of one type in one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// At least two indexes into the report.
    pub resources: Vec<usize>,
    /// How all their names begin, such as `nodes-us-east-1*`, shown; empty when they have nothing in common.
    pub begin: String,
    /// What happens to each of them, shown.
    pub words: String,
    /// Whether the same changes in each, noise apart: then it is read once for all.
    pub same: bool,
}

/// One row below a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    One(usize),
    Bundle(usize),
}

/// Where a resource is in the tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct TreePosition {
    pub(super) group: usize,
    /// Its row below the group, counted from 0.
    pub(super) slot: usize,
    /// Its row below the bundle, counted from 1; 0 without a bundle.
    pub(super) member: usize,
}

/// Every resource once, as the tree shows them.
#[derive(Clone, Debug, Default)]
pub(super) struct TreeOrder {
    slots: Vec<Vec<Slot>>,
    pub(super) bundles: Vec<Bundle>,
    places: Vec<TreePosition>,
}

impl TreeOrder {
    /// Resources that change alike are one row, and so are the new ones that kops makes for itself.
    pub(super) fn of(report: &DryRun, groups: &[ResourceGroup]) -> Self {
        let mut order = Self {
            places: vec![TreePosition::default(); report.resources.len()],
            ..Self::default()
        };
        for group in groups {
            order.slots.push(Vec::new());
            for kind in &group.types {
                order.take(report, group.action, kind);
            }
        }
        order
    }

    fn take(&mut self, report: &DryRun, action: ChangeAction, kind: &TypeGroup) {
        match action {
            ChangeAction::Modify => {
                for alike in alike(report, kind) {
                    self.put(report, alike, None);
                }
            }
            ChangeAction::Create if is_internal(&kind.kind) => {
                let resources = kind.resources.clone();
                self.put(report, ChangeGroup { resources }, Some("managed by kops"));
            }
            // What goes away is never folded into one row, nor what is new and was asked for.
            _ => {
                for resource in &kind.resources {
                    self.one(*resource);
                }
            }
        }
    }

    fn one(&mut self, resource: usize) {
        self.place(resource, 0);
        self.push(Slot::One(resource));
    }

    // Without words of their own they say what changes in each.
    fn put(&mut self, report: &DryRun, alike: ChangeGroup, words: Option<&str>) {
        if let [resource] = alike.resources.as_slice() {
            return self.one(*resource);
        }
        for (at, resource) in alike.resources.iter().enumerate() {
            self.place(*resource, at + 1);
        }
        self.push(Slot::Bundle(self.bundles.len()));
        self.bundles.push(Bundle {
            begin: begin(report, &alike.resources),
            words: words.map_or_else(|| alike.words(report), str::to_owned),
            same: words.is_none(),
            resources: alike.resources,
        });
    }

    fn push(&mut self, slot: Slot) {
        if let Some(group) = self.slots.last_mut() {
            group.push(slot);
        }
    }

    fn place(&mut self, resource: usize, member: usize) {
        let slot = self.slots.last().map_or(0, Vec::len);
        if let Some(place) = self.places.get_mut(resource) {
            *place = TreePosition {
                group: self.slots.len().saturating_sub(1),
                slot,
                member,
            };
        }
    }

    /// The rows below a group.
    pub(super) fn slots(&self, group: usize) -> &[Slot] {
        self.slots.get(group).map_or(&[], Vec::as_slice)
    }

    /// The resources behind a row.
    pub(super) fn members<'a>(&'a self, slot: &'a Slot) -> &'a [usize] {
        match slot {
            Slot::One(resource) => std::slice::from_ref(resource),
            Slot::Bundle(bundle) => self.bundle(*bundle),
        }
    }

    /// The resources of a bundle.
    pub(super) fn bundle(&self, bundle: usize) -> &[usize] {
        let found = self.bundles.get(bundle);
        found.map_or(&[], |bundle| bundle.resources.as_slice())
    }

    pub(super) fn place_of(&self, resource: usize) -> TreePosition {
        self.places.get(resource).copied().unwrap_or_default()
    }

    /// The bundle that a resource is in.
    pub(super) fn bundle_of(&self, resource: usize) -> Option<usize> {
        let place = self.place_of(resource);
        match self.slots(place.group).get(place.slot) {
            Some(Slot::Bundle(bundle)) => Some(*bundle),
            _ => None,
        }
    }

    /// Where the row of a bundle is.
    pub(super) fn place_of_bundle(&self, bundle: usize) -> TreePosition {
        let first = self.bundle(bundle).first();
        TreePosition {
            member: 0,
            ..first.map_or(TreePosition::default(), |first| self.place_of(*first))
        }
    }
}

/// The fewest characters that tell something of all names.
const TELLING: usize = 4;

fn begin(report: &DryRun, resources: &[usize]) -> String {
    let mut names = resources
        .iter()
        .filter_map(|at| report.resources.get(*at))
        .map(|resource| resource.name.raw());
    let first = names.next().unwrap_or_default();
    let common = names.fold(first.len(), |length, name| {
        let same = first.bytes().zip(name.bytes()).take(length);
        same.take_while(|(one, other)| one == other).count()
    });
    match first.get(..common) {
        Some(common) if common.len() >= TELLING => format!("{}*", visible(common)),
        _ => String::new(),
    }
}
