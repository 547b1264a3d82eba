//! What `kops rolling-update cluster` prints without `--yes`: which instances run an outdated configuration.

use crate::core::text::untrusted::Untrusted;

/// The table of one look, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RollingUpdate {
    pub groups: Vec<RollingUpdateGroup>,
    /// Absent when kops's last line, which says so, is missing.
    pub needed: Option<bool>,
    /// Lines that were not understood, in order; blank ones are left out.
    pub unread: Vec<Untrusted>,
}

/// One instance group of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollingUpdateGroup {
    pub name: Untrusted,
    /// kops's own word: `Ready` or `NeedsUpdate`.
    pub status: Untrusted,
    /// Instances that would be replaced.
    pub need_update: u32,
    /// Machines that are as they should be.
    pub ready: u32,
    pub min: u32,
    pub target: u32,
    pub max: u32,
    /// Machines that are nodes of the cluster; absent when kops asked the cloud only.
    pub nodes: Option<u32>,
}

// cmd/kops/rolling-update_cluster.go of kops 1.36.2.
const NEEDED: &str = "Must specify --yes to rolling-update.";
const NOT_NEEDED: &str = "No rolling-update required.";

/// Reads what kops printed on standard output.
pub fn parse(stdout: &str) -> RollingUpdate {
    let mut found = RollingUpdate::default();
    for line in stdout.lines().filter(|line| !line.trim().is_empty()) {
        let cells: Vec<&str> = line.split_whitespace().collect();
        match (line.trim(), group(&cells)) {
            (NEEDED, _) => found.needed = Some(true),
            (NOT_NEEDED, _) => found.needed = Some(false),
            (_, Some(group)) => found.groups.push(group),
            _ if cells.first() == Some(&"NAME") => {}
            (text, None) => found.unread.push(text.into()),
        }
    }
    found
}

fn group(cells: &[&str]) -> Option<RollingUpdateGroup> {
    let number = |at: usize| cells.get(at)?.parse().ok();
    if cells.len() > 8 {
        return None;
    }
    Some(RollingUpdateGroup {
        name: (*cells.first()?).into(),
        status: (*cells.get(1)?).into(),
        need_update: number(2)?,
        ready: number(3)?,
        min: number(4)?,
        target: number(5)?,
        max: number(6)?,
        nodes: match cells.get(7) {
            None => None,
            Some(nodes) => Some(nodes.parse().ok()?),
        },
    })
}

impl RollingUpdate {
    /// Instances that would be replaced.
    pub fn instances(&self) -> u32 {
        let groups = self.groups.iter().map(|group| group.need_update);
        groups.fold(0, u32::saturating_add)
    }

    /// Whether it is needed, and how much it would replace, in one sentence.
    pub fn sentence(&self) -> String {
        let groups = self.groups.iter().filter(|group| group.need_update > 0);
        match (self.needed, self.instances(), groups.count()) {
            (Some(false), ..) => {
                "No rolling update is needed: every instance is up to date.".to_owned()
            }
            (Some(true), instances, groups) => format!(
                "A rolling update is needed: {instances} {} in {groups} instance {} out of date.",
                if instances == 1 {
                    "instance"
                } else {
                    "instances"
                },
                match (groups, instances) {
                    (1, 1) => "group is",
                    (1, _) => "group are",
                    _ => "groups are",
                },
            ),
            (None, ..) => "kops did not say whether a rolling update is needed.".to_owned(),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::core::analysis::next_steps::*;
    use crate::core::cluster_name::ClusterName;
    use crate::core::kops::control_plane::SeenControlPlane;
    use crate::core::kops::copied::Copied;
    use crate::core::kops::dry_run::{DryRun, parse as parse_report};

    const NEEDS: &str = "NAME\t\t\t\tSTATUS\t\tNEEDUPDATE\tREADY\tMIN\tTARGET\tMAX\tNODES\ncontrol-plane-us-east-1a\tNeedsUpdate\t1\t\t0\t1\t1\t1\t1\nnodes-us-east-1a\t\tReady\t\t0\t\t2\t1\t2\t4\t0\n\nMust specify --yes to rolling-update.\n";

    fn group(
        need_update: u32,
        ready: u32,
        sizes: [u32; 3],
        nodes: Option<u32>,
    ) -> RollingUpdateGroup {
        let [min, target, max] = sizes;
        RollingUpdateGroup {
            name: "control-plane-us-east-1a".into(),
            status: if need_update > 0 {
                "NeedsUpdate"
            } else {
                "Ready"
            }
            .into(),
            need_update,
            ready,
            min,
            target,
            max,
            nodes,
        }
    }

    const SPEC: &str = "kind: Cluster\nspec: {kubernetesVersion: 1.35.0}\n";

    fn name() -> ClusterName {
        ClusterName::parse("a.example.com").unwrap()
    }

    fn commands(next: &NextSteps) -> Vec<&str> {
        next.steps
            .iter()
            .map(|step| step.command.as_str())
            .collect()
    }

    #[test]
    fn the_control_plane_is_replaced_before_the_nodes_are_updated() {
        let report = parse_report(include_str!(
            "../../../tests/fixtures/kops/update-image-and-version.stdout"
        ));
        let seen = SeenControlPlane::Runs("1.34.0".into());
        let next = next_steps(&name(), &Copied::default(), &seen, SPEC, &report);
        assert_eq!(
            next.why,
            "kops sees the control plane run 1.34.0 and holds the nodes there; the spec asks for 1.35.0."
        );
        assert_eq!(
            commands(&next),
            [
                "kops rolling-update cluster --name=a.example.com --instance-group-roles=control-plane,apiserver --yes",
                "kopswain review a.example.com",
                "kops rolling-update cluster --name=a.example.com --yes",
                "kops update cluster --name=a.example.com --prune",
            ]
        );
        // The same afterwards, when the version of the spec changes no more.
        let held = held_back(&name(), &Copied::default(), &seen, SPEC);
        assert_eq!(held.as_ref(), Some(&next));
        let done = SeenControlPlane::Runs("1.35.0".into());
        assert_eq!(held_back(&name(), &Copied::default(), &done, SPEC), None);
    }

    #[test]
    fn what_was_not_seen_is_replaced_control_plane_first() {
        let report = parse_report(include_str!(
            "../../../tests/fixtures/kops/update-image-and-version.stdout"
        ));
        let seen = SeenControlPlane::NotSeen("no such host".into());
        let next = next_steps(&name(), &Copied::default(), &seen, SPEC, &report);
        assert_eq!(
            commands(&next),
            [
                "kops rolling-update cluster --name=a.example.com --instance-group-roles=control-plane,apiserver --yes",
                "kops rolling-update cluster --name=a.example.com --yes",
                "kops update cluster --name=a.example.com --prune",
            ]
        );
        let plain = next_steps(&name(), &Copied::default(), &seen, SPEC, &DryRun::default());
        assert_eq!(plain.why, "");
        assert_eq!(
            commands(&plain),
            ["kops rolling-update cluster --name=a.example.com --yes"]
        );
    }

    #[test]
    fn the_table_is_read() {
        let found = parse(NEEDS);
        let nodes = RollingUpdateGroup {
            name: "nodes-us-east-1a".into(),
            ..group(0, 2, [1, 2, 4], Some(0))
        };
        assert_eq!(found.groups, [group(1, 0, [1, 1, 1], Some(1)), nodes]);
        assert_eq!((found.needed, found.instances()), (Some(true), 1));
        assert_eq!(
            found.sentence(),
            "A rolling update is needed: 1 instance in 1 instance group is out of date."
        );
    }

    #[test]
    fn without_the_kubernetes_api_no_nodes_are_counted() {
        let found = parse(
            "NAME\t\t\t\tSTATUS\tNEEDUPDATE\tREADY\tMIN\tTARGET\tMAX\ncontrol-plane-us-east-1a\tReady\t0\t\t1\t1\t1\t1\n\nNo rolling-update required.\n",
        );
        assert_eq!(found.groups, [group(0, 1, [1, 1, 1], None)]);
        assert_eq!(found.needed, Some(false));
    }

    #[test]
    fn what_is_not_understood_is_kept() {
        let found = parse("NAME STATUS\nwho knows\na b c d e f g h i\n");
        assert_eq!(
            found.unread,
            ["who knows".into(), "a b c d e f g h i".into()]
        );
        assert_eq!((found.needed, found.groups.len()), (None, 0));
        assert_eq!(
            found.sentence(),
            "kops did not say whether a rolling update is needed."
        );
    }
}
