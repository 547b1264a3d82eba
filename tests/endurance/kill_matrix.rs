//! Whatever happens to kopswain at whatever moment of an apply: kops goes on undisturbed, its end is known afterwards, no
//! second `--yes` is started, and the terminal is given back. The scripted kops tells what really happened.
//!
//! `KOPSWAIN_MOMENTS=20 cargo test --test endurance kill_matrix` tries so many moments for each kind of trouble.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use serde_json::Value;

use crate::account;
use crate::desk::{Desk, PROGRAM};
use crate::pty::Terminal;
use crate::restored::running;
use crate::stage::{Played, ScriptedKops, example};

const CLUSTER: &str = "prod.example.com";
const SOON: Duration = Duration::from_mins(1);
/// How long `--yes` takes, and how long after the approval trouble comes at the latest.
const APPLY_MILLIS: u64 = 900;
const LATEST_MILLIS: u64 = 2_000;
/// Trials at once: they mostly wait.
const AT_ONCE: usize = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    Signal(Signal),
    StopAndGoOn,
    TerminalClosed,
    Panic,
    DiskFull,
}

const TROUBLES: [Trouble; 9] = [
    Trouble::Signal(Signal::SIGINT),
    Trouble::Signal(Signal::SIGTERM),
    Trouble::Signal(Signal::SIGHUP),
    Trouble::Signal(Signal::SIGQUIT),
    Trouble::Signal(Signal::SIGKILL),
    Trouble::StopAndGoOn,
    Trouble::TerminalClosed,
    Trouble::Panic,
    Trouble::DiskFull,
];

/// One trial: what happens, when, and how kops ends.
#[derive(Clone, Copy, Debug)]
struct Trial {
    trouble: Trouble,
    after: Duration,
    exit: i32,
}

// The same numbers each time, so that a trial that fails is found again.
fn trials(moments: u64) -> Vec<Trial> {
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut random = move |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let mut all = Vec::new();
    for trouble in TROUBLES {
        for _ in 0..moments {
            all.push(Trial {
                trouble,
                after: Duration::from_millis(random(LATEST_MILLIS)),
                exit: i32::from(random(2) == 0),
            });
        }
    }
    all
}

struct Stage {
    // Dropped first: a folder with a disk in it cannot be removed.
    small: Option<SmallDisk>,
    desk: Desk,
    kops: ScriptedKops,
}

impl Stage {
    fn of(trial: &Trial) -> Self {
        let mut desk = Desk::offline();
        let kops = ScriptedKops::put(&desk.outside("bin"));
        desk.set(
            "PATH",
            &format!("{}:/usr/bin:/bin", desk.outside("bin").display()),
        );
        desk.set("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
        desk.set("AWS_SECRET_ACCESS_KEY", "secret");
        desk.set("AWS_REGION", "us-east-1");
        desk.set("AWS_ENDPOINT_URL", &account::start().url);
        desk.set("KOPS_STATE_STORE", "s3://example-state");
        let kept = desk.outside("state");
        std::fs::create_dir(&kept).unwrap();
        desk.set("XDG_STATE_HOME", &kept.display().to_string());
        let small = (trial.trouble == Trouble::DiskFull).then(|| SmallDisk::at(&kept));
        kops.play(&format!(
            "lines:
- {{when: update cluster --yes, lasts: {APPLY_MILLIS}, exit: {}}}
- {{when: update cluster, lasts: 1500}}
",
            trial.exit
        ));
        let stage = Self { small, desk, kops };
        stage.store_the_spec();
        stage
    }

    fn store_the_spec(&self) {
        let spec =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/kops/cluster_spec.yml");
        let done = Command::new(self.kops.program())
            .args(["create", "-f"])
            .arg(spec)
            .env("KOPS_STATE_STORE", "s3://example-state")
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(done.success());
    }

    // Approves, and gives the terminal with its modes before kopswain took it.
    fn approved(&mut self, trial: &Trial) -> Terminal {
        let program = match trial.trouble {
            Trouble::Panic => {
                let after = trial.after.as_millis();
                self.desk.set(
                    "CRASH_FILE",
                    &self.desk.outside("crash").display().to_string(),
                );
                self.desk.set("CRASH_AFTER", &after.to_string());
                example("crashing")
            }
            _ => PathBuf::from(PROGRAM),
        };
        let words = [&program.display().to_string(), "review", CLUSTER];
        let mut terminal = self.desk.other(&words);
        terminal.wait_for(" create · ", SOON);
        terminal.keys("a");
        terminal.wait_for("Type the cluster's name to approve", SOON);
        terminal.keys(&format!("{CLUSTER}<enter>"));
        terminal.wait_for("Run 20", SOON);
        terminal
    }

    fn applies(&self) -> Vec<Played> {
        self.kops.commands("update cluster --yes")
    }

    // Until nothing of this trial runs any more.
    fn alone(&self) {
        let began = Instant::now();
        let any = |name: &&str| !running(&self.desk, name).is_empty();
        while ["kopswain", "crashing", "kops"].iter().any(any) {
            assert!(began.elapsed() < SOON, "something goes on");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    // Waits until nothing of kops runs any more: what has begun has ended by itself.
    fn settled(&self) {
        let quiet = |commands: &[Played]| commands.iter().all(|command| command.exit.is_some());
        self.kops.wait_until("update cluster", SOON, quiet);
    }

    // The journal of the one run.
    fn journal(&self) -> String {
        let runs = self.desk.outside("state/kopswain/runs").join(CLUSTER);
        let runs = std::fs::read_dir(runs).unwrap().flatten();
        let journals =
            runs.filter_map(|run| std::fs::read_to_string(run.path().join("journal")).ok());
        journals.collect()
    }

    // What kopswain says of the run when it is asked afterwards.
    fn told(&self) -> String {
        let ended = self.desk.kopswain(&["watch", CLUSTER, "--once"]);
        let mut lines = ended.stderr.lines();
        lines
            .find(|line| line.starts_with("run: "))
            .unwrap_or_default()
            .to_owned()
    }
}

fn run(trial: &Trial) {
    let mut stage = Stage::of(trial);
    let terminal = stage.approved(trial);
    let restored = strike(&stage, trial, terminal);
    stage.settled();
    if let Some(small) = &stage.small {
        small.room();
    }
    // Just before its end kopswain may have started the supervisor of the next command.
    stage.alone();
    let applies = stage.applies();
    assert!(applies.len() <= 1, "a second --yes: {applies:#?}");
    for played in stage.kops.played() {
        assert_eq!(
            played.signals,
            Vec::<String>::new(),
            "kops was disturbed: {played:#?}"
        );
    }
    assert!(restored, "the terminal was not given back");
    known(&stage, trial, applies.first());
}

// The end of `--yes` is what kops says it is: in the journal, and in what kopswain tells afterwards unless it was seen to
// the end before.
fn known(stage: &Stage, trial: &Trial, apply: Option<&Played>) {
    let Some(apply) = apply else {
        let told = stage.told();
        assert!(!told.contains("--yes:"), "there was no --yes: {told}");
        return;
    };
    assert_eq!(apply.exit, Some(trial.exit));
    let word = if trial.exit == 0 {
        "succeeded"
    } else {
        "failed"
    };
    let wanted = format!(
        "run: kops update cluster --name={CLUSTER} --yes --create-kube-config=false --vmodule=update_cluster=2: {word};"
    );
    let began = Instant::now();
    loop {
        let journal = stage.journal();
        let (told, seen) = (stage.told(), journal.contains("\"event\":\"closed\""));
        let noted = journal
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let ends: Vec<Value> = noted.filter(|noted| noted["event"] == "finished").collect();
        let right = ends.last().is_some_and(|end| end["exit"] == trial.exit);
        if right && (told.starts_with(&wanted) || (seen && told.is_empty())) {
            return;
        }
        let late = began.elapsed() > Duration::from_secs(20);
        assert!(!late, "{told:?} is not {wanted:?}\n{journal}");
    }
}

// Lets it happen, and tells whether the terminal is as it was.
fn strike(stage: &Stage, trial: &Trial, mut terminal: Terminal) -> bool {
    let pid = terminal.pid();
    if trial.trouble != Trouble::Panic {
        std::thread::sleep(trial.after);
    }
    match trial.trouble {
        Trouble::Signal(Signal::SIGKILL) => {
            kill(pid, Signal::SIGKILL).unwrap();
            // Nothing can be given back by who was killed.
            let _ = terminal.end(SOON);
            true
        }
        Trouble::Signal(signal) => {
            kill(pid, signal).unwrap();
            restored(terminal)
        }
        Trouble::StopAndGoOn => {
            kill(pid, Signal::SIGSTOP).unwrap();
            std::thread::sleep(Duration::from_millis(300));
            kill(pid, Signal::SIGCONT).unwrap();
            stage.kops.wait_until("update cluster --yes", SOON, |all| {
                all.first().is_some_and(|apply| apply.exit.is_some())
            });
            leave(&mut terminal);
            restored(terminal)
        }
        Trouble::TerminalClosed => {
            drop(terminal.hang_up("?"));
            true
        }
        Trouble::Panic => {
            std::fs::write(stage.desk.outside("crash"), "").unwrap();
            restored(terminal)
        }
        Trouble::DiskFull => {
            stage.small.as_ref().unwrap().fill();
            stage.settled();
            std::thread::sleep(Duration::from_millis(200));
            leave(&mut terminal);
            restored(terminal)
        }
    }
}

fn restored(terminal: Terminal) -> bool {
    let left = terminal.end(SOON);
    let raw = left.modes.contains("ICANON") && left.modes.contains("ECHO");
    !left.alternate_screen && !left.cursor_hidden && !left.bracketed_paste && raw
}

// ctrl-c asks or leaves, depending on what is on the screen; d and l answer what it asks.
fn leave(terminal: &mut Terminal) {
    terminal.keys("<ctrl-c>");
    std::thread::sleep(Duration::from_millis(200));
    terminal.keys("d");
    std::thread::sleep(Duration::from_millis(100));
    terminal.keys("l");
}

/// A disk of half a MiB in a folder, as only root can make one.
pub(crate) struct SmallDisk {
    at: PathBuf,
}

impl SmallDisk {
    pub(crate) fn possible() -> bool {
        let who = Command::new("id").arg("-u").output().unwrap();
        who.stdout == b"0\n"
    }

    pub(crate) fn at(folder: &Path) -> Self {
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=512k,mode=0700", "none"])
            .arg(folder)
            .status()
            .unwrap();
        assert!(mounted.success(), "no small disk could be mounted");
        Self {
            at: folder.to_owned(),
        }
    }

    pub(crate) fn fill(&self) {
        let mut file = std::fs::File::create(self.at.join("filler")).unwrap();
        while file.write_all(&[b'.'; 512]).is_ok() {}
    }

    fn room(&self) {
        let _ = std::fs::remove_file(self.at.join("filler"));
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.at).status();
    }
}

#[test]
fn whatever_happens_to_kopswain_kops_goes_on_and_its_end_is_known() {
    let moments = std::env::var("KOPSWAIN_MOMENTS").ok();
    let moments = moments.map_or(2, |text| text.parse().unwrap());
    let mut all = trials(moments);
    if !SmallDisk::possible() {
        all.retain(|trial| trial.trouble != Trouble::DiskFull);
        let _ = writeln!(
            std::io::stderr(),
            "not tried: a full disk, which needs root to mount a small one"
        );
    }
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(trial) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
            let outcome = std::panic::catch_unwind(|| run(trial));
            if let Err(why) = outcome {
                let why = why.downcast_ref::<String>().cloned().unwrap_or_default();
                failed.lock().unwrap().push(format!("{trial:?}: {why}"));
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(work);
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(
        failed.is_empty(),
        "{} of {} trials failed:\n{}",
        failed.len(),
        all.len(),
        failed.join("\n")
    );
    let _ = writeln!(
        std::io::stderr(),
        "kill matrix: {} trials, {moments} moments each",
        all.len()
    );
}
