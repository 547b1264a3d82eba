//! What of the network is not this cluster's own.

use super::*;

#[test]
fn what_should_be_reused_is_not_created() {
    assert_eq!(
        messages(CREATE, "NatGateway/us-east-1a.c.example.com", &[]),
        ["danger nat-gateway-created: a NAT gateway is created where one should be reused"]
    );
    assert_eq!(
        messages(CREATE, "ElasticIP/us-east-1a.c.example.com", &[]),
        ["danger elastic-ip-created: an Elastic IP is created where one should be reused"]
    );
}

#[test]
fn a_shared_nat_gateway_only_gets_a_tag() {
    let shared = " {a: b} -> {kubernetes.io/cluster/c.example.com: shared, a: b}";
    let name = "NatGateway/us-east-1a.c.example.com";
    assert_eq!(
        messages(
            MODIFY,
            name,
            &[("ElasticIP", " id:e -> <nil>"), ("Tags", shared)]
        ),
        [
            "warning nat-gateway-reused: the NAT gateway is reused; it gets the tag kubernetes.io/cluster/c.example.com: shared"
        ]
    );
    assert_eq!(
        messages(MODIFY, name, &[("Tags", " {a: b} -> {a: c}")]),
        ["danger nat-gateway-changed: an existing NAT gateway is changed: Tags"]
    );
    assert_eq!(
        messages(MODIFY, name, &[("Subnet", " id:a -> id:b")]),
        ["danger nat-gateway-changed: an existing NAT gateway is changed: Subnet"]
    );
}

#[test]
fn what_is_not_this_clusters_own_is_named() {
    assert_eq!(
        messages(
            MODIFY,
            "VPC/c.example.com",
            &[("EnableDNSSupport", " false -> true")]
        ),
        ["danger network-not-owned: the VPC is changed: EnableDNSSupport"]
    );
    let shared = " {} -> {kubernetes.io/cluster/c: shared}";
    assert_eq!(
        messages(MODIFY, "VPC/c.example.com", &[("Tags", shared)]),
        [
            "warning shared-network-tagged: the shared VPC gets the tag kubernetes.io/cluster/c: shared"
        ]
    );
    assert_eq!(
        messages(MODIFY, "Subnet/a.other.example.com", &[("CIDR", " 1 -> 2")]),
        ["danger network-not-owned: the Subnet is changed: CIDR"]
    );
    assert_eq!(
        messages(MODIFY, "Subnet/a.c.example.com", &[("CIDR", " 1 -> 2")]),
        [""; 0]
    );
    assert_eq!(
        messages(
            MODIFY,
            "Route/private-us-east-1a-0.0.0.0/0",
            &[("NatGateway", " id:a -> id:b")]
        ),
        ["warning route-changed: a route takes another way: NatGateway id:a -> id:b"]
    );
}

#[test]
fn a_vpc_of_its_own_has_gateways_of_its_own() {
    let spec = "  ManagedFile/cluster-completed.spec\n\n";
    let text = format!("{CREATE}\n{spec}  NatGateway/a.c.example.com\n\n  VPC/c.example.com\n\n");
    assert_eq!(
        messages_in(&text),
        ["warning vpc-created: a VPC is created, with gateways and addresses of its own"]
    );
}
