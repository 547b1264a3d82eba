//! The scripted kops as a test sees it: put into a folder, given a scenario, and asked what really happened.
#![allow(dead_code, reason = "each test program uses its part")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde::Deserialize;

/// A copy of the scripted kops under the name of `kops`.
pub(crate) struct ScriptedKops {
    program: PathBuf,
}

/// One command that was started, and all that is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Played {
    pub(crate) pid: i32,
    pub(crate) parent: i32,
    pub(crate) group: i32,
    pub(crate) session: i32,
    pub(crate) args: Vec<String>,
    pub(crate) folder: PathBuf,
    pub(crate) variables: BTreeMap<String, String>,
    /// Names of its other variables.
    pub(crate) others: Vec<String>,
    /// Stands for all variables but the state store and the kubeconfig, byte for byte.
    pub(crate) environment: u64,
    /// Signals in the order in which they came.
    pub(crate) signals: Vec<String>,
    /// `None` while it runs, or when a signal or a crash ended it.
    pub(crate) exit: Option<i32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", tag = "event")]
enum Noted {
    Started {
        pid: i32,
        parent: i32,
        group: i32,
        session: i32,
        args: Vec<String>,
        folder: PathBuf,
        variables: BTreeMap<String, String>,
        others: Vec<String>,
        environment: u64,
    },
    Signal {
        pid: i32,
        name: String,
    },
    Ended {
        pid: i32,
        exit: i32,
    },
}

impl ScriptedKops {
    /// Copies it into a folder as `kops`; put that folder first on `PATH`, or name the program with `--kops`.
    pub(crate) fn put(folder: &Path) -> Self {
        let program = folder.join("kops");
        fs::create_dir_all(folder).unwrap();
        // Copied by another process: a file that this one has open for writing is busy in every child it starts meanwhile.
        let copied = Command::new("cp")
            .arg(example("scripted-kops"))
            .arg(&program)
            .status();
        assert!(copied.unwrap().success());
        Self { program }
    }

    /// Its path.
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// Says what it does from the next command on; the form is in `scripted_kops/scenario.rs`.
    pub(crate) fn play(&self, scenario: &str) {
        let new = self.beside(".scenario.new");
        fs::write(&new, scenario).unwrap();
        fs::rename(new, self.beside(".scenario.yml")).unwrap();
    }

    /// Every command so far, in the order of the starts.
    pub(crate) fn played(&self) -> Vec<Played> {
        let text = fs::read_to_string(self.beside(".log")).unwrap_or_default();
        let mut played: Vec<Played> = Vec::new();
        // The last line may be half written.
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        for line in whole.lines() {
            take(&mut played, serde_json::from_str(line).unwrap());
        }
        played
    }

    /// The commands that have these words in this order, such as `update cluster --yes`.
    pub(crate) fn commands(&self, words: &str) -> Vec<Played> {
        let fits = |played: &Played| {
            let mut rest = played.args.iter();
            words
                .split_whitespace()
                .all(|word| rest.any(|arg| arg == word))
        };
        self.played().into_iter().filter(fits).collect()
    }

    /// Waits until so many commands with these words were started.
    pub(crate) fn wait_for(&self, words: &str, count: usize, at_most: Duration) -> Vec<Played> {
        self.wait_until(words, at_most, |commands| commands.len() >= count)
    }

    /// Waits until the commands with these words are as wanted.
    pub(crate) fn wait_until(
        &self,
        words: &str,
        at_most: Duration,
        wanted: impl Fn(&[Played]) -> bool,
    ) -> Vec<Played> {
        let began = Instant::now();
        loop {
            let commands = self.commands(words);
            if wanted(&commands) {
                return commands;
            }
            assert!(
                began.elapsed() < at_most,
                "{at_most:?} passed; of `kops {words}`: {commands:#?}"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn beside(&self, end: &str) -> PathBuf {
        let mut name = self.program.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    }
}

fn take(played: &mut Vec<Played>, noted: Noted) {
    // The number of a process may come again: the last command that has it is meant.
    let of = |pid: i32, played: &mut Vec<Played>| played.iter().rposition(|known| known.pid == pid);
    match noted {
        Noted::Started {
            pid,
            parent,
            group,
            session,
            args,
            folder,
            variables,
            others,
            environment,
        } => played.push(Played {
            pid,
            parent,
            group,
            session,
            args,
            folder,
            variables,
            others,
            environment,
            signals: Vec::new(),
            exit: None,
        }),
        Noted::Signal { pid, name } => {
            let at = of(pid, played).unwrap();
            played[at].signals.push(name);
        }
        Noted::Ended { pid, exit } => {
            let at = of(pid, played).unwrap();
            played[at].exit = Some(exit);
        }
    }
}

/// A program of the tests, built when it is not: `cargo test` builds it with everything else, one test alone does not.
pub(crate) fn example(name: &str) -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let folder = BUILT.get_or_init(|| {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let built = Command::new(cargo)
            .args(["build", "--locked", "--quiet", "--examples"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status()
            .unwrap();
        assert!(built.success(), "the programs of the tests were not built");
        // target/debug/deps/NAME is this program.
        let here = std::env::current_exe().unwrap();
        here.ancestors().nth(2).unwrap().join("examples")
    });
    folder.join(name)
}
