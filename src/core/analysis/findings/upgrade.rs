//! What the instances run: the version of Kubernetes, and the image.

use super::Applies::{Each, EachOfKey};
use super::{FindingRule, FindingSeverity, RuleContext, SPEC, diff_sides, modifies};
use crate::core::kops::control_plane::SeenControlPlane;
use crate::core::kops::dry_run::{DryRun, Resource};
use crate::core::version::parse_version;

pub(super) const RULES: &[FindingRule] = rules! {
    Danger "kubernetes-downgraded": Each(downgraded) => {
        why: "Kubernetes supports no way back: what a newer API server wrote into etcd an older one may not read",
        remedy: "go forward to a patch that fixes the problem, or restore etcd from a backup of before the upgrade",
    }
    Danger "kubernetes-minor-skipped": Each(minor_skipped) => {
        why: "Kubernetes supports one minor version at a time; nodes and add-ons in between are not tested together",
        remedy: "upgrade to the next minor version first, and roll every instance before the one after it",
    }
    Danger "control-plane-not-seen": EachOfKey("kubernetesVersion", not_seen) => {
        why: "a node that starts before the control plane runs the new version cannot join: its kubelet must not be newer than the API server. kops holds the nodes back only while it sees the control plane run the older version",
        remedy: "let kops see it, then ask again: `kops export kubeconfig --name=CLUSTER --admin` makes the context that kops looks for, --use-kubeconfig names another file, and the API must be within reach (VPN)",
    }
    Warning "kubernetes-version-changed": EachOfKey("kubernetesVersion", version_changed) => {
        why: "every instance of the cluster is replaced in two rounds, the control plane first; while kops sees it run the older version it holds the nodes at that version",
        remedy: "read the version's notes; apply, replace the control plane (`kops rolling-update cluster --name=CLUSTER --instance-group-roles=control-plane,apiserver --yes`), update once more, then replace the nodes",
    }
    Warning "image-changed": Each(image_changed) => {
        why: "every instance of the group is replaced by the next rolling update",
        remedy: "check that the image exists in the region and has the instance type's architecture",
    }
};

/// From which version to which, when kops's copy of the spec tells.
fn versions(resource: &Resource) -> Option<(&str, &str)> {
    if !modifies(resource, "ManagedFile") || resource.name.raw() != SPEC {
        return None;
    }
    let (added, removed) = diff_sides(resource, "Contents");
    Some((named(&removed)?, named(&added)?))
}

fn named<'a>(lines: &[&'a str]) -> Option<&'a str> {
    let mut lines = lines.iter();
    lines.find_map(|line| line.trim().strip_prefix("kubernetesVersion: "))
}

/// Major, minor and patch; what follows is no matter.
fn numbers(version: &str) -> Option<(u64, u64, u64)> {
    let version = parse_version(version.trim_matches(['"', '\'']))?;
    Some((version.major, version.minor, version.patch))
}

fn downgraded(context: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let (old, new) = versions(resource).filter(|_| context.runs)?;
    (numbers(new)? < numbers(old)?).then(|| format!("Kubernetes goes back from {old} to {new}"))
}

fn minor_skipped(context: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let (old, new) = versions(resource).filter(|_| context.runs)?;
    let ((major, minor, _), (new_major, new_minor, _)) = (numbers(old)?, numbers(new)?);
    let skipped = new_major == major && new_minor > minor + 1;
    skipped.then(|| format!("Kubernetes goes from {old} to {new}, over a minor version"))
}

/// From which Kubernetes version to which a dry run goes, as the text of kops's own copy of the spec tells; absent when
/// the version stays.
pub fn kubernetes_change(dry_run: &DryRun) -> Option<(&str, &str)> {
    dry_run.resources.iter().find_map(versions)
}

/// Whether the second version is of a newer minor version, or of a newer major one.
pub fn is_minor_upgrade(old: &str, new: &str) -> bool {
    let minor = |version| numbers(version).map(|(major, minor, _)| (major, minor));
    minor(old)
        .zip(minor(new))
        .is_some_and(|(old, new)| new > old)
}

fn not_seen(context: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let (old, new) = versions(resource).filter(|_| context.runs)?;
    let seen = &context.dry_run.control_plane;
    let why = match seen {
        SeenControlPlane::NotSeen(why) => {
            format!("kops does not see the running control plane: {}", why.raw())
        }
        SeenControlPlane::Runs(_) if seen.holds_nodes_at(new).is_none() => {
            "kops sees no node of the control plane that runs an older version".to_owned()
        }
        SeenControlPlane::Runs(_) | SeenControlPlane::Unsaid => return None,
    };
    is_minor_upgrade(old, new).then(|| {
        format!("Kubernetes goes from {old} to {new}, and the nodes get {new} at once: {why}")
    })
}

fn version_changed(context: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let (old, new) = versions(resource).filter(|_| context.runs)?;
    let most_severe = [downgraded, minor_skipped, not_seen];
    if most_severe
        .iter()
        .any(|rule| rule(context, resource).is_some())
    {
        return None;
    }
    let held = match context.dry_run.control_plane.holds_nodes_at(new) {
        Some(held) => {
            format!("; kops holds the nodes at {held} until the control plane is replaced")
        }
        None => String::new(),
    };
    Some(format!("Kubernetes goes from {old} to {new}{held}"))
}

fn image_changed(context: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let template = modifies(resource, "LaunchTemplate");
    let (old, new) = resource.changed("ImageID").filter(|_| template)?;
    let replaced = context.has_instances(resource);
    replaced.then(|| format!("the image changes: {old} -> {new}"))
}
