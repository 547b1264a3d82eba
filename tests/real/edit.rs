//! A cluster that kopswain made is edited: by its answers file without questions, then on the screen; its preview writes
//! nothing, what was previewed is what the real store says, and an edit that changes nothing leaves nothing to do. One
//! without answers is edited as its spec.

use std::collections::BTreeSet;
use std::thread::sleep;
use std::time::Duration;

use kopswain::core::kops::dry_run::parse;

use crate::cloud::Cloud;
use crate::desk::{Desk, answers};
use crate::lab::Lab;
use crate::plain::typed;
use crate::pty::Terminal;
use crate::wizard_keys::{ANSWER, SOON};

const CLUSTER: &str = "prod.example.com";
const RUN: Duration = Duration::from_mins(4);

/// The VPC, three zones that are out, instance type, image and root volume of the control plane, type and Min size of the nodes.
const QUESTIONS_BEFORE_MAX_SIZE: usize = 9;
/// Purchase option, image, root volume, more types, labels, taints; SSH, API, bastion, version.
const QUESTIONS_AFTER_IT: usize = 10;

/// What moto shows as changed after every apply (lab/README.md), whatever is asked.
const ARTEFACTS: [&str; 2] = ["SSHKey", "Subnet"];

#[test]
#[ignore = "needs the lab: ./check"]
fn a_cluster_is_edited_to_the_applied_change_and_then_nothing_is_left() {
    let lab = Lab::start("edit");
    let cloud = Cloud::of(&lab);
    let vpc = lab.world("method").remove(0);
    let desk = Desk::at(&lab);
    desk.write("answers.yml", &answers(CLUSTER, &vpc));
    desk.create_cluster(&lab, CLUSTER);
    lab.answer_for(CLUSTER);

    // Nothing is changed: the dry run is empty but for what moto is never quiet of, and no spec changes. What the file
    // leaves open, the channel that `create_cluster` named, stays as it is.
    let nothing = preview(&desk, &cloud, 0);
    assert!(nothing.contains("\nnothing to change: "), "{nothing}");
    assert!(!nothing.contains("the replace changes"), "{nothing}");
    assert!(!nothing.contains("the replace removes"), "{nothing}");
    assert_eq!(kinds(&desk), BTreeSet::new());

    file(&lab, &desk, &cloud);
    screen(&lab, &desk);
    let nothing = preview(&desk, &cloud, 0);
    assert!(nothing.contains("\nnothing to change: "), "{nothing}");
    assert!(!nothing.contains("the replace changes"), "{nothing}");
    assert_eq!(kinds(&desk), BTreeSet::new());

    prompts(&lab, &desk);

    replaced_meanwhile(&lab, &desk);
    spec(&lab);
}

// By the answers file, without questions.
fn file(lab: &Lab, desk: &Desk, cloud: &Cloud) {
    let grown = desk.read("answers.yml").replace("max: 6", "max: 9");
    desk.write("answers.yml", &grown);
    let shown = preview(desk, cloud, 2);
    assert!(
        shown.contains("InstanceGroup/nodes-us-east-1a.spec.maxSize from 2 to 3"),
        "{shown}"
    );
    let looked = kinds(desk);
    assert!(looked.contains("AutoscalingGroup"), "{looked:?}");
    let fingerprint = shown
        .lines()
        .find_map(|line| line.strip_prefix("fingerprint: "));

    let words = ["edit", "--approve", fingerprint.unwrap(), "--wait", "0"];
    let applied = desk.kopswain(&words).expect(0);
    for line in [
        "will run: kops replace -f cluster_spec.yml --force",
        "phase: replace: the edited spec replaces the stored one (writes the state store only)",
        "phase: verify: ",
        "phase: apply: ",
    ] {
        assert!(
            applied.stdout.contains(line),
            "no {line:?} in {}",
            applied.stdout
        );
    }
    assert_eq!(sizes(lab, desk), ["3", "3", "3"]);
    assert!(left(lab, desk).is_empty());
}

// On the screen: the same file, another size.
fn screen(lab: &Lab, desk: &Desk) {
    let mut terminal = desk.terminal(&["edit", CLUSTER], (120, 40));
    terminal.wait_for("(fixed)", ANSWER);
    to_nodes(&mut terminal);
    terminal.keys("<down><down><down>12<enter>");
    enter_until(&mut terminal, "the replace changes the stored spec");
    approve(terminal);
    assert_eq!(sizes(lab, desk), ["4", "4", "4"]);
    assert!(left(lab, desk).is_empty());
    assert!(desk.read("answers.yml").contains("max: 12"));
}

// On the review: the name is typed, and the run is left once it has ended.
fn approve(mut terminal: Terminal) {
    terminal.keys("a");
    terminal.wait_for("kops replace -f cluster_spec.yml --force", SOON);
    terminal.keys(&format!("{CLUSTER}<enter>"));
    terminal.wait_for("No rolling update is needed", RUN);
    terminal.keys("q");
    assert_eq!(terminal.end(SOON).code, 0);
}

// By prompts: another size, to the applied change. Then each answer is kept: the same spec as is stored, and nothing is left
// to approve.
fn prompts(lab: &Lab, desk: &Desk) {
    let (before, after) = (QUESTIONS_BEFORE_MAX_SIZE, QUESTIONS_AFTER_IT);
    let answers = [&vec![""; before][..], &["15"], &vec![""; after], &[CLUSTER]].concat();
    let (code, shown, errors) = typed(desk, &["edit", "--plain", "--wait", "0"], &answers);
    assert_eq!(code, Some(0), "{shown}\n{errors}");
    for part in [
        "fixed: us-east-1a  NAT gateway: nat-",
        "Max size [12]",
        "the replace changes",
        "Type prod.example.com to approve",
    ] {
        assert!(shown.contains(part), "no {part:?} in {shown}");
    }
    assert_eq!(sizes(lab, desk), ["5", "5", "5"]);
    assert!(left(lab, desk).is_empty());

    let (code, shown, errors) = typed(desk, &["edit", "--plain"], &[""; 120]);
    assert_eq!(code, Some(0), "{shown}\n{errors}");
    assert!(shown.contains("fixed: Cluster name: "), "{shown}");
    assert!(!shown.contains("the replace changes"), "{shown}");
    assert!(shown.contains("nothing to change: "), "{shown}");
    assert!(!shown.contains("to approve"), "{shown}");
    assert_eq!(kinds(desk), BTreeSet::new());
}

// Another operator's edit after the review: the approval by fingerprint is refused, and what he stored stays.
fn replaced_meanwhile(lab: &Lab, desk: &Desk) {
    let grown = desk.read("answers.yml").replace("max: 15", "max: 18");
    desk.write("answers.yml", &grown);
    let shown = desk.kopswain(&["edit", "--preview"]).expect(2).stdout;
    let fingerprint = shown
        .lines()
        .find_map(|line| line.strip_prefix("fingerprint: "));
    let folder = desk.work();
    let stored = lab.ask_kops(&["get", "all", "--name", CLUSTER, "-o", "yaml"], &folder);
    desk.write(
        "theirs.yml",
        &stored.replacen("maxSize: 5", "maxSize: 7", 1),
    );
    lab.ask_kops(&["replace", "-f", "theirs.yml"], &folder);
    let words = ["edit", "--approve", fingerprint.unwrap(), "--wait", "0"];
    let refused = desk.kopswain(&words).expect(1);
    assert!(
        refused.stderr.contains("what would be done is not what"),
        "{}",
        refused.stderr
    );
    assert!(sizes(lab, desk).contains(&"7".to_owned()));
}

// At another desk, where no answers are known: the stored spec in an editor, other instance groups as somebody stored them.
fn spec(lab: &Lab) {
    let mut desk = Desk::at(lab);
    let script = "#!/bin/sh\nsed -i 's/maxSize: [57]$/maxSize: 4/' \"$1\"\n";
    let editor = desk.program("editor", script);
    desk.set("EDITOR", &editor.display().to_string());
    let terminal = desk.terminal(&["edit", CLUSTER], (120, 40));
    terminal.wait_for("the replace changes the stored spec", RUN);
    approve(terminal);
    assert_eq!(sizes(lab, &desk), ["4", "4", "4"]);
    assert!(left(lab, &desk).is_empty());
}

// The preview as it is printed; it leaves the state store as it is.
fn preview(desk: &Desk, cloud: &Cloud, code: i32) -> String {
    let before = cloud.objects("example-state");
    let shown = desk.kopswain(&["edit", "--preview"]).expect(code).stdout;
    assert_eq!(cloud.objects("example-state"), before);
    shown
}

fn to_nodes(terminal: &mut Terminal) {
    enter_until(terminal, "Min size");
}

fn enter_until(terminal: &mut Terminal, words: &str) {
    for _ in 0..60 {
        if terminal.screen().contains(words) {
            return;
        }
        terminal.keys("<enter>");
        sleep(Duration::from_secs(1));
    }
    panic!("no {words:?} on\n{}", terminal.screen());
}

// The kinds of what the last preview would change, without what moto is never quiet of.
fn kinds(desk: &Desk) -> BTreeSet<String> {
    let runs = desk
        .outside("home/.local/state/kopswain/runs")
        .join(CLUSTER);
    let folders = std::fs::read_dir(runs).unwrap().flatten();
    let mut printed: Vec<_> = folders
        .filter(|entry| entry.path().is_dir())
        .flat_map(|folder| std::fs::read_dir(folder.path()).unwrap().flatten())
        .filter(|file| file.path().extension().is_some_and(|end| end == "stdout"))
        .collect();
    printed.sort_by_key(|file| file.metadata().unwrap().modified().unwrap());
    let last = printed.last().unwrap().path();
    quiet(&std::fs::read_to_string(last).unwrap())
}

fn quiet(report: &str) -> BTreeSet<String> {
    let kinds = parse(report).resources.into_iter().map(|one| one.kind);
    kinds
        .filter(|kind| !ARTEFACTS.contains(&kind.as_str()))
        .collect()
}

// What the dry run of the real store would still change.
fn left(lab: &Lab, desk: &Desk) -> BTreeSet<String> {
    quiet(&lab.ask_kops(&["update", "cluster", CLUSTER], &desk.work()))
}

// The most nodes of each group, as the state store has it.
fn sizes(lab: &Lab, desk: &Desk) -> Vec<String> {
    let words = ["get", "instancegroups", "--name", CLUSTER, "-o", "yaml"];
    let stored = lab.ask_kops(&words, &desk.work());
    let groups = stored
        .split("\n---\n")
        .filter(|group| group.contains("role: Node"));
    let sizes = groups.filter_map(|group| {
        let mut lines = group.lines();
        lines.find_map(|line| line.strip_prefix("  maxSize: ").map(str::to_owned))
    });
    sizes.collect()
}
