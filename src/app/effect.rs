//! What to do: values that the runner carries out and answers with events.

use std::time::Duration;

use crate::core::check::CheckKind;
use crate::core::command::CommandLine;

/// What a kops command is run for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Job {
    /// The whole preview on a private scratch store.
    Preview,
    Create,
    /// Reads the spec back to see that nothing was dropped.
    ReadBack,
    SshKey,
    /// The dry run on the real store.
    Update,
    UpdateYes,
    Validate,
}

/// Why the program asked to be woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// Elapsed time on the screen is to be drawn again.
    Clock,
    /// It is time to look at the cluster again, unless more looks than this were made since.
    Validate { looks: u32 },
}

/// What the account step needs to know of the choices made so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Empty: the region of AWS's own configuration.
    pub region: String,
    pub state_store: String,
    pub ssh_public_key: String,
}

/// What a preview needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    pub cluster: String,
    pub spec: String,
    pub place: Place,
}

/// One kops command of a run on the real state store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub job: Job,
    pub cluster: String,
    pub place: Place,
    pub command: CommandLine,
    /// The spec to write into the working folder first, whole, keeping an older one that differs.
    pub spec: Option<String>,
}

/// Something to do outside the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    Check {
        kind: CheckKind,
        place: Place,
    },
    /// Find out who we are and where, then what is there.
    Discover(Place),
    /// Find out who we are and where.
    Identify(Place),
    /// Ask EC2 for the DNS attributes of one VPC.
    ReadDns {
        vpc: String,
        place: Place,
    },
    /// Ask the state store for the clusters in it.
    ListClusters(Place),
    /// Write the answers file, whole.
    SaveAnswers(String),
    Preview(Preview),
    Run(Run),
    /// Send the running kops one interrupt.
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
