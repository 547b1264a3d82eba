//! What happened: the only way anything from outside reaches the model.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::effect::Wake;
use super::field_edit::FieldEdit;
use super::key::Key;
use super::record::FoundRun;
use crate::core::approval::facts::ApprovalFacts;
use crate::core::channel::Versions;
use crate::core::check::{Check, CheckState};
use crate::core::cluster::cloud::CloudUpdate;
use crate::core::cluster::kubernetes::KubernetesUpdate;
use crate::core::fault::Fault;
use crate::core::inventory::{Image, Inventory};
use crate::core::overview::{ClusterOverview, NodesByRole};
use crate::core::price::PriceList;
use crate::core::text::untrusted::{Untrusted, visible};
use crate::core::unix_time::{UnixTime, WallTime};
use crate::tui::dashboard_pane::DashboardPane;
use crate::tui::home_pane::HomePane;
use crate::tui::job::Job;
use crate::tui::offers::PlaceOffers;

/// Time since the program started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(pub Duration);

impl Timestamp {
    /// Time from an earlier moment to this one; zero when that one is later.
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

/// Which of a program's two outputs a line came on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputStream {
    Stdout,
    Stderr,
}

/// One line that a kops command printed, without its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintedLine {
    pub stream: OutputStream,
    pub text: Untrusted,
}

/// A text as the person's editor left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditedText {
    pub text: String,
    /// Where it is kept.
    pub file: PathBuf,
}

/// How a kops command ended, with all that it printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandOutput {
    /// The exit code; `None` when a signal ended it.
    pub exit: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    /// How many bytes of `stdout` were no UTF-8; each is written as `\xNN`.
    pub undecoded: usize,
    /// What kops made of a spec that was previewed, as `kops get all` gives it; empty otherwise.
    pub made: String,
}

impl CommandOutput {
    /// The exit code as a number: −1 when a signal ended it.
    pub fn code(&self) -> i32 {
        self.exit.unwrap_or(-1)
    }

    /// Whether the command ended with exit code 0.
    pub fn succeeded(&self) -> bool {
        self.exit == Some(0)
    }
}

/// A kops that was stopped and neither works nor ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// The signal's name, such as `SIGSTOP`.
    pub signal: String,
    pub pid: u32,
}

impl Event {
    /// What went wrong, if anything did; its remedy may name commands to be copied.
    pub fn fault_mut(&mut self) -> Option<&mut Fault> {
        match self {
            Self::Checked(check) => match &mut check.state {
                CheckState::Blocked(fault) | CheckState::Warning(fault) => Some(fault),
                CheckState::Asking | CheckState::Good(_) => None,
            },
            Self::DiscoveryFailed(fault)
            | Self::ClustersNotListed(fault)
            | Self::RunLost(fault)
            | Self::AnnouncementFailed(fault)
            | Self::Saved(Err(fault))
            | Self::ReportSaved(Err(fault))
            | Self::Ended {
                result: Err(fault), ..
            }
            | Self::FactsRead(Err(fault))
            | Self::StoreRead(Err(fault))
            | Self::Begun(Err(fault))
            | Self::KubeconfigExported(Err(fault))
            | Self::EditorEnded(Err(fault))
            | Self::Interrupted(Err(fault)) => Some(fault),
            Self::Kubernetes {
                update:
                    KubernetesUpdate::Lost { failure, .. }
                    | KubernetesUpdate::NotPermitted { failure, .. },
                ..
            } => Some(&mut failure.fault),
            _ => None,
        }
    }
}

impl fmt::Display for Pause {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (signal, pid) = (visible(&self.signal), self.pid);
        write!(
            out,
            "kops (process {pid}) was stopped by {signal} and does nothing; to continue it: kill -CONT {pid}"
        )
    }
}

/// What the mouse did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointerAction {
    WheelUp,
    WheelDown,
    Click,
}

/// What the mouse did, and where, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pointed {
    pub action: PointerAction,
    pub column: u16,
    pub row: u16,
}

/// What was clicked on, as the view has drawn it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClickTarget {
    /// A key of the bottom line.
    Key(Key),
    /// A step of the wizard, counted from 0.
    Step(usize),
    /// A row of the list that has the focus, counted from 0.
    Row(usize),
    /// A row of one of home's panes.
    Home { pane: HomePane, row: usize },
    /// A row of one of the dashboard's panes.
    Dashboard { pane: DashboardPane, row: usize },
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    Key(Key),
    Paste(String),
    /// The mouse did something; what is there decides what it means.
    Pointed(Pointed),
    Clicked(ClickTarget),
    /// A step of the wizard is shown, counted from 0.
    StepShown(usize),
    /// The answer of a row of the step that is shown, counted from 0, is changed.
    Edited {
        row: usize,
        edit: FieldEdit,
    },
    /// The cluster that the state store has is the one to continue with.
    Resumed,
    /// The dry run of the planned cluster is asked for.
    PreviewAsked,
    /// The dry run on the screen is approved, by its cluster's name or its fingerprint.
    Approved,
    Resize {
        columns: u16,
        rows: u16,
    },
    /// A check of the account step answered.
    Checked(Check),
    /// Who we are and where.
    Connected {
        account: Option<String>,
        region: String,
    },
    /// Where the credentials come from that kops gets, and which variables it does not, by name.
    CredentialsUsed(String),
    /// What EC2 has answered so far; `complete` once nothing more will come.
    Discovered {
        inventory: Box<Inventory>,
        complete: bool,
    },
    DiscoveryFailed(Fault),
    /// The DNS attributes of one VPC; absent ones could not be read.
    DnsRead {
        vpc: String,
        support: Option<bool>,
        hostnames: Option<bool>,
    },
    /// What EC2 reports of images; those that could not be asked about are not among them.
    ImagesRead(Vec<Image>),
    /// What the instance types of a region cost.
    PricesRead {
        region: String,
        list: Box<PriceList>,
    },
    /// The Kubernetes versions of kops's channel.
    VersionsRead(Box<Versions>),
    /// Names of the clusters in the state store.
    ClustersInStore(Vec<String>),
    /// Why the clusters of the state store are not known.
    ClustersNotListed(Fault),
    /// What was read of one of them.
    ClusterRead(Box<ClusterOverview>),
    /// The nodes of a cluster of the state store were counted by its Kubernetes API.
    NodesCounted {
        cluster: String,
        nodes: Result<NodesByRole, Fault>,
    },
    /// The last run of each cluster that was begun on this machine, the newest first.
    RunsFound(Vec<FoundRun>),
    /// The profiles and regions that can be chosen.
    OffersListed(Box<PlaceOffers>),
    /// The answers file was written, with a sentence when another version of it was kept; or why not.
    Saved(Result<Option<String>, Fault>),
    /// Another version of the spec file was kept, in one sentence.
    SpecKept(String),
    /// A line that kops printed.
    Printed {
        job: Job,
        line: PrintedLine,
    },
    /// A kops command ended, or could not be started.
    Ended {
        job: Job,
        result: Result<CommandOutput, Fault>,
    },
    /// kops was started for a command of a run: from here on it outlives the program.
    Started(Job),
    /// The facts that an approval depends on, or why they cannot be read.
    FactsRead(Result<ApprovalFacts, Fault>),
    /// The cluster's objects in the state store, or why they cannot be listed.
    StoreRead(Result<ApprovalFacts, Fault>),
    /// This program is now the only one at work on the cluster; the run is kept in this folder.
    Begun(Result<PathBuf, Fault>),
    /// Another program is at work on the cluster: this is its run.
    Busy(Box<FoundRun>),
    /// How far a run is.
    RunFound(Box<FoundRun>),
    /// How far a run is cannot be read any more.
    RunLost(Fault),
    /// Whether kops was sent its one interrupt now; false when it had it before.
    Interrupted(Result<bool, Fault>),
    /// The kops of a run was stopped; absent: it continues.
    Paused(Option<Pause>),
    /// The clock on the wall.
    ClockRead(WallTime),
    /// What the watch of the Kubernetes API reports, and when by the wall clock.
    Kubernetes {
        wall: UnixTime,
        update: KubernetesUpdate,
    },
    /// What Auto Scaling and EC2 report of a watched cluster, and when by the wall clock.
    Cloud {
        wall: UnixTime,
        update: CloudUpdate,
    },
    /// A program that announces changes of a watched cluster failed.
    AnnouncementFailed(Fault),
    /// The editor has given the terminal back, with the text; or why there is none, and where what was typed is kept.
    EditorEnded(Result<EditedText, Fault>),
    /// Where a report was written, and which older one was kept, or why it was not.
    ReportSaved(Result<String, Fault>),
    /// The kubeconfig that kops exported for the watch, or why it did not.
    KubeconfigExported(Result<PathBuf, Fault>),
    Woke(Wake),
    /// A signal asks the program to end.
    Terminated,
    /// The terminal is gone.
    TerminalLost,
    /// The shell wants its terminal back for a while.
    StopAsked,
    /// The program continues after a stop.
    Continued,
    /// A task or a thread of the program panicked; what it was to answer never comes.
    Crashed,
}
