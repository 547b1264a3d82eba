//! Planned CIDRs of a new cluster that other subnets have taken since the plan was approved.

use ipnet::Ipv4Net;

use crate::core::approval::facts::ApprovalFacts;
use crate::core::text::yaml::readable_documents;

/// One sentence for each subnet that was not there when `then` was read and overlaps a CIDR that the spec plans.
pub(super) fn find(spec: &str, then: &ApprovalFacts, now: &ApprovalFacts) -> Vec<String> {
    let planned = planned(spec);
    let new = now.iter().filter(|(name, _)| then.get(name).is_none());
    let subnets = new.filter_map(|(name, value)| {
        let cidr = value.split(' ').next()?.parse::<Ipv4Net>().ok()?;
        Some((name.strip_prefix("subnet ")?, cidr))
    });
    subnets
        .flat_map(|(id, cidr)| {
            let overlapping = planned.iter().filter(move |one| overlap(**one, cidr));
            overlapping.map(move |one| format!("{one} is used by {id} ({cidr})"))
        })
        .collect()
}

fn overlap(one: Ipv4Net, other: Ipv4Net) -> bool {
    one.contains(&other) || other.contains(&one)
}

// The subnets that kops is to make: those without an id.
fn planned(spec: &str) -> Vec<Ipv4Net> {
    let subnets = readable_documents(spec).filter_map(|value| {
        let subnets = value.get("spec")?.get("subnets")?.as_sequence()?;
        Some(subnets.clone())
    });
    subnets
        .flatten()
        .filter(|subnet| subnet.get("id").is_none())
        .filter_map(|subnet| subnet.get("cidr")?.as_str()?.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEC: &str = "kind: Cluster\nspec:\n  subnets:\n  - {name: a, cidr: 172.20.16.0/24}\n  - {name: b, cidr: 172.20.32.0/20}\n  - {name: c, cidr: 172.20.48.0/24, id: subnet-0}\n---\nkind: InstanceGroup\nspec: {subnets: [a]}\n";

    fn facts(subnets: &[(&str, &str)]) -> ApprovalFacts {
        let name = |(id, value): &(&str, &str)| (format!("subnet {id}"), (*value).to_owned());
        subnets.iter().map(name).collect()
    }

    #[test]
    fn only_a_new_subnet_that_overlaps_a_planned_one_is_told() {
        let then = facts(&[("subnet-1", "172.20.16.0/24 in us-east-1a")]);
        let now = facts(&[
            ("subnet-1", "172.20.16.0/24 in us-east-1a"),
            ("subnet-2", "172.20.33.0/24 in us-east-1b"),
            ("subnet-3", "172.20.48.0/24 in us-east-1c"),
            ("subnet-4", "172.20.99.0/24 in us-east-1c"),
        ]);
        assert_eq!(
            find(SPEC, &then, &now),
            ["172.20.32.0/20 is used by subnet-2 (172.20.33.0/24)"]
        );
        assert_eq!(find(SPEC, &now, &now), Vec::<String>::new());
    }
}
