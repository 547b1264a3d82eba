//! Volumes, and what is on them.

use super::Applies::Each;
use super::{FindingRule, FindingSeverity, RuleContext, is};
use crate::core::kops::dry_run::{ChangeAction, Resource};

pub(super) const RULES: &[FindingRule] = &[
    FindingRule {
        id: "volume-encryption-removed",
        severity: FindingSeverity::Danger,
        why: "data that was encrypted at rest no longer is, on every volume made from now on",
        remedy: "set encryptedVolume or rootVolume.encryption back to true in the spec",
        applies: Each(encryption_removed),
    },
    FindingRule {
        id: "etcd-volume-changed",
        severity: FindingSeverity::Danger,
        why: "etcd keeps the cluster's state on this volume",
        remedy: "check that a backup of etcd exists before applying",
        applies: Each(etcd_volume_changed),
    },
    FindingRule {
        id: "etcd-volume-added",
        severity: FindingSeverity::Danger,
        why: "a cluster that runs gets an etcd member more, or one in place of another, with nothing on its volume",
        remedy: "check etcdClusters in the spec; a backup of etcd must exist before applying",
        applies: Each(etcd_volume_added),
    },
    FindingRule {
        id: "volume-not-encrypted",
        severity: FindingSeverity::Warning,
        why: "etcd's volumes hold every secret of the cluster, root volumes its credentials",
        remedy: "set encryptedVolume or rootVolume.encryption to true in the spec",
        applies: Each(not_encrypted),
    },
];

const FIELDS: [&str; 2] = ["Encrypted", "RootVolumeEncryption"];

fn encryption_removed(_: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let removed = |name: &&str| {
        let change = resource.changed(name);
        change.is_some_and(|(old, new)| old == "true" && new != "true")
    };
    let message = |_| "the volume is no longer encrypted".to_owned();
    FIELDS.iter().find(|name| removed(name)).map(message)
}

fn not_encrypted(_: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let plain = |name: &&str| {
        let was = resource.changed(name).is_some_and(|(old, _)| old == "true");
        resource.new_value(name) == Some("false") && !was
    };
    let message = |_| "the volume is not encrypted".to_owned();
    FIELDS.iter().find(|name| plain(name)).map(message)
}

// kops names an etcd volume MEMBER.etcd-main.CLUSTER (pkg/model/master_volumes.go).
fn is_etcd_volume(resource: &Resource, action: ChangeAction) -> bool {
    is(resource, action, "EBSVolume") && resource.name.raw().contains(".etcd-")
}

fn etcd_volume_changed(_: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let fields = resource.fields.iter().filter(|field| field.name != "Tags");
    let names: Vec<_> = fields.map(|field| field.name.as_str()).collect();
    let changed = is_etcd_volume(resource, ChangeAction::Modify) && !names.is_empty();
    changed.then(|| format!("an etcd volume is changed: {}", names.join(", ")))
}

fn etcd_volume_added(context: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let added = is_etcd_volume(resource, ChangeAction::Create) && context.runs;
    added.then(|| "an etcd volume is created in a cluster that runs".to_owned())
}
