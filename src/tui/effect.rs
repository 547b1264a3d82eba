//! What to do: values that the runner carries out and answers with events.

use std::path::PathBuf;
use std::time::Duration;

use super::cluster_target::ClusterTarget;
use super::job::Job;
use super::record::Record;
use crate::core::approval::facts::ApprovalFacts;
use crate::core::check::CheckKind;
use crate::core::cluster_name::ClusterName;
use crate::core::kops::command::CommandLine;

/// How often the elapsed time is drawn.
pub const CLOCK: Duration = Duration::from_secs(1);

/// Why the program asked to be woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// Elapsed time on the screen is to be drawn again.
    Clock,
    /// A long dry run is to be taken apart.
    Opening,
    /// More of a long dry run is to be searched.
    Search,
    /// It is time to ask again how far another kopswain's run is.
    Run,
    /// It is time to validate the cluster again, unless kops has answered more often since.
    Validate { answers: u32 },
    /// What was noted of a crowded cluster is to be judged.
    See,
    /// It is time to ask Auto Scaling again, unless it has answered more often since.
    Cloud { reads: u32 },
}

/// What a preview needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewRequest {
    pub cluster: ClusterName,
    pub spec: String,
    /// The stored spec that it replaces; absent for a new cluster.
    pub replaces: Option<String>,
    pub target: ClusterTarget,
}

/// A text that a person edits in an editor of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditorRequest {
    /// The cluster in whose run folder the file lies; absent where it has no name yet.
    pub cluster: Option<ClusterName>,
    /// The file's name, as the editor shows it.
    pub name: &'static str,
    pub text: String,
}

/// A report as a file of the working folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportFile {
    /// Without a folder.
    pub name: String,
    pub text: String,
}

/// What the facts are about that an approval depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactsOf {
    pub target: ClusterTarget,
    pub cluster: ClusterName,
    /// The spec, which says where the cluster's state is and what it names.
    pub spec: String,
    /// Whether the place's key is added to the cluster.
    pub key: bool,
}

/// Whose objects in the state store are listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreOf {
    pub target: ClusterTarget,
    pub cluster: ClusterName,
    /// The spec, which says where the cluster's state is.
    pub spec: String,
}

/// What a run begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begin {
    pub record: Record,
    /// The folder of the run that is gone on with; absent for a new one.
    pub folder: Option<PathBuf>,
}

/// The kubeconfig through which kops reads the Kubernetes API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kubeconfig {
    /// The person's own, or the one that the command line names: the same file for a dry run and its `--yes`.
    Own,
    /// One in the run's folder, with no cluster in it before kops exports one: nothing is seen through it.
    OfTheRun,
}

/// One kops command on the real state store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KopsRun {
    pub job: Job,
    pub cluster: ClusterName,
    pub target: ClusterTarget,
    pub command: CommandLine,
    pub kubeconfig: Kubeconfig,
    /// The spec to write into the working folder first, whole, keeping an older one that differs.
    pub spec: Option<String>,
    /// What the state store must hold right before it starts; absent where anything may.
    pub store: Option<BoundStore>,
}

/// The objects that a command is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoundStore {
    /// The spec, which says where the cluster's state is.
    pub spec: String,
    pub objects: ApprovalFacts,
}

/// Whose Kubernetes API is watched, and through which kubeconfig.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KubernetesTarget {
    pub target: ClusterTarget,
    pub cluster: ClusterName,
    /// The one that was exported for this watch; absent for the person's own, or the one that the command line names.
    pub exported: Option<PathBuf>,
}

/// What Auto Scaling and EC2 are asked about a watched cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloudRequest {
    pub target: ClusterTarget,
    pub cluster: ClusterName,
    pub question: CloudQuestion,
}

/// Which prices are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceQuestion {
    /// The types of the instances.
    pub types: Vec<String>,
    /// Their ids.
    pub instances: Vec<String>,
}

/// One question about a watched cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CloudQuestion {
    Groups,
    /// The newest activities of these Auto Scaling groups, by name.
    Activities(Vec<String>),
    /// These instances, by id.
    Instances(Vec<String>),
    /// Where these instances send their traffic, and whether they reach the control plane, all by id.
    Paths {
        instances: Vec<String>,
        control_plane: Vec<String>,
    },
    /// The console output of one instance, by id.
    Console(String),
    /// What these instances cost.
    Prices(PriceQuestion),
}

/// That a watched cluster became ready, or is not any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    pub cluster: ClusterName,
    pub ready: bool,
    pub alerts: TerminalAlerts,
}

/// What the terminal does at a change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TerminalAlerts {
    /// It rings.
    pub bell: bool,
    /// It is asked to show a notification (OSC 9).
    pub notify: bool,
}

impl Announcement {
    /// The state in one word.
    pub fn word(&self) -> &'static str {
        if self.ready { "ready" } else { "not-ready" }
    }
}

/// Something to do outside the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    Check {
        kind: CheckKind,
        target: ClusterTarget,
    },
    /// Find out who we are and where, then what is there, and about the VPC and the images that the answers name.
    Discover {
        target: ClusterTarget,
        vpc: Option<String>,
        images: Vec<String>,
    },
    /// Find out who we are and where.
    Identify(ClusterTarget),
    /// Ask EC2 for the DNS attributes of one VPC.
    ReadDns {
        vpc: String,
        target: ClusterTarget,
    },
    /// Ask EC2 about images that the answers name.
    ReadImages {
        images: Vec<String>,
        target: ClusterTarget,
    },
    /// Ask AWS's price list what the instance types of the region cost.
    ReadPrices(ClusterTarget),
    /// Ask the state store for the clusters in it.
    ListClusters(ClusterTarget),
    /// Read the spec and the Auto Scaling groups of clusters of the state store.
    ReadClusters {
        target: ClusterTarget,
        names: Vec<String>,
    },
    /// Find the last run of each cluster that was begun on this machine.
    FindRuns,
    /// List the profiles of AWS's files, and the regions.
    ListOffers,
    /// Ask AWS with this profile from here on.
    UseProfile(String),
    /// Write the answers file, whole.
    SaveAnswers(String),
    Preview(PreviewRequest),
    /// Read the facts that an approval depends on, as they are now.
    ReadFacts(FactsOf),
    /// List the cluster's objects in the state store, as they are now.
    ReadStore(StoreOf),
    /// Become the only one at work on the cluster, and keep what was approved.
    Begin(Box<Begin>),
    /// Run a command of the run that was begun; it outlives the program.
    Run(KopsRun),
    /// Run a command that changes nothing; it ends with the program.
    Ask(KopsRun),
    /// Follow a command of a run from its first line, whoever started it.
    Follow {
        folder: PathBuf,
        number: u32,
        job: Job,
    },
    /// Find out how far a run is.
    PollRun(PathBuf),
    /// Watch the Kubernetes API of a cluster until another watch is asked for or [`Effect::StopWatching`].
    WatchKubernetes(KubernetesTarget),
    /// End the watch of the Kubernetes API, and remove the kubeconfig that was exported for it.
    StopWatching,
    /// Have kops export a kubeconfig that is valid for an hour, for the watch alone.
    ExportKubeconfig {
        target: ClusterTarget,
        cluster: ClusterName,
    },
    /// Announce to the person and to the programs of `--on-ready` and `--on-change` what became of a watched cluster.
    Announce(Announcement),
    /// Read the clock on the wall.
    ReadClock,
    /// Write a report into the working folder.
    SaveReport(ReportFile),
    /// Lend the terminal to the person's editor with a text.
    OpenEditor(EditorRequest),
    /// Put a text into the clipboard of the person's terminal.
    Copy(String),
    /// Take the mouse, or leave it to the terminal.
    TakeMouse(bool),
    /// Ask Auto Scaling or EC2 about a watched cluster.
    ReadCloud(CloudRequest),
    /// Let others work on the cluster: the run has ended or waits for a person.
    Release,
    /// Note in the run's journal that a person saw how it ended.
    Close(PathBuf),
    /// Send the running kops the one interrupt that it gets.
    Interrupt(Job),
    Wake {
        after: Duration,
        why: Wake,
    },
    /// Ask the shell to take its terminal back, as ctrl-z does.
    AskToStop,
    /// Give the terminal back and stop until continued.
    Stop,
    /// Take the terminal again and draw all of it.
    Retake,
    /// End the program with this exit code.
    Exit(u8),
}

impl Effect {
    /// Wakes the program when the elapsed time is to be drawn again.
    pub fn clock() -> Self {
        Self::Wake {
            after: CLOCK,
            why: Wake::Clock,
        }
    }
}
