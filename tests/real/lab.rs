//! A lab of one test: started for it, seeded, joined, and ended on every way out.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use crate::desk::IMAGE;

/// A lab that is up; dropping it takes it down, and so does the end of this process, however it ends.
pub(crate) struct Lab {
    name: String,
    variables: Vec<(String, String)>,
    keeper: Child,
}

impl Lab {
    /// Starts a lab of its own for a scenario.
    pub(crate) fn start(scenario: &str) -> Self {
        let name = format!("real-{}-{scenario}", std::process::id());
        let keeper = keeper(&name);
        let mut lab = Self {
            name,
            variables: Vec::new(),
            keeper,
        };
        run("up", &["--name", &lab.name]);
        let printed = run("run", &["--lab", &lab.name, "--print-env"]);
        let pairs = printed.lines().filter_map(|line| line.split_once('='));
        lab.variables = pairs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        lab
    }

    /// The variables that lead programs to the lab, `PATH` with its kops among them.
    pub(crate) fn variables(&self) -> &[(String, String)] {
        &self.variables
    }

    /// The value of one of them.
    pub(crate) fn variable(&self, name: &str) -> &str {
        let found = self.variables.iter().find(|(known, _)| known == name);
        &found.unwrap_or_else(|| panic!("the lab sets no {name}")).1
    }

    /// The real kops.
    pub(crate) fn kops(&self) -> PathBuf {
        let folder = self.variable("PATH").split(':').next().unwrap();
        Path::new(folder).join("kops")
    }

    /// The version of the real kops.
    pub(crate) fn kops_version(&self) -> &str {
        self.variable("KOPSWAIN_LAB_KOPS")
    }

    /// The Python of the lab, which knows JSON schemas.
    pub(crate) fn python(&self) -> PathBuf {
        let mut folders = self.variable("PATH").split(':');
        let beside = |folder| Path::new(folder).join("../venv/bin/python");
        folders
            .find_map(|folder| Some(beside(folder)).filter(|path| path.exists()))
            .unwrap()
    }

    /// Adds a world to the account and gives its VPCs.
    pub(crate) fn world(&self, world: &str) -> Vec<Vpc> {
        let printed = run("world", &["--lab", &self.name, world]);
        let told: Value = serde_json::from_str(&printed).unwrap();
        told["vpcs"]
            .as_array()
            .unwrap()
            .iter()
            .map(Vpc::read)
            .collect()
    }

    /// Lets a cluster's Kubernetes API answer, with no node in it: the lab has no load balancer, so it is named to kops.
    pub(crate) fn answer_for(&self, cluster: &str) {
        run("join", &["api", "--lab", &self.name, "--cluster", cluster]);
    }

    /// Plays the kubelets of a cluster's running instances.
    pub(crate) fn join(&self, cluster: &str) {
        run("join", &["all", "--lab", &self.name, "--cluster", cluster]);
    }

    /// What changes one thing of a cluster for each seed.
    pub(crate) fn walk(&self, cluster: &str) -> Walk {
        let mut command = Command::new(script("walk"));
        command.args(["--lab", &self.name, "--cluster", cluster]);
        Walk::start(&mut command)
    }

    /// Lets the next launches of an Auto Scaling group fail with these words, two seconds apart.
    pub(crate) fn fail_launches(&self, group: &str, message: &str, times: u32) {
        let times = times.to_string();
        let how = ["--message", message, "--times", &times, "--every", "2"];
        run(
            "fail-launch",
            &[&[group, "--lab", &self.name], how.as_slice()].concat(),
        );
    }

    /// Gives an instance the console output in this file.
    pub(crate) fn give_console(&self, instance: &str, file: &Path) {
        run(
            "console",
            &[instance, file.to_str().unwrap(), "--lab", &self.name],
        );
    }

    /// Refuses these IAM actions from now on, and no other.
    pub(crate) fn deny(&self, actions: &[&str]) {
        run("deny", &[actions, &["--lab", &self.name]].concat());
    }

    /// The same, but one instance is not ready.
    pub(crate) fn join_not_ready(&self, cluster: &str, id: &str) {
        let about = ["--lab", &self.name, "--cluster", cluster];
        run("join", &[&["all", "--not-ready", id], &about[..]].concat());
    }

    /// Takes every node of a cluster away.
    pub(crate) fn leave(&self, cluster: &str) {
        run(
            "join",
            &["--leave", "--lab", &self.name, "--cluster", cluster],
        );
    }

    /// Runs an instance of a cluster, as its Auto Scaling group would, and gives its id.
    pub(crate) fn start_instance(&self, cluster: &str, group: &str) -> String {
        let tags = format!(
            "[{{'Key': 'KubernetesCluster', 'Value': '{cluster}'}}, {{'Key': 'kops.k8s.io/instancegroup', 'Value': '{group}'}}]"
        );
        let code = format!(
            "import boto3
run = boto3.client('ec2').run_instances
tags = [{{'ResourceType': 'instance', 'Tags': {tags}}}]
made = run(ImageId='ami-12c6146b', MinCount=1, MaxCount=1, TagSpecifications=tags)
print(made['Instances'][0]['InstanceId'])"
        );
        let python = self.python();
        let words = ["--lab", &self.name, python.to_str().unwrap(), "-c", &code];
        run("run", &words).trim().to_owned()
    }

    /// Sends a signal to one of the lab's processes.
    pub(crate) fn signal(&self, process: &str, signal: &str) {
        let file =
            Path::new(self.variable("KOPSWAIN_USE_KUBECONFIG")).with_file_name("processes.json");
        let processes: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        let mut processes = processes.as_array().unwrap().iter();
        let found = processes.find(|one| one["name"] == process).unwrap();
        let pid = i32::try_from(found["pid"].as_i64().unwrap()).unwrap();
        let signal = format!("SIG{signal}").parse::<Signal>().unwrap();
        kill(Pid::from_raw(pid), signal).unwrap();
    }

    /// What kops prints on standard output; fails when kops does.
    pub(crate) fn ask_kops(&self, words: &[&str], folder: &Path) -> String {
        let mut command = Command::new(script("run"));
        command
            .args(["--lab", &self.name, "kops"])
            .args(words)
            .current_dir(folder);
        printed(&mut command)
    }

    /// What kops prints on both streams, however it ends.
    pub(crate) fn ask_kops_or_not(&self, words: &[&str], folder: &Path) -> String {
        let mut command = Command::new(script("run"));
        command
            .args(["--lab", &self.name, "kops"])
            .args(words)
            .current_dir(folder);
        let output = command.stdin(Stdio::null()).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        String::from_utf8_lossy(&text).into_owned()
    }

    /// The spec that `kops create cluster` would make of these options on AWS, as YAML.
    pub(crate) fn spec_of_kops(&self, cluster: &str, options: &[&str], folder: &Path) -> String {
        let create: &[&str] = &["create", "cluster", "--dry-run", "-o", "yaml"];
        let about: &[&str] = &["--name", cluster, "--cloud", "aws", "--image", IMAGE];
        self.ask_kops(&[create, about, options].concat(), folder)
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// A walk through the states of a cluster, one change after another; it ends when it is dropped.
pub(crate) struct Walk {
    program: Child,
    seeds: ChildStdin,
    changes: Lines<BufReader<ChildStdout>>,
}

impl Walk {
    fn start(command: &mut Command) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut program = command.spawn().unwrap();
        let seeds = program.stdin.take().unwrap();
        let changes = BufReader::new(program.stdout.take().unwrap()).lines();
        Self {
            program,
            seeds,
            changes,
        }
    }

    /// Changes one thing, as this seed decides, and tells what.
    pub(crate) fn step(&mut self, seed: u64) -> String {
        writeln!(self.seeds, "{seed}").unwrap();
        self.changes.next().unwrap().unwrap()
    }
}

impl Drop for Walk {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// One VPC of a world, as the lab tells it.
#[derive(Clone, Debug)]
pub(crate) struct Vpc {
    pub(crate) id: String,
    /// Zone and the NAT gateway made there, in the zones' order; where there are two, the one made first.
    pub(crate) nat_gateways: Vec<(String, String)>,
    /// Zone and all that were made for it.
    all: Vec<(String, Vec<String>)>,
    /// Tier of Terraform and zone, to the subnet's id.
    subnets: BTreeMap<String, BTreeMap<String, String>>,
}

impl Vpc {
    fn read(told: &Value) -> Self {
        let gateways = told["natGateways"].as_object().unwrap().iter();
        let ids = |ids: &Value| serde_json::from_value::<Vec<String>>(ids.clone()).unwrap();
        let all: Vec<(String, Vec<String>)> = gateways
            .map(|(zone, made)| (zone.clone(), ids(made)))
            .collect();
        let subnets = serde_json::from_value(told["subnets"].clone()).unwrap();
        Self {
            subnets,
            ..Self::with(told["id"].as_str().unwrap(), all)
        }
    }

    /// A VPC with these NAT gateways in each zone.
    pub(crate) fn with(id: &str, all: Vec<(String, Vec<String>)>) -> Self {
        let first = |(zone, ids): &(String, Vec<String>)| (zone.clone(), ids[0].clone());
        Self {
            id: id.to_owned(),
            nat_gateways: all.iter().map(first).collect(),
            all,
            subnets: BTreeMap::new(),
        }
    }

    /// The NAT gateways that the world made for a zone.
    pub(crate) fn nat_gateways_of(&self, zone: &str) -> &[String] {
        let found = self.all.iter().find(|(name, _)| name == zone);
        found.map_or(&[], |(_, ids)| ids)
    }

    /// The subnet that Terraform made for a tier of a zone.
    pub(crate) fn subnet(&self, tier: &str, zone: &str) -> &str {
        &self.subnets[tier][zone]
    }

    /// The NAT gateway of a zone.
    pub(crate) fn nat_gateway(&self, zone: &str) -> &str {
        let found = self.nat_gateways.iter().find(|(name, _)| name == zone);
        &found
            .unwrap_or_else(|| panic!("no NAT gateway in {zone}"))
            .1
    }
}

/// The names of all worlds.
pub(crate) fn worlds() -> std::collections::BTreeSet<String> {
    let listed = run("world", &["--list"]);
    let name = |line: &str| line.split_whitespace().next().unwrap().to_owned();
    listed.lines().map(name).collect()
}

// It waits for the end of its standard input, which comes when this process ends, also when it is killed. Its process
// group is its own, so that ctrl-c in the test's terminal does not end it first.
fn keeper(name: &str) -> Child {
    use std::os::unix::process::CommandExt;
    Command::new("/bin/sh")
        .args(["-c", "cat >/dev/null; exec \"$0\" --name \"$1\""])
        .arg(script("down"))
        .arg(name)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .unwrap()
}

fn run(what: &str, words: &[&str]) -> String {
    printed(Command::new(script(what)).args(words))
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("lab").join(name)
}

fn printed(command: &mut Command) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = command.stdin(Stdio::null()).output().unwrap();
    assert!(
        status.success(),
        "{command:?}: {status}\n{}",
        String::from_utf8_lossy(&stderr)
    );
    String::from_utf8(stdout).unwrap()
}
