//! What could not be read is told, never taken for nothing, and approved only by whoever names it.

use crate::desk::{CHANNEL, Ended};
use crate::resume::{CLUSTER, Stage};

/// A cluster that exists and whose dry run shows changes.
fn existing() -> Stage {
    let stage = Stage::new();
    stage.create(Some(CLUSTER), 0);
    stage
        .kops
        .play("lines: [{when: update cluster, unless: --yes, recording: update-modify}]\n");
    stage
}

fn run(stage: &Stage, words: &[&str]) -> Ended {
    let kops = stage.kops.program().display().to_string();
    let before = [
        "--kops",
        &kops,
        "--channel",
        CHANNEL,
        "--region",
        "us-east-1",
        "--state",
        "s3://example-state",
    ];
    stage.desk.kopswain(&[&before[..], words].concat())
}

fn applied(stage: &Stage) -> usize {
    stage.kops.commands("update cluster --yes").len()
}

const PARTS: [(&str, &str, &str); 6] = [
    ("DescribeVpcs", "VPC", "vpc"),
    ("DescribeSubnets", "subnets", "subnets"),
    ("DescribeRouteTables", "route tables", "route-tables"),
    ("DescribeNatGateways", "NAT gateways", "nat-gateways"),
    (
        "DescribeInternetGateways",
        "internet gateways",
        "internet-gateways",
    ),
    ("DescribeVpcAttribute", "DNS attributes", "dns-attributes"),
];

#[test]
fn an_approval_without_a_fact_is_refused_unless_the_fact_is_named() {
    for (call, name, word) in PARTS {
        let stage = existing();
        stage.stub.deny(call);
        let before = applied(&stage);
        let shown = run(&stage, &["review", CLUSTER]).expect(2).stderr;
        let why = format!(
            "not compared: {name}: UnauthorizedOperation: You are not authorized to perform this operation. (ec2:{call})"
        );
        assert!(shown.contains(&why), "{shown}");
        assert!(
            shown
                .trim_end()
                .ends_with(&format!(" --without-fact {word}")),
            "{shown}"
        );
        let refused = run(&stage, &["review", CLUSTER, "--approve", CLUSTER])
            .expect(1)
            .stderr;
        let what = format!("the approval would not compare: {name}");
        assert!(refused.contains(&what), "{refused}");
        let remedy = format!(
            "allow ec2:{call}, or accept that by adding --without-fact {word}; nothing was changed"
        );
        assert!(refused.contains(&remedy), "{refused}");
        let other = [
            "review",
            CLUSTER,
            "--approve",
            CLUSTER,
            "--without-fact",
            "quotas",
        ];
        run(&stage, &other).expect(1);
        assert_eq!(applied(&stage), before, "{name}");
        let named = [
            "review",
            CLUSTER,
            "--approve",
            CLUSTER,
            "--without-fact",
            word,
        ];
        run(&stage, &named).expect(0);
        assert_eq!(applied(&stage), before + 1, "{name}");
    }
}

#[test]
fn a_fingerprint_holds_what_was_not_known() {
    let stage = existing();
    stage.stub.deny("DescribeSubnets");
    let shown = run(&stage, &["review", CLUSTER]).expect(2).stderr;
    let fingerprint = shown
        .lines()
        .find_map(|line| line.strip_prefix("fingerprint: "));
    let fingerprint = fingerprint.unwrap();
    stage.stub.deny("DescribeNatGateways");
    let words = [
        "review",
        CLUSTER,
        "--approve",
        fingerprint,
        "--without-fact",
        "subnets",
    ];
    let more = run(
        &stage,
        &[&words[..], &["--without-fact", "nat-gateways"]].concat(),
    );
    let said = more.expect(1).stderr;
    assert!(
        said.contains("NAT gateways: known when it was approved, and now not"),
        "{said}"
    );
}

#[test]
fn a_new_cluster_is_approved_without_a_fact_only_by_name() {
    let stage = Stage::new();
    stage.stub.deny("DescribeRouteTables");
    let (shown, _) = stage.create(None, 2);
    assert!(
        shown.contains("\nnot compared: route tables: UnauthorizedOperation"),
        "{shown}"
    );
    let (_, refused) = stage.create(Some(CLUSTER), 1);
    assert!(
        refused.contains("the approval would not compare: route tables"),
        "{refused}"
    );
    assert_eq!(applied(&stage), 0);
    let named = [
        "create",
        "--wait",
        "0s",
        "--approve",
        CLUSTER,
        "--without-fact",
        "route-tables",
    ];
    run(&stage, &named).expect(0);
    assert_eq!(applied(&stage), 1);
}

#[test]
fn no_vpc_is_not_said_of_a_refused_call() {
    let stage = Stage::new();
    stage.stub.deny("DescribeVpcs");
    let discovered = run(&stage, &["discover"]).expect(0).stdout;
    assert!(!discovered.contains("o VPC was found"), "{discovered}");
    assert!(
        discovered.contains("The VPCs of us-east-1 are not known. UnauthorizedOperation"),
        "{discovered}"
    );
    let planned = run(&stage, &["plan", "answers.yml"]).expect(2).stderr;
    assert!(
        planned.contains("is in us-east-1 is not known"),
        "{planned}"
    );
    let asked = run(&stage, &["--plain"]);
    let told = asked.stdout + &asked.stderr;
    assert!(
        !told.contains("has no VPC") && !told.contains("o VPC was found"),
        "{told}"
    );
}

#[test]
fn a_program_that_only_starts_kops_is_not_compared() {
    let stage = Stage::new();
    let text = format!(
        "#!/bin/sh\nexec {} \"$@\"\n",
        stage.kops.program().display()
    );
    let script = stage
        .desk
        .program("kops-script", &text)
        .display()
        .to_string();
    let create = [
        "--kops",
        &script,
        "--channel",
        CHANNEL,
        "create",
        "--wait",
        "0s",
    ];
    let shown = stage.desk.kopswain(&create).expect(2).stdout;
    let why = "not compared: program behind kops: it is a script, and the program that it starts is not known";
    assert!(shown.contains(why), "{shown}");
    let approve = [&create[..], &["--approve", CLUSTER]].concat();
    stage.desk.kopswain(&approve).expect(1);
    assert_eq!(applied(&stage), 0);
    let named = [&approve[..], &["--without-fact", "program-behind-kops"]].concat();
    stage.desk.kopswain(&named).expect(0);
    assert_eq!(applied(&stage), 1);
}
