//! A kopswain that is killed where it can do nothing about it any more: the kops that looks for it ends at once, and
//! nothing is left, neither on the disk nor in a state store.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use kopswain::io::process::WATCHDOG;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::desk::CHANNEL;
use crate::resume::{CLUSTER, Stage};
use crate::stage::Played;
use crate::wizard_keys as keys;

const SOON: Duration = Duration::from_mins(1);
/// How long kops would look if nobody ended it.
const LONG_MILLIS: u64 = 120_000;

struct Scene {
    stage: Stage,
    temporary: PathBuf,
}

impl Scene {
    fn new() -> Self {
        let mut stage = Stage::new();
        let temporary = stage.desk.outside("tmp");
        fs::create_dir(&temporary).unwrap();
        let named = temporary.display().to_string();
        stage.desk.set("TMPDIR", &named);
        stage.desk.set("AWS_REGION", "us-east-1");
        stage.desk.set("KOPS_STATE_STORE", "s3://example-state");
        Self { stage, temporary }
    }

    fn start(&self, words: &[&str]) -> Child {
        let kops = self.stage.kops.program().display().to_string();
        let words = [&["--kops", &kops, "--channel", CHANNEL], words].concat();
        let mut command = self.stage.desk.command(&words);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().unwrap()
    }

    // Whatever kops and kopswain made for this look.
    fn scratch(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.temporary).unwrap().flatten();
        entries.map(|entry| entry.path()).collect()
    }

    fn wait_until(&self, what: &str, wanted: impl Fn() -> bool) -> Duration {
        let began = Instant::now();
        while !wanted() {
            assert!(
                began.elapsed() < SOON,
                "{what}: {:?}, {:#?}",
                self.scratch(),
                self.stage.kops.played()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
        began.elapsed()
    }

    // Kills a kopswain that has asked kops for this look, and sees that nothing is left.
    fn kill(&self, kopswain: i32, looked: &Played) {
        let watchdogs = watchdogs_of(kopswain);
        assert_eq!(watchdogs.len(), 1, "{watchdogs:?}");
        kill(Pid::from_raw(kopswain), Signal::SIGKILL).unwrap();
        let took = self.wait_until("kops ends and its folder goes", || {
            !is_running(looked.pid) && self.scratch().is_empty()
        });
        // By itself kops would end much later.
        assert!(took < Duration::from_millis(LONG_MILLIS / 4), "{took:?}");
        self.wait_until("the watchdog ends", || !is_running(watchdogs[0]));
    }

    fn written(&self) -> Vec<String> {
        let asked = self.stage.stub.asked();
        let lines = asked.into_iter().map(|request| request.line);
        lines
            .filter(|line| line.starts_with("PUT") || line.starts_with("DELETE"))
            .collect()
    }
}

fn watchdogs_of(kopswain: i32) -> Vec<i32> {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let is_watchdog = |pid: &i32| {
        let read = |name: &str| fs::read_to_string(format!("/proc/{pid}/{name}"));
        let parent = format!("PPid:\t{kopswain}\n");
        read("status").is_ok_and(|status| status.contains(&parent))
            && read("cmdline").is_ok_and(|words| words.contains(WATCHDOG))
    };
    pids.filter(is_watchdog).collect()
}

// A process that has ended is listed until somebody has asked how.
fn is_running(pid: i32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat.rsplit_once(") ").map(|(_, rest)| rest.to_owned());
    state.is_some_and(|state| !state.starts_with(['Z', 'X']))
}

/// Each command of a preview.
const PREVIEWED: [&str; 4] = ["create -f", "get all", "create secret", "update cluster"];

#[test]
fn a_preview_that_is_killed_leaves_no_kops_no_folder_and_nothing_in_a_store() {
    for words in PREVIEWED {
        for command in [
            &["create", "--wait", "0s"][..],
            &["plan", "answers.yml", "--preview"],
        ] {
            let scene = Scene::new();
            let lasts = format!("lines: [{{when: {words}, lasts: {LONG_MILLIS}}}]\n");
            scene.stage.kops.play(&lasts);
            let mut running = scene.start(command);
            let looked = scene.stage.kops.wait_for(words, 1, SOON).remove(0);
            assert_eq!(scene.scratch().len(), 1, "{words}");
            scene.kill(looked.parent, &looked);
            running.wait().unwrap();
            assert_eq!(scene.written(), Vec::<String>::new());
            let store = format!(
                "{}.state/s3___example-state",
                scene.stage.kops.program().display()
            );
            assert!(!Path::new(&store).exists(), "{words}");
        }
    }
}

#[test]
fn a_preview_on_the_screen_that_is_killed_leaves_nothing_either() {
    let scene = Scene::new();
    let lasts = format!("lines: [{{when: update cluster, lasts: {LONG_MILLIS}}}]\n");
    scene.stage.kops.play(&lasts);
    let kops = scene.stage.kops.program().display().to_string();
    let words = ["--kops", &kops, "--channel", CHANNEL];
    let mut terminal = scene.stage.desk.terminal(&words, (120, 40));
    keys::answered_before(&mut terminal);
    let looked = scene
        .stage
        .kops
        .wait_for("update cluster", 1, SOON)
        .remove(0);
    scene.kill(looked.parent, &looked);
}

// A look at a cluster that exists writes nothing, and has nobody to tell any more.
#[test]
fn every_other_look_ends_with_its_kopswain_too() {
    let scene = Scene::new();
    scene.stage.create(Some(CLUSTER), 0);
    scene.stage.stub.add_cluster(CLUSTER);
    for (words, command) in [
        ("update cluster", &["review", CLUSTER][..]),
        ("get all", &["review", CLUSTER]),
        ("validate", &["watch", CLUSTER, "--wait", "5m"]),
    ] {
        let before = scene.stage.kops.commands(words).len();
        scene.stage.kops.play(&format!(
            "lines: [{{when: {words}, lasts: {LONG_MILLIS}}}]\n"
        ));
        let mut running = scene.start(command);
        let looked = scene.stage.kops.wait_for(words, before + 1, SOON);
        scene.kill(looked[before].parent, &looked[before]);
        running.wait().unwrap();
    }
}

// It may hold a prompt for a code open for a minute.
#[test]
fn a_credential_process_ends_with_its_kopswain_too() {
    let mut scene = Scene::new();
    let pid = scene.stage.desk.outside("helper.pid");
    let helper = format!(
        "[profile helper]\ncredential_process = echo $$ > {0}.new && mv {0}.new {0} && exec sleep 120\n",
        pid.display()
    );
    let folder = scene.stage.desk.outside("home").join(".aws");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("config"), helper).unwrap();
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
        scene.stage.desk.set(name, "");
    }
    scene.stage.desk.set("AWS_PROFILE", "helper");
    let mut running = scene.start(&["discover"]);
    scene.wait_until("the credential_process", || pid.exists());
    let helper: i32 = fs::read_to_string(&pid).unwrap().trim().parse().unwrap();
    assert!(is_running(helper));
    running.kill().unwrap();
    running.wait().unwrap();
    scene.wait_until("it ends", || !is_running(helper));
}
