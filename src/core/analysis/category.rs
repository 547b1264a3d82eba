//! What the types of resources are for, and which of them kops makes for itself.

use serde::Serialize;

/// What a type of resource is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Category {
    Network,
    LoadBalancing,
    Compute,
    Iam,
    Security,
    Storage,
    Dns,
    State,
    /// A type that this program does not know.
    Other,
}

/// kops's task types (`upup/pkg/fi/cloudup/awstasks`, `fitasks`, `bootstrapchannelbuilder`), and the types of what its tasks
/// delete (`TaskName` of each deletion there), with their categories.
const TYPES: [(Category, &[&str]); 8] = [
    (
        Category::Network,
        &[
            "VPC",
            "VPCCIDRBlock",
            "VPCAmazonIPv6CIDRBlock",
            "VPCDHCPOptionsAssociation",
            "DHCPOptions",
            "Subnet",
            "SubnetIPv6CIDRBlock",
            "RouteTable",
            "RouteTableAssociation",
            "Route",
            "InternetGateway",
            "EgressOnlyInternetGateway",
            "NatGateway",
            "ElasticIP",
        ],
    ),
    (
        Category::LoadBalancing,
        &[
            "NetworkLoadBalancer",
            "NetworkLoadBalancerListener",
            "ClassicLoadBalancer",
            "TargetGroup",
            "network-load-balancer",
            "target-group",
            "autoscaling-elb-attachment",
        ],
    ),
    (
        Category::Compute,
        &[
            "AutoscalingGroup",
            "AutoscalingLifecycleHook",
            "LaunchTemplate",
            "WarmPool",
            "Instance",
            "EventBridgeRule",
            "EventBridgeTarget",
            "SQS",
        ],
    ),
    (
        Category::Iam,
        &[
            "IAMRole",
            "IAMRolePolicy",
            "IAMInstanceProfile",
            "IAMInstanceProfileRole",
            "IAMOIDCProvider",
        ],
    ),
    (
        Category::Security,
        &[
            "SecurityGroup",
            "SecurityGroupRule",
            "SSHKey",
            "Keypair",
            "Secret",
        ],
    ),
    (Category::Storage, &["EBSVolume"]),
    (Category::Dns, &["DNSName", "DNSZone"]),
    (
        Category::State,
        &[
            "ManagedFile",
            "AddonManifest",
            "BootstrapChannel",
            "MirrorKeystore",
            "MirrorSecrets",
        ],
    ),
];

impl Category {
    /// The category of kops's task type.
    pub fn from_type(kind: &str) -> Self {
        let known = TYPES.iter().find(|(_, kinds)| kinds.contains(&kind));
        known.map_or(Self::Other, |(category, _)| *category)
    }

    /// The words that people read.
    pub fn word(self) -> &'static str {
        match self {
            Self::Network => "Network",
            Self::LoadBalancing => "Load balancing",
            Self::Compute => "Compute",
            Self::Iam => "IAM",
            Self::Security => "Security",
            Self::Storage => "Storage",
            Self::Dns => "DNS",
            Self::State => "State and add-ons",
            Self::Other => "Other",
        }
    }
}

/// What kops keeps for itself or makes beside what was asked for: rarely worth a line each.
const INTERNAL: [&str; 13] = [
    "AddonManifest",
    "AutoscalingLifecycleHook",
    "BootstrapChannel",
    "EventBridgeRule",
    "EventBridgeTarget",
    "IAMInstanceProfileRole",
    "Keypair",
    "ManagedFile",
    "MirrorKeystore",
    "MirrorSecrets",
    "RouteTableAssociation",
    "Secret",
    "WarmPool",
];

/// Whether kops makes this type for itself, so that its names can be folded when it is new.
pub fn is_internal(kind: &str) -> bool {
    INTERNAL.contains(&kind)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::core::kops::dry_run::{Resource, parse};

    const CREATE: &str = include_str!("../../../tests/fixtures/kops/update-create.stdout");

    #[test]
    fn every_type_of_a_real_dry_run_has_a_category() {
        let dry_run = parse(CREATE);
        let unknown = |resource: &&Resource| Category::from_type(&resource.kind) == Category::Other;
        assert_eq!(dry_run.resources.iter().find(unknown), None);
    }
}
