//! The same wizard without a screen: lines in, lines out, and no escape sequence.

use std::io::Write;
use std::process::Stdio;

use crate::cloud::Cloud;
use crate::desk::{Desk, IMAGE};
use crate::lab::Lab;

const CLUSTER: &str = "plain.example.com";

#[test]
#[ignore = "needs the lab: ./check"]
fn prompts_lead_to_the_approval_and_another_name_changes_nothing() {
    let lab = Lab::start("plain");
    let cloud = Cloud::of(&lab);
    let vpc = lab.world("method").remove(0);
    let before = (cloud.state_store(), cloud.shared());
    let mut desk = Desk::at(&lab);
    desk.set("TERM", "dumb");
    let (code, stdout, stderr) = typed(&desk, &[], &lines("other.example.com"));

    assert_eq!(code, Some(2), "{stdout}\n{stderr}");
    assert!(
        !stdout.contains('\x1b') && !stderr.contains('\x1b'),
        "{stdout:?}"
    );
    in_order(
        &stdout,
        &[
            "step: Cluster\nCluster name []",
            "step: VPC\n",
            &vpc.id,
            "step: Zones\n",
            "us-east-1e  State: no NAT gateway in this zone\n",
            "us-east-1f  State: no NAT gateway in this zone\n",
            "step: Subnets\nSubnets\n",
            "* 1. new",
            "us-east-1a [172.20.16.0/24]",
            "utility-us-east-1c [172.20.22.0/24]",
            "step: Control plane\n",
            "step: Nodes\n",
            "step: Access\nSSH public key [~/.ssh/id_ed25519.pub]",
            "preview: asking kops what it would do, on a private scratch store\n",
            " 3 modify",
            "Type plain.example.com to approve []",
            "not approved: nothing was changed\n",
        ],
    );
    assert!(
        !stdout.contains("\nrefused:") && !stdout.contains("\nblocked:"),
        "{stdout}"
    );
    assert_eq!(
        desk.files().keys().collect::<Vec<_>>(),
        ["answers.yml", "key.pub"]
    );
    assert_eq!(
        (
            (cloud.state_store(), cloud.shared()),
            cloud.subnets(CLUSTER)
        ),
        (before, Vec::new())
    );
}

// The VPCs of the region before would be offered, were the answer for the new one not waited for.
#[test]
fn another_region_is_asked_about_before_the_next_step() {
    let desk = Desk::offline();
    let account = ["", "eu-west-1", "us-east-1", ""];
    let (code, stdout, stderr) = typed(&desk, &["demo", "--plain"], &account);
    assert_eq!(code, Some(130), "{stdout}\n{stderr}");
    in_order(
        &stdout,
        &[
            "step: Cluster\n",
            "refused: The built-in account has nothing in eu-west-1",
            "Region [eu-west-1]\n",
            "step: VPC\n",
            "vpc-",
        ],
    );
    assert_eq!(stdout.matches("step: VPC\n").count(), 1, "{stdout}");
}

// Each question refuses its own value, and is asked again.
#[test]
fn a_wrong_value_is_refused_at_its_question() {
    let mut desk = Desk::offline();
    desk.set("TERM", "dumb");
    desk.write("private.pem", "-----BEGIN OPENSSH PRIVATE KEY-----\n");
    let account = ["No_Name", "", "", "https://x", ""];
    let (vpc, zones) = ([""; 1], [""; 4]);
    let subnets = ["", "10.0.0.0/24", "172.20.16.1/24", "", "", "", "", "", ""];
    let control_plane = ["", "t9.huge", "", "", "9999999", ""];
    let nodes = ["", "", "9", "2", "9", "", "", "", "", "", "", ""];
    let (code, stdout, stderr) = typed(
        &desk,
        &["demo", "--plain"],
        &[&account[..], &vpc, &zones, &subnets, &control_plane, &nodes].concat(),
    );
    assert_eq!(code, Some(130), "{stdout}\n{stderr}");
    for words in [
        "No_Name",
        "https://x",
        "10.0.0.0/24",
        "172.20.16.1/24 has host bits set",
        "t9.huge is not an instance type of this region",
    ] {
        let refused = stdout
            .lines()
            .any(|line| line.starts_with("refused: ") && line.contains(words));
        assert!(refused, "{words}:\n{stdout}");
    }
    assert!(!stdout.contains("\nblocked: "), "{stdout}");
}

/// What the steps Cluster and Network ask in the demonstration.
const QUESTIONS_BEFORE_INSTANCES: usize = 15;

#[test]
fn a_number_is_chosen_by_its_value() {
    let desk = Desk::offline();
    let kept = vec![""; QUESTIONS_BEFORE_INSTANCES];
    let (_, stdout, _) = typed(
        &desk,
        &["demo", "--plain"],
        &[&kept[..], &["2", "5"]].concat(),
    );
    in_order(
        &stdout,
        &[
            "Instances\n",
            "one of 3, 5, 1 [3]\n2 is not one of 3, 5, 1\none of 3, 5, 1 [3]\n",
            "Instance type [",
        ],
    );
}

#[test]
fn the_end_of_the_input_says_what_happened_and_what_to_do() {
    let mut desk = Desk::offline();
    desk.set("TERM", "dumb");
    let (code, _, stderr) = typed(&desk, &["demo", "--plain"], &[""; 4]);
    assert_eq!(
        (code, stderr.as_str()),
        (
            Some(130),
            "standard input ended in step Zones, before every question was answered: nothing was changed in AWS\n  do:  answer each question with a line; an empty one keeps what is in brackets\n"
        )
    );
    let (code, _, stderr) = typed(&desk, &["demo", "--plain"], &[""; 38]);
    assert_eq!(
        (code, stderr.lines().last()),
        (
            Some(130),
            Some(
                "standard input ended before demo.example.com was typed: not approved, nothing was changed in AWS"
            )
        )
    );
}

// A key is judged at its question, and nowhere before it.
#[test]
fn the_key_is_told_of_at_its_question_alone() {
    let mut desk = Desk::offline();
    desk.set("TERM", "dumb");
    let before = [""; 30];
    let key = ["private.pem", "", "key.pub", ""];
    let (_, stdout, _) = typed(&desk, &["demo", "--plain"], &[&before[..], &key].concat());
    let (questions, access) = stdout.split_once("step: Access\n").unwrap();
    assert!(!questions.contains("check: SSH public key"), "{questions}");
    in_order(
        access,
        &[
            "SSH public key [~/.ssh/id_ed25519.pub]",
            "refused: The file private.pem is not a public key",
            "SSH public key [private.pem]",
            "refused: The file private.pem is not a public key",
            "SSH public key [private.pem]",
            "SSH access (CIDRs) [",
        ],
    );
}

// One line for each question in its order; an empty one keeps what is proposed.
pub(crate) fn lines(approval: &str) -> Vec<&str> {
    let account = [CLUSTER, "", ""];
    let (vpc, zones, subnets) = ([""; 1], [""; 6], [""; 7]);
    let control_plane = ["", "", IMAGE, ""];
    let nodes = ["", "", "", "", "", "", IMAGE, "", "", "", ""];
    let access = ["key.pub", "", "", "", "", "", "", "1.34.0"];
    let steps: [&[&'static str]; 7] = [
        &account,
        &vpc,
        &zones,
        &subnets,
        &control_plane,
        &nodes,
        &access,
    ];
    steps.concat().into_iter().chain([approval]).collect()
}

/// The prompts of the key on an account that nobody answers for: its file is read here.
#[test]
#[ignore = "needs the lab: ./check"]
fn a_bad_key_is_refused_at_its_question() {
    let lab = Lab::start("plain-key");
    lab.world("method");
    let mut desk = Desk::at(&lab);
    desk.set("TERM", "dumb");
    desk.write("private.pem", "-----BEGIN OPENSSH PRIVATE KEY-----\n");
    let before_access = lines("").into_iter().take(32);
    let all: Vec<&str> = before_access
        .chain(["nowhere.pub", "private.pem", "key.pub"])
        .collect();
    let (_, stdout, _) = typed(&desk, &[], &all);
    in_order(
        &stdout,
        &[
            "step: Access\nSSH public key [",
            "refused: The SSH public key nowhere.pub cannot be read",
            "SSH public key [nowhere.pub]",
            "private.pem is a private key",
            "SSH public key [private.pem]",
            "SSH access (CIDRs) [",
        ],
    );
}

pub(crate) fn typed(desk: &Desk, words: &[&str], lines: &[&str]) -> (Option<i32>, String, String) {
    let mut command = desk.command(words);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut running = command.spawn().unwrap();
    let mut input = running.stdin.take().unwrap();
    for line in lines {
        writeln!(input, "{line}").unwrap();
    }
    drop(input);
    let output = running.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn in_order(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        let Some(at) = rest.find(part) else {
            panic!("{part:?} does not follow in\n{text}");
        };
        rest = &rest[at + part.len()..];
    }
}
