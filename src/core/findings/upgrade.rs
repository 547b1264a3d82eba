//! What the machines run: the version of Kubernetes, and the image.

use super::Applies::Each;
use super::{Facts, Rule, SPEC, Severity, diff_sides, is};
use crate::core::review::{Action, Resource};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "kubernetes-downgraded",
        severity: Severity::Danger,
        why: "Kubernetes supports no way back: what a newer API server wrote into etcd an older one may not read",
        remedy: "go forward to a patch that mends the problem, or restore etcd from a backup of before the upgrade",
        applies: Each(downgraded),
    },
    Rule {
        id: "kubernetes-minor-skipped",
        severity: Severity::Danger,
        why: "Kubernetes supports one minor version at a time; nodes and add-ons in between are not tested together",
        remedy: "upgrade to the next minor version first, and roll every machine before the one after it",
        applies: Each(minor_skipped),
    },
    Rule {
        id: "kubernetes-version-changed",
        severity: Severity::Warning,
        why: "every machine of the cluster is replaced by the next rolling update; kops holds the nodes back until the control plane runs the new version",
        remedy: "read the version's notes; apply, then kops rolling-update cluster, then both once more for the nodes",
        applies: Each(version_changed),
    },
    Rule {
        id: "image-changed",
        severity: Severity::Warning,
        why: "every machine of the group is replaced by the next rolling update",
        remedy: "check that the image exists in the region and has the machine type's architecture",
        applies: Each(image_changed),
    },
];

/// From which version to which, when kops's copy of the spec tells.
fn versions(resource: &Resource) -> Option<(&str, &str)> {
    if !is(resource, Action::Modify, "ManagedFile") || resource.name.raw() != SPEC {
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
fn numbers(version: &str) -> Option<(u32, u32, u32)> {
    let version = version.trim_matches(['"', '\'', 'v']);
    let mut parts = version.split(['.', '-', '+']).map(str::parse);
    Some((
        parts.next()?.ok()?,
        parts.next()?.ok()?,
        parts.next()?.ok()?,
    ))
}

fn downgraded(_: &Facts<'_>, resource: &Resource) -> Option<String> {
    let (old, new) = versions(resource)?;
    (numbers(new)? < numbers(old)?).then(|| format!("Kubernetes goes back from {old} to {new}"))
}

fn minor_skipped(_: &Facts<'_>, resource: &Resource) -> Option<String> {
    let (old, new) = versions(resource)?;
    let ((major, minor, _), (new_major, new_minor, _)) = (numbers(old)?, numbers(new)?);
    let skipped = new_major == major && new_minor > minor + 1;
    skipped.then(|| format!("Kubernetes goes from {old} to {new}, over a minor version"))
}

fn version_changed(facts: &Facts<'_>, resource: &Resource) -> Option<String> {
    let (old, new) = versions(resource)?;
    let graver = downgraded(facts, resource).or_else(|| minor_skipped(facts, resource));
    graver
        .is_none()
        .then(|| format!("Kubernetes goes from {old} to {new}"))
}

fn image_changed(_: &Facts<'_>, resource: &Resource) -> Option<String> {
    let template = is(resource, Action::Modify, "LaunchTemplate");
    let (old, new) = resource.changed("ImageID").filter(|_| template)?;
    Some(format!("the image changes: {old} -> {new}"))
}
