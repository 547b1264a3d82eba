//! Which node each instance became: worked out once for all rules that ask.

use std::ops::Deref;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt};

use super::cloud::{CloudGroup, GroupMember};
use super::kubernetes::KubernetesNode;
use super::kubernetes_view::KubernetesView;
use crate::core::text::untrusted::Untrusted;

/// The instances of all groups with their nodes, as they were when they were last seen.
#[derive(Clone, Debug, Default)]
pub(super) struct MemberTies {
    /// By name.
    nodes: Vec<Arc<KubernetesNode>>,
    /// The ranks of their nodes, in the order of the groups and their members.
    members: Vec<Option<usize>>,
    /// The ranks of the nodes that are in no group, or share their instance with one that is.
    others: Vec<usize>,
    /// For which nodes this was worked out; absent where the groups have changed since.
    roster: Option<u64>,
}

/// A node, and its place among all nodes by name: numbers are compared faster than names.
#[derive(Clone, Copy, Debug)]
pub(super) struct RankedNode<'a> {
    pub(super) node: &'a KubernetesNode,
    pub(super) rank: usize,
}

impl Deref for RankedNode<'_> {
    type Target = KubernetesNode;

    fn deref(&self) -> &KubernetesNode {
        self.node
    }
}

/// An instance of a group, and the node that it became.
#[derive(Clone, Copy, Debug)]
pub(super) struct TiedMember<'a> {
    pub(super) group: &'a CloudGroup,
    pub(super) member: &'a GroupMember,
    pub(super) node: Option<RankedNode<'a>>,
}

impl MemberTies {
    /// Takes the nodes as they are; ties them again only where other nodes or other groups are there.
    pub(super) fn follow(&mut self, groups: &[CloudGroup], kubernetes: &KubernetesView) {
        self.nodes = kubernetes.shared_nodes().cloned().collect();
        let roster = Some(kubernetes.roster());
        if self.roster != roster {
            self.tie(groups);
            self.roster = roster;
        }
    }

    /// Lets the groups be looked at again.
    pub(super) fn groups_changed(&mut self) {
        self.roster = None;
    }

    fn tie(&mut self, groups: &[CloudGroup]) {
        let mut by_instance: HashMap<&Untrusted, usize> = HashMap::with_capacity(self.nodes.len());
        for (rank, node) in self.nodes.iter().enumerate() {
            by_instance.insert(&node.instance, rank);
        }
        let mut is_tied = vec![false; self.nodes.len()];
        let members = groups.iter().flat_map(|group| &group.members);
        let members = members.map(|member| {
            let rank = *by_instance.get(&member.instance)?;
            let tied = is_tied.get_mut(rank)?;
            (!std::mem::replace(tied, true)).then_some(rank)
        });
        self.members = members.collect();
        let others = is_tied.iter().enumerate().filter(|(_, tied)| !**tied);
        self.others = others.map(|(rank, _)| rank).collect();
    }

    fn node(&self, rank: usize) -> Option<RankedNode<'_>> {
        let node = self.nodes.get(rank)?;
        Some(RankedNode { node, rank })
    }

    /// The instances of the groups that these ties were made of.
    pub(super) fn members<'a>(
        &'a self,
        groups: &'a [CloudGroup],
    ) -> impl Iterator<Item = TiedMember<'a>> {
        let members = groups
            .iter()
            .flat_map(|group| group.members.iter().map(move |member| (group, member)));
        let tied = members.zip(&self.members);
        tied.map(|((group, member), rank)| TiedMember {
            group,
            member,
            node: rank.and_then(|rank| self.node(rank)),
        })
    }

    /// The nodes that stand in the row of no instance.
    pub(super) fn others(&self) -> impl Iterator<Item = RankedNode<'_>> {
        self.others.iter().filter_map(|rank| self.node(*rank))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::core::cluster::kubernetes::{KubernetesChange, KubernetesUpdate};
    use crate::core::cluster::timeline::Timeline;
    use crate::core::unix_time::UnixTime;

    #[derive(Clone, Debug)]
    enum Step {
        Node(KubernetesChange),
        Groups(Vec<CloudGroup>),
    }

    fn nodes() -> impl Strategy<Value = Step> {
        let gone = |name: u8| KubernetesChange::NodeGone(name.to_string().into());
        let node = |(name, instance, version): (u8, u8, u8)| {
            KubernetesChange::Node(Box::new(KubernetesNode {
                name: name.to_string().into(),
                instance: instance.to_string().into(),
                kubelet_version: version.to_string().into(),
                ..KubernetesNode::default()
            }))
        };
        prop_oneof![
            (0..6_u8).prop_map(gone),
            (0..6_u8, 0..6_u8, 0..3_u8).prop_map(node),
        ]
        .prop_map(Step::Node)
    }

    fn groups() -> impl Strategy<Value = Step> {
        let member = |instance: u8| GroupMember {
            instance: instance.to_string().into(),
            ..GroupMember::default()
        };
        let members = prop::collection::vec((0..6_u8).prop_map(member), 0..4);
        let group = members.prop_map(|members| CloudGroup {
            members,
            ..CloudGroup::default()
        });
        prop::collection::vec(group, 0..3).prop_map(Step::Groups)
    }

    fn tied(ties: &MemberTies, groups: &[CloudGroup]) -> (Vec<Option<KubernetesNode>>, Vec<usize>) {
        let members = ties.members(groups);
        let members = members.map(|one| one.node.map(|node| node.node.clone()));
        let others = ties.others().map(|node| node.rank);
        (members.collect(), others.collect())
    }

    proptest! {
        #[test]
        fn ties_that_are_kept_are_those_that_would_be_made_now(
            steps in prop::collection::vec(prop_oneof![4 => nodes(), 1 => groups()], 0..40),
        ) {
            let (mut kept, mut groups) = (MemberTies::default(), Vec::new());
            let mut kubernetes = KubernetesView::default();
            for step in steps {
                match step {
                    Step::Node(change) => {
                        let changed = KubernetesUpdate::Changed(vec![change]);
                        kubernetes.take(changed, UnixTime(0), &mut Timeline::default());
                    }
                    Step::Groups(others) => {
                        groups = others;
                        kept.groups_changed();
                    }
                }
                kept.follow(&groups, &kubernetes);
                let mut fresh = MemberTies::default();
                fresh.follow(&groups, &kubernetes);
                prop_assert_eq!(tied(&kept, &groups), tied(&fresh, &groups));
                let mut versions = BTreeMap::new();
                for node in kubernetes.nodes() {
                    *versions.entry(node.kubelet_version.clone()).or_insert(0) += 1;
                }
                prop_assert_eq!(kubernetes.kubelet_versions(), &versions);
            }
        }
    }
}
