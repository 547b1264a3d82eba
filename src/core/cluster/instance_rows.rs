//! Instances and nodes as the rows of one table: what Auto Scaling started and what joined, tied by the instance's id.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use foldhash::{HashMap, HashSet, HashSetExt};
use strum::VariantArray;

use super::cloud::{CloudGroup, GroupMember};
use super::kubernetes::{ConditionStatus, KubernetesNode, WatchedKind};
use super::live::LiveCluster;
use super::ties::{RankedNode, TiedMember};
use super::{NodeState, Tie};
use crate::core::plan::GroupRole;
use crate::core::text::untrusted::Untrusted;
use crate::core::unix_time::UnixTime;

/// How an instance or its node stands, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InstanceCondition {
    /// The node's condition `Ready` is false.
    NotReady,
    /// The kubelet has stopped reporting.
    NotReporting,
    NotJoined,
    /// Auto Scaling has not taken it into service yet.
    Launching,
    Terminating,
    /// Detached by a rolling update.
    Detached,
    /// Waits in a warm pool.
    Warm,
    /// Auto Scaling has taken it into service; nobody sees the nodes.
    InService,
    Ready,
    /// It runs and is no node: a bastion.
    Running,
}

impl InstanceCondition {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotReady => "NotReady",
            Self::NotReporting => "Unknown",
            Self::NotJoined => "not joined",
            Self::Launching => "launching",
            Self::Terminating => "terminating",
            Self::Detached => "detached",
            Self::Warm => "warm pool",
            Self::InService => "in service",
            Self::Ready => "Ready",
            Self::Running => "running",
        }
    }

    /// Whether something is wrong with it, or not yet right.
    pub fn needs_attention(self) -> bool {
        self <= Self::Launching
    }
}

/// In which order the rows stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, VariantArray)]
pub enum InstanceOrder {
    #[default]
    UnreadyFirst,
    Group,
    Zone,
    Newest,
}

impl InstanceOrder {
    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::UnreadyFirst => "unready first",
            Self::Group => "by instance group",
            Self::Zone => "by zone",
            Self::Newest => "newest first",
        }
    }

    /// The next one.
    #[must_use]
    pub fn next(self) -> Self {
        let all = Self::VARIANTS;
        let at = all.iter().position(|one| *one == self).unwrap_or(0);
        all.get((at + 1) % all.len()).copied().unwrap_or_default()
    }
}

/// One row; what else is shown is looked up when it is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceRow {
    pub condition: InstanceCondition,
    /// The instance's id; empty for a node that is no instance.
    pub instance: Untrusted,
    /// The node's name; empty for an instance that has not joined.
    pub node: Untrusted,
}

/// How many instances are in which condition.
pub type ConditionCounts = BTreeMap<InstanceCondition, u32>;

/// The rows, and what is counted of all instances.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstanceTable {
    /// Those that match the filter.
    pub rows: Vec<InstanceRow>,
    /// How many there are without the filter.
    pub all: usize,
    /// The conditions of all instances, by instance group.
    pub by_group: BTreeMap<String, ConditionCounts>,
}

/// What is shown of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceDetails<'a> {
    pub condition: InstanceCondition,
    pub member: Option<&'a GroupMember>,
    pub node: Option<&'a KubernetesNode>,
    pub group: &'a str,
    pub zone: &'a str,
    /// Since when it is as it is, where that is known.
    pub since: Option<UnixTime>,
}

struct RowCandidate<'a> {
    condition: InstanceCondition,
    group: &'a str,
    /// The place of its group among all by name.
    group_rank: usize,
    zone: &'a str,
    created: Option<UnixTime>,
    instance: &'a Untrusted,
    node: Option<&'a KubernetesNode>,
    /// Its place among all nodes by name.
    rank: Option<usize>,
    /// Of a node that kops alone has seen too.
    node_name: Option<&'a Untrusted>,
}

static NO_INSTANCE: LazyLock<Untrusted> = LazyLock::new(Untrusted::default);

impl LiveCluster {
    /// The rows that match a filter, in an order; an empty filter matches all.
    pub fn instance_table(&self, order: InstanceOrder, filter: &str) -> InstanceTable {
        let words: Vec<String> = filter.split_whitespace().map(str::to_lowercase).collect();
        let mut found = self.candidates();
        let all = found.len();
        let by_group = count_conditions(&found);
        rank_groups(&mut found, &by_group);
        found.retain(|one| words.iter().all(|word| one.matches(word)));
        found.sort_by(|one, other| one.compare(other, order));
        let rows = found.into_iter().map(|one| InstanceRow {
            condition: one.condition,
            instance: one.instance.clone(),
            node: one.node_name.cloned().unwrap_or_default(),
        });
        InstanceTable {
            rows: rows.collect(),
            all,
            by_group,
        }
    }

    fn candidates(&self) -> Vec<RowCandidate<'_>> {
        if self.kubernetes().has_listed(WatchedKind::Nodes) {
            self.tied_candidates()
        } else {
            self.judged_candidates()
        }
    }

    fn tied_candidates(&self) -> Vec<RowCandidate<'_>> {
        let mut found = Vec::with_capacity(self.kubernetes().nodes().len());
        found.extend(self.tied_members().map(RowCandidate::from_member));
        found.extend(self.ties().others().map(RowCandidate::from_node));
        found
    }

    // Without the Kubernetes API kops's last answer tells which nodes there are; on AWS they are called as their instances.
    fn judged_candidates(&self) -> Vec<RowCandidate<'_>> {
        let judged = self.judgement();
        let states = judged.map_or(&[][..], |readiness| &readiness.node_states);
        let by_name: HashMap<&str, &NodeState> =
            states.iter().map(|one| (one.name.raw(), one)).collect();
        let saw_nodes = judged.is_some_and(|readiness| readiness.nodes.ready.is_some());
        let mut found = Vec::new();
        let mut tied = HashSet::new();
        for group in self.cloud().groups() {
            for member in &group.members {
                let state = by_name.get(member.instance.raw()).copied();
                tied.extend(state.map(|state| state.name.raw()));
                let mut one = RowCandidate::from_member(TiedMember {
                    group,
                    member,
                    node: None,
                });
                one.node_name = state.map(|state| &state.name);
                one.condition = match (one.condition, state) {
                    (InstanceCondition::NotJoined, Some(state)) => state.condition(),
                    (InstanceCondition::NotJoined, None) if !saw_nodes => {
                        InstanceCondition::InService
                    }
                    (condition, _) => condition,
                };
                found.push(one);
            }
        }
        let others = states.iter().filter(|one| !tied.contains(one.name.raw()));
        found.extend(others.map(RowCandidate::from_state));
        found
    }

    /// What is known of a row.
    pub fn instance_details(&self, row: &InstanceRow) -> InstanceDetails<'_> {
        let node = self.kubernetes().node(&row.node);
        let member = self.cloud().member(&row.instance);
        let judged = self.judgement().into_iter();
        let judged = judged.filter(|_| node.is_none() && !row.node.raw().is_empty());
        let mut states = judged.flat_map(|readiness| &readiness.node_states);
        let state = states.find(|state| state.name == row.node);
        let label = state.map_or("", NodeState::group_name);
        let label = node.map_or(label, |node| node.instance_group.raw());
        let zone = state.map_or("", |state| state.zone.raw());
        let zone = node.map_or(zone, |node| node.zone.raw());
        InstanceDetails {
            condition: row.condition,
            member: member.map(|(_, member)| member),
            node,
            group: member.map_or(label, |(group, _)| group.instance_group.raw()),
            zone: member.map_or(zone, |(_, member)| member.zone.raw()),
            since: self.since(row, node),
        }
    }

    fn since(&self, row: &InstanceRow, node: Option<&KubernetesNode>) -> Option<UnixTime> {
        match node {
            Some(node) => node.ready.since.or(node.created),
            None => self.cloud().instance(&row.instance)?.launched,
        }
    }
}

impl<'a> RowCandidate<'a> {
    fn from_member(tied: TiedMember<'a>) -> Self {
        let (group, member, rank) = (tied.group, tied.member, tied.node.map(|node| node.rank));
        let node = tied.node.map(|node| node.node);
        Self {
            condition: condition(group, member, node),
            group: group.instance_group.raw(),
            group_rank: 0,
            zone: member.zone.raw(),
            created: node.and_then(|node| node.created),
            instance: &member.instance,
            node,
            rank,
            node_name: node.map(|node| &node.name),
        }
    }

    fn from_node(RankedNode { node, rank }: RankedNode<'a>) -> Self {
        Self {
            condition: node_condition(node),
            group: node.instance_group.raw(),
            group_rank: 0,
            zone: node.zone.raw(),
            created: node.created,
            instance: &node.instance,
            node: Some(node),
            rank: Some(rank),
            node_name: Some(&node.name),
        }
    }

    fn from_state(state: &'a NodeState) -> Self {
        Self {
            condition: state.condition(),
            group: state.group_name(),
            group_rank: 0,
            zone: state.zone.raw(),
            created: None,
            instance: &NO_INSTANCE,
            node: None,
            rank: None,
            node_name: Some(&state.name),
        }
    }

    fn name(&self) -> &'a str {
        self.node_name.unwrap_or(self.instance).raw()
    }

    fn compare(&self, other: &Self, order: InstanceOrder) -> Ordering {
        let first = match order {
            InstanceOrder::UnreadyFirst => Ordering::Equal,
            InstanceOrder::Group => self.group_rank.cmp(&other.group_rank),
            InstanceOrder::Zone => self.zone.cmp(other.zone),
            InstanceOrder::Newest => other.created.cmp(&self.created),
        };
        let place = |one: &Self| (one.condition, one.group_rank);
        let rest = || place(self).cmp(&place(other));
        first.then_with(rest).then_with(|| self.compare_name(other))
    }

    fn compare_name(&self, other: &Self) -> Ordering {
        match (self.rank, other.rank) {
            (Some(one), Some(other)) => one.cmp(&other),
            _ => self.name().cmp(other.name()),
        }
    }

    fn matches(&self, word: &str) -> bool {
        let holds = |text: &str| text.to_lowercase().contains(word);
        let of_node = |node: &KubernetesNode| {
            holds(node.internal_ip.raw())
                || holds(node.kubelet_version.raw())
                || holds(node.instance_type.raw())
        };
        holds(self.instance.raw())
            || holds(self.group)
            || holds(self.zone)
            || holds(self.condition.word())
            || self.node_name.is_some_and(|name| holds(name.raw()))
            || self.node.is_some_and(of_node)
    }
}

// A name is cloned once for each group, not for each instance.
fn count_conditions(candidates: &[RowCandidate<'_>]) -> BTreeMap<String, ConditionCounts> {
    let mut by_group: BTreeMap<String, ConditionCounts> = BTreeMap::new();
    for one in candidates {
        if let Some(counts) = by_group.get_mut(one.group) {
            *counts.entry(one.condition).or_default() += 1;
        } else {
            let first = ConditionCounts::from([(one.condition, 1)]);
            by_group.insert(one.group.to_owned(), first);
        }
    }
    by_group
}

// Numbers are compared faster than names.
fn rank_groups(candidates: &mut [RowCandidate<'_>], by_group: &BTreeMap<String, ConditionCounts>) {
    let names = by_group.keys().map(String::as_str);
    let ranks: HashMap<&str, usize> = names.enumerate().map(|(rank, name)| (name, rank)).collect();
    for one in candidates {
        one.group_rank = ranks.get(one.group).copied().unwrap_or_default();
    }
}

fn condition(
    group: &CloudGroup,
    member: &GroupMember,
    node: Option<&KubernetesNode>,
) -> InstanceCondition {
    let lifecycle = member.lifecycle.raw();
    match node {
        _ if lifecycle.starts_with("Terminat") => InstanceCondition::Terminating,
        _ if member.detached => InstanceCondition::Detached,
        Some(node) => node_condition(node),
        None if member.is_in_warm_pool() => InstanceCondition::Warm,
        None if lifecycle.starts_with("Pending") => InstanceCondition::Launching,
        None if group.role == GroupRole::Bastion => InstanceCondition::Running,
        None => InstanceCondition::NotJoined,
    }
}

impl NodeState {
    fn condition(&self) -> InstanceCondition {
        if self.ready {
            InstanceCondition::Ready
        } else {
            InstanceCondition::NotReady
        }
    }

    fn group_name(&self) -> &str {
        match &self.group {
            Tie::Group(name) => name,
            Tie::Unknown => "",
        }
    }
}

fn node_condition(node: &KubernetesNode) -> InstanceCondition {
    match node.ready.status {
        ConditionStatus::True => InstanceCondition::Ready,
        ConditionStatus::False => InstanceCondition::NotReady,
        ConditionStatus::Unknown => InstanceCondition::NotReporting,
    }
}

/// How long an instance usually takes from its launch until its node is ready: kops's own documentation and the
/// experience of its users.
pub const USUAL_JOIN: Duration = Duration::from_mins(5);
