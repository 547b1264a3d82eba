//! An account of 200 VPCs and 2,000 subnets: how many calls it takes, and that nothing of it is lost on the way.

use std::fmt::Write;

use crate::server::{Reply, Request, Server};
use crate::whole::{calls, inventory};
use crate::world::{ec2, vpc, world};

const VPCS: usize = 200;
const EACH: usize = 10;
const TYPES: usize = 1_400;
/// EC2 refills an API's bucket with so many requests a second.
const MOST: usize = 20;

fn page(request: &Request, name: &str, all: usize, item: impl Fn(usize) -> String) -> Reply {
    let number = |key: &str| request.form.get(key).map(|text| text.parse().unwrap());
    let first: usize = number("NextToken").unwrap_or(0);
    let size: usize = number("MaxResults").unwrap();
    let last = all.min(first + size);
    let mut body = format!("<{name}>");
    for at in first..last {
        body.push_str(&item(at));
    }
    write!(body, "</{name}>").unwrap();
    if last < all {
        write!(body, "<nextToken>{last}</nextToken>").unwrap();
    }
    ec2(request.action(), &body)
}

fn subnet(at: usize) -> String {
    let (vpc, own) = (at / EACH, at % EACH);
    format!(
        "<item><subnetId>subnet-{at}</subnetId><vpcId>vpc-{vpc}</vpcId><cidrBlock>10.{vpc}.{own}.0/24</cidrBlock>\
         <availabilityZone>us-east-1a</availabilityZone></item>"
    )
}

fn route_table(at: usize) -> String {
    let vpc = at / EACH;
    format!("<item><routeTableId>rtb-{at}</routeTableId><vpcId>vpc-{vpc}</vpcId><routeSet/></item>")
}

fn nat_gateway(at: usize) -> String {
    format!(
        "<item><natGatewayId>nat-{at}</natGatewayId><vpcId>vpc-{0}</vpcId><subnetId>subnet-{at}</subnetId>\
         <state>available</state></item>",
        at / EACH
    )
}

fn kind(at: usize) -> String {
    format!(
        "<item><instanceType>k{at}.large</instanceType><vCpuInfo><defaultVCpus>2</defaultVCpus></vCpuInfo>\
         <memoryInfo><sizeInMiB>8192</sizeInMiB></memoryInfo><processorInfo><supportedArchitectures>\
         <item>x86_64</item></supportedArchitectures></processorInfo></item>"
    )
}

fn offering(at: usize) -> String {
    let (kind, zone) = (at / 6, ["a", "b", "c", "d", "e", "f"][at % 6]);
    format!(
        "<item><instanceType>k{kind}.large</instanceType><location>us-east-1{zone}</location></item>"
    )
}

/// The account as EC2 answers it, page by page.
pub(crate) fn large(request: &Request) -> Reply {
    match request.action() {
        "DescribeVpcs" => page(request, "vpcSet", VPCS, |at| {
            vpc(&format!("vpc-{at}"), &format!("10.{at}.0.0/16"), "")
        }),
        "DescribeSubnets" => page(request, "subnetSet", VPCS * EACH, subnet),
        "DescribeRouteTables" => page(request, "routeTableSet", VPCS * EACH, route_table),
        "DescribeNatGateways" => page(request, "natGatewaySet", VPCS * EACH, nat_gateway),
        action @ "DescribeInstanceTypes" if request.body.contains("arm64") => {
            ec2(action, "<instanceTypeSet/>")
        }
        "DescribeInstanceTypes" => page(request, "instanceTypeSet", TYPES, kind),
        "DescribeInstanceTypeOfferings" => {
            page(request, "instanceTypeOfferingSet", TYPES * 6, offering)
        }
        _ => world(request),
    }
}

#[test]
fn no_kind_of_call_is_made_more_than_twenty_times() {
    let server = Server::start(large);
    let found = inventory(&server, "vpc-7", &[]);
    let sum = |count: fn(&kopswain::core::inventory::Vpc) -> usize| -> usize {
        found.vpcs.iter().map(count).sum()
    };
    assert_eq!(found.vpcs.len(), VPCS);
    assert_eq!(sum(|vpc| vpc.subnets.len()), VPCS * EACH);
    assert_eq!(sum(|vpc| vpc.route_tables.len()), VPCS * EACH);
    assert_eq!(sum(|vpc| vpc.nat_gateways.len()), VPCS * EACH);
    assert_eq!(found.instance_types.len(), TYPES);
    let asked = found.vpcs.iter().filter(|vpc| vpc.dns_support.is_some());
    assert_eq!(
        asked.map(|vpc| vpc.id.as_str()).collect::<Vec<_>>(),
        ["vpc-7"]
    );
    let calls = calls(&server);
    let wanted = [
        ("DescribeAvailabilityZones", 1),
        ("DescribeInstanceTypeOfferings", 9),
        ("DescribeInstanceTypes", 15),
        ("DescribeInstances", 2),
        ("DescribeInternetGateways", 1),
        ("DescribeNatGateways", 2),
        ("DescribeRouteTables", 20),
        ("DescribeSubnets", 2),
        ("DescribeVpcAttribute", 2),
        ("DescribeVpcs", 1),
        ("GetCallerIdentity", 1),
        ("GetServiceQuota", 4),
    ];
    let made: Vec<(&str, usize)> = calls
        .iter()
        .map(|(call, count)| (call.as_str(), *count))
        .collect();
    assert_eq!(made, wanted);
    assert!(made.iter().all(|(_, count)| *count <= MOST));
}

// EC2 tells that m5, c5, r5 and m6i are not of the current generation; kops runs on them all the same.
#[test]
fn instance_types_of_every_generation_are_read() {
    let server = Server::start(|request| match request.action() {
        action @ "DescribeInstanceTypes" if request.body.contains("current-generation") => {
            ec2(action, "<instanceTypeSet/>")
        }
        _ => world(request),
    });
    let types = inventory(&server, "vpc-7", &[]).instance_types;
    let names: Vec<&str> = types.iter().map(|kind| kind.name.as_str()).collect();
    assert_eq!(names, ["t3.large"]);
}
