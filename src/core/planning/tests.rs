mod existing_cluster;
mod existing_subnets;
mod offers;
mod options;
mod page;
mod properties;
mod rules;

use super::*;
use crate::core::answers::ZoneAnswer;
use crate::core::method;
use crate::core::problem::ProblemSeverity;

pub(super) fn answers() -> Answers {
    let zone = |(at, letter): (usize, char)| ZoneAnswer {
        name: format!("us-east-1{letter}"),
        egress: method::NAT_GATEWAYS[at].to_owned(),
        ..ZoneAnswer::default()
    };
    Answers {
        cluster: "prod.example.com".into(),
        region: "us-east-1".into(),
        state_store: "s3://example-state".into(),
        vpc: "vpc-7833d1c656ae73b2c".into(),
        zones: "abc".chars().enumerate().map(zone).collect(),
        ..Answers::default()
    }
}

pub(super) fn ids(planned: &Planned) -> Vec<&'static str> {
    planned.problems.iter().map(|problem| problem.id).collect()
}

fn groups(planned: &Planned) -> Vec<String> {
    let line = |group: &PlannedGroup| {
        let zones: Vec<_> = group.zones.iter().map(|zone| &zone[9..]).collect();
        format!(
            "{} {} {}..{} {}",
            group.name,
            group.machine_type,
            group.min,
            group.max,
            zones.concat()
        )
    };
    planned.plan.groups.iter().map(line).collect()
}

#[test]
fn the_methods_answers_are_accepted_with_one_note() {
    let planned = plan(&method::inventory(), &answers());
    assert_eq!(ids(&planned), ["api-inside-only"]);
    let plan = planned.accepted().unwrap();
    let zones: Vec<_> = plan
        .zones
        .iter()
        .map(|zone| {
            format!(
                "{} {} {} {}",
                zone.name,
                zone.egress,
                zone.private.unwrap(),
                zone.utility.unwrap()
            )
        })
        .collect();
    assert_eq!(
        zones,
        [
            "us-east-1a nat-0f19a9e0f19a9e001 172.20.16.0/24 172.20.20.0/24",
            "us-east-1b nat-0582c9ab0582c9ab2 172.20.17.0/24 172.20.21.0/24",
            "us-east-1c nat-00d991e200d991e23 172.20.18.0/24 172.20.22.0/24",
        ]
    );
    assert_eq!(plan.network_cidr, Some("172.20.0.0/16".parse().unwrap()));
    assert_eq!(plan.ssh_access, ["172.20.0.0/16".parse().unwrap()]);
    assert_eq!(plan.api_access, plan.ssh_access);
    assert_eq!(
        groups(&planned),
        [
            "control-plane-us-east-1a t3.medium 1..1 a",
            "control-plane-us-east-1b t3.medium 1..1 b",
            "control-plane-us-east-1c t3.medium 1..1 c",
            "nodes-us-east-1a t3.large 1..2 a",
            "nodes-us-east-1b t3.large 1..2 b",
            "nodes-us-east-1c t3.large 1..2 c",
        ]
    );
}

#[test]
fn groups_are_shared_out_numbered_and_spanned() {
    let mut asked = answers();
    asked.zones.truncate(2);
    asked.control_plane.count = 3;
    asked.access.bastion = true;
    asked.instance_groups[0].min = 1;
    asked.instance_groups[0].max = 5;
    let mut spanning = asked.instance_groups[0].clone();
    spanning.name = "batch".into();
    spanning.per_zone = false;
    asked.instance_groups.push(spanning);
    let mut one = asked.instance_groups[0].clone();
    one.name = "gpu".into();
    one.zones = vec!["us-east-1b".into()];
    asked.instance_groups.push(one);
    assert_eq!(
        groups(&plan(&method::inventory(), &asked)),
        [
            "control-plane-us-east-1a-1 t3.medium 1..1 a",
            "control-plane-us-east-1b-1 t3.medium 1..1 b",
            "control-plane-us-east-1a-2 t3.medium 1..1 a",
            "bastions t3.micro 1..1 ab",
            "nodes-us-east-1a t3.large 1..3 a",
            "nodes-us-east-1b t3.large 0..2 b",
            "batch t3.large 1..5 ab",
            "gpu-us-east-1b t3.large 1..5 b",
        ]
    );
}

#[test]
fn absurd_blocks_of_a_vpc_are_refused_and_never_searched_for_long() {
    let refused = |cidrs: &[&str]| {
        let mut inventory = method::inventory();
        inventory.vpcs[0].cidrs = cidrs.iter().map(|cidr| cidr.parse().unwrap()).collect();
        let planned = plan(&inventory, &answers());
        assert!(planned.accepted().is_none());
        ids(&planned).remove(0)
    };
    assert_eq!(refused(&["0.0.0.0/0"]), "vpc-in-pod-range");
    assert_eq!(refused(&["10.0.0.1/32"]), "blocks-no-room");
    assert_eq!(
        refused(&["10.0.0.77/28", "255.255.255.255/32"]),
        "blocks-no-room"
    );
    assert_eq!(refused(&[]), "blocks-no-room");
}

#[test]
fn what_would_make_room_is_said_and_true() {
    let mut inventory = method::inventory();
    inventory.vpcs[0].cidrs = vec!["10.0.0.0/25".parse().unwrap()];
    let mut asked = answers();
    let planned = plan(&inventory, &asked);
    assert_eq!(
        planned.problems[0].to_string(),
        "blocked: vpc-7833d1c656ae73b2c has no room for the subnets [blocks-no-room]\n  \
         why: 3 zones need a private /28 and a utility /27 each at the least; 128 addresses are free, the largest \
         free CIDR is 10.0.0.0/25\n  \
         do:  use 2 of the zones; or add a secondary CIDR of /21 or larger to the VPC, such as 10.0.8.0/21"
    );
    asked.zones.truncate(2);
    assert!(plan(&inventory, &asked).accepted().is_some());
    inventory.vpcs[0].cidrs.push("10.0.8.0/21".parse().unwrap());
    assert!(plan(&inventory, &answers()).accepted().is_some());
}

#[test]
fn smaller_groups_that_would_fit_are_told_in_numbers() {
    let mut inventory = method::inventory();
    inventory.vpcs[0].cidrs = vec!["10.0.0.0/24".parse().unwrap()];
    let mut asked = answers();
    asked.instance_groups[0].max = 300;
    let planned = plan(&inventory, &asked);
    assert_eq!(
        planned.problems[0].remedy,
        "lower the groups' maximum, so that no zone has more than 19 instances and a private /27 does; or add a \
         secondary CIDR of /21 or larger to the VPC, such as 10.0.8.0/21"
    );
    asked.instance_groups[0].max = 3 * 18;
    assert!(plan(&inventory, &asked).accepted().is_some());
}

#[test]
fn the_bastion_runs_the_control_planes_image() {
    let bastion = |machine_type: &str, image: Option<&str>| {
        let mut asked = answers();
        asked.access.bastion = true;
        asked.control_plane.machine_type = machine_type.into();
        asked.control_plane.image = image.map(str::to_owned);
        let group = plan(&method::inventory(), &asked).plan.groups.remove(3);
        (group.name, group.machine_type, group.image)
    };
    let named = |kind: &str, image: Option<&str>| {
        (
            "bastions".to_owned(),
            kind.to_owned(),
            image.map(str::to_owned),
        )
    };
    assert_eq!(bastion("t4g.medium", None), named("t3.micro", None));
    assert_eq!(
        bastion("t4g.medium", Some("ami-1")),
        named("t4g.micro", Some("ami-1"))
    );
    assert_eq!(
        bastion("t3.medium", Some("ami-2")),
        named("t3.micro", Some("ami-2"))
    );
    assert_eq!(
        bastion("t9.medium", Some("x-arm64")),
        named("t4g.micro", Some("x-arm64"))
    );
}

#[test]
fn nothing_answered_gives_an_empty_plan_and_every_question_at_once() {
    let planned = plan(&Inventory::default(), &Answers::default());
    assert_eq!(planned.address_map, None);
    assert_eq!(planned.accepted(), None);
    assert_eq!(
        ids(&planned),
        [
            "cluster-name-missing",
            "region-missing",
            "state-store-missing",
            "vpc-missing",
            "zones-missing",
            "channel-not-read",
            "zones-not-checked",
            "machine-types-not-checked",
            "api-inside-only",
        ]
    );
}

#[test]
fn the_worst_comes_first_and_a_whole_problem_reads_well() {
    let mut asked = answers();
    asked.zones.truncate(2);
    asked.zones[1].egress = method::NAT_GATEWAYS[3].into();
    let planned = plan(&method::inventory(), &asked);
    let severities: Vec<_> = planned
        .problems
        .iter()
        .map(|problem| problem.severity)
        .collect();
    assert!(severities.is_sorted());
    assert_eq!(severities[0], ProblemSeverity::Blocked);
    assert_eq!(
        planned.problems[0].to_string(),
        "blocked: us-east-1b cannot leave by nat-0523c7b10523c7b14 [egress-other-zone]\n  \
         why: its subnet is in us-east-1d: one zone's failure would cut both, and traffic between zones is billed\n  \
         do:  use nat-0582c9ab0582c9ab2 (egress)"
    );
}

#[test]
fn a_large_group_gets_larger_blocks_and_a_hostile_list_ends_soon() {
    let mut asked = answers();
    asked.instance_groups[0].max = 900;
    let planned = plan(&method::inventory(), &asked);
    assert_eq!(
        planned.plan.zones[0].private,
        Some("172.20.32.0/22".parse().unwrap())
    );
    assert!(planned.accepted().is_some());
    asked.zones = (0..50_000)
        .map(|at| ZoneAnswer {
            name: format!("zone-{at}"),
            ..ZoneAnswer::default()
        })
        .collect();
    assert_eq!(plan(&method::inventory(), &asked).plan.zones.len(), 16);
}
