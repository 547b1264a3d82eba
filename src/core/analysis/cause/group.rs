//! Machines: what follows from an instance group's document.

use super::{At, CauseRule, SpecText};
use crate::core::kops::dry_run::Resource;

pub(super) const RULES: &[CauseRule] = causes! {
    "AutoscalingGroup" | "AutoscalingLifecycleHook" | "LaunchTemplate" | "WarmPool" | "Instance" =>
        |spec, resource| spec.group_of(resource).into_iter().collect(),
        else "the spec has no instance group of this name";
    "IAMInstanceProfile" | "IAMInstanceProfileRole" | "IAMRole" => role,
        else "the spec has no instance group of this role";
    "IAMRolePolicy" => policy, else "kops makes a policy for each role by itself";
    "IAMOIDCProvider" => |spec, _| spec.first(&[&["serviceAccountIssuerDiscovery"], &["iam"]]),
        else "kops makes the provider for its service accounts";
};

/// kops's field of a launch template or an Auto Scaling group, and the field of the instance group that it follows from.
const FIELDS: [(&str, &str); 16] = [
    ("InstanceType", "machineType"),
    ("ImageID", "image"),
    ("MinSize", "minSize"),
    ("MaxSize", "maxSize"),
    ("RootVolumeSize", "rootVolumeSize"),
    ("RootVolumeType", "rootVolumeType"),
    ("RootVolumeIops", "rootVolumeIops"),
    ("RootVolumeEncryption", "rootVolumeEncryption"),
    ("SpotPrice", "maxPrice"),
    ("SecurityGroups", "additionalSecurityGroups"),
    ("Subnets", "subnets"),
    ("AssociatePublicIP", "associatePublicIp"),
    ("Tags", "cloudLabels"),
    ("HTTPTokens", "instanceMetadata"),
    ("MixedOnDemandBase", "mixedInstancesPolicy"),
    ("MixedInstanceOverrides", "mixedInstancesPolicy"),
];

/// The fields of the instance group that these fields of the resource follow from, as far as the spec has them.
pub(super) fn find_fields(spec: &SpecText<'_>, resource: &Resource, fields: &[&str]) -> Vec<At> {
    let Some(group) = spec.group_of(resource) else {
        return Vec::new();
    };
    fields
        .iter()
        .filter_map(|field| {
            let (_, key) = FIELDS.iter().find(|(known, _)| known == field)?;
            spec.outline.child(group, key)
        })
        .collect()
}

fn role(spec: &SpecText<'_>, resource: &Resource) -> Vec<At> {
    let name = resource.name.raw();
    let roles: &[&str] = match name.split('.').next() {
        Some("masters") => &["Master", "ControlPlane"],
        Some("nodes") => &["Node"],
        Some("bastions") => &["Bastion"],
        _ => return spec.first(&[&["iam"]]),
    };
    let groups = spec.role(roles);
    if groups.is_empty() {
        return spec.first(&[&["iam"]]);
    }
    groups
}

// kops names a policy of the spec's own `additional.ROLE.CLUSTER`, and what attaches external ones `ROLE-policyoverride`.
fn policy(spec: &SpecText<'_>, resource: &Resource) -> Vec<At> {
    let name = resource.name.raw();
    let list_of_role = |list: &str, role: &str| {
        let roles: &[&str] = if role.starts_with("master") {
            &["master", "control-plane"]
        } else if role.starts_with("node") {
            &["node"]
        } else {
            &["bastion"]
        };
        let exact = roles.iter().find_map(|role| spec.key(&[list, role]));
        exact.or_else(|| spec.key(&[list]))
    };
    let exact = if let Some(role) = name.strip_prefix("additional.") {
        list_of_role("additionalPolicies", role)
    } else if name.ends_with("-policyoverride") {
        list_of_role("externalPolicies", name)
    } else {
        None
    };
    match exact {
        Some(at) => vec![at],
        None => spec.first(&[&["iam"]]),
    }
}
