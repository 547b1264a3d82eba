//! Where instances send their traffic, by the route tables and gateways of their VPC.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Account;
use crate::core::cluster::cloud::{CloudAnswer, CloudInstance, InstancePath};
use crate::core::cluster::path::trace_path;
use crate::core::cluster::security_groups::find_closed_port;
use crate::core::fault::Fault;
use crate::core::inventory::MissingFact;
use crate::core::text::untrusted::Untrusted;

/// The calls on which a path depends.
const ACTIONS: [&str; 4] = [
    "ec2:DescribeInternetGateways",
    "ec2:DescribeNatGateways",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSubnets",
];

impl Account {
    /// The way out of each of these instances, and to these members of the control plane; those that are gone are not
    /// among them.
    pub async fn instance_paths(
        &self,
        ids: &[String],
        control_plane: &[String],
    ) -> Result<CloudAnswer<InstancePath>, Fault> {
        let all: BTreeSet<String> = ids.iter().chain(control_plane).cloned().collect();
        let all: Vec<String> = all.into_iter().collect();
        let known = self.instances_by_id(&all).await?;
        let (asked, members) = (among(&known, ids), among(&known, control_plane));
        let mut by_vpc: BTreeMap<String, Vec<&CloudInstance>> = BTreeMap::new();
        for one in asked {
            by_vpc
                .entry(one.vpc.raw().to_owned())
                .or_default()
                .push(one);
        }
        let (mut found, mut missing) = (Vec::new(), Vec::new());
        for (vpc, instances) in by_vpc {
            let (network, unread) = self.network(&vpc).await?;
            missing.extend(unread);
            found.extend(instances.into_iter().map(|one| trace_path(&network, one)));
        }
        missing.retain(|fact| ACTIONS.contains(&fact.action.as_str()));
        missing.extend(self.find_closed_ports(&mut found, &known, &members).await);
        found.sort_by(|left: &InstancePath, right| left.instance.cmp(&right.instance));
        Ok(CloudAnswer { found, missing })
    }

    // What cannot be read of it is a missing fact.
    async fn find_closed_ports(
        &self,
        paths: &mut [InstancePath],
        known: &[CloudInstance],
        control_plane: &[&CloudInstance],
    ) -> Option<MissingFact> {
        let ids = known.iter().flat_map(|one| &one.security_groups);
        let ids: BTreeSet<&str> = ids.map(Untrusted::raw).collect();
        let ids: Vec<&str> = ids.into_iter().collect();
        let groups = match self.security_groups(&ids).await {
            Ok(groups) => groups,
            Err(missing) => return Some(missing),
        };
        for path in paths {
            let instance = known.iter().find(|one| one.id == path.instance);
            path.closed = instance.and_then(|one| find_closed_port(one, control_plane, &groups));
        }
        None
    }
}

fn among<'a>(instances: &'a [CloudInstance], ids: &[String]) -> Vec<&'a CloudInstance> {
    let is_among = |one: &&CloudInstance| ids.iter().any(|id| id == one.id.raw());
    instances.iter().filter(is_among).collect()
}
