//! What must be true before anything else: the checks of `doctor` and of the wizard's first step.

use serde::Serialize;

use super::fault::Fault;

/// What is checked, in the order in which it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum CheckKind {
    Kops,
    Credentials,
    Region,
    StateStore,
    SshKey,
    Channel,
}

impl CheckKind {
    /// All of them, in order.
    pub const ALL: [Self; 6] = [
        Self::Kops,
        Self::Credentials,
        Self::Region,
        Self::StateStore,
        Self::SshKey,
        Self::Channel,
    ];

    /// The name that people read.
    pub fn word(self) -> &'static str {
        match self {
            Self::Kops => "kops",
            Self::Credentials => "AWS credentials",
            Self::Region => "region",
            Self::StateStore => "state store",
            Self::SshKey => "SSH public key",
            Self::Channel => "kops channel",
        }
    }
}

/// How a check ended, or that it has not yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "state", content = "detail")]
pub enum CheckState {
    Asking,
    /// What was found, such as `1.36.2 at /usr/local/bin/kops`.
    Good(String),
    /// Works, but something should be mended.
    Warning(Fault),
    Blocked(Fault),
}

/// One check and its state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    pub kind: CheckKind,
    #[serde(flatten)]
    pub state: CheckState,
}
