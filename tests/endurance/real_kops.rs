//! A sample of the kill matrix with the real kops on the lab: what it does to AWS is whole, whatever became of kopswain.
//!
//! `KOPSWAIN_MOMENTS=20` tries every kind; otherwise two of them.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use serde_json::Value;

use crate::desk::{Desk, answers};
use crate::lab::{Lab, Vpc};
use crate::pty::Terminal;
use crate::stage::example;

/// Both the dry run and `--yes` take some ten seconds on two processors that do nothing else.
const ANSWER: Duration = Duration::from_mins(3);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    Kill,
    TerminalClosed,
    Terminate,
    Panic,
}

struct Trial {
    trouble: Trouble,
    cluster: String,
    desk: Desk,
}

impl Trial {
    // A cluster in the state store, with nothing of it in AWS.
    fn of(trouble: Trouble, lab: &Lab, vpc: &Vpc) -> Self {
        let cluster = format!("{}.example.com", format!("{trouble:?}").to_lowercase());
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

    fn approved(&mut self) -> Terminal {
        let words = ["review", &self.cluster.clone()];
        let mut terminal = if self.trouble == Trouble::Panic {
            let file = self.desk.outside("crash").display().to_string();
            self.desk.set("CRASH_FILE", &file);
            self.desk.set("CRASH_AFTER", "1");
            let program = example("crashing").display().to_string();
            self.desk.other(&[&program, words[0], words[1]])
        } else {
            self.desk.terminal(&words, (100, 30))
        };
        terminal.wait_for(" create · ", ANSWER);
        terminal.keys("a");
        terminal.wait_for("Type the cluster's name to approve", ANSWER);
        terminal.keys(&format!("{}<enter>", self.cluster));
        terminal
    }

    fn strike(&self, terminal: Terminal) {
        let pid = terminal.pid();
        match self.trouble {
            Trouble::Kill => kill(pid, Signal::SIGKILL).unwrap(),
            Trouble::Terminate => kill(pid, Signal::SIGTERM).unwrap(),
            Trouble::Panic => fs::write(self.desk.outside("crash"), "").unwrap(),
            Trouble::TerminalClosed => return drop(terminal.hang_up("?")),
        }
        let left = terminal.end(ANSWER);
        if self.trouble != Trouble::Kill {
            left.restored();
        }
    }

    fn journal(&self) -> Vec<Value> {
        let runs = self
            .desk
            .outside("home/.local/state/kopswain/runs")
            .join(&self.cluster);
        let runs = fs::read_dir(runs).into_iter().flatten().flatten();
        let text: String = runs
            .filter_map(|run| fs::read_to_string(run.path().join("journal")).ok())
            .collect();
        text.lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect()
    }

    // The numbers of the commands with `--yes` that were started.
    fn applies(&self) -> Vec<Value> {
        let journal = self.journal();
        let yes = |noted: &&Value| {
            noted["event"] == "starting"
                && noted["args"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|arg| arg == "--yes")
        };
        journal
            .iter()
            .filter(yes)
            .map(|noted| noted["number"].clone())
            .collect()
    }

    fn wait(&self, what: &str, holds: impl Fn() -> bool) {
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

#[test]
#[ignore = "needs the lab: ./check"]
fn the_real_kops_ends_its_work_whatever_becomes_of_kopswain() {
    let lab = Lab::start("killed");
    let vpc = lab.world("method").remove(0);
    let all = [
        Trouble::Kill,
        Trouble::TerminalClosed,
        Trouble::Terminate,
        Trouble::Panic,
    ];
    let count = if std::env::var_os("KOPSWAIN_MOMENTS").is_some() {
        4
    } else {
        2
    };
    for (at, trouble) in all.into_iter().take(count).enumerate() {
        let mut trial = Trial::of(trouble, &lab, &vpc);
        let terminal = trial.approved();
        trial.wait("started --yes", || trial.applies().len() == 1);
        // Each a second further into the work of kops.
        std::thread::sleep(Duration::from_secs(u64::try_from(at).unwrap()));
        trial.strike(terminal);
        let number = trial.applies().remove(0);
        let ended = || {
            let mut journal = trial.journal().into_iter();
            journal.find(|noted| noted["event"] == "finished" && noted["number"] == number)
        };
        trial.wait("ended --yes", || ended().is_some());
        assert_eq!(ended().unwrap()["exit"], 0, "{trouble:?}");
        let told = trial
            .desk
            .kopswain(&["watch", &trial.cluster, "--once"])
            .stderr;
        let wanted = format!(
            "run: kops update cluster {} --yes: succeeded;",
            trial.cluster
        );
        assert!(told.starts_with(&wanted), "{trouble:?}: {told}");
        assert_eq!(trial.applies().len(), 1);
        let left = lab.ask_kops(&["update", "cluster", &trial.cluster], &trial.desk.work());
        assert!(
            !left.contains("Will create resources"),
            "{trouble:?}: {left}"
        );
        let kubeconfig = kubeconfigs(&trial);
        assert_eq!(kubeconfig.len(), 1, "{kubeconfig:?}");
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
