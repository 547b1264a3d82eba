//! Which node each instance became: worked out once for all rules that ask.

use std::collections::HashMap;
use std::sync::Arc;

use super::cloud::{CloudGroup, GroupMember};
use super::kubernetes::KubernetesNode;
use super::kubernetes_view::KubernetesView;
use crate::core::text::untrusted::Untrusted;

/// The instances of all groups with their nodes, as they were when they were last seen.
#[derive(Clone, Debug, Default)]
pub(super) struct MemberTies {
    /// In the order of the groups and their members.
    members: Vec<Option<Arc<KubernetesNode>>>,
    /// The nodes that are in no group, or share their instance with one that is; by name.
    others: Vec<Arc<KubernetesNode>>,
}

/// An instance of a group, and the node that it became.
#[derive(Clone, Copy, Debug)]
pub(super) struct TiedMember<'a> {
    pub(super) group: &'a CloudGroup,
    pub(super) member: &'a GroupMember,
    pub(super) node: Option<&'a KubernetesNode>,
}

impl MemberTies {
    pub(super) fn new(groups: &[CloudGroup], kubernetes: &KubernetesView) -> Self {
        let nodes = kubernetes.shared_nodes();
        let mut others = Vec::new();
        let mut by_instance: HashMap<&Untrusted, &Arc<KubernetesNode>> =
            HashMap::with_capacity(nodes.len());
        for node in nodes {
            others.extend(by_instance.insert(&node.instance, node).cloned());
        }
        let members = groups.iter().flat_map(|group| &group.members);
        let members = members
            .map(|member| by_instance.remove(&member.instance).cloned())
            .collect();
        others.extend(by_instance.into_values().cloned());
        others.sort_by(|one, other| one.name.cmp(&other.name));
        Self { members, others }
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
            node: node.as_deref(),
        })
    }

    /// The nodes that stand in the row of no instance.
    pub(super) fn others(&self) -> impl Iterator<Item = &KubernetesNode> {
        self.others.iter().map(Arc::as_ref)
    }
}
