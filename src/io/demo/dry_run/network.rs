//! Subnets, route tables, routes and the NAT gateways that are reused (`pkg/model/awsmodel/network.go`).

use super::DemoAccount;
use super::resource::{DemoResource, DemoTags};
use super::spec::{DemoSpec, DemoSubnet};

/// What is created.
pub(super) fn resources(spec: &DemoSpec, account: &DemoAccount) -> Vec<DemoResource> {
    let mut all = public_route_table(spec, account);
    for subnet in &spec.cluster.subnets {
        all.push(self::subnet(spec, subnet));
        all.push(association(spec, subnet));
    }
    for subnet in spec.private_subnets() {
        all.extend(private_route_table(spec, subnet));
    }
    all
}

/// The NAT gateways: kops shows their address as taken away, and tags them.
pub(super) fn gateways(spec: &DemoSpec, account: &DemoAccount) -> Vec<DemoResource> {
    let shared = format!("{{kubernetes.io/cluster/{}: shared}}", spec.name);
    let gateway = |subnet: &DemoSubnet| {
        let address = account.addresses.get(&subnet.egress);
        let address = address.map(|id| format!(" id:{id} -> <nil>"));
        DemoResource::new("NatGateway", spec.below(&subnet.zone))
            .with("ElasticIP", address.unwrap_or_default())
            .with("Tags", format!(" {{}} -> {shared}"))
    };
    spec.private_subnets().map(gateway).collect()
}

/// A subnet's tags.
pub(super) fn subnet_tags(spec: &DemoSpec, subnet: &DemoSubnet) -> DemoTags {
    let mut tags = spec.tags(&spec.below(&subnet.name));
    let elb = if subnet.kind == "Private" {
        "kubernetes.io/role/internal-elb"
    } else {
        "kubernetes.io/role/elb"
    };
    tags.insert("SubnetType".to_owned(), subnet.kind.clone());
    tags.insert(elb.to_owned(), "1".to_owned());
    tags
}

fn subnet(spec: &DemoSpec, subnet: &DemoSubnet) -> DemoResource {
    DemoResource::new("Subnet", spec.below(&subnet.name))
        .with("ShortName", &subnet.name)
        .with("VPC", spec.vpc())
        .with("AvailabilityZone", &subnet.zone)
        .with("CIDR", &subnet.cidr)
        .with_all(&[
            ("ResourceBasedNaming", "true"),
            ("AssignIPv6AddressOnCreation", "false"),
            ("Shared", "false"),
        ])
        .tagged(&subnet_tags(spec, subnet))
}

fn association(spec: &DemoSpec, subnet: &DemoSubnet) -> DemoResource {
    let own = spec.below(&subnet.name);
    let (name, table) = if subnet.kind == "Private" {
        (format!("private-{own}"), private_table(spec, &subnet.zone))
    } else {
        (own.clone(), spec.name.clone())
    };
    DemoResource::new("RouteTableAssociation", name)
        .with("RouteTable", format!("name:{table}"))
        .with("Subnet", format!("name:{own}"))
}

fn private_table(spec: &DemoSpec, zone: &str) -> String {
    spec.below(&format!("private-{zone}"))
}

fn route_table(spec: &DemoSpec, name: &str, role: &str) -> DemoResource {
    let mut tags = spec.tags(name);
    tags.insert("kubernetes.io/kops/role".to_owned(), role.to_owned());
    DemoResource::new("RouteTable", name)
        .with("VPC", spec.vpc())
        .with("Shared", "false")
        .tagged(&tags)
}

fn public_route_table(spec: &DemoSpec, account: &DemoAccount) -> Vec<DemoResource> {
    let gateway = account.internet_gateway.as_str();
    let route = |name: &'static str, field| {
        DemoResource::new("Route", name)
            .with("RouteTable", format!("name:{}", spec.name))
            .with(field, name)
            .with(
                "InternetGateway",
                format!("name:{} id:{gateway}", spec.name),
            )
    };
    vec![
        route_table(spec, &spec.name, "public"),
        route("0.0.0.0/0", "CIDR"),
        route("::/0", "IPv6CIDR"),
    ]
}

fn private_route_table(spec: &DemoSpec, subnet: &DemoSubnet) -> [DemoResource; 2] {
    let zone = subnet.zone.as_str();
    let table = private_table(spec, zone);
    let gateway = format!("name:{} id:{}", spec.below(zone), subnet.egress);
    [
        route_table(spec, &table, &format!("private-{zone}")),
        DemoResource::new("Route", format!("private-{zone}-0.0.0.0/0"))
            .with("RouteTable", format!("name:{table}"))
            .with("CIDR", "0.0.0.0/0")
            .with("NatGateway", gateway),
    ]
}
