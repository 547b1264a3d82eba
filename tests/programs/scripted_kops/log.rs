//! The log beside the program: one line of JSON for each start, signal and end, the ground truth of what happened.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use nix::unistd::{getpgrp, getpid, getppid, getsid};
use serde::{Deserialize, Serialize};

/// One line of it; `at` are milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "event")]
pub(crate) enum Noted {
    Started {
        pid: i32,
        parent: i32,
        group: i32,
        session: i32,
        at: u64,
        args: Vec<String>,
        folder: PathBuf,
        /// The variables that decide what kops does; of the others only the names.
        variables: BTreeMap<String, String>,
        others: Vec<String>,
        /// Stands for all variables but the state store and the kubeconfig, byte for byte.
        environment: u64,
    },
    Signal {
        pid: i32,
        at: u64,
        name: String,
    },
    Ended {
        pid: i32,
        at: u64,
        exit: i32,
    },
}

const TOLD: [&str; 6] = [
    "AWS_PROFILE",
    "AWS_REGION",
    "HOME",
    "KOPS_FEATURE_FLAGS",
    "KOPS_STATE_STORE",
    "KUBECONFIG",
];

impl Noted {
    pub(crate) fn started(args: &[String]) -> Self {
        let text = |value: std::ffi::OsString| value.to_string_lossy().into_owned();
        let all = std::env::vars_os().map(|(name, value)| (text(name), text(value)));
        let (told, others) = all.partition(|(name, _)| TOLD.contains(&name.as_str()));
        let others: BTreeMap<String, String> = others;
        let apart = ["KOPS_STATE_STORE", "KUBECONFIG"];
        let mut same: Vec<_> = std::env::vars_os().collect();
        same.retain(|(name, _)| !apart.iter().any(|apart| name == apart));
        same.sort();
        let mut hasher = DefaultHasher::new();
        same.hash(&mut hasher);
        Self::Started {
            pid: getpid().as_raw(),
            parent: getppid().as_raw(),
            group: getpgrp().as_raw(),
            session: getsid(None).map_or(0, nix::unistd::Pid::as_raw),
            at: now(),
            args: args.to_vec(),
            folder: std::env::current_dir().unwrap_or_default(),
            variables: told,
            others: others.into_keys().collect(),
            environment: hasher.finish(),
        }
    }

    pub(crate) fn signal(name: &str) -> Self {
        Self::Signal {
            pid: getpid().as_raw(),
            at: now(),
            name: name.to_owned(),
        }
    }

    pub(crate) fn ended(exit: i32) -> Self {
        Self::Ended {
            pid: getpid().as_raw(),
            at: now(),
            exit,
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Log {
    path: PathBuf,
}

impl Log {
    pub(crate) fn beside(program: &Path) -> Self {
        Self {
            path: crate::beside(program, ".log"),
        }
    }

    /// The commands that were started before and begin with the same word.
    pub(crate) fn earlier(&self, args: &[String]) -> Vec<Vec<String>> {
        let text = std::fs::read_to_string(&self.path).unwrap_or_default();
        let noted = text
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        let started = noted.filter_map(|noted| match noted {
            Noted::Started { args, .. } => Some(args),
            _ => None,
        });
        started
            .filter(|other| other.first() == args.first())
            .collect()
    }

    /// One write for one line, so that the lines of several processes never mix.
    pub(crate) fn note(&self, noted: &Noted) {
        let mut line = serde_json::to_vec(noted).expect("a line of JSON");
        line.push(b'\n');
        let file = OpenOptions::new()
            .append(true)
            .create(true)
            .open(&self.path);
        file.and_then(|mut file| file.write_all(&line))
            .expect("the log written");
    }
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(0))
}
