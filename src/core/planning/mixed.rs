//! Spot instances, and groups of several instance types.

use crate::core::answers::{MixedInstances, NodeGroup, SpotAllocation};
use crate::core::plan::Mixed;
use crate::core::problem::{About, Problem, catalog as rule};
use crate::core::text::prose::counted;
use crate::core::text::untrusted::visible;

/// The group's policy, each number of instances shared out by `part`; none for one type on demand.
pub(super) fn policy(asked: &NodeGroup, part: &dyn Fn(u32) -> u32) -> Option<Mixed> {
    if !asked.spot && asked.mixed_instances_policy.is_none() {
        return None;
    }
    let none = MixedInstances::default();
    let policy = asked.mixed_instances_policy.as_ref().unwrap_or(&none);
    let spot = above_base(asked) < 100;
    Some(Mixed {
        instances: types(asked),
        on_demand_base: policy.on_demand_base.or(spot.then_some(0)).map(part),
        on_demand_above_base: policy.on_demand_above_base.or(spot.then_some(0)),
        spot_allocation: spot.then(|| {
            // What EC2 recommends: it weighs the price against how likely an instance is taken back.
            let usual = SpotAllocation::PriceCapacityOptimized;
            policy.spot_allocation_strategy.unwrap_or(usual)
        }),
    })
}

/// The instance types of a group, its own first, each once.
pub(super) fn types(asked: &NodeGroup) -> Vec<String> {
    let mut types = vec![asked.machine_type.clone()];
    for kind in asked.additional_types() {
        if !types.contains(kind) {
            types.push(kind.clone());
        }
    }
    types
}

fn above_base(asked: &NodeGroup) -> u32 {
    let policy = asked.mixed_instances_policy.as_ref();
    let answered = policy.and_then(|policy| policy.on_demand_above_base);
    answered.unwrap_or(if asked.spot { 0 } else { 100 })
}

/// What is wrong with the policy, and what spot means.
pub(super) fn problems(asked: &NodeGroup) -> Vec<Problem> {
    let mut found = Vec::new();
    found.extend(percentage(asked));
    found.extend(base(asked));
    found.extend(contradiction(asked));
    found.extend(spot(asked));
    found
}

fn percentage(asked: &NodeGroup) -> Option<Problem> {
    let above = above_base(asked);
    (above > 100).then(|| {
        rule::MIXED_PERCENTAGE.problem(
            about(asked),
            format!(
                "the group {} has {above} % On-Demand above the base",
                visible(&asked.name)
            ),
            "it is a percentage; kops refuses more than 100",
            "answer 0 to 100 (mixedInstancesPolicy: onDemandAboveBase)",
        )
    })
}

fn base(asked: &NodeGroup) -> Option<Problem> {
    let base = asked.mixed_instances_policy.as_ref()?.on_demand_base?;
    (base > asked.max).then(|| {
        rule::MIXED_BASE_OVER_MAX.problem(
            about(asked),
            format!(
                "the group {} wants {} and has a maximum of {}",
                visible(&asked.name),
                counted(base, "On-Demand instance"),
                asked.max
            ),
            "kops refuses a base above the maximum",
            "lower onDemandBase or raise max",
        )
    })
}

fn contradiction(asked: &NodeGroup) -> Option<Problem> {
    (asked.spot && above_base(asked) == 100).then(|| {
        rule::MIXED_SPOT_NEVER.problem(
            about(asked),
            format!(
                "the group {} asks for Spot and for 100 % On-Demand",
                visible(&asked.name)
            ),
            "above the base every instance would be On-Demand, so none is a Spot Instance",
            "lower onDemandAboveBase, or remove spot",
        )
    })
}

fn spot(asked: &NodeGroup) -> Option<Problem> {
    if above_base(asked) >= 100 {
        return None;
    }
    let name = visible(&asked.name);
    let (what, why) = match types(asked).len() {
        1 => (
            format!("the group {name} uses Spot Instances of one type"),
            "EC2 takes them back with two minutes' notice, all at once when the type runs short in a zone",
        ),
        types => (
            format!("the group {name} uses Spot Instances of {types} types"),
            "EC2 takes them back with two minutes' notice",
        ),
    };
    Some(rule::GROUP_SPOT.problem(
        about(asked),
        what,
        why,
        "keep what must not stop in a group without spot, and name additional instance types (mixedInstancesPolicy: instances)",
    ))
}

fn about(asked: &NodeGroup) -> About {
    About::InstanceGroup(asked.name.clone())
}
