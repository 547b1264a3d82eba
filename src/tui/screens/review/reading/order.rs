//! Where each resource and each bundle of an outline is in the tree.

use crate::core::analysis::grouping::Entry;
use crate::core::render::outline::Outline;

/// Where an entry or a resource is in the tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct TreePosition {
    pub(super) group: usize,
    /// Its row below the group, counted from 1.
    pub(super) entry: usize,
    /// Its row below the bundle, counted from 1; 0 without a bundle.
    pub(super) member: usize,
}

/// Every resource once, as the tree shows them.
#[derive(Clone, Debug, Default)]
pub(super) struct TreeOrder {
    /// By resource.
    resources: Vec<TreePosition>,
    /// By bundle, in order.
    bundles: Vec<TreePosition>,
}

impl TreeOrder {
    pub(super) fn new(outline: &Outline) -> Self {
        let mut order = Self {
            resources: vec![TreePosition::default(); outline.dry_run.resources.len()],
            bundles: Vec::new(),
        };
        for (group, found) in outline.groups.iter().enumerate() {
            for (at, entry) in found.entries().enumerate() {
                let position = TreePosition {
                    group,
                    entry: at + 1,
                    member: 0,
                };
                order.place(outline, entry, position);
            }
        }
        order
    }

    fn place(&mut self, outline: &Outline, entry: &Entry, position: TreePosition) {
        let bundled = usize::from(matches!(entry, Entry::Bundle(_)));
        self.bundles.extend((bundled > 0).then_some(position));
        for (at, resource) in outline.members(entry).iter().enumerate() {
            if let Some(place) = self.resources.get_mut(*resource) {
                *place = TreePosition {
                    member: (at + 1) * bundled,
                    ..position
                };
            }
        }
    }

    pub(super) fn position(&self, resource: usize) -> TreePosition {
        self.resources.get(resource).copied().unwrap_or_default()
    }

    pub(super) fn bundle_position(&self, bundle: usize) -> TreePosition {
        self.bundles.get(bundle).copied().unwrap_or_default()
    }

    /// The bundle that a resource is in.
    pub(super) fn bundle_of(&self, resource: usize) -> Option<usize> {
        let TreePosition {
            group,
            entry,
            member,
        } = self.position(resource);
        let key = |bundle: &TreePosition| (bundle.group, bundle.entry);
        let found = self.bundles.binary_search_by_key(&(group, entry), key);
        found.ok().filter(|_| member > 0)
    }
}
