//! What Service Quotas allows, and whether the cluster fits into it.

use super::{Group, Role};
use crate::core::catalog as rule;
use crate::core::inventory::{Inventory, Vpc};
use crate::core::problem::{About, Problem};
use crate::core::untrusted::visible;

/// What every account has until it asks for more (Amazon VPC user guide, "Amazon VPC quotas").
const USUAL: u32 = 200;
/// The families whose vCPUs count together (Amazon EC2 user guide, "Amazon EC2 On-Demand instance quotas").
const STANDARD: [&str; 11] = ["a", "c", "d", "h", "i", "im", "is", "m", "r", "t", "z"];
const ASK: &str = "ask for a higher quota in Service Quotas, or remove what is not used";

/// Quotas that the cluster would pass; `zones` is how many it spans.
pub(super) fn problems(
    inventory: &Inventory,
    vpc: Option<&Vpc>,
    zones: usize,
    groups: &[Group],
) -> Vec<Problem> {
    let mut found = Vec::new();
    if let Some(vpc) = vpc {
        found.extend(subnets(inventory, vpc, 2 * zones));
        found.extend(route_tables(inventory, vpc, zones + 1));
    }
    let quotas = &inventory.quotas;
    for (spot, limit, name) in [
        (
            false,
            quotas.on_demand_vcpus,
            "On-Demand vCPUs (L-1216C47A)",
        ),
        (true, quotas.spot_vcpus, "Spot vCPUs (L-34B43A08)"),
    ] {
        found.extend(limit.and_then(|limit| vcpus(inventory, groups, spot, limit, name)));
    }
    found
}

fn subnets(inventory: &Inventory, vpc: &Vpc, new: usize) -> Option<Problem> {
    let read = inventory.quotas.subnets_per_vpc;
    let (now, limit) = (vpc.subnets.len(), read.unwrap_or(USUAL));
    let broken = match read {
        Some(_) => rule::QUOTA_SUBNETS_PASSED,
        None => rule::QUOTA_SUBNETS,
    };
    passes(now, new, limit).then(|| {
        broken.problem(
            About::Vpc,
            format!(
                "{} has {now} subnets and the cluster needs {new} more",
                visible(&vpc.id)
            ),
            limits("subnets", limit, read.is_some()),
            ASK,
        )
    })
}

fn route_tables(inventory: &Inventory, vpc: &Vpc, new: usize) -> Option<Problem> {
    let read = inventory.quotas.route_tables_per_vpc;
    let (now, limit) = (vpc.route_tables.len(), read.unwrap_or(USUAL));
    let broken = match read {
        Some(_) => rule::QUOTA_ROUTE_TABLES_PASSED,
        None => rule::QUOTA_ROUTE_TABLES,
    };
    passes(now, new, limit).then(|| {
        broken.problem(
            About::Vpc,
            format!(
                "{} has {now} route tables and the cluster needs {new} more",
                visible(&vpc.id)
            ),
            limits("route tables", limit, read.is_some()),
            ASK,
        )
    })
}

fn passes(now: usize, new: usize, limit: u32) -> bool {
    u32::try_from(now + new).is_ok_and(|all| all > limit)
}

fn limits(what: &str, limit: u32, read: bool) -> String {
    let whose = if read { "the account's" } else { "the default" };
    format!("{whose} quota is {limit} {what} per VPC; EC2 refuses the ones beyond it")
}

// What runs already is not counted: a plan that is beyond the whole quota fails whatever else runs.
fn vcpus(
    inventory: &Inventory,
    groups: &[Group],
    spot: bool,
    limit: u32,
    name: &str,
) -> Option<Problem> {
    let sum = |count: fn(&Group) -> u32| -> u64 {
        let counted = groups
            .iter()
            .filter(|group| is_standard(&group.machine_type));
        counted
            .map(|group| {
                let kind = inventory.instance_type(&group.machine_type);
                let instances = bought(group, count(group), spot);
                u64::from(kind.map_or(0, |kind| kind.vcpus)) * u64::from(instances)
            })
            .sum()
    };
    let (least, most) = (sum(|group| group.min), sum(|group| group.max));
    let (broken, wanted, when) = if least > u64::from(limit) {
        (rule::QUOTA_VCPUS_PASSED, least, "at their minimum")
    } else if most > u64::from(limit) {
        (rule::QUOTA_VCPUS, most, "at their maximum")
    } else {
        return None;
    };
    Some(broken.problem(
        about(groups, spot),
        format!("the instance groups {when} need {wanted} vCPUs, and the account may have {limit}"),
        format!(
            "{name} is {limit} for all standard families of the region together, with what runs already; \
             Auto Scaling starts no instance beyond it"
        ),
        "ask for a higher quota in Service Quotas, lower the groups' sizes, or take smaller types",
    ))
}

// How many of a group's instances are bought on the spot market, or are not (Amazon EC2 Auto Scaling user guide,
// "Auto Scaling groups with multiple instance types and purchase options").
fn bought(group: &Group, count: u32, spot: bool) -> u32 {
    let mixed = group
        .mixed
        .as_ref()
        .filter(|mixed| mixed.spot_allocation.is_some());
    let on_demand = mixed.map_or(count, |mixed| {
        let base = mixed.on_demand_base.unwrap_or(0).min(count);
        let above = u64::from(count - base) * u64::from(mixed.on_demand_above_base.unwrap_or(100));
        let above = u32::try_from(above.div_ceil(100)).unwrap_or(u32::MAX);
        base.saturating_add(above).min(count)
    });
    if spot { count - on_demand } else { on_demand }
}

fn about(groups: &[Group], spot: bool) -> About {
    let biggest = groups
        .iter()
        .filter(|group| group.role == Role::Node && bought(group, group.max, spot) > 0)
        .max_by_key(|group| group.max);
    biggest.map_or(About::ControlPlane, |group| {
        About::InstanceGroup(group.asked.clone())
    })
}

fn is_standard(machine_type: &str) -> bool {
    let family: String = machine_type
        .chars()
        .take_while(char::is_ascii_alphabetic)
        .collect();
    STANDARD.contains(&family.as_str())
}
