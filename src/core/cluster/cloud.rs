//! What Auto Scaling and EC2 say of a cluster's instance groups and instances.

use strum::{EnumString, IntoStaticStr};

use crate::core::fault::Fault;
use crate::core::plan::GroupRole;
use crate::core::text::untrusted::Untrusted;
use crate::core::unix_time::UnixTime;

/// One Auto Scaling group of the cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CloudGroup {
    /// Its own name, such as `nodes-us-east-1a.prod.example.com`.
    pub name: Untrusted,
    /// The tag `kops.k8s.io/instancegroup`; empty where there is none.
    pub instance_group: Untrusted,
    pub role: GroupRole,
    pub min: u32,
    pub max: u32,
    pub desired: u32,
    pub zones: Vec<Untrusted>,
    /// The first is the launch template's own; further ones come from a mixed instances policy.
    pub instance_types: Vec<Untrusted>,
    /// The launch template's newest version, by number; absent when it could not be read.
    pub newest_version: Option<u64>,
    pub members: Vec<GroupMember>,
    /// Processes that are suspended, such as `Launch`.
    pub suspended: Vec<Untrusted>,
    pub has_warm_pool: bool,
    /// Set while Auto Scaling deletes it.
    pub deleting: bool,
}

/// One instance as its Auto Scaling group lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupMember {
    pub instance: Untrusted,
    pub zone: Untrusted,
    pub instance_type: Untrusted,
    /// Auto Scaling's word: `Pending`, `InService`, `Terminating`, `Warmed:Stopped`, `Standby` and others.
    pub lifecycle: Untrusted,
    pub healthy: bool,
    /// Protected from scale-in.
    pub protected: bool,
    /// Whether a rolling update would replace it; absent when it is not known.
    pub needs_update: Option<bool>,
    /// The tag `kops.k8s.io/…` of a detached instance, or its absence from the group.
    pub detached: bool,
}

/// How a scaling activity stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ActivityStatus {
    #[default]
    InProgress,
    Successful,
    Failed,
    Cancelled,
}

/// One scaling activity of an Auto Scaling group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScalingActivity {
    pub id: Untrusted,
    /// The name of the Auto Scaling group.
    pub group: Untrusted,
    pub status: ActivityStatus,
    /// What it does, such as `Launching a new EC2 instance`.
    pub description: Untrusted,
    pub cause: Untrusted,
    /// Auto Scaling's own words where it failed.
    pub message: Untrusted,
    pub started: Option<UnixTime>,
    pub ended: Option<UnixTime>,
}

/// The state of an EC2 instance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, EnumString, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum InstanceState {
    Pending,
    Running,
    ShuttingDown,
    Terminated,
    Stopping,
    Stopped,
    #[default]
    Unknown,
}

/// A status check of EC2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum StatusCheck {
    Passed,
    Initializing,
    Impaired,
    #[default]
    Unknown,
}

/// One instance that has not joined, or is looked at, as EC2 says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CloudInstance {
    pub id: Untrusted,
    pub state: InstanceState,
    /// Why it stopped or ended, in EC2's words; empty where it runs.
    pub state_reason: Untrusted,
    pub launched: Option<UnixTime>,
    pub system_check: StatusCheck,
    pub instance_check: StatusCheck,
    pub private_ip: Untrusted,
    pub zone: Untrusted,
    pub instance_type: Untrusted,
    pub image: Untrusted,
    pub subnet: Untrusted,
    pub security_groups: Vec<Untrusted>,
    pub spot: bool,
}

/// A fact about an instance's way out that decides whether it can join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstancePath {
    pub instance: Untrusted,
    /// Where its subnet's default route goes; empty where there is none.
    pub default_route: Untrusted,
    /// Whether that target can be used: a NAT gateway that is available, an internet gateway that is attached.
    pub usable: Option<bool>,
}

/// What the reads of Auto Scaling and EC2 report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CloudUpdate {
    /// All Auto Scaling groups of the cluster, or why they cannot be listed.
    Groups(Result<Vec<CloudGroup>, Fault>),
    /// The newest activities of the groups that were asked about, the newest first.
    Activities(Result<Vec<ScalingActivity>, Fault>),
    /// The instances that were asked about.
    Instances(Result<Vec<CloudInstance>, Fault>),
    /// Where the instances that were asked about send their traffic.
    Paths(Result<Vec<InstancePath>, Fault>),
    /// The console output of an instance, its end.
    Console {
        instance: Untrusted,
        output: Result<Untrusted, Fault>,
    },
}
