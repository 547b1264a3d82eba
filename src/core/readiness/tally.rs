//! Nodes are tied to instance groups and counted.

use std::collections::BTreeMap;

use super::{
    Count, Failure, GroupReadiness, InstanceGroupSummary, Machine, Node, NotReady, Observation,
    Phase, Readiness, Tie, Trouble,
};
use crate::core::fault::Fault;
use crate::core::plan::Role;

pub(super) fn readiness(spec: &[InstanceGroupSummary], observation: &Observation) -> Readiness {
    let (nodes, failures, fault) = parts(observation);
    let known = known_groups(spec, failures);
    let named = named_groups(failures);
    let machine = |node| machine(node, &known, &named);
    let machines: Vec<_> = nodes.iter().map(machine).collect();
    let groups: Vec<_> = known
        .iter()
        .map(|group| tally(group, &machines, failures))
        .collect();
    let of = |control_plane| count(&groups, &machines, failures, control_plane);
    let (control_plane, nodes) = (of(true), of(false));
    Readiness {
        phase: phase(observation, control_plane, nodes),
        groups,
        machines,
        not_ready: failures.iter().map(not_ready).collect(),
        control_plane,
        nodes,
        fault: fault.cloned(),
    }
}

fn parts(observation: &Observation) -> (&[Node], &[Failure], Option<&Fault>) {
    match observation {
        Observation::Ready { nodes } => (nodes, &[], None),
        Observation::NotReady { nodes, failures } => (nodes, failures, None),
        Observation::Unreachable { fault, .. } => (&[], &[], Some(fault)),
    }
}

/// The spec's groups, and those that only kops names; bastions are no nodes.
fn known_groups(spec: &[InstanceGroupSummary], failures: &[Failure]) -> Vec<InstanceGroupSummary> {
    let named = failures
        .iter()
        .filter_map(|one| one.instance_group.as_ref());
    let mut groups = BTreeMap::new();
    for group in spec.iter().chain(named) {
        let key = (group.role, group.name.clone());
        groups.entry(key).or_insert_with(|| group.clone());
    }
    let groups = groups.into_values();
    groups.filter(|group| group.role != Role::Bastion).collect()
}

/// Which group kops names for a machine or node.
fn named_groups(failures: &[Failure]) -> BTreeMap<&str, &str> {
    let named = failures.iter().filter_map(|failure| {
        let group = failure.instance_group.as_ref()?;
        Some((failure.name.raw(), group.name.as_str()))
    });
    named.collect()
}

fn machine(node: &Node, groups: &[InstanceGroupSummary], named: &BTreeMap<&str, &str>) -> Machine {
    let name = named.get(node.name.raw());
    let name = name.or_else(|| named.get(node.hostname.raw()));
    Machine {
        name: node.name.clone(),
        zone: node.zone.clone(),
        role: node.role.clone(),
        ready: node.status.raw() == "True",
        group: name.map_or_else(
            || by_place(node, groups),
            |name| Tie::Group((*name).to_owned()),
        ),
    }
}

fn by_place(node: &Node, groups: &[InstanceGroupSummary]) -> Tie {
    let fits = |group: &&InstanceGroupSummary| {
        let zone = group.zones.iter().any(|zone| zone == node.zone.raw());
        zone && (group.role == Role::ControlPlane) == is_control_plane(node.role.raw())
    };
    let mut names: Vec<_> = groups
        .iter()
        .filter(fits)
        .map(|one| one.name.clone())
        .collect();
    match (names.pop(), names.is_empty()) {
        (None, _) => Tie::Unknown,
        (Some(only), true) => Tie::Group(only),
        (Some(last), false) => {
            names.push(last);
            Tie::OneOf(names)
        }
    }
}

fn is_control_plane(role: &str) -> bool {
    role == "control-plane" || role == "master"
}

fn tally(
    group: &InstanceGroupSummary,
    machines: &[Machine],
    failures: &[Failure],
) -> GroupReadiness {
    let own = machines
        .iter()
        .filter(|one| one.group == Tie::Group(group.name.clone()));
    let joining = failures.iter().filter(|one| {
        let named = one.instance_group.as_ref();
        is_machine(one) && named.is_some_and(|named| named.name == group.name)
    });
    GroupReadiness {
        name: group.name.clone(),
        role: group.role,
        machine_type: group.machine_type.clone(),
        min: group.min,
        max: group.max,
        zones: group.zones.clone(),
        joined: number(own.clone()),
        ready: number(own.filter(|machine| machine.ready)),
        joining: number(joining),
    }
}

/// A machine that runs and has not joined.
fn is_machine(failure: &Failure) -> bool {
    failure.kind.raw() == "Machine"
}

fn number<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

/// Ready and wanted over all groups of one role, with the nodes that no group could be told for.
fn count(
    groups: &[GroupReadiness],
    machines: &[Machine],
    failures: &[Failure],
    control_plane: bool,
) -> Count {
    let of_role = |machine: &&Machine| is_control_plane(machine.role.raw()) == control_plane;
    let own = |group: &&GroupReadiness| (group.role == Role::ControlPlane) == control_plane;
    let wanted = groups.iter().filter(own).map(GroupReadiness::wanted);
    let joined = machines.iter().filter(of_role);
    let joining = failures.iter().filter(|one| {
        let group = one.instance_group.as_ref();
        let role = group.map(|group| group.role == Role::ControlPlane);
        is_machine(one) && role == Some(control_plane)
    });
    let running = number(joined.clone()).saturating_add(number(joining));
    Count {
        ready: number(joined.filter(|machine| machine.ready)),
        wanted: wanted.fold(0_u32, u32::saturating_add).max(running),
    }
}

fn phase(observation: &Observation, control_plane: Count, nodes: Count) -> Phase {
    match observation {
        Observation::Ready { .. } => Phase::Ready,
        Observation::Unreachable { trouble, .. } => match trouble {
            Trouble::NameNotResolving => Phase::NameNotResolving,
            Trouble::NotAnswering => Phase::NotAnswering,
            Trouble::Other => Phase::CouldNotLook,
        },
        Observation::NotReady { failures, .. } => {
            let dns = failures.iter().any(|failure| failure.kind.raw() == "dns");
            match () {
                () if dns => Phase::NameNotResolving,
                () if !control_plane.is_met() => Phase::ControlPlaneJoining,
                () if !nodes.is_met() => Phase::NodesJoining,
                () => Phase::PodsStarting,
            }
        }
    }
}

fn not_ready(failure: &Failure) -> NotReady {
    let group = failure.instance_group.as_ref();
    NotReady {
        kind: failure.kind.clone(),
        name: failure.name.clone(),
        group: group.map(|group| group.name.clone()),
        message: failure.message.clone(),
    }
}
