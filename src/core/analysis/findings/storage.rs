//! Volumes, and what is on them.

use super::Applies::{Each, When};
use super::{FindingRule, FindingSeverity, RuleContext, creates};
use crate::core::kops::dry_run::{ChangeAction, Resource};

pub(super) const RULES: &[FindingRule] = rules! {
    Danger "volume-encryption-removed": When(
        |_, resource| {
            let plain = |field: &str| resource.new_value(field) != Some("true");
            ENCRYPTION.iter().any(|field| was_encrypted(resource, field) && plain(field))
        },
        "the volume is no longer encrypted"
    ) => {
        why: "data that was encrypted at rest no longer is, on every volume made from now on",
        remedy: "set encryptedVolume or rootVolume.encryption back to true in the spec",
    }
    Danger "etcd-volume-changed": Each(etcd_volume_changed) => {
        why: "etcd keeps the cluster's state on this volume",
        remedy: "check that a backup of etcd exists before applying",
    }
    Danger "etcd-volume-added": When(
        |context, resource| context.runs && creates(resource, "EBSVolume") && is_etcd_volume(resource),
        "an etcd volume is created in a cluster that runs"
    ) => {
        why: "a cluster that runs gets an etcd member more, or one in place of another, with nothing on its volume",
        remedy: "check etcdClusters in the spec; a backup of etcd must exist before applying",
    }
    Warning "volume-not-encrypted": When(
        |_, resource| {
            let plain = |field: &str| resource.new_value(field) == Some("false");
            ENCRYPTION.iter().any(|field| plain(field) && !was_encrypted(resource, field))
        },
        "the volume is not encrypted"
    ) => {
        why: "etcd's volumes hold every secret of the cluster, root volumes its credentials",
        remedy: "set encryptedVolume or rootVolume.encryption to true in the spec",
    }
};

const ENCRYPTION: [&str; 2] = ["Encrypted", "RootVolumeEncryption"];

fn was_encrypted(resource: &Resource, field: &str) -> bool {
    resource
        .changed(field)
        .is_some_and(|(old, _)| old == "true")
}

// kops names an etcd volume MEMBER.etcd-main.CLUSTER (pkg/model/master_volumes.go).
fn is_etcd_volume(resource: &Resource) -> bool {
    resource.kind == "EBSVolume" && resource.name.raw().contains(".etcd-")
}

fn etcd_volume_changed(_: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let fields = resource.fields.iter().filter(|field| field.name != "Tags");
    let names: Vec<_> = fields.map(|field| field.name.as_str()).collect();
    let changed =
        resource.action == ChangeAction::Modify && is_etcd_volume(resource) && !names.is_empty();
    changed.then(|| format!("an etcd volume is changed: {}", names.join(", ")))
}
