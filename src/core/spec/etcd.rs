//! The `etcdClusters` of the `Cluster` document.

use serde::Serialize;

use crate::core::answers::Networking;
use crate::core::plan::{GroupRole, PlannedGroup};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EtcdCluster<'a> {
    cpu_request: &'static str,
    #[serde(rename = "etcdMembers")]
    members: Vec<Member<'a>>,
    manager: Manager,
    memory_request: &'static str,
    name: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Member<'a> {
    encrypted_volume: bool,
    instance_group: &'a str,
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Manager {
    backup_retention_days: u32,
}

/// Each cluster's name with that of each of its members; none while there is no control-plane group.
pub(super) fn all_members(
    groups: &[PlannedGroup],
    networking: Networking,
) -> Vec<(&'static str, String)> {
    let members = members(groups);
    let of_cluster = |(cluster, _)| {
        let names = members.iter().map(move |(_, name)| (cluster, name.clone()));
        names.collect::<Vec<_>>()
    };
    names(networking).flat_map(of_cluster).collect()
}

// Each cluster's name and the share of a CPU that it asks for.
fn names(networking: Networking) -> impl Iterator<Item = (&'static str, &'static str)> {
    let own = (networking == Networking::CiliumEtcd).then_some(("cilium", "100m"));
    [("main", "200m"), ("events", "100m")]
        .into_iter()
        .chain(own)
}

/// The clusters with one member for each control-plane group; none while there is no group.
pub(super) fn clusters(groups: &[PlannedGroup], networking: Networking) -> Vec<EtcdCluster<'_>> {
    let members = members(groups);
    if members.is_empty() {
        return Vec::new();
    }
    names(networking)
        .map(|(name, cpu_request)| EtcdCluster {
            cpu_request,
            members: members
                .iter()
                .map(|(instance_group, name)| Member {
                    encrypted_volume: true,
                    instance_group,
                    name: name.clone(),
                })
                .collect(),
            manager: Manager {
                backup_retention_days: 90,
            },
            memory_request: "100Mi",
            name,
        })
        .collect()
}

// Group and member name; the names lose what all have in common, as in kops's `trimCommonPrefix`.
fn members(groups: &[PlannedGroup]) -> Vec<(&str, String)> {
    let own: Vec<&str> = groups
        .iter()
        .filter(|group| group.role == GroupRole::ControlPlane)
        .map(|group| group.name.as_str())
        .collect();
    let short: Vec<&str> = own
        .iter()
        .map(|name| name.strip_prefix("control-plane-").unwrap_or(name))
        .collect();
    let cut = common(&short);
    own.into_iter()
        .zip(short)
        .map(|(group, name)| (group, lettered(name.get(cut..).unwrap_or(name))))
        .collect()
}

// How many bytes the names share at their start; the first name keeps its last character.
fn common(names: &[&str]) -> usize {
    let Some((first, others)) = names.split_first() else {
        return 0;
    };
    let shared = |at: &usize| {
        let start = first.get(..=*at);
        start.is_some() && others.iter().all(|name| name.get(..=*at) == start)
    };
    (0..first.len().saturating_sub(1))
        .take_while(shared)
        .count()
}

fn lettered(name: &str) -> String {
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        return format!("etcd-{name}");
    }
    name.to_owned()
}
