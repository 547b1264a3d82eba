//! Going on with the real kops on the lab: after a kopswain was killed before `--yes`, and after `--yes` was stopped.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use crate::cloud::Cloud;
use crate::desk::{Desk, answers};
use crate::drift::fingerprint;
use crate::lab::Lab;
use crate::real_kops::{Trial, Trouble};

const LONG: Duration = Duration::from_mins(5);

// The keys that the real store has of a cluster.
fn keys(lab: &Lab, desk: &Desk, cluster: &str) -> usize {
    let listed = lab.ask_kops(
        &["get", "sshpublickeys", "--name", cluster, "-o", "yaml"],
        &desk.work(),
    );
    listed.matches("publicKey:").count()
}

// In one pipeline: a first job prints, a person approves, a second job on another machine is killed, a third one goes on.
#[test]
#[ignore = "needs the lab: ./check"]
fn a_pipeline_approves_by_fingerprint_and_goes_on_after_a_job_was_killed() {
    let cluster = "ci.example.com";
    let lab = Lab::start("pipeline");
    let vpc = lab.world("method").remove(0);
    let [first, second] = [Desk::at(&lab), Desk::at(&lab)];
    for desk in [&first, &second] {
        desk.write("answers.yml", &answers(cluster, &vpc));
    }
    let words = ["plan", "answers.yml", "--preview", "--out", "planned.yml"];
    let shown = first.kopswain(&words).expect(2);
    let yes = fingerprint(shown.stdout.as_bytes());
    let create = ["create", "--wait", "0s", "--approve", &yes];
    assert_eq!(Cloud::of(&lab).state_store(), BTreeMap::new());

    let mut cut = second
        .command(&create)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let dry_run = |noted: &Value| noted["event"] == "starting" && noted["job"] == "update";
    let trial = Trial::about(cluster, second);
    trial.wait("looked on the real store", || {
        trial.journal().iter().any(dry_run)
    });
    kill(Pid::from_raw(cut.id().cast_signed()), Signal::SIGKILL).unwrap();
    cut.wait().unwrap();
    let number = trial.journal().into_iter().find(dry_run).unwrap()["number"].clone();
    trial.wait("ended its dry run", || {
        let ended = |noted: &Value| noted["event"] == "finished" && noted["number"] == number;
        trial.journal().iter().any(ended)
    });
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(
        (trial.applies().len(), keys(&lab, &trial.desk, cluster)),
        (0, 1)
    );

    let ended = trial.desk.kopswain(&create).expect(0);
    assert!(
        ended.stdout.contains("and --yes was not started"),
        "{ended:?}"
    );
    assert_eq!(
        (trial.applies().len(), keys(&lab, &trial.desk, cluster)),
        (1, 1)
    );
    assert_eq!(
        first.read("planned.yml"),
        trial.desk.read("cluster_spec.yml")
    );
    let left = lab.ask_kops(&["update", "cluster", cluster], &first.work());
    assert!(!left.contains("Will create resources"), "{left}");
}

#[test]
#[ignore = "needs the lab: ./check"]
fn after_yes_was_stopped_the_real_kops_makes_what_is_left() {
    let lab = Lab::start("stopped");
    let vpc = lab.world("method").remove(0);
    let trial = Trial::of(Trouble::Interrupt, 9, &lab, &vpc);
    let mut terminal = trial.desk.terminal(&["review", &trial.cluster], (120, 40));
    trial.approve(&mut terminal);
    trial.wait("started --yes", || trial.applies().len() == 1);
    terminal.wait_for("Tasks", LONG);
    terminal.keys("<ctrl-c>");
    terminal.wait_for("stop kops", LONG);
    terminal.keys("s");
    trial.wait("stopped", || trial.ended().is_some());
    assert_ne!(trial.ended().unwrap()["exit"], 0);
    terminal.wait_for("new dry run", LONG);
    terminal.keys("r");
    trial.approve(&mut terminal);
    trial.wait("started --yes again", || trial.applies().len() == 2);
    trial.wait("ended --yes again", || trial.ended().is_some());
    assert_eq!(trial.ended().unwrap()["exit"], 0);
    terminal.wait_for("olling update", LONG);
    terminal.keys("q");
    terminal.end(LONG).restored();
    let interrupted = |noted: &&Value| noted["event"] == "interrupted";
    let count = trial.journal().iter().filter(interrupted).count();
    assert_eq!((count, keys(&lab, &trial.desk, &trial.cluster)), (1, 1));
    let left = lab.ask_kops(&["update", "cluster", &trial.cluster], &trial.desk.work());
    assert!(!left.contains("Will create resources"), "{left}");
}
