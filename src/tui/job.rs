//! What a kops command is run for.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use crate::core::answers::SecretKind;

/// What a kops command is run for.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "camelCase")]
#[strum(serialize_all = "camelCase")]
pub enum Job {
    /// The whole preview on a private scratch store.
    Preview,
    Create,
    /// Reads the stored spec before it is replaced.
    ReadBefore,
    /// Replaces the stored spec.
    Replace,
    /// Reads the spec back to see that nothing was dropped.
    ReadBack,
    /// Which keys the cluster has.
    ListKeys,
    SshKey,
    /// Adds the secret `encryptionconfig`.
    EncryptionConfig,
    /// Adds the secret `ciliumpassword`.
    CiliumPassword,
    /// Adds the secret `dockerconfig`.
    DockerConfig,
    /// The dry run on the real store.
    Update,
    /// Reads the spec once more, right before `--yes`.
    ReadAgain,
    /// Lists the keys once more, right before `--yes`.
    KeysAgain,
    UpdateYes,
    /// What a rolling update would replace.
    RollingUpdate,
    /// What deleting the cluster would take away.
    DeletePreview,
    Validate,
    /// The instance groups of a cluster that is watched.
    InstanceGroups,
    /// Which instance group each instance belongs to, and whether it is up to date.
    Instances,
}

impl Job {
    /// The job that adds a secret.
    pub fn for_secret(kind: SecretKind) -> Self {
        match kind {
            SecretKind::EncryptionConfig => Self::EncryptionConfig,
            SecretKind::CiliumPassword => Self::CiliumPassword,
            SecretKind::DockerConfig => Self::DockerConfig,
        }
    }

    /// Whether its command reads from the state store and nothing more.
    pub fn only_reads(self) -> bool {
        matches!(
            self,
            Self::ReadBefore | Self::ReadBack | Self::ListKeys | Self::ReadAgain | Self::KeysAgain
        )
    }

    /// Whether it adds a secret.
    pub fn adds_secret(self) -> bool {
        matches!(
            self,
            Self::EncryptionConfig | Self::CiliumPassword | Self::DockerConfig
        )
    }

    /// Its word in the journal and for the supervisor of the command.
    pub fn word(self) -> &'static str {
        self.into()
    }
}
