//! The inventory as text for people and pipes: the VPCs, then what is in each, then what is offered and what is not known.

mod bar;
mod section;
mod table;

use table::Table;

use crate::core::channel::{BUILT_IN_DAY, Origin, Versions};
use crate::core::inventory::{
    DESCRIBE_NAT_GATEWAYS, DESCRIBE_SUBNETS, DESCRIBE_VPCS, Inventory, NatGateway, Owner, Quotas,
    Vpc, name_of, owner_of,
};
use crate::core::network::cidr::space::Space;
use crate::core::network::egress::{candidates, zone_of};
use crate::core::text::prose::sentences;
use crate::core::text::untrusted::{Untrusted, visible};

/// Longer names are cut at their end; the whole one is in the JSON.
const LONGEST_NAME: usize = 48;
const NOT_KNOWN: &str = "not known";

/// The whole inventory in labelled columns, without escape sequences; ends with a newline.
pub fn to_text(inventory: &Inventory) -> String {
    let mut parts = vec![head(inventory), vpcs(inventory)];
    let sections = inventory.vpcs.iter();
    parts.extend(sections.map(|vpc| section::section(inventory, vpc)));
    parts.extend(offered(inventory));
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
        let why = inventory.no_vpc();
        return match inventory.unread(DESCRIBE_VPCS) {
            Some(_) => why.whole() + "\n",
            None => sentences(&[&why.what]) + "\n",
        };
    }
    let titles = [
        "VPC",
        "CIDRs",
        "Zones",
        "NAT",
        "Free",
        "DNS",
        "Managed by",
        "Name",
        "Clusters",
    ];
    let mut table = Table::new(&titles).right(&[2, 3, 4]);
    for vpc in &inventory.vpcs {
        table.row(row_of(inventory, vpc));
    }
    format!(
        "{}NAT: usable/all. Free: addresses that no subnet or route takes.\n",
        table.text(0)
    )
}

fn row_of(inventory: &Inventory, vpc: &Vpc) -> Vec<String> {
    let known = |action: &str, value: String| match inventory.unread(action) {
        Some(_) => NOT_KNOWN.to_owned(),
        None => value,
    };
    let cidrs: Vec<String> = vpc.cidrs.iter().map(ToString::to_string).collect();
    let clusters: Vec<String> = vpc.clusters().iter().map(short).collect();
    let usable = vpc
        .nat_gateways
        .iter()
        .filter(|gateway| why_not(vpc, gateway).is_none())
        .count();
    vec![
        visible(&vpc.id),
        cidrs.join(" "),
        known(DESCRIBE_SUBNETS, zones_of(vpc).to_string()),
        known(
            DESCRIBE_NAT_GATEWAYS,
            format!("{usable}/{}", vpc.nat_gateways.len()),
        ),
        known(
            DESCRIBE_SUBNETS,
            Space::from_vpc(vpc).free_addresses().to_string(),
        ),
        dns(vpc).to_owned(),
        owner(&owner_of(&vpc.tags)),
        name_of(&vpc.tags).map_or_else(dash, short),
        known(DESCRIBE_SUBNETS, or_dash(clusters.join(" "))),
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

fn dns(vpc: &Vpc) -> &'static str {
    match (vpc.dns_support, vpc.dns_hostnames) {
        (Some(true), Some(true)) => "on",
        (Some(true), Some(false)) => "no hostnames",
        (Some(false), _) => "off",
        _ => "not known",
    }
}

// From its own zone; a gateway without one is refused for that.
fn why_not(vpc: &Vpc, gateway: &NatGateway) -> Option<String> {
    let zone = zone_of(vpc, gateway).unwrap_or_default();
    let seen = candidates(vpc, zone)
        .into_iter()
        .find(|one| one.gateway.id == gateway.id)?;
    seen.usable.err().map(|why| why.to_string())
}

fn offered(inventory: &Inventory) -> Option<String> {
    let mut lines = Vec::new();
    if !inventory.instance_types.is_empty() {
        let age = inventory.instance_types_age_seconds;
        lines.push(format!(
            "Instance types  {} offered in these zones, {}\n",
            inventory.instance_types.len(),
            read_before(age)
        ));
    }
    lines.extend(inventory.versions.as_ref().map(kubernetes));
    let quotas = quotas(&inventory.quotas);
    if !quotas.is_empty() {
        lines.push(format!("Quotas          {}\n", quotas.join(", ")));
    }
    (!lines.is_empty()).then(|| lines.concat())
}

fn read_before(seconds: u64) -> String {
    match age(seconds) {
        Some(age) => format!("read {age} ago (--refresh reads again)"),
        None => "read now".to_owned(),
    }
}

/// An age in hours and minutes; `None` below a minute.
pub fn age(seconds: u64) -> Option<String> {
    match (seconds / 3600, seconds / 60 % 60) {
        (0, 0) => None,
        (0, minutes) => Some(format!("{minutes}m")),
        (hours, minutes) => Some(format!("{hours}h{minutes:02}m")),
    }
}

fn kubernetes(versions: &Versions) -> String {
    let proposed = versions.proposed();
    let proposed = proposed.map_or_else(dash, |version| version.to_string());
    let from = match &versions.origin {
        Origin::Channel => "read now".to_owned(),
        Origin::Kept { age_seconds } => read_before(*age_seconds),
        Origin::BuiltIn { why } => {
            format!("from the list built into kopswain, of {BUILT_IN_DAY}: {why}")
        }
    };
    format!(
        "Kubernetes      {proposed} for kops {}, channel {}, {from}\n",
        visible(versions.kops()),
        visible(&versions.channel)
    )
}

fn quotas(quotas: &Quotas) -> Vec<String> {
    let each = [
        (quotas.subnets_per_vpc, "subnets per VPC"),
        (quotas.route_tables_per_vpc, "route tables per VPC"),
        (quotas.on_demand_vcpus, "On-Demand vCPUs"),
        (quotas.spot_vcpus, "Spot vCPUs"),
    ];
    let named = |(value, what): (Option<u32>, &str)| Some(format!("{} {what}", value?));
    each.into_iter().filter_map(named).collect()
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

fn owner(owner: &Owner) -> String {
    match owner {
        Owner::Kops(cluster) => format!("kops {}", short(cluster)),
        Owner::Terraform => "Terraform".to_owned(),
        Owner::Other => dash(),
    }
}

fn short(name: &Untrusted) -> String {
    let shown = name.shown();
    if shown.chars().count() <= LONGEST_NAME {
        return shown;
    }
    shown.chars().take(LONGEST_NAME - 1).chain(['…']).collect()
}

fn or_dash(text: String) -> String {
    if text.is_empty() { dash() } else { text }
}

fn dash() -> String {
    "-".to_owned()
}

#[cfg(test)]
mod tests;
