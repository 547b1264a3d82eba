//! What the state store holds besides what was approved: told, and `--yes` does not run.

use kopswain::core::approval::facts::ApprovalFacts;
use kopswain::io::demo;
use kopswain::tui::effect::Effect;
use kopswain::tui::event::{Event, Timestamp};
use kopswain::tui::job::Job;
use kopswain::tui::model::{Model, Screen};
use kopswain::tui::screens::apply::Outcome;
use kopswain::tui::update::update;

use super::drift::{MADE, ends, objects, tell};
use super::random::{asked_for_preview, facts_come, preview_ends};
use super::travel::is_run;
use crate::keys::journey;

/// A run up to its first command, and the spec that was approved.
fn begun(made: &str) -> (Model, String) {
    let mut model = asked_for_preview();
    let Screen::Wizard(wizard) = model.screen() else {
        panic!("not in the wizard");
    };
    let spec = wizard.spec.text.clone();
    preview_ends(&mut model, &made.replace("SPEC", &spec));
    facts_come(&mut model);
    for key in journey("ademo.example.com<enter>") {
        update(&mut model, Timestamp::default(), Event::Key(key));
    }
    tell(&mut model, Event::Begun(Ok("/run".into())));
    ends(&mut model, Job::Create, "");
    (model, spec)
}

/// The same up to the real dry run, with these objects in the store before it.
fn listed(before: ApprovalFacts) -> (Model, Vec<Effect>) {
    let (mut model, spec) = begun("SPEC");
    for (job, stdout) in [
        (Job::ReadBack, spec.as_str()),
        (Job::ListKeys, "[]\n"),
        (Job::SshKey, ""),
    ] {
        ends(&mut model, job, stdout);
    }
    let effects = tell(&mut model, Event::StoreRead(Ok(before)));
    (model, effects)
}

fn stopped(model: &Model) -> String {
    match model.screen() {
        Screen::Apply(apply) => match &apply.outcome {
            Outcome::Failed(fault) => fault.what.clone(),
            other => panic!("not stopped: {other:?}"),
        },
        _ => panic!("not in a run"),
    }
}

// A spec that holds all that was sent, and a hook besides.
#[test]
fn a_stored_spec_with_more_than_was_approved_is_not_applied() {
    let (mut model, spec) = begun("SPEC");
    let hook = "spec:\n  hooks:\n  - name: foreign\n    manifest: curl evil\n";
    let stored = spec.replacen("spec:\n", hook, 1);
    ends(&mut model, Job::ReadBack, &stored);
    assert_eq!(
        stopped(&model),
        "the spec in the state store is not what kops makes of the approved one: \
         Cluster/demo.example.com.spec.hooks[foreign].manifest: not there when it was approved, now curl evil; \
         Cluster/demo.example.com.spec.hooks[foreign].name: not there when it was approved, now foreign"
    );
}

// And one without a default that kops would have set.
#[test]
fn a_stored_spec_without_a_default_of_kops_is_not_applied() {
    let (mut model, spec) = begun("SPEC---\nkind: InstanceGroup\nmetadata: {name: made}\n");
    ends(&mut model, Job::ReadBack, &spec);
    let told = stopped(&model);
    assert!(
        told.contains("InstanceGroup/made.kind: approved InstanceGroup, and now there is none"),
        "{told}"
    );
}

#[test]
fn a_certificate_authority_that_nobody_made_stops_the_run_before_the_dry_run() {
    let planted = [
        MADE.as_slice(),
        &[("pki/private/kubernetes-ca/keyset.yaml", "1")],
    ]
    .concat();
    let (model, effects) = listed(objects(&planted));
    assert!(
        !effects
            .iter()
            .any(|effect| matches!(effect, Effect::Run(_))),
        "{effects:?}"
    );
    assert_eq!(
        stopped(&model),
        "the state store holds what was not approved for demo.example.com: \
         s3://example-state/demo.example.com/pki/private/kubernetes-ca/keyset.yaml"
    );
    let (_, effects) = listed(objects(&MADE));
    assert!(
        effects.iter().any(|effect| is_run(effect, Job::Update)),
        "{effects:?}"
    );
}

/// After `--yes`, with these objects in the store right before it and after it.
fn applied(after: ApprovalFacts) -> Model {
    let (mut model, _) = listed(objects(&MADE));
    let Screen::Apply(apply) = model.screen() else {
        panic!("not in a run");
    };
    let record = apply.record();
    for (job, stdout) in [
        (Job::Update, record.report.as_str()),
        (Job::ReadAgain, record.spec.as_str()),
        (Job::KeysAgain, demo::KEYS),
    ] {
        ends(&mut model, job, stdout);
    }
    let mut facts = record.facts;
    for (name, value) in objects(&MADE).iter() {
        facts.insert(name, value);
    }
    let effects = tell(&mut model, Event::FactsRead(Ok(facts)));
    let bound = effects.iter().find_map(|effect| match effect {
        Effect::Run(run) if run.job == Job::UpdateYes => run.store.clone(),
        _ => None,
    });
    // The runner lists them once more, with nothing but the lock between that and kops.
    let bound = bound.map(|bound| bound.objects);
    assert_eq!(bound, Some(objects(&MADE)), "{effects:?}");
    ends(&mut model, Job::UpdateYes, "");
    tell(&mut model, Event::StoreRead(Ok(after)));
    model
}

#[test]
fn what_somebody_else_wrote_while_kops_worked_is_said_in_a_plain_word() {
    let own = [
        MADE.as_slice(),
        &[
            ("pki/private/kubernetes-ca/keyset.yaml", "1"),
            ("addons/x.yaml", "1"),
        ],
    ]
    .concat();
    let model = applied(objects(&own));
    assert!(matches!(model.screen(), Screen::Dashboard(_)));
    assert_eq!(model.notice(), None);
    let replaced = objects(&[("config", "2"), MADE[1], MADE[2]]);
    assert_eq!(
        applied(replaced).notice(),
        Some(
            "Somebody else wrote into the state store while --yes ran: \
             s3://example-state/demo.example.com/config was written; review the cluster again"
        )
    );
}
