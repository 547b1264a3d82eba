//! kops: the program, its environment, and its commands. A command of a run is started by a supervisor, followed by its
//! files and found again by them (`command_state` has its states); one that changes nothing ends with kopswain.

mod command_state;
mod environment;
mod follow;
mod journal;
mod lock;
mod output;
mod program;
mod read_only;
mod run_folder;
mod runs;
mod scratch;
mod supervisor;

use std::path::{Path, PathBuf};

pub use command_state::{CommandState, RunEvent};
pub use environment::Environment;
pub use follow::FollowedCommand;
pub use journal::{Journal, JournalEntry};
pub use lock::Lock;
pub use program::find;
pub use read_only::ReadOnlyCommand;
pub use run_folder::RunFolder;
pub(crate) use run_folder::no_home;
pub use runs::{
    HeldRun, RunStart, begin_run, close_run, find_run, kept_answers, last_runs, read_run,
};
pub use scratch::{Scratch, ScratchPreview, sweep};
pub use supervisor::{SUPERVISE, SupervisedCommand, request_interrupt, supervise};

use crate::core::fault::Fault;
use crate::io::files::{cause, shown};

/// The oldest and newest minor versions of kops 1 that kopswain was tried with.
const OLDEST: u64 = 30;
const NEWEST: u64 = 36;

/// A kops program that was asked for its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kops {
    pub program: PathBuf,
    /// As kops prints it, such as `1.36.2`.
    pub version: String,
    minor: u64,
    /// Why the program that really works is not seen, where this one only starts it.
    pub unseen: Option<String>,
    /// The program that supervises its commands: this one, unless a test names another.
    pub supervisor: Option<PathBuf>,
}

impl Kops {
    /// The warning for a version that is newer than those kopswain was tried with.
    pub fn newer_than_known(&self) -> Option<Fault> {
        (self.minor > NEWEST).then(|| {
            Fault::new(
                format!("kops {} is newer than kopswain knows", self.version),
                format!("kopswain was tried with kops 1.{OLDEST} to 1.{NEWEST}; a newer one may print other words"),
                "read the raw report before you approve, or use kops 1.36",
            )
        })
    }
}

fn not_started(program: &Path, error: &std::io::Error) -> Fault {
    Fault::new(
        format!("{} could not be started", shown(program)),
        cause(error),
        "check that it is a program for this machine, or name another with --kops",
    )
}
