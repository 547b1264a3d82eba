//! A cluster in subnets that exist: kops makes it ready and changes none of their routes, and the same answers by keys, by
//! prompts and in a file make the same spec.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::thread;

use crate::cloud::Cloud;
use crate::desk::{Desk, IMAGE, answers_of};
use crate::lab::{Lab, Vpc};
use crate::plain::{lines, typed};
use crate::wizard_keys::{self as keys, SOON};

const CLUSTER: &str = "subnets.example.com";
const ZONES: [&str; 3] = ["us-east-1a", "us-east-1b", "us-east-1c"];
const PRIVATE: &str = "private_working";
const UTILITY: &str = "public";

fn picked(vpc: &Vpc) -> String {
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

#[test]
#[ignore = "needs the lab: ./check"]
fn keys_prompts_and_a_file_make_the_same_spec_in_subnets_that_exist() {
    let lab = Lab::start("subnets-asked");
    let vpc = lab.world("method").remove(0);
    let (prompts, screen) = (by_prompts(&lab), by_keys(&lab, &vpc));
    let plan = |desk: &Desk| desk.kopswain(&["plan", "answers.yml"]).expect(0).stdout;
    assert_eq!(prompts.read("answers.yml"), screen.read("answers.yml"));
    assert_eq!(plan(&prompts), plan(&screen));
    let file = Desk::at(&lab);
    let asked = prompts.read("answers.yml");
    let version = asked
        .lines()
        .find(|line| line.starts_with("kubernetesVersion:"));
    let answers = answers_of("plain.example.com", &vpc.id, &picked(&vpc));
    let answers = answers.replace("kubernetesVersion: 1.35.2", version.unwrap());
    file.write("answers.yml", &answers);
    assert_eq!(plan(&file), plan(&screen));
}

// The second of each zone's subnets that suit the private tier, and the one that is proposed for the utility tier.
fn by_prompts(lab: &Lab) -> Desk {
    let mut desk = Desk::at(lab);
    desk.set("TERM", "dumb");
    let mut all = lines("other.example.com");
    // After the three questions of the account, the VPC and six zones: seven of the subnets, and one of their tags.
    all.splice(10..17, ["2", "2", "2", "2", "", "", "", ""]);
    let (code, stdout, stderr) = typed(&desk, &[], &all);
    assert_eq!(code, Some(2), "{stdout}\n{stderr}");
    assert!(!stdout.contains("\nrefused:"), "{stdout}");
    desk
}

fn by_keys(lab: &Lab, vpc: &Vpc) -> Desk {
    let desk = Desk::at(lab);
    let mut terminal = desk.terminal(&[], (120, 40));
    keys::account(&mut terminal, "plain.example.com");
    keys::vpc(&mut terminal, &vpc.id);
    terminal.keys("<right><down><right>");
    terminal.wait_for("kops uses them as they are", SOON);
    for (at, zone) in ZONES.iter().enumerate() {
        terminal.keys(if at == 0 { "<down>" } else { "<right>" });
        terminal.keys("<space>");
        terminal.wait_for("find ", SOON);
        terminal.keys("<down><enter>");
        terminal.wait_for(vpc.subnet(PRIVATE, zone), SOON);
    }
    terminal.keys("<enter>");
    keys::compute(&mut terminal);
    keys::access(&mut terminal, "key.pub", "1.34.0");
    keys::dry_run(&terminal);
    assert!(desk.read("answers.yml").contains(IMAGE));
    drop(terminal);
    desk
}
