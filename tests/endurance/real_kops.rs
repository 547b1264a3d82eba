//! A sample of the kill matrix with the real kops on the lab: what it does to AWS is whole, whatever became of kopswain.
//!
//! `KOPSWAIN_MOMENTS=2` tries every kind of trouble at so many moments; otherwise three kinds once.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use serde_json::Value;

use crate::desk::{Desk, PROGRAM, answers};
use crate::lab::{Lab, Vpc};
use crate::pty::Terminal;
use crate::stage::example;

/// Both the dry run and `--yes` take some ten seconds on two processors that do nothing else.
const ANSWER: Duration = Duration::from_mins(5);
/// kops waits most of the time: for a channel file that is not served here, and for AWS.
const AT_ONCE: usize = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    Kill,
    TerminalClosed,
    WindowClosed,
    Terminate,
    Interrupt,
    Hangup,
    Quit,
    StopAndGoOn,
    Panic,
}

const TROUBLES: [Trouble; 9] = [
    Trouble::Kill,
    Trouble::WindowClosed,
    Trouble::Panic,
    Trouble::TerminalClosed,
    Trouble::Terminate,
    Trouble::Interrupt,
    Trouble::Hangup,
    Trouble::Quit,
    Trouble::StopAndGoOn,
];

pub(crate) struct Trial {
    trouble: Trouble,
    pub(crate) cluster: String,
    pub(crate) desk: Desk,
}

/// Where kopswain runs.
enum Place {
    Pty(Box<Terminal>),
    Tmux(Window),
}

impl Trial {
    // A cluster in the state store, with nothing of it in AWS.
    pub(crate) fn of(trouble: Trouble, moment: usize, lab: &Lab, vpc: &Vpc) -> Self {
        // Short: the lab takes no target group whose cut name has two hyphens in a row (lab/README.md).
        let kind = TROUBLES.iter().position(|other| *other == trouble);
        let cluster = format!("k{}-{moment}.example.com", kind.unwrap_or(0));
        let desk = Desk::at(lab);
        desk.write("answers.yml", &answers(&cluster, vpc));
        desk.kopswain(&["plan", "answers.yml", "--out", "spec.yml"])
            .expect(0);
        let kops = |words: &[&str]| lab.ask_kops(words, &desk.work());
        kops(&["create", "-f", "spec.yml"]);
        kops(&[
            "create",
            "secret",
            "--name",
            &cluster,
            "sshpublickey",
            "admin",
            "-i",
            "key.pub",
        ]);
        Self {
            trouble,
            cluster,
            desk,
        }
    }

    /// A cluster that somebody else makes at this desk.
    pub(crate) fn about(cluster: &str, desk: Desk) -> Self {
        Self {
            trouble: Trouble::Kill,
            cluster: cluster.to_owned(),
            desk,
        }
    }

    fn approved(&mut self) -> Place {
        let cluster = self.cluster.clone();
        if self.trouble == Trouble::WindowClosed {
            let window = Window::open(&self.desk, &["review", &cluster]);
            window.wait_for(" create · ");
            window.keys("a");
            window.wait_for("Type the cluster's name to approve");
            window.keys(&cluster);
            window.enter();
            return Place::Tmux(window);
        }
        let mut terminal = if self.trouble == Trouble::Panic {
            let file = self.desk.outside("crash").display().to_string();
            self.desk.set("CRASH_FILE", &file);
            self.desk.set("CRASH_AFTER", "1");
            let program = example("crashing").display().to_string();
            self.desk.other(&[&program, "review", &cluster])
        } else {
            self.desk.terminal(&["review", &cluster], (100, 30))
        };
        self.approve(&mut terminal);
        Place::Pty(Box::new(terminal))
    }

    /// Reads nothing, and types the name.
    pub(crate) fn approve(&self, terminal: &mut Terminal) {
        terminal.wait_for(" create · ", ANSWER);
        terminal.keys("a");
        terminal.wait_for("Type the cluster's name to approve", ANSWER);
        terminal.keys(&format!("{}<enter>", self.cluster));
    }

    fn strike(&self, place: Place) {
        let terminal = match place {
            Place::Tmux(window) => return window.close(),
            Place::Pty(terminal) => *terminal,
        };
        let pid = terminal.pid();
        let signal = match self.trouble {
            Trouble::Kill => Signal::SIGKILL,
            Trouble::Terminate => Signal::SIGTERM,
            Trouble::Interrupt => Signal::SIGINT,
            Trouble::Hangup => Signal::SIGHUP,
            Trouble::Quit => Signal::SIGQUIT,
            Trouble::Panic => {
                fs::write(self.desk.outside("crash"), "").unwrap();
                return terminal.end(ANSWER).restored();
            }
            Trouble::StopAndGoOn => return self.stop_and_go_on(terminal),
            Trouble::TerminalClosed | Trouble::WindowClosed => {
                return drop(terminal.hang_up("?"));
            }
        };
        kill(pid, signal).unwrap();
        let left = terminal.end(ANSWER);
        if self.trouble != Trouble::Kill {
            left.restored();
        }
    }

    // Whoever was stopped sees the end of kops afterwards.
    fn stop_and_go_on(&self, mut terminal: Terminal) {
        kill(terminal.pid(), Signal::SIGSTOP).unwrap();
        std::thread::sleep(Duration::from_secs(3));
        kill(terminal.pid(), Signal::SIGCONT).unwrap();
        terminal.wait_for("olling update", ANSWER);
        terminal.keys("q");
        terminal.end(ANSWER).restored();
        assert!(self.ended().is_some());
    }

    // Who comes back finds the run, live or at its end.
    fn found_again(&self) {
        let mut terminal = self.desk.terminal(&[], (100, 30));
        terminal.wait_for(
            &format!("kops update cluster --name={} --yes", self.cluster),
            ANSWER,
        );
        terminal.keys("<ctrl-c>");
        std::thread::sleep(Duration::from_millis(500));
        terminal.keys("dl");
        terminal.end(ANSWER).restored();
    }

    /// The end of the last `--yes`.
    pub(crate) fn ended(&self) -> Option<Value> {
        let last = self.applies().pop()?;
        let ends = |noted: &Value| {
            noted["event"] == "finished"
                && noted["run"] == last["run"]
                && noted["number"] == last["number"]
        };
        self.journal().into_iter().find(ends)
    }

    // What was noted in all runs of the cluster, the oldest first, each with its run.

    pub(crate) fn journal(&self) -> Vec<Value> {
        let runs = self
            .desk
            .outside("home/.local/state/kopswain/runs")
            .join(&self.cluster);
        let runs = fs::read_dir(runs).into_iter().flatten().flatten();
        let mut journals: Vec<PathBuf> = runs.map(|run| run.path().join("journal")).collect();
        journals.sort();
        let mut noted = Vec::new();
        for (run, journal) in journals.iter().enumerate() {
            let text = fs::read_to_string(journal).unwrap_or_default();
            let whole = text
                .lines()
                .filter_map(|line| serde_json::from_str(line).ok());
            noted.extend(whole.map(|mut line: Value| {
                line["run"] = run.into();
                line
            }));
        }
        noted
    }

    // The commands with `--yes` that were started.
    pub(crate) fn applies(&self) -> Vec<Value> {
        let journal = self.journal();
        let yes = |noted: &&Value| {
            noted["event"] == "starting"
                && noted["args"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|arg| arg == "--yes")
        };
        journal.iter().filter(yes).cloned().collect()
    }

    pub(crate) fn wait(&self, what: &str, holds: impl Fn() -> bool) {
        let began = Instant::now();
        while !holds() {
            assert!(
                began.elapsed() < ANSWER,
                "{:?}: never {what}: {:#?}",
                self.trouble,
                self.journal()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn run(trouble: Trouble, moment: usize, lab: &Lab, vpc: &Vpc) {
    let mut trial = Trial::of(trouble, moment, lab, vpc);
    let place = trial.approved();
    trial.wait("started --yes", || trial.applies().len() == 1);
    // Each time two seconds further into the work of kops, and not at the same moment for each kind.
    let kind = TROUBLES.iter().position(|other| *other == trouble);
    let after = moment * 2_000 + kind.unwrap_or(0) * 700;
    std::thread::sleep(Duration::from_millis(u64::try_from(after).unwrap()));
    trial.strike(place);
    if trouble == Trouble::WindowClosed {
        trial.found_again();
    }
    trial.wait("ended --yes", || trial.ended().is_some());
    assert_eq!(trial.ended().unwrap()["exit"], 0);
    let told = trial.desk.kopswain(&["watch", &trial.cluster, "--once"]);
    let wanted = format!(
        "run: kops update cluster --name={} --yes --create-kube-config=false --vmodule=update_cluster=2: succeeded;",
        trial.cluster
    );
    // Who was stopped and went on has seen the end.
    let seen = trouble == Trouble::StopAndGoOn;
    assert!(seen || told.stderr.starts_with(&wanted), "{}", told.stderr);
    assert_eq!(trial.applies().len(), 1);
    let interrupted = |noted: &&Value| noted["event"] == "interrupted";
    assert_eq!(trial.journal().iter().find(interrupted), None);
    let left = lab.ask_kops(&["update", "cluster", &trial.cluster], &trial.desk.work());
    assert!(!left.contains("Will create resources"), "{left}");
    let kubeconfig = kubeconfigs(&trial);
    // A cluster that exists is applied without an export.
    assert_eq!(kubeconfig, Vec::<PathBuf>::new());
}

#[test]
#[ignore = "needs the lab: ./check"]
fn the_real_kops_ends_its_work_whatever_becomes_of_kopswain() {
    let lab = Lab::start("killed");
    let moments = std::env::var("KOPSWAIN_MOMENTS").ok();
    let moments: Option<usize> = moments.map(|text| text.parse().unwrap());
    let kinds = if moments.is_some() { TROUBLES.len() } else { 3 };
    let trials: Vec<(Trouble, usize)> = (0..moments.unwrap_or(1))
        .flat_map(|moment| TROUBLES.map(|kind| (kind, moment)).into_iter().take(kinds))
        .collect();
    // A VPC for each: what is planned at the same moment must not meet.
    let vpcs: Vec<Vpc> = trials
        .iter()
        .map(|_| lab.world("method").remove(0))
        .collect();
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some((trouble, moment)) = trials.get(at) else {
                return;
            };
            let outcome = std::panic::catch_unwind(|| run(*trouble, *moment, &lab, &vpcs[at]));
            if let Err(why) = outcome {
                let why = why.downcast_ref::<String>().cloned().unwrap_or_default();
                failed
                    .lock()
                    .unwrap()
                    .push(format!("{trouble:?} {moment}: {why}"));
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(work);
        }
    });
    let failed = failed.into_inner().unwrap();
    let (count, all) = (failed.len(), trials.len());
    assert!(
        failed.is_empty(),
        "{count} of {all}:\n{}",
        failed.join("\n")
    );
    eprintln!("kill matrix with the real kops: {all} trials, {kinds} kinds");
}

/// A window of tmux with a server of its own.
struct Window {
    socket: PathBuf,
}

impl Window {
    fn open(desk: &Desk, words: &[&str]) -> Self {
        let socket = desk.outside("tmux");
        let window = Self { socket };
        let mut command = window.tmux(&[
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            "-x",
            "100",
            "-y",
            "30",
            PROGRAM,
        ]);
        command.args(words);
        desk.prepare(&mut command);
        command.env("TERM", "xterm-256color");
        assert!(command.status().unwrap().success(), "tmux starts");
        window
    }

    fn tmux(&self, words: &[&str]) -> Command {
        let mut command = Command::new("tmux");
        command.arg("-S").arg(&self.socket).args(words);
        command
    }

    fn keys(&self, text: &str) {
        assert!(
            self.tmux(&["send-keys", "-l", text])
                .status()
                .unwrap()
                .success()
        );
    }

    fn enter(&self) {
        assert!(
            self.tmux(&["send-keys", "Enter"])
                .status()
                .unwrap()
                .success()
        );
    }

    fn wait_for(&self, text: &str) {
        let began = Instant::now();
        loop {
            let shown = self.tmux(&["capture-pane", "-p"]).output().unwrap();
            let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
            if shown.contains(text) {
                return;
            }
            assert!(began.elapsed() < ANSWER, "{text:?} is not on\n{shown}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    // The last window: its session and the server end with it.
    fn close(self) {
        assert!(self.tmux(&["kill-window"]).status().unwrap().success());
    }
}

fn kubeconfigs(trial: &Trial) -> Vec<PathBuf> {
    let runs = trial
        .desk
        .outside("home/.local/state/kopswain/runs")
        .join(&trial.cluster);
    let runs = fs::read_dir(runs).unwrap().flatten();
    runs.map(|run| run.path().join("kubeconfig"))
        .filter(|path| path.exists())
        .collect()
}
