//! One page of one call; what a call is about, in words and as an IAM action.

use aws_sdk_ec2::types::{self as ec2, Filter, VpcAttributeName};
use ipnet::Ipv4Net;

use super::errors::AwsFailure;
use super::facts::{self, SubnetFact};
use super::{Account, Identity};
use crate::core::inventory::{MissingFact, NatGateway, RouteTable, Vpc, Zone};

/// What EC2 gives at most per page; for route tables it is 100 (EC2 API reference, `DescribeRouteTables`).
const PAGE: i32 = 1000;
const PAGE_OF_TABLES: i32 = 100;
/// EC2 API reference, `GetManagedPrefixListEntries`.
const PAGE_OF_ENTRIES: i32 = 100;

/// One question to AWS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Call {
    Identity,
    Zones,
    Vpcs,
    Subnets,
    RouteTables,
    InternetGateways,
    NatGateways,
    /// The DNS attributes of one VPC.
    DnsAttributes(String),
    /// The entries of one prefix list, by its id.
    PrefixList(String),
}

/// What came back.
#[derive(Debug)]
pub(super) enum CallData {
    Identity(Identity),
    Zones(Vec<Zone>),
    Vpcs(Vec<Vpc>),
    Subnets(Vec<(String, SubnetFact)>),
    RouteTables(Vec<(String, RouteTable)>),
    InternetGateways(Vec<(String, String)>),
    NatGateways(Vec<(String, NatGateway)>),
    DnsAttributes { vpc: String, dns: DnsAttributes },
    PrefixList { id: String, blocks: Vec<Ipv4Net> },
}

/// The two attributes of a VPC that decide whether names work in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DnsAttributes {
    /// `enableDnsSupport`.
    pub support: bool,
    /// `enableDnsHostnames`.
    pub hostnames: bool,
}

/// A page and the token of the next one.
pub(super) type CallPage = (CallData, Option<String>);

impl Call {
    /// The fact as people say it, and the IAM action that allows reading it.
    pub(super) fn words(&self) -> (String, &'static str) {
        let (fact, action) = match self {
            Self::Identity => ("account number", "sts:GetCallerIdentity"),
            Self::Zones => ("availability zones", "ec2:DescribeAvailabilityZones"),
            Self::Vpcs => ("VPCs", "ec2:DescribeVpcs"),
            Self::Subnets => ("subnets", "ec2:DescribeSubnets"),
            Self::RouteTables => ("route tables", "ec2:DescribeRouteTables"),
            Self::InternetGateways => ("internet gateways", "ec2:DescribeInternetGateways"),
            Self::NatGateways => ("NAT gateways", "ec2:DescribeNatGateways"),
            Self::DnsAttributes(vpc) => {
                let fact = format!("DNS attributes of {vpc}");
                return (fact, "ec2:DescribeVpcAttribute");
            }
            Self::PrefixList(id) => {
                let fact = format!("entries of the prefix list {id}");
                return (fact, "ec2:GetManagedPrefixListEntries");
            }
        };
        (fact.to_owned(), action)
    }

    /// The fact as missing.
    pub(super) fn missing(&self, failure: &AwsFailure) -> MissingFact {
        let (fact, action) = self.words();
        failure.leaves_unknown(fact, action)
    }
}

/// One page of a call of EC2: `call, page size, token, what the answer has => what it becomes (fact by fact)`.
macro_rules! page_of_ec2 {
    ($account:ident, $call:expr, $size:expr, $token:ident, $found:ident => $data:ident($fact:path)) => {{
        let call = $call.max_results($size).set_next_token($token);
        let answer = $account.judged(call.send().await)?;
        let data = CallData::$data(known(answer.$found, $fact));
        Ok((data, more(answer.next_token)))
    }};
}

/// Asks for one page; with `vpc`, only for what belongs to that VPC.
pub(super) async fn page(
    account: &Account,
    call: &Call,
    vpc: Option<&str>,
    token: Option<String>,
) -> Result<CallPage, AwsFailure> {
    let ec2 = &account.ec2;
    let only = filter("vpc-id", vpc);
    match call {
        Call::Identity => Ok((CallData::Identity(account.who().await?), None)),
        Call::Zones => {
            let call = ec2.describe_availability_zones();
            let answer = account.judged(call.send().await)?;
            let zones = known(answer.availability_zones, facts::zone);
            Ok((CallData::Zones(zones), None))
        }
        Call::Vpcs => {
            let call = ec2.describe_vpcs().set_filters(only);
            page_of_ec2!(account, call, PAGE, token, vpcs => Vpcs(facts::vpc))
        }
        Call::Subnets => {
            let call = ec2.describe_subnets().set_filters(only);
            page_of_ec2!(account, call, PAGE, token, subnets => Subnets(facts::subnet))
        }
        Call::RouteTables => {
            let call = ec2.describe_route_tables().set_filters(only);
            page_of_ec2!(account, call, PAGE_OF_TABLES, token, route_tables => RouteTables(facts::route_table))
        }
        Call::InternetGateways => {
            let only = filter("attachment.vpc-id", vpc);
            let call = ec2.describe_internet_gateways().set_filters(only);
            page_of_ec2!(account, call, PAGE, token, internet_gateways => InternetGateways(facts::attachments))
        }
        Call::NatGateways => {
            let call = ec2.describe_nat_gateways().set_filter(only);
            page_of_ec2!(account, call, PAGE, token, nat_gateways => NatGateways(facts::nat_gateway))
        }
        Call::DnsAttributes(vpc) => {
            let dns = dns_attributes(account, vpc).await?;
            let vpc = vpc.clone();
            Ok((CallData::DnsAttributes { vpc, dns }, None))
        }
        Call::PrefixList(id) => prefix_list(account, id, token).await,
    }
}

// A filter, not an id: an id that does not exist is then an empty answer, not an error.
fn filter(name: &str, vpc: Option<&str>) -> Option<Vec<Filter>> {
    vpc.map(|id| vec![Filter::builder().name(name).values(id).build()])
}

async fn prefix_list(
    account: &Account,
    id: &str,
    token: Option<String>,
) -> Result<CallPage, AwsFailure> {
    let call = account
        .ec2
        .get_managed_prefix_list_entries()
        .prefix_list_id(id)
        .max_results(PAGE_OF_ENTRIES)
        .set_next_token(token);
    let answer = account.judged(call.send().await)?;
    let entries = answer.entries.unwrap_or_default();
    // A list is of one family: one of IPv6 holds nothing that a block of ours can meet.
    let blocks = entries
        .iter()
        .filter_map(|entry| entry.cidr()?.parse().ok())
        .collect();
    Ok((
        CallData::PrefixList {
            id: id.to_owned(),
            blocks,
        },
        more(answer.next_token),
    ))
}

/// Both attributes, asked at once: EC2 answers one per call.
pub(super) async fn dns_attributes(
    account: &Account,
    vpc: &str,
) -> Result<DnsAttributes, AwsFailure> {
    let (support, hostnames) = tokio::join!(
        dns_attribute(account, vpc, VpcAttributeName::EnableDnsSupport),
        dns_attribute(account, vpc, VpcAttributeName::EnableDnsHostnames),
    );
    Ok(DnsAttributes {
        support: support?,
        hostnames: hostnames?,
    })
}

async fn dns_attribute(
    account: &Account,
    vpc: &str,
    name: VpcAttributeName,
) -> Result<bool, AwsFailure> {
    let call = account
        .ec2
        .describe_vpc_attribute()
        .vpc_id(vpc)
        .attribute(name.clone());
    let answer = account.judged(call.send().await)?;
    let value: Option<ec2::AttributeBooleanValue> = match name {
        VpcAttributeName::EnableDnsSupport => answer.enable_dns_support,
        _ => answer.enable_dns_hostnames,
    };
    Ok(value.and_then(|value| value.value).unwrap_or(false))
}

// What has no id, or is of a kind that this program does not know, is no fact.
fn known<T, F: IntoIterator>(found: Option<Vec<T>>, fact: impl Fn(T) -> F) -> Vec<F::Item> {
    found.into_iter().flatten().flat_map(fact).collect()
}

// Some servers send an empty token with the last page.
fn more(token: Option<String>) -> Option<String> {
    token.filter(|token| !token.is_empty())
}
