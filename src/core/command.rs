//! The kops commands that kopswain runs, as argument arrays; shown exactly as run.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::control_plane::SAY_IT;
use super::untrusted::visible;

/// One kops invocation: arguments after the program's name, never read by a shell.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CommandLine {
    pub args: Vec<String>,
}

/// How a cluster that exists is changed, command by command, from the answers file that it was made with.
pub fn to_change(cluster: &str) -> String {
    let name = visible(cluster);
    format!(
        "kopswain plan answers.yml --out cluster_spec.yml, kops replace -f cluster_spec.yml --force, then kopswain review {name} to see and apply it"
    )
}

impl CommandLine {
    fn of(args: &[&str]) -> Self {
        Self {
            args: args.iter().map(ToString::to_string).collect(),
        }
    }

    /// `kops create -f SPEC`: writes the spec into the state store.
    pub fn create(spec: &str) -> Self {
        Self::of(&["create", "-f", spec])
    }

    /// `kops create secret … sshpublickey admin -i KEY`: adds the SSH public key to the state store.
    pub fn ssh_public_key(cluster: &str, key: &str) -> Self {
        Self::of(&[
            "create",
            "secret",
            "--name",
            cluster,
            "sshpublickey",
            "admin",
            "-i",
            key,
        ])
    }

    /// `kops update cluster NAME`: the dry run of a new cluster, which has no control plane that kops could look at.
    pub fn update(cluster: &str) -> Self {
        Self::of(&["update", "cluster", cluster])
    }

    /// `kops update cluster NAME --yes`: makes a new cluster, and exports its kubeconfig.
    pub fn update_yes(cluster: &str) -> Self {
        Self::of(&["update", "cluster", cluster, "--yes"])
    }

    /// The dry run of a cluster that exists: kops says what it sees of the running control plane.
    pub fn update_existing(cluster: &str) -> Self {
        Self::of(&["update", "cluster", cluster, SAY_IT])
    }

    /// Changes a cluster that exists. kops looks at the control plane through the person's kubeconfig, as in the dry run,
    /// and exports none into it.
    pub fn update_existing_yes(cluster: &str) -> Self {
        let words = ["--yes", "--create-kube-config=false", SAY_IT];
        Self::of(&[&["update", "cluster", cluster], words.as_slice()].concat())
    }

    /// `kops rolling-update cluster NAME`: which machines it would replace; `cloud_only`: without the Kubernetes API.
    pub fn rolling_update(cluster: &str, cloud_only: bool) -> Self {
        let mut line = Self::of(&["rolling-update", "cluster", cluster]);
        if cloud_only {
            line.args.push("--cloudonly".to_owned());
        }
        line
    }

    /// `kops rolling-update cluster NAME --yes`: replaces machines; shown to be copied, never run.
    pub fn rolling_update_yes(cluster: &str) -> Self {
        Self::of(&["rolling-update", "cluster", cluster, "--yes"])
    }

    /// `kops update cluster NAME --prune`: what an update leaves until it is told to delete it; shown to be copied.
    pub fn prune(cluster: &str) -> Self {
        Self::of(&["update", "cluster", cluster, "--prune"])
    }

    /// The same for the control plane alone; the roles are those of kops's own order (`cmd/kops/reconcile_cluster.go`).
    pub fn roll_control_plane_yes(cluster: &str) -> Self {
        let roles = "--instance-group-roles=control-plane,apiserver";
        Self::of(&["rolling-update", "cluster", cluster, roles, "--yes"])
    }

    /// `kops get all --name NAME -o yaml`: the spec as the state store has it.
    pub fn get_all(cluster: &str) -> Self {
        Self::of(&["get", "all", "--name", cluster, "-o", "yaml"])
    }

    /// `kops get sshpublickeys --name NAME -o yaml`: the keys that the cluster has.
    pub fn list_keys(cluster: &str) -> Self {
        Self::of(&["get", "sshpublickeys", "--name", cluster, "-o", "yaml"])
    }

    /// `kops delete cluster NAME`: what would be deleted; without `--yes` nothing is.
    pub fn delete(cluster: &str) -> Self {
        Self::of(&["delete", "cluster", cluster])
    }

    /// `kops validate cluster NAME -o json`; `use_kubeconfig`: through the file that `KUBECONFIG` names (kops 1.36.2 has a
    /// flag for the file too, but never reads it).
    pub fn validate(cluster: &str, use_kubeconfig: bool) -> Self {
        let mut line = Self::of(&["validate", "cluster", cluster, "-o", "json"]);
        if use_kubeconfig {
            line.args.push("--use-kubeconfig".to_owned());
        }
        line
    }

    /// Whether this look at the machines asks the Kubernetes API.
    pub fn asks_kubernetes(&self) -> bool {
        let rolling = self.args.first().is_some_and(|arg| arg == "rolling-update");
        rolling && !self.args.iter().any(|arg| arg == "--cloudonly")
    }

    /// Whether this command changes AWS.
    pub fn changes_aws(&self) -> bool {
        self.args.iter().any(|arg| arg == "--yes")
    }
}

impl fmt::Display for CommandLine {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("kops")?;
        for arg in &self.args {
            write!(out, " {}", quoted(arg))?;
        }
        Ok(())
    }
}

// The line is for people to copy into a shell, so anything but the plainest characters is quoted.
fn quoted(arg: &str) -> String {
    let plain =
        |character: char| character.is_ascii_alphanumeric() || "-_./:@=+,%".contains(character);
    if !arg.is_empty() && arg.chars().all(plain) {
        arg.to_owned()
    } else {
        format!(
            "'{}'",
            super::untrusted::visible(arg).replace('\'', "'\\''")
        )
    }
}
