//! What Auto Scaling and EC2 say of a cluster's instance groups and instances.

use strum::{EnumString, IntoStaticStr};

use super::console::ConsoleOutput;
use crate::core::fault::Fault;
use crate::core::inventory::MissingFact;
use crate::core::plan::GroupRole;
use crate::core::price::ClusterPrices;
use crate::core::text::untrusted::Untrusted;
use crate::core::unix_time::UnixTime;

/// What a read reports: what is there, and what of it stays unknown, with the IAM action that would allow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloudAnswer<T> {
    pub found: Vec<T>,
    pub missing: Vec<MissingFact>,
}

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
    /// Those of its mixed instances policy in their order; without one those that its members have.
    pub instance_types: Vec<Untrusted>,
    pub created: Option<UnixTime>,
    /// The version of its launch template that new instances get, by number; absent when it could not be read.
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
    /// The version of the launch template that it was launched from, by number.
    pub version: Option<u64>,
    /// Whether a rolling update would replace it, as kops finds it; absent when it is not known.
    pub needs_update: Option<bool>,
    /// kops detached it from the group and will replace it (tag `kops.k8s.io/detached-from-asg`): it has no lifecycle.
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
    /// Empty where it has none, as in a private subnet.
    pub public_ip: Untrusted,
    pub zone: Untrusted,
    pub instance_type: Untrusted,
    pub image: Untrusted,
    pub vpc: Untrusted,
    pub subnet: Untrusted,
    pub security_groups: Vec<Untrusted>,
    pub spot: bool,
}

/// A fact about an instance's way out that decides whether it can join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstancePath {
    pub instance: Untrusted,
    /// Where its subnet's default route goes; empty where there is none or the route tables could not be read.
    pub default_route: Untrusted,
    /// Whether it reaches the internet that way; absent where that is not known, as behind a transit gateway.
    pub usable: Option<bool>,
    /// Why it does not, in a sentence; empty where it does or is not known.
    pub why: String,
    /// What security groups keep from it, in a sentence; absent where they let it through, or are not known.
    pub closed: Option<String>,
}

impl InstancePath {
    /// Whether the instance cannot join over it.
    pub fn is_bad(&self) -> bool {
        self.usable == Some(false) || self.closed.is_some()
    }
}

/// What the reads of Auto Scaling and EC2 report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CloudUpdate {
    /// All Auto Scaling groups of the cluster, or why they cannot be listed.
    Groups(Result<CloudAnswer<CloudGroup>, Fault>),
    /// The newest activities of the groups that were asked about, the newest first.
    Activities(Result<Vec<ScalingActivity>, Fault>),
    /// The instances that were asked about; those that EC2 does not know any more are not among them.
    Instances(Result<CloudAnswer<CloudInstance>, Fault>),
    /// Where the instances that were asked about send their traffic.
    Paths(Result<CloudAnswer<InstancePath>, Fault>),
    /// The console output of an instance.
    Console {
        instance: Untrusted,
        output: Result<ConsoleOutput, Fault>,
    },
    /// What is known of the prices of the instances that were asked about.
    Prices(Result<ClusterPrices, Fault>),
}

impl CloudUpdate {
    /// Why nothing of what was asked could be read.
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Groups(answer) => answer.as_ref().err(),
            Self::Activities(answer) => answer.as_ref().err(),
            Self::Instances(answer) => answer.as_ref().err(),
            Self::Paths(answer) => answer.as_ref().err(),
            Self::Console { output, .. } => output.as_ref().err(),
            Self::Prices(answer) => answer.as_ref().err(),
        }
    }
}
