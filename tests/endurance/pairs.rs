//! Two kopswains that approve at the same instant: one `--yes`, and the other says who is at work.
//!
//! `KOPSWAIN_PAIRS=50 cargo test --test endurance pairs` tries so many pairs.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::account;
use crate::desk::Desk;
use crate::server::Server;
use crate::stage::ScriptedKops;

const CLUSTER: &str = "prod.example.com";
const STORE: &str = "s3://example-state";
const SOON: Duration = Duration::from_mins(2);

struct Stage {
    desk: Desk,
    kops: ScriptedKops,
    _account: Server,
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
            _account: account,
        }
    }

    fn approving(&self) -> Child {
        let kops = self.kops.program().display().to_string();
        let words = ["--kops", &kops, "review", CLUSTER, "--approve", CLUSTER];
        self.desk
            .command(&words)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }
}

// Both have looked and found nobody at work; both get their dry run, the last thing before the approval, at one instant;
// and `--yes` goes on until the other one has given up.
fn pair() {
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
    let mut both = vec![stage.approving(), stage.approving()];
    stage.kops.wait_for("update cluster", 2, SOON);
    fs::write(&go, "").unwrap();
    let refused = first_to_end(&mut both);
    fs::write(&end, "").unwrap();
    let applied = both.remove(0).wait_with_output().unwrap();
    let said = |output: &Output| String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(applied.status.code(), Some(0), "{}", said(&applied));
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    let told = said(&refused);
    let runs = format!("/runs/{CLUSTER}/");
    assert!(
        told.contains("another kopswain is at work on this cluster") && told.contains(&runs),
        "{told}"
    );
    assert_eq!(stage.kops.commands("update cluster --yes").len(), 1);
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
    let pairs = std::env::var("KOPSWAIN_PAIRS").map_or(4, |count| count.parse().unwrap());
    for _ in 0..pairs {
        pair();
    }
}
