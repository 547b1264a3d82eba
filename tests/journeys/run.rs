//! From the name to ready: what is run, and that nothing else is.

use std::time::Duration;

use kopswain::core::check::CheckKind;
use kopswain::core::cluster::Phase;
use kopswain::io::demo;
use kopswain::tui::effect::{Effect, Wake};
use kopswain::tui::job::Job;
use kopswain::tui::model::{Model, Screen};
use kopswain::tui::screens::wizard::WizardStep;

use super::travel::{follow, to_review, travel};

#[test]
fn the_demonstration_goes_from_its_name_to_ready() {
    let arrived = to_review("ademo.example.com<enter>");
    let Screen::Dashboard(watch) = arrived.model.screen() else {
        panic!("not on the dashboard: {:#?}", arrived.screen);
    };
    assert_eq!(
        watch.readiness().map(|readiness| readiness.phase),
        Some(Phase::Ready)
    );
    assert!(
        arrived.shows("Your cluster demo.example.com is ready"),
        "{:#?}",
        arrived.screen
    );
    assert_eq!(arrived.code, None);
}

#[test]
fn the_run_is_the_commands_of_the_method_and_nothing_else() {
    let arrived = to_review("ademo.example.com<enter>");
    let wanted = [
        "kops create -f cluster_spec.yml",
        "kops get all --name=demo.example.com -o yaml",
        "kops get sshpublickeys --name=demo.example.com -o yaml",
        "kops create secret --name=demo.example.com sshpublickey admin -i /home/op/.ssh/id_ed25519.pub",
        "kops update cluster --name=demo.example.com",
        "kops get all --name=demo.example.com -o yaml",
        "kops get sshpublickeys --name=demo.example.com -o yaml",
        "kops update cluster --name=demo.example.com --yes",
    ];
    assert_eq!(arrived.commands(), wanted);
    let specs: Vec<(Job, bool)> = arrived
        .runs()
        .iter()
        .map(|run| (run.job, run.spec.is_some()))
        .take(8)
        .collect();
    let written = [
        (Job::Create, true),
        (Job::ReadBack, false),
        (Job::ListKeys, false),
        (Job::SshKey, false),
        (Job::Update, false),
        (Job::ReadAgain, false),
        (Job::KeysAgain, false),
        (Job::UpdateYes, false),
    ];
    assert_eq!(specs, written);
}

#[test]
fn what_is_created_is_what_was_previewed() {
    let arrived = to_review("ademo.example.com<enter>");
    let previewed = arrived.effects.iter().find_map(|effect| match effect {
        Effect::Preview(preview) => Some(preview.spec.clone()),
        _ => None,
    });
    let created = arrived.runs().first().and_then(|run| run.spec.clone());
    assert!(created.is_some());
    assert_eq!(created, previewed);
}

#[test]
fn the_first_effects_are_every_check_and_one_discovery() {
    let arrived = travel("");
    let target = arrived.model.target();
    let mut wanted = vec![Effect::Wake {
        after: Duration::from_secs(1),
        why: Wake::Clock,
    }];
    wanted.extend(CheckKind::ALL.iter().copied().map(|kind| Effect::Check {
        kind,
        target: target.clone(),
    }));
    wanted.extend([
        Effect::Discover {
            target: target.clone(),
            vpc: None,
            images: Vec::new(),
        },
        Effect::ListClusters(target),
    ]);
    assert_eq!(arrived.effects, wanted);
}

// In an account of many VPCs the DNS attributes of the one that the answers name are read.
#[test]
fn discovery_asks_for_the_vpc_of_the_answers() {
    let mut answers = demo::answers();
    answers.vpc = "vpc-7833d1c656ae73b2c".to_owned();
    let arrived = follow(Model::wizard(answers, "/home/op"), Vec::new());
    let asked = arrived.effects.iter().find_map(|effect| match effect {
        Effect::Discover { vpc, .. } => vpc.as_deref(),
        _ => None,
    });
    assert_eq!(asked, Some("vpc-7833d1c656ae73b2c"));
}

#[test]
fn nothing_runs_before_the_approval() {
    for keys in [
        "",
        "a",
        "ademo",
        "ademo<enter>",
        "ademo.example.com",
        "ademo.example.com<esc>",
        "a<enter>",
        "<enter><space>",
        "r",
        "/x<enter>",
    ] {
        let arrived = to_review(keys);
        assert_eq!(arrived.commands(), Vec::<String>::new(), "{keys}");
        assert_eq!(arrived.wizard().step, WizardStep::Review, "{keys}");
    }
}
