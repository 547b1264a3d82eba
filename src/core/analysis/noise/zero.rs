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

macro_rules! zero_defaults {
    ($($kind:literal { $($field:literal = $zero:literal: $source:literal,)* })*) => {
        &[$($(ZeroDefault { kind: $kind, field: $field, zero: $zero, source: $source }),*),*]
    };
}

/// Every field of kops's AWS tasks (`upup/pkg/fi/cloudup/awstasks`, `fitasks`) whose zero is a default of AWS, or is
/// kops's own and never sent; a field that is not here is shown.
pub const ZERO_DEFAULTS: &[ZeroDefault] = zero_defaults! {
    "*" {
        "Tags" = "{}": "EC2 API, Tag: a resource has no tags unless given",
        "Shared" = "false": "kops's own mark; no AWS call sends it (`awstasks/*.go`)",
    }
    "AutoscalingGroup" {
        "MixedOnDemandBase" = "0": "Auto Scaling API, InstancesDistribution.OnDemandBaseCapacity: Default: 0",
        "MixedSpotMaxPrice" = "": "Auto Scaling API, InstancesDistribution.SpotMaxPrice: empty is the On-Demand price; `awstasks/autoscalinggroup.go` sends it to unset",
        "MaxInstanceLifetime" = "0": "Auto Scaling API, UpdateAutoScalingGroup.MaxInstanceLifetime: 0 clears it; none by default",
        "InstanceProtection" = "false": "Auto Scaling API, NewInstancesProtectedFromScaleIn: not protected by default",
        "SuspendProcesses" = "[]": "Auto Scaling API, SuspendProcesses: no process is suspended by default",
        "LoadBalancers" = "[]": "Auto Scaling API, CreateAutoScalingGroup.LoadBalancerNames: none by default",
        "TargetGroups" = "[]": "Auto Scaling API, CreateAutoScalingGroup.TargetGroupARNs: none by default",
        "Metrics" = "[]": "Auto Scaling API, EnableMetricsCollection: no group metrics by default",
    }
    "LaunchTemplate" {
        "BlockDeviceMappings" = "[]": "EC2 API, RequestLaunchTemplateData.BlockDeviceMapping: only the image's own by default",
        "CPUCredits" = "": "EC2 API, CreditSpecificationRequest: unset is the family's default; kops then sends none (`launchtemplate_target_api.go`)",
        "IPv6AddressCount" = "0": "EC2 API, NetworkInterface.Ipv6AddressCount: none unless the subnet assigns one",
        "InstanceMonitoring" = "false": "EC2 API, Monitoring.Enabled: basic monitoring by default",
        "RootVolumeIops" = "0": "EC2 API, EbsBlockDevice.Iops: only for io1, io2 and gp3, for which kops sets 100 or 3000 (`pkg/model/awsmodel/autoscalinggroup.go`)",
        "RootVolumeKmsKey" = "": "EC2 API, EbsBlockDevice.KmsKeyId: unset is the account's default key",
        "RootVolumeOptimization" = "false": "EC2 API, EbsOptimized: false by default; types that are optimized by themselves stay so",
        "SpotPrice" = "": "EC2 API, InstanceMarketOptions: On-Demand by default; kops then sends none (`launchtemplate_target_api.go`)",
    }
    "NetworkLoadBalancer" {
        "CrossZoneLoadBalancing" = "false": "ELB v2 API, load_balancing.cross_zone.enabled: false by default for a network load balancer",
        "SecurityGroups" = "[]": "ELB v2 API, CreateLoadBalancer.SecurityGroups: a network load balancer has none by default",
    }
    "TargetGroup" {
        "Attributes" = "{}": "ELB v2 API, ModifyTargetGroupAttributes: no attribute given, none is changed",
    }
    "Subnet" {
        "AssignIPv6AddressOnCreation" = "false": "EC2 API, Subnet.AssignIpv6AddressOnCreation: false by default",
        "ResourceBasedNaming" = "false": "EC2 API, PrivateDnsNameOptionsOnLaunch.HostnameType: ip-name by default",
    }
    "VPC" {
        "AmazonIPv6" = "false": "EC2 API, CreateVpc.AmazonProvidedIpv6CidrBlock: false by default",
        "AssociateExtraCIDRBlocks" = "[]": "EC2 API, AssociateVpcCidrBlock: only the primary block by default",
    }
    "SecurityGroup" {
        "RemoveExtraRules" = "[]": "kops's own list of ports whose other rules it removes (`awstasks/securitygroup.go`); empty removes none",
    }
    "SecurityGroupRule" {
        "Egress" = "false": "kops's own mark of the direction; unset is ingress (`awstasks/securitygrouprule.go`)",
    }
    "IAMRolePolicy" {
        "ExternalPolicies" = "[]": "IAM API, AttachRolePolicy: none attached by default",
    }
    "DNSZone" {
        "Private" = "false": "Route 53 API, HostedZoneConfig.PrivateZone: false by default",
    }
    "WarmPool" {
        "Enabled" = "false": "Auto Scaling API, PutWarmPool: a group has no warm pool by default",
    }
    "ManagedFile" {
        "PublicACL" = "false": "S3 User Guide, Canned ACL: private by default",
    }
    "AddonManifest" {
        "PublicACL" = "false": "S3 User Guide, Canned ACL: private by default",
    }
    "BootstrapChannel" {
        "PublicACL" = "false": "S3 User Guide, Canned ACL: private by default",
    }
};

/// Fields that kops may print as `<nil> -> zero` though zero is not what AWS does by itself: always shown.
pub const ZERO_IS_A_CHANGE: &[ZeroDefault] = zero_defaults! {
    "AutoscalingGroup" {
        "MixedOnDemandAboveBase" = "0": "Auto Scaling API, InstancesDistribution.OnDemandPercentageAboveBaseCapacity: Default: 100",
        "MixedSpotInstancePools" = "0": "Auto Scaling API, InstancesDistribution.SpotInstancePools: Default: 2",
        "MaxSize" = "0": "Auto Scaling API, CreateAutoScalingGroup.MaxSize: required",
        "MinSize" = "0": "Auto Scaling API, CreateAutoScalingGroup.MinSize: required",
        "CapacityRebalance" = "false": "kops does not read it back (`awstasks/autoscalinggroup.go`, Find), so it may be true before",
    }
    "AutoscalingLifecycleHook" {
        "HeartbeatTimeout" = "0": "Auto Scaling API, PutLifecycleHook.HeartbeatTimeout: 3600 by default",
    }
    "EBSVolume" {
        "Encrypted" = "false": "EBS User Guide, Encryption by default: the account's own setting",
    }
    "Instance" {
        "AssociatePublicIP" = "false": "EC2 API, NetworkInterface.AssociatePublicIpAddress: the subnet's MapPublicIpOnLaunch by default",
    }
    "LaunchTemplate" {
        "AssociatePublicIP" = "false": "EC2 API, NetworkInterface.AssociatePublicIpAddress: the subnet's MapPublicIpOnLaunch by default",
        "HTTPPutResponseHopLimit" = "0": "EC2 API, MetadataOptions.HttpPutResponseHopLimit: 1 to 64",
        "RootVolumeEncryption" = "false": "EBS User Guide, Encryption by default: the account's own setting",
        "RootVolumeThroughput" = "0": "EC2 API, EbsBlockDevice.Throughput: 125 by default for gp3",
    }
    "SecurityGroupRule" {
        "FromPort" = "0": "EC2 API, IpPermission.FromPort: unset is every port, 0 is one",
        "ToPort" = "0": "EC2 API, IpPermission.ToPort: unset is every port, 0 is one",
    }
    "SQS" {
        "MessageRetentionPeriod" = "0": "SQS API, MessageRetentionPeriod: 345600 by default",
    }
    "TargetGroup" {
        "HealthyThreshold" = "0": "ELB v2 API, HealthyThresholdCount: 5 by default",
        "Interval" = "0": "ELB v2 API, HealthCheckIntervalSeconds: 30 by default",
        "UnhealthyThreshold" = "0": "ELB v2 API, UnhealthyThresholdCount: 2 by default",
    }
    "VPC" {
        "EnableDNSHostnames" = "false": "EC2 API, ModifyVpcAttribute.EnableDnsHostnames: kops always reads it, so nothing before is not known",
        "EnableDNSSupport" = "false": "EC2 API, ModifyVpcAttribute.EnableDnsSupport: true by default",
    }
    "WarmPool" {
        "MaxSize" = "0": "Auto Scaling API, PutWarmPool.MaxGroupPreparedCapacity: the group's maximum by default",
    }
};
