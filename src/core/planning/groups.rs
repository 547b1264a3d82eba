//! Instance groups: the control plane's, the bastions', the nodes'.

use std::collections::{BTreeMap, BTreeSet};

use super::identity::is_dns_name;
use super::{instances, labels, mixed};
use crate::core::answers::{Answers, ControlPlane, NodeGroup};
use crate::core::inventory::Inventory;
use crate::core::plan::{GroupRole, PlannedGroup};
use crate::core::problem::{About, Problem, catalog as rule};
use crate::core::text::prose::counted;
use crate::core::text::untrusted::visible;

/// The bastions' instance group, as kops names it.
pub(super) const BASTIONS: &str = "bastions";
/// What the control plane's groups have in common in their names.
pub(super) const CONTROL_PLANE: &str = "control-plane";
// A node's label kops.k8s.io/instancegroup has the group's name, and label values end here.
const LONGEST_NAME: usize = 63;
// Enough to show a wrong answer, too few to drown in it.
const MOST_CONTROL_PLANE: u32 = 9;

/// The groups in the order of the spec, as far as zones are chosen.
pub(super) fn plan(
    inventory: &Inventory,
    answers: &Answers,
    zones: &[String],
) -> (Vec<PlannedGroup>, Vec<Problem>) {
    let mut found = control_plane_problems(&answers.control_plane, zones.len());
    let mut groups = control_plane(&answers.control_plane, zones);
    if answers.access.bastion && !zones.is_empty() {
        groups.push(bastions(
            instances::bastion(inventory, answers),
            answers,
            zones,
        ));
    }
    found.extend(all_tainted(&answers.instance_groups));
    for asked in &answers.instance_groups {
        let used = asked.used_zones(zones);
        found.extend(node_problems(asked, zones, used.len()));
        groups.extend(nodes(asked, &used));
    }
    found.extend(duplicates(&groups));
    found.extend(labels::nowhere_to_run(&answers.instance_groups));
    (groups, found)
}

fn control_plane(asked: &ControlPlane, zones: &[String]) -> Vec<PlannedGroup> {
    let count = usize::try_from(asked.count.min(MOST_CONTROL_PLANE)).unwrap_or(0);
    let numbered = count > zones.len();
    let rounds = zones
        .iter()
        .cycle()
        .take(if zones.is_empty() { 0 } else { count });
    rounds
        .enumerate()
        .map(|(at, zone)| {
            let round = 1 + at / zones.len().max(1);
            let number = if numbered {
                format!("-{round}")
            } else {
                String::new()
            };
            PlannedGroup {
                root_volume_gib: asked.root_volume_gib,
                ..single(
                    format!("{CONTROL_PLANE}-{zone}{number}"),
                    CONTROL_PLANE,
                    GroupRole::ControlPlane,
                    &asked.machine_type,
                    asked.image.clone(),
                    std::slice::from_ref(zone),
                )
            }
        })
        .collect()
}

fn bastions(machine_type: &str, answers: &Answers, zones: &[String]) -> PlannedGroup {
    let image = answers.control_plane.image.clone();
    single(
        BASTIONS.to_owned(),
        BASTIONS,
        GroupRole::Bastion,
        machine_type,
        image,
        zones,
    )
}

// A group of one instance.
fn single(
    name: String,
    asked: &str,
    role: GroupRole,
    machine_type: &str,
    image: Option<String>,
    zones: &[String],
) -> PlannedGroup {
    PlannedGroup {
        name,
        asked: asked.to_owned(),
        role,
        machine_type: machine_type.to_owned(),
        image,
        root_volume_gib: None,
        min: 1,
        max: 1,
        mixed: None,
        labels: BTreeMap::new(),
        taints: Vec::new(),
        zones: zones.to_vec(),
    }
}

fn nodes(asked: &NodeGroup, zones: &[String]) -> Vec<PlannedGroup> {
    let group = |name: String, part: &dyn Fn(u32) -> u32, zones: &[String]| PlannedGroup {
        name,
        asked: asked.name.clone(),
        role: GroupRole::Node,
        machine_type: asked.machine_type.clone(),
        image: asked.image.clone(),
        root_volume_gib: asked.root_volume_gib,
        min: part(asked.min),
        max: part(asked.max).max(u32::from(asked.per_zone)),
        mixed: mixed::policy(asked, part),
        labels: asked.labels.clone(),
        taints: asked.taints.clone(),
        zones: zones.to_vec(),
    };
    if zones.is_empty() {
        return Vec::new();
    }
    if !asked.per_zone {
        return vec![group(asked.name.clone(), &|total| total, zones)];
    }
    zones
        .iter()
        .enumerate()
        .map(|(at, zone)| {
            let name = format!("{}-{zone}", asked.name);
            let part = |total| share(total, zones.len(), at);
            group(name, &part, std::slice::from_ref(zone))
        })
        .collect()
}

// The first zones get the rest, as kops's own `--node-count` does.
fn share(total: u32, zones: usize, at: usize) -> u32 {
    let (zones, at) = (
        u32::try_from(zones).unwrap_or(u32::MAX).max(1),
        u32::try_from(at).unwrap_or(u32::MAX),
    );
    total / zones + u32::from(at < total % zones)
}

fn control_plane_problems(asked: &ControlPlane, zones: usize) -> Vec<Problem> {
    let mut found = Vec::new();
    let count = asked.count;
    let counted = "answer 1, 3 or 5 (controlPlane: count)";
    if !matches!(count, 1 | 3 | 5) {
        let even = count > 0 && count.is_multiple_of(2);
        let (broken, why) = if even {
            (
                rule::CONTROL_PLANE_EVEN,
                "etcd needs an odd number: an even one survives no more failures, and kops refuses it",
            )
        } else {
            (
                rule::CONTROL_PLANE_COUNT,
                "one member serves for trials, three or five survive one or two failures; more slow etcd down",
            )
        };
        let what = format!("the control plane has {count} members");
        found.push(broken.problem(About::ControlPlane, what, why, counted));
    }
    if count == 1 {
        found.push(rule::CONTROL_PLANE_SINGLE.problem(
            About::ControlPlane,
            "the control plane has one member",
            "while it is replaced or fails, the Kubernetes API is down",
            "take three for anything that must stay up",
        ));
    }
    if zones > 0 && usize::try_from(count).unwrap_or(usize::MAX) > zones {
        found.push(rule::CONTROL_PLANE_SHARES_ZONE.problem(
            About::ControlPlane,
            format!(
                "{count} control-plane members share {zones} {}",
                if zones == 1 { "zone" } else { "zones" }
            ),
            "a zone with two members can take etcd's quorum with it",
            format!("use {count} zones, or fewer members"),
        ));
    }
    found
}

fn all_tainted(groups: &[NodeGroup]) -> Option<Problem> {
    if groups.is_empty() {
        return Some(rule::GROUPS_MISSING.problem(
            About::InstanceGroup(String::new()),
            "there is no instance group for nodes",
            "pods, kops's own add-ons included, find no node to run on",
            "add one (answers: instanceGroups)",
        ));
    }
    groups.iter().all(|group| group.min == 0).then(|| {
        rule::GROUPS_MIN_ZERO.problem(
            About::InstanceGroup(
                groups
                    .first()
                    .map(|group| group.name.clone())
                    .unwrap_or_default(),
            ),
            "every group may shrink to zero nodes",
            "the cluster starts without nodes, add-ons stay pending and kops calls it not ready",
            "give one group a minimum of 1 or more",
        )
    })
}

fn node_problems(asked: &NodeGroup, zones: &[String], used: usize) -> Vec<Problem> {
    let mut found = Vec::new();
    found.extend(name(asked, zones));
    found.extend(sizes(asked, used));
    found.extend(group_zones(asked, zones));
    found.extend(mixed::problems(asked));
    found.extend(labels::problems(asked));
    found
}

fn name(asked: &NodeGroup, zones: &[String]) -> Option<Problem> {
    let about = About::InstanceGroup(asked.name.clone());
    let name = &asked.name;
    let longest = zones.iter().map(|zone| zone.len() + 1).max().unwrap_or(0);
    let length = name.len() + if asked.per_zone { longest } else { 0 };
    if !is_dns_name(name) || length > LONGEST_NAME {
        return Some(rule::GROUP_NAME_INVALID.problem(
            about,
            format!("{:?} is not a name for an instance group", visible(name)),
            "kops takes lower-case letters, digits, dashes and dots; with the zone's name it is a label of at most 63 characters",
            "choose a name such as nodes",
        ));
    }
    let reserved = name == BASTIONS || name.starts_with(CONTROL_PLANE);
    reserved.then(|| {
        rule::GROUP_NAME_RESERVED.problem(
            about,
            format!("the name {name} is for another kind of group"),
            "kopswain names the control plane control-plane-ZONE and the bastions bastions",
            "choose a name such as nodes",
        )
    })
}

fn sizes(asked: &NodeGroup, used: usize) -> Option<Problem> {
    let about = About::InstanceGroup(asked.name.clone());
    let (name, min, max) = (visible(&asked.name), asked.min, asked.max);
    if max == 0 {
        return Some(rule::GROUP_MAX_ZERO.problem(
            about,
            format!("the group {name} may have no node at all"),
            "its maximum is 0, so it never starts one",
            "raise max, or remove the group",
        ));
    }
    if min > max {
        return Some(rule::GROUP_MIN_OVER_MAX.problem(
            about,
            format!("the group {name} has a minimum of {min} and a maximum of {max}"),
            "kops refuses a minimum above the maximum",
            "lower min or raise max",
        ));
    }
    let below = asked.per_zone && usize::try_from(max).unwrap_or(usize::MAX) < used;
    below.then(|| {
        rule::GROUP_MAX_BELOW_ZONES.problem(
            about,
            format!(
                "the group {name} may have {} in {used} zones",
                counted(max, "node")
            ),
            format!("each zone's group gets a maximum of at least 1, so there may be {used} nodes"),
            "raise max, name fewer zones for the group, or answer `perZone: false`",
        )
    })
}

fn group_zones(asked: &NodeGroup, zones: &[String]) -> Vec<Problem> {
    let about = || About::InstanceGroup(asked.name.clone());
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for zone in &asked.zones {
        if !seen.insert(zone) {
            found.push(rule::GROUP_ZONE_DUPLICATE.problem(
                about(),
                format!(
                    "the group {} lists {} twice",
                    visible(&asked.name),
                    visible(zone)
                ),
                "a zone counts once",
                "remove one of them",
            ));
        } else if !zones.contains(zone) {
            found.push(rule::GROUP_ZONE_UNKNOWN.problem(
                about(),
                format!(
                    "the group {} lists {}, which is not a zone of the cluster",
                    visible(&asked.name),
                    visible(zone)
                ),
                "the group needs the zone's private subnet",
                "add the zone to the cluster, or remove it from the group",
            ));
        }
    }
    found
}

fn duplicates(groups: &[PlannedGroup]) -> Vec<Problem> {
    let (mut seen, mut reported) = (BTreeSet::new(), BTreeSet::new());
    groups
        .iter()
        .filter(|group| !seen.insert(&group.name) && reported.insert(&group.asked))
        .map(|group| {
            rule::GROUP_NAME_DUPLICATE.problem(
                About::InstanceGroup(group.asked.clone()),
                format!("two instance groups are named {}", visible(&group.name)),
                "kops knows a group by its name; the second would not be created",
                "rename one of them; with perZone the zone's name is added to it",
            )
        })
        .collect()
}
