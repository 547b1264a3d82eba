//! Subnets, routes, gateways, load balancers and firewall rules.

use super::{At, CauseRule, SpecText};
use crate::core::analysis::location::zone;
use crate::core::kops::dry_run::Resource;

pub(super) const RULES: &[CauseRule] = causes! {
    "Subnet" | "RouteTableAssociation" => subnet, else "the spec has no subnet of this name";
    "NatGateway" | "ElasticIP" => egress, else "the spec has no private subnet in this zone";
    "RouteTable" | "Route" => route, else "the spec has no subnet that this route serves";
    "VPC" | "InternetGateway" | "EgressOnlyInternetGateway" =>
        |spec, _| spec.first(&[&["networkID"], &["networkCIDR"], &["subnets"]]),
        else "the spec names no VPC";
    "VPCCIDRBlock" | "VPCAmazonIPv6CIDRBlock" | "VPCDHCPOptionsAssociation" | "DHCPOptions" =>
        |spec, _| spec.first(&[&["additionalNetworkCIDRs"], &["networkCIDR"], &["networkID"]]),
        else "the spec names no VPC";
    "NetworkLoadBalancer" | "NetworkLoadBalancerListener" | "ClassicLoadBalancer" | "TargetGroup" => load_balancer,
        else "the spec asks for no load balancer";
    "SecurityGroup" => security_group, else "kops makes a security group for each role";
    "SecurityGroupRule" => security_group_rule, else "kops makes the rules between its own security groups by itself";
    "DNSName" | "DNSZone" => |spec, _| spec.first(&[&["dnsZone"], &["topology", "dns"], &["api"]]),
        else "kops makes DNS names for the API by itself";
};

fn subnet(spec: &SpecText<'_>, resource: &Resource) -> Vec<At> {
    let name = spec.own_name(resource);
    let private = name.strip_prefix("private-").unwrap_or(name);
    let exact = spec.items_with(&["subnets"], "name", name);
    if exact.is_empty() {
        return spec.items_with(&["subnets"], "name", private);
    }
    exact
}

fn in_zone(spec: &SpecText<'_>, name: &str) -> Vec<At> {
    let zone = zone(name).unwrap_or(name);
    let all = spec.items_with(&["subnets"], "zone", zone);
    let private = |at: &At| {
        let kind = spec.outline.value(*at, "type");
        kind.is_some_and(|kind| matches!(kind, "Private" | "DualStack"))
    };
    all.into_iter().filter(private).collect()
}

fn egress(spec: &SpecText<'_>, resource: &Resource) -> Vec<At> {
    let subnets = in_zone(spec, resource.name.raw());
    let lines: Vec<At> = subnets
        .iter()
        .filter_map(|at| spec.outline.child(*at, "egress"))
        .collect();
    if lines.is_empty() { subnets } else { lines }
}

fn route(spec: &SpecText<'_>, resource: &Resource) -> Vec<At> {
    if resource.name.raw().starts_with("private-") {
        return if resource.kind == "Route" {
            egress(spec, resource)
        } else {
            in_zone(spec, resource.name.raw())
        };
    }
    // The one public route table serves every subnet that is not private.
    let utility = spec.items_with(&["subnets"], "type", "Utility");
    if utility.is_empty() {
        return spec.items_with(&["subnets"], "type", "Public");
    }
    utility
}

fn is_bastion(name: &str) -> bool {
    name.starts_with("bastion")
}

fn load_balancer(spec: &SpecText<'_>, resource: &Resource) -> Vec<At> {
    if is_bastion(resource.name.raw()) {
        return spec.role(&["Bastion"]);
    }
    spec.first(&[&["api", "loadBalancer"], &["api"]])
}

fn security_group(spec: &SpecText<'_>, resource: &Resource) -> Vec<At> {
    let name = resource.name.raw();
    if name.starts_with("masters.") {
        return spec.role(&["Master", "ControlPlane"]);
    }
    if name.starts_with("nodes.") {
        return spec.role(&["Node"]);
    }
    load_balancer(spec, resource)
}

const SSH: &str = "22";
const API: &str = "443";

fn security_group_rule(spec: &SpecText<'_>, resource: &Resource) -> Vec<At> {
    let name = resource.name.raw();
    match opened(resource) {
        Some((from, SSH)) => spec.item_or_list(&["sshAccess"], Some(from)),
        Some((from, API)) => spec.item_or_list(&["kubernetesApiAccess"], Some(from)),
        Some((from, port)) if port.starts_with('3') && port.len() == 5 => {
            spec.item_or_list(&["nodePortAccess"], Some(from))
        }
        _ if name.contains("api-elb") || name.contains("elb") => {
            spec.first(&[&["api", "loadBalancer"], &["api"]])
        }
        _ if name.contains("bastion") => spec.role(&["Bastion"]),
        _ if name.contains("nodes.") || name.contains("masters.") => spec.first(&[&["networking"]]),
        _ => Vec::new(),
    }
}

/// From which block and to which port a rule opens: kops names it from-CIDR-ingress-PROTOCOL-FIRSTtoLAST-GROUP, or
/// prints `port=22 protocol=tcp ip=CIDR` when it deletes one.
fn opened(resource: &Resource) -> Option<(&str, &str)> {
    let name = resource.name.raw();
    let word = |key: &str| {
        name.split_whitespace()
            .find_map(|word| word.strip_prefix(key))
    };
    if let (Some(port), Some(from)) = (word("port="), word("ip=")) {
        return Some((from, port));
    }
    let (from, rest) = name.strip_prefix("from-")?.split_once("-ingress-")?;
    let (_, rest) = rest.split_once('-')?;
    let (first, _) = rest.split_once("to")?;
    from.contains('/').then_some((from, first))
}
