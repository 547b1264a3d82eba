//! What a zone leaves by besides a NAT gateway that is chosen for it: as the answers name it, as far as it can be checked,
//! or as the route of a subnet that exists says.

use crate::core::answers::ZoneAnswer;
use crate::core::inventory::{Inventory, RouteTarget, Vpc};
use crate::core::network::egress::{
    EgressKind, ZoneEgress, crossing, egress_of, form_of, routes_known,
};
use crate::core::network::existing_subnet::DefaultRoute;
use crate::core::problem::{About, Problem, catalog as rule};
use crate::core::text::untrusted::visible;

/// An egress that kops refuses by its form.
pub(super) fn refused(vpc: &Vpc, answer: &ZoneAnswer) -> Option<Problem> {
    let EgressKind::Refused(known) = form_of(&answer.egress) else {
        return None;
    };
    if answer.egress.is_empty() {
        return None;
    }
    let known = known.unwrap_or("nothing that kops knows");
    let near = match answer.egress.to_ascii_lowercase() {
        lower if lower == "external" => "; External is written with a capital E",
        lower if lower != answer.egress && form_of(&lower) != EgressKind::Refused(None) => {
            "; ids are written in lower case"
        }
        _ => "",
    };
    let zone = &answer.name;
    Some(rule::EGRESS_INVALID.problem(
        About::Zone(zone.clone()),
        format!("{} cannot leave by {}", visible(zone), visible(&answer.egress)),
        format!(
            "it is {known}; kops takes a NAT gateway (nat-…), an Elastic IP (eipalloc-…), a NAT instance (i-…), a transit gateway (tgw-…) or External, and refuses anything else{near}"
        ),
        instead(vpc, zone, &egress_of(vpc, zone)),
    ))
}

/// What the private subnet that exists leaves by: as the answers say, else as its route table says.
pub(super) fn routed(vpc: &Vpc, answer: &ZoneAnswer) -> String {
    if !answer.egress.is_empty() {
        return answer.egress.clone();
    }
    let route = DefaultRoute::of_subnet(vpc, &answer.private_subnet);
    route.egress().unwrap_or_default()
}

/// What is to be known of an egress that is no NAT gateway, for a subnet that kops makes.
pub(super) fn by_another_way(
    inventory: &Inventory,
    vpc: &Vpc,
    answer: &ZoneAnswer,
) -> Option<Problem> {
    match form_of(&answer.egress) {
        EgressKind::ElasticIp => Some(elastic_ip(inventory, vpc, answer)),
        EgressKind::NatInstance => Some(not_checked(
            answer,
            "kops routes to that NAT instance; whether it runs in this VPC, forwards packets and has its source check off is not read",
            "see that it does, because the nodes cannot start without it, and one zone's failure may cut the others with it",
        )),
        EgressKind::TransitGateway => transit_gateway(vpc, answer),
        EgressKind::External => external(vpc, answer),
        EgressKind::NatGateway | EgressKind::Refused(_) => None,
    }
}

fn not_checked(answer: &ZoneAnswer, why: &str, remedy: &str) -> Problem {
    let (zone, egress) = (visible(&answer.name), visible(&answer.egress));
    rule::EGRESS_NOT_CHECKED.problem(
        About::Zone(answer.name.clone()),
        format!("{egress}, by which {zone} leaves, is not checked"),
        why,
        remedy,
    )
}

fn elastic_ip(inventory: &Inventory, vpc: &Vpc, answer: &ZoneAnswer) -> Problem {
    let mut gateways = inventory.vpcs.iter().flat_map(|vpc| &vpc.nat_gateways);
    let used = gateways.find(|gateway| {
        let mut addresses = gateway.addresses.iter();
        addresses.any(|address| address.allocation.as_ref() == Some(&answer.egress))
    });
    let Some(gateway) = used else {
        return not_checked(
            answer,
            "kops makes a NAT gateway with that Elastic IP in the zone's utility subnet, billed by the hour and deleted with the cluster; whether the address exists and is free is not read",
            "see that nothing has the address, or leave egress out where the zone has a NAT gateway",
        );
    };
    rule::EGRESS_UNUSABLE.problem(
        About::Zone(answer.name.clone()),
        format!(
            "{} cannot leave by {}",
            visible(&answer.name),
            visible(&answer.egress)
        ),
        format!(
            "it is the address of {}: a second NAT gateway cannot have it",
            visible(&gateway.id)
        ),
        instead(vpc, &answer.name, &egress_of(vpc, &answer.name)),
    )
}

// A route that leads there shows that it is attached to the VPC.
fn transit_gateway(vpc: &Vpc, answer: &ZoneAnswer) -> Option<Problem> {
    let mut routes = vpc.route_tables.iter().flat_map(|table| &table.routes);
    let attached = routes.any(|route| {
        !route.blackhole
            && matches!(&route.target, RouteTarget::TransitGateway(id) if *id == answer.egress)
    });
    (!attached).then(|| {
        not_checked(
            answer,
            "kops routes to that transit gateway; no route of the VPC leads to it, so whether it is attached to the VPC is not known, and where it is not, kops tries for ten minutes",
            "see that it is attached in this zone, and that the way behind it leads to the internet",
        )
    })
}

// kops makes no route table and ties the subnet to none (`pkg/model/awsmodel/network.go`, isUnmanaged).
fn external(vpc: &Vpc, answer: &ZoneAnswer) -> Option<Problem> {
    let main = vpc.route_tables.iter().find(|table| table.main);
    let route = DefaultRoute::of_subnet(vpc, "");
    if !routes_known(vpc) || route.egress().is_some() {
        return None;
    }
    let zone = visible(&answer.name);
    let table = main.map_or_else(
        || "the VPC's main route table".to_owned(),
        |table| format!("the VPC's main route table {}", visible(&table.id)),
    );
    let leads = match &route {
        DefaultRoute::To(_) => {
            "leads to an internet gateway, which takes no instance without a public address"
        }
        DefaultRoute::None | DefaultRoute::Unread => "has no route 0.0.0.0/0",
    };
    Some(rule::EGRESS_EXTERNAL.problem(
        About::Zone(answer.name.clone()),
        format!("the private subnet of {zone} leads nowhere until a route is added"),
        format!("with egress External kops makes no route; {table} serves the new subnet, and it {leads}"),
        "tie the subnet to a route table that leads out as soon as kops has made it, or name what the zone leaves by (egress)",
    ))
}

/// What else a zone could leave by.
pub(super) fn instead(vpc: &Vpc, zone: &str, egress: &ZoneEgress) -> String {
    match egress {
        ZoneEgress::Usable(_) => format!("use {} (egress)", ids(egress)),
        ZoneEgress::None(_) => format!(
            "choose another zone{}; here nothing is usable: {}",
            or_cross(vpc, zone),
            egress.reasons().join("; ")
        ),
    }
}

/// What the answers could say when the zone has no gateway of its own.
pub(super) fn or_cross(vpc: &Vpc, zone: &str) -> String {
    let gateways = crossing(vpc, zone);
    let crossed = gateways.first().map(|gateway| {
        format!(
            "; or cross zones knowingly (egress: {}, crossZone: true)",
            visible(&gateway.id)
        )
    });
    crossed.unwrap_or_default()
}

/// The gateways that a zone can use, by id.
pub(super) fn ids(egress: &ZoneEgress) -> String {
    match egress {
        ZoneEgress::Usable(gateways) => listed(gateways.iter().map(|nat| nat.id.as_str())),
        ZoneEgress::None(_) => String::new(),
    }
}

/// Names in a row.
pub(super) fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(visible).collect::<Vec<_>>().join(", ")
}
