//! A person's desk: an empty home, a working folder, an SSH key, and the program started from there.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use ssh_key::PublicKey;
use ssh_key::public::{Ed25519PublicKey, KeyData};
use tempfile::TempDir;

use crate::lab::{Lab, Vpc};
use crate::pty::Terminal;

/// An image that the lab's EC2 knows.
pub(crate) const IMAGE: &str = "ami-12c6146b";

/// The newest Kubernetes whose files' hashes are built into each kops that the lab can run; of a newer one kops 1.35.0
/// asks dl.k8s.io.
pub(crate) const KUBERNETES: &str = "1.35.2";

/// The program that is tested.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_kopswain");

/// kops's channel as it once was, for tests that do not wait for the network.
pub(crate) const CHANNEL: &str = concat!(
    "file://",
    env!("CARGO_MANIFEST_DIR"),
    "/tests/fixtures/kops/channel-stable.yml"
);

/// A home and a working folder of one test, and the variables that programs get there.
pub(crate) struct Desk {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// How a run without a terminal ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) took: Duration,
}

impl Desk {
    /// Plans the answers of the desk, and lets kops create and apply that cluster.
    pub(crate) fn create_cluster(&self, lab: &Lab, cluster: &str) {
        let words = [
            "plan",
            "answers.yml",
            "--out",
            "cluster_spec.yml",
            "--channel",
            "none",
        ];
        self.kopswain(&words).expect(0);
        let folder = self.work();
        lab.ask_kops(&["create", "-f", "cluster_spec.yml"], &folder);
        let key = ["sshpublickey", "admin", "-i", "key.pub"];
        let words = [&["create", "secret", "--name", cluster], key.as_slice()].concat();
        lab.ask_kops(&words, &folder);
        self.update_cluster(lab, cluster);
    }

    /// Lets kops apply what the state store says of a cluster.
    pub(crate) fn update_cluster(&self, lab: &Lab, cluster: &str) {
        let quiet = "--create-kube-config=false";
        let words = ["update", "cluster", cluster, "--yes", quiet];
        lab.ask_kops(&words, &self.work());
    }

    /// A desk whose programs reach the lab.
    pub(crate) fn at(lab: &Lab) -> Self {
        Self::with(lab.variables())
    }

    /// A desk with no AWS at all: no credentials, no region, no kops.
    pub(crate) fn offline() -> Self {
        Self::with(&[("PATH".to_owned(), "/usr/bin:/bin".to_owned())])
    }

    fn with(variables: &[(String, String)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["home", "work"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        let mut desk = Self {
            folder,
            variables: variables.to_vec(),
        };
        let home = desk.folder.path().join("home").display().to_string();
        desk.set("HOME", &home);
        desk.set("LANG", "C.UTF-8");
        desk.write("key.pub", &public_key());
        desk
    }

    /// Sets a variable; an empty value takes it away.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.retain(|(known, _)| known != name);
        if !value.is_empty() {
            self.variables.push((name.to_owned(), value.to_owned()));
        }
    }

    /// The value of a variable that was set.
    pub(crate) fn variable(&self, name: &str) -> &str {
        let found = self.variables.iter().find(|(known, _)| known == name);
        &found.unwrap().1
    }

    /// The working folder.
    pub(crate) fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// Writes a file into the working folder and gives its path.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.work().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    /// A path outside the working folder.
    pub(crate) fn outside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a program outside the working folder and gives its path.
    pub(crate) fn program(&self, name: &str, text: &str) -> PathBuf {
        let path = self.outside(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    /// A file of the working folder.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.work().join(name)).unwrap()
    }

    /// Every file of the working folder with its text.
    pub(crate) fn files(&self) -> BTreeMap<String, String> {
        let entries = fs::read_dir(self.work()).unwrap().map(Result::unwrap);
        let named = entries.map(|entry| entry.file_name().into_string().unwrap());
        named.map(|name| (name.clone(), self.read(&name))).collect()
    }

    /// Starts kopswain in a terminal of this many columns and rows.
    pub(crate) fn terminal(&self, words: &[&str], size: (u16, u16)) -> Terminal {
        let words: Vec<&str> = [PROGRAM].into_iter().chain(words.iter().copied()).collect();
        Terminal::start(&words, &self.variables, &self.work(), size)
    }

    /// Starts another program in a terminal of 100 columns and 30 rows.
    pub(crate) fn other(&self, words: &[&str]) -> Terminal {
        Terminal::start(words, &self.variables, &self.work(), (100, 30))
    }

    /// A command of kopswain here, without a terminal.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(words);
        self.prepare(&mut command);
        command
    }

    /// Puts a command into the working folder, with the desk's variables and nothing else.
    pub(crate) fn prepare(&self, command: &mut Command) {
        command.current_dir(self.work()).env_clear();
        command
            .envs(self.variables.iter().cloned())
            .stdin(Stdio::null());
    }

    /// Runs kopswain to its end.
    pub(crate) fn kopswain(&self, words: &[&str]) -> Ended {
        let began = Instant::now();
        let output = self.command(words).output().unwrap();
        Ended {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            took: began.elapsed(),
        }
    }
}

impl Ended {
    /// Fails unless the program ended with this code.
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "standard output:\n{}\nstandard error:\n{}",
            self.stdout, self.stderr
        );
        self
    }
}

/// The answers of a cluster of three zones in a VPC of the lab.
pub(crate) fn answers(cluster: &str, vpc: &Vpc) -> String {
    let zones = vpc.nat_gateways.iter().take(3);
    let lines: Vec<String> = zones
        .map(|(zone, gateway)| {
            format!(
                "  - {{name: {zone}, egress: {gateway}}}
"
            )
        })
        .collect();
    answers_of(cluster, &vpc.id, &lines.concat())
}

/// The answers of a cluster whose zones are these lines.
pub(crate) fn answers_of(cluster: &str, vpc: &str, zones: &str) -> String {
    format!(
        "cluster: {cluster}
region: us-east-1
stateStore: s3://example-state
vpc: {vpc}
kubernetesVersion: {KUBERNETES}
zones:
{zones}controlPlane: {{count: 3, machineType: t3.medium, image: {IMAGE}}}
instanceGroups:
  - {{name: nodes, machineType: t3.large, min: 3, max: 6, image: {IMAGE}}}
access:
  sshPublicKey: key.pub
"
    )
}

/// The answers of a cluster in these zones, one control-plane instance for fewer than three; `egress` is named for each
/// zone, when there is one.
pub(crate) fn answers_in(
    cluster: &str,
    vpc: &str,
    zones: &[String],
    egress: Option<&str>,
) -> String {
    let egress = egress
        .map(|id| format!(", egress: {id}"))
        .unwrap_or_default();
    let lines: Vec<String> = zones
        .iter()
        .map(|zone| format!("  - {{name: {zone}{egress}}}\n"))
        .collect();
    let answers = answers_of(cluster, vpc, &lines.concat());
    if zones.len() < 3 {
        return answers.replace("count: 3", "count: 1");
    }
    answers
}

fn public_key() -> String {
    // Any 32 bytes have the form of a public key; nobody holds the private one.
    let key = PublicKey::new(KeyData::Ed25519(Ed25519PublicKey([7; 32])), "test");
    format!("{}\n", key.to_openssh().unwrap())
}

/// Runs until a file exists, at most this long.
pub(crate) fn wait_for_file(path: &Path, at_most: Duration) {
    let began = Instant::now();
    while !path.exists() {
        assert!(
            began.elapsed() < at_most,
            "{} did not come in {at_most:?}",
            path.display()
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}
