//! Whether an instance reaches the internet, which nodeup needs unless its assets are elsewhere.

use super::cloud::{CloudInstance, InstancePath};
use crate::core::inventory::{Route, RouteTarget, Vpc};
use crate::core::network::egress::{carries_traffic, routes_known};
use crate::core::text::untrusted::Untrusted;

const DEFAULT: &str = "0.0.0.0/0";

/// Follows the default route of the instance's subnet, by what was read of its VPC.
pub fn trace_path(vpc: &Vpc, instance: &CloudInstance) -> InstancePath {
    let table = vpc.route_table_of(instance.subnet.raw());
    let route = table.and_then(|table| table.routes.iter().find(|one| one.destination == DEFAULT));
    let works = match route {
        None if routes_known(vpc) => Some(Err("its subnet has no default route".to_owned())),
        None => None,
        Some(route) => judge_route(vpc, instance, route),
    };
    InstancePath {
        instance: instance.id.clone(),
        default_route: route
            .map(|route| name_of(&route.target))
            .unwrap_or_default(),
        usable: works.as_ref().map(Result::is_ok),
        why: works.and_then(Result::err).unwrap_or_default(),
        closed: None,
    }
}

fn judge_route(vpc: &Vpc, instance: &CloudInstance, route: &Route) -> Option<Result<(), String>> {
    if route.blackhole {
        return Some(Err("the target of its default route is gone".to_owned()));
    }
    match &route.target {
        RouteTarget::NatGateway(id) => {
            let gateway = vpc.nat_gateways.iter().find(|one| one.id == *id)?;
            Some(carries_traffic(vpc, gateway).map_err(|why| why.to_string()))
        }
        RouteTarget::InternetGateway(id) => Some(judge_internet_gateway(vpc, instance, id)),
        _ => None,
    }
}

fn judge_internet_gateway(vpc: &Vpc, instance: &CloudInstance, id: &str) -> Result<(), String> {
    if instance.public_ip.raw().is_empty() {
        return Err(
            "it has no public address, and an internet gateway carries only those that have one"
                .to_owned(),
        );
    }
    // None at all may mean that they could not be read.
    if vpc.internet_gateways.is_empty() || vpc.internet_gateways.iter().any(|one| one == id) {
        return Ok(());
    }
    Err("the internet gateway is not attached to its VPC".to_owned())
}

fn name_of(target: &RouteTarget) -> Untrusted {
    match target {
        RouteTarget::Local => Untrusted::from("local"),
        RouteTarget::InternetGateway(id)
        | RouteTarget::NatGateway(id)
        | RouteTarget::Peering(id)
        | RouteTarget::TransitGateway(id)
        | RouteTarget::VpnGateway(id)
        | RouteTarget::Other(id) => Untrusted::from(id.as_str()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn vpc(target: &str, changes: &str) -> Vpc {
        let text = format!(
            r#"{{"id": "vpc-1", "cidrs": ["10.0.0.0/16"], "internetGateways": ["igw-1"],
            "subnets": [
                {{"id": "subnet-private", "cidr": "10.0.0.0/24", "zone": "us-east-1a"}},
                {{"id": "subnet-public", "cidr": "10.0.1.0/24", "zone": "us-east-1a"}}
            ],
            "routeTables": [
                {{"id": "rtb-main", "main": true, "subnets": [], "routes": []}},
                {{"id": "rtb-1", "main": false, "subnets": ["subnet-private"],
                  "routes": [{{"destination": "0.0.0.0/0", "target": {target}}}]}},
                {{"id": "rtb-2", "main": false, "subnets": ["subnet-public"], "routes": [
                  {{"destination": "0.0.0.0/0", "target": {{"kind": "internetGateway", "id": "igw-1"}}}}]}}
            ],
            "natGateways": [{{"id": "nat-1", "connectivity": "public", "subnet": "subnet-public",
                              "addresses": [], {changes}}}]}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    fn traced(vpc: &Vpc, subnet: &str, public_ip: &str) -> (String, Option<bool>, String) {
        let instance = CloudInstance {
            subnet: Untrusted::from(subnet),
            public_ip: Untrusted::from(public_ip),
            ..CloudInstance::default()
        };
        let path = trace_path(vpc, &instance);
        (path.default_route.shown(), path.usable, path.why)
    }

    #[test]
    fn a_nat_gateway_is_used_while_it_is_available() {
        let nat = r#"{"kind": "natGateway", "id": "nat-1"}"#;
        let available = vpc(nat, r#""state": "available""#);
        let path = ("nat-1".to_owned(), Some(true), String::new());
        assert_eq!(traced(&available, "subnet-private", ""), path);
        let failed = vpc(nat, r#""state": "failed""#);
        let why = "it failed to start: it never carries traffic and EC2 removes it within an hour";
        let path = ("nat-1".to_owned(), Some(false), why.to_owned());
        assert_eq!(traced(&failed, "subnet-private", ""), path);
    }

    #[test]
    fn an_internet_gateway_carries_public_addresses_only() {
        let vpc = vpc(
            r#"{"kind": "transitGateway", "id": "tgw-1"}"#,
            r#""state": "deleted""#,
        );
        let path = ("igw-1".to_owned(), Some(true), String::new());
        assert_eq!(traced(&vpc, "subnet-public", "203.0.113.9"), path);
        let (_, usable, why) = traced(&vpc, "subnet-public", "");
        assert_eq!(usable, Some(false));
        assert!(why.contains("no public address"), "{why}");
        let path = ("tgw-1".to_owned(), None, String::new());
        assert_eq!(traced(&vpc, "subnet-private", ""), path);
    }

    #[test]
    fn no_route_differs_from_no_knowledge() {
        let mut vpc = vpc(r#"{"kind": "local"}"#, r#""state": "deleted""#);
        let none = (
            String::new(),
            Some(false),
            "its subnet has no default route".to_owned(),
        );
        assert_eq!(traced(&vpc, "subnet-of-main", ""), none);
        vpc.route_tables.clear();
        assert_eq!(
            traced(&vpc, "subnet-of-main", ""),
            (String::new(), None, String::new())
        );
    }
}
