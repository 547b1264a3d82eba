//! Ties nodes to instance groups and counts them; what kops does not report stays unknown.

use std::collections::BTreeMap;

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};

use super::observation::Shortage;
use super::{
    Count, GroupReadiness, Instance, InstanceGroupSummary, Instances, NodeState, NotReady,
    Observation, Obstacle, Phase, Readiness, Tie, UnknownCount, ValidatedNode, ValidationFailure,
};
use crate::core::fault::Fault;
use crate::core::plan::GroupRole;
use crate::core::text::untrusted::Untrusted;

/// One tally with everything that is known beside it.
struct TallyInput<'a> {
    cluster: &'a str,
    groups: Vec<InstanceGroupSummary>,
    /// Whether every group of the cluster is among them.
    groups_read: bool,
    failures: &'a [ValidationFailure],
    instances: &'a Instances,
    /// The instances by the names of their nodes, and by their ids.
    by_node: HashMap<&'a str, &'a Instance>,
    /// The instance groups by the names of their Auto Scaling groups.
    group_names: HashMap<&'a str, String>,
    /// Instances that a rolling update would replace, by instance group.
    old: HashMap<String, u32>,
    node_states: Vec<NodeState>,
    by_group: NodesByGroup,
    /// Whether kops listed the nodes.
    saw_nodes: bool,
}

/// The nodes that count, by instance group: counted once, however many groups there are.
#[derive(Default)]
struct NodesByGroup {
    counts: HashMap<String, NodeCounts>,
    /// The roles of the nodes that are tied to no group: whether they are of the control plane.
    untied: HashSet<bool>,
}

#[derive(Clone, Copy, Default)]
struct NodeCounts {
    joined: u32,
    ready: u32,
}

pub(super) fn readiness(
    cluster: &str,
    spec: &[InstanceGroupSummary],
    observation: &Observation,
    instances: &Instances,
) -> Readiness {
    let (failures, obstacle, fault) = parts(observation);
    let mut tally = TallyInput {
        cluster,
        groups: known_groups(spec, failures),
        groups_read: !spec.is_empty(),
        failures,
        instances,
        by_node: index_by_node(instances),
        group_names: HashMap::new(),
        old: HashMap::new(),
        node_states: Vec::new(),
        by_group: NodesByGroup::default(),
        saw_nodes: observation.saw_nodes(),
    };
    tally.add_unknown_groups();
    tally.index_groups();
    tally.node_states = observation
        .nodes()
        .iter()
        .map(|node| tally.node_state(node))
        .collect();
    // kops lists nodes in another order each time.
    tally.node_states.sort_by(|one, other| {
        let place = |node: &NodeState| !node.is_control_plane();
        (place(one), &one.zone, &one.name).cmp(&(place(other), &other.zone, &other.name))
    });
    tally.by_group = NodesByGroup::new(&tally.node_states);
    let (control_plane, nodes) = (tally.count(true), tally.count(false));
    let groups = tally.groups.iter();
    Readiness {
        phase: tally.phase(observation, control_plane, nodes),
        groups: groups
            .filter(|group| is_of_nodes(group))
            .map(|group| tally.tally(group))
            .collect(),
        not_ready: failures.iter().map(not_ready).collect(),
        control_plane,
        nodes,
        obstacle,
        fault: fault.cloned(),
        needing_update: instances.needing_update(),
        instances_fault: match instances {
            Instances::Failed(fault) => Some(fault.clone()),
            Instances::NotAsked | Instances::Known(_) => None,
        },
        node_states: tally.node_states,
    }
}

fn parts(observation: &Observation) -> (&[ValidationFailure], Option<Obstacle>, Option<&Fault>) {
    match observation {
        Observation::Ready { .. } => (&[], None, None),
        Observation::NotReady { failures, .. } => (failures, None, None),
        Observation::Unreachable { obstacle, fault } => (&[], Some(*obstacle), Some(fault)),
    }
}

/// The spec's groups, and those that only kops names.
fn known_groups(
    spec: &[InstanceGroupSummary],
    failures: &[ValidationFailure],
) -> Vec<InstanceGroupSummary> {
    let named = failures
        .iter()
        .filter_map(|one| one.instance_group.as_ref());
    let mut groups = BTreeMap::new();
    for group in spec.iter().chain(named) {
        let key = (group.role, group.name.clone());
        groups.entry(key).or_insert_with(|| group.clone());
    }
    groups.into_values().collect()
}

// Bastions never join the cluster.
fn is_of_nodes(group: &InstanceGroupSummary) -> bool {
    group.role != GroupRole::Bastion
}

impl NodesByGroup {
    fn new(nodes: &[NodeState]) -> Self {
        let mut found = Self::default();
        for node in nodes {
            match &node.group {
                Tie::Unknown => {
                    found.untied.insert(node.is_control_plane());
                }
                Tie::Group(name) if node.counts => found.count(name, node.ready),
                Tie::Group(_) => {}
            }
        }
        found
    }

    // A name is cloned once for each group, not for each node.
    fn count(&mut self, group: &str, ready: bool) {
        if !self.counts.contains_key(group) {
            self.counts.insert(group.to_owned(), NodeCounts::default());
        }
        if let Some(counts) = self.counts.get_mut(group) {
            counts.joined += 1;
            counts.ready += u32::from(ready);
        }
    }
}

impl TallyInput<'_> {
    // A group that was added since the spec was read has nodes that would otherwise be nobody's.
    fn add_unknown_groups(&mut self) {
        let mut seen = HashSet::new();
        for instance in self.instances.known() {
            if !seen.insert(instance.instance_group.raw()) {
                continue;
            }
            let name = instance.group(self.cluster, &self.groups);
            if self.groups.iter().all(|group| group.name != name) {
                self.groups.push(summarize_instance(name, instance));
            }
        }
        // kops lists instances in another order each time.
        let place = |group: &InstanceGroupSummary| (group.role, group.name.clone());
        self.groups.sort_by_key(place);
    }

    // Thousands of instances have few groups: each name is worked out once.
    fn index_groups(&mut self) {
        for instance in self.instances.known() {
            let cloud = instance.instance_group.raw();
            if !self.group_names.contains_key(cloud) {
                let name = instance.group(self.cluster, &self.groups);
                self.group_names.insert(cloud, name);
            }
            if instance.needs_update()
                && let Some(name) = self.group_names.get(cloud)
            {
                *self.old.entry(name.clone()).or_default() += 1;
            }
        }
    }

    fn group_of(&self, instance: &Instance) -> Option<String> {
        self.group_names.get(instance.instance_group.raw()).cloned()
    }

    fn node_state(&self, node: &ValidatedNode) -> NodeState {
        let instance = self.instance_of(&node.name);
        let group = instance
            .and_then(|one| self.group_of(one))
            .or_else(|| self.group_named_with(node));
        NodeState {
            name: node.name.clone(),
            zone: node.zone.clone(),
            role: node.role.clone(),
            ready: node.status.raw() == "True",
            counts: instance.is_none_or(Instance::counts),
            group: group.map_or(Tie::Unknown, Tie::Group),
        }
    }

    fn group_named_with(&self, node: &ValidatedNode) -> Option<String> {
        let named = self.failures.iter().find(|failure| {
            let about = failure.is_node() || failure.is_instance();
            about && (failure.name == node.name || failure.name == node.hostname)
        });
        Some(named?.instance_group.as_ref()?.name.clone())
    }

    fn instance_of(&self, node: &Untrusted) -> Option<&Instance> {
        self.by_node.get(node.raw()).copied()
    }

    fn tally(&self, group: &InstanceGroupSummary) -> GroupReadiness {
        let control_plane = group.role == GroupRole::ControlPlane;
        let why_not = match () {
            () if !self.saw_nodes => Some(UnknownCount::NodesNotListed),
            () if self.by_group.untied.contains(&control_plane) => {
                Some(UnknownCount::GroupsNotReported)
            }
            () => None,
        };
        let counts = self.by_group.counts.get(&group.name);
        let counts = counts.copied().unwrap_or_default();
        let known = |figure: u32| why_not.is_none().then_some(figure);
        let joining = number(self.joining(|named| named.name == group.name));
        let joined = known(counts.joined);
        let (wanted, no_size) = self.wanted(group, joined.map(|joined| joined + joining));
        GroupReadiness {
            joined,
            ready: known(counts.ready),
            joining: self.saw_nodes.then_some(joining),
            wanted,
            needing_update: self.needing_update(group),
            unknown: why_not.or(no_size),
            ..GroupReadiness::uncounted(group)
        }
    }

    /// How many nodes the group should have: what kops reports, else all that it has, since kops found enough of them; before
    /// the nodes were seen what the spec asks for at least.
    fn wanted(
        &self,
        group: &InstanceGroupSummary,
        has: Option<u32>,
    ) -> (Option<u32>, Option<UnknownCount>) {
        let reported = self.shortages(|named| named.name == group.name).next();
        let wanted = match reported {
            Some(Shortage::Fewer { wants, .. }) => Some(wants),
            None if self.saw_nodes && group.karpenter => None,
            None if self.saw_nodes => has,
            Some(Shortage::NoCloudGroup) | None => group.min,
        };
        let undecided = group.karpenter && wanted.is_none();
        (wanted, undecided.then_some(UnknownCount::KarpenterDecides))
    }

    fn needing_update(&self, group: &InstanceGroupSummary) -> Option<u32> {
        let known = matches!(self.instances, Instances::Known(_));
        known.then(|| self.old.get(&group.name).copied().unwrap_or(0))
    }

    fn joining(
        &self,
        own: impl Fn(&InstanceGroupSummary) -> bool,
    ) -> impl Iterator<Item = &ValidationFailure> {
        self.failures.iter().filter(move |failure| {
            let named = failure.instance_group.as_ref();
            failure.is_instance() && named.is_some_and(&own)
        })
    }

    fn shortages(
        &self,
        own: impl Fn(&InstanceGroupSummary) -> bool,
    ) -> impl Iterator<Item = Shortage> {
        let failures = self.failures.iter().filter(move |failure| {
            let named = failure.instance_group.as_ref();
            named.is_some_and(&own)
        });
        failures.filter_map(ValidationFailure::shortage)
    }

    /// Ready and wanted of the control plane or of the nodes. kops names every instance that has not joined and every
    /// instance that is missing, so no group needs to be known for it.
    fn count(&self, control_plane: bool) -> Count {
        let own = |group: &InstanceGroupSummary| {
            group.role != GroupRole::Bastion
                && (group.role == GroupRole::ControlPlane) == control_plane
        };
        if !self.saw_nodes {
            let mut groups = self.groups.iter().filter(|group| own(group));
            let least = groups.try_fold(0_u32, |sum, group| Some(sum.saturating_add(group.min?)));
            let wanted = least.filter(|_| self.groups_read);
            return Count {
                ready: None,
                wanted,
            };
        }
        let nodes = self.node_states.iter();
        let counted = nodes.filter(|one| one.counts && one.is_control_plane() == control_plane);
        let has = number(counted.clone()).saturating_add(number(self.joining(own)));
        let missing = self.failures.iter().filter_map(|failure| {
            let group = failure.instance_group.as_ref().filter(|group| own(group))?;
            match failure.shortage()? {
                Shortage::Fewer { has, wants } => Some(wants.saturating_sub(has)),
                Shortage::NoCloudGroup => group.min,
            }
        });
        Count {
            ready: Some(number(counted.filter(|node| node.ready))),
            wanted: Some(missing.fold(has, u32::saturating_add)),
        }
    }

    fn phase(&self, observation: &Observation, control_plane: Count, nodes: Count) -> Phase {
        match observation {
            Observation::Ready { .. } => Phase::Ready,
            Observation::Unreachable { obstacle, .. } => match obstacle {
                Obstacle::Name => Phase::NameNotResolving,
                Obstacle::Silent => Phase::NotAnswering,
                Obstacle::Starting => Phase::NotServing,
                Obstacle::Unknown | Obstacle::Lasting => Phase::CouldNotLook,
            },
            Observation::NotReady { .. } => self.missing(control_plane, nodes),
        }
    }

    // The first that is missing, in the order in which a cluster comes to life.
    fn missing(&self, control_plane: Count, nodes: Count) -> Phase {
        let any = |wanted: fn(&ValidationFailure) -> bool| self.failures.iter().any(wanted);
        match () {
            () if any(ValidationFailure::is_of_dns) => Phase::NameNotResolving,
            () if !control_plane.is_met() => self.role_phase(true, Phase::ControlPlaneJoining),
            () if !nodes.is_met() => self.role_phase(false, Phase::NodesJoining),
            () if any(|failure| failure.shortage().is_some()) => Phase::InstancesMissing,
            () if any(|failure| failure.is_node() || failure.kind.raw() == "Pod") => {
                Phase::PodsStarting
            }
            () => Phase::NotReady,
        }
    }

    // Where every instance that there is has joined and is ready, instances are what is missing.
    fn role_phase(&self, control_plane: bool, joining: Phase) -> Phase {
        let own = |group: &InstanceGroupSummary| {
            (group.role == GroupRole::ControlPlane) == control_plane
                && group.role != GroupRole::Bastion
        };
        let mut nodes = self.node_states.iter();
        let late = nodes.any(|one| one.is_control_plane() == control_plane && !one.ready);
        if late || self.joining(own).next().is_some() {
            joining
        } else {
            Phase::InstancesMissing
        }
    }
}

// A node's own name comes before an id that is the same.
fn index_by_node(instances: &Instances) -> HashMap<&str, &Instance> {
    let ids = instances.known().iter().map(|one| (one.id.raw(), one));
    let names = instances.known().iter();
    let names = names.map(|one| (one.node_name.raw(), one));
    ids.chain(names.filter(|(name, _)| !name.is_empty()))
        .collect()
}

fn summarize_instance(name: String, instance: &Instance) -> InstanceGroupSummary {
    let cloud = instance.instance_group.raw();
    let role = match () {
        () if cloud.contains(".masters.") => GroupRole::ControlPlane,
        () if instance.roles.iter().any(|role| role.raw() == "bastion") => GroupRole::Bastion,
        () => GroupRole::Node,
    };
    InstanceGroupSummary {
        name,
        role,
        machine_type: instance.machine_type.raw().to_owned(),
        min: None,
        max: None,
        karpenter: false,
        zones: Vec::new(),
    }
}

fn number<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

fn not_ready(failure: &ValidationFailure) -> NotReady {
    let group = failure.instance_group.as_ref();
    NotReady {
        kind: failure.kind.clone(),
        name: failure.name.clone(),
        group: group.map(|group| group.name.clone()),
        message: failure.message.clone(),
    }
}
