//! The Auto Scaling groups of a cluster and their instances, found and judged as kops does (`awsup/aws_cloud.go`).

use std::collections::BTreeSet;

use aws_sdk_autoscaling::types::{AutoScalingGroup, Filter};

use super::super::Account;
use super::super::errors::AwsFailure;
use super::launch_templates::{TemplateVersions, wanted_source};
use super::members::{Detached, WarmPools, member};
use super::{CLUSTER, INSTANCE_GROUP, named, unix_time, untrusted};
use crate::core::cluster::cloud::{CloudAnswer, CloudGroup, GroupMember};
use crate::core::fault::Fault;
use crate::core::plan::GroupRole;
use crate::core::text::untrusted::Untrusted;

const ACTION: &str = "autoscaling:DescribeAutoScalingGroups";
/// What Auto Scaling gives at most per page.
const PAGE: i32 = 100;

impl Account {
    /// The Auto Scaling groups with the cluster's tag, sorted by name. It takes a call for each hundred groups, one for
    /// their launch templates, one for detached instances, and one for each group with a warm pool; a refusal of the first
    /// is a Fault, of the others a missing fact.
    pub async fn cloud_groups(&self, cluster: &str) -> Result<CloudAnswer<CloudGroup>, Fault> {
        let (groups, detached) = tokio::join!(
            self.auto_scaling_groups(cluster),
            self.detached_instances(cluster)
        );
        let groups = groups.map_err(|failure| {
            failure.into_fault("the Auto Scaling groups could not be listed", ACTION)
        })?;
        let (versions, pools) =
            tokio::join!(self.template_versions(&groups), self.warm_pools(&groups));
        let mut missing = Vec::new();
        let detached = detached.unwrap_or_else(|fact| {
            missing.push(fact);
            Detached::default()
        });
        let versions = versions.unwrap_or_else(|fact| {
            missing.push(fact);
            TemplateVersions::default()
        });
        missing.extend(pools.missing.clone());
        let parts = GroupParts {
            versions,
            pools,
            detached,
        };
        let mut found: Vec<CloudGroup> =
            groups.iter().filter_map(|from| parts.group(from)).collect();
        found.sort_by(|left, right| left.name.cmp(&right.name));
        Ok(CloudAnswer { found, missing })
    }

    async fn auto_scaling_groups(
        &self,
        cluster: &str,
    ) -> Result<Vec<AutoScalingGroup>, AwsFailure> {
        let only = Filter::builder()
            .name(format!("tag:{CLUSTER}"))
            .values(cluster)
            .build();
        let call = self
            .autoscaling
            .describe_auto_scaling_groups()
            .filters(only);
        let pages = call.into_paginator().page_size(PAGE).items();
        let mut groups = self.judged(pages.send().try_collect().await)?;
        // A server that knows no filters of tags gives groups of others too.
        groups.retain(|group| tag(group, CLUSTER).is_some_and(|value| value == cluster));
        Ok(groups)
    }
}

// What the groups do not say themselves.
struct GroupParts {
    versions: TemplateVersions,
    pools: WarmPools,
    detached: Detached,
}

impl GroupParts {
    fn group(&self, from: &AutoScalingGroup) -> Option<CloudGroup> {
        let name = named(from.auto_scaling_group_name())?;
        let instance_group = untrusted(tag(from, INSTANCE_GROUP));
        let wanted = wanted_source(from, &self.versions);
        let own = from.instances().iter();
        let warm = self.pools.by_group.get(name).into_iter().flatten();
        let mut members: Vec<GroupMember> = own
            .chain(warm)
            .filter_map(|one| member(one, wanted.as_ref()))
            .collect();
        let detached = self.detached.by_group.get(&instance_group);
        for one in detached.into_iter().flatten() {
            if !members.iter().any(|known| known.instance == one.instance) {
                members.push(one.clone());
            }
        }
        Some(CloudGroup {
            name: Untrusted::from(name),
            role: role(from),
            min: size(from.min_size()),
            max: size(from.max_size()),
            desired: size(from.desired_capacity()),
            zones: sorted(from.availability_zones().iter().map(String::as_str)),
            instance_types: instance_types(from, &members),
            created: unix_time(from.created_time().copied()),
            newest_version: wanted.and_then(|source| source.version()),
            suspended: sorted(
                from.suspended_processes()
                    .iter()
                    .filter_map(|one| one.process_name()),
            ),
            has_warm_pool: from.warm_pool_configuration().is_some(),
            deleting: from.status().is_some(),
            instance_group,
            members,
        })
    }
}

fn tag<'a>(group: &'a AutoScalingGroup, key: &str) -> Option<&'a str> {
    let found = group.tags().iter().find(|tag| tag.key() == Some(key));
    found.and_then(|tag| tag.value())
}

// Tags `k8s.io/role/ROLE` (kops, pkg/model/awsmodel); a group of API servers is one of nodes here.
fn role(group: &AutoScalingGroup) -> GroupRole {
    let has = |role: &str| tag(group, &format!("k8s.io/role/{role}")).is_some();
    match () {
        () if has("control-plane") || has("master") => GroupRole::ControlPlane,
        () if has("bastion") => GroupRole::Bastion,
        () => GroupRole::Node,
    }
}

fn size(from: Option<i32>) -> u32 {
    from.and_then(|size| u32::try_from(size).ok())
        .unwrap_or_default()
}

fn sorted<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<Untrusted> {
    let mut found: Vec<Untrusted> = texts.map(Untrusted::from).collect();
    found.sort();
    found
}

fn instance_types(group: &AutoScalingGroup, members: &[GroupMember]) -> Vec<Untrusted> {
    let template = group
        .mixed_instances_policy()
        .and_then(|policy| policy.launch_template());
    let overrides = template.map_or(&[][..], |template| template.overrides());
    let mixed: Vec<Untrusted> = overrides
        .iter()
        .filter_map(|one| one.instance_type().map(Untrusted::from))
        .collect();
    if !mixed.is_empty() {
        return mixed;
    }
    let own: BTreeSet<&Untrusted> = members.iter().map(|one| &one.instance_type).collect();
    own.into_iter().cloned().collect()
}
