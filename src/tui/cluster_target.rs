//! The region, state store, key and channel that a cluster is about.

use serde::{Deserialize, Serialize};

use crate::core::answers::Secrets;
use crate::core::kops::copied::{Copied, ShellSettings};

/// Where a cluster is, and what kops is given for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterTarget {
    /// Empty: the region of AWS's own configuration.
    pub region: String,
    pub state_store: String,
    pub ssh_public_key: String,
    /// kops's channel; empty: the one of the command line, else `stable`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub channel: String,
    /// The files of the secrets that are added to a new cluster.
    #[serde(default, skip_serializing_if = "Secrets::is_empty")]
    pub secrets: Secrets,
    /// What the person's shell sets, for commands that are copied; absent where it is not known.
    #[serde(skip)]
    pub shell: Option<ShellSettings>,
}

impl ClusterTarget {
    /// What a command needs that is copied into the person's shell.
    pub fn copied(&self) -> Copied {
        let shell = self.shell.as_ref();
        let copied = shell.map(|shell| Copied::new(shell, &self.region, &self.state_store));
        copied.unwrap_or_default()
    }
}
