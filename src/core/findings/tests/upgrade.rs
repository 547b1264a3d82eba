//! The version of Kubernetes.

use super::*;

fn goes(old: &str, new: &str) -> Vec<String> {
    let mut text = format!("{MODIFY}\n  ManagedFile/cluster-completed.spec\n");
    let _ = writeln!(text, "  \t{:<20}", "Contents");
    for line in [
        format!("+   kubernetesVersion: {new}"),
        format!("-   kubernetesVersion: {old}"),
        String::new(),
    ] {
        let _ = writeln!(text, "  \t{:<20}\t{line}", "");
    }
    told_of(&format!("{text}\n"))
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
