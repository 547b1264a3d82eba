//! A cluster that exists: what is asked once its spec is known.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::core::cluster_name::ClusterName;
use crate::core::kops::command::CommandLine;
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::effect::{FactsOf, KopsRun, Kubeconfig};
use crate::tui::key::Code;

const SPEC: &str =
    "kind: Cluster\nspec: {networkID: vpc-1, subnets: [{zone: eu-west-1a}, {zone: eu-west-1b}]}\n";

fn cluster() -> ClusterName {
    ClusterName::parse("a.example.com").unwrap()
}

fn target(region: &str) -> ClusterTarget {
    ClusterTarget {
        region: region.to_owned(),
        state_store: "s3://state".to_owned(),
        ..ClusterTarget::default()
    }
}

// What is asked once the spec is read, and the notice.
fn after_the_spec(region: &str) -> (Vec<Effect>, Option<String>) {
    let mut model = Model::existing(&cluster(), target(region));
    crate::tui::update::start(&mut model);
    let finished = CommandOutput {
        exit: Some(0),
        stdout: SPEC.to_owned(),
        ..CommandOutput::default()
    };
    let event = Event::Ended {
        job: Job::ReadBack,
        result: Ok(finished),
    };
    (
        update(&mut model, Timestamp::default(), event),
        model.notice().map(str::to_owned),
    )
}

#[test]
fn a_cluster_in_another_region_is_looked_at_there() {
    let there = target("eu-west-1");
    let dry_run = Effect::Ask(KopsRun {
        job: Job::Update,
        cluster: cluster(),
        target: there.clone(),
        command: CommandLine::update_existing(&cluster()),
        kubeconfig: Kubeconfig::Own,
        spec: None,
        store: None,
    });
    let facts = Effect::ReadFacts(FactsOf {
        target: there.clone(),
        cluster: cluster(),
        spec: SPEC.to_owned(),
        key: false,
    });
    let notice = "a.example.com is in eu-west-1, by the zones of its spec: that region is used, not us-east-1";
    assert_eq!(
        after_the_spec("us-east-1"),
        (
            vec![dry_run, Effect::Identify(there), facts.clone()],
            Some(notice.to_owned())
        )
    );
    assert_eq!(after_the_spec("eu-west-1"), (vec![facts], None));
}

fn typed(model: &mut Model, at: Timestamp, text: &str) {
    for letter in text.chars() {
        update(model, at, Event::Key(Key::char(letter)));
    }
}

#[test]
fn an_approval_waits_from_when_it_was_given_whatever_is_read_meanwhile() {
    let seconds = |count| Timestamp(Duration::from_secs(count));
    let ended = |job, stdout: &str| Event::Ended {
        job,
        result: Ok(CommandOutput {
            exit: Some(0),
            stdout: stdout.to_owned(),
            ..CommandOutput::default()
        }),
    };
    let mut model = Model::existing(&cluster(), target("eu-west-1"));
    start(&mut model);
    let dry_run = "Will modify resources:\n  VPC/a\n\nMust specify --yes to apply changes\n";
    update(&mut model, seconds(1), ended(Job::Update, dry_run));
    typed(&mut model, seconds(2), "aa.example.com");
    update(&mut model, seconds(2), Event::Key(Key::plain(Code::Enter)));
    update(&mut model, seconds(9), ended(Job::ReadBack, SPEC));
    let approval = model.review().and_then(Review::approval).unwrap();
    assert_eq!(approval.given, Some(seconds(2)));
}
