//! The stable channel as it was released with kops 1.36.2, for when no channel can be read.

use super::{Channel, ImageLine, KopsLine, KubernetesLine};

/// The kops whose stable channel is built in.
pub const BUILT_IN_KOPS: &str = "1.36.2";
/// The day of its release.
pub const BUILT_IN_DAY: &str = "2026-08-08";

// For kops and Kubernetes of each minor version: what it starts at, and the recommended release.
const LINES: [(&str, &str); 6] = [
    ("1.35.0", "1.35.5"),
    ("1.34.0", "1.34.8"),
    ("1.33.0", "1.33.12"),
    ("1.32.0", "1.32.13"),
    ("1.31.0", "1.31.14"),
    ("1.30.0", "1.30.14"),
];

// Ubuntu's images for AWS, without the architecture and what follows it: for which Kubernetes, name and day.
const IMAGES: [(&str, &str, &str); 2] = [
    (">=1.27.0 <1.32.0", "hvm-ssd/ubuntu-jammy-22.04", "20260410"),
    (">=1.32.0", "hvm-ssd-gp3/ubuntu-noble-24.04", "20260218"),
];

const UBUNTU: &str = "099720109477/ubuntu/images";

impl Channel {
    /// kops 1.36.2's stable channel, for kops and Kubernetes from 1.30 on.
    pub fn built_in() -> Self {
        let kops = |(from, release): (&str, &str)| KopsLine {
            range: format!(">={from}-alpha.1"),
            kubernetes_version: release.to_owned(),
        };
        let kubernetes = |(from, release): (&str, &str)| KubernetesLine {
            range: format!(">={from}"),
            recommended_version: release.to_owned(),
            required_version: from.to_owned(),
        };
        let images = IMAGES.iter().flat_map(|(range, name, day)| {
            ["amd64", "arm64"].map(|architecture| ImageLine {
                name: format!("{UBUNTU}/{name}-{architecture}-server-{day}"),
                provider_id: "aws".to_owned(),
                architecture_id: architecture.to_owned(),
                range: (*range).to_owned(),
            })
        });
        Self {
            kops_versions: LINES.map(kops).to_vec(),
            kubernetes_versions: LINES.map(kubernetes).to_vec(),
            images: images.collect(),
        }
    }
}
