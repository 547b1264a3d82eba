//! A cluster of the state store at a glance: what its stored spec says, and how many of its instances are in service.

use serde::Serialize;
use serde_yaml::Value;

use crate::core::cluster::cloud::{CloudGroup, GroupMember};
use crate::core::fault::Fault;
use crate::core::plan::GroupRole;
use crate::core::text::untrusted::Untrusted;

/// What the `config` object of a cluster says of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredSpec {
    pub kubernetes_version: Untrusted,
    pub vpc: Untrusted,
    pub cidr: Untrusted,
    pub cni: Untrusted,
    pub api: Untrusted,
}

/// Instances in service of those that the instance groups should have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InService {
    pub count: u32,
    pub desired: u32,
}

/// The instances of a cluster, as Auto Scaling counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Fleet {
    pub control_plane: InService,
    pub nodes: InService,
    pub groups: usize,
    /// How many a rolling update would replace; absent when it is not known of one.
    pub outdated: Option<u32>,
}

/// Nodes that are ready, of those that joined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NodesOfRole {
    pub ready: u32,
    pub joined: u32,
}

/// The nodes of a cluster, as its Kubernetes API counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NodesByRole {
    pub control_plane: NodesOfRole,
    pub nodes: NodesOfRole,
}

/// What was read of a cluster, each part by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterOverview {
    pub name: String,
    pub spec: Result<StoredSpec, Fault>,
    pub fleet: Result<Fleet, Fault>,
}

/// How a cluster stands, as far as Auto Scaling and its Kubernetes API tell; whether it is ready, only kops says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FleetState {
    /// No instance group has an instance, or should have one.
    Empty,
    /// Every group has what it should have; the nodes are not known.
    Full,
    Short,
    /// Every group has what it should have, and not every instance of it is a node that is ready.
    NodesNotReady,
    NodesReady,
}

impl StoredSpec {
    /// Reads a cluster's spec as kops writes it; absent when the text is none.
    pub fn parse(text: &str) -> Option<Self> {
        let document: Value = serde_yaml::from_str(text).ok()?;
        let spec = document.get("spec")?.as_mapping()?;
        let text = |value: Option<&Value>| {
            Untrusted::from(value.and_then(Value::as_str).unwrap_or_default())
        };
        let first_key = |value: Option<&Value>| {
            let keys = value.and_then(Value::as_mapping);
            text(keys.and_then(|keys| keys.keys().next()))
        };
        let load_balancer = spec.get("api").and_then(|api| api.get("loadBalancer"));
        let networking = spec.get("networking");
        let network = spec
            .get("networkID")
            .or_else(|| networking?.get("networkID"));
        let cidr = spec
            .get("networkCIDR")
            .or_else(|| networking?.get("networkCIDR"));
        Some(Self {
            kubernetes_version: text(spec.get("kubernetesVersion")),
            vpc: text(network),
            cidr: text(cidr),
            cni: first_key(networking),
            api: text(load_balancer.and_then(|one| one.get("type"))),
        })
    }
}

impl InService {
    /// As people read it: `2/3 in service, 1 ready`, without the nodes where they are not known.
    pub fn words(self, nodes: Option<NodesOfRole>) -> String {
        let ready = nodes.map(|nodes| format!(", {} ready", nodes.ready));
        let (count, desired) = (self.count, self.desired);
        format!("{count}/{desired} in service{}", ready.unwrap_or_default())
    }
}

impl Fleet {
    /// Counts the instances of these groups; bastions are no nodes.
    pub fn of(groups: &[CloudGroup]) -> Self {
        let mut fleet = Self {
            groups: groups.len(),
            outdated: Some(0),
            ..Self::default()
        };
        for group in groups {
            let side = match group.role {
                GroupRole::ControlPlane => Some(&mut fleet.control_plane),
                GroupRole::Node => Some(&mut fleet.nodes),
                GroupRole::Bastion => None,
            };
            if let Some(side) = side {
                side.desired += group.desired;
                side.count += count(group.members.iter().filter(|one| serves(one)));
            }
            let outdated = group.members.iter().map(|one| one.needs_update);
            for needs in outdated {
                let sum = fleet.outdated.zip(needs);
                fleet.outdated = sum.map(|(sum, needs)| sum + u32::from(needs));
            }
        }
        fleet
    }

    /// How it stands, with what is known of its nodes.
    pub fn state(&self, nodes: Option<&NodesByRole>) -> FleetState {
        let ready = |side: InService, nodes: NodesOfRole| {
            nodes.ready == nodes.joined && nodes.ready >= side.desired
        };
        match (self.instance_state(), nodes) {
            (FleetState::Full, Some(nodes))
                if ready(self.control_plane, nodes.control_plane)
                    && ready(self.nodes, nodes.nodes) =>
            {
                FleetState::NodesReady
            }
            (FleetState::Full, Some(_)) => FleetState::NodesNotReady,
            (state, _) => state,
        }
    }

    fn instance_state(&self) -> FleetState {
        let full = |side: InService| side.count >= side.desired;
        match (self.control_plane, self.nodes) {
            (control_plane, nodes) if control_plane.desired + nodes.desired == 0 => {
                FleetState::Empty
            }
            (control_plane, nodes) if full(control_plane) && full(nodes) => FleetState::Full,
            _ => FleetState::Short,
        }
    }
}

impl NodesByRole {
    /// Counts one more node.
    pub fn add(&mut self, is_control_plane: bool, ready: bool) {
        let side = if is_control_plane {
            &mut self.control_plane
        } else {
            &mut self.nodes
        };
        side.joined += 1;
        side.ready += u32::from(ready);
    }
}

impl FleetState {
    /// The state in words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Empty => "no instances",
            Self::Full => "in service",
            Self::Short => "short",
            Self::NodesNotReady => "nodes not ready",
            Self::NodesReady => "nodes ready",
        }
    }
}

fn serves(member: &GroupMember) -> bool {
    member.healthy && member.lifecycle.raw() == "InService"
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(lifecycle: &str, needs_update: Option<bool>) -> GroupMember {
        GroupMember {
            lifecycle: Untrusted::from(lifecycle),
            healthy: true,
            needs_update,
            ..GroupMember::default()
        }
    }

    fn group(role: GroupRole, desired: u32, members: Vec<GroupMember>) -> CloudGroup {
        CloudGroup {
            role,
            desired,
            members,
            ..CloudGroup::default()
        }
    }

    #[test]
    fn instances_in_service_are_counted_by_role_and_bastions_are_not() {
        let groups = [
            group(
                GroupRole::ControlPlane,
                1,
                vec![member("InService", Some(false))],
            ),
            group(
                GroupRole::Node,
                3,
                vec![
                    member("InService", Some(true)),
                    member("Pending", Some(false)),
                ],
            ),
            group(
                GroupRole::Bastion,
                1,
                vec![member("InService", Some(false))],
            ),
        ];
        let fleet = Fleet::of(&groups);
        let side = |count, desired| InService { count, desired };
        assert_eq!(
            fleet,
            Fleet {
                control_plane: side(1, 1),
                nodes: side(1, 3),
                groups: 3,
                outdated: Some(1),
            }
        );
        assert_eq!(fleet.state(None), FleetState::Short);
        let unknown = Fleet::of(&[group(GroupRole::Node, 1, vec![member("InService", None)])]);
        assert_eq!(
            (unknown.outdated, unknown.state(None)),
            (None, FleetState::Full)
        );
        assert_eq!(Fleet::of(&[]).state(None), FleetState::Empty);
    }

    #[test]
    fn nodes_count_once_all_instances_are_in_service() {
        let side = |count, desired| InService { count, desired };
        let fleet = |nodes| Fleet {
            control_plane: side(1, 1),
            nodes: side(nodes, 2),
            ..Fleet::default()
        };
        let nodes = |ready, joined| NodesByRole {
            control_plane: NodesOfRole {
                ready: 1,
                joined: 1,
            },
            nodes: NodesOfRole { ready, joined },
        };
        for (ready, joined, state) in [
            (2, 2, FleetState::NodesReady),
            (1, 2, FleetState::NodesNotReady),
            (1, 1, FleetState::NodesNotReady),
            (2, 3, FleetState::NodesNotReady),
        ] {
            assert_eq!(fleet(2).state(Some(&nodes(ready, joined))), state);
        }
        assert_eq!(fleet(1).state(Some(&nodes(2, 2))), FleetState::Short);
    }

    #[test]
    fn a_stored_spec_is_read_in_both_forms_of_kops() {
        let old = "kind: Cluster\nspec:\n  api:\n    loadBalancer:\n      class: Network\n      type: Internal\n  kubernetesVersion: 1.35.5\n  networkCIDR: 172.20.0.0/16\n  networkID: vpc-1\n  networking:\n    cilium: {}\n";
        let expected = StoredSpec {
            kubernetes_version: Untrusted::from("1.35.5"),
            vpc: Untrusted::from("vpc-1"),
            cidr: Untrusted::from("172.20.0.0/16"),
            cni: Untrusted::from("cilium"),
            api: Untrusted::from("Internal"),
        };
        assert_eq!(StoredSpec::parse(old), Some(expected));
        assert_eq!(StoredSpec::parse("spec: 1\n"), None);
        assert_eq!(StoredSpec::parse("{"), None);
    }
}
