//! What Auto Scaling does by itself, at once or little by little, when a group is changed.

use std::collections::BTreeMap;

use super::Applies::{Each, When};
use super::{FindingRule, FindingSeverity, RuleContext, modifies};
use crate::core::kops::dry_run::{Resource, items};
use crate::core::text::prose::counted;

pub(super) const RULES: &[FindingRule] = rules! {
    Danger "capacity-to-zero": Each(capacity_to_zero) => {
        why: "the group may lose every instance, and the pods on them",
        remedy: "check minSize and maxSize of the instance group",
    }
    Danger "group-subnets-removed": Each(subnets_removed) => {
        why: "Auto Scaling ends the instances in a subnet that the group no longer has and starts others elsewhere, at once and without draining them; an etcd volume stays in its zone",
        remedy: "check subnets of the instance group; drain the nodes that will go before applying",
    }
    Danger "all-spot": Each(all_spot) => {
        why: "AWS's default is 100 percent On-Demand; with 0 Auto Scaling replaces the running On-Demand instances above the base by Spot Instances, which AWS may take back with two minutes' notice",
        remedy: "set mixedInstancesPolicy.onDemandAboveBase, or onDemandBase to what must stay; keep the control plane On-Demand",
    }
    Warning "capacity-lowered": Each(capacity_lowered) => {
        why: "Auto Scaling ends instances at once until no more than this many run, without draining them",
        remedy: "check how many run now; drain the nodes that will go",
    }
    Warning "group-subnets-changed": Each(subnets_added) => {
        why: "Auto Scaling balances the group over its zones at once: it starts instances in the new one and ends others, without draining them",
        remedy: "check subnets of the instance group; suspend AZRebalance (suspendProcesses) when no instance may end now",
    }
    Warning "on-demand-lowered": Each(on_demand_lowered) => {
        why: "Auto Scaling replaces running On-Demand instances by Spot Instances until the new share is reached; AWS may take those back with two minutes' notice",
        remedy: "check onDemandBase and onDemandAboveBase of the instance group's mixedInstancesPolicy",
    }
    Warning "instance-types-changed": Each(instance_types_changed) => {
        why: "new instances may have any of these types; a group that gets its first mixed instances policy may have running instances replaced",
        remedy: "check that each type fits the image's architecture and the pods' requests",
    }
    Warning "instance-lifetime-set": Each(lifetime_set) => {
        why: "Auto Scaling replaces every instance that is older, beginning at once and without draining it",
        remedy: "leave maxInstanceLifetime unset for a control plane; elsewhere make sure that pods survive it",
    }
    Warning "group-detached": Each(detached) => {
        why: "the group's instances leave the load balancer during the update, before anything is rolled; from kops 1.29 on they leave a target group only with --prune",
        remedy: "check externalLoadBalancers of the instance group, and api.loadBalancer of the spec",
    }
    Warning "scaling-processes-changed": Each(processes_changed) => {
        why: "a suspended process no longer works, such as the replacing of failed instances; a resumed one acts at once on what waited for it",
        remedy: "check suspendProcesses of the instance group",
    }
    Warning "warm-pool-removed": When(
        |_, resource| warm_pool(resource) == Some(("true", "false")),
        "the group's warm pool is deleted"
    ) => {
        why: "kops deletes the pool with force: its instances end at once, and new nodes take longer to start",
        remedy: "check warmPool of the instance group",
    }
    Note "warm-pool-added": When(
        |_, resource| warm_pool(resource).is_some_and(|(old, new)| old != "true" && new == "true"),
        "the group gets a warm pool"
    ) => {
        why: "Auto Scaling starts instances for the pool at once; they cost money while they wait",
        remedy: "check warmPool of the instance group",
    }
    Note "capacity-raised": Each(capacity_raised) => {
        why: "when fewer run, Auto Scaling starts the missing instances at once",
        remedy: "check minSize of the instance group, and the account's vCPU quota",
    }
    Note "protection-removed": When(
        |_, resource| changed(resource, "InstanceProtection") == Some(("true", "false")),
        "instances are no longer protected from scale-in"
    ) => {
        why: "new instances may be ended when the group shrinks; those that run keep what they have",
        remedy: "check instanceProtection of the instance group",
    }
    Note "capacity-rebalanced": When(
        |_, resource| changed(resource, "CapacityRebalance").is_some_and(|(_, new)| new == "true"),
        "Capacity Rebalancing is switched on"
    ) => {
        why: "Auto Scaling replaces Spot Instances that are at risk before AWS takes them back; kops never reads this setting back and prints it on every run",
        remedy: "check capacityRebalance of the instance group",
    }
};

fn changed<'a>(resource: &'a Resource, field: &str) -> Option<(&'a str, &'a str)> {
    let group = modifies(resource, "AutoscalingGroup");
    resource.changed(field).filter(|_| group)
}

fn size_change(resource: &Resource, field: &str) -> Option<(u32, u32)> {
    let (old, new) = changed(resource, field)?;
    Some((old.parse().ok()?, new.parse().ok()?))
}

fn capacity_to_zero(_: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let lowered = |field: &'static str| {
        let (old, new) = size_change(resource, field)?;
        (new == 0 && old > 0).then(|| format!("{field} goes from {old} to 0"))
    };
    lowered("MaxSize").or_else(|| lowered("MinSize"))
}

fn capacity_lowered(_: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let (old, new) = size_change(resource, "MaxSize")?;
    (new > 0 && new < old).then(|| format!("the maximum of instances falls from {old} to {new}"))
}

fn capacity_raised(_: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let (old, new) = size_change(resource, "MinSize")?;
    (new > old).then(|| format!("MinSize goes from {old} to {new}"))
}

/// The members of a list that kops prints, such as `[id:subnet-1, name:a id:subnet-2]`, by their ids; what kops did not
/// find in its own tasks has no name.
fn members(list: &str) -> BTreeMap<&str, &str> {
    let items = items(list).into_iter();
    items.map(|item| (id(item).unwrap_or(item), item)).collect()
}

fn id(item: &str) -> Option<&str> {
    item.split(' ').find(|word| word.starts_with("id:"))
}

/// What a list loses and what it gets.
fn moved<'a>(resource: &'a Resource, field: &str) -> Option<(Vec<&'a str>, Vec<&'a str>)> {
    let (old, new) = changed(resource, field)?;
    let (old, new) = (members(old), members(new));
    let only = |these: &BTreeMap<&'a str, &'a str>, those: &BTreeMap<&'a str, &'a str>| {
        let alone = these.iter().filter(|(id, _)| !those.contains_key(*id));
        alone.map(|(_, item)| *item).collect()
    };
    Some((only(&old, &new), only(&new, &old)))
}

fn subnets_removed(_: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let (gone, _) = moved(resource, "Subnets")?;
    (!gone.is_empty()).then(|| format!("the group leaves the subnets {}", gone.join(", ")))
}

fn subnets_added(_: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let (gone, come) = moved(resource, "Subnets")?;
    let added = gone.is_empty() && !come.is_empty();
    added.then(|| format!("the group gets the subnets {}", come.join(", ")))
}

/// AWS's default where the group has no mixed instances policy, or says nothing (`InstancesDistribution`).
const ALL_ON_DEMAND: u32 = 100;

/// The share of On-Demand above the base, in percent, before and after.
fn share(resource: &Resource) -> Option<(u32, u32)> {
    let (old, new) = changed(resource, "MixedOnDemandAboveBase")?;
    Some((number(old, ALL_ON_DEMAND)?, number(new, ALL_ON_DEMAND)?))
}

/// How many instances are On-Demand whatever the share, before and after.
fn base(resource: &Resource) -> Option<(u32, u32)> {
    let (old, new) = changed(resource, "MixedOnDemandBase")?;
    Some((number(old, 0)?, number(new, 0)?))
}

fn number(text: &str, default: u32) -> Option<u32> {
    match text {
        "<nil>" | "" => Some(default),
        text => text.parse().ok(),
    }
}

fn all_spot(_: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let lowered = share(resource).is_some_and(|(old, new)| new == 0 && new < old);
    let base = base(resource);
    match (lowered, base) {
        (true, Some((_, 0))) => {
            Some("every instance of the group becomes a Spot Instance".to_owned())
        }
        (true, Some((_, base))) => Some(format!(
            "every instance above the first {base} becomes a Spot Instance"
        )),
        (true, None) => {
            Some("every instance above the On-Demand base becomes a Spot Instance".to_owned())
        }
        (false, Some((old, 0))) if old > 0 && !stays_on_demand(resource) => Some(format!(
            "the On-Demand base falls from {old} to 0: where the share above it is 0, every instance becomes a Spot Instance"
        )),
        (false, _) => None,
    }
}

// kops prints the share only when it changes.
fn stays_on_demand(resource: &Resource) -> bool {
    share(resource).is_some_and(|(_, new)| new > 0)
}

fn on_demand_lowered(_: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let fallen = |change: Option<(u32, u32)>| change.filter(|(old, new)| *new > 0 && new < old);
    if let Some((old, new)) = fallen(share(resource)) {
        return Some(format!(
            "above the base {new} percent stay On-Demand instead of {old}, the others become Spot Instances"
        ));
    }
    let (old, new) = fallen(base(resource))?;
    Some(format!("the On-Demand base falls from {old} to {new}"))
}

fn instance_types_changed(_: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let types = changed(resource, "MixedInstanceOverrides");
    let (old, new) = types.or_else(|| changed(resource, "InstanceRequirements"))?;
    (old != new).then(|| match new {
        "<nil>" | "[]" => "the group has only its launch template's instance type".to_owned(),
        new => format!("the instance types of the group change: {new}"),
    })
}

fn lifetime_set(_: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let (old, new) = changed(resource, "MaxInstanceLifetime")?;
    let (old, new) = (number(old, 0)?, number(new, 0)?);
    let shorter = new > 0 && (old == 0 || new < old);
    shorter.then(|| {
        let hours = counted(new / 3600, "hour");
        format!("instances are replaced after {hours}")
    })
}

fn detached(_: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let lost = |field: &str| {
        let (gone, _) = moved(resource, field)?;
        (!gone.is_empty()).then(|| gone.join(", "))
    };
    let gone = lost("LoadBalancers").or_else(|| lost("TargetGroups"))?;
    Some(format!("the group leaves the load balancer {gone}"))
}

fn processes_changed(_: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let (resumed, suspended) = moved(resource, "SuspendProcesses")?;
    let part = |words: Vec<&str>, what: &str| {
        (!words.is_empty()).then(|| format!("{what} {}", words.join(", ")))
    };
    let parts = [part(suspended, "suspends"), part(resumed, "resumes")];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| format!("Auto Scaling {} of the group", parts.join(" and ")))
}

fn warm_pool(resource: &Resource) -> Option<(&str, &str)> {
    let pool = modifies(resource, "WarmPool");
    resource.changed("Enabled").filter(|_| pool)
}
