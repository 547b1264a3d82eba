//! Fields whose zero value is what AWS does by itself, so that `<nil> -> zero` changes nothing; each with its source.

/// A field where nothing and its zero value are the same.
#[derive(Clone, Copy, Debug)]
pub struct ZeroDefault {
    /// kops's task type; `*` for every type.
    pub kind: &'static str,
    pub field: &'static str,
    /// The zero value as kops prints it; empty for an empty text.
    pub zero: &'static str,
    pub source: &'static str,
}

/// Whether `<nil> -> new` of this field only writes out AWS's default.
pub fn is_zero_default(kind: &str, field: &str, new: &str) -> bool {
    let same = |one: &&ZeroDefault| {
        one.field == field && one.zero == new && (one.kind == kind || one.kind == "*")
    };
    ZERO_DEFAULTS.iter().any(|one| same(&one))
}

const fn zero(
    kind: &'static str,
    field: &'static str,
    zero: &'static str,
    source: &'static str,
) -> ZeroDefault {
    ZeroDefault {
        kind,
        field,
        zero,
        source,
    }
}

/// Every field of kops's AWS tasks (`upup/pkg/fi/cloudup/awstasks`, `fitasks`) whose zero is a default of AWS, or is
/// kops's own and never sent; a field that is not here is shown.
pub const ZERO_DEFAULTS: &[ZeroDefault] = &[
    zero(
        "*",
        "Tags",
        "{}",
        "EC2 API, Tag: a resource has no tags unless given",
    ),
    zero(
        "*",
        "Shared",
        "false",
        "kops's own mark; no AWS call sends it (`awstasks/*.go`)",
    ),
    zero(
        "AutoscalingGroup",
        "MixedOnDemandBase",
        "0",
        "Auto Scaling API, InstancesDistribution.OnDemandBaseCapacity: Default: 0",
    ),
    zero(
        "AutoscalingGroup",
        "MixedSpotMaxPrice",
        "",
        "Auto Scaling API, InstancesDistribution.SpotMaxPrice: empty is the On-Demand price; `awstasks/autoscalinggroup.go` sends it to unset",
    ),
    zero(
        "AutoscalingGroup",
        "MaxInstanceLifetime",
        "0",
        "Auto Scaling API, UpdateAutoScalingGroup.MaxInstanceLifetime: 0 clears it; none by default",
    ),
    zero(
        "AutoscalingGroup",
        "InstanceProtection",
        "false",
        "Auto Scaling API, NewInstancesProtectedFromScaleIn: not protected by default",
    ),
    zero(
        "AutoscalingGroup",
        "SuspendProcesses",
        "[]",
        "Auto Scaling API, SuspendProcesses: no process is suspended by default",
    ),
    zero(
        "AutoscalingGroup",
        "LoadBalancers",
        "[]",
        "Auto Scaling API, CreateAutoScalingGroup.LoadBalancerNames: none by default",
    ),
    zero(
        "AutoscalingGroup",
        "TargetGroups",
        "[]",
        "Auto Scaling API, CreateAutoScalingGroup.TargetGroupARNs: none by default",
    ),
    zero(
        "AutoscalingGroup",
        "Metrics",
        "[]",
        "Auto Scaling API, EnableMetricsCollection: no group metrics by default",
    ),
    zero(
        "LaunchTemplate",
        "BlockDeviceMappings",
        "[]",
        "EC2 API, RequestLaunchTemplateData.BlockDeviceMapping: only the image's own by default",
    ),
    zero(
        "LaunchTemplate",
        "CPUCredits",
        "",
        "EC2 API, CreditSpecificationRequest: unset is the family's default; kops then sends none (`launchtemplate_target_api.go`)",
    ),
    zero(
        "LaunchTemplate",
        "IPv6AddressCount",
        "0",
        "EC2 API, NetworkInterface.Ipv6AddressCount: none unless the subnet assigns one",
    ),
    zero(
        "LaunchTemplate",
        "InstanceMonitoring",
        "false",
        "EC2 API, Monitoring.Enabled: basic monitoring by default",
    ),
    zero(
        "LaunchTemplate",
        "RootVolumeIops",
        "0",
        "EC2 API, EbsBlockDevice.Iops: only for io1, io2 and gp3, for which kops sets 100 or 3000 (`pkg/model/awsmodel/autoscalinggroup.go`)",
    ),
    zero(
        "LaunchTemplate",
        "RootVolumeKmsKey",
        "",
        "EC2 API, EbsBlockDevice.KmsKeyId: unset is the account's default key",
    ),
    zero(
        "LaunchTemplate",
        "RootVolumeOptimization",
        "false",
        "EC2 API, EbsOptimized: false by default; types that are optimized by themselves stay so",
    ),
    zero(
        "LaunchTemplate",
        "SpotPrice",
        "",
        "EC2 API, InstanceMarketOptions: On-Demand by default; kops then sends none (`launchtemplate_target_api.go`)",
    ),
    zero(
        "NetworkLoadBalancer",
        "CrossZoneLoadBalancing",
        "false",
        "ELB v2 API, load_balancing.cross_zone.enabled: false by default for a network load balancer",
    ),
    zero(
        "NetworkLoadBalancer",
        "SecurityGroups",
        "[]",
        "ELB v2 API, CreateLoadBalancer.SecurityGroups: a network load balancer has none by default",
    ),
    zero(
        "TargetGroup",
        "Attributes",
        "{}",
        "ELB v2 API, ModifyTargetGroupAttributes: no attribute given, none is changed",
    ),
    zero(
        "Subnet",
        "AssignIPv6AddressOnCreation",
        "false",
        "EC2 API, Subnet.AssignIpv6AddressOnCreation: false by default",
    ),
    zero(
        "Subnet",
        "ResourceBasedNaming",
        "false",
        "EC2 API, PrivateDnsNameOptionsOnLaunch.HostnameType: ip-name by default",
    ),
    zero(
        "VPC",
        "AmazonIPv6",
        "false",
        "EC2 API, CreateVpc.AmazonProvidedIpv6CidrBlock: false by default",
    ),
    zero(
        "VPC",
        "AssociateExtraCIDRBlocks",
        "[]",
        "EC2 API, AssociateVpcCidrBlock: only the primary block by default",
    ),
    zero(
        "SecurityGroup",
        "RemoveExtraRules",
        "[]",
        "kops's own list of ports whose other rules it removes (`awstasks/securitygroup.go`); empty removes none",
    ),
    zero(
        "SecurityGroupRule",
        "Egress",
        "false",
        "kops's own mark of the direction; unset is ingress (`awstasks/securitygrouprule.go`)",
    ),
    zero(
        "IAMRolePolicy",
        "ExternalPolicies",
        "[]",
        "IAM API, AttachRolePolicy: none attached by default",
    ),
    zero(
        "DNSZone",
        "Private",
        "false",
        "Route 53 API, HostedZoneConfig.PrivateZone: false by default",
    ),
    zero(
        "WarmPool",
        "Enabled",
        "false",
        "Auto Scaling API, PutWarmPool: a group has no warm pool by default",
    ),
    zero(
        "ManagedFile",
        "PublicACL",
        "false",
        "S3 User Guide, Canned ACL: private by default",
    ),
    zero(
        "AddonManifest",
        "PublicACL",
        "false",
        "S3 User Guide, Canned ACL: private by default",
    ),
    zero(
        "BootstrapChannel",
        "PublicACL",
        "false",
        "S3 User Guide, Canned ACL: private by default",
    ),
];

/// Fields that kops may print as `<nil> -> zero` though zero is not what AWS does by itself: always shown.
pub const ZERO_IS_A_CHANGE: &[ZeroDefault] = &[
    zero(
        "AutoscalingGroup",
        "MixedOnDemandAboveBase",
        "0",
        "Auto Scaling API, InstancesDistribution.OnDemandPercentageAboveBaseCapacity: Default: 100",
    ),
    zero(
        "AutoscalingGroup",
        "MixedSpotInstancePools",
        "0",
        "Auto Scaling API, InstancesDistribution.SpotInstancePools: Default: 2",
    ),
    zero(
        "AutoscalingGroup",
        "MaxSize",
        "0",
        "Auto Scaling API, CreateAutoScalingGroup.MaxSize: required",
    ),
    zero(
        "AutoscalingGroup",
        "MinSize",
        "0",
        "Auto Scaling API, CreateAutoScalingGroup.MinSize: required",
    ),
    zero(
        "AutoscalingGroup",
        "CapacityRebalance",
        "false",
        "kops does not read it back (`awstasks/autoscalinggroup.go`, Find), so it may be true before",
    ),
    zero(
        "AutoscalingLifecycleHook",
        "HeartbeatTimeout",
        "0",
        "Auto Scaling API, PutLifecycleHook.HeartbeatTimeout: 3600 by default",
    ),
    zero(
        "EBSVolume",
        "Encrypted",
        "false",
        "EBS User Guide, Encryption by default: the account's own setting",
    ),
    zero(
        "Instance",
        "AssociatePublicIP",
        "false",
        "EC2 API, NetworkInterface.AssociatePublicIpAddress: the subnet's MapPublicIpOnLaunch by default",
    ),
    zero(
        "LaunchTemplate",
        "AssociatePublicIP",
        "false",
        "EC2 API, NetworkInterface.AssociatePublicIpAddress: the subnet's MapPublicIpOnLaunch by default",
    ),
    zero(
        "LaunchTemplate",
        "HTTPPutResponseHopLimit",
        "0",
        "EC2 API, MetadataOptions.HttpPutResponseHopLimit: 1 to 64",
    ),
    zero(
        "LaunchTemplate",
        "RootVolumeEncryption",
        "false",
        "EBS User Guide, Encryption by default: the account's own setting",
    ),
    zero(
        "LaunchTemplate",
        "RootVolumeThroughput",
        "0",
        "EC2 API, EbsBlockDevice.Throughput: 125 by default for gp3",
    ),
    zero(
        "SecurityGroupRule",
        "FromPort",
        "0",
        "EC2 API, IpPermission.FromPort: unset is every port, 0 is one",
    ),
    zero(
        "SecurityGroupRule",
        "ToPort",
        "0",
        "EC2 API, IpPermission.ToPort: unset is every port, 0 is one",
    ),
    zero(
        "SQS",
        "MessageRetentionPeriod",
        "0",
        "SQS API, MessageRetentionPeriod: 345600 by default",
    ),
    zero(
        "TargetGroup",
        "HealthyThreshold",
        "0",
        "ELB v2 API, HealthyThresholdCount: 5 by default",
    ),
    zero(
        "TargetGroup",
        "Interval",
        "0",
        "ELB v2 API, HealthCheckIntervalSeconds: 30 by default",
    ),
    zero(
        "TargetGroup",
        "UnhealthyThreshold",
        "0",
        "ELB v2 API, UnhealthyThresholdCount: 2 by default",
    ),
    zero(
        "VPC",
        "EnableDNSHostnames",
        "false",
        "EC2 API, ModifyVpcAttribute.EnableDnsHostnames: kops always reads it, so nothing before is not known",
    ),
    zero(
        "VPC",
        "EnableDNSSupport",
        "false",
        "EC2 API, ModifyVpcAttribute.EnableDnsSupport: true by default",
    ),
    zero(
        "WarmPool",
        "MaxSize",
        "0",
        "Auto Scaling API, PutWarmPool.MaxGroupPreparedCapacity: the group's maximum by default",
    ),
];
