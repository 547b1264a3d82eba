//! What kops sees of the running control plane decides which version the nodes get: its dry run and its `--yes` see the
//! same, through the same kubeconfig, and where they do not it is told.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::account;
use crate::desk::{Desk, Ended};
use crate::drift::fingerprint;
use crate::resume::{self, Stage as New};
use crate::stage::{Played, ScriptedKops};

const CLUSTER: &str = "prod.example.com";
const YES: &str = "update cluster --yes";
const SOON: Duration = Duration::from_mins(1);
/// A minor upgrade, as kops once printed it.
const UPGRADE: &str = "{when: update cluster, unless: --yes, recording: update-image-and-version}";

struct Stage {
    desk: Desk,
    kops: ScriptedKops,
    kubeconfig: PathBuf,
}

impl Stage {
    /// A cluster whose spec asks for 1.35.0, and a kubeconfig through which its control plane is seen to run 1.34.0.
    fn new() -> Self {
        let mut desk = Desk::offline();
        let kops = ScriptedKops::put(&desk.outside("bin"));
        let path = format!("{}:/usr/bin:/bin", desk.outside("bin").display());
        desk.set("PATH", &path);
        desk.set("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
        desk.set("AWS_SECRET_ACCESS_KEY", "secret");
        desk.set("AWS_REGION", "us-east-1");
        desk.set("AWS_ENDPOINT_URL", &account::start().url);
        desk.set("KOPS_STATE_STORE", "s3://example-state");
        let kubeconfig = desk.outside("kubeconfig");
        desk.set("KUBECONFIG", &kubeconfig.display().to_string());
        let stage = Self {
            desk,
            kops,
            kubeconfig,
        };
        fs::write(&stage.kubeconfig, runs("1.34.0")).unwrap();
        stage.kops.play(&format!("lines: [{UPGRADE}]\n"));
        stage.store_the_spec();
        stage
    }

    fn store_the_spec(&self) {
        let recorded =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/kops/cluster_spec.yml");
        let spec = fs::read_to_string(recorded).unwrap();
        self.desk.write(
            "stored.yml",
            &spec.replace("kubernetesVersion: 1.34.0", "kubernetesVersion: 1.35.0"),
        );
        let mut command = Command::new(self.kops.program());
        self.desk.prepare(&mut command);
        command.args(["create", "-f", "stored.yml"]);
        assert!(command.stdout(Stdio::null()).status().unwrap().success());
    }

    fn review(&self, words: &[&str], code: i32) -> Ended {
        let all = [&["review", CLUSTER], words].concat();
        self.desk.kopswain(&all).expect(code)
    }

    fn approve(&self) -> Child {
        let mut command = self
            .desk
            .command(&["review", CLUSTER, "--approve", CLUSTER]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }
}

fn runs(version: &str) -> String {
    format!("apiVersion: v1\nkind: Config\n# {CLUSTER} runs {version}\n")
}

fn said(running: Child) -> (Option<i32>, String) {
    let output = running.wait_with_output().unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

fn kubeconfigs(played: &[Played]) -> Vec<Option<&str>> {
    let variables = played.iter().map(|one| &one.variables);
    variables
        .map(|of| of.get("KUBECONFIG").map(String::as_str))
        .collect()
}

#[test]
fn yes_looks_through_the_kubeconfig_of_the_dry_run_and_leaves_it_alone() {
    let stage = Stage::new();
    let shown = stage.review(&[], 2);
    let told = "kops sees the control plane run 1.34.0";
    assert!(shown.stdout.contains(told), "{}", shown.stdout);
    let held = "kops holds the nodes at 1.34.0 until the control plane is replaced";
    assert!(shown.stdout.contains(held), "{}", shown.stdout);

    let yes = fingerprint(shown.stderr.as_bytes());
    let before = fs::read(&stage.kubeconfig).unwrap();
    let applied = stage.review(&["--approve", &yes], 0);
    assert_eq!(fs::read(&stage.kubeconfig).unwrap(), before);
    let played = stage.kops.commands("update cluster");
    assert_eq!(played.len(), 4, "two dry runs, one more right before --yes");
    let own = stage.kubeconfig.to_str();
    assert_eq!(kubeconfigs(&played), [own; 4]);
    assert_eq!(
        played[3].args.join(" "),
        format!(
            "update cluster --name={CLUSTER} --yes --create-kube-config=false --vmodule=update_cluster=2"
        )
    );
    // kops's own order: the control plane, the update of the nodes, the nodes.
    let next: Vec<&str> = applied
        .stderr
        .lines()
        .filter_map(|line| line.strip_prefix("next: "))
        .filter_map(|line| line.split("  (").next())
        .collect();
    assert_eq!(
        next,
        [
            "kops rolling-update cluster --name=prod.example.com --instance-group-roles=control-plane,apiserver --yes",
            "kopswain review prod.example.com",
            "kops rolling-update cluster --name=prod.example.com --yes",
            "kops update cluster --name=prod.example.com --prune",
        ],
        "{}",
        applied.stderr
    );

    // It looks finished and is not.
    stage.kops.play("lines: []\n");
    let again = stage.review(&[], 0);
    assert!(
        again.stderr.contains("next: kops rolling-update"),
        "{}",
        again.stderr
    );
}

#[test]
fn the_kubeconfig_that_is_named_is_the_one_that_kops_sees() {
    let stage = Stage::new();
    let other = stage.desk.outside("other");
    fs::rename(&stage.kubeconfig, &other).unwrap();
    let not_seen = stage.review(&[], 2).stdout;
    let danger = "danger: Kubernetes goes from 1.34.0 to 1.35.0, and the nodes get 1.35.0 at once";
    assert!(not_seen.contains(danger), "{not_seen}");
    let named = other.to_str().unwrap();
    let seen = stage.review(&["--use-kubeconfig", named, "--approve", CLUSTER], 0);
    assert!(!seen.stdout.contains(danger), "{}", seen.stdout);
    let yes = stage.kops.commands(YES);
    assert_eq!(kubeconfigs(&yes), [Some(named)]);
}

#[test]
fn a_control_plane_that_is_not_seen_any_more_refuses_the_approval() {
    let stage = Stage::new();
    let yes = fingerprint(stage.review(&[], 2).stderr.as_bytes());
    fs::remove_file(&stage.kubeconfig).unwrap();
    let refused = stage.review(&["--approve", &yes], 1).stderr;
    let told = "running control plane: approved 1.34.0, now not seen by kops";
    assert!(refused.contains(told), "{refused}");
    assert_eq!(stage.kops.commands(YES), []);
}

#[test]
fn it_is_read_again_right_before_yes() {
    let stage = Stage::new();
    let go = stage.desk.outside("go");
    let held = format!(
        "{{when: update cluster, unless: --yes, recording: update-image-and-version, after: 1, waitFor: {}}}",
        go.display()
    );
    stage.kops.play(&format!("lines: [{held}, {UPGRADE}]\n"));
    let running = stage.approve();
    stage.kops.wait_for("update cluster", 2, SOON);
    fs::write(&stage.kubeconfig, runs("1.35.0")).unwrap();
    fs::write(&go, "").unwrap();
    let (code, told) = said(running);
    assert_eq!(code, Some(1), "{told}");
    let difference = "running control plane: approved 1.34.0, now 1.35.0";
    assert!(told.contains(difference), "{told}");
    assert_eq!(stage.kops.commands(YES), []);
}

// What does not exist cannot be seen: neither the preview nor `--yes` looks through the person's kubeconfig, in which an
// older cluster of this name may stand, and what they look through is the same for every home and machine.
#[test]
fn a_run_exports_into_its_own_folder_and_leaves_the_persons_kubeconfig_alone() {
    let mut stage = New::new();
    let own = stage.desk.outside("kubeconfig");
    let text = runs("1.30.0").replace(CLUSTER, resume::CLUSTER);
    fs::write(&own, &text).unwrap();
    stage.desk.set("KUBECONFIG", own.to_str().unwrap());
    let (shown, _) = stage.create(None, 2);
    stage.create(Some(&fingerprint(shown.as_bytes())), 0);
    assert_eq!(fs::read_to_string(&own).unwrap(), text);

    let played = stage.kops.commands("update cluster");
    let [first, preview, dry_run, yes] = played.as_slice() else {
        panic!("{played:#?}");
    };
    let path = |played: &Played| PathBuf::from(&played.variables["KUBECONFIG"]);
    for looked in [first, preview] {
        let scratch = path(looked);
        assert!(!scratch.exists() && scratch != own, "{scratch:?}");
    }
    assert_eq!(path(dry_run), path(yes));
    let exported = path(yes);
    let kept = stage.desk.outside("home/.local/state/kopswain/runs");
    assert!(exported.starts_with(&kept), "{exported:?}");
    let mode = fs::metadata(&exported).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(
        yes.args.join(" "),
        format!("update cluster --name={} --yes", resume::CLUSTER)
    );
}

// The last moment that nobody can look into: kops says itself what it sees, before it begins.
#[test]
fn a_yes_that_sees_it_otherwise_is_stopped_at_once() {
    let stage = Stage::new();
    let go = stage.desk.outside("go");
    let slow = format!("{{when: {YES}, waitFor: {}, lasts: 60000}}", go.display());
    stage.kops.play(&format!("lines: [{slow}, {UPGRADE}]\n"));
    let running = stage.approve();
    stage.kops.wait_for(YES, 1, SOON);
    fs::remove_file(&stage.kubeconfig).unwrap();
    fs::write(&go, "").unwrap();
    let (code, told) = said(running);
    assert_eq!(code, Some(1), "{told}");
    let words = "--yes did not see the running control plane as approved";
    assert!(told.contains(words), "{told}");
    assert!(told.contains("approved was: 1.34.0"), "{told}");
    assert_eq!(stage.kops.commands(YES)[0].signals, ["INT"]);
}

// One that was quicker than the interrupt has applied what was not approved: said plainly, and no success.
#[test]
fn a_yes_that_saw_it_otherwise_to_its_end_is_no_success() {
    let stage = Stage::new();
    let go = stage.desk.outside("go");
    let quick = format!(
        "{{when: {YES}, waitFor: {}, 'on': {{INT: ignore}}}}",
        go.display()
    );
    stage.kops.play(&format!("lines: [{quick}, {UPGRADE}]\n"));
    let running = stage.approve();
    stage.kops.wait_for(YES, 1, SOON);
    fs::write(&stage.kubeconfig, runs("1.33.0")).unwrap();
    fs::write(&go, "").unwrap();
    let (code, told) = said(running);
    assert_eq!(code, Some(1), "{told}");
    assert!(
        told.contains("kops sees the control plane run 1.33.0"),
        "{told}"
    );
}
