//! The version of Kubernetes.

use super::*;

fn goes(old: &str, new: &str) -> Vec<String> {
    goes_seen("", old, new)
}

/// The same with what kops says of the running control plane.
fn goes_seen(found: &str, old: &str, new: &str) -> Vec<String> {
    let log = match found {
        "" => String::new(),
        found => format!("I1128 21:40:00.000002   25129 update_cluster.go:364] {found}\n"),
    };
    let mut text = format!("{log}{MODIFY}\n  ManagedFile/cluster-completed.spec\n");
    let _ = writeln!(text, "  \t{:<20}", "Contents");
    for line in [
        format!("+   kubernetesVersion: {new}"),
        format!("-   kubernetesVersion: {old}"),
        String::new(),
    ] {
        let _ = writeln!(text, "  \t{:<20}\t{line}", "");
    }
    messages_in(&format!("{text}\n"))
}

#[test]
fn a_version_goes_one_minor_forward() {
    assert_eq!(
        goes("1.34.1", "1.35.0"),
        ["warning kubernetes-version-changed: Kubernetes goes from 1.34.1 to 1.35.0"]
    );
    assert_eq!(
        goes("1.34.1", "1.36.0"),
        [
            "danger kubernetes-minor-skipped: Kubernetes goes from 1.34.1 to 1.36.0, over a minor version"
        ]
    );
    assert_eq!(
        goes("1.34.10", "1.34.9"),
        ["danger kubernetes-downgraded: Kubernetes goes back from 1.34.10 to 1.34.9"]
    );
}

#[test]
fn a_version_of_another_form_still_changes() {
    assert_eq!(
        goes("https://example.com/a", "1.35.0"),
        [
            "warning kubernetes-version-changed: Kubernetes goes from https://example.com/a to 1.35.0"
        ]
    );
}

#[test]
fn nodes_that_kops_does_not_hold_back_are_a_danger() {
    let failed = "error checking control plane running version, assuming no k8s upgrade in progress: no such host";
    assert_eq!(
        goes_seen(failed, "1.34.0", "1.35.0"),
        [
            "danger control-plane-not-seen: Kubernetes goes from 1.34.0 to 1.35.0, and the nodes get 1.35.0 at once: kops does not see the running control plane: no such host"
        ]
    );
    assert_eq!(
        goes_seen(
            "found control plane running version: 1.35.0",
            "1.34.0",
            "1.35.0"
        ),
        [
            "danger control-plane-not-seen: Kubernetes goes from 1.34.0 to 1.35.0, and the nodes get 1.35.0 at once: kops sees no node of the control plane that runs an older version"
        ]
    );
    assert_eq!(
        goes_seen(
            "found control plane running version: 1.34.0",
            "1.34.0",
            "1.35.0"
        ),
        [
            "warning kubernetes-version-changed: Kubernetes goes from 1.34.0 to 1.35.0; kops holds the nodes at 1.34.0 until the control plane is replaced"
        ]
    );
    // A patch is no matter of skew.
    assert_eq!(
        goes_seen(failed, "1.34.0", "1.34.1"),
        ["warning kubernetes-version-changed: Kubernetes goes from 1.34.0 to 1.34.1"]
    );
    // A version that goes back has a danger of its own.
    assert_eq!(
        goes_seen(failed, "1.35.0", "1.34.0"),
        ["danger kubernetes-downgraded: Kubernetes goes back from 1.35.0 to 1.34.0"]
    );
}
