//! The instances of Auto Scaling groups: their own, those of their warm pools, and those that kops detached from them.

use std::collections::BTreeMap;

use aws_sdk_autoscaling::types::{AutoScalingGroup, Instance, LifecycleState};
use aws_sdk_ec2::types as ec2;
use futures_util::{StreamExt, stream};

use super::super::Account;
use super::super::errors::AwsFailure;
use super::launch_templates::{LaunchSource, own_source};
use super::{CLUSTER, INSTANCE_GROUP, filter_by, named, untrusted};
use crate::core::cluster::cloud::GroupMember;
use crate::core::inventory::MissingFact;
use crate::core::text::untrusted::Untrusted;

const WARM_POOL: &str = "autoscaling:DescribeWarmPool";
const INSTANCES: &str = "ec2:DescribeInstances";
/// `tagNameDetachedInstance` in kops's `awsup/aws_cloud.go`.
const DETACHED: &str = "kops.k8s.io/detached-from-asg";
/// The states in which kops counts an instance (`findInstances` there).
const COUNTED: [&str; 4] = ["pending", "running", "stopping", "stopped"];
/// Calls at once: Auto Scaling limits them more than EC2 does.
const AT_ONCE: usize = 4;

/// The instances of the warm pools, by the name of their group.
#[derive(Debug, Default)]
pub(super) struct WarmPools {
    pub(super) by_group: BTreeMap<String, Vec<Instance>>,
    pub(super) missing: Option<MissingFact>,
}

/// Detached instances, by their instance group.
#[derive(Debug, Default)]
pub(super) struct Detached {
    pub(super) by_group: BTreeMap<Untrusted, Vec<GroupMember>>,
}

impl Account {
    /// The instances of the warm pools of those groups that have one; no call where there is none.
    pub(super) async fn warm_pools(&self, groups: &[AutoScalingGroup]) -> WarmPools {
        let names: Vec<&str> = groups
            .iter()
            .filter(|group| group.warm_pool_configuration().is_some())
            .filter_map(|group| group.auto_scaling_group_name())
            .collect();
        let asked: Vec<_> = names
            .into_iter()
            .map(|name| async move { (name, self.warm_pool(name).await) })
            .collect();
        let answers: Vec<_> = stream::iter(asked)
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        let mut pools = WarmPools::default();
        for (name, answer) in answers {
            match answer {
                Ok(instances) => drop(pools.by_group.insert(name.to_owned(), instances)),
                Err(failure) => {
                    let fact = "instances of the warm pools".to_owned();
                    pools.missing = Some(failure.leaves_unknown(fact, WARM_POOL));
                }
            }
        }
        pools
    }

    async fn warm_pool(&self, group: &str) -> Result<Vec<Instance>, AwsFailure> {
        let call = self.autoscaling.describe_warm_pool();
        let pages = call.auto_scaling_group_name(group).into_paginator().items();
        self.judged(pages.send().try_collect().await)
    }

    /// The instances that kops detached from a group of the cluster and has not ended yet.
    pub(super) async fn detached_instances(&self, cluster: &str) -> Result<Detached, MissingFact> {
        let filters = vec![
            filter_by("tag-key", [DETACHED]),
            filter_by(format!("tag:{CLUSTER}"), [cluster]),
            filter_by("instance-state-name", COUNTED),
        ];
        let found = self.instances_with(filters).await.map_err(|failure| {
            failure.leaves_unknown("detached instances".to_owned(), INSTANCES)
        })?;
        let mut detached = Detached::default();
        for one in found {
            if let Some((group, member)) = detached_member(one) {
                detached.by_group.entry(group).or_default().push(member);
            }
        }
        Ok(detached)
    }
}

/// An instance as its group lists it; `wanted` is what the group launches instances from now.
pub(super) fn member(from: &Instance, wanted: Option<&LaunchSource>) -> Option<GroupMember> {
    let own = own_source(from);
    Some(GroupMember {
        instance: Untrusted::from(named(from.instance_id())?),
        zone: untrusted(from.availability_zone()),
        instance_type: untrusted(from.instance_type()),
        lifecycle: untrusted(from.lifecycle_state().map(LifecycleState::as_str)),
        healthy: from.health_status() == Some("Healthy"),
        protected: from.protected_from_scale_in() == Some(true),
        version: own.version(),
        needs_update: wanted.map(|wanted| *wanted != own),
        detached: false,
    })
}

// kops replaces each of them, whatever it was launched from.
fn detached_member(from: ec2::Instance) -> Option<(Untrusted, GroupMember)> {
    let tags = from.tags.as_deref().unwrap_or_default();
    let group = tags.iter().find(|tag| tag.key() == Some(INSTANCE_GROUP));
    let group = untrusted(group.and_then(|tag| tag.value()));
    let zone = from.placement.and_then(|place| place.availability_zone);
    let member = GroupMember {
        instance: Untrusted::new(from.instance_id?),
        zone: untrusted(zone),
        instance_type: untrusted(from.instance_type.as_ref().map(ec2::InstanceType::as_str)),
        healthy: true,
        needs_update: Some(true),
        detached: true,
        ..GroupMember::default()
    };
    Some((group, member))
}
