//! The wizard by keys: each step waited for, answered and left.

use std::time::Duration;

use crate::desk::IMAGE;
use crate::pty::Terminal;

/// The longest wait for a screen that only the program itself draws.
pub(crate) const SOON: Duration = Duration::from_secs(10);
/// The longest wait for an answer of the lab's AWS or of a dry run of kops, two of them at work.
pub(crate) const ANSWER: Duration = Duration::from_secs(90);

/// Waits for the title of a step's pane, `STEP  ROW/ROWS`.
pub(crate) fn at_step(terminal: &Terminal, step: &str) {
    terminal.wait_until(&format!("the step {step}"), ANSWER, |screen| {
        titled(screen, step)
    });
}

fn titled(screen: &str, step: &str) -> bool {
    let start = format!("{step}  ");
    let position = |rest: &str| {
        rest.split_once('/')
            .is_some_and(|(row, _)| row.parse::<u32>().is_ok())
    };
    screen
        .match_indices(&start)
        .any(|(at, found)| position(&screen[at + found.len()..]))
}

/// Types the cluster's name and waits until every check has answered.
pub(crate) fn account(terminal: &mut Terminal, cluster: &str) {
    at_step(terminal, "Cluster");
    terminal.keys(&format!("{cluster}<enter>"));
    terminal.wait_for(cluster, SOON);
    checked(terminal);
    terminal.keys("<enter>");
}

fn checked(terminal: &Terminal) {
    terminal.wait_until("every check answered", ANSWER, |screen| {
        !screen.contains("asking")
    });
}

/// Leaves every step as an answers file has it.
pub(crate) fn answered_before(terminal: &mut Terminal) {
    at_step(terminal, "Cluster");
    checked(terminal);
    terminal.keys("<enter>");
    at_step(terminal, "Network");
    terminal.wait_for("[x]", ANSWER);
    terminal.keys("<enter>");
    for step in ["Control plane", "Nodes", "Access"] {
        at_step(terminal, step);
        terminal.keys("<enter>");
    }
}

/// Chooses the first VPC that can hold a cluster, unless it is chosen as the only one, with the cursor on it.
pub(crate) fn vpc(terminal: &mut Terminal, vpc: &str) {
    at_step(terminal, "Network");
    terminal.wait_for(&vpc[..12], ANSWER);
    terminal.keys("<left><space>");
    terminal.wait_for("[x]", SOON);
}

/// Chooses the VPC, and keeps zones and CIDRs as planned.
pub(crate) fn network(terminal: &mut Terminal, id: &str) {
    vpc(terminal, id);
    terminal.keys("<enter>");
}

/// Types the image of the control plane and of the nodes.
pub(crate) fn compute(terminal: &mut Terminal) {
    at_step(terminal, "Control plane");
    image(terminal, 2);
    at_step(terminal, "Nodes");
    image(terminal, 6);
}

fn image(terminal: &mut Terminal, rows_down: usize) {
    terminal.keys(&"<down>".repeat(rows_down));
    terminal.keys(&format!("{IMAGE}<enter>"));
    terminal.wait_for(IMAGE, SOON);
    terminal.keys("<enter>");
}

/// Names the SSH public key and the Kubernetes version.
pub(crate) fn access(terminal: &mut Terminal, key: &str, version: &str) {
    at_step(terminal, "Access");
    terminal.keys(&format!("{key}<enter>"));
    terminal.wait_for(key, SOON);
    terminal.keys(&"<down>".repeat(6));
    terminal.keys(&format!("{version}<enter>"));
    terminal.wait_for(version, SOON);
    terminal.keys("<enter>");
}

/// Waits for the dry run and gives the line with its counts.
pub(crate) fn dry_run(terminal: &Terminal) -> String {
    let counts = |screen: &str| {
        let whole = |line: &&str| line.contains(" create · ") && line.contains(" delete");
        screen.lines().find(whole).map(str::to_owned)
    };
    terminal.wait_until("the counts", ANSWER, |screen| counts(screen).is_some());
    counts(&terminal.screen()).unwrap()
}

/// Approves: first with another name, which starts nothing, then with the cluster's.
pub(crate) fn approve(terminal: &mut Terminal, cluster: &str) {
    terminal.keys("a");
    terminal.wait_for("Type the cluster's name to approve", SOON);
    terminal.keys("other.example.com<enter>");
    terminal.wait_for("that is not the cluster's name", SOON);
    terminal.keys(&format!("<ctrl-u>{cluster}<enter>"));
    terminal.wait_until("the run", SOON, |screen| screen.contains("1 Register"));
}

#[test]
fn a_step_is_found_by_its_title_alone() {
    assert!(titled("┌ Nodes  1/11 ────┐", "Nodes"));
    assert!(!titled(" 3✓ Control plane  4● Nodes  5○ Access", "Nodes"));
}
