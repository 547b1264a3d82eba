//! What kops keeps in a state store, in files beside the program: specs, keys, and whether `--yes` has run.

use std::fmt::Write;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::answer::Answer;
use crate::beside;

/// What kops prints when every instance is as its group wants it.
const NOTHING_TO_ROLL: &str = "NAME\tSTATUS\tNEEDUPDATE\tREADY\tMIN\tTARGET\tMAX\nnodes\tReady\t0\t1\t1\t1\t1\n\nNo rolling-update required.\n";

/// One cluster of one state store, and what was asked about it.
pub(crate) struct Store {
    folder: PathBuf,
    cluster: String,
    args: Vec<String>,
}

impl Store {
    /// The store that `--state` or `KOPS_STATE_STORE` names.
    pub(crate) fn of(program: &Path, args: &[String]) -> Self {
        let named = option(args, "--state");
        let url = named.or_else(|| std::env::var("KOPS_STATE_STORE").ok());
        let url = url.unwrap_or_default();
        let cluster = cluster_of(args);
        let name = url.trim_end_matches('/').replace(['/', ':'], "_");
        let folder = beside(program, ".state").join(name).join(&cluster);
        Self {
            folder,
            cluster,
            args: args.to_vec(),
        }
    }

    /// The cluster that the command is about.
    pub(crate) fn cluster(&self) -> &str {
        &self.cluster
    }

    /// What kops answers when everything works.
    pub(crate) fn answer(&self, version: &str) -> Answer {
        let words: Vec<&str> = self.args.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["version", ..] => Answer::good(format!("{version}\n")),
            ["create" | "replace", "-f", ..] => self.create(words[0] == "create"),
            _ if !self.has("spec") => self.unknown(),
            ["create", ..] => Answer::good(""),
            ["get", "sshpublickeys" | "sshpublickey", ..] => self.keys(),
            ["get", "instances", ..] => self.instances(),
            ["get", ..] => Answer::good(self.read("spec")),
            ["update", "cluster", ..] => self.update(),
            ["rolling-update", "cluster", ..] => Answer::good(NOTHING_TO_ROLL),
            ["validate", ..] => Answer::recorded("validate-4-ready-json", &self.cluster),
            _ => Answer::refused(&format!("unknown command {:?}", words.join(" "))),
        }
    }

    // Whole names only, so that one store's clusters are those that `create -f` made.
    fn unknown(&self) -> Answer {
        let name = &self.cluster;
        Answer::refused(&format!(
            "error reading cluster configuration: Cluster.kops.k8s.io \"{name}\" not found"
        ))
    }

    fn create(&self, new: bool) -> Answer {
        if new && self.has("spec") {
            return Answer::recorded("create-exists", &self.cluster);
        }
        let mut said = format!("\nCreated cluster/{}\n", self.cluster);
        for group in self.instance_groups() {
            let _ = writeln!(said, "Created instancegroup/{group}");
        }
        let _ = write!(
            said,
            "\nTo deploy these resources, run: kops update cluster --name {} --yes\n\n",
            self.cluster
        );
        Answer::good(said)
    }

    fn instance_groups(&self) -> Vec<String> {
        let spec = spec_of(&self.args);
        let groups = spec
            .split("\n---\n")
            .filter(|part| part.contains("kind: InstanceGroup"));
        groups.filter_map(name_in).collect()
    }

    fn keys(&self) -> Answer {
        let keys = self.read("keys");
        if keys.is_empty() {
            return Answer::good("[]\n");
        }
        let listed = keys.lines().map(|key| {
            let id = format!("{:032x}", number_of(key));
            let pairs: Vec<&str> = (0..16).map(|at| &id[at * 2..at * 2 + 2]).collect();
            format!("- id: {}\n  publicKey: {key}\n", pairs.join(":"))
        });
        Answer::good(listed.collect::<String>())
    }

    // Those of the recorded validation, which has one group of each role in each zone.
    fn instances(&self) -> Answer {
        let validated = Answer::recorded("validate-4-ready-json", &self.cluster).stdout;
        let seen: serde_json::Value = serde_json::from_str(&validated).expect("JSON");
        let nodes = seen["nodes"].as_array().expect("nodes").iter();
        let listed = nodes.map(|node| {
            let zone = node["zone"].as_str().expect("a zone");
            let group = match node["role"].as_str() {
                Some("control-plane") => format!("control-plane-{zone}.masters"),
                _ => format!("nodes-{zone}"),
            };
            serde_json::json!({
                "id": node["name"],
                "nodeName": node["name"],
                "status": "UpToDate",
                "instanceGroup": format!("{group}.{}", self.cluster),
            })
        });
        Answer::good(serde_json::Value::Array(listed.collect()).to_string())
    }

    fn update(&self) -> Answer {
        if self.args.iter().any(|arg| arg == "--yes") {
            return Answer::recorded("apply-create", &self.cluster);
        }
        if self.has("applied") {
            return Answer::good("No changes need to be applied\n");
        }
        Answer::recorded("update-create", &self.cluster)
    }

    /// Remembers what the command did; only one that succeeded did anything.
    pub(crate) fn keep(&self) {
        let words: Vec<&str> = self.args.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["create" | "replace", "-f", ..] => self.write("spec", &spec_of(&self.args)),
            ["create", .., "-i", key] => self.add_key(Path::new(key)),
            ["update", "cluster", ..] if words.contains(&"--yes") => {
                self.write("applied", "");
                if !words.contains(&"--create-kube-config=false") {
                    self.export();
                }
            }
            _ => {}
        }
    }

    fn add_key(&self, path: &Path) {
        let key = fs::read_to_string(path).expect("an SSH public key");
        let mut keys = self.read("keys");
        if !keys.contains(key.trim()) {
            keys.push_str(key.trim());
            keys.push('\n');
            self.write("keys", &keys);
        }
    }

    // kops writes into the first file of KUBECONFIG, else into the person's own.
    fn export(&self) {
        let home = PathBuf::from(std::env::var_os("HOME").unwrap_or_default());
        let path =
            std::env::var_os("KUBECONFIG").map_or_else(|| home.join(".kube/config"), PathBuf::from);
        let text = format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: {0}\ncontexts:\n- name: {0}\n  context: {{cluster: {0}}}\n",
            self.cluster
        );
        let _ = path.parent().map(fs::create_dir_all);
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(path);
        let _ = file.and_then(|mut file| file.write_all(text.as_bytes()));
    }

    fn has(&self, name: &str) -> bool {
        self.folder.join(name).exists()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.join(name)).unwrap_or_default()
    }

    fn write(&self, name: &str, text: &str) {
        fs::create_dir_all(&self.folder).expect("a folder for the state");
        fs::write(self.folder.join(name), text).expect("the state written");
    }
}

fn option(args: &[String], name: &str) -> Option<String> {
    let whole = args
        .iter()
        .find_map(|arg| arg.strip_prefix(name)?.strip_prefix('='));
    if let Some(value) = whole {
        return Some(value.to_owned());
    }
    let at = args.iter().position(|arg| arg == name)?;
    args.get(at + 1).cloned()
}

fn spec_of(args: &[String]) -> String {
    let path = option(args, "-f").expect("create -f FILE");
    fs::read_to_string(path).expect("a spec")
}

fn cluster_of(args: &[String]) -> String {
    if args.iter().any(|arg| arg == "-f") {
        return name_in(&spec_of(args)).unwrap_or_default();
    }
    let last = || args.iter().skip(2).find(|arg| !arg.starts_with('-'));
    option(args, "--name")
        .or_else(|| last().cloned())
        .unwrap_or_default()
}

// The first name of a document is its metadata's: kopswain and kops write metadata before spec.
fn name_in(document: &str) -> Option<String> {
    let line = document
        .lines()
        .find(|line| line.trim_start().starts_with("name: "))?;
    Some(line.trim_start()[6..].trim().to_owned())
}

// Any number that follows from the key will do: kops's own is an MD5.
fn number_of(key: &str) -> u128 {
    key.bytes().fold(7, |sum, byte| {
        sum.wrapping_mul(0x0100_0000_01b3)
            .wrapping_add(u128::from(byte))
    })
}
