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
    /// In the order of the groups and their members.
    members: Vec<Option<RankedNode>>,
    /// The nodes that are in no group, or share their instance with one that is; by name.
    others: Vec<RankedNode>,
}

/// A node, and its place among all nodes by name: numbers are compared faster than names.
#[derive(Clone, Debug)]
pub(super) struct RankedNode {
    node: Arc<KubernetesNode>,
    pub(super) rank: usize,
}

impl Deref for RankedNode {
    type Target = KubernetesNode;

    fn deref(&self) -> &KubernetesNode {
        &self.node
    }
}

/// An instance of a group, and the node that it became.
#[derive(Clone, Copy, Debug)]
pub(super) struct TiedMember<'a> {
    pub(super) group: &'a CloudGroup,
    pub(super) member: &'a GroupMember,
    pub(super) node: Option<&'a RankedNode>,
}

impl MemberTies {
    pub(super) fn new(groups: &[CloudGroup], kubernetes: &KubernetesView) -> Self {
        let nodes = kubernetes.shared_nodes();
        let mut by_instance: HashMap<&Untrusted, usize> = HashMap::with_capacity(nodes.len());
        let mut left: Vec<Option<RankedNode>> = Vec::with_capacity(nodes.len());
        for (rank, node) in nodes.enumerate() {
            by_instance.insert(&node.instance, rank);
            let node = node.clone();
            left.push(Some(RankedNode { node, rank }));
        }
        let members = groups.iter().flat_map(|group| &group.members);
        let members = members.map(|member| {
            let rank = by_instance.get(&member.instance)?;
            left.get_mut(*rank)?.take()
        });
        Self {
            members: members.collect(),
            others: left.into_iter().flatten().collect(),
        }
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
        tied.map(|((group, member), node)| TiedMember {
            group,
            member,
            node: node.as_ref(),
        })
    }

    /// The nodes that stand in the row of no instance.
    pub(super) fn others(&self) -> impl Iterator<Item = &RankedNode> {
        self.others.iter()
    }
}
