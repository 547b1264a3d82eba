//! What a test wants kops to do otherwise: `kops.scenario.yml` beside the program, read anew at every start.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::answer::Answer;
use crate::beside;

/// The file. The first line that fits a command decides.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Scenario {
    /// What `kops version --short` says.
    pub(crate) version: String,
    lines: Vec<Line>,
}

/// One line: which commands it is about, and what they do.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Line {
    /// Words that the command has in this order, such as `update cluster --yes`.
    when: String,
    /// Words that it does not have.
    unless: String,
    /// Leaves so many of the commands that fit to the lines below.
    after: usize,
    /// Answers only so many of them.
    times: Option<usize>,
    /// A recording's name, such as `apply-clash`; otherwise what kops would do.
    pub(crate) recording: Option<String>,
    stdout: Option<String>,
    stderr: Option<String>,
    /// A file whose bytes are printed on both streams, as they are.
    pub(crate) raw: Option<PathBuf>,
    pub(crate) exit: Option<i32>,
    /// A text in what it prints, and what stands there instead.
    replace: BTreeMap<String, String>,
    /// Milliseconds that the printed lines are spread over.
    pub(crate) lasts: u64,
    /// Waits for this file before it prints anything.
    pub(crate) wait_for: Option<PathBuf>,
    /// Aborts in place of an end.
    pub(crate) crash: bool,
    /// `INT: ignore` goes on, `INT: 7` ends with this exit code; otherwise a signal does what it does to a Go program.
    pub(crate) on: BTreeMap<String, String>,
}

impl Default for Scenario {
    fn default() -> Self {
        Self {
            version: "1.36.2".to_owned(),
            lines: Vec::new(),
        }
    }
}

impl Scenario {
    /// The scenario beside the program; none means that everything works.
    pub(crate) fn beside(program: &Path) -> Self {
        match std::fs::read_to_string(beside(program, ".scenario.yml")) {
            Ok(text) => serde_yaml::from_str(&text).expect("a scenario"),
            Err(_) => Self::default(),
        }
    }

    /// What this command does; `earlier` are the commands before it.
    pub(crate) fn of(&self, args: &[String], earlier: &[Vec<String>]) -> Line {
        let fitting = self.lines.iter().filter(|line| line.fits(args));
        let open = fitting.into_iter().find(|line| {
            let before = earlier.iter().filter(|args| line.fits(args)).count();
            let used = before.checked_sub(line.after);
            used.is_some_and(|used| line.times.is_none_or(|times| used < times))
        });
        open.cloned().unwrap_or_default()
    }
}

impl Line {
    fn fits(&self, args: &[String]) -> bool {
        let mut rest = args.iter();
        let has = self
            .when
            .split_whitespace()
            .all(|word| rest.any(|arg| arg == word));
        has && !self
            .unless
            .split_whitespace()
            .any(|word| args.iter().any(|arg| arg == word))
    }

    /// The answer with what this line says otherwise.
    pub(crate) fn changed(&self, mut answer: Answer) -> Answer {
        for (text, instead) in &self.replace {
            answer.stdout = answer.stdout.replace(text, instead);
            answer.stderr = answer.stderr.replace(text, instead);
        }
        Answer {
            stdout: self.stdout.clone().unwrap_or(answer.stdout),
            stderr: self.stderr.clone().unwrap_or(answer.stderr),
            exit: self.exit.unwrap_or(answer.exit),
        }
    }
}
