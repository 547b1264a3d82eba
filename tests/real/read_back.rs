//! A field that kops loses without a word: what is read back after `kops create -f` names it, and nothing is applied.

use crate::cloud::Cloud;
use crate::desk::{Desk, answers};
use crate::lab::Lab;

const CLUSTER: &str = "prod.example.com";

/// Two misspelt names, one of them deep inside, and one that kops reads in another place only.
const OVERRIDES: &str = "\
overrides:
  cluster:
    kubeAPIServer: {auditLogPaht: /var/log/audit.log}
    clusterAutoscalar: {enabled: true}
  instanceGroups:
    nodes: {maxPods: 60}
";

const DROPPED: &str = "\
kopswain: kops dropped 5 fields of the spec: \
Cluster/prod.example.com.spec.clusterAutoscalar did not survive: enabled: true was sent; \
Cluster/prod.example.com.spec.kubeAPIServer.auditLogPaht did not survive: /var/log/audit.log was sent; \
InstanceGroup/nodes-us-east-1a.spec.maxPods did not survive: 60 was sent; \
InstanceGroup/nodes-us-east-1b.spec.maxPods did not survive: 60 was sent; \
InstanceGroup/nodes-us-east-1c.spec.maxPods did not survive: 60 was sent
  why: kops drops a field that it does not know, without an error
  do:  Nothing was created in AWS. Correct the spec, then run kops delete cluster --name=prod.example.com --yes to take the spec out of the state store, and start again
";

/// A field of a wrong type: kops itself refuses it.
const WRONG: &str = "\
overrides:
  cluster:
    kubeAPIServer: {auditLogMaxAge: many}
";

#[test]
#[ignore = "needs the lab: ./check"]
fn a_misspelt_field_is_named_before_it_is_sent_and_again_when_it_was_lost() {
    let lab = Lab::start("read-back");
    let vpc = lab.world("method").remove(0);
    let desk = Desk::at(&lab);
    desk.write(
        "answers.yml",
        &format!("{}{OVERRIDES}", answers(CLUSTER, &vpc)),
    );
    foretold(&desk);
    let words = ["create", "--answers", "answers.yml", "--approve", CLUSTER];
    let ended = desk.kopswain(&words).expect(1);
    let kubeconfig = desk.variable("KOPSWAIN_USE_KUBECONFIG");
    let dropped = DROPPED.replace(
        "run kops delete",
        &format!("run KUBECONFIG={kubeconfig} kops delete"),
    );
    assert!(ended.stderr.ends_with(&dropped), "{}", ended.stderr);
    // The spec was sent, and nothing was made of it.
    let stored = lab.ask_kops(&["get", "cluster", CLUSTER, "-o", "yaml"], &desk.work());
    assert!(!stored.contains("auditLogPaht"), "{stored}");
    assert_eq!(Cloud::of(&lab).subnets(CLUSTER), []);
}

#[test]
#[ignore = "needs the lab: ./check"]
fn a_field_of_a_wrong_type_is_refused_by_kops_in_the_preview() {
    let lab = Lab::start("wrong-type");
    let vpc = lab.world("method").remove(0);
    let desk = Desk::at(&lab);
    desk.write("answers.yml", &format!("{}{WRONG}", answers(CLUSTER, &vpc)));
    let words = ["create", "--answers", "answers.yml", "--approve", CLUSTER];
    let ended = desk.kopswain(&words).expect(1);
    for told in ["auditLogMaxAge", "cannot unmarshal string"] {
        assert!(
            ended.stderr.contains(told),
            "no {told:?} in\n{}",
            ended.stderr
        );
    }
    assert_eq!(Cloud::of(&lab).subnets(CLUSTER), []);
}

fn foretold(desk: &Desk) {
    let told = desk
        .kopswain(&["plan", "answers.yml", "--out", "spec.yml"])
        .expect(0);
    for (path, remedy) in [
        (
            "overrides.cluster.kubeAPIServer.auditLogPaht",
            "write auditLogPath, or remove it",
        ),
        (
            "overrides.cluster.clusterAutoscalar",
            "write clusterAutoscaler, or remove it",
        ),
        ("overrides.instanceGroups.nodes.maxPods", "remove it"),
    ] {
        let warned = format!("{path} is no field that kops 1.36 knows there");
        assert!(told.stderr.contains(&warned), "{}", told.stderr);
        assert!(told.stderr.contains(remedy), "{}", told.stderr);
    }
}
