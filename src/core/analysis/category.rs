//! The resources of a report as an engineer thinks of them, and the noise in it, explained once.

use std::collections::BTreeMap;

use serde::Serialize;

pub use crate::core::analysis::grouping::{ChangeGroup, alike};
pub use crate::core::analysis::location::{ResourceLocation, instance_group, place, zone};
pub use crate::core::analysis::locations::{PlaceCount, places};
pub use crate::core::analysis::noise::{
    Noise, ZERO_DEFAULTS, ZERO_IS_A_CHANGE, ZeroDefault, changes_nothing, counted, is_noise,
    is_zero_default, noise, noises, noisy_fields,
};
use crate::core::kops::dry_run::{ChangeAction, DryRun, Resource};

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
/// delete (`TaskName` of each deletion there), with their families.
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
    /// The family of kops's task type.
    pub fn of(kind: &str) -> Self {
        let known = TYPES.iter().find(|(_, kinds)| kinds.contains(&kind));
        known.map_or(Self::Other, |(family, _)| *family)
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

/// The resources of one action and one family, by type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceGroup {
    pub action: ChangeAction,
    pub family: Category,
    pub types: Vec<TypeGroup>,
}

/// The resources of one type, as indices into [`DryRun::resources`], in the report's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeGroup {
    pub kind: String,
    pub resources: Vec<usize>,
}

impl ResourceGroup {
    /// How many resources it holds.
    pub fn count(&self) -> usize {
        self.types.iter().map(|kind| kind.resources.len()).sum()
    }

    /// The counts per type, such as `Subnet (6) RouteTable (4)`.
    pub fn counts(&self) -> String {
        let one = |kind: &TypeGroup| format!("{} ({})", kind.kind, kind.resources.len());
        self.types.iter().map(one).collect::<Vec<_>>().join(" ")
    }
}

/// Every resource once, deletions first, then by family and by type in the order of the report.
pub fn groups(report: &DryRun) -> Vec<ResourceGroup> {
    let mut found: BTreeMap<_, Vec<TypeGroup>> = BTreeMap::new();
    for (index, resource) in report.resources.iter().enumerate() {
        let types = found.entry(key(resource)).or_default();
        add(types, &resource.kind, index);
    }
    let group = |((action, family), types)| ResourceGroup {
        action,
        family,
        types,
    };
    found.into_iter().map(group).collect()
}

fn key(resource: &Resource) -> (ChangeAction, Category) {
    (resource.action, Category::of(&resource.kind))
}

fn add(types: &mut Vec<TypeGroup>, kind: &str, index: usize) {
    // kops sorts by type, so the type is the last one seen; a shuffled report only gets more groups of a type.
    match types.last_mut().filter(|last| last.kind == kind) {
        Some(last) => last.resources.push(index),
        None => types.push(TypeGroup {
            kind: kind.to_owned(),
            resources: vec![index],
        }),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::core::kops::dry_run::parse;

    const CREATE: &str = include_str!("../../../tests/fixtures/kops/update-create.stdout");

    #[test]
    fn every_type_of_a_real_report_has_a_family() {
        let report = parse(CREATE);
        let unknown = |resource: &&Resource| Category::of(&resource.kind) == Category::Other;
        assert_eq!(report.resources.iter().find(unknown), None);
    }

    #[test]
    fn a_create_is_grouped_by_family_and_counted() {
        let report = parse(CREATE);
        let groups = groups(&report);
        let shown: Vec<_> = groups
            .iter()
            .map(|group| {
                let (action, family) = (group.action.word(), group.family.word());
                format!("{action} {family}: {}", group.counts())
            })
            .collect();
        assert_eq!(
            shown,
            [
                "modify Network: NatGateway (3)",
                "create Network: Route (5) RouteTable (4) RouteTableAssociation (6) Subnet (6)",
                "create Load balancing: NetworkLoadBalancer (1) NetworkLoadBalancerListener (2) TargetGroup (2)",
                "create Compute: AutoscalingGroup (6) AutoscalingLifecycleHook (6) EventBridgeRule (4) EventBridgeTarget (4) LaunchTemplate (6) SQS (1) WarmPool (6)",
                "create IAM: IAMInstanceProfile (2) IAMInstanceProfileRole (2) IAMRole (2) IAMRolePolicy (4)",
                "create Security: Keypair (8) SSHKey (1) Secret (9) SecurityGroup (3) SecurityGroupRule (22)",
                "create Storage: EBSVolume (6)",
                "create State and add-ons: AddonManifest (10) BootstrapChannel (1) ManagedFile (18)",
            ]
        );
        let total: usize = groups.iter().map(ResourceGroup::count).sum();
        assert_eq!(total, report.resources.len());
    }
}
