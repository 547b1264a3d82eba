//! What kops saw of the running control plane while it made a dry run or applied one: it decides which version the nodes get.

use crate::core::kops::klog::klog;
use crate::core::text::untrusted::Untrusted;
use crate::core::text::yaml::readable_documents;

/// What `kops update cluster` saw when it listed the control plane's nodes through the kubeconfig context that is named
/// like the cluster. While it sees an older version than the spec's, it gives the worker groups that older version; in
/// every other case all groups get the spec's version (`checkControlPlaneRunningVersion` in `cmd/kops/update_cluster.go`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum SeenControlPlane {
    /// kops printed nothing: before 1.31 it does not check, and later versions log it at this level only.
    #[default]
    Unsaid,
    /// The oldest version of its kubelets, without a leading `v`; the spec's own when none is older.
    Runs(Untrusted),
    /// kops could not look, and why.
    NotSeen(Untrusted),
}

/// kops logs it in this file only at this level: klog's `--vmodule`, which leaves the rest
/// of the log as it is.
pub const LOG_CONTROL_PLANE: &str = "--vmodule=update_cluster=2";

/// The file of kops that checks.
const FILE: &str = "update_cluster.go:";

/// kops 1.34 and newer, and 1.31 to 1.33.
const FOUND: [&str; 2] = [
    "found control plane running version: ",
    "successfully checked control plane running version: ",
];
const FAILED: &str =
    "error checking control plane running version, assuming no k8s upgrade in progress: ";

impl SeenControlPlane {
    /// What one line of kops's log says about it; absent when the line is about something else.
    pub fn from_line(line: &str) -> Option<Self> {
        let entry = klog(line).filter(|entry| entry.place.starts_with(FILE))?;
        let version = FOUND
            .iter()
            .find_map(|words| entry.message.strip_prefix(words));
        match version {
            Some(version) => Some(Self::Runs(version.trim_start_matches('v').into())),
            None => Some(Self::NotSeen(entry.message.strip_prefix(FAILED)?.into())),
        }
    }

    /// What the standard error of one kops command says about it.
    pub fn from_log(stderr: &str) -> Self {
        stderr.lines().find_map(Self::from_line).unwrap_or_default()
    }

    /// Its value as a fact of an approval: what kops's result depends on. Why kops could not look is left out: the words
    /// hold ports and addresses that change from look to look, and the result does not depend on them.
    pub fn fact(&self) -> String {
        match self {
            Self::Unsaid => "kops does not say".to_owned(),
            Self::Runs(version) => version.raw().to_owned(),
            Self::NotSeen(_) => "not seen by kops".to_owned(),
        }
    }

    /// One sentence without a full stop, shown.
    pub fn words(&self) -> String {
        match self {
            Self::Unsaid => {
                "kops does not say whether it sees the running control plane".to_owned()
            }
            Self::Runs(version) => format!("kops sees the control plane run {version}"),
            Self::NotSeen(why) => format!("kops does not see the running control plane: {why}"),
        }
    }

    /// The version that the worker groups keep although the spec asks for another, raw; absent when they get the spec's.
    pub fn holds_nodes_at(&self, spec_version: &str) -> Option<&str> {
        match self {
            // The same comparison as in `upup/pkg/fi/cloudup/apply_cluster.go`.
            Self::Runs(version) if !spec_version.ends_with(version.raw()) => Some(version.raw()),
            _ => None,
        }
    }
}

/// The Kubernetes version that a spec asks for; absent when it names none.
pub fn version_of(spec: &str) -> Option<String> {
    readable_documents(spec).find_map(|value| {
        let version = value.get("spec")?.get("kubernetesVersion")?.as_str()?;
        Some(version.to_owned())
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const BEFORE: &str = "W1128 21:40:00.000001   25129 loader.go:222] Config not found: /none\n";

    #[test]
    fn what_every_kops_says_is_read() {
        let line = |level: char, message: &str| {
            format!(
                "{BEFORE}{level}1128 21:40:00.000002   25129 update_cluster.go:364] {message}\n"
            )
        };
        let runs = SeenControlPlane::Runs("1.34.0".into());
        let failed = "error checking control plane running version, assuming no k8s upgrade in progress: cannot list";
        for (log, expected) in [
            (
                line('I', "found control plane running version: 1.34.0"),
                &runs,
            ),
            (
                line(
                    'I',
                    "successfully checked control plane running version: v1.34.0",
                ),
                &runs,
            ),
            (
                line('I', failed),
                &SeenControlPlane::NotSeen("cannot list".into()),
            ),
            (
                line('W', failed),
                &SeenControlPlane::NotSeen("cannot list".into()),
            ),
            (BEFORE.to_owned(), &SeenControlPlane::Unsaid),
            (
                line('I', "Exporting kubeconfig for cluster"),
                &SeenControlPlane::Unsaid,
            ),
        ] {
            assert_eq!(&SeenControlPlane::from_log(&log), expected, "{log}");
        }
    }

    #[test]
    fn another_file_of_kops_cannot_say_it() {
        let line = "I1128 21:40:00.000002   25129 executor.go:113] found control plane running version: 1.34.0";
        assert_eq!(SeenControlPlane::from_line(line), None);
    }

    #[test]
    fn nodes_are_held_only_at_a_version_that_was_seen_and_is_not_the_specs() {
        let runs = SeenControlPlane::Runs("1.34.0".into());
        assert_eq!(runs.holds_nodes_at("1.35.0"), Some("1.34.0"));
        assert_eq!(runs.holds_nodes_at("v1.34.0"), None);
        let not_seen = SeenControlPlane::NotSeen("no such host".into());
        for other in [not_seen, SeenControlPlane::Unsaid] {
            assert_eq!(other.holds_nodes_at("1.35.0"), None);
        }
    }

    #[test]
    fn why_it_was_not_seen_is_no_part_of_the_fact() {
        let [one, other] = ["dial tcp 10.0.0.1:40112: refused", "timeout"]
            .map(|why| SeenControlPlane::NotSeen(why.into()));
        assert_eq!(one.fact(), other.fact());
        assert_ne!(one.words(), other.words());
        assert_ne!(one.fact(), SeenControlPlane::Unsaid.fact());
    }

    #[test]
    fn the_version_of_a_spec_is_read() {
        let spec = "kind: Cluster\nspec: {kubernetesVersion: 1.35.0}\n---\nkind: InstanceGroup\nspec: {}\n";
        assert_eq!(version_of(spec).as_deref(), Some("1.35.0"));
        assert_eq!(version_of("kind: Cluster\n"), None);
    }
}
