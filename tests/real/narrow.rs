//! The wizard in a terminal of 80×24: one pane, the other by tab, and leaving without a trace in the account.

use std::collections::BTreeMap;

use crate::cloud::Cloud;
use crate::desk::Desk;
use crate::lab::Lab;
use crate::wizard_keys::{self as keys, SOON};

const CLUSTER: &str = "narrow.example.com";

#[test]
#[ignore = "needs the lab: ./check"]
fn a_small_terminal_reaches_the_review_and_leaves_without_a_trace() {
    let lab = Lab::start("narrow");
    let cloud = Cloud::of(&lab);
    let vpc = lab.world("method").remove(0);
    let before = cloud.shared();
    let desk = Desk::at(&lab);
    let mut terminal = desk.terminal(&[], (80, 24));
    keys::account(&mut terminal, CLUSTER);
    keys::network(&mut terminal, &vpc.id);
    keys::compute(&mut terminal);
    keys::access(&mut terminal, "key.pub", "1.34.0");
    let counts = keys::dry_run(&terminal);
    assert!(counts.contains("3 modify · 0 delete"), "{counts}");
    terminal.keys("<tab>");
    terminal.wait_for("kubernetesVersion: 1.34.0", SOON);
    terminal.keys("<tab>");
    terminal.wait_for(" create · ", SOON);
    terminal.keys("<esc>");
    keys::at_step(&terminal, "Access");
    terminal.keys("<ctrl-c>");
    terminal.wait_for("Leave kopswain", SOON);
    terminal.keys("<enter>");
    terminal.wait_until("the question gone", SOON, |screen| {
        !screen.contains("Leave kopswain")
    });
    terminal.keys("<ctrl-c>");
    terminal.wait_for("Leave kopswain", SOON);
    terminal.keys("l");
    let left = terminal.end(SOON);
    assert_eq!(left.code, 130, "{}", left.text);
    left.restored();
    assert_eq!(
        desk.files().keys().collect::<Vec<_>>(),
        ["answers.yml", "key.pub"]
    );
    assert_eq!(
        (cloud.state_store(), cloud.shared()),
        (BTreeMap::new(), before)
    );
}
