//! A cluster in subnets that exist: kops makes it ready and changes none of their routes.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::thread;

use crate::cloud::Cloud;
use crate::desk::{Desk, KUBERNETES, answers_of};
use crate::lab::{Lab, Vpc};

const CLUSTER: &str = "subnets.example.com";
pub(crate) const ZONES: [&str; 3] = ["us-east-1a", "us-east-1b", "us-east-1c"];
pub(crate) const PRIVATE: &str = "private_working";
const UTILITY: &str = "public";

/// The zones of an answers file, each with its subnets.
pub(crate) fn picked(vpc: &Vpc) -> String {
    let line = |zone: &&str| {
        let (private, utility) = (vpc.subnet(PRIVATE, zone), vpc.subnet(UTILITY, zone));
        format!("  - {{name: {zone}, privateSubnet: {private}, utilitySubnet: {utility}}}\n")
    };
    ZONES.iter().map(line).collect()
}

#[test]
#[ignore = "needs the lab: ./check"]
fn a_cluster_in_subnets_that_exist_becomes_ready_and_their_routes_stay() {
    let lab = Lab::start("subnets");
    let cloud = Cloud::of(&lab);
    let vpc = lab.world("method").remove(0);
    let desk = Desk::at(&lab);
    desk.write("answers.yml", &answers_of(CLUSTER, &vpc.id, &picked(&vpc)));
    let seen = || {
        (
            cloud.shared(),
            cloud.route_tables(),
            cloud.count_subnets(&vpc.id),
        )
    };
    let before = seen();
    let printed = created(&lab, &desk);
    assert!(
        printed.contains(&format!("Your cluster {CLUSTER} is ready")),
        "{}",
        printed.join("\n")
    );
    assert_eq!(seen(), before);
    assert_eq!(cloud.subnets(CLUSTER), []);
    let home = desk.kopswain(&["home"]).expect(0).stdout;
    let counted = format!(
        "cluster: {CLUSTER}: Kubernetes {KUBERNETES}, nodes ready, control plane 3/3 in service, 3 ready, nodes 3/3 in service, 3 ready, current"
    );
    assert!(home.lines().any(|line| line == counted), "{home}");
    let tags = |kind: &str, role: &str| {
        let pairs = [
            ("SubnetType", kind),
            ("kubernetes.io/cluster/subnets.example.com", "shared"),
            (role, "1"),
        ];
        let owned = pairs.map(|(key, value)| (key.to_owned(), value.to_owned()));
        BTreeMap::from(owned)
    };
    for zone in ZONES {
        let found = |tier: &str| cloud.tags_of_subnet(vpc.subnet(tier, zone));
        assert_eq!(
            found(PRIVATE),
            tags("Private", "kubernetes.io/role/internal-elb")
        );
        assert_eq!(found(UTILITY), tags("Utility", "kubernetes.io/role/elb"));
        assert_eq!(found("admin"), BTreeMap::new());
    }
}

// What `create` prints until the cluster is ready; its nodes join once it is watched.
fn created(lab: &Lab, desk: &Desk) -> Vec<String> {
    let words = [
        "create",
        "--answers",
        "answers.yml",
        "--approve",
        CLUSTER,
        "--wait",
        "5m",
    ];
    let mut running = desk
        .command(&words)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut errors = running.stderr.take().unwrap();
    let errors = thread::spawn(move || std::io::read_to_string(&mut errors).unwrap());
    let mut printed: Vec<String> = Vec::new();
    let mut joined = false;
    for line in BufReader::new(running.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        if line.starts_with("run: ") && line.ends_with(" --yes") {
            lab.answer_for(CLUSTER);
        }
        if line.starts_with("watch: ") && !joined {
            lab.join(CLUSTER);
            joined = true;
        }
        printed.push(line);
    }
    let code = running.wait().unwrap().code();
    let errors = errors.join().unwrap();
    assert_eq!(code, Some(0), "{}\n{errors}", printed.join("\n"));
    printed
}
