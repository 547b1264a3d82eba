//! The inventory as text for people and pipes: the VPCs, then what is in each, then what is not known.

mod table;

use super::cidr::space::Space;
use super::egress::{candidates, zone_of};
use super::inventory::{
    Connectivity, Inventory, NatGateway, NatState, Owner, Route, RouteTarget, Subnet, Vpc, name_of,
    owner_of,
};
use super::untrusted::visible;
use table::Table;

/// How many free blocks are named; the rest is counted.
const BLOCKS_NAMED: usize = 6;

/// The whole inventory in labelled columns, without escape sequences; ends with a newline.
pub fn to_text(inventory: &Inventory) -> String {
    let mut parts = vec![head(inventory), vpcs(inventory)];
    parts.extend(inventory.vpcs.iter().map(section));
    parts.extend(unknown(inventory));
    parts.join("\n")
}

fn head(inventory: &Inventory) -> String {
    let account = inventory.account.as_deref().unwrap_or("not known");
    let zones: Vec<String> = inventory
        .zones
        .iter()
        .map(|zone| {
            let note = if zone.available {
                ""
            } else {
                " (not available)"
            };
            visible(&zone.name) + note
        })
        .collect();
    format!(
        "Account {}  region {}\nZones   {}\n",
        visible(account),
        visible(&inventory.region),
        or_dash(zones.join(" "))
    )
}

fn vpcs(inventory: &Inventory) -> String {
    if inventory.vpcs.is_empty() {
        return format!("No VPC was found in {}.\n", visible(&inventory.region));
    }
    let titles = [
        "VPC", "Name", "CIDRs", "Zones", "NAT", "Free", "DNS", "Clusters", "Made by",
    ];
    let mut table = Table::new(&titles).right(&[3, 4, 5]);
    for vpc in &inventory.vpcs {
        table.row(row_of(vpc));
    }
    format!(
        "{}NAT: usable/all. Free: addresses that no subnet or route takes.\n",
        table.text(0)
    )
}

fn row_of(vpc: &Vpc) -> Vec<String> {
    let cidrs: Vec<String> = vpc.cidrs.iter().map(ToString::to_string).collect();
    let clusters: Vec<String> = vpc.clusters().iter().map(ToString::to_string).collect();
    let usable = vpc
        .nat_gateways
        .iter()
        .filter(|gateway| why_not(vpc, gateway).is_none())
        .count();
    vec![
        visible(&vpc.id),
        name_of(&vpc.tags).map_or_else(dash, ToString::to_string),
        cidrs.join(" "),
        zones_of(vpc).to_string(),
        format!("{usable}/{}", vpc.nat_gateways.len()),
        Space::of(vpc).free_addresses().to_string(),
        dns(vpc),
        or_dash(clusters.join(" ")),
        owner(&owner_of(&vpc.tags)),
    ]
}

fn zones_of(vpc: &Vpc) -> usize {
    let mut zones: Vec<&str> = vpc
        .subnets
        .iter()
        .map(|subnet| subnet.zone.as_str())
        .collect();
    zones.sort_unstable();
    zones.dedup();
    zones.len()
}

fn dns(vpc: &Vpc) -> String {
    match (vpc.dns_support, vpc.dns_hostnames) {
        (Some(true), Some(true)) => "on",
        (Some(true), Some(false)) => "no hostnames",
        (Some(false), _) => "off",
        _ => "not known",
    }
    .to_owned()
}

fn section(vpc: &Vpc) -> String {
    let name = name_of(&vpc.tags)
        .map(|name| format!("  {name}"))
        .unwrap_or_default();
    let default = if vpc.default { "  default VPC" } else { "" };
    let gateways = or_dash(
        vpc.internet_gateways
            .iter()
            .map(|id| visible(id))
            .collect::<Vec<_>>()
            .join(" "),
    );
    format!(
        "{}{name}{default}\n  Internet gateways  {gateways}\n  Free blocks        {}\n{}{}",
        visible(&vpc.id),
        free_blocks(vpc),
        nat_gateways(vpc),
        subnets(vpc),
    )
}

fn free_blocks(vpc: &Vpc) -> String {
    let mut blocks = Space::of(vpc).free();
    blocks.sort_by_key(|block| (block.prefix_len(), *block));
    let more = blocks.len().saturating_sub(BLOCKS_NAMED);
    let named: Vec<String> = blocks
        .iter()
        .take(BLOCKS_NAMED)
        .map(ToString::to_string)
        .collect();
    let rest = if more == 0 {
        String::new()
    } else {
        format!(" and {more} more")
    };
    format!("{}{rest}", or_dash(named.join(" ")))
}

fn nat_gateways(vpc: &Vpc) -> String {
    if vpc.nat_gateways.is_empty() {
        return "  NAT gateways       -\n".to_owned();
    }
    let titles = [
        "Zone",
        "NAT gateway",
        "State",
        "Connectivity",
        "Addresses",
        "Usable",
    ];
    let mut table = Table::new(&titles);
    for gateway in &vpc.nat_gateways {
        table.row(vec![
            or_dash(zone_of(vpc, gateway).map(visible).unwrap_or_default()),
            visible(&gateway.id),
            state(gateway.state).to_owned(),
            connectivity(gateway),
            addresses(gateway),
            why_not(vpc, gateway).map_or_else(|| "yes".to_owned(), |why| format!("no: {why}")),
        ]);
    }
    table.text(2)
}

// From its own zone; a gateway without one is refused for that.
fn why_not(vpc: &Vpc, gateway: &NatGateway) -> Option<String> {
    let zone = zone_of(vpc, gateway).unwrap_or_default();
    let seen = candidates(vpc, zone)
        .into_iter()
        .find(|one| one.gateway.id == gateway.id)?;
    seen.usable.err().map(|why| why.to_string())
}

fn connectivity(gateway: &NatGateway) -> String {
    let word = match gateway.connectivity {
        Connectivity::Public => "public",
        Connectivity::Private => "private",
    };
    if gateway.regional {
        format!("{word}, regional")
    } else {
        word.to_owned()
    }
}

fn addresses(gateway: &NatGateway) -> String {
    let each = gateway
        .addresses
        .iter()
        .filter_map(|one| one.public.or(one.private));
    or_dash(
        each.map(|address| address.to_string())
            .collect::<Vec<_>>()
            .join(" "),
    )
}

fn state(state: NatState) -> &'static str {
    match state {
        NatState::Pending => "pending",
        NatState::Available => "available",
        NatState::Failed => "failed",
        NatState::Deleting => "deleting",
        NatState::Deleted => "deleted",
        NatState::Unknown => "not known",
    }
}

fn subnets(vpc: &Vpc) -> String {
    if vpc.subnets.is_empty() {
        return "  Subnets            -\n".to_owned();
    }
    let titles = [
        "CIDR",
        "Zone",
        "Free",
        "Default route",
        "Made by",
        "Subnet",
        "Name",
    ];
    let mut table = Table::new(&titles).right(&[2]);
    for subnet in &vpc.subnets {
        table.row(vec![
            subnet.cidr.to_string(),
            visible(&subnet.zone),
            subnet
                .free_addresses
                .map_or_else(dash, |free| free.to_string()),
            default_route(vpc, subnet),
            owner(&owner_of(&subnet.tags)),
            visible(&subnet.id),
            name_of(&subnet.tags).map_or_else(dash, ToString::to_string),
        ]);
    }
    table.text(2)
}

fn default_route(vpc: &Vpc, subnet: &Subnet) -> String {
    let Some(table) = vpc.route_table_of(&subnet.id) else {
        return "not known".to_owned();
    };
    let route = table
        .routes
        .iter()
        .find(|route| route.destination == "0.0.0.0/0");
    route.map_or_else(dash, leads_to)
}

fn leads_to(route: &Route) -> String {
    let target = match &route.target {
        RouteTarget::Local => "local".to_owned(),
        RouteTarget::InternetGateway(id)
        | RouteTarget::NatGateway(id)
        | RouteTarget::Peering(id)
        | RouteTarget::TransitGateway(id)
        | RouteTarget::VpnGateway(id)
        | RouteTarget::Other(id) => visible(id),
    };
    if route.blackhole {
        format!("{target} (gone)")
    } else {
        target
    }
}

fn owner(owner: &Owner) -> String {
    match owner {
        Owner::Kops(cluster) => format!("kops {cluster}"),
        Owner::Terraform => "Terraform".to_owned(),
        Owner::Other => dash(),
    }
}

fn unknown(inventory: &Inventory) -> Option<String> {
    if inventory.missing.is_empty() {
        return None;
    }
    let mut lines = vec!["Not known\n".to_owned()];
    for fact in &inventory.missing {
        let (what, action) = (visible(&fact.fact), visible(&fact.action));
        lines.push(format!("  {what} ({action}): {}\n", fact.reason));
    }
    Some(lines.concat())
}

fn or_dash(text: String) -> String {
    if text.is_empty() { dash() } else { text }
}

fn dash() -> String {
    "-".to_owned()
}

#[cfg(test)]
mod tests;
