//! The catalogue of planning problems: each rule's stable identifier, weight and source. The texts stand beside the
//! checks, in `plan/`.

use crate::core::problem::{About, Problem, ProblemSeverity};

/// One rule; `id` is in kebab case and never changes its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanningRule {
    pub id: &'static str,
    pub severity: ProblemSeverity,
    pub source: &'static str,
}

impl PlanningRule {
    /// The problem that breaking this rule makes.
    pub fn problem(
        &self,
        about: About,
        what: impl Into<String>,
        why: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Problem {
        Problem {
            id: self.id,
            severity: self.severity,
            about,
            what: what.into(),
            why: why.into(),
            remedy: remedy.into(),
            source: self.source,
        }
    }
}

macro_rules! rules {
    ($($name:ident = $severity:ident $id:literal, $source:expr;)*) => {
        $(
            #[doc = concat!("`", $id, "`")]
            pub const $name: PlanningRule = PlanningRule { id: $id, severity: ProblemSeverity::$severity, source: $source };
        )*
        /// Every rule, in the order of the questions; those of the round trip last.
        pub const ALL: &[PlanningRule] = &[$($name),*];
    };
}

const KOPS_VALIDATION: &str = "kops 1.36.2, pkg/apis/kops/validation/validation.go";
const KOPS_UPDATE: &str = "kops 1.36.2, pkg/apis/kops/validation/cluster.go";
const KOPS_REPLACE: &str = "kops 1.36.2, cmd/kops/replace.go";
const KOPS_GROUP: &str = "kops 1.36.2, pkg/apis/kops/validation/instancegroup.go";
const KOPS_AWS: &str = "kops 1.36.2, pkg/apis/kops/validation/aws.go";
const KOPS_VERSIONS: &str = "kops 1.36.2, upup/pkg/fi/cloudup/apply_cluster.go";
const KOPS_CHANNEL: &str = "kops 1.36.2, pkg/apis/kops/channel.go";
const KOPS_IMAGES: &str = "kops 1.36.2, upup/pkg/fi/cloudup/awsup/aws_cloud.go";
const KOPS_NEW: &str = "kops 1.36.2, upup/pkg/fi/cloudup/new_cluster.go";
const KOPS_SUBNETS: &str = "kops 1.36.2, upup/pkg/fi/cloudup/subnets.go";
const KOPS_NETWORK: &str = "kops 1.36.2, pkg/model/awsmodel/network.go";
const KOPS_SHARED_VPC: &str = "kops documentation, \"Running kOps in a shared VPC\"";
const KOPS_STATE: &str = "kops documentation, \"The State Store\"";
const KOPS_ACCESS: &str =
    "kops documentation, \"Cluster resource\", sshAccess and kubernetesApiAccess";
const KOPS_BASTION: &str = "kops documentation, \"Bastion in kOps\"";
const KOPS_DNS: &str = "kops documentation, \"Cluster resource\", topology.dns";
const KOPS_ZONES: &str = "kops 1.36.2, upup/pkg/fi/cloudup/dns.go";
const EC2_SHARED: &str = "Amazon VPC user guide, \"Share your VPC subnets with other accounts\"";
const KOPS_KEY: &str = "kops documentation, \"kops create sshpublickey\"";
const KOPS_SPOT: &str = "kops documentation, \"The InstanceGroup resource\", mixedInstancesPolicy";
const KOPS_IAM: &str = "kops documentation, \"IAM roles\"";
const KOPS_DISCOVERY: &str = "kops 1.36.2, pkg/apis/kops/validation/legacy.go";
const KOPS_FIELDS: &str = "kops 1.36.2, pkg/apis/kops/v1alpha2";
const KUBERNETES_LABELS: &str = "Kubernetes documentation, \"Labels and Selectors\"";
const KUBERNETES_TAINTS: &str = "Kubernetes documentation, \"Taints and Tolerations\"";
const EC2_SUBNETS: &str = "Amazon VPC user guide, \"Subnet CIDR blocks\"";
const EC2_ROUTES: &str = "Amazon VPC user guide, \"Route priority\"";
const EC2_QUOTAS: &str = "Amazon VPC user guide, \"Amazon VPC quotas\"";
const EC2_VCPUS: &str = "Amazon EC2 user guide, \"Amazon EC2 On-Demand instance quotas\"";
const EC2_IMAGES: &str = "Amazon EC2 API, DescribeImages";
const EC2_OFFERINGS: &str = "Amazon EC2 API, DescribeInstanceTypeOfferings";
const EC2_TYPES: &str = "Amazon EC2 API, DescribeInstanceTypes";
const EC2_ZONES: &str = "Amazon EC2 API, DescribeAvailabilityZones";
const EC2_NAT: &str = "Amazon VPC user guide, \"NAT gateways\"";
const S3_NAMES: &str = "Amazon S3 user guide, \"General purpose bucket naming rules\"";
const ETCD: &str = "etcd documentation, \"What is failure tolerance\"";
const IAM: &str = "what the account answered";
const KOPSWAIN: &str = "kopswain's answers file";
const ROOM: &str = "kopswain's address layout: room for four zones per tier";

rules! {
    CLUSTER_NAME_MISSING = Blocked "cluster-name-missing", KOPS_VALIDATION;
    CLUSTER_NAME_INVALID = Blocked "cluster-name-invalid", KOPS_VALIDATION;
    CLUSTER_NAME_NOT_QUALIFIED = Blocked "cluster-name-not-qualified", KOPS_VALIDATION;
    CLUSTER_NAME_GOSSIP = Blocked "cluster-name-gossip", KOPS_DNS;
    CLUSTER_EXISTS = Blocked "cluster-exists", KOPS_STATE;
    CLUSTER_GROWS = Note "cluster-grows", KOPS_STATE;
    CLUSTER_FIELD_FIXED = Blocked "cluster-field-fixed", KOPS_UPDATE;
    REGION_MISSING = Blocked "region-missing", KOPSWAIN;
    REGION_DIFFERS = Blocked "region-differs", KOPSWAIN;
    STATE_STORE_MISSING = Blocked "state-store-missing", KOPS_STATE;
    STATE_STORE_NOT_S3 = Blocked "state-store-not-s3", KOPS_STATE;
    STATE_STORE_INVALID = Blocked "state-store-invalid", S3_NAMES;
    FACT_NOT_READ = Note "fact-not-read", IAM;
    KUBERNETES_VERSION_INVALID = Blocked "kubernetes-version-invalid", KOPS_VERSIONS;
    KUBERNETES_VERSION_TOO_OLD = Blocked "kubernetes-version-too-old", KOPS_VERSIONS;
    KUBERNETES_VERSION_DEPRECATED = Warning "kubernetes-version-deprecated", KOPS_VERSIONS;
    KUBERNETES_VERSION_TOO_NEW = Warning "kubernetes-version-too-new", KOPS_VERSIONS;
    KUBERNETES_VERSION_BEYOND_KOPS = Blocked "kubernetes-version-beyond-kops", KOPS_VERSIONS;
    KUBERNETES_VERSION_BELOW_REQUIRED = Blocked "kubernetes-version-below-required", KOPS_VERSIONS;
    KUBERNETES_VERSION_OUTDATED = Note "kubernetes-version-outdated", KOPS_VERSIONS;
    CHANNEL_NOT_READ = Note "channel-not-read", KOPS_CHANNEL;
    DNS_ZONE_INVALID = Blocked "dns-zone-invalid", KOPS_ZONES;
    DNS_ZONE_DIFFERS = Blocked "dns-zone-differs", KOPS_DNS;
    DNS_ZONE_UNUSED = Warning "dns-zone-unused", KOPS_DNS;
    DNS_ZONE_NEEDED = Note "dns-zone-needed", KOPS_DNS;

    VPC_MISSING = Blocked "vpc-missing", KOPS_SHARED_VPC;
    VPC_UNKNOWN = Blocked "vpc-unknown", KOPS_SHARED_VPC;
    VPC_DEFAULT = Note "vpc-default", KOPS_SHARED_VPC;
    VPC_SHARED = Blocked "vpc-shared", EC2_SHARED;
    VPC_DNS_SUPPORT_OFF = Blocked "vpc-dns-support-off", KOPS_SHARED_VPC;
    VPC_DNS_HOSTNAMES_OFF = Warning "vpc-dns-hostnames-off", KOPS_SHARED_VPC;
    VPC_DNS_NOT_READ = Note "vpc-dns-not-read", KOPS_SHARED_VPC;
    VPC_IN_POD_RANGE = Blocked "vpc-in-pod-range", KOPS_VALIDATION;
    VPC_BLOCK_LEFT_OUT = Note "vpc-block-left-out", KOPS_VALIDATION;
    INTERNET_GATEWAY_MISSING = Blocked "internet-gateway-missing", KOPS_SHARED_VPC;
    INTERNET_GATEWAYS_SEVERAL = Blocked "internet-gateways-several", KOPS_SHARED_VPC;
    POD_RANGE_ROUTED = Warning "pod-range-routed", KOPS_VALIDATION;
    QUOTA_SUBNETS = Warning "quota-subnets", EC2_QUOTAS;
    QUOTA_SUBNETS_PASSED = Blocked "quota-subnets-passed", EC2_QUOTAS;
    QUOTA_ROUTE_TABLES = Warning "quota-route-tables", EC2_QUOTAS;
    QUOTA_ROUTE_TABLES_PASSED = Blocked "quota-route-tables-passed", EC2_QUOTAS;
    QUOTA_VCPUS = Warning "quota-vcpus", EC2_VCPUS;
    QUOTA_VCPUS_IN_USE = Warning "quota-vcpus-in-use", EC2_VCPUS;
    QUOTA_VCPUS_PASSED = Blocked "quota-vcpus-passed", EC2_VCPUS;

    ZONES_MISSING = Blocked "zones-missing", KOPS_NEW;
    ZONES_TOO_MANY = Blocked "zones-too-many", KOPSWAIN;
    ZONES_NOT_CHECKED = Note "zones-not-checked", EC2_ZONES;
    ZONES_FEW = Warning "zones-few", ETCD;
    ZONE_UNKNOWN = Blocked "zone-unknown", EC2_ZONES;
    ZONE_DUPLICATE = Blocked "zone-duplicate", KOPS_VALIDATION;
    ZONE_UNAVAILABLE = Blocked "zone-unavailable", EC2_ZONES;
    ZONE_WITHOUT_NAT = Blocked "zone-without-nat", EC2_NAT;
    NAT_GATEWAYS_NOT_READ = Blocked "nat-gateways-not-read", IAM;
    NAT_ROUTE_NOT_CHECKED = Warning "nat-route-not-checked", EC2_NAT;
    EGRESS_NOT_CHECKED = Warning "egress-not-checked", KOPS_NETWORK;
    EGRESS_EXTERNAL = Warning "egress-external", KOPS_NETWORK;
    EGRESS_INVALID = Blocked "egress-invalid", KOPS_VALIDATION;
    EGRESS_UNKNOWN = Blocked "egress-unknown", KOPS_NETWORK;
    EGRESS_UNUSABLE = Blocked "egress-unusable", KOPS_NETWORK;
    EGRESS_OTHER_ZONE = Blocked "egress-other-zone", EC2_NAT;
    EGRESS_OTHER_VPC = Blocked "egress-other-vpc", KOPS_NETWORK;
    EGRESS_CROSSES_ZONES = Warning "egress-crosses-zones", EC2_NAT;
    EGRESS_SEVERAL = Note "egress-several", KOPS_NETWORK;

    SUBNETS_NOT_READ = Blocked "subnets-not-read", IAM;
    BLOCKS_NO_ROOM = Blocked "blocks-no-room", EC2_SUBNETS;
    BLOCKS_SMALLER = Note "blocks-smaller", ROOM;
    BLOCKS_APART = Note "blocks-apart", ROOM;
    BLOCKS_ROOM_USED = Note "blocks-room-used", ROOM;
    BLOCKS_TIGHT = Note "blocks-tight", ROOM;
    BLOCK_TOO_SMALL = Blocked "block-too-small", EC2_SUBNETS;
    BLOCK_SMALL_FOR_PODS = Warning "block-small-for-pods", "Amazon VPC CNI documentation, \"Pods and addresses\"";
    BLOCK_HOST_BITS = Blocked "block-host-bits", KOPS_VALIDATION;
    BLOCK_SIZE = Blocked "block-size", EC2_SUBNETS;
    BLOCK_OUTSIDE_VPC = Blocked "block-outside-vpc", KOPS_VALIDATION;
    BLOCK_IN_POD_RANGE = Blocked "block-in-pod-range", KOPS_VALIDATION;
    BLOCK_ON_SUBNET = Blocked "block-on-subnet", EC2_SUBNETS;
    BLOCK_ON_ROUTE = Blocked "block-on-route", EC2_ROUTES;
    BLOCK_ON_BLOCK = Blocked "block-on-block", EC2_SUBNETS;

    TAG_SUBNETS_UNUSED = Warning "tag-subnets-unused", KOPS_NETWORK;
    SUBNETS_SHARED = Note "subnets-shared", EC2_SHARED;
    SUBNET_MISSING = Blocked "subnet-missing", KOPS_VALIDATION;
    SUBNET_TWICE = Blocked "subnet-twice", KOPS_NETWORK;
    SUBNET_UNKNOWN = Blocked "subnet-unknown", KOPS_SUBNETS;
    SUBNET_OTHER_VPC = Blocked "subnet-other-vpc", KOPS_SUBNETS;
    SUBNET_OTHER_ZONE = Blocked "subnet-other-zone", KOPS_SUBNETS;
    SUBNET_IPV6_ONLY = Blocked "subnet-ipv6-only", KOPS_SUBNETS;
    SUBNET_CIDR_DIFFERS = Blocked "subnet-cidr-differs", KOPS_SUBNETS;
    SUBNET_IN_POD_RANGE = Blocked "subnet-in-pod-range", KOPS_VALIDATION;
    SUBNET_NOT_PUBLIC = Blocked "subnet-not-public", KOPS_SHARED_VPC;
    SUBNET_NOT_PUBLIC_UNUSED = Warning "subnet-not-public-unused", KOPS_SHARED_VPC;
    SUBNET_PUBLIC = Blocked "subnet-public", KOPS_SHARED_VPC;
    SUBNET_NO_ROUTE = Blocked "subnet-no-route", KOPS_SHARED_VPC;
    SUBNET_CLOSED = Warning "subnet-closed", KOPS_SHARED_VPC;
    SUBNET_EGRESS_DIFFERS = Blocked "subnet-egress-differs", KOPS_NETWORK;
    SUBNET_NAT_NOT_READ = Note "subnet-nat-not-read", EC2_SHARED;
    SUBNET_NAT_BROKEN = Blocked "subnet-nat-broken", EC2_NAT;
    SUBNET_FULL = Blocked "subnet-full", EC2_SUBNETS;
    SUBNET_SMALL_FOR_PODS = Warning "subnet-small-for-pods", "Amazon VPC CNI documentation, \"Pods and addresses\"";
    SUBNET_FEW_ADDRESSES = Warning "subnet-few-addresses", EC2_SUBNETS;
    SUBNET_OF_CLUSTER = Blocked "subnet-of-cluster", KOPS_SHARED_VPC;
    SUBNET_USED_BY_CLUSTER = Note "subnet-used-by-cluster", KOPS_SHARED_VPC;
    SUBNET_UNTAGGED = Warning "subnet-untagged", KOPS_SHARED_VPC;
    SUBNET_ROLE_OTHER = Warning "subnet-role-other", KOPS_SHARED_VPC;
    SUBNET_TYPE_OTHER = Warning "subnet-type-other", KOPS_NETWORK;
    SUBNET_IPV6_TURNED_OFF = Warning "subnet-ipv6-turned-off", "kops 1.36.2, upup/pkg/fi/cloudup/awstasks/subnet.go";

    CONTROL_PLANE_EVEN = Blocked "control-plane-even", KOPS_VALIDATION;
    CONTROL_PLANE_COUNT = Blocked "control-plane-count", KOPSWAIN;
    CONTROL_PLANE_SINGLE = Warning "control-plane-single", ETCD;
    CONTROL_PLANE_SHARES_ZONE = Warning "control-plane-shares-zone", KOPS_NEW;
    CONTROL_PLANE_SMALL = Warning "control-plane-small", "kops 1.36.2, upup/pkg/fi/cloudup/awsup/aws_cloud.go";

    MACHINE_TYPE_MISSING = Blocked "machine-type-missing", KOPS_AWS;
    MACHINE_TYPE_UNKNOWN = Blocked "machine-type-unknown", EC2_TYPES;
    MACHINE_TYPE_NOT_OFFERED = Blocked "machine-type-not-offered", EC2_OFFERINGS;
    MACHINE_TYPES_NOT_CHECKED = Note "machine-types-not-checked", EC2_OFFERINGS;
    ARCHITECTURE_DIFFERS = Blocked "architecture-differs", KOPS_AWS;
    ARCHITECTURE_UNSUPPORTED = Blocked "architecture-unsupported", KOPS_AWS;
    IMAGE_INVALID = Blocked "image-invalid", EC2_IMAGES;
    IMAGE_UNKNOWN = Blocked "image-unknown", EC2_IMAGES;
    IMAGE_FROM_PARAMETER = Note "image-from-parameter", KOPS_IMAGES;
    IMAGE_UNAVAILABLE = Blocked "image-unavailable", EC2_IMAGES;
    ROOT_VOLUME_TOO_SMALL = Blocked "root-volume-too-small", "the images that kops's stable channel names: 8 GiB";
    ROOT_VOLUME_SMALL = Warning "root-volume-small", "kops 1.36.2, pkg/model/defaults/volumes.go";
    ROOT_VOLUME_TOO_LARGE = Blocked "root-volume-too-large", "Amazon EBS user guide, \"EBS volume types\"";

    GROUPS_MISSING = Warning "groups-missing", KOPS_NEW;
    GROUPS_MIN_ZERO = Warning "groups-min-zero", "kops 1.36.2, pkg/validation/validate_cluster.go";
    GROUP_NAME_INVALID = Blocked "group-name-invalid", KOPS_GROUP;
    GROUP_NAME_RESERVED = Blocked "group-name-reserved", KOPSWAIN;
    GROUP_NAME_DUPLICATE = Blocked "group-name-duplicate", KOPS_GROUP;
    GROUP_MIN_OVER_MAX = Blocked "group-min-over-max", KOPS_GROUP;
    GROUP_MAX_ZERO = Blocked "group-max-zero", KOPSWAIN;
    GROUP_MAX_BELOW_ZONES = Warning "group-max-below-zones", KOPSWAIN;
    GROUP_ZONE_UNKNOWN = Blocked "group-zone-unknown", KOPS_GROUP;
    GROUP_ZONE_DUPLICATE = Blocked "group-zone-duplicate", KOPSWAIN;
    GROUP_SPOT = Note "group-spot", KOPS_SPOT;
    MIXED_PERCENTAGE = Blocked "mixed-percentage", KOPS_AWS;
    MIXED_BASE_OVER_MAX = Blocked "mixed-base-over-max", KOPS_AWS;
    MIXED_SPOT_NEVER = Warning "mixed-spot-never", KOPS_SPOT;
    MIXED_TYPE_NOT_OFFERED = Warning "mixed-type-not-offered", EC2_OFFERINGS;
    MIXED_TYPES_DIFFER = Warning "mixed-types-differ", "Cluster Autoscaler on AWS, \"Mixed instances policies\"";
    LABEL_INVALID = Blocked "label-invalid", KUBERNETES_LABELS;
    LABEL_RESERVED = Blocked "label-reserved", KOPS_GROUP;
    TAINT_INVALID = Blocked "taint-invalid", KUBERNETES_TAINTS;
    TAINT_DUPLICATE = Blocked "taint-duplicate", KOPS_GROUP;
    GROUPS_ALL_TAINTED = Warning "groups-all-tainted", KUBERNETES_TAINTS;

    SSH_KEY_MISSING = Blocked "ssh-key-missing", KOPS_KEY;
    SSH_KEY_NOT_PUBLIC = Warning "ssh-key-not-public", KOPS_KEY;
    SSH_OPEN = Warning "ssh-open", KOPS_ACCESS;
    API_OPEN = Warning "api-open", KOPS_ACCESS;
    ACCESS_HOST_BITS = Blocked "access-host-bits", KOPS_VALIDATION;
    API_INSIDE_ONLY = Note "api-inside-only", KOPS_ACCESS;
    API_PUBLIC_UNREACHABLE = Warning "api-public-unreachable", KOPS_ACCESS;
    BASTION_UNREACHABLE = Warning "bastion-unreachable", KOPS_BASTION;

    POLICY_INVALID = Blocked "policy-invalid", KOPS_VALIDATION;
    POLICY_ALLOWS_ALL = Warning "policy-allows-all", KOPS_IAM;
    POLICY_ARN_INVALID = Blocked "policy-arn-invalid", KOPS_VALIDATION;
    DISCOVERY_STORE_INVALID = Blocked "discovery-store-invalid", KOPS_DISCOVERY;
    DISCOVERY_STORE_IS_STATE = Blocked "discovery-store-is-state", KOPS_STATE;
    DISCOVERY_STORE_PUBLIC = Note "discovery-store-public", KOPS_DISCOVERY;

    SECRET_MISSING = Blocked "secret-missing", KOPS_VERSIONS;
    SECRET_UNUSED = Warning "secret-unused", KOPS_VERSIONS;
    OVERRIDE_GUARANTEED = Blocked "override-guaranteed", KOPSWAIN;
    OVERRIDE_GROUP_UNKNOWN = Blocked "override-group-unknown", KOPSWAIN;
    OVERRIDE_FORM = Blocked "override-form", KOPSWAIN;
    OVERRIDE_FIELD_UNKNOWN = Warning "override-field-unknown", KOPS_FIELDS;
    OVERRIDE_ADDS = Note "override-adds", KOPSWAIN;
    OVERRIDE_REPLACES = Note "override-replaces", KOPSWAIN;
    OVERRIDE_REMOVES_NOTHING = Warning "override-removes-nothing", KOPSWAIN;

    SPEC_DOCUMENT_LOST = Blocked "spec-document-lost", KOPS_STATE;
    SPEC_FIELD_LOST = Blocked "spec-field-lost", KOPS_STATE;
    SPEC_FIELD_CHANGED = Blocked "spec-field-changed", KOPS_STATE;
    SPEC_FIELD_REMOVED = Warning "spec-field-removed", KOPS_REPLACE;
    SPEC_FIELDS_REPLACED = Note "spec-fields-replaced", KOPS_REPLACE;
    INSTANCE_GROUP_STAYS = Note "instance-group-stays", KOPS_REPLACE;
}
