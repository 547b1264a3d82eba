//! Whatever differs right before `--yes` from what was approved, `--yes` does not run.

use std::time::Duration;

use kopswain::core::approval::facts::ApprovalFacts;
use kopswain::core::approval::store::insert_listed;
use kopswain::core::kops::dry_run::ChangeAction;
use kopswain::io::demo;
use kopswain::tui::effect::Effect;
use kopswain::tui::event::{CommandOutput, Event, Timestamp};
use kopswain::tui::job::Job;
use kopswain::tui::key::Key;
use kopswain::tui::model::{Model, Screen};
use kopswain::tui::record::FoundRun;
use kopswain::tui::screens::apply::Apply;
use kopswain::tui::screens::review::Reading;
use kopswain::tui::update::update;
use proptest::prelude::*;

use super::random::at_the_review;
use super::travel::is_run;
use crate::keys::journey;

const REPORT: &str = include_str!("../fixtures/kops/update-create.stdout");

/// What the last looks before `--yes` say.
#[derive(Clone)]
struct Seen {
    report: String,
    spec: String,
    keys: String,
    facts: ApprovalFacts,
    /// The objects in the state store before the dry run, and right before `--yes`.
    store: (ApprovalFacts, ApprovalFacts),
}

const PLACE: &str = "s3://example-state/demo.example.com";

/// The objects in the state store, by name and version.
pub fn objects(named: &[(&str, &str)]) -> ApprovalFacts {
    let mut facts = ApprovalFacts::default();
    let objects = named.iter().map(|(name, version)| {
        let url = format!("{PLACE}/{name}");
        (url, (*version).to_owned())
    });
    insert_listed(&mut facts, PLACE, objects.collect());
    facts
}

/// What `kops create -f` and the key leave there.
pub const MADE: [(&str, &str); 3] = [
    ("config", "1"),
    ("instancegroup/nodes", "1"),
    ("pki/ssh/public/admin/1f", "1"),
];

pub fn tell(model: &mut Model, event: Event) -> Vec<Effect> {
    update(model, Timestamp::default(), event)
}

pub fn ends(model: &mut Model, job: Job, stdout: &str) -> Vec<Effect> {
    let finished = CommandOutput {
        exit: Some(0),
        stdout: stdout.to_owned(),
        ..CommandOutput::default()
    };
    let result = Ok(finished);
    tell(model, Event::Ended { job, result })
}

/// An approved run, and the looks before `--yes` as they were approved.
fn approved() -> (Model, Seen) {
    approved_at(at_the_review())
}

fn approved_at(mut model: Model) -> (Model, Seen) {
    for key in journey("ademo.example.com<enter>") {
        tell(&mut model, Event::Key(key));
    }
    let Screen::Apply(apply) = model.screen() else {
        panic!("not in a run");
    };
    let record = apply.record();
    let seen = Seen {
        report: record.report,
        spec: record.spec,
        keys: demo::KEYS.to_owned(),
        facts: record.facts,
        store: (objects(&MADE), objects(&MADE)),
    };
    tell(&mut model, Event::Begun(Ok("/run".into())));
    (model, seen)
}

/// Whether `--yes` runs after these looks.
fn runs(mut model: Model, spec: &str, seen: &Seen) -> bool {
    looks(&mut model, spec, seen)
}

fn looks(model: &mut Model, spec: &str, seen: &Seen) -> bool {
    let mut effects = Vec::new();
    for (job, stdout) in [
        (Job::Create, ""),
        (Job::ReadBack, spec),
        (Job::ListKeys, "[]\n"),
        (Job::SshKey, ""),
        (Job::Update, &seen.report),
        (Job::ReadAgain, &seen.spec),
        (Job::KeysAgain, &seen.keys),
    ] {
        effects.extend(ends(model, job, stdout));
        if job == Job::SshKey {
            let store = Event::StoreRead(Ok(seen.store.0.clone()));
            effects.extend(tell(model, store));
        }
    }
    let mut facts = seen.facts.clone();
    for (name, value) in seen.store.1.iter() {
        facts.insert(name, value);
    }
    let result = Ok(facts);
    effects.extend(tell(model, Event::FactsRead(result)));
    effects.iter().any(|effect| is_run(effect, Job::UpdateYes))
}

/// The text with one of its lines changed; the name of the state store is no difference, and neither are blank lines.
fn line_changed(text: &str, at: prop::sample::Index, more: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let told = |line: &String| {
        !line.trim().is_empty() && !line.contains("Base ") && !line.contains("Will ")
    };
    let places: Vec<usize> = (0..lines.len()).filter(|at| told(&lines[*at])).collect();
    lines[places[at.index(places.len())]].push_str(more);
    lines.join("\n") + "\n"
}

// Gone, another value, one more, or not known any more.
fn facts_changed(facts: &ApprovalFacts, at: prop::sample::Index, how: u8) -> ApprovalFacts {
    let known = |(name, _): (&str, _)| Some((name.to_owned(), facts.get(name)?.to_owned()));
    let all: Vec<(String, String)> = facts.iter().filter_map(known).collect();
    let chosen = at.index(all.len());
    let mut changed: ApprovalFacts = all
        .iter()
        .enumerate()
        .filter(|(at, _)| how != 0 || *at != chosen)
        .map(|(_, fact)| fact.clone())
        .collect();
    match how {
        0 => {}
        1 => changed.insert(all[chosen].0.clone(), format!("{} ", all[chosen].1)),
        2 => changed.insert_unknown(all[chosen].0.clone(), "refused", "ec2:DescribeVpcs"),
        _ => changed.insert(format!("{} more", all[chosen].0), "x"),
    }
    changed
}

/// No key, another one, or one more.
fn keys_changed(keys: &str, at: prop::sample::Index) -> String {
    let other = "- id: \"1\"\n  publicKey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB6UfuSucwwDiXvMzZ7klxJt3TbUjeXRvkw0Dgvhpu2y\n";
    match at.index(3) {
        0 => "[]\n".to_owned(),
        1 => other.to_owned(),
        _ => keys.to_owned() + other,
    }
}

#[test]
fn what_is_as_it_was_approved_runs() {
    let (model, seen) = approved();
    assert_eq!(seen.report, REPORT);
    assert!(runs(model, &seen.spec.clone(), &seen));
}

fn differing(model: &Model) -> &Reading {
    let Screen::Differs { review, .. } = model.screen() else {
        panic!("nothing differs: {:?}", model.screen());
    };
    review.reading().unwrap()
}

fn unread(reading: &Reading) -> Vec<(ChangeAction, usize)> {
    let counts = reading.marks.count_unread(reading.outline()).into_iter();
    let some = counts.filter(|(_, unread, _)| *unread > 0);
    some.map(|(action, unread, _)| (action, unread)).collect()
}

#[test]
fn after_a_difference_only_what_differs_is_to_be_read_again() {
    let mut model = at_the_review();
    for _ in 0..500 {
        tell(&mut model, Event::Key(Key::char('u')));
    }
    let (mut model, mut seen) = approved_at(model);
    let spec = seen.spec.clone();
    seen.facts.insert("account", "999999999999");
    assert!(!looks(&mut model, &spec, &seen));
    let reading = differing(&model);
    let comparison = reading.comparison().unwrap();
    assert_eq!(comparison.subjects(), "account");
    assert_eq!(
        comparison.headline(),
        "1 difference: what the approval depends on is not what it was"
    );
    assert_eq!(unread(reading), []);
    assert_eq!(reading.marks.unread_dangers(reading.outline()).count(), 0);
    for key in journey("ademo.example.com<enter>") {
        tell(&mut model, Event::Key(key));
    }
    tell(&mut model, Event::Begun(Ok("/run".into())));
    seen.report = REPORT.replacen("t3.medium", "t3.micro", 1);
    assert!(!looks(&mut model, &spec, &seen));
    let reading = differing(&model);
    let comparison = reading.comparison().unwrap();
    assert_eq!(comparison.subjects(), "the real dry run");
    assert_eq!(unread(reading), [(ChangeAction::Create, 1)]);
}

// A run that an older kopswain began, found and resumed.
#[test]
fn a_run_without_the_last_commands_reads_the_facts_before_yes_too() {
    let (model, was) = approved();
    let Screen::Apply(apply) = model.screen() else {
        panic!("not in a run");
    };
    let mut record = apply.record();
    let commands = &mut record.commands;
    commands.retain(|step| !matches!(step.job, Job::ReadAgain | Job::KeysAgain));
    let found = FoundRun {
        folder: "/run".into(),
        record,
        commands: Vec::new(),
        at_work: false,
        closed: false,
        age: Duration::ZERO,
    };
    let mut apply = Apply::found(&found, Timestamp::default());
    apply.take_found(&found, Timestamp::default());
    apply.resume(Timestamp::default());
    let mut model = Model::new(Screen::Apply(Box::new(apply)), "/home/op");
    tell(&mut model, Event::Begun(Ok("/run".into())));
    let mut seen = was.clone();
    seen.facts.insert("account", "999999999999");
    assert!(!runs(model.clone(), &was.spec, &seen));
    assert!(runs(model, &was.spec, &was));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_differs_does_not_run(at in any::<prop::sample::Index>(), what in 0_u8..9, more in "[a-z0-9]{1,6}") {
        let (model, was) = approved();
        let mut seen = was.clone();
        match what {
            0 => seen.report = line_changed(&was.report, at, &more),
            1 => seen.spec = line_changed(&was.spec, at, &more),
            2 => seen.keys = keys_changed(&was.keys, at),
            3..=5 => seen.facts = facts_changed(&was.facts, at, what - 3),
            6 => seen.store.1 = facts_changed(&was.store.1, at, 1),
            _ => seen.store.0.insert(format!("object {PLACE}/pki/private/{more}/keyset.yaml"), "1"),
        }
        prop_assert!(!runs(model, &was.spec, &seen), "what {what}, at {at:?}, {more}");
    }
}
