//! Which instances run, and so use up the quotas of vCPUs.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{Filter, Instance, InstanceLifecycleType};

use super::Account;
use super::facts::tags;
use crate::core::inventory::{InstanceType, MissingFact, Owner, VcpusInUse, is_standard, owner_of};
use crate::core::text::untrusted::Untrusted;

const FACT: &str = "vCPUs in use";
const ACTION: &str = "ec2:DescribeInstances";
/// EC2 API reference, `DescribeInstances`.
const PAGE: i32 = 1000;
/// What EC2 gives at once without being throttled; 20,000 instances.
const PAGES: usize = 20;

/// One instance that counts for a quota.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RunningInstances {
    kind: String,
    spot: bool,
    cluster: Option<Untrusted>,
    /// As the instance itself says it, for a type that is not known otherwise.
    vcpus: u32,
}

impl Account {
    /// The instances that are pending or running, or why that is not known.
    pub(super) async fn running(&self) -> Result<Vec<RunningInstances>, MissingFact> {
        let states = Filter::builder()
            .name("instance-state-name")
            .values("pending")
            .values("running")
            .build();
        let (mut found, mut token) = (Vec::new(), None);
        for _ in 0..PAGES {
            let call = self
                .ec2
                .describe_instances()
                .filters(states.clone())
                .max_results(PAGE)
                .set_next_token(token);
            let answer = self.judged(call.send().await);
            let answer =
                answer.map_err(|failure| failure.leaves_unknown(FACT.to_owned(), ACTION))?;
            let reservations = answer.reservations.unwrap_or_default();
            let instances = reservations.into_iter().filter_map(|one| one.instances);
            found.extend(instances.flatten().filter_map(running));
            token = answer.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(found);
            }
        }
        Err(MissingFact::not_asked(
            FACT.to_owned(),
            ACTION,
            "there are more than 20,000 instances",
        ))
    }
}

fn running(from: Instance) -> Option<RunningInstances> {
    let kind = from.instance_type()?.as_str().to_owned();
    let spot = from.instance_lifecycle() == Some(&InstanceLifecycleType::Spot);
    let cores = from.cpu_options().map(|cpu| {
        let of = |count: Option<i32>| count.and_then(|count| u32::try_from(count).ok());
        of(cpu.core_count()).unwrap_or(0) * of(cpu.threads_per_core()).unwrap_or(1)
    });
    let cluster = match owner_of(&tags(from.tags)) {
        Owner::Kops(cluster) => Some(cluster),
        _ => None,
    };
    is_standard(&kind).then_some(RunningInstances {
        vcpus: cores.unwrap_or(0),
        kind,
        spot,
        cluster,
    })
}

/// The vCPUs of the instances, by cluster; a type's own number counts, whatever part of it the instance uses.
pub(super) fn in_use(running: &[RunningInstances], types: &[InstanceType]) -> Vec<VcpusInUse> {
    let known: BTreeMap<&str, u32> = types
        .iter()
        .map(|kind| (kind.name.as_str(), kind.vcpus))
        .collect();
    let mut sums: BTreeMap<&Option<Untrusted>, VcpusInUse> = BTreeMap::new();
    for one in running {
        let vcpus = known.get(one.kind.as_str()).copied().unwrap_or(one.vcpus);
        let sum = sums.entry(&one.cluster).or_insert_with(|| VcpusInUse {
            cluster: one.cluster.clone(),
            ..VcpusInUse::default()
        });
        let own = if one.spot {
            &mut sum.spot
        } else {
            &mut sum.on_demand
        };
        *own = own.saturating_add(vcpus);
    }
    sums.into_values().collect()
}
