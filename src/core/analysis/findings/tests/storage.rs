//! Volumes.

use super::*;

#[test]
fn volumes_without_encryption_are_named() {
    let plain = [("RootVolumeEncryption", " true -> false")];
    assert_eq!(
        messages(MODIFY, "LaunchTemplate/nodes.c.example.com", &plain),
        [
            "danger volume-encryption-removed: the volume is no longer encrypted",
            ROLLING
        ]
    );
    let volume = "EBSVolume/a.etcd-main.c.example.com";
    assert_eq!(
        messages(CREATE, volume, &[("Encrypted", "false")]),
        [
            "danger etcd-volume-added: an etcd volume is created in a cluster that runs",
            "warning volume-not-encrypted: the volume is not encrypted"
        ]
    );
    assert_eq!(
        messages(MODIFY, volume, &[("SizeGB", " 20 -> 40")]),
        ["danger etcd-volume-changed: an etcd volume is changed: SizeGB"]
    );
}
