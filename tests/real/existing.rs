//! A cluster that exists, changed by hand: its dry run is read in a terminal, approved, applied, and asked about again.

use std::time::Duration;

use crate::cloud::Cloud;
use crate::desk::{Desk, answers};
use crate::exported::export_and_watch;
use crate::iam::role_policy;
use crate::lab::Lab;
use crate::wizard_keys::{ANSWER, SOON};

const CLUSTER: &str = "prod.example.com";
const RUN: Duration = Duration::from_mins(4);

#[test]
#[ignore = "needs the lab: ./check"]
fn a_cluster_changed_by_hand_is_reviewed_applied_and_verified() {
    let lab = Lab::start("existing");
    let cloud = Cloud::of(&lab);
    let vpc = lab.world("method").remove(0);
    let desk = Desk::at(&lab);
    create(&lab, &desk, &answers(CLUSTER, &vpc));
    assert!(cloud.open_to_all(22).is_empty());
    export_and_watch(&desk, CLUSTER);
    change(&lab, &desk);

    // The stored spec tells how many machines a rolling update would replace: one of the three groups of nodes changes.
    let printed = desk
        .kopswain(&["review", CLUSTER, "--plain"])
        .expect(2)
        .stdout;
    let machines = "a rolling update replaces 1 instance group of nodes: 1 to 2 instances";
    assert!(printed.contains(machines), "{printed}");

    let mut terminal = desk.terminal(&["review", CLUSTER], (80, 24));
    terminal.wait_for("SSH is open to 0.0.0.0/0", ANSWER);
    let screen = terminal.screen();
    let findings = [
        "the control plane's instance type changes",
        "a policy of your own is added",
        "the instance type changes",
    ];
    for finding in findings {
        assert!(screen.contains(finding), "no {finding:?} on\n{screen}");
    }
    terminal.keys("a");
    terminal.wait_for("Type the cluster's name to approve", SOON);
    assert!(terminal.screen().contains("unread: "));
    terminal.keys(&format!("{CLUSTER}<enter>"));
    terminal.wait_for("A rolling update is needed", RUN);
    terminal.wait_for(
        &format!("kops rolling-update cluster --name={CLUSTER} --yes"),
        SOON,
    );
    terminal.keys("q");
    let left = terminal.end(SOON);
    assert_eq!(left.code, 0, "{}", left.text);
    left.restored();

    verify(&lab, &cloud, &desk);
}

fn create(lab: &Lab, desk: &Desk, answers: &str) {
    desk.write("answers.yml", answers);
    desk.kopswain(&["plan", "answers.yml", "--out", "cluster_spec.yml"])
        .expect(0);
    let folder = desk.work();
    lab.ask_kops(&["create", "-f", "cluster_spec.yml"], &folder);
    let key = [
        "create",
        "secret",
        "--name",
        CLUSTER,
        "sshpublickey",
        "admin",
        "-i",
        "key.pub",
    ];
    lab.ask_kops(&key, &folder);
    lab.ask_kops(&["update", "cluster", CLUSTER, "--yes"], &folder);
}

/// The three changes: a machine type in both roles, SSH for everybody, a policy.
fn change(lab: &Lab, desk: &Desk) {
    let folder = desk.work();
    let stored = lab.ask_kops(&["get", "all", "--name", CLUSTER, "-o", "yaml"], &folder);
    let policies = "spec:\n  additionalPolicies:\n    node: |\n      [{\"Action\": [\"s3:ListAllMyBuckets\"], \"Effect\": \"Allow\", \"Resource\": [\"*\"]}]\n";
    let changed = stored
        .replacen("spec:\n", policies, 1)
        .replace("sshAccess:\n  - 172.20.0.0/16", "sshAccess:\n  - 0.0.0.0/0")
        .replacen("machineType: t3.medium", "machineType: m5.large", 1)
        .replacen("machineType: t3.large", "machineType: m5.large", 1);
    assert!(changed.contains("0.0.0.0/0") && changed.matches("m5.large").count() == 2);
    desk.write("changed.yml", &changed);
    lab.ask_kops(&["replace", "-f", "changed.yml"], &folder);
}

fn verify(lab: &Lab, cloud: &Cloud, desk: &Desk) {
    let open: Vec<String> = cloud.open_to_all(22).into_iter().collect();
    assert_eq!(
        open,
        [format!("masters.{CLUSTER}"), format!("nodes.{CLUSTER}")]
    );
    let types = cloud.machine_types();
    let changed = types.values().filter(|kind| *kind == "m5.large").count();
    assert_eq!(changed, 2, "{types:?}");
    let nodes = format!("nodes.{CLUSTER}");
    let document = role_policy(lab, &nodes, &format!("additional.{nodes}"));
    assert!(document.contains("s3%3AListAllMyBuckets") || document.contains("s3:ListAllMyBuckets"));
    let again = lab.ask_kops(&["update", "cluster", CLUSTER], &desk.work());
    for gone in [
        "0.0.0.0/0-ingress-tcp-22to22",
        "InstanceType",
        "IAMRolePolicy",
    ] {
        assert!(!again.contains(gone), "{gone} waits again:\n{again}");
    }
}
