//! kops's channel: which Kubernetes versions it proposes and asks for, chosen by kops's own rules
//! (`pkg/apis/kops/channel.go`).

mod built_in;
mod range;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests;

use std::cmp::Ordering;

pub use built_in::{BUILT_IN_DAY, BUILT_IN_KOPS};
use range::matches;
use semver::Version;
use serde::{Deserialize, Serialize};

use super::answers::affordable;
use crate::core::text::untrusted::Untrusted;
use crate::core::version::parse_version;

/// The channel that kops takes when none is named.
pub const DEFAULT: &str = "stable";

/// The longest channel that is read, in bytes; kops's own have 10,000.
pub const LONGEST: usize = 1 << 18;

const BASE: &str = "https://raw.githubusercontent.com/kubernetes/kops/master/channels/";
const HOST: &str = "https://raw.githubusercontent.com";

/// The oldest minor version of Kubernetes 1 that kops 1.36 updates (`OldestSupportedKubernetesVersion`).
pub const OLDEST_MINOR: u64 = 31;
/// The oldest that it does not call deprecated (`OldestRecommendedKubernetesVersion`).
pub const RECOMMENDED_MINOR: u64 = 33;

/// The versions and the images of AWS in a channel; whatever else it holds is not read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Channel {
    pub kops_versions: Vec<KopsLine>,
    pub kubernetes_versions: Vec<KubernetesLine>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<ImageLine>,
}

/// What a channel proposes for a range of kops versions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct KopsLine {
    pub range: String,
    /// Empty: none.
    pub kubernetes_version: String,
}

/// What a channel recommends and requires for a range of Kubernetes versions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct KubernetesLine {
    pub range: String,
    pub recommended_version: String,
    pub required_version: String,
}

/// The image that a channel has for a range of Kubernetes versions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImageLine {
    /// As an instance group names it.
    pub name: String,
    #[serde(rename = "providerID")]
    pub provider_id: String,
    /// kops's name: `amd64`, `arm64`; empty: any.
    #[serde(rename = "architectureID")]
    pub architecture_id: String,
    #[serde(rename = "kubernetesVersion")]
    pub range: String,
}

/// Where a channel is, by kops's rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// `none`: kops reads no channel.
    Nowhere,
    File(String),
    Url(String),
    /// kops may read it; kopswain does not.
    Elsewhere,
}

/// How the channel came to be known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "from")]
pub enum Origin {
    /// Just read.
    Channel,
    /// Kept from an earlier reading.
    #[serde(rename_all = "camelCase")]
    Kept { age_seconds: u64 },
    /// Not read: the list built into kopswain stands in.
    BuiltIn { why: Untrusted },
}

/// What is known of the Kubernetes versions that a cluster may have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Versions {
    /// As kops's `--channel` takes it.
    pub channel: String,
    /// The version of the kops that would run; `None` when none was found, and [`BUILT_IN_KOPS`] is assumed.
    #[serde(default)]
    pub kops: Option<String>,
    pub origin: Origin,
    #[serde(flatten)]
    pub lines: Channel,
}

/// Why a text is not a channel.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChannelError {
    #[error("it is longer than {} KiB", LONGEST >> 10)]
    TooLong,
    /// In words of the YAML reader.
    #[error("{0}")]
    Form(String),
    #[error("it names no Kubernetes version")]
    Empty,
}

#[derive(Deserialize)]
struct ChannelDocument {
    spec: Channel,
}

impl Channel {
    /// Reads a channel of at most [`LONGEST`] bytes; unknown fields are left out, though kops 1.36 refuses them: a
    /// later kops may not.
    pub fn parse(text: &str) -> Result<Self, ChannelError> {
        if text.len() > LONGEST {
            return Err(ChannelError::TooLong);
        }
        if text.trim().is_empty() {
            return Err(ChannelError::Empty);
        }
        affordable(text).map_err(|error| ChannelError::Form(error.to_string()))?;
        let document: ChannelDocument =
            serde_yaml::from_str(text).map_err(|error| ChannelError::Form(error.to_string()))?;
        let mut channel = document.spec;
        channel.images.retain(|image| image.provider_id == "aws");
        let empty = channel.kops_versions.is_empty() && channel.kubernetes_versions.is_empty();
        if empty {
            return Err(ChannelError::Empty);
        }
        Ok(channel)
    }

    /// The version that this kops gives a new cluster (`RecommendedKubernetesVersion`): the first line that fits decides.
    pub fn proposed(&self, kops: &str) -> Option<Version> {
        let kops = parse_version(kops)?;
        let mut lines = self.kops_versions.iter();
        let line = lines.find(|line| matches(&line.range, &kops))?;
        parse_version(&line.kubernetes_version)
    }

    /// The newer version that the channel recommends in place of this one, if any (`FindRecommendedUpgrade`).
    pub fn recommended(&self, version: &Version) -> Option<Version> {
        let found = parse_version(&self.line_of(version)?.recommended_version)?;
        newer(&found, version).then_some(found)
    }

    /// The version below which kops refuses to work, where this one is (`IsUpgradeRequired`).
    pub fn required(&self, version: &Version) -> Option<Version> {
        let found = parse_version(&self.line_of(version)?.required_version)?;
        newer(&found, version).then_some(found)
    }

    /// What this kops can run of what is recommended, newest first, without repeats; the proposed one is among it.
    pub fn offered(&self, kops: &str) -> Vec<Version> {
        let newest = parse_version(kops).map_or(0, |kops| kops.minor);
        let lines = self.kubernetes_versions.iter();
        let mut found: Vec<Version> = lines
            .filter_map(|line| parse_version(&line.recommended_version))
            .filter(|version| (OLDEST_MINOR..=newest).contains(&version.minor))
            .chain(self.proposed(kops))
            .collect();
        found.sort_by(|left, right| right.cmp_precedence(left));
        found.dedup();
        found
    }

    /// The image that kops gives an instance group which names none (`FindImage`): the first line that fits decides.
    pub fn image(&self, version: &Version, architecture: &str) -> Option<&str> {
        let fits = |image: &&ImageLine| {
            let own = image.architecture_id.as_str();
            ["", architecture].contains(&own) && matches(&image.range, version)
        };
        let image = self.images.iter().find(fits);
        image.map(|image| image.name.as_str())
    }

    fn line_of(&self, version: &Version) -> Option<&KubernetesLine> {
        let mut lines = self.kubernetes_versions.iter();
        lines.find(|line| matches(&line.range, version))
    }
}

impl Address {
    /// Where kops looks for this channel (`ResolveChannel`): a name stands for a file beside kops's own channels.
    pub fn resolve(channel: &str) -> Self {
        if channel == "none" {
            return Self::Nowhere;
        }
        if let Some(path) = channel.strip_prefix("file://") {
            return Self::File(path.to_owned());
        }
        let scheme = channel.split_once(':').map(|(scheme, _)| scheme);
        match scheme {
            Some("http" | "https") => Self::Url(channel.to_owned()),
            Some(_) => Self::Elsewhere,
            None if channel.split('/').any(|part| part == "..") => Self::Elsewhere,
            None if channel.starts_with("//") => Self::Url(format!("https:{channel}")),
            None if channel.starts_with('/') => Self::Url(format!("{HOST}{channel}")),
            None => Self::Url(format!("{BASE}{channel}")),
        }
    }
}

impl Versions {
    /// The built-in list in place of a channel that could not be read.
    pub fn built_in(channel: &str, kops: Option<String>, why: impl Into<Untrusted>) -> Self {
        Self {
            channel: channel.to_owned(),
            kops,
            origin: Origin::BuiltIn { why: why.into() },
            lines: Channel::built_in(),
        }
    }

    /// The kops that would run, or the one that the built-in list is of.
    pub fn kops(&self) -> &str {
        self.kops.as_deref().unwrap_or(BUILT_IN_KOPS)
    }

    /// The version that kops would give a new cluster; that of the built-in list where the channel proposes none.
    pub fn proposed(&self) -> Option<Version> {
        let own = self.lines.proposed(self.kops());
        own.or_else(|| Channel::built_in().proposed(self.kops()))
    }
}

fn newer(one: &Version, other: &Version) -> bool {
    one.cmp_precedence(other) == Ordering::Greater
}
