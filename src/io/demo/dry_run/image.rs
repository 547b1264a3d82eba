//! The image of a group that names none: what kops's stable channel says for its version and architecture.

use super::DemoAccount;
use super::spec::{DemoGroup, DemoSpec};
use crate::core::version::parse_version;

const NOBLE_SINCE: u64 = 32;

/// Ubuntu, as the channel of kops 1.36.2 names it for Kubernetes 1.27 and newer.
pub(super) fn default_image(spec: &DemoSpec, group: &DemoGroup, account: &DemoAccount) -> String {
    let machine_type = group
        .spec
        .machine_type
        .split(',')
        .next()
        .unwrap_or_default();
    let architecture = if account.arm_types.iter().any(|name| name == machine_type) {
        "arm64"
    } else {
        "amd64"
    };
    let version = parse_version(&spec.cluster.kubernetes_version);
    let (folder, release, day) = if version.is_some_and(|version| version.minor < NOBLE_SINCE) {
        ("hvm-ssd", "jammy-22.04", "20260410")
    } else {
        ("hvm-ssd-gp3", "noble-24.04", "20260218")
    };
    format!("099720109477/ubuntu/images/{folder}/ubuntu-{release}-{architecture}-server-{day}")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::io::demo::dry_run::spec::DemoGroupSpec;

    const CHANNEL: &str = include_str!("../../../../tests/fixtures/kops/channel-stable.yml");

    // The last image of the channel that says this version and architecture.
    fn channel_image(minor: u64, architecture: &str) -> String {
        let channel: serde_yaml::Value = serde_yaml::from_str(CHANNEL).unwrap();
        let images = channel["spec"]["images"].as_sequence().unwrap();
        let range = if minor < NOBLE_SINCE {
            ">=1.27.0 <1.32.0"
        } else {
            ">=1.32.0"
        };
        let fits = |image: &&serde_yaml::Value| {
            image["providerID"] == "aws"
                && image["architectureID"] == architecture
                && image["kubernetesVersion"] == range
        };
        images.iter().find(fits).unwrap()["name"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    #[test]
    fn it_is_that_of_the_channel() {
        let account = DemoAccount {
            arm_types: vec!["t4g.micro".to_owned()],
            ..DemoAccount::default()
        };
        for (minor, machine_type, architecture) in [
            (31, "t3.micro", "amd64"),
            (31, "t4g.micro", "arm64"),
            (32, "t3.micro", "amd64"),
            (35, "t4g.micro", "arm64"),
        ] {
            let mut spec = DemoSpec::default();
            spec.cluster.kubernetes_version = format!("1.{minor}.5");
            let group = DemoGroup {
                spec: DemoGroupSpec {
                    machine_type: machine_type.to_owned(),
                    ..DemoGroupSpec::default()
                },
                ..DemoGroup::default()
            };
            assert_eq!(
                default_image(&spec, &group, &account),
                channel_image(minor, architecture)
            );
        }
    }
}
