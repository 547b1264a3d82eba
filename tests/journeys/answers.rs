//! What the person set stays and what follows from it follows; what is wrong stands on its row; nothing is lost unasked.

use kopswain::core::answers::{Answers, NodeGroup};
use kopswain::core::fault::Fault;
use kopswain::core::inventory::Inventory;
use kopswain::core::network::cidr::Tier;
use kopswain::core::text::untrusted::Untrusted;
use kopswain::io::demo;
use kopswain::tui::effect::Effect;
use kopswain::tui::event::{Event, Timestamp};
use kopswain::tui::key::{Code, Key};
use kopswain::tui::keymap::Context;
use kopswain::tui::model::{Model, Overlay, Screen};
use kopswain::tui::screens::wizard::field::{FieldKey, Item};
use kopswain::tui::screens::wizard::form::EditState;
use kopswain::tui::screens::wizard::{WizardStep, access, nodes, subnets, vpc, zones};
use kopswain::tui::update::{start, update};

use super::travel::{Arrived, follow, travel};
use crate::keys::journey;

const SMALL: &str = "vpc-0000000000000small";

/// The built-in account with a second VPC, whose only NAT gateway is in the first zone.
fn two_vpcs() -> Inventory {
    let mut inventory = demo::inventory();
    let mut vpc = inventory.vpcs[0].clone();
    SMALL.clone_into(&mut vpc.id);
    vpc.tags
        .insert(Untrusted::from("Name"), Untrusted::from("small"));
    vpc.nat_gateways.truncate(1);
    inventory.vpcs.push(vpc);
    inventory
}

fn from(answers: Answers, keys: &str) -> Arrived {
    let inventory = Box::new(two_vpcs());
    let discovered = Event::Discovered {
        inventory,
        complete: true,
    };
    let keys = journey(keys).into_iter().map(Event::Key);
    let events = std::iter::once(discovered).chain(keys).collect();
    follow(Model::wizard(answers, "/home/op"), events)
}

fn on_two(keys: &str) -> Arrived {
    from(demo::answers(), keys)
}

fn zone_names(arrived: &Arrived) -> Vec<&str> {
    let zones = arrived.wizard().answers.zones.iter();
    zones.map(|zone| zone.name.as_str()).collect()
}

fn sizes(arrived: &Arrived) -> (u32, u32, u32) {
    let answers = &arrived.wizard().answers;
    let group = &answers.instance_groups[0];
    (answers.control_plane.count, group.min, group.max)
}

// The subnets of the VPC are not there any more once looking for it has failed.
#[test]
fn the_cursor_stays_on_a_row_when_discovery_fails() {
    let failed = Event::DiscoveryFailed(Fault::new("refused", "a test", "ask again"));
    for downs in 0..16 {
        for entry in ["", "<space>"] {
            let keys = format!("<enter>{}{entry}", "<down>".repeat(downs));
            let mut model = on_two(&keys).model;
            let at = model.at();
            update(&mut model, at, failed.clone());
            let Screen::Wizard(wizard) = model.screen() else {
                panic!("no wizard");
            };
            let rows = wizard.fields().len();
            assert!(wizard.form().cursor < rows.max(1), "{keys}");
        }
    }
}

/// From the first step to Max size of the first instance group.
const MAX_SIZE: &str = "<enter><enter><enter><enter><down><down><down>";

#[test]
fn more_nodes_than_the_planned_subnets_have_addresses_for_move_them_and_say_so() {
    let few = from(demo::answers(), MAX_SIZE);
    let many = from(demo::answers(), &format!("{MAX_SIZE}2000<enter>"));
    let planned = |arrived: &Arrived| arrived.wizard().planned.plan.zones.clone();
    assert_eq!(few.wizard().current().unwrap().name, "Max size");
    assert_ne!(planned(&few), planned(&many));
    let moves =
        "This moves us-east-1a from 172.20.16.0/24 to 172.20.64.0/21, and 5 planned subnets more.";
    assert_eq!(many.model.notice(), Some(moves));
    // What an undo moves back is where it was.
    let undone = from(demo::answers(), &format!("{MAX_SIZE}2000<enter><ctrl-u>"));
    assert_eq!(planned(&undone), planned(&few));
}

const THREE: [&str; 3] = ["us-east-1a", "us-east-1b", "us-east-1c"];

#[test]
fn another_vpc_is_looked_at_and_everything_follows_there_and_back() {
    let before = on_two("<enter><enter>");
    assert_eq!(
        (zone_names(&before), sizes(&before)),
        (THREE.to_vec(), (3, 3, 6))
    );
    let there = on_two("<enter><enter><left><down><space>");
    assert_eq!(there.wizard().answers.vpc, SMALL);
    assert_eq!(
        (zone_names(&there), sizes(&there)),
        (vec!["us-east-1a"], (1, 1, 2))
    );
    let back = on_two("<enter><enter><left><down><space><up><space>");
    assert_eq!(back.wizard().answers, before.wizard().answers);
    assert_eq!(back.wizard().spec.text, before.wizard().spec.text);
}

#[test]
fn what_was_set_stays_whatever_vpc_is_looked_at() {
    // A block, five members, a minimum and a version are set; then the other VPC is chosen and left again.
    let set = "<enter><enter><down><down><space><ctrl-u>172.20.64.0/20<enter><enter><right><enter><down><down>2<enter><enter>";
    let last = format!("{set}<end>1.35.4<enter>");
    let before = on_two(&last);
    let fixed = before.wizard().answers.zones[0].private_cidr;
    assert_eq!(
        fixed.map(|block| block.to_string()).as_deref(),
        Some("172.20.64.0/20")
    );
    assert_eq!(sizes(&before), (5, 2, 6));
    let away = format!("{last}{}<left><down><space>", "<esc>".repeat(3));
    let there = on_two(&away);
    assert_eq!(
        (there.wizard().step, zone_names(&there)),
        (WizardStep::Network, vec!["us-east-1a"])
    );
    assert_eq!(there.wizard().answers.zones[0].private_cidr, None);
    assert_eq!(sizes(&there), (5, 2, 2));
    assert_eq!(there.wizard().answers.kubernetes_version, "1.35.4");
    let back = on_two(&format!("{away}<up><space>"));
    assert_eq!(back.wizard().answers, before.wizard().answers);
}

#[test]
fn a_zone_that_is_taken_in_again_has_its_own_block_again() {
    let keys = "<enter><down><down><space><ctrl-u>172.20.64.0/20<enter><home><up><up>";
    let before = travel(keys);
    let out = travel(&format!("{keys}<space>"));
    assert_eq!(zone_names(&out), ["us-east-1b", "us-east-1c"]);
    assert_eq!(sizes(&out), (1, 2, 4));
    let again = travel(&format!("{keys}<space><space>"));
    assert_eq!(again.wizard().answers, before.wizard().answers);
}

#[test]
fn a_fourth_zone_gets_a_node_unless_the_number_was_set() {
    let four = travel("<enter><end><space>");
    assert_eq!(sizes(&four), (3, 4, 8));
    let set = travel("<enter><enter><enter><down><down>3<enter><esc><esc><end><space>");
    assert_eq!((zone_names(&set).len(), sizes(&set)), (4, (3, 3, 8)));
}

#[test]
fn a_size_that_is_cleared_follows_again() {
    let nodes = "<enter>".repeat(3);
    let set = travel(&format!("{nodes}<down><down>9<enter>"));
    assert_eq!(sizes(&set), (3, 9, 9));
    let cleared = travel(&format!("{nodes}<down><down>9<enter><up><delete>"));
    assert_eq!(sizes(&cleared), (3, 3, 6));
    let count = travel("<enter><enter><right><backspace>");
    assert_eq!(sizes(&count), (3, 3, 6));
}

#[test]
fn another_region_is_looked_at_and_the_vpc_is_chosen_again_at_home() {
    let before = travel("<enter><esc>");
    let elsewhere = "<down><space><ctrl-u>eu-west-1<enter>";
    let there = travel(&format!("<enter><esc>{elsewhere}"));
    let answers = &there.wizard().answers;
    assert_eq!((answers.vpc.as_str(), answers.zones.len()), ("", 0));
    let back = travel(&format!(
        "<enter><esc>{elsewhere}<up><space><ctrl-u>us-east-1<enter>"
    ));
    assert_eq!(back.wizard().answers, before.wizard().answers);
}

#[test]
fn what_a_file_has_as_it_is_proposed_follows_and_what_differs_stays() {
    let proposed = on_two("<enter><enter>").wizard().answers.clone();
    let there = "<enter><left><down><space>";
    let follows = from(proposed.clone(), there);
    assert_eq!(
        (zone_names(&follows), sizes(&follows)),
        (vec!["us-east-1a"], (1, 1, 2))
    );
    let mut own = proposed;
    own.control_plane.count = 5;
    own.zones.remove(1);
    (own.instance_groups[0].min, own.instance_groups[0].max) = (7, 11);
    let back = from(own.clone(), &format!("{there}<up><space>"));
    assert_eq!(back.wizard().answers, own);
    let opened = from(own.clone(), "");
    assert_eq!((&opened.wizard().answers, opened.saved()), (&own, vec![]));
}

#[test]
fn zones_that_ec2_tells_later_are_proposed_and_saved_then() {
    let mut early = two_vpcs();
    early.vpcs[0].nat_gateways.clear();
    let discovered = |inventory: Inventory, complete| Event::Discovered {
        inventory: Box::new(inventory),
        complete,
    };
    let at = Timestamp::default();
    let mut model = Model::wizard(demo::answers(), "/home/op");
    start(&mut model);
    update(&mut model, at, discovered(early, false));
    for key in journey("<enter><down><space>") {
        update(&mut model, at, Event::Key(key));
    }
    let answers = |model: &Model| match model.screen() {
        Screen::Wizard(wizard) => wizard.answers.clone(),
        other => panic!("not in the wizard: {other:?}"),
    };
    assert_eq!(answers(&model).vpc, two_vpcs().vpcs[0].id);
    assert_eq!(answers(&model).zones, []);
    let effects = update(&mut model, at, discovered(two_vpcs(), true));
    let now = answers(&model);
    let names: Vec<&str> = now.zones.iter().map(|zone| zone.name.as_str()).collect();
    assert_eq!(names, THREE);
    assert!(effects.contains(&Effect::SaveAnswers(now.to_yaml())));
}

#[test]
fn the_one_vpc_that_can_hold_a_cluster_is_chosen_and_of_several_none() {
    let one = travel("<enter>");
    assert_eq!(one.wizard().answers.vpc, demo::inventory().vpcs[0].id);
    assert_eq!(one.saved().last(), Some(&one.wizard().answers));
    assert_eq!(on_two("<enter>").wizard().answers.vpc, "");
    // The region's default VPC beside it has no NAT gateway.
    let mut inventory = two_vpcs();
    inventory.vpcs[1].nat_gateways.clear();
    let discovered = Event::Discovered {
        inventory: Box::new(inventory),
        complete: true,
    };
    let keys = journey("<enter>").into_iter().map(Event::Key);
    let events = std::iter::once(discovered).chain(keys).collect();
    let beside = follow(Model::wizard(demo::answers(), "/home/op"), events);
    assert_eq!(beside.wizard().answers.vpc, demo::inventory().vpcs[0].id);
    assert_eq!(travel("<enter><ctrl-u>").wizard().answers.vpc, "");
}

#[test]
fn enter_takes_the_vpc_under_the_cursor() {
    let taken = on_two("<enter><down><enter>");
    assert_eq!(
        (taken.wizard().answers.vpc.as_str(), taken.wizard().step),
        (SMALL, WizardStep::Network)
    );
    // Back again, the cursor is on the zones of what is chosen, and enter continues.
    let again = on_two("<enter><down><enter><esc><enter><enter>");
    assert_eq!(again.wizard().answers, taken.wizard().answers);
    assert_eq!(again.wizard().step, WizardStep::ControlPlane);
    let other = on_two("<enter><down><enter><left><up><enter>");
    assert_eq!(other.wizard().answers.vpc, demo::inventory().vpcs[0].id);
}

#[test]
fn the_cursor_waits_on_the_zones_of_the_chosen_vpc_which_is_left_of_them() {
    let answers = on_two("<enter><down><enter>").wizard().answers.clone();
    let zone = FieldKey::new(&zones::ZONE, Item::Zone("us-east-1a".to_owned()));
    assert_eq!(field(&from(answers.clone(), "<enter>")), Some(zone));
    let vpc = FieldKey::new(&vpc::VPC, Item::Vpc(SMALL.to_owned()));
    assert_eq!(field(&from(answers, "<enter><left>")), Some(vpc));
}

#[test]
fn enter_adds_a_group_on_the_row_that_says_so_and_never_by_going_on() {
    let nodes = "<enter>".repeat(3);
    let added = travel(&format!("{nodes}<end><enter>"));
    assert_eq!(names(&added), ["nodes", "nodes-2"]);
    // The row of the taints is the last before it: a taken value leaves the cursor there.
    let typed = travel(&format!(
        "{nodes}<end><up>dedicated=a:NoSchedule<enter><enter>"
    ));
    assert_eq!(
        (names(&typed), typed.wizard().step),
        (vec!["nodes".to_owned()], WizardStep::Access)
    );
}

fn names(arrived: &Arrived) -> Vec<String> {
    let groups = arrived.wizard().answers.instance_groups.iter();
    groups.map(|group| group.name.clone()).collect()
}

#[test]
fn no_key_that_clears_takes_a_group_away() {
    let nodes = "<enter>".repeat(3);
    let rows = travel(&nodes).wizard().fields().len();
    for row in 0..rows {
        for key in ["<delete>", "<backspace>"] {
            let arrived = travel(&format!(
                "{nodes}<end><enter><home>{}{key}",
                "<down>".repeat(row)
            ));
            assert_eq!(names(&arrived), ["nodes", "nodes-2"], "{key} on row {row}");
            assert!(
                arrived.model.notice().is_some(),
                "{key} on row {row} says nothing"
            );
        }
    }
}

#[test]
fn what_a_field_was_is_said_when_it_is_cleared_and_comes_back() {
    let labels = format!(
        "{}<end><up><up>team=web, disk=ssd<enter>",
        "<enter>".repeat(3)
    );
    let before = travel(&labels);
    let cleared = travel(&format!("{labels}<up><delete>"));
    assert_eq!(
        cleared.wizard().answers.instance_groups,
        [NodeGroup::default()]
    );
    assert_eq!(
        cleared.model.notice(),
        Some("Labels is none again; ctrl-u brings back disk=ssd, team=web")
    );
    let undone = travel(&format!("{labels}<up><delete><ctrl-u>"));
    assert_eq!(undone.wizard().answers, before.wizard().answers);
    assert_eq!(undone.saved().last(), Some(&before.wizard().answers));
}

#[test]
fn a_group_is_removed_on_its_first_row_and_comes_back_as_it_was() {
    let two = format!(
        "{}<end><enter><space><ctrl-u>spot<enter>7<esc><down>4<enter><up><up><up>",
        "<enter>".repeat(3)
    );
    let before = travel(&two);
    assert_eq!(names(&before), ["nodes", "spot"]);
    assert_eq!(
        before.model.context(),
        Context::FormGroup,
        "{:#?}",
        before.screen
    );
    let removed = travel(&format!("{two}<ctrl-d>"));
    assert_eq!(names(&removed), ["nodes"]);
    assert_eq!(
        removed.model.notice(),
        Some("The instance group spot is removed; ctrl-u brings it back")
    );
    assert_eq!(removed.saved().last(), Some(&removed.wizard().answers));
    let back = travel(&format!("{two}<ctrl-d><ctrl-u>"));
    assert_eq!(back.wizard().answers, before.wizard().answers);
    assert_eq!(
        back.model.notice(),
        Some("Undone: the instance group spot is back")
    );
    let last = travel(&format!("{}<ctrl-d>", "<enter>".repeat(3)));
    assert_eq!(names(&last), ["nodes"]);
    assert_eq!(
        last.model.notice(),
        Some("the last group stays: pods need a node to run on")
    );
}

#[test]
fn changes_are_undone_one_after_the_other_to_the_first() {
    let start = travel("");
    let keys = "<enter><space><enter><right><enter><end><enter>";
    let undone = travel(&format!("{keys}{}", "<ctrl-u>".repeat(9)));
    assert_eq!(undone.wizard().answers, start.wizard().answers);
    assert_eq!(
        undone.model.notice(),
        Some("Nothing to undo: no answer was changed in this session")
    );
}

#[test]
fn zones_that_were_set_follow_the_vpc_again() {
    for (keys, set) in [
        ("<space>", &THREE[1..]),
        ("<space><space>", &THREE[..]),
        (
            "<end><space>",
            &[THREE[0], THREE[1], THREE[2], "us-east-1d"],
        ),
        ("]", &THREE[..]),
    ] {
        let before = travel("<enter>");
        let chosen = travel(&format!("<enter>{keys}"));
        assert_eq!(zone_names(&chosen), set, "{keys}");
        assert!(chosen.shows("delete back to proposed"), "{keys}");
        let cleared = travel(&format!("<enter>{keys}<delete>"));
        let answers = &cleared.wizard().answers;
        assert_eq!(*answers, before.wizard().answers, "{keys}");
        assert!(!cleared.shows("delete back to proposed"), "{keys}");
        if chosen.wizard().answers != *answers {
            let undone = travel(&format!("<enter>{keys}<delete><ctrl-u>"));
            assert_eq!(undone.wizard().answers, chosen.wizard().answers, "{keys}");
        }
    }
    let nothing = travel("<enter><end><delete>");
    assert_eq!(zone_names(&nothing), THREE);
}

#[test]
fn a_counted_control_plane_follows_the_zones_again() {
    let five = "<enter><enter><right>";
    let set = travel(five);
    assert_eq!(set.wizard().answers.control_plane.count, 5);
    assert!(set.shows("delete let it follow"));
    let cleared = travel(&format!("{five}<delete>"));
    assert_eq!(cleared.wizard().answers.control_plane.count, 3);
    let one = travel(&format!("{five}<delete><esc><space><enter>"));
    assert_eq!(one.wizard().answers.control_plane.count, 1);
}

// The screen's rows that hold a word.
fn rows_with<'a>(arrived: &'a Arrived, word: &str) -> Vec<(usize, &'a str)> {
    let rows = arrived.screen.iter().enumerate();
    rows.filter(|(_, row)| row.contains(word))
        .map(|(at, row)| (at, row.as_str()))
        .collect()
}

fn field(arrived: &Arrived) -> Option<FieldKey> {
    arrived.wizard().current().map(|field| field.key)
}

#[test]
fn a_wrong_taint_stands_on_its_row_once_and_the_cursor_goes_there() {
    let wrong = format!("{}<end><up>dedicated<enter>", "<enter>".repeat(3));
    let taints = Some(FieldKey::new(&nodes::TAINTS, Item::Group(0)));
    for keys in [format!("{wrong}<home><enter>"), wrong] {
        let arrived = travel(&keys);
        assert_eq!(field(&arrived), taints, "{keys}");
        let discovered = rows_with(&arrived, "is not a taint");
        let row = rows_with(&arrived, "  Taints");
        assert_eq!(
            (discovered.len(), row.len()),
            (1, 1),
            "{:#?}",
            arrived.screen
        );
        assert_eq!(discovered[0].0, row[0].0 + 1, "{:#?}", arrived.screen);
        assert!(row[0].1.contains('✗'), "{:#?}", arrived.screen);
    }
}

#[test]
fn a_block_that_collides_stands_on_its_row_and_on_the_map_as_a_collision() {
    let arrived = travel("<enter><down><down><right>172.20.8.0/22<enter>");
    assert_eq!(
        field(&arrived),
        Some(FieldKey::new(
            &subnets::PRIVATE_CIDR,
            Item::Subnet(Tier::Private, "us-east-1b".to_owned())
        ))
    );
    let discovered = rows_with(&arrived, "overlaps");
    assert_eq!(discovered.len(), 1, "{:#?}", arrived.screen);
    let page = travel("<enter><down><down><right>172.20.8.0/22<enter><tab>");
    let collision = rows_with(&page, "collides with 172.20.8.0/24 and 3");
    assert_eq!(collision.len(), 1, "{:#?}", page.screen);
    assert!(
        collision[0].1.contains("✗ 172.20.8.0/22"),
        "{:#?}",
        page.screen
    );
    let strip = rows_with(&page, "▓▓✗▓██░");
    assert_eq!(strip.len(), 1, "{:#?}", page.screen);
    let map = arrived.wizard().map().unwrap();
    let planned = map
        .runs()
        .into_iter()
        .filter(|run| format!("{:?}", run.first.kind).contains("us-east-1b"));
    assert_eq!(
        planned.count(),
        1,
        "only the utility subnet of us-east-1b is planned"
    );
}

#[test]
fn a_key_that_cannot_be_read_stands_on_its_row_once() {
    use kopswain::core::check::{Check, CheckKind, CheckState};
    use kopswain::core::fault::Fault;
    let unreadable = Fault::new(
        "~/.ssh/id_ed25519.pub cannot be read",
        "there is no such file",
        "name another file",
    );
    let discovered = Event::Checked(Check {
        kind: CheckKind::SshKey,
        state: CheckState::Blocked(unreadable),
    });
    let keys = format!("{}<down><down><enter>", "<enter>".repeat(4));
    let keys = journey(&keys).into_iter().map(Event::Key);
    let events = std::iter::once(discovered).chain(keys).collect();
    let arrived = follow(Model::wizard(demo::answers(), "/home/op"), events);
    assert_eq!(
        (arrived.wizard().step, field(&arrived)),
        (
            WizardStep::Access,
            Some(FieldKey::new(&access::SSH_PUBLIC_KEY, Item::Cluster))
        )
    );
    let said = rows_with(&arrived, "cannot be read");
    let row = rows_with(&arrived, "SSH public key");
    assert_eq!((said.len(), row.len()), (1, 1), "{:#?}", arrived.screen);
    assert_eq!(said[0].0, row[0].0 + 1, "{:#?}", arrived.screen);
    assert!(row[0].1.contains('✗'), "{:#?}", arrived.screen);
}

fn resized(columns: u16, rows: u16) -> Event {
    Event::Resize { columns, rows }
}

#[test]
fn where_nothing_is_drawn_no_key_acts_but_the_way_out() {
    let codes = [
        Code::Enter,
        Code::Esc,
        Code::Tab,
        Code::Delete,
        Code::Backspace,
        Code::Down,
        Code::Right,
        Code::Char(' '),
        Code::Char('q'),
        Code::Char('?'),
        Code::Char('l'),
        Code::Char('u'),
    ];
    for start in ["", "<enter>", "<enter><enter><enter>", "<ctrl-c>", "?"] {
        let before = travel(start);
        for small in [(59, 24), (80, 14), (1, 1)] {
            let mut events: Vec<Event> = journey(start).into_iter().map(Event::Key).collect();
            events.push(resized(small.0, small.1));
            events.extend(codes.map(|code| Event::Key(Key::plain(code))));
            events.push(Event::Key(Key::ctrl('d')));
            events.push(Event::Paste("demo.example.com\n".to_owned()));
            events.push(resized(80, 24));
            let after = follow(Model::wizard(demo::answers(), "/home/op"), events);
            assert_eq!(
                (after.code, &after.screen),
                (None, &before.screen),
                "{start} {small:?}"
            );
            assert_eq!(after.saved(), before.saved(), "{start} {small:?}");
        }
        let mut events: Vec<Event> = journey(start).into_iter().map(Event::Key).collect();
        events.extend([resized(59, 14), Event::Key(Key::ctrl('c'))]);
        let left = follow(Model::wizard(demo::answers(), "/home/op"), events);
        assert_eq!(left.code, Some(130), "{start}");
    }
    assert_eq!(travel("<ctrl-c>").model.overlay(), Overlay::Leaving);
}

// From the first zone to a cell of each kind on the picture of the network.
const CELLS: [&str; 6] = [
    "",
    "<left>",
    "<end>",
    "<down>",
    "<down><down>",
    "<down><down><down><right>",
];

#[test]
fn no_letter_changes_an_answer_on_any_row_and_what_types_nothing_says_so() {
    for step in 0..5 {
        let there = format!(
            "{}{}",
            "<enter>".repeat(step),
            "<space>".repeat(usize::from(step == 1))
        );
        let before = travel(&there);
        let down = |row: usize| format!("<home>{}", "<down>".repeat(row));
        let rows: Vec<String> = match step {
            1 => CELLS.iter().map(ToString::to_string).collect(),
            _ => (0..before.wizard().fields().len()).map(down).collect(),
        };
        for row in rows {
            for letter in ["u", "d"] {
                let after = travel(&format!("{there}{row}{letter}"));
                let place = format!("{letter} on {row} of step {step}");
                assert_eq!(after.wizard().answers, before.wizard().answers, "{place}");
                assert_eq!(after.wizard().step, before.wizard().step, "{place}");
                let typing = !matches!(after.wizard().form().entry, EditState::Resting);
                let said = format!("{letter} does nothing here");
                let notice = after.model.notice().unwrap_or_default();
                assert!(typing != notice.starts_with(&said), "{place}: {notice}");
            }
        }
    }
}

#[test]
fn a_key_that_has_nothing_else_to_choose_says_so() {
    let said = |keys: &str| travel(keys).model.notice().unwrap_or_default().to_owned();
    assert_eq!(
        said("<enter><end>]"),
        "us-east-1d is out: space takes it in"
    );
    assert_eq!(said("<enter><left><space>"), "example is chosen already");
}

#[test]
fn a_zone_without_a_gateway_is_not_taken_out_by_turning_it() {
    let mut inventory = demo::inventory();
    let mut answers = on_two("<enter><enter>").wizard().answers.clone();
    answers.zones.pop();
    inventory.vpcs[0].nat_gateways.clear();
    let discovered = Event::Discovered {
        inventory: Box::new(inventory),
        complete: true,
    };
    let keys = journey("<enter>]").into_iter().map(Event::Key);
    let events = std::iter::once(discovered).chain(keys).collect();
    let arrived = follow(Model::wizard(answers, "/home/op"), events);
    let left: Vec<(&str, &str)> = arrived
        .wizard()
        .answers
        .zones
        .iter()
        .map(|zone| (zone.name.as_str(), zone.egress.as_str()))
        .collect();
    assert_eq!(left, [(THREE[0], "External"), (THREE[1], "")]);
}

#[test]
fn undoing_names_what_is_so_again() {
    let said = |keys: &str| travel(keys).model.notice().unwrap_or_default().to_owned();
    let nodes = "<enter>".repeat(3);
    for (keys, now) in [
        (
            "<space><ctrl-u>other.example.com<enter>".to_owned(),
            "Cluster name is demo.example.com again",
        ),
        ("<enter><space>".to_owned(), "us-east-1a is in again"),
        (
            "<enter><down><down><space><ctrl-u>172.20.224.0/20<enter>".to_owned(),
            "us-east-1a is 172.20.16.0/24 again",
        ),
        (
            format!("{nodes}<down><down>9<enter>"),
            "Min size of nodes is 3 again",
        ),
        (
            format!("{nodes}web<enter>"),
            "the instance group is called nodes again",
        ),
        (
            format!("{nodes}<end><enter>"),
            "the instance group that was added is gone",
        ),
        ("<enter>".to_owned(), "no VPC is chosen"),
    ] {
        assert_eq!(
            said(&format!("{keys}<ctrl-u>")),
            format!("Undone: {now}"),
            "{keys}"
        );
    }
}

#[test]
fn what_is_wrong_with_a_cidr_goes_while_another_is_typed() {
    let wrong = "<enter><down><down><right>172.20.8.0/22<enter>";
    assert_eq!(rows_with(&travel(wrong), "overlaps").len(), 1);
    let typing = travel(&format!("{wrong}<space><backspace>"));
    assert_eq!(rows_with(&typing, "overlaps"), [], "{:#?}", typing.screen);
    let row = rows_with(&typing, "› ");
    assert!(!row[0].1.contains('✗'), "{:#?}", typing.screen);
    let left = travel(&format!("{wrong}<space><backspace><esc>"));
    assert_eq!(rows_with(&left, "overlaps").len(), 1, "{:#?}", left.screen);
}

#[test]
fn a_cidr_outside_the_vpc_is_on_the_map_and_said() {
    let arrived = travel("<enter><down><down><right>10.1.0.0/22<enter><tab>");
    let discovered = rows_with(&arrived, "private us-east-1b, not inside the VPC");
    assert_eq!(discovered.len(), 1, "{:#?}", arrived.screen);
    assert!(
        discovered[0].1.contains("✗ 10.1.0.0/22"),
        "{}",
        discovered[0].1
    );
}

fn with_key(state: kopswain::core::check::CheckState, keys: &str) -> Arrived {
    use kopswain::core::check::{Check, CheckKind};
    let discovered = Event::Checked(Check {
        kind: CheckKind::SshKey,
        state,
    });
    let keys = journey(keys).into_iter().map(Event::Key);
    let events = std::iter::once(discovered).chain(keys).collect();
    let mut answers = demo::answers();
    "~/.ssh/id_ed25519".clone_into(&mut answers.access.ssh_public_key);
    follow(Model::wizard(answers, "/home/op"), events)
}

#[test]
fn a_private_key_is_told_once_and_marks_the_steps() {
    use kopswain::core::check::CheckState;
    use kopswain::core::fault::Fault;
    let fault = Fault::new(
        "~/.ssh/id_ed25519 is a private key",
        "it stays",
        "name the public one",
    );
    let arrived = with_key(CheckState::Blocked(fault), &"<enter>".repeat(4));
    assert_eq!(
        rows_with(&arrived, "is a private key").len(),
        1,
        "{:#?}",
        arrived.screen
    );
    assert_eq!(
        rows_with(&arrived, "may not be"),
        [],
        "{:#?}",
        arrived.screen
    );
    assert!(arrived.shows("1✗ Cluster"), "{:#?}", arrived.screen);
    // A file that was read is what it is, whatever its name ends with.
    let arrived = with_key(
        CheckState::Good("SHA256:x".to_owned()),
        &"<enter>".repeat(4),
    );
    assert_eq!(
        rows_with(&arrived, "may not be"),
        [],
        "{:#?}",
        arrived.screen
    );
    assert!(arrived.shows("1✓ Cluster"), "{:#?}", arrived.screen);
}

#[test]
fn what_is_no_key_file_by_its_name_is_an_error_in_the_demonstration() {
    let arrived = travel(&format!("{}hello<enter><enter>", "<enter>".repeat(4)));
    let discovered = rows_with(&arrived, "The file hello is not a public key");
    assert_eq!(
        (discovered.len(), arrived.wizard().step),
        (1, WizardStep::Access),
        "{:#?}",
        arrived.screen
    );
}

#[test]
fn an_image_with_a_blank_stands_as_an_error_on_its_row() {
    let plane = format!("{}<down><down>ubuntu 24.04<enter>", "<enter>".repeat(2));
    let nodes = format!(
        "{}{}ubuntu 24.04<enter>",
        "<enter>".repeat(3),
        "<down>".repeat(6)
    );
    for keys in [plane, nodes] {
        let arrived = travel(&keys);
        let discovered = rows_with(&arrived, "✗ The image ubuntu 24.04 has a blank in it");
        assert_eq!(discovered.len(), 1, "{:#?}", arrived.screen);
    }
}

#[test]
fn labels_and_taints_with_blanks_are_one_mistake_each() {
    let nodes = "<enter>".repeat(3);
    let labels = travel(&format!("{nodes}<end><up><up>team = web<enter>"));
    assert!(
        labels.shows("team = web is not a label such as team=web"),
        "{:#?}",
        labels.screen
    );
    let twice = travel(&format!("{nodes}<end><up><up>team=a, team=b<enter>"));
    assert!(
        twice.shows("the label team is there twice"),
        "{:#?}",
        twice.screen
    );
    let taints = travel(&format!("{nodes}<end><up>dedicated=gpu: noschedule<enter>"));
    assert_eq!(
        rows_with(&taints, "is not a taint").len(),
        1,
        "{:#?}",
        taints.screen
    );
    assert!(
        taints.shows("dedicated=gpu:NoSchedule"),
        "{:#?}",
        taints.screen
    );
    let two = travel(&format!(
        "{nodes}<end><up>a=b:NoSchedule c=d:NoExecute<enter>"
    ));
    let taints = &two.wizard().answers.instance_groups[0].taints;
    assert_eq!(*taints, ["a=b:NoSchedule", "c=d:NoExecute"]);
}

#[test]
fn additional_types_are_taken_in_and_out_of_the_list_and_esc_keeps_them() {
    let types = |keys: &str| {
        let to_the_row = "<enter><enter><enter><down><down><down><down><down><down><down><down>";
        let arrived = travel(&format!("{to_the_row}<space>{keys}"));
        let groups = &arrived.wizard().answers.instance_groups;
        groups
            .first()
            .map(|group| group.additional_types().to_vec())
    };
    let two = Some(vec!["m6i.large".to_owned(), "m5.large".to_owned()]);
    let find = |name: &str| format!("{name}<enter>{}", "<backspace>".repeat(name.len()));
    let both = format!("{}{}", find("m6i.large"), find("m5.large"));
    assert_eq!(types(&format!("{both}<esc>")), two);
    let out = format!("{both}{}<esc>", find("m6i.large"));
    assert_eq!(types(&out), Some(vec!["m5.large".to_owned()]));
    let none = format!("{out}<delete>");
    assert_eq!(types(&none), Some(Vec::new()));
}
