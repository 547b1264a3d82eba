//! A run that was found again: at work, left, failed.

use std::time::Duration;

use kopswain::tui::event::{Event, OutputStream};
use kopswain::tui::job::Job;
use kopswain::tui::keymap::Context;
use kopswain::tui::model::{Model, Screen};
use kopswain::tui::record::{CommandEnd, FoundRun, Ran};
use kopswain::tui::update::start;

use super::Shot;
use super::canvas::keep;
use super::run::{begun, say};
use super::world::{after, ended, recorded, tell};

/// A run that another kopswain began, as it is found while kops works on a command, or after it.
fn found(last: Job, end: CommandEnd) -> Model {
    let model = begun();
    let Screen::Apply(apply) = model.screen() else {
        panic!("not in a run");
    };
    let jobs = [
        Job::Create,
        Job::ReadBack,
        Job::ListKeys,
        Job::SshKey,
        Job::Update,
        Job::ReadAgain,
        Job::KeysAgain,
        Job::UpdateYes,
    ];
    let many = jobs.iter().position(|job| *job == last).unwrap_or(0) + 1;
    let ran = |(at, job): (usize, &Job)| Ran {
        number: u32::try_from(at).unwrap() + 4,
        job: *job,
        took: Duration::from_secs(7),
        end: if *job == last {
            end
        } else {
            CommandEnd::Succeeded
        },
    };
    let found = FoundRun {
        folder: "/home/op/.local/state/kopswain/runs/prod.example.com/20261124T083000Z".into(),
        record: apply.record(),
        commands: jobs.iter().take(many).enumerate().map(ran).collect(),
        at_work: end == CommandEnd::Running,
        closed: false,
        age: Duration::from_secs(95),
    };
    let mut model = Model::found(&found, "/home/op");
    start(&mut model);
    tell(&mut model, 1_000, Event::RunFound(Box::new(found)));
    model
}

fn found_working() -> Model {
    let mut model = found(Job::UpdateYes, CommandEnd::Running);
    say(
        &mut model,
        2_000,
        Job::UpdateYes,
        OutputStream::Stderr,
        recorded!("apply-create.stderr"),
    );
    model
}

fn found_left() -> Model {
    let mut model = found(Job::SshKey, CommandEnd::Succeeded);
    tell(&mut model, 2_000, ended(Job::SshKey, 0, "", ""));
    let Screen::Apply(apply) = model.screen() else {
        panic!("not in a run");
    };
    let found = FoundRun {
        folder: apply.folder().unwrap().to_owned(),
        record: apply.record(),
        commands: Vec::new(),
        at_work: false,
        closed: false,
        age: Duration::from_secs(97),
    };
    tell(&mut model, 2_100, Event::RunFound(Box::new(found)));
    assert_eq!(model.context(), Context::ApplyLeft);
    model
}

fn found_failed() -> Model {
    let mut model = found(Job::UpdateYes, CommandEnd::Failed);
    let said = recorded!("apply-clash.stderr");
    tell(&mut model, 2_000, ended(Job::UpdateYes, 1, "", said));
    assert_eq!(model.context(), Context::ApplyFailed);
    model
}

/// A run that was found again.
pub fn all() -> Vec<Shot> {
    vec![
        ("apply_found_working", found_working()),
        ("apply_found_left", found_left()),
        ("apply_found_going_on", after(found_left(), "gprod")),
        ("apply_found_refused", after(found_left(), "gprod<enter>")),
        ("apply_found_failed", found_failed()),
    ]
}

#[test]
fn a_run_that_was_found_is_kept() {
    keep(&all());
}
