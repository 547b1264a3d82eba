//! A zone added to a cluster that exists: no block moves, and the real kops only creates what belongs to the new zone.

use kopswain::core::review::{Action, parse};

use crate::cloud::Cloud;
use crate::desk::{Desk, answers, answers_in};
use crate::kops::Kops;
use crate::lab::Lab;

const CLUSTER: &str = "prod.example.com";

/// What moto shows as changed after every apply (lab/README.md), whatever is asked.
const ARTEFACTS: [&str; 2] = ["SSHKey", "Subnet"];

#[test]
#[ignore = "needs the lab: ./check"]
fn a_fourth_zone_moves_no_block_and_kops_only_adds_it() {
    let lab = Lab::start("grown");
    let vpc = lab.world("method").remove(0);
    let desk = Desk::at(&lab);
    let cloud = Cloud::of(&lab);
    desk.write("answers.yml", &answers(CLUSTER, &vpc));
    let spec = desk.kopswain(&["plan", "answers.yml"]).expect(0).stdout;
    Kops::at(&desk, CLUSTER).makes(&spec);
    let three = cloud.subnets(CLUSTER);
    assert_eq!(three.len(), 6);

    let zones: Vec<String> = "abcd"
        .chars()
        .map(|zone| format!("us-east-1{zone}"))
        .collect();
    desk.write("answers.yml", &answers_in(CLUSTER, &vpc.id, &zones, None));
    let told = desk
        .kopswain(&["plan", "answers.yml", "--out", "grown.yml"])
        .expect(0);
    assert!(told.stderr.contains("[cluster-grows]"), "{}", told.stderr);
    lab.ask_kops(&["replace", "-f", "grown.yml", "--force"], &desk.work());
    let report = parse(&lab.ask_kops(&["update", "cluster", CLUSTER], &desk.work()));
    assert_eq!(report.unread, []);
    let mut subnets = Vec::new();
    for resource in &report.resources {
        let (kind, name) = (resource.kind.shown(), resource.name.shown());
        match resource.action {
            Action::Create if kind == "Subnet" => subnets.push(name),
            Action::Create => {}
            Action::Modify => assert!(may_change(&kind), "{kind}/{name}"),
            Action::Delete | Action::DeleteOnPrune => panic!("{kind}/{name} would go away"),
        }
    }
    subnets.sort();
    let wanted = [
        "us-east-1d.prod.example.com",
        "utility-us-east-1d.prod.example.com",
    ];
    assert_eq!(subnets, wanted);

    lab.ask_kops(&["update", "cluster", CLUSTER, "--yes"], &desk.work());
    let four = cloud.subnets(CLUSTER);
    assert_eq!(four.len(), 8);
    assert!(
        three.iter().all(|placed| four.contains(placed)),
        "{three:?}\n{four:?}"
    );
    let new: Vec<(&str, &str)> = four
        .iter()
        .filter(|placed| !three.contains(placed))
        .map(|placed| (placed.kind.as_str(), placed.block.as_str()))
        .collect();
    assert_eq!(
        new,
        [("Private", "172.20.19.0/24"), ("Utility", "172.20.23.0/24")]
    );
}

// What has to know of the new zone: the load balancer and its groups, the files that list the groups and the templates.
fn may_change(kind: &str) -> bool {
    ARTEFACTS.contains(&kind)
        || [
            "NetworkLoadBalancer",
            "LaunchTemplate",
            "ManagedFile",
            "AutoscalingGroup",
            "NatGateway",
            "BootstrapScript",
        ]
        .contains(&kind)
}
