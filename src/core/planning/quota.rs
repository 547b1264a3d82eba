//! What Service Quotas allows, and whether the cluster fits into it.

use crate::core::answers::Answers;
use crate::core::inventory::{Inventory, Vpc, is_standard};
use crate::core::plan::{GroupRole, PlannedGroup, ZonePlan};
use crate::core::problem::{About, Problem, catalog as rule};
use crate::core::text::prose::counted;
use crate::core::text::untrusted::visible;

/// What every account has until it asks for more (Amazon VPC user guide, "Amazon VPC quotas").
const USUAL: u32 = 200;
const ASK: &str = "ask for a higher quota in Service Quotas, or remove what is not used";

/// Quotas that the cluster would pass; into subnets that exist kops puts no subnet and no route table.
pub(super) fn problems(
    inventory: &Inventory,
    answers: &Answers,
    vpc: Option<&Vpc>,
    zones: &[ZonePlan],
    groups: &[PlannedGroup],
) -> Vec<Problem> {
    let mut found = Vec::new();
    if let Some(vpc) = vpc.filter(|_| !answers.uses_existing_subnets()) {
        found.extend(subnets(inventory, vpc, 2 * zones.len()));
        found.extend(route_tables(inventory, vpc, zones.len() + 1));
    }
    let each = [false, true].into_iter();
    found.extend(each.filter_map(|spot| vcpus(inventory, &answers.cluster, groups, spot)));
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
                "{} has {} and the cluster needs {new} more",
                visible(&vpc.id),
                counted(now, "subnet")
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

/// One of the two quotas of vCPUs, and what it allows.
struct Limit {
    spot: bool,
    name: &'static str,
    vcpus: u64,
    /// What others run already; `None` when it could not be read.
    used: Option<u64>,
}

impl Limit {
    fn new(inventory: &Inventory, cluster: &str, spot: bool) -> Option<Self> {
        let quotas = &inventory.quotas;
        let (vcpus, name) = if spot {
            (quotas.spot_vcpus, "Spot vCPUs (L-34B43A08)")
        } else {
            (quotas.on_demand_vcpus, "On-Demand vCPUs (L-1216C47A)")
        };
        // The cluster's own instances are those that are planned, or make room for them.
        let others = inventory.vcpus_in_use.as_ref().map(|all| {
            all.iter()
                .filter(|one| one.cluster.as_ref().is_none_or(|own| own.raw() != cluster))
                .map(|one| u64::from(if spot { one.spot } else { one.on_demand }))
                .sum()
        });
        Some(Self {
            spot,
            name,
            vcpus: u64::from(vcpus?),
            used: others,
        })
    }

    fn why(&self) -> String {
        let used = match self.used {
            Some(used) => format!("{used} of them are in use by others now"),
            None => "what others use of them could not be read".to_owned(),
        };
        format!(
            "{} is {} for all standard families of the region together, and {used}; Auto Scaling starts no instance beyond it",
            self.name, self.vcpus
        )
    }
}

fn vcpus(
    inventory: &Inventory,
    cluster: &str,
    groups: &[PlannedGroup],
    spot: bool,
) -> Option<Problem> {
    let limit = Limit::new(inventory, cluster, spot)?;
    let sum = |count: fn(&PlannedGroup) -> u32| -> u64 {
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
    let left = limit.vcpus.saturating_sub(limit.used.unwrap_or(0));
    // What others use may be gone tomorrow; a quota that is too small by itself stays so.
    let (broken, wanted, when) = if least > limit.vcpus {
        (rule::QUOTA_VCPUS_PASSED, least, "at their minimum")
    } else if least > left {
        (rule::QUOTA_VCPUS_IN_USE, least, "at their minimum")
    } else if most > left {
        (rule::QUOTA_VCPUS, most, "at their maximum")
    } else {
        return None;
    };
    Some(broken.problem(
        about(groups, limit.spot),
        format!(
            "the instance groups {when} need {wanted} {} vCPUs, and {left} of {} are left",
            if spot { "Spot" } else { "On-Demand" },
            limit.vcpus
        ),
        limit.why(),
        "ask for a higher quota in Service Quotas, lower the groups' sizes, or take smaller types",
    ))
}

// How many of a group's instances are bought on the spot market, or are not (Amazon EC2 Auto Scaling user guide,
// "Auto Scaling groups with multiple instance types and purchase options").
fn bought(group: &PlannedGroup, count: u32, spot: bool) -> u32 {
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

fn about(groups: &[PlannedGroup], spot: bool) -> About {
    let biggest = groups
        .iter()
        .filter(|group| group.role == GroupRole::Node && bought(group, group.max, spot) > 0)
        .max_by_key(|group| group.max);
    biggest.map_or(About::ControlPlane, |group| {
        About::InstanceGroup(group.asked.clone())
    })
}
