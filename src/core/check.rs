//! What must be true before anything else: the checks of `doctor` and of the wizard's first step.

use serde::Serialize;
use strum::{IntoStaticStr, VariantArray};

use super::fault::Fault;

/// What is checked, in the order in which it is shown.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "camelCase")]
pub enum CheckKind {
    #[strum(to_string = "kops")]
    Kops,
    #[strum(to_string = "AWS credentials")]
    Credentials,
    #[strum(to_string = "region")]
    Region,
    #[strum(to_string = "state store")]
    StateStore,
    #[strum(to_string = "SSH public key")]
    SshKey,
    #[strum(to_string = "kops channel")]
    Channel,
}

impl CheckKind {
    /// All of them, in order.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The name that people read.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// How a check ended, or that it has not yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "state", content = "detail")]
pub enum CheckState {
    Asking,
    /// What was found, such as `1.36.2 at /usr/local/bin/kops`.
    Good(String),
    /// Works, but something should be fixed.
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
