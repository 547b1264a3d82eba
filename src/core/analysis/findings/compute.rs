//! Instances: which are replaced, and how many may run.

use super::Applies::{Each, When, Whole};
use super::{
    FindingRule, FindingSeverity, RuleContext, RuleMatch, creates, is_control_plane_name, modifies,
};
use crate::core::analysis::location::instance_group;
use crate::core::kops::dry_run::Resource;
use crate::core::text::prose::counted;

pub(super) const RULES: &[FindingRule] = rules! {
    Danger "control-plane-resized": Each(control_plane_resized) => {
        why: "each control-plane instance, and the etcd member on it, is replaced by the next rolling update; a single one means the API is away meanwhile",
        remedy: "check the new type's memory for etcd and the API; roll one instance at a time with `kops rolling-update cluster --name=CLUSTER --yes`",
    }
    Danger "control-plane-member-added": When(
        |context, resource| context.runs && creates(resource, "AutoscalingGroup") && is_control_plane(context, resource),
        "the control plane gets one more instance group"
    ) => {
        why: "an instance group joins the control plane of a cluster that runs: the number of etcd members changes",
        remedy: "check that a backup of etcd exists, and follow kops's guide from one to three control-plane instances",
    }
    Warning "machine-type-changed": Each(machine_type_changed) => {
        why: "every instance of the group is replaced by the next rolling update",
        remedy: "check that the type is offered in the group's zones and fits the image's architecture",
    }
    Warning "spot-requested": Each(spot_requested) => {
        why: "AWS may take a Spot Instance back with two minutes' notice",
        remedy: "check maxPrice and mixedInstancesPolicy of the instance group; keep the control plane on demand",
    }
    Warning "control-plane-rolls": Whole(|context| rolls(context, true, "of the control plane")) => {
        why: "kops changes only the launch template; each control-plane instance keeps what it has until a rolling update replaces it, and its etcd member with it",
        remedy: "after applying: `kops rolling-update cluster --name=CLUSTER --yes`, which replaces one control-plane instance at a time",
    }
    Note "rolling-update-needed": Whole(|context| rolls(context, false, "of nodes")) => {
        why: "kops changes only the launch template; running instances stay as they are",
        remedy: "after applying: `kops rolling-update cluster --name=CLUSTER --yes`",
    }
};

// A launch template of a group that is still to be created has no instances yet.
fn type_change<'a>(
    context: &RuleContext<'_>,
    resource: &'a Resource,
) -> Option<(&'a str, &'a str)> {
    let template = modifies(resource, "LaunchTemplate");
    let change = resource.changed("InstanceType").filter(|_| template)?;
    context.has_instances(resource).then_some(change)
}

fn control_plane_resized(context: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let (old, new) =
        type_change(context, resource).filter(|_| is_control_plane(context, resource))?;
    Some(format!(
        "the control plane's instance type changes: {old} -> {new}"
    ))
}

fn machine_type_changed(context: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let (old, new) =
        type_change(context, resource).filter(|_| !is_control_plane(context, resource))?;
    Some(format!("the instance type changes: {old} -> {new}"))
}

// kops names the control plane's groups GROUP.masters.CLUSTER (pkg/model/names.go).
fn is_control_plane(context: &RuleContext<'_>, resource: &Resource) -> bool {
    resource.name.raw().contains(".masters.")
        || instance_group(resource, context.cluster).is_some_and(is_control_plane_name)
}

fn spot_requested(_: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let template = modifies(resource, "LaunchTemplate");
    let (old, new) = resource.changed("SpotPrice").filter(|_| template)?;
    let unset = |price: &str| matches!(price, "" | "<nil>");
    (unset(old) && !unset(new))
        .then(|| format!("instances become Spot Instances, up to {new} USD an hour"))
}

// Every change of a launch template is a new version, which kops rolling-update tells from the running one.
fn rolls(context: &RuleContext<'_>, control_plane: bool, which: &str) -> Vec<RuleMatch> {
    let resources = context.dry_run.resources.iter().enumerate();
    let templates = resources.filter(|(_, resource)| {
        modifies(resource, "LaunchTemplate")
            && context.has_instances(resource)
            && is_control_plane(context, resource) == control_plane
    });
    let templates: Vec<_> = templates.collect();
    let groups = counted(templates.len(), "instance group");
    let instances = instances(context, &templates);
    let message = format!("a rolling update replaces {groups} {which}{instances}");
    let found = templates.into_iter().map(|(at, _)| RuleMatch {
        resource: Some(at),
        message: message.clone(),
        advice: None,
    });
    found.collect()
}

/// How many instances these groups have by the spec, such as `: 3 to 9 instances`; empty without the spec.
fn instances(context: &RuleContext<'_>, templates: &[(usize, &Resource)]) -> String {
    let sizes = templates.iter().map(|(_, template)| {
        let name = instance_group(template, context.cluster)?;
        let group = context.groups.iter().find(|group| group.name == name)?;
        Some((group.min?, group.max?))
    });
    let sizes: Option<Vec<_>> = sizes.collect();
    let Some(sizes) = sizes.filter(|sizes| !sizes.is_empty()) else {
        return String::new();
    };
    let (min, max) = sizes
        .iter()
        .fold((0_u32, 0_u32), |(min, max), (low, high)| {
            (min.saturating_add(*low), max.saturating_add(*high))
        });
    if min == max {
        return format!(": {}", counted(min, "instance"));
    }
    format!(": {min} to {max} instances")
}
