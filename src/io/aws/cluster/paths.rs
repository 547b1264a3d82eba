//! Where instances send their traffic, by the route tables and gateways of their VPC.

use std::collections::BTreeMap;

use super::super::Account;
use crate::core::cluster::cloud::{CloudAnswer, CloudInstance, InstancePath};
use crate::core::cluster::path::trace_path;
use crate::core::fault::Fault;

/// The calls on which a path depends.
const ACTIONS: [&str; 4] = [
    "ec2:DescribeInternetGateways",
    "ec2:DescribeNatGateways",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSubnets",
];

impl Account {
    /// The way out of each of these instances; those that are gone are not among them.
    pub async fn instance_paths(&self, ids: &[String]) -> Result<CloudAnswer<InstancePath>, Fault> {
        let mut by_vpc: BTreeMap<String, Vec<CloudInstance>> = BTreeMap::new();
        for one in self.instances_by_id(ids).await? {
            by_vpc
                .entry(one.vpc.raw().to_owned())
                .or_default()
                .push(one);
        }
        let (mut found, mut missing) = (Vec::new(), Vec::new());
        for (vpc, instances) in by_vpc {
            let (network, unread) = self.network(&vpc).await?;
            missing.extend(unread);
            found.extend(instances.iter().map(|one| trace_path(&network, one)));
        }
        missing.retain(|fact| ACTIONS.contains(&fact.action.as_str()));
        found.sort_by(|left, right| left.instance.cmp(&right.instance));
        Ok(CloudAnswer { found, missing })
    }
}
