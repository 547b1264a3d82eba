//! Machines: what a rolling update would replace, and how many there are.

use super::Applies::Each;
use super::{Facts, Rule, SPEC, Severity, diff_sides, is};
use crate::core::families::instance_group;
use crate::core::review::{Action, Resource};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "control-plane-resized",
        severity: Severity::Danger,
        why: "each control-plane machine, and the etcd member on it, is replaced by the next rolling update; a single one means the API is away meanwhile",
        remedy: "check the new type's memory for etcd and the API; roll one machine at a time with kops rolling-update cluster",
        applies: Each(control_plane_resized),
    },
    Rule {
        id: "capacity-to-zero",
        severity: Severity::Danger,
        why: "the group may lose every machine, and the pods on them",
        remedy: "check minSize and maxSize of the instance group",
        applies: Each(capacity_to_zero),
    },
    Rule {
        id: "machine-type-changed",
        severity: Severity::Warning,
        why: "every machine of the group is replaced by the next rolling update",
        remedy: "check that the type is offered in the group's zones and fits the image's architecture",
        applies: Each(machine_type_changed),
    },
    Rule {
        id: "image-changed",
        severity: Severity::Warning,
        why: "every machine of the group is replaced by the next rolling update",
        remedy: "check that the image exists in the region and has the machine type's architecture",
        applies: Each(image_changed),
    },
    Rule {
        id: "kubernetes-version-changed",
        severity: Severity::Warning,
        why: "every machine of the cluster is replaced by the next rolling update; Kubernetes supports one minor version at a time, and no way back",
        remedy: "read the version's notes, apply, then kops rolling-update cluster",
        applies: Each(kubernetes_version_changed),
    },
    Rule {
        id: "etcd-volume-changed",
        severity: Severity::Warning,
        why: "etcd keeps the cluster's state on this volume",
        remedy: "check that a backup of etcd exists before applying",
        applies: Each(etcd_volume_changed),
    },
    Rule {
        id: "rolling-update-needed",
        severity: Severity::Note,
        why: "kops changes only the launch template; running machines stay as they are",
        remedy: "after applying: kops rolling-update cluster",
        applies: Each(rolling_update_needed),
    },
];

fn type_change(resource: &Resource) -> Option<(&str, &str)> {
    let template = is(resource, Action::Modify, "LaunchTemplate");
    resource.changed("InstanceType").filter(|_| template)
}

fn control_plane_resized(facts: &Facts<'_>, resource: &Resource) -> Option<String> {
    let (old, new) = type_change(resource).filter(|_| is_control_plane(facts, resource))?;
    Some(format!(
        "the control plane's machine type changes: {old} -> {new}"
    ))
}

fn machine_type_changed(facts: &Facts<'_>, resource: &Resource) -> Option<String> {
    let (old, new) = type_change(resource).filter(|_| !is_control_plane(facts, resource))?;
    Some(format!("the machine type changes: {old} -> {new}"))
}

fn image_changed(_: &Facts<'_>, resource: &Resource) -> Option<String> {
    let template = is(resource, Action::Modify, "LaunchTemplate");
    let (old, new) = resource.changed("ImageID").filter(|_| template)?;
    Some(format!("the image changes: {old} -> {new}"))
}

// kops names the control plane's groups GROUP.masters.CLUSTER (pkg/model/names.go).
fn is_control_plane(facts: &Facts<'_>, resource: &Resource) -> bool {
    let group = instance_group(resource, facts.cluster).unwrap_or_default();
    let named = ["control-plane-", "master-"];
    resource.name.raw().contains(".masters.") || named.iter().any(|start| group.starts_with(start))
}

fn capacity_to_zero(_: &Facts<'_>, resource: &Resource) -> Option<String> {
    if !is(resource, Action::Modify, "AutoscalingGroup") {
        return None;
    }
    let lowered = |name: &'static str| {
        let (old, new) = resource.changed(name)?;
        (new == "0" && old != "0").then(|| format!("{name} goes from {old} to 0"))
    };
    lowered("MaxSize").or_else(|| lowered("MinSize"))
}

fn kubernetes_version_changed(_: &Facts<'_>, resource: &Resource) -> Option<String> {
    let spec = is(resource, Action::Modify, "ManagedFile") && resource.name.raw() == SPEC;
    let (added, removed) = diff_sides(resource, "Contents");
    let version = |lines: Vec<&'_ str>| {
        let mut found = lines.into_iter().filter_map(|line| {
            let version = line.trim().strip_prefix("kubernetesVersion: ")?;
            Some(version.to_owned())
        });
        found.next()
    };
    let (new, old) = (version(added).filter(|_| spec)?, version(removed)?);
    Some(format!("Kubernetes goes from {old} to {new}"))
}

fn etcd_volume_changed(_: &Facts<'_>, resource: &Resource) -> Option<String> {
    let etcd = resource.name.raw().contains(".etcd-");
    let fields = resource.fields.iter().filter(|field| field.name != "Tags");
    let names: Vec<_> = fields.map(|field| field.name.as_str()).collect();
    let changed = is(resource, Action::Modify, "EBSVolume") && etcd && !names.is_empty();
    changed.then(|| format!("an etcd volume is changed: {}", names.join(", ")))
}

fn rolling_update_needed(_: &Facts<'_>, resource: &Resource) -> Option<String> {
    let message =
        || "running machines keep the old launch template until a rolling update".to_owned();
    is(resource, Action::Modify, "LaunchTemplate").then(message)
}
