//! A run that does not go through: kops fails in the middle, or the person leaves while it works.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::cloud::Cloud;
use crate::desk::{Desk, answers, wait_for_file};
use crate::lab::{Lab, Vpc};
use crate::pty::Terminal;
use crate::wizard_keys::{self as keys, ANSWER, SOON};

const FAILING: &str = "failing.example.com";
const LEFT: &str = "left.example.com";

#[test]
#[ignore = "needs the lab: ./check"]
fn a_failing_apply_stops_with_its_remedy_and_a_running_one_goes_on_without_the_screen() {
    let lab = Lab::start("interrupted");
    let cloud = Cloud::of(&lab);
    let vpc = lab.world("method").remove(0);
    kops_fails(&lab, &vpc);
    the_person_leaves(&lab, &vpc);
    assert_eq!(
        (cloud.subnets(FAILING), cloud.subnets(LEFT)),
        (Vec::new(), Vec::new())
    );
}

fn kops_fails(lab: &Lab, vpc: &Vpc) {
    let desk = Desk::at(lab);
    let clash =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/kops/apply-clash.stderr");
    let kops = stand_in(
        lab,
        &desk,
        &format!("cat '{}' >&2; exit 1", clash.display()),
    );
    let mut terminal = approved(&desk, &kops, FAILING, vpc);
    terminal.wait_for("a subnet overlaps one that exists", ANSWER);
    for part in [
        "stopped",
        "why: the VPC already has a subnet with some of these addresses",
        "choose free CIDRs",
        "r makes a new dry run",
    ] {
        terminal.wait_for(part, SOON);
    }
    terminal.keys("q");
    let left = terminal.end(SOON);
    assert_eq!(left.code, 1, "{}", left.text);
    left.restored();
    for part in [
        "kopswain: a subnet overlaps one that exists",
        "  do:  choose free CIDRs",
        "output of kops: ",
    ] {
        assert!(left.text.contains(part), "{part}\nis not in\n{}", left.text);
    }
    let printed = fs::read_to_string(&clash).unwrap();
    assert_eq!(last_command(&desk, FAILING, "stderr"), printed);
}

fn the_person_leaves(lab: &Lab, vpc: &Vpc) {
    let desk = Desk::at(lab);
    let (go_on, ended) = (desk.outside("go-on"), desk.outside("ended"));
    // It ends by itself, should nobody let it go on.
    let wait = format!(
        "echo kops has begun >&2; n=0; while [ ! -e '{0}' ] && [ $n -lt 1200 ]; do sleep 0.1; n=$((n+1)); done; echo went on; echo done > '{1}.part'; mv '{1}.part' '{1}'",
        go_on.display(),
        ended.display()
    );
    let kops = stand_in(lab, &desk, &wait);
    let mut terminal = approved(&desk, &kops, LEFT, vpc);
    terminal.wait_for("CHANGING AWS", ANSWER);
    // The row shows before the process starts: credentials and store are proved in between.
    terminal.wait_for("kops has begun", ANSWER);
    terminal.keys("<ctrl-c>");
    terminal.wait_for("kops is running", SOON);
    terminal.keys("<enter>");
    terminal.wait_until("the question gone", SOON, |screen| {
        !screen.contains("kops is running")
    });
    terminal.keys("<ctrl-c>");
    terminal.wait_for("kops is running", SOON);
    terminal.keys("d");
    let left = terminal.end(SOON);
    assert_eq!(left.code, 130, "{}", left.text);
    left.restored();
    let kubeconfig = desk.variable("KOPSWAIN_USE_KUBECONFIG");
    let told = format!(
        "kops continues; watch it with kopswain --kops {kops} --use-kubeconfig {kubeconfig} watch {LEFT}"
    );
    assert!(left.text.contains(&told), "{}", left.text);
    assert!(!ended.exists());
    fs::write(&go_on, "").unwrap();
    wait_for_file(&ended, Duration::from_secs(20));
    assert_eq!(last_command(&desk, LEFT, "stdout"), "went on\n");
}

// The real kops, but for `update cluster … --yes`.
fn stand_in(lab: &Lab, desk: &Desk, yes: &str) -> String {
    let real = lab.kops();
    let script = format!(
        "#!/bin/sh\ncase \"$*\" in\n  'update cluster '*' --yes') {yes};;\n  *) exec '{}' \"$@\";;\nesac\n",
        real.display()
    );
    desk.program("kops", &script).display().to_string()
}

// Every answer comes from a file; the run is started by keys.
fn approved(desk: &Desk, kops: &str, cluster: &str, vpc: &Vpc) -> Terminal {
    desk.write("answers.yml", &answers(cluster, vpc));
    let words = ["--kops", kops, "--answers", "answers.yml"];
    let mut terminal = desk.terminal(&words, (120, 40));
    keys::answered_before(&mut terminal);
    keys::dry_run(&terminal);
    keys::approve(&mut terminal, cluster);
    terminal
}

fn last_command(desk: &Desk, cluster: &str, stream: &str) -> String {
    let runs = desk
        .outside("home/.local/state/kopswain/runs")
        .join(cluster);
    let runs = fs::read_dir(runs)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let run = runs.filter(|path| path.is_dir()).max().unwrap();
    let number = |path: &PathBuf| {
        path.file_stem()?
            .to_str()?
            .strip_prefix("command-")?
            .parse::<u32>()
            .ok()
    };
    let files = fs::read_dir(run)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|end| end == stream));
    fs::read_to_string(files.max_by_key(number).unwrap()).unwrap()
}
