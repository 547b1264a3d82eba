//! The same answers by keys, by prompts and in a file make the same spec, byte for byte.

use crate::desk::{Desk, IMAGE, answers_in, answers_of};
use crate::existing_subnets::{PRIVATE, ZONES, picked};
use crate::lab::{Lab, Vpc};
use crate::plain::{lines, typed};
use crate::pty::Terminal;
use crate::wizard_keys::{self as keys, SOON};

const CLUSTER: &str = "plain.example.com";

#[test]
#[ignore = "needs the lab: ./check"]
fn keys_prompts_and_a_file_make_the_same_spec() {
    let lab = Lab::start("asked");
    let vpc = lab.world("method").remove(0);
    let zones = ZONES.map(str::to_owned);
    let prompts = by_prompts(&lab, &lines("other.example.com"));
    let screen = by_keys(&lab, &vpc, |_| {});
    same(
        &lab,
        &prompts,
        &screen,
        &answers_in(CLUSTER, &vpc.id, &zones, None),
    );
}

#[test]
#[ignore = "needs the lab: ./check"]
fn keys_prompts_and_a_file_make_the_same_spec_in_subnets_that_exist() {
    let lab = Lab::start("subnets-asked");
    let vpc = lab.world("method").remove(0);
    // After the three questions of the account, the VPC and six zones: the second of each zone's subnets that suit the
    // private tier, and the one that is proposed for the utility tier.
    let mut all = lines("other.example.com");
    all.splice(10..17, ["2", "2", "2", "2", "", "", "", ""]);
    let prompts = by_prompts(&lab, &all);
    let screen = by_keys(&lab, &vpc, |terminal| {
        terminal.keys("<right><down><right>");
        terminal.wait_for("kops uses them as they are", SOON);
        for (at, zone) in ZONES.iter().enumerate() {
            terminal.keys(if at == 0 { "<down>" } else { "<right>" });
            terminal.keys("<space>");
            terminal.wait_for("find ", SOON);
            terminal.keys("<down><enter>");
            terminal.wait_for(vpc.subnet(PRIVATE, zone), SOON);
        }
    });
    same(
        &lab,
        &prompts,
        &screen,
        &answers_of(CLUSTER, &vpc.id, &picked(&vpc)),
    );
}

fn same(lab: &Lab, prompts: &Desk, screen: &Desk, answers: &str) {
    let plan = |desk: &Desk| desk.kopswain(&["plan", "answers.yml"]).expect(0).stdout;
    let asked = prompts.read("answers.yml");
    assert_eq!(asked, screen.read("answers.yml"));
    let mut lines = asked.lines();
    let version = lines.find(|line| line.starts_with("kubernetesVersion:"));
    let file = Desk::at(lab);
    let answers = answers.replace("kubernetesVersion: 1.35.2", version.unwrap());
    file.write("answers.yml", &answers);
    let spec = plan(screen);
    assert_eq!(plan(prompts), spec);
    assert_eq!(plan(&file), spec);
}

fn by_prompts(lab: &Lab, lines: &[&str]) -> Desk {
    let mut desk = Desk::at(lab);
    desk.set("TERM", "dumb");
    let (code, stdout, stderr) = typed(&desk, &[], lines);
    assert_eq!(code, Some(2), "{stdout}\n{stderr}");
    assert!(!stdout.contains("\nrefused:"), "{stdout}");
    desk
}

fn by_keys(lab: &Lab, vpc: &Vpc, network: impl FnOnce(&mut Terminal)) -> Desk {
    let desk = Desk::at(lab);
    let mut terminal = desk.terminal(&[], (120, 40));
    keys::account(&mut terminal, CLUSTER);
    keys::vpc(&mut terminal, &vpc.id);
    network(&mut terminal);
    terminal.keys("<enter>");
    keys::compute(&mut terminal);
    keys::access(&mut terminal, "key.pub", "1.34.0");
    keys::dry_run(&terminal);
    assert!(desk.read("answers.yml").contains(IMAGE));
    drop(terminal);
    desk
}
