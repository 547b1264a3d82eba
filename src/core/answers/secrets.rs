//! Secrets that a cluster needs before kops can plan it: each is a file that `kops create secret` reads, never its content.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

/// Paths of files; a leading `~/` is the home folder, and an empty one means that there is no such secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Secrets {
    /// An `EncryptionConfiguration` of Kubernetes, which `encryptionConfig: true` needs.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub encryption_config: String,
    /// The keys of cilium's encryption, which `networking.cilium.enableEncryption` needs unless `encryptionType` is `wireguard`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub cilium_password: String,
    /// A `config.json` of Docker, for registries that ask for a password.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub docker_config: String,
}

/// Which secret it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum SecretKind {
    EncryptionConfig,
    CiliumPassword,
    DockerConfig,
}

impl SecretKind {
    /// All kinds.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// kops's name of it, in `kops create secret` and in the state store.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

impl Secrets {
    /// Whether none is named.
    pub fn is_empty(&self) -> bool {
        self.named().is_empty()
    }

    /// The secrets that are named, with their files.
    pub fn named(&self) -> Vec<(SecretKind, &str)> {
        let all = SecretKind::ALL.iter().map(|kind| (*kind, self.file(*kind)));
        all.filter(|(_, file)| !file.is_empty()).collect()
    }

    /// The file of one secret; empty when there is none.
    pub fn file(&self, kind: SecretKind) -> &str {
        match kind {
            SecretKind::EncryptionConfig => &self.encryption_config,
            SecretKind::CiliumPassword => &self.cilium_password,
            SecretKind::DockerConfig => &self.docker_config,
        }
    }

    /// The same with every file as `change` gives it.
    #[must_use]
    pub fn map(&self, change: impl Fn(&str) -> String) -> Self {
        Self {
            encryption_config: change(&self.encryption_config),
            cilium_password: change(&self.cilium_password),
            docker_config: change(&self.docker_config),
        }
    }
}
