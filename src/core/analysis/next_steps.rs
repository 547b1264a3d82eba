//! What is left to do after an update, in kops's own order.

use crate::core::analysis::findings::{is_minor_upgrade, kubernetes_change};
use crate::core::cluster_name::ClusterName;
use crate::core::kops::command::CommandLine;
use crate::core::kops::control_plane::{SeenControlPlane, version_of};
use crate::core::kops::copied::Copied;
use crate::core::kops::dry_run::DryRun;
use crate::core::text::untrusted::visible;

/// What is left to do after an update of a cluster that exists, in kops's own order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextSteps {
    /// Why the order matters, in one sentence; empty when there is one step only.
    pub why: String,
    pub steps: Vec<NextStep>,
}

/// One command to copy, shown, and what it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextStep {
    pub command: String,
    pub what: String,
}

impl NextStep {
    fn new(command: String, what: impl Into<String>) -> Self {
        Self {
            command,
            what: what.into(),
        }
    }
}

/// What is left after kops applied `report` (the approved one) with this view of the control plane; `spec` as the state
/// store has it. While the nodes are held back, an update of all groups and their rolling update follow the control
/// plane's own (`RunReconcileCluster` in `cmd/kops/reconcile_cluster.go`).
pub fn next_steps(
    cluster: &ClusterName,
    copied: &Copied,
    seen: &SeenControlPlane,
    spec: &str,
    dry_run: &DryRun,
) -> NextSteps {
    if let Some(held) = held_back(cluster, copied, seen, spec) {
        return held;
    }
    match kubernetes_change(dry_run).filter(|(old, new)| is_minor_upgrade(old, new)) {
        Some((_, new)) => NextSteps {
            why: format!(
                "Every instance group got {} at once: a node that starts before the control plane runs it cannot join, so replace the control plane first.",
                visible(new)
            ),
            steps: vec![
                roll_control_plane(cluster, copied),
                NextStep::new(
                    copied.kops(&CommandLine::rolling_update_yes(cluster)),
                    "then replace the nodes",
                ),
                prune(cluster, copied),
            ],
        },
        None => NextSteps {
            why: String::new(),
            steps: vec![NextStep::new(
                copied.kops(&CommandLine::rolling_update_yes(cluster)),
                "replace the instances that are out of date, if there are any",
            )],
        },
    }
}

/// What is left while kops holds the nodes at the version that it sees the control plane run; absent when it holds none.
/// A dry run shows no change of version then: it looks finished and is not.
pub fn held_back(
    cluster: &ClusterName,
    copied: &Copied,
    seen: &SeenControlPlane,
    spec: &str,
) -> Option<NextSteps> {
    let wanted = version_of(spec)?;
    let runs = visible(seen.holds_nodes_at(&wanted)?);
    let wanted = visible(&wanted);
    Some(NextSteps {
        why: format!(
            "kops sees the control plane run {runs} and holds the nodes there; the spec asks for {wanted}."
        ),
        steps: vec![
            roll_control_plane(cluster, copied),
            NextStep::new(
                copied.kopswain("review", cluster),
                format!("update again: the nodes get {wanted}"),
            ),
            NextStep::new(
                copied.kops(&CommandLine::rolling_update_yes(cluster)),
                "replace the nodes",
            ),
            prune(cluster, copied),
        ],
    })
}

fn roll_control_plane(cluster: &ClusterName, copied: &Copied) -> NextStep {
    NextStep::new(
        copied.kops(&CommandLine::roll_control_plane_yes(cluster)),
        "replace the control plane",
    )
}

fn prune(cluster: &ClusterName, copied: &Copied) -> NextStep {
    NextStep::new(
        copied.kops(&CommandLine::prune(cluster)),
        "list what is no longer used; --yes deletes it",
    )
}
