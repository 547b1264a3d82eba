//! Two kopswains that approve at the same instant: one `--yes`, and the other says who is at work.
//!
//! `KOPSWAIN_PAIRS=50 cargo test --test endurance pairs` tries so many pairs.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::account;
use crate::desk::Desk;
use crate::server::Server;
use crate::stage::ScriptedKops;

const CLUSTER: &str = "prod.example.com";
const STORE: &str = "s3://example-state";
const SOON: Duration = Duration::from_mins(2);

const LOCK: &str = "/example-state/.kopswain/locks/prod.example.com.lock";

struct Stage {
    desk: Desk,
    kops: ScriptedKops,
    account: Server,
}

impl Stage {
    fn new() -> Self {
        let mut desk = Desk::offline();
        let kops = ScriptedKops::put(&desk.outside("bin"));
        let account = account::start();
        desk.set("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
        desk.set("AWS_SECRET_ACCESS_KEY", "secret");
        desk.set("AWS_REGION", "us-east-1");
        desk.set("AWS_ENDPOINT_URL", &account.url);
        desk.set("KOPS_STATE_STORE", STORE);
        let spec =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/kops/cluster_spec.yml");
        let done = Command::new(kops.program())
            .args(["create", "-f"])
            .arg(spec)
            .env("KOPS_STATE_STORE", STORE)
            .stdout(Stdio::null())
            .status();
        assert!(done.unwrap().success());
        Self {
            desk,
            kops,
            account,
        }
    }

    fn approving(&self) -> Child {
        self.approving_in("home", false)
    }

    // Another home knows nothing of the runs of the first, as another machine.
    fn approving_in(&self, home: &str, lock: bool) -> Child {
        let kops = self.kops.program().display().to_string();
        let words = ["--kops", &kops, "review", CLUSTER, "--approve", CLUSTER];
        let home = self.desk.outside(home);
        fs::create_dir_all(&home).unwrap();
        self.desk
            .command(&words)
            .env("HOME", home)
            .env("KOPSWAIN_LOCK_STATE_STORE", lock.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }
}

// Both have looked and found nobody at work; both get their dry run, the last thing before the approval, at one instant;
// and `--yes` goes on until the other one has given up.
fn pair(approving: impl Fn(&Stage) -> [Child; 2]) -> (Stage, String) {
    let stage = Stage::new();
    let (go, end) = (stage.desk.outside("go"), stage.desk.outside("end"));
    stage.kops.play(&format!(
        "lines:
- {{when: update cluster --yes, waitFor: {}}}
- {{when: update cluster, times: 2, waitFor: {}}}
",
        end.display(),
        go.display()
    ));
    let mut both = Vec::from(approving(&stage));
    stage.kops.wait_for("update cluster", 2, SOON);
    fs::write(&go, "").unwrap();
    let refused = first_to_end(&mut both);
    fs::write(&end, "").unwrap();
    let applied = both.remove(0).wait_with_output().unwrap();
    let said = |output: &Output| String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(applied.status.code(), Some(0), "{}", said(&applied));
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert_eq!(stage.kops.commands("update cluster --yes").len(), 1);
    (stage, said(&refused))
}

fn pairs() -> u32 {
    std::env::var("KOPSWAIN_PAIRS").map_or(4, |count| count.parse().unwrap())
}

// The lock object, once it is as wanted.
fn lock_becomes(stage: &Stage, there: bool) -> String {
    let began = Instant::now();
    loop {
        let address = stage.account.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).unwrap();
        let asked = format!("GET {LOCK} HTTP/1.1\r\nConnection: close\r\n\r\n");
        stream.write_all(asked.as_bytes()).unwrap();
        let mut told = String::new();
        stream.read_to_string(&mut told).unwrap();
        if told.contains("200 X") == there {
            return told;
        }
        assert!(began.elapsed() < SOON, "{told}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn first_to_end(both: &mut Vec<Child>) -> Output {
    let began = Instant::now();
    loop {
        let ended = both
            .iter_mut()
            .position(|one| one.try_wait().unwrap().is_some());
        if let Some(at) = ended {
            return both.remove(at).wait_with_output().unwrap();
        }
        assert!(began.elapsed() < SOON, "neither gives up");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn of_two_that_approve_at_the_same_instant_one_runs_yes_and_the_other_says_so() {
    for _ in 0..pairs() {
        let (_, told) = pair(|stage| [stage.approving(), stage.approving()]);
        let runs = format!("/runs/{CLUSTER}/");
        assert!(
            told.contains("another kopswain is at work on this cluster") && told.contains(&runs),
            "{told}"
        );
    }
}

#[test]
fn of_two_homes_with_the_lock_one_runs_yes_and_the_other_names_the_owner() {
    for _ in 0..pairs() {
        let two = |stage: &Stage| ["home", "elsewhere"].map(|home| stage.approving_in(home, true));
        let (stage, told) = pair(two);
        assert!(
            told.contains("the cluster is locked in its state store"),
            "{told}"
        );
        assert!(
            told.contains("arn:aws:iam::123456789012:user/a works on it since 20"),
            "{told}"
        );
        assert!(told.contains(&format!("aws s3 rm s3:/{LOCK}")), "{told}");
        lock_becomes(&stage, false);
    }
}

/// A kopswain that holds the lock while its kops is in the middle of `--yes`, until the file is there.
fn holding() -> (Stage, Child, PathBuf) {
    let stage = Stage::new();
    let end = stage.desk.outside("end");
    let wait = end.display();
    stage.kops.play(&format!(
        "lines: [{{when: update cluster --yes, waitFor: {wait}}}]\n"
    ));
    let holder = stage.approving_in("home", true);
    stage.kops.wait_for("update cluster --yes", 1, SOON);
    (stage, holder, end)
}

#[test]
fn whoever_takes_no_lock_heeds_that_of_others() {
    let (stage, holder, end) = holding();
    let told = stage.approving_in("elsewhere", false).wait_with_output();
    let told = String::from_utf8(told.unwrap().stderr).unwrap();
    assert!(
        told.contains("the cluster is locked in its state store"),
        "{told}"
    );
    fs::write(end, "").unwrap();
    let held = holder.wait_with_output().unwrap();
    assert_eq!(held.status.code(), Some(0), "{held:?}");
    assert_eq!(stage.kops.commands("update cluster --yes").len(), 1);
    lock_becomes(&stage, false);
}

// While kops works on, the lock is held; with its end it is given back.
#[test]
fn a_lock_is_given_back_also_when_kopswain_was_killed() {
    let (stage, mut holder, end) = holding();
    holder.kill().unwrap();
    holder.wait().unwrap();
    std::thread::sleep(Duration::from_millis(600));
    let owner = lock_becomes(&stage, true);
    assert!(owner.contains("\"process\""), "{owner}");
    fs::write(end, "").unwrap();
    lock_becomes(&stage, false);
}
