//! One VPC: what it is, its NAT gateways by zone, where it leads, and its address map.

use super::table::Table;
use super::{NOT_KNOWN, bar, dash, dns, or_dash, owner, short, why_not};
use crate::core::inventory::{
    Connectivity, DESCRIBE_INTERNET_GATEWAYS, DESCRIBE_NAT_GATEWAYS, DESCRIBE_SUBNETS, Inventory,
    NatGateway, NatState, Owner, Route, RouteTarget, Subnet, Vpc, name_of, owner_of,
};
use crate::core::network::address_map::{AddressMap, Segment, SegmentKind};
use crate::core::network::cidr::size;
use crate::core::network::egress::zone_of;
use crate::core::text::prose::counted;
use crate::core::text::untrusted::visible;

/// The VPC in labelled lines and three tables; ends with a newline.
pub(super) fn section(inventory: &Inventory, vpc: &Vpc) -> String {
    let name = name_of(&vpc.tags)
        .map(|name| format!("  {}", short(name)))
        .unwrap_or_default();
    let default = if vpc.default { "  default VPC" } else { "" };
    let facts = facts(inventory, vpc).into_iter();
    let facts: Vec<String> = facts
        .map(|(label, value)| format!("  {label:<18} {value}\n"))
        .collect();
    let parts = [
        facts.concat(),
        nat_gateways(inventory, vpc),
        connections(vpc),
        addresses(inventory, vpc),
    ];
    format!("{}{name}{default}\n{}", visible(&vpc.id), parts.concat())
}

fn facts(inventory: &Inventory, vpc: &Vpc) -> Vec<(&'static str, String)> {
    let gateways: Vec<String> = vpc.internet_gateways.iter().map(|id| visible(id)).collect();
    let mut facts = vec![
        ("Managed by", owner(&owner_of(&vpc.tags))),
        ("DNS", dns(vpc).to_owned()),
        (
            "Internet gateways",
            match inventory.unread(DESCRIBE_INTERNET_GATEWAYS) {
                Some(_) if gateways.is_empty() => NOT_KNOWN.to_owned(),
                _ => or_dash(gateways.join(" ")),
            },
        ),
    ];
    if !vpc.ipv6_cidrs.is_empty() {
        let blocks: Vec<String> = vpc.ipv6_cidrs.iter().map(ToString::to_string).collect();
        facts.push(("IPv6", blocks.join(" ")));
    }
    facts.extend(clusters(vpc));
    facts
}

fn clusters(vpc: &Vpc) -> Vec<(&'static str, String)> {
    let subnets = |cluster| {
        let own = Owner::Kops(cluster);
        vpc.subnets
            .iter()
            .filter(|subnet| owner_of(&subnet.tags) == own)
            .count()
    };
    vpc.clusters()
        .into_iter()
        .map(|cluster| {
            let count = subnets(cluster.clone());
            (
                "Cluster inside",
                format!("{}, {}", short(&cluster), counted(count, "subnet")),
            )
        })
        .collect()
}

// By zone, so that a zone that has none shows too.
fn nat_gateways(inventory: &Inventory, vpc: &Vpc) -> String {
    if vpc.nat_gateways.is_empty() && inventory.unread(DESCRIBE_NAT_GATEWAYS).is_some() {
        return unread("NAT gateways");
    }
    let mut table = Table::new(&["Zone", "NAT gateway", "Address", "Usable"]);
    let mut zones: Vec<Option<&str>> = vpc
        .subnets
        .iter()
        .map(|subnet| Some(subnet.zone.as_str()))
        .chain(vpc.nat_gateways.iter().map(|gateway| zone_of(vpc, gateway)))
        .collect();
    // `None` sorts first, and a gateway without a zone stands last.
    zones.sort_by_key(|zone| (zone.is_none(), *zone));
    zones.dedup();
    for zone in zones {
        let here: Vec<&NatGateway> = vpc
            .nat_gateways
            .iter()
            .filter(|gateway| zone_of(vpc, gateway) == zone)
            .collect();
        let shown = zone.map_or_else(dash, visible);
        if here.is_empty() {
            table.row(vec![
                shown.clone(),
                dash(),
                dash(),
                "no: none is in the zone".to_owned(),
            ]);
        }
        for gateway in here {
            table.row(vec![
                shown.clone(),
                visible(&gateway.id),
                public(gateway),
                verdict(vpc, gateway),
            ]);
        }
    }
    table.text(2)
}

fn verdict(vpc: &Vpc, gateway: &NatGateway) -> String {
    let Some(why) = why_not(vpc, gateway) else {
        return "yes".to_owned();
    };
    let cause = gateway
        .failure
        .as_ref()
        .filter(|_| gateway.state == NatState::Failed);
    let cause = cause.map(|cause| format!(" ({cause})")).unwrap_or_default();
    format!("no: {why}{cause}")
}

fn public(gateway: &NatGateway) -> String {
    let each = gateway
        .addresses
        .iter()
        .filter_map(|one| one.public.or(one.private));
    let addresses: Vec<String> = each.map(|address| address.to_string()).collect();
    let kind = match gateway.connectivity {
        Connectivity::Public => "",
        Connectivity::Private => " private",
    };
    or_dash(addresses.join(" ")) + kind
}

// What the route tables lead to beyond the VPC and the internet, each once.
fn connections(vpc: &Vpc) -> String {
    let mut rows: Vec<[String; 2]> = vpc
        .route_tables
        .iter()
        .flat_map(|table| &table.routes)
        .filter(|route| leads_elsewhere(&route.target))
        .map(|route| [destination(route), target(route)])
        .collect();
    rows.sort();
    rows.dedup();
    if rows.is_empty() {
        return String::new();
    }
    let mut table = Table::new(&["Routes to", "Through"]);
    for row in rows {
        table.row(row.into());
    }
    table.text(2)
}

fn leads_elsewhere(target: &RouteTarget) -> bool {
    !matches!(
        target,
        RouteTarget::Local | RouteTarget::InternetGateway(_) | RouteTarget::NatGateway(_)
    )
}

fn destination(route: &Route) -> String {
    let blocks: Vec<String> = route.prefixes.iter().map(ToString::to_string).collect();
    let held = if blocks.is_empty() {
        String::new()
    } else {
        format!(" ({})", blocks.join(" "))
    };
    visible(&route.destination) + &held
}

fn target(route: &Route) -> String {
    let gone = if route.blackhole { " (gone)" } else { "" };
    route.target.shown() + gone
}

// One line in place of a table of what could not be read; the reason stands with all others at the end.
fn unread(what: &str) -> String {
    format!("  {what:<18} {NOT_KNOWN}\n")
}

fn addresses(inventory: &Inventory, vpc: &Vpc) -> String {
    if vpc.subnets.is_empty() && inventory.unread(DESCRIBE_SUBNETS).is_some() {
        return unread("Subnets");
    }
    let map = AddressMap::existing(vpc);
    let bars: Vec<String> = map
        .cidrs
        .iter()
        .map(|cidr| format!("  {:<18} {}\n", cidr.to_string(), bar::line(&map, *cidr)))
        .collect();
    let bars = bars.concat();
    let titles = [
        "CIDR",
        "What",
        "Zone",
        "Free",
        "Default route",
        "Managed by",
        "Subnet",
        "Name",
    ];
    let mut table = Table::new(&titles).right(&[3]);
    for segment in &map.segments {
        table.row(row(vpc, segment));
    }
    format!(
        "{bars}  {:<18} {}\n{}",
        "",
        bar::legend(&bars),
        table.text(2)
    )
}

fn row(vpc: &Vpc, segment: &Segment) -> Vec<String> {
    let here = |subnet: &&Subnet| subnet.cidr == segment.cidr;
    let subnet = match segment.kind {
        SegmentKind::Existing { .. } => vpc.subnets.iter().find(here),
        _ => None,
    };
    if let Some(subnet) = subnet {
        return subnet_row(vpc, subnet);
    }
    let free = match segment.kind {
        SegmentKind::Free => size(segment.cidr.prefix_len()).to_string(),
        _ => dash(),
    };
    let rest = [dash(), free, dash(), dash(), dash(), dash()];
    [segment.cidr.to_string(), what(&segment.kind)]
        .into_iter()
        .chain(rest)
        .collect()
}

fn what(kind: &SegmentKind) -> String {
    match kind {
        SegmentKind::Existing { .. } | SegmentKind::Planned { .. } => "subnet".to_owned(),
        SegmentKind::Reserved { cluster } => format!("reserved for zones of {}", short(cluster)),
        SegmentKind::Routed { target } => format!("routed to {}", target.shown()),
        SegmentKind::Pods => "pods and services".to_owned(),
        SegmentKind::Free => "free".to_owned(),
    }
}

fn subnet_row(vpc: &Vpc, subnet: &Subnet) -> Vec<String> {
    vec![
        subnet.cidr.to_string(),
        "subnet".to_owned(),
        visible(&subnet.zone),
        subnet
            .free_addresses
            .map_or_else(dash, |free| free.to_string()),
        default_route(vpc, subnet),
        owner(&owner_of(&subnet.tags)),
        visible(&subnet.id),
        name_of(&subnet.tags).map_or_else(dash, short),
    ]
}

fn default_route(vpc: &Vpc, subnet: &Subnet) -> String {
    let Some(table) = vpc.route_table_of(&subnet.id) else {
        return "not known".to_owned();
    };
    let route = table
        .routes
        .iter()
        .find(|route| route.destination == "0.0.0.0/0");
    route.map_or_else(dash, |route| {
        let id = match &route.target {
            RouteTarget::InternetGateway(id) | RouteTarget::NatGateway(id) => visible(id),
            other => other.shown(),
        };
        id + if route.blackhole { " (gone)" } else { "" }
    })
}
