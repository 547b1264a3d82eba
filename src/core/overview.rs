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

/// What was read of a cluster, each part by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterOverview {
    pub name: String,
    pub spec: Result<StoredSpec, Fault>,
    pub fleet: Result<Fleet, Fault>,
}

/// How a cluster stands, as far as Auto Scaling tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FleetState {
    /// No instance group has an instance, or should have one.
    Empty,
    /// Every group has what it should have.
    Full,
    Short,
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

    /// How it stands.
    pub fn state(&self) -> FleetState {
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

impl FleetState {
    /// The state in words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Empty => "no instances",
            Self::Full => "in service",
            Self::Short => "short",
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
        assert_eq!(fleet.state(), FleetState::Short);
        let unknown = Fleet::of(&[group(GroupRole::Node, 1, vec![member("InService", None)])]);
        assert_eq!(
            (unknown.outdated, unknown.state()),
            (None, FleetState::Full)
        );
        assert_eq!(Fleet::of(&[]).state(), FleetState::Empty);
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
