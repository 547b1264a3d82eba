//! The kops commands that kopswain runs, as argument arrays; shown exactly as run.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::control_plane::LOG_CONTROL_PLANE;
use crate::core::answers::SecretKind;
use crate::core::cluster_name::ClusterName;
use crate::core::text::untrusted::visible;

/// One kops invocation: arguments after the program's name, never read by a shell.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CommandLine {
    pub args: Vec<String>,
}

impl CommandLine {
    fn from_words(args: &[&str]) -> Self {
        Self {
            args: args.iter().map(ToString::to_string).collect(),
        }
    }

    // A verb with its object, the cluster's name, and options: none of the words holds a blank.
    fn about(cluster: &ClusterName, verb: &str, options: &str) -> Self {
        let (name, before) = (named(cluster), verb.split(' '));
        let words = before.chain([name.as_str()]);
        let words: Vec<_> = words.chain(options.split_whitespace()).collect();
        Self::from_words(&words)
    }

    // The same with a file at the end.
    fn with_file(mut self, path: &Path) -> Self {
        self.args.push(file(path));
        self
    }

    /// `kops create -f SPEC`: writes the spec into the state store.
    pub fn create(spec: &Path) -> Self {
        Self::from_words(&["create", "-f", &one_of_a_list(&file(spec))])
    }

    /// `kops create secret … sshpublickey admin -i KEY`: adds the SSH public key to the state store.
    pub fn ssh_public_key(cluster: &ClusterName, key: &Path) -> Self {
        Self::about(cluster, "create secret", "sshpublickey admin -i").with_file(key)
    }

    /// `kops create secret KIND -f FILE`: adds a secret to the state store; kops refuses one that is there.
    pub fn create_secret(cluster: &ClusterName, kind: SecretKind, path: &Path) -> Self {
        Self::about(cluster, &format!("create secret {}", kind.word()), "-f").with_file(path)
    }

    /// `kops update cluster --name=NAME`: the dry run of a new cluster, which has no control plane that kops could look at.
    pub fn update(cluster: &ClusterName) -> Self {
        Self::about(cluster, "update cluster", "")
    }

    /// `kops update cluster --name=NAME --yes`: makes a new cluster, and exports its kubeconfig.
    pub fn update_yes(cluster: &ClusterName) -> Self {
        Self::about(cluster, "update cluster", "--yes")
    }

    /// The dry run of a cluster that exists: kops logs what it sees of the running control plane.
    pub fn update_existing(cluster: &ClusterName) -> Self {
        Self::about(cluster, "update cluster", LOG_CONTROL_PLANE)
    }

    /// Changes a cluster that exists. kops reads the control plane through the person's kubeconfig, as in the dry run,
    /// and exports none into it.
    pub fn update_existing_yes(cluster: &ClusterName) -> Self {
        let options = format!("--yes --create-kube-config=false {LOG_CONTROL_PLANE}");
        Self::about(cluster, "update cluster", &options)
    }

    /// `kops rolling-update cluster --name=NAME`: which instances it would replace; `cloud_only`: without the Kubernetes
    /// API.
    pub fn rolling_update(cluster: &ClusterName, cloud_only: bool) -> Self {
        let options = if cloud_only { "--cloudonly" } else { "" };
        Self::about(cluster, "rolling-update cluster", options)
    }

    /// `kops rolling-update cluster --name=NAME --yes`: replaces instances; shown to be copied, never run.
    pub fn rolling_update_yes(cluster: &ClusterName) -> Self {
        Self::about(cluster, "rolling-update cluster", "--yes")
    }

    /// The same for the control plane alone; the roles are those of kops's own order (`cmd/kops/reconcile_cluster.go`).
    pub fn roll_control_plane_yes(cluster: &ClusterName) -> Self {
        let options = "--instance-group-roles=control-plane,apiserver --yes";
        Self::about(cluster, "rolling-update cluster", options)
    }

    /// `kops update cluster --name=NAME --prune`: deletes what an update leaves in place; shown to be copied.
    pub fn prune(cluster: &ClusterName) -> Self {
        Self::about(cluster, "update cluster", "--prune")
    }

    /// `kops get all --name=NAME -o yaml`: the spec as the state store has it.
    pub fn get_all(cluster: &ClusterName) -> Self {
        Self::about(cluster, "get all", "-o yaml")
    }

    /// `kops get sshpublickeys --name=NAME -o yaml`: the keys that the cluster has.
    pub fn list_keys(cluster: &ClusterName) -> Self {
        Self::about(cluster, "get sshpublickeys", "-o yaml")
    }

    /// `kops delete cluster --name=NAME --yes`; shown to be copied, never run.
    pub fn delete_yes(cluster: &ClusterName) -> Self {
        Self::about(cluster, "delete cluster", "--yes")
    }

    /// `kops delete sshpublickey --name=NAME`; shown to be copied, never run.
    pub fn delete_key(cluster: &ClusterName) -> Self {
        Self::about(cluster, "delete sshpublickey", "")
    }

    /// `kops delete secret KIND --name=NAME`; shown to be copied, never run.
    pub fn delete_secret(cluster: &ClusterName, kind: SecretKind) -> Self {
        Self::about(cluster, &format!("delete secret {}", kind.word()), "")
    }

    /// `kops replace -f SPEC --force`: replaces the stored spec; `--force` makes new instance groups.
    pub fn replace(spec: &Path) -> Self {
        Self::from_words(&["replace", "-f", &one_of_a_list(&file(spec)), "--force"])
    }

    /// `kops export kubeconfig --name=NAME --admin`; shown to be copied, never run.
    pub fn export_kubeconfig(cluster: &ClusterName) -> Self {
        Self::about(cluster, "export kubeconfig", "--admin")
    }

    /// `kops export kubeconfig --name=NAME --admin=1h --kubeconfig FILE`: writes into that file alone a certificate of an
    /// administrator that is good for an hour.
    pub fn export_kubeconfig_into(cluster: &ClusterName, path: &Path) -> Self {
        Self::from_words(&[
            "export",
            "kubeconfig",
            &named(cluster),
            "--admin=1h",
            "--kubeconfig",
            &file(path),
        ])
    }

    /// `kops delete cluster --name=NAME`: what would be deleted; without `--yes` nothing is.
    pub fn delete(cluster: &ClusterName) -> Self {
        Self::about(cluster, "delete cluster", "")
    }

    /// `kops validate cluster --name=NAME -o json`; `use_kubeconfig`: through the file that `KUBECONFIG` names (kops 1.36.2
    /// has a flag for the file too, but never reads it).
    pub fn validate(cluster: &ClusterName, use_kubeconfig: bool) -> Self {
        let options = if use_kubeconfig {
            "-o json --use-kubeconfig"
        } else {
            "-o json"
        };
        Self::about(cluster, "validate cluster", options)
    }

    /// `kops get instances --name=NAME -o json`: every instance with its group, and whether it is up to date.
    pub fn instances(cluster: &ClusterName) -> Self {
        Self::about(cluster, "get instances", "-o json")
    }

    /// Whether this rolling-update preview asks the Kubernetes API.
    pub fn asks_kubernetes(&self) -> bool {
        let words: Vec<&str> = self.args.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["rolling-update", ..] => !words.contains(&"--cloudonly"),
            ["get", "instances", ..] => true,
            _ => false,
        }
    }

    /// Whether this command changes AWS.
    pub fn changes_aws(&self) -> bool {
        self.args.iter().any(|arg| arg == "--yes")
    }

    /// Whether this command is about that cluster and no other: by `--name=`, or, as earlier versions wrote it, by
    /// `--name NAME` or as the one word after the verb and its object. `create -f` and `replace -f` name their cluster in the spec.
    pub fn is_about(&self, cluster: &ClusterName) -> bool {
        let args: Vec<&str> = self.args.iter().map(String::as_str).collect();
        match args.as_slice() {
            ["create", "-f", _] | ["replace", "-f", _, "--force"] => true,
            [_, _, "--name", name, ..] => name == &cluster.as_str(),
            [_, _, name, ..] => *name == cluster.as_str() || *name == named(cluster),
            _ => false,
        }
    }
}

// With its flag in one word, what follows `=` is a value whatever it begins with.
fn named(cluster: &ClusterName) -> String {
    format!("--name={cluster}")
}

/// A file as an argument of kops: a relative path that begins with a hyphen gets `./` before it, so that it is neither
/// an option nor `-`, the standard input; and two slashes become one, since kops takes `scheme://` for an address
/// (`ReadFile` in its `util/pkg/vfs/context.go`).
fn file(path: &Path) -> String {
    let plain: PathBuf = path.components().collect();
    let text = plain.to_string_lossy().into_owned();
    if text.starts_with('-') {
        return format!("./{text}");
    }
    text
}

// `-f` takes a list with commas, read as a line of CSV (`stringSliceValue` of github.com/spf13/pflag).
fn one_of_a_list(path: &str) -> String {
    if path.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", path.replace('"', "\"\""));
    }
    path.to_owned()
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
pub(crate) fn quoted(arg: &str) -> String {
    let plain =
        |character: char| character.is_ascii_alphanumeric() || "-_./:@=+,%".contains(character);
    if !arg.is_empty() && arg.chars().all(plain) {
        arg.to_owned()
    } else {
        format!("'{}'", visible(arg).replace('\'', "'\\''"))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn name(text: &str) -> ClusterName {
        ClusterName::parse(text).unwrap()
    }

    #[test]
    fn every_command_names_its_cluster_in_one_word() {
        let cluster = name("prod.example.com");
        let lines = [
            CommandLine::ssh_public_key(&cluster, Path::new("/k/key.pub")),
            CommandLine::update(&cluster),
            CommandLine::update_yes(&cluster),
            CommandLine::rolling_update(&cluster, true),
            CommandLine::rolling_update_yes(&cluster),
            CommandLine::get_all(&cluster),
            CommandLine::list_keys(&cluster),
            CommandLine::delete(&cluster),
            CommandLine::validate(&cluster, true),
            CommandLine::export_kubeconfig_into(&cluster, Path::new("/r/kubeconfig")),
        ];
        let printed: Vec<String> = lines.iter().map(ToString::to_string).collect();
        assert_eq!(
            printed,
            [
                "kops create secret --name=prod.example.com sshpublickey admin -i /k/key.pub",
                "kops update cluster --name=prod.example.com",
                "kops update cluster --name=prod.example.com --yes",
                "kops rolling-update cluster --name=prod.example.com --cloudonly",
                "kops rolling-update cluster --name=prod.example.com --yes",
                "kops get all --name=prod.example.com -o yaml",
                "kops get sshpublickeys --name=prod.example.com -o yaml",
                "kops delete cluster --name=prod.example.com",
                "kops validate cluster --name=prod.example.com -o json --use-kubeconfig",
                "kops export kubeconfig --name=prod.example.com --admin=1h --kubeconfig /r/kubeconfig",
            ]
        );
        for line in &lines {
            assert!(line.is_about(&cluster), "{line}");
            assert!(!line.is_about(&name("prod")), "{line}");
        }
    }

    #[test]
    fn a_file_is_never_an_option_a_list_an_address_or_standard_input() {
        let spec = |path: &str| CommandLine::create(Path::new(path)).args[2].clone();
        let key = |path: &str| {
            let line = CommandLine::ssh_public_key(&name("a"), Path::new(path));
            line.args.last().unwrap().clone()
        };
        assert_eq!(spec("cluster_spec.yml"), "cluster_spec.yml");
        assert_eq!(spec("-"), "./-");
        assert_eq!(spec("--yes"), "./--yes");
        assert_eq!(spec("s3://bucket/x"), "s3:/bucket/x");
        assert_eq!(spec("/a,b/c\"d"), "\"/a,b/c\"\"d\"");
        assert_eq!(key("--yes"), "./--yes");
        assert_eq!(key("/a,b/k.pub"), "/a,b/k.pub");
    }

    #[test]
    fn what_earlier_versions_wrote_is_known_by_its_cluster() {
        let of = |words: &str| CommandLine {
            args: words.split(' ').map(str::to_owned).collect(),
        };
        let cluster = name("a.example.com");
        for words in [
            "update cluster a.example.com",
            "update cluster a.example.com --yes",
            "get all --name a.example.com -o yaml",
            "create -f cluster_spec.yml",
        ] {
            assert!(of(words).is_about(&cluster), "{words}");
        }
        for words in [
            "update cluster --yes",
            "update cluster b.example.com",
            "get all --name b.example.com -o yaml",
            "update",
        ] {
            assert!(!of(words).is_about(&cluster), "{words}");
        }
        assert!(
            !of("create secret --name b.example.com sshpublickey admin -i k").is_about(&cluster)
        );
    }
}
