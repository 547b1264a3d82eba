//! From approval to dashboard: what follows when kops is asked, speaks, and ends.

use crate::core::command::CommandLine;
use crate::core::fault::Fault;
use crate::core::untrusted::Untrusted;

use super::apply::{Apply, CLOCK, Outcome};
use super::compare::Comparison;
use super::effect::{Effect, Job, Run, Wake};
use super::event::{Finished, Moment, Output};
use super::form;
use super::keys::Action;
use super::model::{Existing, Model, Overlay, Screen};
use super::reading::Reading;
use super::review::{Around, Asked, Review, movement};
use super::watch::Watch;
use super::wizard::{Pane, Wizard};

/// Asks kops for the dry run of a cluster that exists, and for its spec.
pub fn ask_existing(existing: &mut Existing, at: Moment) -> Vec<Effect> {
    existing.review = Review::asked(at);
    let run = |job, command| {
        Effect::Run(Run {
            job,
            cluster: existing.cluster.clone(),
            place: existing.place.clone(),
            command,
            spec: None,
        })
    };
    let mut effects = vec![Effect::Wake {
        after: CLOCK,
        why: Wake::Clock,
    }];
    effects.push(run(Job::ReadBack, CommandLine::get_all(&existing.cluster)));
    effects.push(run(Job::Update, CommandLine::update(&existing.cluster)));
    effects.push(Effect::Identify(existing.place.clone()));
    effects
}

/// Lets the report point at the lines of the spec, once both are known.
pub fn tell_spec(existing: &mut Existing) {
    if let Some(reading) = existing.review.reading_mut() {
        reading.set_spec(&existing.spec);
    }
}

/// Takes a line that kops printed.
pub fn said(model: &mut Model, job: Job, output: Output, text: Untrusted) -> Vec<Effect> {
    match &mut model.screen {
        Screen::Apply(apply) => apply.said(job, output, text),
        Screen::Wizard(wizard) if job == Job::Preview => hear(&mut wizard.review, output, &text),
        Screen::Review(existing) if job == Job::Update => hear(&mut existing.review, output, &text),
        _ => {}
    }
    Vec::new()
}

fn hear(review: &mut Review, output: Output, text: &Untrusted) {
    if let (Review::Asking { progress, .. }, Output::Stderr) = (review, output) {
        progress.read(text.raw());
    }
}

/// Starts the run of a new cluster: its preview was just approved.
pub fn apply_new(wizard: &Wizard, home: &str, at: Moment) -> Option<Apply> {
    let reading = wizard.review.reading()?;
    let mut place = wizard.place();
    place.ssh_public_key = expanded(&place.ssh_public_key, home);
    let (cluster, spec) = (&wizard.answers.cluster, &wizard.spec.text);
    Some(Apply::create(
        cluster,
        spec,
        place,
        reading.report.clone(),
        at,
    ))
}

/// Starts the run of a cluster that exists: its dry run was just approved.
pub fn apply_existing(model: &mut Model) -> Vec<Effect> {
    let at = model.at;
    let Screen::Review(existing) = &model.screen else {
        return Vec::new();
    };
    let Some(reading) = existing.review.reading() else {
        return Vec::new();
    };
    let place = existing.place.clone();
    let approved = reading.report.clone();
    let apply = Apply::update(&existing.cluster, &existing.spec, place, approved, at);
    begin(model, apply)
}

/// Shows a run and starts it.
pub fn begin(model: &mut Model, mut apply: Apply) -> Vec<Effect> {
    let effects = apply.start(model.at);
    model.screen = Screen::Apply(Box::new(apply));
    effects
}

/// Takes the end of a command of a run: the next command, the dashboard, or the differing dry run.
pub fn ended(model: &mut Model, job: Job, result: Result<Finished, Fault>) -> Vec<Effect> {
    let at = model.at;
    let Screen::Apply(apply) = &mut model.screen else {
        return Vec::new();
    };
    let effects = apply.ended(job, result, at);
    match &apply.outcome {
        Outcome::Running | Outcome::Failed(_) => effects,
        Outcome::Done => {
            let mut watch = Watch::new(&apply.cluster, apply.place.clone(), Some(&apply.spec), at);
            let effects = watch.start(at);
            model.screen = Screen::Watch(Box::new(watch));
            effects
        }
        Outcome::Differs { report, raw, .. } => {
            let comparison = Comparison::approved_and_real(apply.approved(), report);
            let mut reading =
                Reading::new(report.as_ref().clone(), raw.clone()).compared(comparison);
            reading.set_spec(&apply.spec);
            model.screen = Screen::Differs {
                apply: apply.clone(),
                review: Box::new(Review::Reading(Box::new(reading))),
                spec_top: 0,
                pane: Pane::Work,
            };
            effects
        }
    }
}

/// Takes a key while the differing dry run is read.
pub fn act_on_differing(model: &mut Model, action: Action) -> Vec<Effect> {
    let (at, room) = (model.at, model.room());
    let Screen::Differs {
        apply,
        review,
        spec_top,
        pane,
    } = &mut model.screen
    else {
        return Vec::new();
    };
    if *pane == Pane::Spec {
        if action == Action::OtherPane {
            *pane = Pane::Work;
        }
        let lines = apply.spec.lines().count();
        *spec_top = form::stepped(*spec_top, movement(action, room.page), lines);
        return Vec::new();
    }
    let around = Around {
        room,
        cluster: &apply.cluster,
        notice: &mut model.notice,
    };
    match review.act(action, around) {
        Asked::Approved => {}
        Asked::Back => {
            model.overlay = Overlay::Leaving;
            return Vec::new();
        }
        Asked::OtherPane => {
            *pane = Pane::Spec;
            *spec_top = review.spec_top(*spec_top);
            return Vec::new();
        }
        Asked::Nothing | Asked::Again => return Vec::new(),
    }
    let Some(reading) = review.reading() else {
        return Vec::new();
    };
    let report = reading.report.clone();
    let effects = apply.approve_again(report, at);
    let apply = apply.clone();
    model.screen = Screen::Apply(apply);
    effects
}

/// Sends the running kops one interrupt.
pub fn interrupt(model: &mut Model) -> Vec<Effect> {
    match &model.screen {
        Screen::Apply(apply) => apply
            .running()
            .map(|(task, _)| Effect::Interrupt(task.job))
            .into_iter()
            .collect(),
        _ => Vec::new(),
    }
}

/// A path with a leading `~/` written out.
pub fn expanded(path: &str, home: &str) -> String {
    match path.strip_prefix("~/") {
        Some(rest) if !home.is_empty() => format!("{}/{rest}", home.trim_end_matches('/')),
        _ => path.to_owned(),
    }
}
