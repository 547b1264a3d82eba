//! Instances by id, with their status checks.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{self as ec2, Filter, SummaryStatus};

use super::super::Account;
use super::super::errors::AwsFailure;
use super::{filter_by, unix_time, untrusted};
use crate::core::cluster::cloud::{CloudAnswer, CloudInstance, InstanceState, StatusCheck};
use crate::core::fault::Fault;
use crate::core::inventory::MissingFact;
use crate::core::text::untrusted::Untrusted;

const ACTION: &str = "ec2:DescribeInstances";
const STATUS: &str = "ec2:DescribeInstanceStatus";
/// EC2 API reference: a filter has 200 values at most, a page 1,000 instances, a question about status 100 ids.
const VALUES: usize = 200;
const PAGE: i32 = 1000;
const IDS: usize = 100;

type Checks = BTreeMap<String, (StatusCheck, StatusCheck)>;

impl Account {
    /// These instances, sorted by id, with their status checks, which may be a missing fact; those that are gone are not
    /// among them.
    pub async fn cloud_instances(
        &self,
        ids: &[String],
    ) -> Result<CloudAnswer<CloudInstance>, Fault> {
        let mut found = self.instances_by_id(ids).await?;
        let known: Vec<String> = found.iter().map(|one| one.id.raw().to_owned()).collect();
        let (checks, missing) = match self.status_checks(&known).await {
            Ok(checks) => (checks, Vec::new()),
            Err(fact) => (Checks::new(), vec![fact]),
        };
        for one in &mut found {
            let (system, instance) = checks.get(one.id.raw()).copied().unwrap_or_default();
            (one.system_check, one.instance_check) = (system, instance);
        }
        Ok(CloudAnswer { found, missing })
    }

    /// These instances, sorted by id, without their status checks.
    pub(super) async fn instances_by_id(
        &self,
        ids: &[String],
    ) -> Result<Vec<CloudInstance>, Fault> {
        let mut found = Vec::new();
        for some in ids.chunks(VALUES) {
            // A filter, not ids: an id that does not exist is then an empty answer, not an error.
            let only = filter_by("instance-id", some.iter().map(String::as_str));
            let answer = self.instances_with(vec![only]).await;
            let instances = answer
                .map_err(|failure| failure.into_fault("the instances could not be read", ACTION))?;
            found.extend(instances.into_iter().filter_map(instance));
        }
        found.sort_by(|left: &CloudInstance, right| left.id.cmp(&right.id));
        Ok(found)
    }

    /// All instances that these filters leave.
    pub(in crate::io::aws) async fn instances_with(
        &self,
        filters: Vec<Filter>,
    ) -> Result<Vec<ec2::Instance>, AwsFailure> {
        let call = self.ec2.describe_instances().set_filters(Some(filters));
        let pages = call.into_paginator().page_size(PAGE).items();
        let reservations: Vec<ec2::Reservation> = self.judged(pages.send().try_collect().await)?;
        let instances = reservations.into_iter().filter_map(|one| one.instances);
        Ok(instances.flatten().collect())
    }

    async fn status_checks(&self, ids: &[String]) -> Result<Checks, MissingFact> {
        let mut checks = Checks::new();
        for some in ids.chunks(IDS) {
            let call = self
                .ec2
                .describe_instance_status()
                .set_instance_ids(Some(some.to_vec()))
                .include_all_instances(true);
            let answer = self.judged(call.send().await);
            let answer = answer.map_err(|failure| {
                failure.leaves_unknown("status checks of instances".to_owned(), STATUS)
            })?;
            let found = answer.instance_statuses.unwrap_or_default();
            checks.extend(found.into_iter().filter_map(|one| {
                let pair = (check(one.system_status), check(one.instance_status));
                Some((one.instance_id?, pair))
            }));
        }
        Ok(checks)
    }
}

fn check(from: Option<ec2::InstanceStatusSummary>) -> StatusCheck {
    match from.and_then(|summary| summary.status) {
        Some(SummaryStatus::Ok) => StatusCheck::Passed,
        Some(SummaryStatus::Initializing) => StatusCheck::Initializing,
        Some(SummaryStatus::Impaired) => StatusCheck::Impaired,
        _ => StatusCheck::Unknown,
    }
}

fn instance(from: ec2::Instance) -> Option<CloudInstance> {
    let state = from.state.and_then(|state| state.name);
    let groups = from.security_groups.unwrap_or_default();
    let groups = groups.into_iter().filter_map(|group| group.group_id);
    Some(CloudInstance {
        id: Untrusted::new(from.instance_id?),
        state: state
            .and_then(|state| state.as_str().parse().ok())
            .unwrap_or(InstanceState::Unknown),
        state_reason: untrusted(from.state_reason.and_then(|reason| reason.message)),
        launched: unix_time(from.launch_time),
        private_ip: untrusted(from.private_ip_address),
        public_ip: untrusted(from.public_ip_address),
        zone: untrusted(from.placement.and_then(|place| place.availability_zone)),
        instance_type: untrusted(from.instance_type.as_ref().map(ec2::InstanceType::as_str)),
        image: untrusted(from.image_id),
        vpc: untrusted(from.vpc_id),
        subnet: untrusted(from.subnet_id),
        security_groups: groups.map(Untrusted::new).collect(),
        spot: from.instance_lifecycle == Some(ec2::InstanceLifecycleType::Spot),
        system_check: StatusCheck::Unknown,
        instance_check: StatusCheck::Unknown,
    })
}
