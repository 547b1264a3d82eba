//! What the VPC must be.

use ipnet::Ipv4Net;

use crate::core::answers::Answers;
use crate::core::inventory::{DESCRIBE_VPCS, Inventory, RouteTarget, Vpc, name_of};
use crate::core::network::cidr::{non_masquerade, overlap};
use crate::core::network::egress::{EgressKind, form_of};
use crate::core::problem::{About, Problem, catalog as rule};
use crate::core::text::untrusted::visible;

const LISTED: usize = 5;

/// The VPC's primary block, as the spec's `networkCIDR`.
pub(super) fn primary(vpc: &Vpc) -> Option<Ipv4Net> {
    vpc.cidrs.first().map(Ipv4Net::trunc)
}

/// Its secondary blocks, without those that kops refuses because pods and services live there.
pub(super) fn additional(vpc: &Vpc) -> Vec<Ipv4Net> {
    let secondary = vpc.cidrs.iter().skip(1).map(Ipv4Net::trunc);
    secondary
        .filter(|cidr| !overlap(*cidr, non_masquerade()))
        .collect()
}

/// Problems of the VPC as a whole.
pub(super) fn problems(
    inventory: &Inventory,
    answers: &Answers,
    vpc: Option<&Vpc>,
) -> Vec<Problem> {
    let Some(vpc) = vpc else {
        return vec![absent(inventory, &answers.vpc)];
    };
    let mut found = Vec::new();
    let existing = answers.uses_existing_subnets();
    found.extend(shared(inventory, vpc).filter(|_| !existing));
    found.extend(default(vpc));
    found.extend(dns_support(vpc));
    found.extend(dns_hostnames(vpc));
    let unused = existing && all_external(answers);
    found.extend(internet_gateways(inventory, vpc).filter(|_| !unused));
    found.extend(pod_range(vpc));
    found.extend(left_out(vpc));
    found.extend(pods_hide(vpc));
    found
}

// In a shared VPC only the owner can make subnets.
fn shared(inventory: &Inventory, vpc: &Vpc) -> Option<Problem> {
    let owner = visible(inventory.shared_by(vpc)?);
    Some(rule::VPC_SHARED.problem(
        About::Vpc,
        format!("{} belongs to account {owner}, which shares it", visible(&vpc.id)),
        "only its owner can make subnets, route tables, NAT gateways and other gateways in it; kops's dry run does not see that",
        format!("pick subnets that account {owner} shares with this one (answers: privateSubnet, utilitySubnet in each zone), or plan the cluster with credentials of its owner"),
    ))
}

// kops looks for no internet gateway then (`pkg/model/awsmodel/network.go`, allSubnetsUnmanaged).
fn all_external(answers: &Answers) -> bool {
    let mut zones = answers.zones.iter();
    zones.all(|zone| form_of(&zone.egress) == EgressKind::External)
}

fn absent(inventory: &Inventory, asked: &str) -> Problem {
    let known = known(inventory);
    if asked.is_empty() {
        return rule::VPC_MISSING.problem(
            About::Vpc,
            "no VPC is chosen",
            "the cluster goes into a VPC that exists",
            format!("choose one (answers: vpc): {known}"),
        );
    }
    if let Some(fact) = inventory.unread(DESCRIBE_VPCS) {
        return rule::VPC_UNKNOWN.problem(
            About::Vpc,
            format!(
                "whether {} is in {} is not known",
                visible(asked),
                visible(&inventory.region)
            ),
            format!("the VPCs could not be read: {}", fact.reason),
            fact.remedy(),
        );
    }
    rule::VPC_UNKNOWN.problem(
        About::Vpc,
        format!(
            "{} is not in {}",
            visible(asked),
            visible(&inventory.region)
        ),
        "kops would stop at the first task",
        format!("check account and region, or choose one of: {known}"),
    )
}

fn known(inventory: &Inventory) -> String {
    if let Some(fact) = inventory.unread(DESCRIBE_VPCS) {
        return format!("the VPCs could not be read; {}", fact.remedy());
    }
    if inventory.vpcs.is_empty() {
        return "none was found".to_owned();
    }
    let shown = |vpc: &Vpc| match name_of(&vpc.tags) {
        Some(name) => format!("{} ({name})", visible(&vpc.id)),
        None => visible(&vpc.id),
    };
    let mut list: Vec<_> = inventory.vpcs.iter().take(LISTED).map(shown).collect();
    let more = inventory.vpcs.len().saturating_sub(LISTED);
    if more > 0 {
        list.push(format!("{more} more"));
    }
    list.join(", ")
}

fn default(vpc: &Vpc) -> Option<Problem> {
    vpc.default.then(|| {
        rule::VPC_DEFAULT.problem(
            About::Vpc,
            format!("{} is the region's default VPC", visible(&vpc.id)),
            "anything started without a VPC lands in it, and all of its subnets are public",
            "use a VPC of its own when others start instances here",
        )
    })
}

fn dns_support(vpc: &Vpc) -> Option<Problem> {
    let id = visible(&vpc.id);
    match vpc.dns_support {
        Some(true) => None,
        Some(false) => Some(rule::VPC_DNS_SUPPORT_OFF.problem(
            About::Vpc,
            format!("{id} has enableDnsSupport off"),
            "kops refuses such a VPC: nothing in it resolves names",
            format!("turn it on in Terraform (enable_dns_support = true), or `aws ec2 modify-vpc-attribute --vpc-id {id} --enable-dns-support`"),
        )),
        None => Some(dns_not_read(&id, "enableDnsSupport")),
    }
}

fn dns_hostnames(vpc: &Vpc) -> Option<Problem> {
    let id = visible(&vpc.id);
    match vpc.dns_hostnames {
        Some(true) => None,
        Some(false) => Some(rule::VPC_DNS_HOSTNAMES_OFF.problem(
            About::Vpc,
            format!("{id} has enableDnsHostnames off"),
            "kops's documentation requires it, and clusters broke without it",
            format!("turn it on in Terraform (enable_dns_hostnames = true), or `aws ec2 modify-vpc-attribute --vpc-id {id} --enable-dns-hostnames`"),
        )),
        None => Some(dns_not_read(&id, "enableDnsHostnames")),
    }
}

fn dns_not_read(id: &str, attribute: &str) -> Problem {
    rule::VPC_DNS_NOT_READ.problem(
        About::Vpc,
        format!("{attribute} of {id} was not read"),
        "kops needs it on, and stops late when it is off",
        "allow ec2:DescribeVpcAttribute and ask again",
    )
}

fn internet_gateways(inventory: &Inventory, vpc: &Vpc) -> Option<Problem> {
    let id = visible(&vpc.id);
    match vpc.internet_gateways.as_slice() {
        [_] => None,
        [] if was_denied(inventory, "ec2:DescribeInternetGateways") => None,
        [] => Some(rule::INTERNET_GATEWAY_MISSING.problem(
            About::Vpc,
            format!("{id} has no internet gateway"),
            "the utility subnets and the NAT gateways lead to the internet through it; kops looks for exactly one",
            match inventory.shared_by(vpc) {
                Some(owner) => format!("let account {}, its owner, attach one", visible(owner)),
                None => "attach one in Terraform (aws_internet_gateway)".to_owned(),
            },
        )),
        several => Some(rule::INTERNET_GATEWAYS_SEVERAL.problem(
            About::Vpc,
            format!("{id} has {} internet gateways", several.len()),
            "kops looks for exactly one and stops when it finds more",
            format!("detach all but one of {}", visible(&several.join(", "))),
        )),
    }
}

fn pod_range(vpc: &Vpc) -> Option<Problem> {
    let primary = primary(vpc)?;
    overlap(primary, non_masquerade()).then(|| {
        rule::VPC_IN_POD_RANGE.problem(
            About::Vpc,
            format!("{primary} of {} meets {}", visible(&vpc.id), non_masquerade()),
            "kops gives pods and services addresses from there (nonMasqueradeCIDR) and refuses a VPC inside it",
            "choose a VPC whose primary CIDR lies elsewhere",
        )
    })
}

// A wider route, such as 0.0.0.0/0, is not a network that lies inside the range of the pods.
fn pods_hide(vpc: &Vpc) -> Vec<Problem> {
    let mut hidden: Vec<(Ipv4Net, &RouteTarget)> = Vec::new();
    for route in vpc.route_tables.iter().flat_map(|table| &table.routes) {
        let inside = |net: &Ipv4Net| {
            route.target != RouteTarget::Local
                && non_masquerade().contains(net)
                && !vpc.cidrs.iter().any(|own| own.contains(net))
        };
        hidden.extend(
            route
                .ranges()
                .into_iter()
                .filter(inside)
                .map(|net| (net, &route.target)),
        );
    }
    hidden.sort_by_key(|(net, _)| *net);
    hidden.dedup_by_key(|(net, _)| *net);
    hidden.into_iter().map(pod_range_routed).collect()
}

fn pod_range_routed((net, target): (Ipv4Net, &RouteTarget)) -> Problem {
    rule::POD_RANGE_ROUTED.problem(
        About::Vpc,
        format!("pods cannot reach {net}, which a route sends to {}", target.shown()),
        format!(
            "kops gives pods and services addresses of {} (nonMasqueradeCIDR): what a pod sends there stays in the cluster",
            non_masquerade()
        ),
        "see that pods need not reach it, or give the cluster another nonMasqueradeCIDR by kops's own means",
    )
}

fn left_out(vpc: &Vpc) -> impl Iterator<Item = Problem> {
    let secondary = vpc.cidrs.iter().skip(1);
    secondary
        .filter(|cidr| overlap(**cidr, non_masquerade()))
        .map(|cidr| {
            rule::VPC_BLOCK_LEFT_OUT.problem(
                About::Vpc,
                format!("the secondary CIDR {cidr} is left out of the spec"),
                format!(
                    "it meets {}, where kops puts pods and services, and kops refuses it",
                    non_masquerade()
                ),
                "nothing; see that pods need not reach addresses in it",
            )
        })
}

/// Whether a fact is missing because this IAM action was not allowed or the call failed.
pub(super) fn was_denied(inventory: &Inventory, action: &str) -> bool {
    inventory.unread(action).is_some()
}
