//! The scripted kops itself: what it prints, what it remembers, and what it counts.

use std::process::{Command, Output, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::stage::ScriptedKops;

const SOON: Duration = Duration::from_secs(20);
const SPEC: &str = "kind: Cluster\nmetadata:\n  name: a.example.com\n---\nkind: InstanceGroup\nmetadata:\n  name: nodes\n";

struct Stage {
    folder: tempfile::TempDir,
    kops: ScriptedKops,
}

impl Stage {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let kops = ScriptedKops::put(&folder.path().join("bin"));
        std::fs::write(folder.path().join("spec.yml"), SPEC).unwrap();
        std::fs::write(folder.path().join("key.pub"), "ssh-ed25519 AAAA me\n").unwrap();
        Self { folder, kops }
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(self.kops.program());
        command
            .args(line.split_whitespace())
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path())
            .env("SECRET", "hidden")
            .env("KOPS_STATE_STORE", "s3://example-state");
        command
    }

    // Exit code, standard output and standard error.
    fn run(&self, line: &str) -> (Option<i32>, String, String) {
        let Output {
            status,
            stdout,
            stderr,
        } = self.command(line).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (status.code(), text(stdout), text(stderr))
    }
}

#[test]
fn it_answers_as_kops_does_and_remembers_what_was_done() {
    let stage = Stage::new();
    let good = |text: &str| (Some(0), text.to_owned(), String::new());
    assert_eq!(stage.run("version --short"), good("1.36.2\n"));
    let (exit, _, said) = stage.run("update cluster a.example.com");
    assert_eq!(
        (exit, said.contains("\"a.example.com\" not found")),
        (Some(1), true)
    );
    assert_eq!(
        stage.run("create -f spec.yml"),
        good(
            "\nCreated cluster/a.example.com\nCreated instancegroup/nodes\n\nTo deploy these resources, run: kops update cluster --name a.example.com --yes\n\n"
        )
    );
    assert_eq!(stage.run("create -f spec.yml").0, Some(1));
    assert_eq!(
        stage.run("get all --name a.example.com -o yaml"),
        good(SPEC)
    );
    for _ in 0..2 {
        stage.run("create secret --name a.example.com sshpublickey admin -i key.pub");
    }
    let (_, keys, _) = stage.run("get sshpublickeys --name a.example.com -o yaml");
    assert_eq!(keys.matches("publicKey: ssh-ed25519 AAAA me\n").count(), 1);
    let (_, report, _) = stage.run("update cluster a.example.com");
    assert!(report.contains("Subnet/us-east-1a.a.example.com"));
    stage.run("update cluster a.example.com --yes");
    assert!(stage.folder.path().join(".kube/config").exists());
    assert_eq!(
        stage.run("update cluster a.example.com"),
        good("No changes need to be applied\n")
    );
    assert_eq!(
        stage
            .run("update cluster a.example.com --state file:///tmp/x")
            .0,
        Some(1)
    );
    let first = stage.kops.played().remove(0);
    assert_eq!(first.args, ["version", "--short"]);
    assert_eq!(first.exit, Some(0));
    assert_eq!(first.variables["KOPS_STATE_STORE"], "s3://example-state");
    assert_eq!(first.others, ["SECRET"]);
}

#[test]
fn a_scenario_changes_its_answers_from_one_call_to_the_next() {
    let stage = Stage::new();
    stage.run("create -f spec.yml");
    stage.kops.play(
        "version: 1.29.0
lines:
- {when: update cluster, unless: --yes, after: 1, times: 1, recording: update-modify, replace: {Subnet: Sobnet}}
- {when: update cluster --yes, stderr: 'oh', exit: 3}
- {when: validate, crash: true}
",
    );
    assert_eq!(stage.run("version --short").1, "1.29.0\n");
    let reports = [0; 3].map(|_| stage.run("update cluster a.example.com").1);
    assert!(reports[0].contains("Will create resources:"));
    assert!(reports[1].contains("Sobnet/") && !reports[1].contains("Subnet/"));
    assert_eq!(reports[2], reports[0]);
    assert_eq!(
        stage.run("update cluster a.example.com --yes"),
        (
            Some(3),
            std::fs::read_to_string("tests/fixtures/kops/apply-create.stdout")
                .unwrap()
                .replace("prod.example.com", "a.example.com"),
            "oh".to_owned()
        )
    );
    assert_eq!(stage.run("validate cluster a.example.com -o json").0, None);
    assert_eq!(stage.kops.commands("validate").remove(0).exit, None);
}

#[test]
fn every_signal_is_counted_and_then_does_what_it_does_to_kops() {
    let stage = Stage::new();
    stage.run("create -f spec.yml");
    stage.kops.play(
        "lines:
- {when: a.example.com --yes, lasts: 60000, 'on': {INT: ignore, TERM: '7'}}
- {when: update cluster, lasts: 60000}
",
    );
    let end = |line: &str, signals: &[Signal]| {
        let mut child = stage.command(line).stderr(Stdio::null()).spawn().unwrap();
        let pid = child.id().cast_signed();
        let at = |played: &[crate::stage::Played]| played.iter().position(|one| one.pid == pid);
        stage
            .kops
            .wait_until("update", SOON, |played| at(played).is_some());
        for (sent, signal) in signals.iter().enumerate() {
            kill(Pid::from_raw(pid), *signal).unwrap();
            stage.kops.wait_until("update", SOON, |played| {
                at(played).is_some_and(|at| played[at].signals.len() > sent)
            });
        }
        let status = child.wait().unwrap();
        let played = stage.kops.commands("update");
        let one = played[at(&played).unwrap()].clone();
        (
            std::os::unix::process::ExitStatusExt::signal(&status),
            one.exit,
            one.signals,
        )
    };
    let words = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        end(
            "update cluster a.example.com --yes",
            &[Signal::SIGINT, Signal::SIGINT, Signal::SIGTERM]
        ),
        (None, Some(7), words(&["INT", "INT", "TERM"]))
    );
    assert_eq!(
        end("update cluster a.example.com", &[Signal::SIGHUP]),
        (Some(1), None, words(&["HUP"]))
    );
    assert_eq!(
        end("update cluster a.example.com", &[Signal::SIGQUIT]),
        (None, Some(2), words(&["QUIT"]))
    );
}
