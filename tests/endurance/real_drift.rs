//! Drift with the real kops on the lab: what another operator changes by kops, in the VPC or on this machine is refused.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::sync::Mutex;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use crate::cloud::Cloud;
use crate::desk::{Desk, answers};
use crate::drift::fingerprint;
use crate::lab::{Lab, Vpc};
use crate::real_kops::Trial;

const OTHER_KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB6UfuSucwwDiXvMzZ7klxJt3TbUjeXRvkw0Dgvhpu2y x\n";

/// Where a trial takes place.
struct Stage<'a> {
    trial: Trial,
    lab: &'a Lab,
    vpc: &'a Vpc,
}

/// When the change comes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    /// Between what was printed and its approval.
    Between,
    /// While the command with this word in the journal runs.
    During(&'static str),
}

const DRY_RUN: When = When::During("update");
/// After the dry run: its report no longer tells.
const READ_AGAIN: When = When::During("readAgain");

struct Kind {
    name: &'static str,
    when: When,
    /// Whether the other operator makes the cluster.
    makes: bool,
    change: fn(&Stage<'_>, &Cloud),
    /// What the refusal may say.
    says: &'static [&'static str],
}

const KINDS: [Kind; 10] = [
    Kind {
        name: "spec",
        when: DRY_RUN,
        makes: false,
        change: |stage, _| stage.replace("kubernetesVersion: 1.35.2", "kubernetesVersion: 1.35.1"),
        says: &["spec.kubernetesVersion: approved 1.35.2, now 1.35.1"],
    },
    Kind {
        name: "instance group",
        when: DRY_RUN,
        makes: false,
        change: |stage, _| stage.replace("maxSize: 2", "maxSize: 20"),
        says: &["spec.maxSize: approved 2, now 20"],
    },
    Kind {
        name: "subnet",
        when: DRY_RUN,
        makes: false,
        change: |stage, cloud| cloud.add_subnet(&stage.vpc.id, "172.20.200.0/28"),
        says: &["subnet subnet-"],
    },
    Kind {
        name: "second operator applied",
        when: DRY_RUN,
        makes: true,
        change: |stage, _| {
            stage.kops(&["update", "cluster", &stage.trial.cluster, "--yes"]);
        },
        // The dry run goes on while the other operator applies: it may see part of it, and is then not the approved one.
        says: &[
            "is used by subnet-",
            "approved, but not in the real dry run",
        ],
    },
    Kind {
        name: "SSH key",
        when: READ_AGAIN,
        makes: false,
        change: |stage, _| stage.replace_key(),
        says: &["SSH public keys in the state store: approved SHA256:"],
    },
    Kind {
        name: "route",
        when: DRY_RUN,
        makes: false,
        change: |stage, cloud| cloud.add_route(&stage.vpc.id, "10.9.0.0/24"),
        says: &["route rtb-"],
    },
    Kind {
        name: "NAT gateway",
        when: DRY_RUN,
        makes: false,
        change: |stage, cloud| cloud.add_nat_gateway(&stage.vpc.id),
        says: &["NAT gateway nat-"],
    },
    Kind {
        name: "kops program",
        when: DRY_RUN,
        makes: false,
        change: |stage, _| one_byte_more(&stage.trial.desk.outside("kops")),
        says: &["kops SHA-256: approved "],
    },
    Kind {
        name: "state store",
        when: When::Between,
        makes: false,
        change: |stage, cloud| {
            cloud.make_bucket("other-state");
            stage.answer("s3://example-state", "s3://other-state");
        },
        says: &["state store: approved s3://example-state, now s3://other-state"],
    },
    Kind {
        name: "region",
        when: When::Between,
        makes: false,
        change: |stage, _| stage.answer("region: us-east-1", "region: us-east-2"),
        says: &["us-east-2"],
    },
];

impl Stage<'_> {
    // The other operator asks kops.
    fn kops(&self, words: &[&str]) -> String {
        self.lab.ask_kops(words, &self.trial.desk.work())
    }

    fn replace(&self, from: &str, to: &str) {
        let stored = self.kops(&["get", "all", "--name", &self.trial.cluster, "-o", "yaml"]);
        assert!(stored.contains(from), "{stored}");
        self.trial
            .desk
            .write("replaced.yml", &stored.replacen(from, to, 1));
        self.kops(&["replace", "-f", "replaced.yml"]);
    }

    fn replace_key(&self) {
        let name = ["--name", &self.trial.cluster];
        self.kops(&[&["delete", "sshpublickey"][..], &name].concat());
        self.trial.desk.write("other.pub", OTHER_KEY);
        let words = ["create", "sshpublickey", "-i", "other.pub"];
        self.kops(&[&words[..], &name].concat());
    }

    fn answer(&self, from: &str, to: &str) {
        let text = self.trial.desk.read("answers.yml");
        assert!(text.contains(from), "{text}");
        self.trial
            .desk
            .write("answers.yml", &text.replace(from, to));
    }

    // What kopswain says when it refuses.
    fn refused(&self, kind: &Kind, cloud: &Cloud) -> String {
        let kops = self.trial.desk.outside("kops").display().to_string();
        let create = ["--kops", &kops, "create", "--wait", "0s"];
        let When::During(job) = kind.when else {
            let shown = self.trial.desk.kopswain(&create).expect(2);
            let yes = fingerprint(shown.stdout.as_bytes());
            (kind.change)(self, cloud);
            let words = [&create[..], &["--approve", &yes]].concat();
            return self.trial.desk.kopswain(&words).expect(1).stderr;
        };
        let words = [&create[..], &["--approve", &self.trial.cluster]].concat();
        let mut command = self.trial.desk.command(&words);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let running = command.spawn().unwrap();
        let starting = |noted: &Value| noted["event"] == "starting" && noted["job"] == job;
        self.trial
            .wait(job, || self.trial.journal().iter().any(starting));
        // Like a laptop that is closed meanwhile: the change is whole before kopswain goes on.
        let pid = Pid::from_raw(running.id().cast_signed());
        kill(pid, Signal::SIGSTOP).unwrap();
        (kind.change)(self, cloud);
        kill(pid, Signal::SIGCONT).unwrap();
        let ended = running.wait_with_output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(1), "{said}");
        said
    }
}

fn one_byte_more(program: &Path) {
    let new = program.with_extension("new");
    fs::copy(program, &new).unwrap();
    let mut file = fs::OpenOptions::new().append(true).open(&new).unwrap();
    file.write_all(b"\n").unwrap();
    drop(file);
    fs::rename(new, program).unwrap();
}

fn run(kind: &Kind, at: usize, lab: &Lab, vpc: &Vpc) {
    let cloud = Cloud::of(lab);
    let cluster = format!("d{at}.example.com");
    let desk = Desk::at(lab);
    desk.write("answers.yml", &answers(&cluster, vpc));
    std::os::unix::fs::symlink(lab.kops(), desk.outside("kops")).unwrap();
    let stage = Stage {
        trial: Trial::about(&cluster, desk),
        lab,
        vpc,
    };
    let refusal = stage.refused(kind, &cloud);
    assert!(
        kind.says.iter().any(|reason| refusal.contains(reason)),
        "{refusal}"
    );
    assert_eq!(stage.trial.applies(), Vec::<Value>::new());
    assert_eq!(!cloud.subnets(&cluster).is_empty(), kind.makes, "{refusal}");
}

#[test]
#[ignore = "needs the lab: ./check"]
fn the_real_kops_applies_nothing_after_a_change() {
    let lab = Lab::start("changed");
    let vpcs: Vec<Vpc> = KINDS
        .iter()
        .map(|_| lab.world("method").remove(0))
        .collect();
    let all: Vec<(usize, &Kind)> = KINDS.iter().enumerate().collect();
    let (rest, failed) = (Mutex::new(all), Mutex::new(Vec::new()));
    let work = || {
        loop {
            let Some((at, kind)) = rest.lock().unwrap().pop() else {
                return;
            };
            let outcome = std::panic::catch_unwind(|| run(kind, at, &lab, &vpcs[at]));
            if let Err(why) = outcome {
                let why = why.downcast_ref::<String>().cloned().unwrap_or_default();
                failed.lock().unwrap().push(format!("{}: {why}", kind.name));
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(work);
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
