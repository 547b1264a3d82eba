//! Whether something runs that the dry run would change.

use std::collections::BTreeSet;

use super::{SPEC, creates, is_control_plane_name};
use crate::core::analysis::location::instance_group;
use crate::core::cluster::InstanceGroupSummary;
use crate::core::kops::dry_run::{ChangeAction, DryRun, Resource};
use crate::core::plan::GroupRole;

/// Whether instances of the cluster may run. kops stores the completed spec at the first update, before it makes
/// anything in AWS; after a first update that stopped half way it is stored, and every group is still to be created.
pub(super) fn runs(
    dry_run: &DryRun,
    cluster: Option<&str>,
    groups: &[InstanceGroupSummary],
    created: &BTreeSet<&str>,
) -> bool {
    let stored = |one: &Resource| creates(one, "ManagedFile") && one.name.raw() == SPEC;
    if dry_run.resources.iter().any(stored) {
        return false;
    }
    !is_whole_cluster(created, groups) || has_others(dry_run, cluster, created)
}

/// The instance groups whose Auto Scaling group is still to be created: none of their instances run.
pub(super) fn created<'a>(dry_run: &'a DryRun, cluster: Option<&str>) -> BTreeSet<&'a str> {
    let groups = dry_run.resources.iter();
    groups
        .filter(|one| creates(one, "AutoscalingGroup"))
        .map(|one| instance_group(one, cluster).unwrap_or(one.name.raw()))
        .collect()
}

// A cluster that runs has a control plane; kops does not print the groups that stay as they are. With the spec they are
// known. Without it: etcd grows by two members at most, and has an odd number of them.
fn is_whole_cluster(created: &BTreeSet<&str>, groups: &[InstanceGroupSummary]) -> bool {
    let mut control_planes = groups
        .iter()
        .filter(|group| group.role == GroupRole::ControlPlane)
        .peekable();
    if control_planes.peek().is_some() {
        return control_planes.all(|group| created.contains(group.name.as_str()));
    }
    let control_plane = |name: &&&str| is_control_plane_name(name);
    let members = created.iter().filter(control_plane).count();
    match created.len() - members {
        0 => members >= 3 && members % 2 == 1,
        _ => members > 0,
    }
}

// What is modified, or goes away, of a group that is not created is there already.
fn has_others(dry_run: &DryRun, cluster: Option<&str>, created: &BTreeSet<&str>) -> bool {
    let there = dry_run
        .resources
        .iter()
        .filter(|one| one.action != ChangeAction::Create);
    let mut named = there.filter_map(|one| instance_group(one, cluster));
    named.any(|name| !created.contains(name))
}
