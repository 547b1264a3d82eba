//! What becomes known, or comes to an end, while something depends on how it was before.

use std::time::Duration;

use kopswain::core::fault::Fault;
use kopswain::core::inventory::Inventory;
use kopswain::io::demo;
use kopswain::tui::effect::Effect;
use kopswain::tui::event::{Event, Timestamp};
use kopswain::tui::job::Job;
use kopswain::tui::model::{Model, Screen};
use kopswain::tui::record::FoundRun;
use kopswain::tui::screens::apply::Outcome;
use kopswain::tui::screens::wizard::DiscoveryState;
use kopswain::tui::update::{start, update};

use super::late::{CLUSTER, REPORT, ended, wizard};
use super::random::at_the_review;
use crate::keys::journey;

fn after(model: &mut Model, events: Vec<Event>) -> Vec<Effect> {
    let taken = events.into_iter();
    taken
        .flat_map(|event| update(model, Timestamp::default(), event))
        .collect()
}

fn keys(text: &str) -> Vec<Event> {
    journey(text).into_iter().map(Event::Key).collect()
}

fn discovered(inventory: Inventory) -> Event {
    Event::Discovered {
        inventory: Box::new(inventory),
        complete: true,
    }
}

#[test]
fn another_region_shows_nothing_of_the_one_before() {
    let mut model = Model::wizard(demo::answers(), "/home/op");
    start(&mut model);
    after(&mut model, vec![discovered(demo::inventory())]);
    after(&mut model, keys("<down><space><ctrl-u>eu-west-1<enter>"));
    let wizard = wizard(&model);
    assert_eq!(wizard.answers.region, "eu-west-1");
    let nothing = matches!(
        wizard.discovery,
        DiscoveryState::Asking { so_far: None, .. }
    );
    assert!(nothing, "{:?}", wizard.discovery);
}

#[test]
fn another_state_store_has_none_of_the_clusters_of_the_one_before() {
    let mut model = Model::wizard(demo::answers(), "/home/op");
    start(&mut model);
    let names = vec![CLUSTER.to_owned()];
    after(&mut model, vec![Event::ClustersInStore(names)]);
    assert!(wizard(&model).is_in_store());
    after(
        &mut model,
        keys("<down><down><space><ctrl-u>s3://other-state<enter>"),
    );
    assert_eq!(wizard(&model).answers.state_store, "s3://other-state");
    assert!(!wizard(&model).is_in_store());
}

// With many VPCs their DNS attributes are asked for only of the one that the answers name.
#[test]
fn the_dns_attributes_of_a_vpc_that_was_chosen_are_not_lost() {
    let mut inventory = demo::inventory();
    for vpc in &mut inventory.vpcs {
        (vpc.dns_support, vpc.dns_hostnames) = (None, None);
    }
    let mut answers = demo::answers();
    let vpc = inventory.vpcs[0].id.clone();
    answers.vpc.clone_from(&vpc);
    let mut model = Model::wizard(answers, "/home/op");
    let asked = start(&mut model)
        .into_iter()
        .find_map(|effect| match effect {
            Effect::Discover { vpc, .. } => vpc,
            _ => None,
        });
    assert_eq!(asked.as_ref(), Some(&vpc));
    let page = Event::Discovered {
        inventory: Box::new(inventory.clone()),
        complete: false,
    };
    let read = Event::DnsRead {
        vpc,
        support: Some(true),
        hostnames: Some(false),
    };
    after(&mut model, vec![page, read, discovered(inventory)]);
    let known = &wizard(&model).inventory().unwrap().vpcs[0];
    assert_eq!(
        (known.dns_support, known.dns_hostnames),
        (Some(true), Some(false))
    );
}

// What is created is what was previewed: the account may tell something new while the report is read.
#[test]
fn a_dry_run_of_another_spec_than_the_present_one_is_not_approved() {
    let mut model = at_the_review();
    let mut inventory = demo::inventory();
    let other: ipnet::Ipv4Net = "172.20.0.0/17".parse().unwrap();
    let before = wizard(&model).spec.text.clone();
    let vpc = &mut inventory.vpcs[0];
    vpc.subnets[0].cidr = other;
    let effects = after(&mut model, vec![discovered(inventory)]);
    assert_ne!(wizard(&model).spec.text, before);
    let asked = effects.iter().any(|effect| matches!(effect, Effect::Preview(preview) if preview.spec == wizard(&model).spec.text));
    assert!(asked && wizard(&model).review.is_waiting(), "{effects:?}");
}

#[test]
fn a_run_whose_folder_is_gone_says_so() {
    let mut model = at_the_review();
    after(&mut model, keys("ademo.example.com<enter>"));
    let Screen::Apply(apply) = model.screen() else {
        panic!("not in the run");
    };
    let found = FoundRun {
        folder: "/run".into(),
        record: apply.record(),
        commands: Vec::new(),
        at_work: true,
        closed: false,
        age: Duration::ZERO,
    };
    let mut model = Model::found(&found, "/home/op");
    start(&mut model);
    let fault = Fault::new("the run cannot be read", "its folder is gone", "watch");
    after(&mut model, vec![Event::RunLost(fault.clone())]);
    let Screen::Apply(apply) = model.screen() else {
        panic!("not in the run");
    };
    assert_eq!(apply.outcome, Outcome::Failed(fault));
    assert!(!apply.may_resume());
}

#[test]
fn a_dry_run_with_another_key_is_asked_for_again() {
    let mut model = at_the_review();
    let asked = |effects: &[Effect]| {
        let previews = effects.iter();
        previews
            .filter(|effect| matches!(effect, Effect::Preview(_)))
            .count()
    };
    assert_eq!(asked(&after(&mut model, keys("<ctrl-r>"))), 1);
    after(
        &mut model,
        keys("<esc><space><ctrl-u>~/other.pub<enter><enter>"),
    );
    assert_eq!(model.target().ssh_public_key, "~/other.pub");
    let effects = after(&mut model, vec![ended(Job::Preview, REPORT)]);
    assert_eq!(asked(&effects), 1, "{effects:?}");
}

// kops may end by itself right before its interrupt: whoever asked to stop does not see the next command start.
#[test]
fn a_stop_that_comes_too_late_for_one_command_holds_the_next_back() {
    let mut model = at_the_review();
    after(&mut model, keys("ademo.example.com<enter>"));
    after(&mut model, vec![Event::Begun(Ok("/run".into()))]);
    let effects = after(&mut model, keys("ss"));
    assert_eq!(effects, [Effect::Interrupt(Job::Create)]);
    let effects = after(
        &mut model,
        vec![ended(Job::Create, ""), Event::Interrupted(Ok(true))],
    );
    assert_eq!(effects, [Effect::Release]);
    let Screen::Apply(apply) = model.screen() else {
        panic!("not in the run");
    };
    let fault = Fault::new(
        "stopped before kops get all --name=demo.example.com -o yaml",
        "you asked to stop, and kops create -f cluster_spec.yml had ended well by then",
        "nothing was changed in AWS; resume from here, or start kopswain again later",
    );
    assert_eq!(apply.outcome, Outcome::Failed(fault));
    assert!(apply.may_resume() && apply.stopping.is_none());
}

#[test]
fn a_row_that_is_gone_leaves_the_cursor_on_another() {
    let mut inventory = demo::inventory();
    let mut other = inventory.vpcs[0].clone();
    "vpc-0fff".clone_into(&mut other.id);
    inventory.vpcs.push(other);
    let mut model = Model::wizard(demo::answers(), "/home/op");
    start(&mut model);
    after(&mut model, vec![discovered(inventory)]);
    after(&mut model, keys("<enter><end>"));
    assert_eq!(wizard(&model).form().cursor, 1);
    after(&mut model, vec![discovered(demo::inventory())]);
    assert_eq!(wizard(&model).form().cursor, 0);
    assert!(wizard(&model).current().is_some());
}
