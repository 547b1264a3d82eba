//! `create` once more for a cluster that the state store has: it goes on where the run stopped and does nothing twice.

use std::fs;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::desk::{CHANNEL, Desk, answers};
use crate::drift::fingerprint;
use crate::restored::running;
use crate::stage::{Played, ScriptedKops};
use crate::stub::{self, Stub};

pub(crate) const CLUSTER: &str = "again.example.com";
const STORE: &str = "s3://example-state";
const SOON: Duration = Duration::from_mins(1);

pub(crate) struct Stage {
    pub(crate) desk: Desk,
    pub(crate) kops: ScriptedKops,
    pub(crate) stub: Stub,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let mut desk = Desk::offline();
        let kops = ScriptedKops::put(&desk.outside("bin"));
        let stub = Stub::start();
        desk.set("AWS_ENDPOINT_URL", stub.url());
        desk.set("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
        desk.set("AWS_SECRET_ACCESS_KEY", "secret");
        desk.set("AWS_EC2_METADATA_DISABLED", "true");
        desk.write("answers.yml", &answers(CLUSTER, &stub::vpc()));
        Self { desk, kops, stub }
    }

    pub(crate) fn start(&self, approve: Option<&str>) -> Child {
        let kops = self.kops.program().display().to_string();
        let mut words = vec!["--kops", &kops, "--channel", CHANNEL];
        words.extend(["create", "--wait", "0s"]);
        words.extend(approve.iter().flat_map(|yes| ["--approve", yes]));
        let mut command = self.desk.command(&words);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    pub(crate) fn create(&self, approve: Option<&str>, code: i32) -> (String, String) {
        let output = self.start(approve).wait_with_output().unwrap();
        told(&output, code)
    }

    // The commands on the real state store that do something, without what only looks.
    pub(crate) fn done(&self) -> Vec<String> {
        let played = self.kops.played().into_iter();
        let store = |one: &Played| one.variables.get("KOPS_STATE_STORE").cloned();
        let real = played.filter(|one| store(one).as_deref() == Some(STORE));
        let lines = real.map(|one| one.args.join(" "));
        let does = |line: &String| line.starts_with("create") || line.contains("--yes");
        lines.filter(does).collect()
    }
}

pub(crate) fn told(output: &Output, code: i32) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (printed, said) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{printed}\n{said}");
    (printed, said)
}

pub(crate) fn create() -> String {
    "create -f cluster_spec.yml".to_owned()
}

pub(crate) fn key() -> String {
    format!("create secret --name={CLUSTER} sshpublickey admin -i key.pub")
}

pub(crate) fn yes() -> String {
    format!("update cluster --name={CLUSTER} --yes")
}

#[test]
fn a_run_that_was_killed_before_yes_goes_on_with_the_same_fingerprint() {
    let stage = Stage::new();
    let fingerprint = fingerprint(stage.create(None, 2).0.as_bytes());
    let go = stage.desk.outside("go");
    // The second dry run from here on is the one on the real store.
    stage.kops.play(&format!(
        "lines: [{{when: update cluster, unless: --yes, after: 2, times: 1, waitFor: {}}}]\n",
        go.display()
    ));
    let mut cut = stage.start(Some(&fingerprint));
    stage.kops.wait_for("update cluster", 3, SOON);
    stage.stub.add_cluster(CLUSTER);
    // While kops looks, nobody else goes on.
    let (_, said) = stage.create(Some(&fingerprint), 1);
    assert!(said.contains("another kopswain is at work"), "{said}");
    cut.kill().unwrap();
    cut.wait().unwrap();
    fs::write(&go, "").unwrap();
    // kops and its supervisor end by themselves.
    let began = Instant::now();
    while !running(&stage.desk, "kopswain").is_empty() {
        assert!(began.elapsed() < SOON);
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(stage.done(), [create(), key()]);
    let (printed, _) = stage.create(Some(&fingerprint), 0);
    assert!(
        printed.contains("with this spec, and --yes was not started"),
        "{printed}"
    );
    // kops refuses the spec that it has, and the key is there.
    assert_eq!(stage.done(), [create(), key(), create(), yes()]);
}

#[test]
fn what_another_machine_began_is_gone_on_with() {
    let stage = Stage::new();
    let spec = stage.desk.work().join("cluster_spec.yml");
    let out = spec.display().to_string();
    stage
        .desk
        .kopswain(&["--channel", CHANNEL, "plan", "answers.yml", "--out", &out])
        .expect(0);
    let done = Command::new(stage.kops.program())
        .args(["create", "-f", &out])
        .env("KOPS_STATE_STORE", STORE)
        .stdout(Stdio::null())
        .status();
    assert!(done.unwrap().success());
    stage.stub.add_cluster(CLUSTER);
    stage.create(Some(CLUSTER), 0);
    let mine = &stage.done()[1..];
    assert_eq!(mine, [create(), key(), yes()]);
}

#[test]
fn after_yes_failed_the_clusters_own_dry_run_is_asked_for_and_only_that_is_left() {
    let stage = Stage::new();
    stage.kops.play(
        "lines: [{when: update cluster --yes, times: 1, exit: 1, stderr: 'Error: no luck'}]\n",
    );
    stage.create(Some(CLUSTER), 1);
    stage.stub.add_cluster(CLUSTER);
    let (printed, said) = stage.create(None, 2);
    assert!(
        printed.contains("with this spec, and --yes was started"),
        "{printed}"
    );
    let kops = stage.kops.program().display();
    let wanted = format!(
        "to apply it as shown: kopswain --kops {kops} create --answers answers.yml --approve "
    );
    let line = said.lines().find_map(|line| line.strip_prefix(&wanted));
    stage.create(line, 0);
    let again = format!(
        "{} --create-kube-config=false --vmodule=update_cluster=2",
        yes()
    );
    assert_eq!(stage.done(), [create(), key(), yes(), again]);
    // And then there is nothing left to do.
    let (printed, _) = stage.create(None, 0);
    assert!(
        printed.contains("no changes need to be applied"),
        "{printed}"
    );
    assert_eq!(stage.done().len(), 4);
}

#[test]
fn another_spec_of_that_name_is_never_overwritten_and_a_review_is_offered() {
    let stage = Stage::new();
    stage.create(Some(CLUSTER), 0);
    stage.stub.add_cluster(CLUSTER);
    let text = stage.desk.read("answers.yml");
    stage
        .desk
        .write("answers.yml", &text.replace("max: 6", "max: 9"));
    let before = stage.done();
    let (_, said) = stage.create(Some(CLUSTER), 1);
    for words in [
        "again.example.com is in s3://example-state with another spec: ",
        " --state s3://example-state ",
        " edit again.example.com in the folder of its answers file",
    ] {
        assert!(said.contains(words), "{words} is not in {said}");
    }
    assert_eq!(stage.done(), before);
}
