//! From an empty account to two clusters that are ready: one by keys in a terminal, one from an answers file.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use ipnet::Ipv4Net;
use kopswain::core::approval::stored_spec::compare;
use serde::Deserialize;
use serde_yaml::Value;

use crate::cloud::{Cloud, Placed, Shared};
use crate::desk::{CHANNEL, Desk, answers};
use crate::lab::{Lab, Vpc};
use crate::wizard_keys::{self as keys, ANSWER, SOON};

const BY_KEYS: &str = "prod.example.com";
const HEADLESS: &str = "second.example.com";
/// The commands on the real store take half a minute on two idle cores.
const RUN: Duration = Duration::from_mins(4);

#[test]
#[ignore = "needs the lab: ./check"]
fn two_clusters_of_one_vpc_become_ready_and_share_its_nat_gateways() {
    let lab = Lab::start("job");
    let cloud = Cloud::of(&lab);
    let vpc = lab.world("method").remove(0);
    let before = cloud.shared();

    let first = Desk::at(&lab);
    by_keys(&lab, &first, &vpc);
    let second = Desk::at(&lab);
    headless(&lab, &second, &vpc);

    for (cluster, desk) in [(BY_KEYS, &first), (HEADLESS, &second)] {
        let spec = desk.read("cluster_spec.yml");
        assert_eq!(
            cloud.subnets(cluster),
            planned(&spec, &vpc, &before),
            "{cluster}"
        );
        let stored = lab.ask_kops(
            &["get", "all", "--name", cluster, "-o", "yaml"],
            &desk.work(),
        );
        assert_eq!(compare(&spec, &stored), Ok(Vec::new()), "{cluster}");
    }
    disjoint(&cloud.subnets(BY_KEYS), &cloud.subnets(HEADLESS));
    assert_eq!(cloud.shared(), before);
    told_elsewhere(&lab, &second, &vpc);
}

fn by_keys(lab: &Lab, desk: &Desk, vpc: &Vpc) {
    let mut terminal = desk.terminal(&[], (120, 40));
    keys::account(&mut terminal, BY_KEYS);
    keys::network(&mut terminal, &vpc.id);
    keys::compute(&mut terminal);
    keys::access(&mut terminal, "key.pub", "1.34.0");
    let counts = keys::dry_run(&terminal);
    assert!(counts.contains("3 modify · 0 delete"), "{counts}");
    assert_eq!(
        desk.files().keys().collect::<Vec<_>>(),
        ["answers.yml", "key.pub"]
    );
    keys::approve(&mut terminal, BY_KEYS);
    terminal.wait_for("CHANGING AWS", RUN);
    lab.answer_for(BY_KEYS);
    terminal.wait_for("CP 0/3", RUN);
    let looked = desk.kopswain(&["watch", BY_KEYS, "--once"]).expect(2);
    assert!(
        looked.stdout.contains("control plane 0/3, nodes 0/3"),
        "{}",
        looked.stdout
    );
    lab.join(BY_KEYS);
    terminal.wait_for(&format!("Your cluster {BY_KEYS} is ready"), ANSWER);
    terminal.keys("q");
    // Home lies below.
    terminal.wait_for("Setup", SOON);
    terminal.keys("q");
    let left = terminal.end(SOON);
    assert_eq!(left.code, 0, "{}", left.text);
    left.restored();
}

fn headless(lab: &Lab, desk: &Desk, vpc: &Vpc) {
    let file = desk.write("second.yml", &answers(HEADLESS, vpc));
    let file = file.to_str().unwrap();
    let words = [
        "create",
        "--answers",
        file,
        "--approve",
        HEADLESS,
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
    let mut printed = Vec::new();
    for line in BufReader::new(running.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        if line.starts_with("run: ") && line.ends_with(" --yes") {
            lab.answer_for(HEADLESS);
        }
        if line.starts_with("watch: ")
            && !printed
                .iter()
                .any(|line: &String| line.starts_with("watch: "))
        {
            looked_at_in_json(desk, 2, false);
            desk.kopswain(&["watch", HEADLESS, "--wait", "2s"])
                .expect(2);
            lab.join(HEADLESS);
        }
        printed.push(line);
    }
    let code = running.wait().unwrap().code();
    let errors = errors.join().unwrap();
    assert_eq!(code, Some(0), "{}\n{errors}", printed.join("\n"));
    let runs: Vec<&str> = printed
        .iter()
        .filter_map(|line| line.strip_prefix("run: "))
        .collect();
    assert_eq!(runs, method());
    assert!(
        printed.contains(&format!("Your cluster {HEADLESS} is ready")),
        "{}",
        printed.join("\n")
    );
}

// The commands of a creation, in their order.
fn method() -> [String; 8] {
    [
        "kops create -f cluster_spec.yml".to_owned(),
        format!("kops get all --name={HEADLESS} -o yaml"),
        format!("kops get sshpublickeys --name={HEADLESS} -o yaml"),
        format!("kops create secret --name={HEADLESS} sshpublickey admin -i key.pub"),
        format!("kops update cluster --name={HEADLESS}"),
        format!("kops get all --name={HEADLESS} -o yaml"),
        format!("kops get sshpublickeys --name={HEADLESS} -o yaml"),
        format!("kops update cluster --name={HEADLESS} --yes"),
    ]
}

fn looked_at_in_json(desk: &Desk, code: i32, ready: bool) {
    let looked = desk
        .kopswain(&["watch", HEADLESS, "--once", "--output", "json"])
        .expect(code);
    let told: serde_json::Value = serde_json::from_str(&looked.stdout).unwrap();
    assert_eq!(
        (&told["cluster"], &told["ready"]),
        (&HEADLESS.into(), &ready.into()),
        "{}",
        looked.stdout
    );
}

// What the other commands say of the two clusters that are ready.
fn told_elsewhere(lab: &Lab, desk: &Desk, vpc: &Vpc) {
    looked_at_in_json(desk, 0, true);
    let watched = desk.kopswain(&["watch", BY_KEYS, "--wait", "1m"]).expect(0);
    assert!(
        watched
            .stdout
            .contains(&format!("Your cluster {BY_KEYS} is ready")),
        "{}",
        watched.stdout
    );

    let discovered = desk.kopswain(&["discover"]).expect(0).stdout;
    for word in [BY_KEYS, HEADLESS, &vpc.id, vpc.nat_gateway("us-east-1a")] {
        assert!(discovered.contains(word), "{word} is not in\n{discovered}");
    }
    let third = desk.write("third.yml", &answers("third.example.com", vpc));
    let inventory = desk
        .kopswain(&["discover", "--output", "json"])
        .expect(0)
        .stdout;
    let inventory = desk.write("inventory.json", &inventory);
    let words = ["plan", third.to_str().unwrap()];
    let online = desk.kopswain(&words).expect(0);
    let offline = desk
        .kopswain(&[&words[..], &["--inventory", inventory.to_str().unwrap()]].concat())
        .expect(0);
    assert_eq!(
        (online.stdout, online.stderr),
        (offline.stdout, offline.stderr)
    );

    let words = [
        "doctor",
        "--ssh-public-key",
        "key.pub",
        "--channel",
        CHANNEL,
    ];
    let checked = desk.kopswain(&words).expect(0).stdout;
    let kops = format!("{} at ", lab.kops_version());
    assert!(
        checked.contains("account 123456789012") && checked.contains(&kops),
        "{checked}"
    );
    let checked = desk
        .kopswain(&[&words[..], &["--output", "json"]].concat())
        .expect(0)
        .stdout;
    let told: Vec<serde_json::Value> = serde_json::from_str(&checked).unwrap();
    let states: Vec<&str> = told
        .iter()
        .map(|check| check["state"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["good"; 6], "{checked}");
}

// The subnets of a spec with their gateways as they were before, sorted as EC2's are.
fn planned(spec: &str, vpc: &Vpc, before: &Shared) -> Vec<Placed> {
    let document = serde_yaml::Deserializer::from_str(spec).next().unwrap();
    let cluster = Value::deserialize(document).unwrap();
    let subnets = cluster["spec"]["subnets"].as_sequence().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut planned: Vec<Placed> = subnets
        .iter()
        .map(|subnet| {
            let (zone, kind) = (text(&subnet["zone"]), text(&subnet["type"]));
            let leaves_by = match kind.as_str() {
                "Private" => vpc.nat_gateway(&zone).to_owned(),
                _ => only(&before.internet_gateways),
            };
            Placed {
                block: text(&subnet["cidr"]),
                zone,
                kind,
                leaves_by,
            }
        })
        .collect();
    planned.sort();
    assert_eq!(
        planned.len(),
        6,
        "a private and a utility subnet in each of three zones"
    );
    planned
}

fn only(ids: &BTreeSet<String>) -> String {
    assert_eq!(ids.len(), 1);
    ids.first().unwrap().clone()
}

fn disjoint(one: &[Placed], other: &[Placed]) {
    let block = |placed: &Placed| placed.block.parse::<Ipv4Net>().unwrap();
    for (left, right) in one
        .iter()
        .flat_map(|left| other.iter().map(move |right| (left, right)))
    {
        let (left, right) = (block(left), block(right));
        assert!(
            !left.contains(&right) && !right.contains(&left),
            "{left} and {right} overlap"
        );
    }
}
