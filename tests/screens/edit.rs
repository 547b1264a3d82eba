//! A cluster that exists in the wizard: what is fixed, what a replace changes, and the run of an edit.

use kopswain::core::answers::Answers;
use kopswain::core::inventory::{Inventory, Subnet};
use kopswain::core::planning::plan;
use kopswain::core::spec::render;
use kopswain::tui::effect::Effect;
use kopswain::tui::event::{CommandOutput, Event};
use kopswain::tui::field_edit::FieldEdit;
use kopswain::tui::job::Job;
use kopswain::tui::model::{Model, Screen};
use kopswain::tui::screens::wizard::AnswersOrigin;
use kopswain::tui::update::{start, update};

use super::Shot;
use super::canvas::keep;
use super::world::{CLUSTER, after, answers, at, ended, facts, inventory, learned, recorded, tell};

fn made() -> (Answers, Inventory, String) {
    let mut answers = answers();
    let mut inventory = inventory();
    let Some(vpc) = inventory.vpcs.first() else {
        panic!("no VPC");
    };
    answers.vpc.clone_from(&vpc.id);
    "1.35.5".clone_into(&mut answers.kubernetes_version);
    answers.zones = serde_yaml::from_str(
        "[{name: us-east-1a, egress: nat-0f19a9e0f19a9e001}, {name: us-east-1b, egress: nat-0f19a9e0f19a9e002}, {name: us-east-1c, egress: nat-0f19a9e0f19a9e003}]",
    )
    .unwrap();
    for (zone, gateway) in answers.zones.iter_mut().zip(&vpc.nat_gateways) {
        zone.egress.clone_from(&gateway.id);
    }
    let planned = plan(&inventory, &answers);
    let own = format!("kubernetes.io/cluster/{CLUSTER}");
    let subnets = planned.plan.zones.iter().flat_map(|zone| {
        let tiers = [("Private", zone.private), ("Utility", zone.utility)];
        tiers.map(|(kind, cidr)| Subnet {
            id: format!("subnet-{kind}-{}", zone.name),
            tags: [("SubnetType", kind), (own.as_str(), "owned")]
                .map(|(key, value)| (key.into(), value.into()))
                .into(),
            cidr: cidr.unwrap(),
            zone: zone.name.clone(),
            ..Subnet::default()
        })
    });
    let subnets: Vec<Subnet> = subnets.collect();
    inventory.vpcs[0].subnets.extend(subnets);
    (answers, inventory, render(&planned.plan))
}

/// The wizard on a cluster that exists, with what the state store has of it.
fn edited() -> Model {
    let (answers, inventory, stored) = made();
    let mut model = Model::editing(answers, AnswersOrigin::File, "/home/op");
    start(&mut model);
    learned(&mut model, inventory);
    tell(
        &mut model,
        960,
        Event::ClustersInStore(vec![CLUSTER.to_owned()]),
    );
    tell(&mut model, 970, ended(Job::ReadBefore, 0, &stored, ""));
    model
}

fn steps_on(steps: usize) -> Model {
    after(edited(), &"<enter>".repeat(steps))
}

// At the review of one node more in each group, beside a field that somebody else had set.
fn reviewed() -> Model {
    let (_, _, stored) = made();
    let theirs = stored.replacen("spec:\n", "spec:\n  sshKeyName: theirs\n", 1);
    let mut model = after(steps_on(3), "<down><down><down>9<enter><enter><enter>");
    tell(&mut model, 2_000, ended(Job::ReadBefore, 0, &theirs, ""));
    let Screen::Wizard(wizard) = model.screen() else {
        panic!("not in the wizard");
    };
    let made = wizard.spec.text.clone();
    tell(&mut model, 3_000, Event::FactsRead(Ok(facts())));
    let answer = CommandOutput {
        exit: Some(0),
        stdout: recorded!("update-modify.stdout").to_owned(),
        made,
        ..CommandOutput::default()
    };
    let job = Job::Preview;
    tell(
        &mut model,
        9_000,
        Event::Ended {
            job,
            result: Ok(answer),
        },
    );
    model
}

fn approved() -> Model {
    let mut model = after(reviewed(), &format!("a{CLUSTER}<enter>"));
    let folder = "/home/op/.local/state/kopswain/runs/prod.example.com/20261124T083000Z";
    tell(&mut model, 10_000, Event::Begun(Ok(folder.into())));
    model
}

fn replacing() -> Model {
    let mut model = approved();
    let Screen::Apply(apply) = model.screen() else {
        panic!("not in a run");
    };
    let record = apply.record();
    tell(
        &mut model,
        11_000,
        ended(Job::ReadBefore, 0, &record.replaces, ""),
    );
    tell(&mut model, 12_000, ended(Job::ListKeys, 0, "[]\n", ""));
    let store = kopswain::core::approval::store::split(&record.facts).0;
    tell(&mut model, 12_500, Event::StoreRead(Ok(store)));
    model
}

fn replaced_meanwhile() -> Model {
    let mut model = approved();
    let Screen::Apply(apply) = model.screen() else {
        panic!("not in a run");
    };
    let other = apply.record().replaces.replace("maxSize: 2", "maxSize: 7");
    tell(&mut model, 11_000, ended(Job::ReadBefore, 0, &other, ""));
    model
}

/// The screens of an edit.
pub fn all() -> Vec<Shot> {
    vec![
        ("edit_cluster", edited()),
        ("edit_network", steps_on(1)),
        ("edit_nodes", steps_on(3)),
        ("edit_nodes_refused", after(steps_on(3), "<ctrl-d>")),
        ("edit_review", reviewed()),
        ("edit_approval", after(reviewed(), "a")),
        ("edit_replacing", replacing()),
        ("edit_replaced_meanwhile", replaced_meanwhile()),
    ]
}

// Answers without a version, of which one was changed before the stored spec was known.
#[test]
fn the_answers_that_follow_from_the_stored_spec_are_saved_too() {
    let (mut answers, inventory, stored) = made();
    answers.kubernetes_version.clear();
    let mut model = Model::editing(answers, AnswersOrigin::File, "/home/op");
    start(&mut model);
    learned(&mut model, inventory);
    tell(&mut model, 960, Event::StepShown(3));
    let more = FieldEdit::Text("9".to_owned());
    tell(&mut model, 960, Event::Edited { row: 3, edit: more });
    let read = ended(Job::ReadBefore, 0, &stored, "");
    let effects = update(&mut model, at(970), read);
    let saved = effects.iter().find_map(|effect| match effect {
        Effect::SaveAnswers(text) => Some(Answers::parse(text).unwrap()),
        _ => None,
    });
    let Screen::Wizard(wizard) = model.screen() else {
        panic!("not in the wizard");
    };
    assert!(!wizard.answers.kubernetes_version.is_empty());
    assert_eq!(saved.as_ref(), Some(&wizard.answers));
}

#[test]
fn the_screens_of_an_edit_are_as_kept() {
    keep(&all());
}
