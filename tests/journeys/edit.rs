//! A cluster that exists is edited: what is fixed, what is run, and what an edit that changes nothing leads to.

use kopswain::core::answers::Answers;
use kopswain::core::approval::facts::ApprovalFacts;
use kopswain::io::demo;
use kopswain::tui::effect::Effect;
use kopswain::tui::event::{CommandOutput, Event};
use kopswain::tui::job::Job;
use kopswain::tui::model::{Model, Screen};
use kopswain::tui::screens::apply::Outcome;
use kopswain::tui::screens::home::Home;
use kopswain::tui::screens::review::Review;
use kopswain::tui::screens::wizard::{AnswersOrigin, WizardStep};
use kopswain::tui::update::start;

use super::drift::{ends, objects, tell};
use super::travel::{Arrived, PretendedEditor, TO_REVIEW, follow_with};
use crate::keys::journey;

pub const NAME: &str = "demo.example.com";
pub const MADE: &str = "ademo.example.com<enter>";
/// From the dashboard of the cluster that was made to its edit, at the first step.
const EDIT: &str = "qe";
/// From the first step to Max size of the first instance group.
const TO_MAX: &str = "<enter><enter><enter><down><down><down>";

pub fn over_home(keys: &str, editor: PretendedEditor) -> Arrived {
    let below = Home::new(demo_target(), "", demo::answers(), None);
    let model = Model::wizard(demo::answers(), "/home/op").over_home(below);
    let events = journey(keys).into_iter().map(Event::Key).collect();
    follow_with(model, events, editor)
}

pub fn demo_target() -> kopswain::tui::cluster_target::ClusterTarget {
    Model::wizard(demo::answers(), "").target()
}

fn made_then(keys: &str) -> Arrived {
    over_home(&format!("{TO_REVIEW}{MADE}{keys}"), |_| None)
}

/// The commands after the cluster was made.
pub fn edit_commands(arrived: &Arrived) -> Vec<String> {
    let all = arrived.commands();
    let made = all.iter().position(|line| line.ends_with("--yes")).unwrap();
    all[made + 1..].to_vec()
}

#[test]
fn an_instance_group_is_changed_in_the_wizard_and_in_its_answers_file() {
    let arrived = made_then(&format!("{EDIT}{TO_MAX}9<enter>"));
    let wizard = arrived.wizard();
    assert_eq!(wizard.answers.instance_groups[0].max, 9);
    assert_eq!(arrived.saved().last().unwrap().instance_groups[0].max, 9);
}

#[test]
fn the_review_of_an_edit_has_the_changed_group_and_what_the_replace_changes() {
    let arrived = made_then(&format!("{EDIT}{TO_MAX}9<enter><enter><enter>"));
    let Review::Reading(reading) = &arrived.wizard().review else {
        panic!("{:#?}", arrived.screen);
    };
    let resources = reading.outline().dry_run.resources.iter();
    let changed: Vec<String> = resources
        .map(|one| format!("{} {}", one.kind, one.name.raw()))
        .collect();
    let group = |one: &String| one.starts_with("AutoscalingGroup nodes");
    assert!(changed.iter().any(group), "{changed:?}");
    let words = "the replace changes the stored spec";
    assert!(arrived.shows(words), "{:#?}", arrived.screen);
}

#[test]
fn an_instance_group_is_edited_from_home_to_the_applied_change() {
    let arrived = made_then(&format!("{EDIT}{TO_MAX}9<enter><enter><enter>{MADE}"));
    let screen = arrived.model.screen();
    assert!(
        matches!(screen, Screen::RollingUpdate(_)),
        "{:#?}",
        arrived.screen
    );
    let yes = "kops update cluster --name=demo.example.com --yes --create-kube-config=false --vmodule=update_cluster=2";
    assert_eq!(
        edit_commands(&arrived),
        [
            "kops get all --name=demo.example.com -o yaml",
            "kops get sshpublickeys --name=demo.example.com -o yaml",
            "kops replace -f cluster_spec.yml --force",
            "kops get all --name=demo.example.com -o yaml",
            "kops update cluster --name=demo.example.com --vmodule=update_cluster=2",
            "kops get all --name=demo.example.com -o yaml",
            "kops get sshpublickeys --name=demo.example.com -o yaml",
            yes,
        ]
    );
    let mut runs = arrived.runs().into_iter();
    let replaced = runs.find(|run| run.job == Job::Replace);
    let sent = replaced.unwrap().spec.clone().unwrap();
    let mut effects = arrived.effects.iter().rev();
    let previewed = effects.find_map(|effect| match effect {
        Effect::Preview(preview) => Some(preview.spec.clone()),
        _ => None,
    });
    assert_eq!(Some(sent), previewed);
}

#[test]
fn an_edit_that_changes_nothing_gives_an_empty_dry_run() {
    let arrived = made_then(&format!("{EDIT}{TO_REVIEW}"));
    let wizard = arrived.wizard();
    assert_eq!(wizard.step, WizardStep::Review);
    let Review::Reading(reading) = &wizard.review else {
        panic!("{:#?}", arrived.screen);
    };
    assert!(
        !reading.outline().dry_run.changes(),
        "{:#?}",
        arrived.screen
    );
    let edited = wizard.edited().unwrap();
    assert!(!edited.changes_spec());
    assert_eq!(edited.stored(), Some(wizard.spec.text.as_str()));
    assert!(arrived.shows("nothing to change"), "{:#?}", arrived.screen);
    let refused = made_then(&format!("{EDIT}{TO_REVIEW}a"));
    assert_eq!(
        refused.model.notice(),
        Some(
            "nothing to change: the stored spec stays, and AWS is as it says: there is nothing to approve"
        )
    );
}

#[test]
fn the_key_of_a_cluster_that_exists_is_not_asked_for() {
    let arrived = made_then(EDIT);
    assert!(arrived.shows("kops channel"), "{:#?}", arrived.screen);
    assert!(!arrived.shows("SSH public key"), "{:#?}", arrived.screen);
}

#[test]
fn what_cannot_change_is_fixed_and_says_why() {
    let arrived = made_then(&format!("{EDIT}x"));
    assert!(arrived.shows("(fixed)"), "{:#?}", arrived.screen);
    assert!(
        arrived.shows("Fixed in a cluster that exists: the name is in the tags"),
        "{:#?}",
        arrived.screen
    );
    let fixed = |keys: &str| {
        let arrived = made_then(&format!("{EDIT}{keys}"));
        let notice = arrived.model.notice().unwrap_or_default().to_owned();
        (
            arrived.wizard().answers == made_then(EDIT).wizard().answers,
            notice,
        )
    };
    for (keys, reason) in [
        ("<space>", "fixed: the name is in the tags"),
        (
            "<enter><space>",
            "fixed: instances, volumes and etcd members",
        ),
        ("<enter>]", "fixed: instances, volumes and etcd members"),
        (
            "<enter><delete>",
            "fixed: instances, volumes and etcd members",
        ),
        ("<enter><down>]", "fixed: the subnets of a cluster stay"),
        ("<enter><down><down>[", "fixed: a subnet keeps its place"),
        ("<enter><down><down>x", "fixed: a subnet keeps its place"),
        ("<enter><enter><right>", "fixed: etcd counts its members"),
        ("<enter><enter><enter><ctrl-d>", "a replace deletes none"),
    ] {
        let (same, notice) = fixed(keys);
        assert!(same, "{keys}");
        assert!(notice.contains(reason), "{keys}: {notice}");
    }
}

#[test]
fn a_group_that_the_edit_adds_can_go_again() {
    let add = "<enter><enter><enter><end><space>";
    let arrived = made_then(&format!("{EDIT}{add}"));
    assert_eq!(arrived.wizard().answers.instance_groups.len(), 2);
    let gone = made_then(&format!("{EDIT}{add}<ctrl-u>"));
    assert_eq!(gone.wizard().answers.instance_groups.len(), 1);
}

#[test]
fn a_zone_that_is_added_takes_its_reserved_cidrs_and_moves_none() {
    let before = made_then(EDIT);
    let subnets = |arrived: &Arrived| {
        let zones = arrived.wizard().planned.plan.zones.iter();
        zones
            .map(|zone| (zone.name.clone(), zone.private, zone.utility))
            .collect::<Vec<_>>()
    };
    let fourth = made_then(&format!("{EDIT}<enter><end><space>"));
    let (old, new) = (subnets(&before), subnets(&fourth));
    assert_eq!(new.len(), old.len() + 1);
    assert_eq!(new[..old.len()], old);
    let blocked = fourth
        .wizard()
        .planned
        .problems
        .iter()
        .any(|one| one.id == "cluster-field-fixed");
    assert!(!blocked, "{:?}", fourth.wizard().planned.problems);
}

// At the approval of an edit, with the spec that the store had and the objects in it.
fn approved(stored: &ApprovalFacts) -> (Model, String) {
    let mut model = made_then(&format!("{EDIT}{TO_MAX}9<enter><enter><enter>")).model;
    let Screen::Wizard(wizard) = model.screen() else {
        panic!("not in the wizard");
    };
    let before = wizard.edited().unwrap().stored().unwrap().to_owned();
    let new = wizard.spec.text.clone();
    let mut facts = wizard.facts.known().unwrap().clone().unwrap();
    for (name, value) in stored.iter() {
        facts.insert(name, value);
    }
    // Asked once more, with the objects.
    tell(&mut model, Event::PreviewAsked);
    ends(&mut model, Job::ReadBefore, &before);
    let report = "Will modify resources:\n  AutoscalingGroup/nodes\n  \tMaxSize             \t2 -> 3\n\nMust specify --yes to apply changes\n";
    let made = CommandOutput {
        exit: Some(0),
        stdout: report.to_owned(),
        made: new,
        ..CommandOutput::default()
    };
    tell(
        &mut model,
        Event::Ended {
            job: Job::Preview,
            result: Ok(made),
        },
    );
    tell(&mut model, Event::FactsRead(Ok(facts)));
    for key in journey(MADE) {
        tell(&mut model, Event::Key(key));
    }
    tell(&mut model, Event::Begun(Ok("/run".into())));
    (model, before)
}

fn failure(model: &Model) -> String {
    match model.screen() {
        Screen::Apply(apply) => match &apply.outcome {
            Outcome::Failed(fault) => fault.whole(),
            other => format!("{other:?}"),
        },
        other => format!("{other:?}"),
    }
}

fn replaces(effects: &[Effect]) -> bool {
    effects
        .iter()
        .any(|effect| matches!(effect, Effect::Run(run) if run.job == Job::Replace))
}

// The end of a preview in which kops made this of the new spec, after the store gave this one.
fn reviewed(stored: &str, made: &str) -> Result<(), String> {
    let mut model = made_then(&format!("{EDIT}{TO_MAX}9<enter><enter><enter>")).model;
    tell(&mut model, Event::PreviewAsked);
    ends(&mut model, Job::ReadBefore, stored);
    let result = Ok(CommandOutput {
        exit: Some(0),
        stdout: "No changes need to be applied\n".to_owned(),
        made: made.to_owned(),
        ..CommandOutput::default()
    });
    let job = Job::Preview;
    tell(&mut model, Event::Ended { job, result });
    let Screen::Wizard(wizard) = model.screen() else {
        panic!("not in the wizard");
    };
    match &wizard.review {
        Review::Failed { fault, .. } => Err(fault.what.clone()),
        _ => Ok(()),
    }
}

#[test]
fn an_edit_whose_change_of_the_stored_spec_cannot_be_known_is_not_reviewed() {
    let spec = |name: &str| format!("kind: Cluster\nmetadata: {{name: {name}}}\nspec: {{}}\n");
    let stored = spec("demo.example.com");
    assert_eq!(reviewed(&stored, &stored), Ok(()));
    let refused = |what: &str| Err(what.to_owned());
    let made = "the new spec cannot be compared";
    assert_eq!(reviewed(&stored, "a: ["), refused(made));
    assert_eq!(reviewed(&stored, ""), refused(made));
    let unread = "the spec in the state store cannot be compared";
    assert_eq!(reviewed("a: [", &stored), refused(unread));
    let group = "kind: InstanceGroup\nmetadata: {name: nodes}\n";
    assert_eq!(reviewed(group, &stored), refused(unread));
}

const KEPT: [(&str, &str); 3] = [
    ("config", "1"),
    ("instancegroup/nodes", "1"),
    ("pki/ssh/public/admin/1f", "1"),
];

#[test]
fn what_somebody_else_stored_since_is_not_replaced() {
    let (mut model, before) = approved(&objects(&KEPT));
    let effects = ends(
        &mut model,
        Job::ReadBefore,
        &before.replace("maxSize: 2", "maxSize: 8"),
    );
    assert!(!replaces(&effects));
    assert!(failure(&model).contains("maxSize"), "{}", failure(&model));
    assert!(
        failure(&model).contains("kopswain edit demo.example.com"),
        "{}",
        failure(&model)
    );

    // The same bytes, and another version of an object: written twice meanwhile.
    let (mut model, before) = approved(&objects(&KEPT));
    ends(&mut model, Job::ReadBefore, &before);
    ends(&mut model, Job::ListKeys, "[]\n");
    let other = [KEPT[0], ("instancegroup/nodes", "2"), KEPT[2]];
    let effects = tell(&mut model, Event::StoreRead(Ok(objects(&other))));
    assert!(!replaces(&effects));
    assert!(
        failure(&model).contains("instancegroup/nodes"),
        "{}",
        failure(&model)
    );
}

#[test]
fn what_the_replace_writes_may_differ_and_nothing_else() {
    let after = |objects: &ApprovalFacts| {
        let (mut model, before) = approved(&super::drift::objects(&KEPT));
        ends(&mut model, Job::ReadBefore, &before);
        ends(&mut model, Job::ListKeys, "[]\n");
        let effects = tell(
            &mut model,
            Event::StoreRead(Ok(super::drift::objects(&KEPT))),
        );
        assert!(replaces(&effects));
        ends(&mut model, Job::Replace, "");
        let Screen::Apply(apply) = model.screen() else {
            panic!("not in a run");
        };
        let spec = apply.spec().to_owned();
        ends(&mut model, Job::ReadBack, &spec);
        tell(&mut model, Event::StoreRead(Ok(objects.clone())))
    };
    let dry_run = |effects: &[Effect]| {
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::Run(run) if run.job == Job::Update))
    };
    let written = [("config", "2"), ("instancegroup/nodes", "2"), KEPT[2]];
    assert!(dry_run(&after(&objects(&written))));
    let key = [
        ("config", "2"),
        ("instancegroup/nodes", "2"),
        ("pki/ssh/public/admin/1f", "2"),
    ];
    assert!(!dry_run(&after(&objects(&key))));
}

#[test]
fn answers_come_from_the_folder_or_from_the_record_of_a_run() {
    let edited = |file: Option<&str>, in_file: Answers| {
        let home = Home::new(demo_target(), "", in_file, file.map(str::to_owned));
        let mut model = Model::home(home, "");
        start(&mut model);
        tell(&mut model, Event::ClustersInStore(vec![NAME.to_owned()]));
        tell(&mut model, Event::RunsFound(vec![recorded()]));
        for key in journey("e") {
            tell(&mut model, Event::Key(key));
        }
        match model.screen() {
            Screen::Wizard(wizard) => Some(wizard.edited().unwrap().origin()),
            _ => None,
        }
    };
    let other = Answers {
        cluster: "other.example.com".into(),
        ..demo::answers()
    };
    assert_eq!(
        edited(Some("answers.yml"), demo::answers()),
        Some(AnswersOrigin::File)
    );
    assert_eq!(
        edited(None, Answers::default()),
        Some(AnswersOrigin::Record)
    );
    assert_eq!(
        edited(Some("answers.yml"), other),
        Some(AnswersOrigin::RecordBesideOther)
    );
}

fn recorded() -> kopswain::tui::record::FoundRun {
    let record = serde_json::json!({
        "cluster": NAME,
        "place": demo_target(),
        "commands": [],
        "spec": "",
        "report": "",
        "answers": demo::answers().to_yaml(),
        "facts": ApprovalFacts::default(),
    });
    kopswain::tui::record::FoundRun {
        folder: "/run".into(),
        record: serde_json::from_value(record).unwrap(),
        commands: Vec::new(),
        at_work: false,
        closed: true,
        age: std::time::Duration::ZERO,
    }
}
