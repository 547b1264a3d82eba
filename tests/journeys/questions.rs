//! The questions: answered, refused, corrected, left and taken up again.

use kopswain::core::answers::NodeGroup;
use kopswain::io::demo;
use kopswain::tui::effect::Effect;
use kopswain::tui::event::Event;
use kopswain::tui::model::{Model, Overlay};
use kopswain::tui::screen_context::Pane;
use kopswain::tui::screens::wizard::WizardStep;
use kopswain::tui::screens::wizard::form::EditState;

use super::travel::{Arrived, TO_REVIEW, follow, to_review, travel};
use crate::keys::journey;

#[test]
fn back_and_forth_loses_nothing() {
    let there = to_review("");
    let again = to_review(&format!("{}{TO_REVIEW}", "<esc>".repeat(5)));
    assert_eq!(again.wizard().answers, there.wizard().answers);
    assert_eq!(again.wizard().spec.text, there.wizard().spec.text);
    assert_eq!(again.screen, there.screen);
    let previews = |arrived: &Arrived| {
        arrived
            .effects
            .iter()
            .filter(|effect| matches!(effect, Effect::Preview(_)))
            .count()
    };
    assert_eq!((previews(&there), previews(&again)), (1, 1));
}

#[test]
fn from_the_review_back_to_the_network_and_forward_again() {
    let there = to_review("");
    let network = to_review("2");
    assert_eq!(network.wizard().step, WizardStep::Network);
    // What was shown keeps its mark.
    assert!(network.shows("1✓ Cluster 2● Network 3✓ Control plane 4✓ Nodes 5✓ Access 6✓ Review"));
    let again = to_review("2<alt-6>");
    assert_eq!(again.screen, there.screen);
    assert_eq!(again.wizard().answers, there.wizard().answers);
    // With another CIDR the dry run is another one.
    let moved = to_review("2<down><down>]<alt-6>");
    assert_eq!(moved.wizard().step, WizardStep::Review);
    let cidr = moved.wizard().answers.zones[0].private_cidr;
    assert_eq!(cidr, "172.20.24.0/24".parse().ok());
    let previews = moved.effects.iter();
    let previews = previews.filter(|effect| matches!(effect, Effect::Preview(_)));
    assert_eq!(previews.count(), 2);
}

#[test]
fn a_step_is_jumped_to_by_its_number_where_nothing_is_typed() {
    let step = |keys: &str| travel(keys).wizard().step;
    // On a row that is typed a digit is typed, and alt jumps.
    assert_eq!(step("2"), WizardStep::Cluster);
    assert_eq!(step("<alt-2>"), WizardStep::Network);
    assert_eq!(step("<alt-2>3"), WizardStep::ControlPlane);
    assert_eq!(step("<alt-5><alt-1>"), WizardStep::Cluster);
    let to_come = travel("<alt-4>");
    assert_eq!(
        (to_come.wizard().step, to_come.model.notice()),
        (
            WizardStep::Cluster,
            Some("Nodes waits for Network: no VPC is chosen.")
        )
    );
    assert_eq!(step("<alt-2><alt-6>"), WizardStep::Review);
    let blocked = travel("<alt-2><space><right><space><right><space><alt-6>");
    assert_eq!(
        (blocked.wizard().step, blocked.model.notice()),
        (
            WizardStep::Network,
            Some("Review waits for Network: no zone is chosen.")
        )
    );
    assert!(blocked.shows("2● Network"), "{:#?}", blocked.screen);
}

#[test]
fn esc_on_the_first_step_asks_before_leaving() {
    let asked = travel("<esc>");
    assert_eq!(
        (asked.model.overlay(), asked.code),
        (Overlay::Leaving, None)
    );
    assert_eq!(travel("<esc><enter>").model.overlay(), Overlay::None);
    assert_eq!(travel("<esc>l").code, Some(130));
}

fn zones(arrived: &Arrived) -> Vec<&str> {
    arrived
        .wizard()
        .answers
        .zones
        .iter()
        .map(|zone| zone.name.as_str())
        .collect()
}

#[test]
fn a_zone_is_taken_out_and_in_again() {
    let before = travel("<enter>");
    assert_eq!(zones(&before), ["us-east-1a", "us-east-1b", "us-east-1c"]);
    let out = travel("<enter><right><space>");
    assert_eq!(zones(&out), ["us-east-1a", "us-east-1c"]);
    let back = travel("<enter><right><space><space>");
    assert_eq!(back.wizard().answers, before.wizard().answers);
    assert_eq!(back.wizard().spec.text, before.wizard().spec.text);
}

#[test]
fn a_fourth_zone_moves_no_block() {
    let blocks = |arrived: &Arrived| -> Vec<_> {
        let zones = arrived.wizard().planned.plan.zones.iter();
        zones
            .map(|zone| (zone.name.clone(), zone.private, zone.utility))
            .collect()
    };
    let three = blocks(&travel("<enter>"));
    let four = blocks(&travel("<enter><end><space>"));
    assert_eq!((three.len(), four.len()), (3, 4));
    assert_eq!(four[..3], three);
}

// The CIDR of the first private subnet.
const SUBNETS: &str = "<enter><down><down>";

#[test]
fn a_block_is_typed_refused_and_corrected() {
    let refused = travel(&format!("{SUBNETS}<space><ctrl-u>172.20.65.0/19<enter>"));
    let EditState::Typing(typing) = &refused.wizard().form().entry else {
        panic!("the entry stays open");
    };
    assert_eq!(
        typing.refused.as_deref(),
        Some("172.20.65.0/19 has host bits set; the CIDR is 172.20.64.0/19")
    );
    assert_eq!(typing.input.value(), "172.20.65.0/19");
    assert_eq!(
        refused
            .saved()
            .last()
            .map(|answers| answers.zones[0].private_cidr),
        Some(None)
    );
    let keys = format!(
        "{SUBNETS}<space><ctrl-u>172.20.65.0/19<enter>{}4.0/19<enter>",
        "<backspace>".repeat(6)
    );
    let corrected = travel(&keys);
    let fixed = corrected.wizard().answers.zones[0]
        .private_cidr
        .map(|block| block.to_string());
    assert_eq!(fixed.as_deref(), Some("172.20.64.0/19"));
    assert!(matches!(
        corrected.wizard().form().entry,
        EditState::Resting
    ));
}

#[test]
fn an_emptied_block_is_planned_again() {
    let planned = travel(SUBNETS);
    let freed = travel(&format!(
        "{SUBNETS}<space><ctrl-u>172.20.224.0/20<enter><left><delete>"
    ));
    assert_eq!(freed.wizard().answers, planned.wizard().answers);
    assert_eq!(freed.wizard().spec.text, planned.wizard().spec.text);
}

const CONTROL_PLANE: &str = "<enter><enter>";
const NODES: &str = "<enter><enter><enter>";

#[test]
fn an_instance_type_is_found_by_a_few_letters() {
    let searching = travel(&format!("{CONTROL_PLANE}<down>m6ixl"));
    assert!(searching.shows("m6i.xlarge"), "{:#?}", searching.screen);
    let picked = travel(&format!("{CONTROL_PLANE}<down>m6ixl<enter>"));
    assert_eq!(
        picked.wizard().answers.control_plane.machine_type,
        "m6i.xlarge"
    );
    let left = travel(&format!("{CONTROL_PLANE}<down>m6ixl<esc>"));
    assert_eq!(
        left.wizard().answers.control_plane.machine_type,
        "t3.medium"
    );
    assert_eq!(left.wizard().step, WizardStep::ControlPlane);
}

fn groups(arrived: &Arrived) -> Vec<String> {
    arrived
        .wizard()
        .answers
        .instance_groups
        .iter()
        .map(|group| group.name.clone())
        .collect()
}

#[test]
fn a_group_is_added_named_and_taken_away() {
    assert_eq!(
        groups(&travel(&format!("{NODES}<end><space>"))),
        ["nodes", "nodes-2"]
    );
    let named = travel(&format!("{NODES}<end><space><space><ctrl-u>spot<enter>"));
    let spot = NodeGroup {
        name: "spot".to_owned(),
        ..NodeGroup::default()
    };
    assert_eq!(
        named.wizard().answers.instance_groups,
        [NodeGroup::default(), spot]
    );
    let removed = travel(&format!("{NODES}<end><space><home><ctrl-d>"));
    assert_eq!(groups(&removed), ["nodes-2"]);
    let last = travel(&format!("{NODES}<ctrl-d>"));
    assert_eq!(groups(&last), ["nodes"]);
}

#[test]
fn a_resize_in_the_middle_changes_nothing_but_the_room() {
    let keys: Vec<Event> = journey("<enter><down>")
        .into_iter()
        .map(Event::Key)
        .collect();
    let straight = follow(Model::wizard(demo::answers(), "/home/op"), keys.clone());
    let mut bent = Vec::new();
    for (at, event) in keys.into_iter().enumerate() {
        let columns = 60 + u16::try_from(at).unwrap() * 70;
        bent.extend([Event::Resize { columns, rows: 15 }, event]);
    }
    bent.push(Event::Resize {
        columns: 80,
        rows: 24,
    });
    let arrived = follow(Model::wizard(demo::answers(), "/home/op"), bent);
    assert_eq!(arrived.screen, straight.screen);
    assert_eq!(arrived.wizard().answers, straight.wizard().answers);
}

#[test]
fn ctrl_c_asks_and_enter_stays() {
    let before = travel("<enter><enter>");
    let asked = travel("<enter><enter><ctrl-c>");
    assert_eq!(asked.model.overlay(), Overlay::Leaving);
    assert!(asked.shows("Leave kopswain"), "{:#?}", asked.screen);
    let stayed = travel("<enter><enter><ctrl-c><enter>");
    assert_eq!((stayed.model.overlay(), stayed.code), (Overlay::None, None));
    assert_eq!(stayed.screen, before.screen);
    assert_eq!(travel("<enter><enter><ctrl-c><ctrl-c>").code, Some(130));
}

#[test]
fn a_signal_ends_the_program_at_once() {
    for event in [Event::Terminated, Event::TerminalLost] {
        assert_eq!(
            follow(Model::wizard(demo::answers(), ""), vec![event]).code,
            Some(130)
        );
    }
}

#[test]
fn tab_goes_to_the_spec_and_back() {
    let there = travel("<enter><enter><tab>");
    assert_eq!(there.wizard().pane, Pane::Spec);
    assert!(there.shows("cluster_spec.yml"), "{:#?}", there.screen);
    assert!(!there.shows("Instance type"), "{:#?}", there.screen);
    let back = travel("<enter><enter><tab><tab>");
    assert_eq!(back.screen, travel("<enter><enter>").screen);
    assert_eq!(travel("<enter><enter><tab><esc>").screen, back.screen);
}

#[test]
fn tab_shows_the_address_map_first_where_there_is_one() {
    let subnets = "<enter>";
    let pane = |tabs: &str| travel(&format!("{subnets}{tabs}")).wizard().pane;
    let panes = ["", "<tab>", "<tab><tab>", "<tab><tab><tab>"].map(pane);
    assert_eq!(panes, [Pane::Work, Pane::Map, Pane::Spec, Pane::Work]);
    let map = travel(&format!("{subnets}<tab><down><end>"));
    let runs = map.wizard().map_listed().unwrap().runs().len();
    assert_eq!(map.wizard().map_top, runs - 1);
    assert!(map.shows("Address map"), "{:#?}", map.screen);
    assert_eq!(pane("<tab><esc>"), Pane::Work);
    let on = travel(&format!("{subnets}<tab><enter>"));
    assert_eq!(
        (on.wizard().step, on.wizard().pane),
        (WizardStep::ControlPlane, Pane::Work)
    );
}

#[test]
fn answers_saved_are_what_was_typed() {
    let keys = format!(
        "<space><ctrl-u>stage.example.com<enter><up>{SUBNETS}<space><ctrl-u>172.20.64.0/20<enter><enter>\
         <right><enter><down><down><space><ctrl-u>2<enter><space><ctrl-u>9<enter><enter><down><space>10.0.0.0/8, 192.168.7.0/24<enter>"
    );
    let arrived = travel(&keys);
    let mut wanted = travel("<enter>").wizard().answers.clone();
    wanted.cluster = "stage.example.com".to_owned();
    wanted.zones = travel("<enter>").wizard().answers.zones.clone();
    wanted.zones[0].private_cidr = Some("172.20.64.0/20".parse().unwrap());
    wanted.control_plane.count = 5;
    (wanted.instance_groups[0].min, wanted.instance_groups[0].max) = (2, 9);
    wanted.access.ssh = vec![
        "10.0.0.0/8".parse().unwrap(),
        "192.168.7.0/24".parse().unwrap(),
    ];
    assert_eq!(
        arrived.saved().last(),
        Some(&wanted),
        "{:#?}",
        arrived.screen
    );
    assert_eq!(arrived.wizard().answers, wanted);
}

#[test]
fn every_change_is_saved_once_and_a_move_saves_nothing() {
    assert_eq!(travel("<down><down><up><tab><tab>?<esc>").saved(), []);
    assert_eq!(travel("<enter><space><space><down>").saved().len(), 3);
}

#[test]
fn help_opens_and_closes_on_every_step() {
    for steps in 0..=5 {
        let before = travel(&"<enter>".repeat(steps));
        let asked = travel(&format!("{}?", "<enter>".repeat(steps)));
        assert_eq!(
            asked.model.overlay(),
            Overlay::Help { top: 0 },
            "step {steps}"
        );
        let closed = travel(&format!("{}?<esc>", "<enter>".repeat(steps)));
        assert_eq!(closed.screen, before.screen, "step {steps}");
    }
}
