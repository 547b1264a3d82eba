//! Bad input that is refused before anything answers: a clear message, and nothing written.

use std::time::Duration;

use crate::desk::{Desk, Ended, answers_of};

const CLUSTER: &str = "prod.example.com";
const ZONES: &str = "  - {name: us-east-1a, egress: nat-0f19a9e0f19a9e001}\n";
const KEYS: [(&str, &str); 2] = [
    ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
    ("AWS_SECRET_ACCESS_KEY", "secret"),
];

fn good() -> String {
    answers_of(CLUSTER, "vpc-7833d1c656ae73b2c", ZONES)
}

// Runs with these answers in answers.yml; fails when a file changes or appears.
fn refused(desk: &Desk, answers: &str, words: &[&str], code: i32) -> Ended {
    desk.write("answers.yml", answers);
    let before = desk.files();
    let ended = desk.kopswain(words).expect(code);
    assert_eq!(desk.files(), before);
    ended
}

const CREATE: [&str; 3] = ["create", "--approve", CLUSTER];

#[test]
fn no_credentials_are_told_at_once() {
    let desk = Desk::offline();
    for words in [&CREATE[..], &["discover", "--region", "us-east-1"]] {
        let ended = refused(&desk, &good(), words, 1);
        let told = "kopswain: no AWS credentials were found\n  why: none of the variables, the AWS profile, a web identity or a container has any";
        assert!(ended.stderr.contains(told), "{}", ended.stderr);
        assert!(ended.stderr.contains("\n  do:  run: aws configure, or aws sso login, or choose a profile with --profile\n"), "{}", ended.stderr);
        assert!(ended.took < Duration::from_secs(2), "{:?}", ended.took);
    }
}

#[test]
fn a_region_that_does_not_exist_is_guessed_and_one_that_cannot_exist_is_refused() {
    let mut desk = Desk::offline();
    for (name, value) in KEYS {
        desk.set(name, value);
    }
    let misspelt = good().replace("region: us-east-1", "region: us-esat-1");
    let ended = refused(&desk, &misspelt, &CREATE, 1);
    assert!(
        ended.stderr.contains(
            "kopswain: AWS does not answer in us-esat-1
  why: there is no network, a proxy or firewall stops it, or there is no region us-esat-1
  do:  check the network and HTTPS_PROXY, and the region; the nearest region is us-east-1
"
        ),
        "{}",
        ended.stderr
    );
    let ended = refused(&desk, &good(), &["discover", "--region", "Ohio"], 1);
    assert_eq!(
        ended.stderr,
        "kopswain: \"Ohio\" is not the name of an AWS region
  why: a region is written like us-east-1: words in small letters and a number, joined by hyphens
  do:  correct --region, AWS_REGION or the AWS profile
"
    );
}

#[test]
fn answers_with_an_unknown_key_or_a_wrong_type_name_the_place() {
    let desk = Desk::offline();
    let unknown = format!("{}stateStroe: s3://x\n", good());
    let wrong = good().replace("count: 3", "count: three");
    let cases = [
        (
            unknown,
            "unknown field `stateStroe`, expected one of `cluster`, `region`, `stateStore`, `vpc`, `channel`, `kubernetesVersion`, `networking`, `dns`, `dnsZone`, `discoveryStore`, `zones`, `tagSubnets`, `controlPlane`, `instanceGroups`, `access`, `iam`, `secrets`, `overrides` at line 13 column 1",
        ),
        (
            wrong,
            "controlPlane.count: invalid type: string \"three\", expected u32 at line 8 column 23",
        ),
    ];
    for (answers, why) in cases {
        for words in [&CREATE[..], &["plan", "answers.yml"], &[]] {
            let ended = refused(&desk, &answers, words, 1);
            let told = format!(
                "kopswain: answers.yml is not an answers file
  why: {why}
  do:  correct the named line (the README lists every key under \"Answers file\"), or name another file with --answers; nothing was changed
"
            );
            assert_eq!(ended.stderr, told);
            assert_eq!(ended.stdout, "");
        }
    }
}

// An answers file of some MiB that is short when it is written: the error comes at once, and the file stays.
#[test]
fn endless_doubled_and_exploding_answers_are_refused_at_once() {
    let desk = Desk::offline();
    let long = format!("{}# {}\n", good(), "x".repeat(10 << 20));
    let twice = format!("{}vpc: vpc-1\n", good());
    let deep = format!("{}overrides: {{cluster: {}", good(), "[".repeat(200_000));
    let bomb = format!(
        "{}overrides: {{cluster: {{a: &a [{}], b: [{}]}}}}\n",
        good(),
        "1,".repeat(50_000),
        "*a,".repeat(50_000)
    );
    let six = good().replace("[172.20.0.0/16]", "[]").replace(
        "  sshPublicKey: key.pub\n",
        "  sshPublicKey: key.pub\n  ssh: [\"2001:db8::/32\"]\n",
    );
    let cases = [
        (long, "it is longer than 1 MiB"),
        (twice, "the key `vpc` is given twice"),
        (deep, "its brackets are more than 64 deep at line "),
        (bomb, "make it longer than 4 MiB"),
        (six, "access.ssh[0]: invalid IP address syntax"),
    ];
    for (answers, why) in cases {
        let ended = refused(&desk, &answers, &["plan", "answers.yml"], 1);
        assert!(ended.stderr.contains(why), "{why}:\n{}", ended.stderr);
        assert!(ended.stderr.len() < 2_000, "{}", ended.stderr);
        assert!(ended.took < Duration::from_secs(30), "{:?}", ended.took);
    }
    let ended = desk.kopswain(&["plan", "/dev/zero"]).expect(1);
    assert!(
        ended.stderr.contains("longer than 1 MiB"),
        "{}",
        ended.stderr
    );
}

#[test]
fn an_inventory_that_is_none_is_refused_at_once() {
    let desk = Desk::offline();
    desk.write("answers.yml", &good());
    let method = include_str!("../fixtures/inventory/method.json");
    let absurd = |from: &str, to: &str| method.replacen(from, to, 1);
    let cases = [
        ("[".repeat(1 << 20), "expected a string"),
        (
            format!("{method} {}", " ".repeat(40 << 20)),
            "longer than 32 MiB",
        ),
        (
            absurd("172.20.0.0/16", "2001:db8::/32"),
            "invalid IP address syntax",
        ),
        (absurd("172.20.0.0/16", "172.20.0.0/33"), "invalid"),
        (absurd("\"vpcs\"", "\"vpsc\""), "unknown field `vpsc`"),
        (
            absurd("\"region\"", "\"region\": \"a\", \"region\""),
            "duplicate field `region`",
        ),
    ];
    for (inventory, why) in cases {
        desk.write("inventory.json", &inventory);
        let words = ["plan", "answers.yml", "--inventory", "inventory.json"];
        let ended = desk.kopswain(&words).expect(1);
        assert!(
            ended
                .stderr
                .starts_with("kopswain: inventory.json is not an inventory\n"),
            "{}",
            ended.stderr
        );
        assert!(ended.stderr.contains(why), "{why}:\n{}", ended.stderr);
        assert!(ended.took < Duration::from_secs(30), "{:?}", ended.took);
    }
}

#[test]
fn absurd_blocks_are_problems_and_hostile_names_are_shown() {
    let desk = Desk::offline();
    let method = include_str!("../fixtures/inventory/method.json");
    desk.write("inventory.json", method);
    let plan = |answers: &str, code: i32| {
        desk.write("answers.yml", answers);
        let words = ["plan", "answers.yml", "--inventory", "inventory.json"];
        desk.kopswain(&words).expect(code)
    };
    let fixed = |block: &str| {
        let zones = format!("  - {{name: us-east-1a, privateCidr: {block}}}\n");
        answers_of(CLUSTER, "vpc-7833d1c656ae73b2c", &zones)
    };
    for (block, id) in [
        ("0.0.0.0/0", "[block-size]"),
        ("172.20.99.1/32", "[block-size]"),
        ("172.20.99.7/24", "[block-host-bits]"),
        ("255.255.255.0/24", "[block-outside-vpc]"),
        ("100.64.0.0/24", "[block-in-pod-range]"),
    ] {
        let ended = plan(&fixed(block), 2);
        assert!(ended.stderr.contains(id), "{id}:\n{}", ended.stderr);
        assert_eq!(ended.stdout, "");
    }
    let hostile = good()
        .replace(CLUSTER, "\"a\\e]0;x\\a\\u202e\"")
        .replace("name: nodes", "name: \"n\\e[2J\\u200b\"");
    let ended = plan(&hostile, 2);
    assert!(
        ended.stderr.contains("a\\u{1b}]0;x\\u{7}\\u{202e}"),
        "{}",
        ended.stderr
    );
    assert!(
        !ended
            .stderr
            .contains(['\u{1b}', '\u{7}', '\u{202e}', '\u{200b}'])
    );
}

#[test]
fn approving_another_name_changes_nothing() {
    let desk = Desk::offline();
    let ended = refused(
        &desk,
        &good(),
        &["create", "--approve", "other.example.com"],
        1,
    );
    assert_eq!(
        ended.stderr,
        "kopswain: --approve says other.example.com, and this is about prod.example.com
  why: --approve takes the cluster's name, or the fingerprint that was printed below its dry run
  do:  check the name, or read the dry run again; nothing was changed
"
    );
}

#[test]
fn without_answers_create_says_how_to_make_them() {
    let desk = Desk::offline();
    let before = desk.files();
    let ended = desk.kopswain(&CREATE).expect(1);
    assert_eq!(
        ended.stderr,
        "kopswain: there is no answers file answers.yml
  why: create takes every decision from it
  do:  make one with the wizard (kopswain), or name one with --answers
"
    );
    assert_eq!(desk.files(), before);
}

const DOCTOR: &str = "\
kops             blocked  kops is not installed
  why: no folder on PATH holds a program of this name
  do:  install kops 1.36: https://kops.sigs.k8s.io/getting_started/install/, or name it with --kops
AWS credentials  blocked  no AWS region is set
  why: neither --region, AWS_REGION, AWS_DEFAULT_REGION nor the AWS profile names one
  do:  add --region us-east-1 (your region), or run: export AWS_REGION=us-east-1
region           blocked  no AWS region is set, as above
state store      blocked  no state store is set
  why: neither --state, KOPS_STATE_STORE nor kops's own config file names one
  do:  run: export KOPS_STATE_STORE=s3://your-bucket, or use --state
SSH public key   blocked  there is no SSH public key
  why: neither ~/.ssh/id_ed25519.pub nor ~/.ssh/id_rsa.pub exists, and none was named
  do:  make a pair: ssh-keygen -t ed25519, or name a key with --ssh-public-key
kops channel     warning  kops's channel none was not read
  why: the channel is none; Kubernetes 1.35.5 is proposed by the list built into kopswain, that of kops 1.36.2 of 2026-08-08
  do:  nothing, if that suits; else connect to it, or name another with --channel
  from: --channel
";

#[test]
fn doctor_uses_the_answers_of_the_folder_and_says_where_each_value_came_from() {
    let desk = Desk::offline();
    let answers = "region: eu-nowhere\nstateStore: s3://x\nchannel: none\naccess: {sshPublicKey: nowhere.pub}\n";
    desk.write("answers.yml", answers);
    let told = desk.kopswain(&["doctor"]).expect(2).stdout;
    for words in [
        "\"eu-nowhere\" is not the name of an AWS region",
        "the SSH public key nowhere.pub cannot be read",
        "kops's channel none was not read",
    ] {
        assert!(told.contains(words), "{words}:\n{told}");
    }
    assert_eq!(told.matches("  from: answers.yml\n").count(), 4, "{told}");
    let given = desk
        .kopswain(&["doctor", "--region", "us-east-1"])
        .expect(2)
        .stdout;
    let region =
        "region           ok       us-east-1\n  from: --region (answers.yml has eu-nowhere)\n";
    assert!(given.contains(region), "{given}");
    let json = desk
        .kopswain(&["doctor", "--output", "json"])
        .expect(2)
        .stdout;
    let told: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    let source = told
        .iter()
        .find(|one| one["kind"] == "stateStore")
        .map(|one| &one["source"]);
    assert_eq!(source, Some(&"answers.yml".into()));
    desk.write("answers.yml", "clusterr: x\n");
    let told = desk
        .kopswain(&["doctor", "--channel", "none"])
        .expect(2)
        .stdout;
    assert!(
        told.starts_with("answers file     blocked  answers.yml is not an answers file"),
        "{told}"
    );
    assert!(told.ends_with(DOCTOR), "{told}");
}

#[test]
fn doctor_tells_everything_that_is_missing_at_once() {
    let desk = Desk::offline();
    let before = desk.files();
    let ended = desk.kopswain(&["doctor", "--channel", "none"]).expect(2);
    assert_eq!(desk.files(), before);
    assert_eq!(ended.stdout, DOCTOR);
    assert_eq!(ended.stderr, "");
}

#[test]
fn a_run_without_questions_tells_each_fault_of_the_account_once() {
    let desk = Desk::offline();
    desk.write("answers.yml", "cluster: prod.example.com\n");
    let words = ["create", "--answers", "answers.yml", "--channel", "none"];
    let ended = desk.kopswain(&words).expect(1);
    for remedy in [
        "install kops 1.36",
        "add --region us-east-1 (your region)",
        "run: export KOPS_STATE_STORE=s3://your-bucket",
        "name a public key, or make a pair: ssh-keygen -t ed25519",
    ] {
        let both = format!("{}{}", ended.stdout, ended.stderr);
        assert_eq!(both.matches(remedy).count(), 1, "{remedy}:\n{both}");
    }
}
