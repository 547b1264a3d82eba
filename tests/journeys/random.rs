//! Random keys: nothing is run unless the exact name was typed.

use kopswain::core::approval::facts::ApprovalFacts;
use kopswain::core::kops::ssh_keys::fingerprints;
use kopswain::io::demo;
use kopswain::tui::effect::Effect;
use kopswain::tui::event::{CommandOutput, Event, Timestamp};
use kopswain::tui::job::Job;
use kopswain::tui::key::{Code, Key};
use kopswain::tui::keymap::Context;
use kopswain::tui::model::{Model, Screen};
use kopswain::tui::screens::review::ReadingView;
use kopswain::tui::update::{start, update};
use proptest::prelude::*;

use super::travel::{TO_REVIEW, follow, is_run};
use crate::keys::journey;

/// One random event of a hurried or careless person.
fn anything() -> impl Strategy<Value = Event> {
    let plain = [
        Code::Enter,
        Code::Enter,
        Code::Esc,
        Code::Tab,
        Code::Backspace,
        Code::Delete,
        Code::Up,
        Code::Down,
        Code::Left,
        Code::Right,
        Code::PageDown,
        Code::Home,
        Code::End,
    ];
    let key = |code| Event::Key(Key::plain(code));
    prop_oneof![
        4 => prop::sample::select(plain.to_vec()).prop_map(key),
        3 => prop::sample::select("aaa/rn qjk?.demoxplc".chars().collect::<Vec<_>>()).prop_map(move |letter| key(Code::Char(letter))),
        1 => prop::sample::select(vec!['r', 'u', 'a', 'e']).prop_map(|letter| Event::Key(Key::ctrl(letter))),
        1 => prop::sample::select(vec!["demo.example.com\n", "demo.example.com", "demo", "\n"]).prop_map(|text| Event::Paste(text.to_owned())),
    ]
}

/// A name typed whole into the approval, now and then, so that the gate is not only tried shut.
fn stretch() -> impl Strategy<Value = Vec<Event>> {
    let typed = journey("ademo.example.com<enter>")
        .into_iter()
        .map(Event::Key)
        .collect::<Vec<_>>();
    prop_oneof![
        60 => anything().prop_map(|event| vec![event]),
        1 => Just(typed),
    ]
}

/// Whether this event is the yes: enter, on an approval that holds exactly the cluster's name.
fn is_yes(model: &Model, event: &Event) -> bool {
    let reading = match model.screen() {
        Screen::Wizard(wizard) => wizard.review.reading(),
        _ => None,
    };
    let Some(ReadingView::Approving(approval)) = reading.map(|reading| &reading.view) else {
        return false;
    };
    *event == Event::Key(Key::plain(Code::Enter)) && approval.input.value() == "demo.example.com"
}

/// The demonstration's wizard with its dry run to read.
pub fn at_the_review() -> Model {
    let mut model = facts_missing();
    facts_come(&mut model);
    assert_eq!(model.context(), Context::Review);
    model
}

/// The same, while what an approval depends on is not known yet.
pub fn facts_missing() -> Model {
    let mut model = asked_for_preview();
    preview_ends(&mut model, "");
    model
}

/// The facts of the demonstration are read.
pub fn facts_come(model: &mut Model) {
    let facts = Event::FactsRead(Ok(facts()));
    update(model, Timestamp::default(), facts);
}

/// The demonstration's wizard while kops makes the dry run.
pub fn asked_for_preview() -> Model {
    let mut model = Model::wizard(demo::answers(), "/home/op");
    start(&mut model);
    let inventory = Box::new(demo::inventory());
    let at = Timestamp::default();
    update(
        &mut model,
        at,
        Event::Discovered {
            inventory,
            complete: true,
        },
    );
    for key in journey(TO_REVIEW) {
        update(&mut model, at, Event::Key(key));
    }
    model
}

fn facts() -> ApprovalFacts {
    let keys = fingerprints(demo::KEYS).unwrap();
    let known = [
        ("SSH public key", keys[0].as_str()),
        ("account", "123456789012"),
    ];
    let known = known.map(|(name, value)| (name.to_owned(), value.to_owned()));
    known.into_iter().collect()
}

/// The preview ends with the recorded report, and with this spec as kops made it.
pub fn preview_ends(model: &mut Model, made: &str) {
    let report = include_str!("../fixtures/kops/update-create.stdout");
    let finished = CommandOutput {
        exit: Some(0),
        stdout: report.to_owned(),
        made: made.to_owned(),
        ..CommandOutput::default()
    };
    update(
        model,
        Timestamp::default(),
        Event::Ended {
            job: Job::Preview,
            result: Ok(finished),
        },
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_runs_without_the_exact_name_typed(stretches in prop::collection::vec(stretch(), 0..200)) {
        let mut model = at_the_review();
        let mut approved = false;
        for event in stretches.into_iter().flatten().take(200) {
            approved |= is_yes(&model, &event);
            let effects = update(&mut model, Timestamp::default(), event.clone());
            for effect in effects {
                let runs = matches!(effect, Effect::Begin(_) | Effect::Run(_));
                prop_assert!(approved || !runs, "after {event:?}");
                if matches!(effect, Effect::Preview(_)) {
                    preview_ends(&mut model, "");
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_random_journey_runs_the_method_or_nothing(events in prop::collection::vec(anything(), 0..60)) {
        let all = journey(TO_REVIEW).into_iter().map(Event::Key).chain(events).collect();
        let arrived = follow(Model::wizard(demo::answers(), "/home/op"), all);
        let ran: Vec<Job> = arrived.runs().iter().map(|run| run.job).filter(|job| *job != Job::Validate).collect();
        let method = [Job::Create, Job::ReadBack, Job::ListKeys, Job::SshKey, Job::Update, Job::ReadAgain, Job::KeysAgain, Job::UpdateYes];
        prop_assert!(ran.is_empty() || ran == method, "{ran:?}");
    }
}

#[test]
fn the_gate_opens_for_the_exact_name() {
    let mut model = at_the_review();
    let mut ran = Vec::new();
    for key in journey("ademo.example.com<enter>") {
        ran.extend(update(&mut model, Timestamp::default(), Event::Key(key)));
    }
    let begins = ran.iter().any(|effect| matches!(effect, Effect::Begin(_)));
    assert!(begins && !ran.iter().any(|effect| matches!(effect, Effect::Run(_))));
    let begun = Event::Begun(Ok("/run".into()));
    let ran = update(&mut model, Timestamp::default(), begun);
    assert!(ran.iter().any(|effect| is_run(effect, Job::Create)));
}
