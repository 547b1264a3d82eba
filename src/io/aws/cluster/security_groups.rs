//! The rules of security groups that hold for TCP.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::{self as ec2, IpPermission};

use super::super::Account;
use super::filter_by;
use crate::core::cluster::security_groups::{RulePeer, SecurityGroup, SecurityGroupRule};
use crate::core::inventory::MissingFact;
use crate::core::text::untrusted::Untrusted;

const ACTION: &str = "ec2:DescribeSecurityGroups";
/// EC2 API reference: a filter has 200 values at most, a page 1,000 groups.
const VALUES: usize = 200;
const PAGE: i32 = 1000;

impl Account {
    /// These security groups, and those that their inbound rules name; those that are gone are not among them.
    pub(super) async fn security_groups(
        &self,
        ids: &[&str],
    ) -> Result<Vec<SecurityGroup>, MissingFact> {
        let mut found = self.security_groups_by_id(ids).await?;
        let named = found.iter().flat_map(SecurityGroup::named_peers);
        let named: BTreeSet<&str> = named.map(Untrusted::raw).collect();
        let unread: Vec<&str> = named.into_iter().filter(|id| !ids.contains(id)).collect();
        let others = self.security_groups_by_id(&unread).await?;
        found.extend(others);
        Ok(found)
    }

    async fn security_groups_by_id(&self, ids: &[&str]) -> Result<Vec<SecurityGroup>, MissingFact> {
        let mut found = Vec::new();
        for some in ids.chunks(VALUES) {
            let only = filter_by("group-id", some.iter().copied());
            let pages = self.ec2.describe_security_groups().filters(only);
            let pages = pages.into_paginator().page_size(PAGE).items();
            let groups = self.judged(pages.send().try_collect().await);
            let groups: Vec<ec2::SecurityGroup> = groups.map_err(|failure| {
                failure.leaves_unknown("security groups of instances".to_owned(), ACTION)
            })?;
            found.extend(groups.into_iter().filter_map(security_group));
        }
        Ok(found)
    }
}

fn security_group(from: ec2::SecurityGroup) -> Option<SecurityGroup> {
    let rules = |permissions: Option<Vec<IpPermission>>| {
        let permissions = permissions.unwrap_or_default();
        permissions.into_iter().filter_map(tcp_rule).collect()
    };
    Some(SecurityGroup {
        id: Untrusted::new(from.group_id?),
        inbound: rules(from.ip_permissions),
        outbound: rules(from.ip_permissions_egress),
    })
}

// EC2 API reference, `IpPermission`: `-1` is every protocol, and 6 is TCP.
fn tcp_rule(from: IpPermission) -> Option<SecurityGroupRule> {
    let ports = match from.ip_protocol.as_deref() {
        Some("-1") => None,
        Some("tcp" | "6") => {
            let port = |from: Option<i32>| from.and_then(|port| u16::try_from(port).ok());
            port(from.from_port).zip(port(from.to_port))
        }
        _ => return None,
    };
    let cidrs = from.ip_ranges.into_iter().flatten().map(|one| one.cidr_ip);
    let cidrs_6 = from.ipv6_ranges.into_iter().flatten();
    let cidrs = cidrs.chain(cidrs_6.map(|one| one.cidr_ipv6));
    let cidrs = cidrs.map(|cidr| {
        let cidr = cidr.and_then(|cidr| cidr.parse().ok());
        cidr.map_or(RulePeer::Other, RulePeer::Cidr)
    });
    let groups = from.user_id_group_pairs.into_iter().flatten();
    let groups = groups.map(|pair| {
        let id = pair.group_id.map(Untrusted::new);
        id.map_or(RulePeer::Other, RulePeer::Group)
    });
    let lists = from.prefix_list_ids.into_iter().flatten();
    let lists = lists.map(|_| RulePeer::Other);
    let peers = cidrs.chain(groups).chain(lists).collect();
    Some(SecurityGroupRule { ports, peers })
}
