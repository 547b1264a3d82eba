//! A zone added to a cluster that exists: no block moves, and the real kops only creates what belongs to the new zone.

use kopswain::core::kops::dry_run::{ChangeAction, parse};

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
    let answers = answers_in(CLUSTER, &vpc.id, &zones, None);
    let grown = planned(&desk, &answers);
    assert!(
        grown.contains("      - name: us-east-1c\n      type: Internal"),
        "{grown}"
    );
    assert_eq!(looked(&lab, &desk), ["us-east-1d", "utility-us-east-1d"]);
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

    // Once more, and the load balancer follows.
    let last = planned(&desk, &answers);
    assert_ne!(last, grown);
    assert!(
        !last.contains("      - name: us-east-1c\n      type: Internal"),
        "{last}"
    );
    assert_eq!(looked(&lab, &desk), Vec::<String>::new());
    lab.ask_kops(&["update", "cluster", CLUSTER, "--yes"], &desk.work());
    assert_eq!(cloud.subnets(CLUSTER), four);
}

// The spec of a cluster that exists, put in the place of the one that the state store has.
fn planned(desk: &Desk, answers: &str) -> String {
    desk.write("answers.yml", answers);
    let told = desk
        .kopswain(&["plan", "answers.yml", "--out", "grown.yml"])
        .expect(0);
    assert!(told.stderr.contains("[cluster-grows]"), "{}", told.stderr);
    desk.read("grown.yml")
}

// What the real dry run would make of subnets; whatever else it shows must only come or be an addition.
fn looked(lab: &Lab, desk: &Desk) -> Vec<String> {
    lab.ask_kops(&["replace", "-f", "grown.yml", "--force"], &desk.work());
    let report = parse(&lab.ask_kops(&["update", "cluster", CLUSTER], &desk.work()));
    assert_eq!(report.unread, []);
    let mut subnets = Vec::new();
    for resource in &report.resources {
        let (kind, name) = (&resource.kind, resource.name.shown());
        match resource.action {
            ChangeAction::Create if kind == "Subnet" => {
                let end = format!(".{CLUSTER}");
                subnets.push(name.trim_end_matches(&end).to_owned());
            }
            ChangeAction::Create => {}
            ChangeAction::Modify => assert!(may_change(kind), "{kind}/{name}"),
            ChangeAction::Delete | ChangeAction::DeleteOnPrune => {
                panic!("{kind}/{name} would go away")
            }
        }
    }
    subnets.sort();
    subnets
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
