//! Volumes.

use super::Applies::Each;
use super::{Facts, Rule, Severity};
use crate::core::review::{Action, Resource};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "volume-encryption-removed",
        severity: Severity::Danger,
        why: "data that was encrypted at rest no longer is, on every volume made from now on",
        remedy: "set encryptedVolume or rootVolume.encryption back to true in the spec",
        applies: Each(encryption_removed),
    },
    Rule {
        id: "volume-not-encrypted",
        severity: Severity::Warning,
        why: "etcd's volumes hold every secret of the cluster, root volumes its credentials",
        remedy: "set encryptedVolume or rootVolume.encryption to true in the spec",
        applies: Each(not_encrypted),
    },
];

const FIELDS: [&str; 2] = ["Encrypted", "RootVolumeEncryption"];

fn encryption_removed(_: &Facts<'_>, resource: &Resource) -> Option<String> {
    let removed = |name: &&str| {
        let change = resource.changed(name);
        change.is_some_and(|(old, new)| old == "true" && new != "true")
    };
    let message = |_| "the volume is no longer encrypted".to_owned();
    FIELDS.iter().find(|name| removed(name)).map(message)
}

fn not_encrypted(_: &Facts<'_>, resource: &Resource) -> Option<String> {
    let plain = |name: &&str| resource.new_value(name) == Some("false");
    let created = resource.action == Action::Create;
    let message = |_| "the volume is created without encryption".to_owned();
    FIELDS
        .iter()
        .find(|name| created && plain(name))
        .map(message)
}
