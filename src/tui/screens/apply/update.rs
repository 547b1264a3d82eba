//! From approval to dashboard: what follows when kops is asked, speaks, and ends.

use crate::core::approval::facts::ApprovalFacts;
use crate::core::fault::Fault;
use crate::core::text::prose::sentences;
use crate::core::text::untrusted::Untrusted;
use crate::tui::effect::{Effect, Job};
use crate::tui::event::{CommandOutput, Event, OutputStream};
use crate::tui::form;
use crate::tui::keymap::Action;
use crate::tui::model::{ExistingReview, Model, Overlay, Screen};
use crate::tui::record::FoundRun;
use crate::tui::screens::apply::approve::kept_yes;
pub use crate::tui::screens::apply::approve::{approved, commands, not_compared, prepared};
pub use crate::tui::screens::apply::differing::act_on_differing;
use crate::tui::screens::apply::{Apply, LockState, Outcome, StopCause};
use crate::tui::screens::dashboard::{Dashboard, Rests};
pub use crate::tui::screens::review::existing::{
    ask_existing, dry_run_ended, elsewhere, held_back, stored_spec_read,
};
use crate::tui::screens::review::reading::Reading;
use crate::tui::screens::review::{Review, movement};
use crate::tui::screens::rolling_update::RollingUpdateScreen;
use crate::tui::screens::wizard::Pane;

/// Takes a line that kops printed.
pub fn said(model: &mut Model, job: Job, output: OutputStream, text: Untrusted) -> Vec<Effect> {
    match &mut model.screen {
        Screen::Apply(apply) => return apply.said(job, output, text),
        Screen::Wizard(wizard) if job == Job::Preview => hear(&mut wizard.review, output, &text),
        Screen::Review(existing) if job == Job::Update => hear(&mut existing.review, output, &text),
        _ => {}
    }
    Vec::new()
}

fn hear(review: &mut Review, output: OutputStream, text: &Untrusted) {
    if let (Review::Asking { progress, .. }, OutputStream::Stderr) = (review, output) {
        progress.read(text.raw());
    }
}

/// Takes the facts that an approval depends on.
pub fn facts_read(model: &mut Model, result: Result<ApprovalFacts, Fault>) -> Vec<Effect> {
    let at = model.at;
    match &mut model.screen {
        Screen::Wizard(wizard) => {
            wizard.facts.take(result);
            kept_yes(model)
        }
        Screen::Review(existing) => {
            existing.facts.take(result);
            kept_yes(model)
        }
        Screen::Apply(apply) => {
            let effects = apply.verified(result, at);
            after(model, effects)
        }
        _ => Vec::new(),
    }
}

/// Takes the objects that the state store holds.
pub fn store_read(model: &mut Model, result: Result<ApprovalFacts, Fault>) -> Vec<Effect> {
    let at = model.at;
    let Screen::Apply(apply) = &mut model.screen else {
        return Vec::new();
    };
    let effects = apply.store_read(result, at);
    let told = foreign(&apply.foreign_writes);
    let effects = after(model, effects);
    if told.is_some() {
        model.notice = told;
    }
    effects
}

fn foreign(writes: &[String]) -> Option<String> {
    let told = "Somebody else wrote into the state store while --yes ran";
    let next = "review the cluster again";
    (!writes.is_empty()).then(|| format!("{told}: {}; {next}", writes.join("; ")))
}

/// Shows a run and starts it.
pub fn begin(model: &mut Model, mut apply: Apply) -> Vec<Effect> {
    let effects = apply.start();
    model.screen = Screen::Apply(Box::new(apply));
    effects
}

/// Shows a run that was found and follows it.
pub fn follow(model: &mut Model, found: &FoundRun) -> Vec<Effect> {
    let mut apply = Apply::found(found, model.at);
    let effects = apply.take(found, model.at);
    let identify = Effect::Identify(apply.place.clone());
    model.screen = Screen::Apply(Box::new(apply));
    effects.into_iter().chain([identify]).collect()
}

/// Takes what became known of the run as a whole.
pub fn told(model: &mut Model, event: Event) -> Vec<Effect> {
    let at = model.at;
    let Screen::Apply(apply) = &mut model.screen else {
        return Vec::new();
    };
    match event {
        Event::Begun(result) if apply.hold == LockState::Asking => apply.begun(result, at),
        Event::Started(job) => {
            apply.began(job);
            Vec::new()
        }
        Event::Busy(found) => {
            model.notice = Some(busy(&found));
            follow(model, &found)
        }
        Event::RunFound(found) => apply.take(&found, at),
        Event::RunLost(fault) => {
            apply.lose(fault);
            Vec::new()
        }
        Event::Paused(pause) => {
            apply.paused = pause;
            Vec::new()
        }
        Event::Interrupted(Ok(first)) => {
            if !first {
                let told = "kops was asked to stop before; it gets one interrupt only";
                model.notice = Some(told.to_owned());
            }
            Vec::new()
        }
        Event::Interrupted(Err(fault)) => {
            apply.stopping = None;
            model.notice = Some(sentences(&[&fault.what, &fault.remedy]));
            Vec::new()
        }
        _ => Vec::new(),
    }
}

fn busy(found: &FoundRun) -> String {
    format!(
        "Another kopswain is at work on {}: this is its run, and no other is started",
        found.record.cluster
    )
}

/// Takes a key while a run is shown.
pub fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let (at, page) = (model.at, model.page());
    let Screen::Apply(apply) = &mut model.screen else {
        return Vec::new();
    };
    if let Some(name) = &mut apply.going_on {
        match action {
            Action::Accept if name.submit() => return apply.go_on(at),
            Action::Discard => apply.going_on = None,
            _ => {}
        }
        return Vec::new();
    }
    match action {
        Action::GoOn => apply.ask_to_go_on(),
        Action::Stop if apply.running().is_some() => model.overlay = Overlay::Detaching,
        Action::Again => return review_what_is_left(model),
        Action::DeletePreview => return apply.ask_delete_preview(),
        moving => {
            let lines = apply.lines.len();
            apply.back = form::stepped(apply.back, -movement(moving, page), lines);
        }
    }
    Vec::new()
}

// What a failed `--yes` has not created is what a new dry run shows; approved, it goes on from there.
fn review_what_is_left(model: &mut Model) -> Vec<Effect> {
    let Screen::Apply(apply) = &model.screen else {
        return Vec::new();
    };
    if !matches!(apply.outcome, Outcome::Failed(_)) || !apply.touched_aws() {
        return Vec::new();
    }
    let close = apply.folder.clone().map(Effect::Close);
    let existing = ExistingReview::of(Some(apply.cluster.clone()), apply.place.clone());
    let mut existing = Box::new(existing);
    let effects = ask_existing(&mut existing, model.at);
    model.screen = Screen::Review(existing);
    close.into_iter().chain(effects).collect()
}

/// Takes the end of a command of a run: the next command, the dashboard, or the differing dry run.
pub fn ended(model: &mut Model, job: Job, result: Result<CommandOutput, Fault>) -> Vec<Effect> {
    let at = model.at;
    let Screen::Apply(apply) = &mut model.screen else {
        return Vec::new();
    };
    if job == Job::DeletePreview {
        model.notice = apply.delete_previewed(result);
        return Vec::new();
    }
    let effects = apply.ended(job, result, at);
    after(model, effects)
}

// What the outcome of a run puts on the screen.
fn after(model: &mut Model, mut effects: Vec<Effect>) -> Vec<Effect> {
    let at = model.at;
    let Screen::Apply(apply) = &mut model.screen else {
        return effects;
    };
    match &apply.outcome {
        Outcome::Running | Outcome::Failed(_) | Outcome::Left => effects,
        Outcome::Done => {
            if let Some(fault) = &apply.unexported {
                model.notice = Some(sentences(&[&fault.what, &fault.why, &fault.remedy]));
            }
            effects.extend(apply.folder.clone().map(Effect::Close));
            // A run that was found ended some time ago: only what is seen now is true.
            let live = apply.creates() || apply.hold == LockState::Theirs;
            if let Some(fault) = apply.seen_otherwise().filter(|_| live) {
                model.notice = Some(sentences(&[&fault.what, &fault.why, &fault.remedy]));
            }
            if !live {
                let mut rolling = RollingUpdateScreen::after(apply, at);
                effects.extend(rolling.ask(at));
                model.screen = Screen::RollingUpdate(Box::new(rolling));
                return effects;
            }
            let spec = apply.creates().then_some(apply.spec.as_str());
            let mut watch = Dashboard::new(&apply.cluster, apply.place.clone(), spec, at);
            watch.rests = Rests::of(model.mode);
            effects.extend(watch.start(at));
            model.screen = Screen::Dashboard(Box::new(watch));
            effects
        }
        Outcome::Differs {
            report,
            raw,
            comparison,
        } => {
            let reading = Reading::new(report.as_ref().clone(), raw.clone());
            let mut reading = reading.compared(comparison.clone());
            reading.set_spec(&apply.spec);
            reading.keep_marks(apply.marks());
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

/// Takes a key after an update is done.
pub fn act_on_rolling(model: &mut Model, action: Action) -> Vec<Effect> {
    let (at, page) = (model.at, model.page());
    let Screen::RollingUpdate(rolling) = &mut model.screen else {
        return Vec::new();
    };
    if action != Action::Dashboard {
        return rolling.act(action, page, at);
    }
    let mut watch = Dashboard::new(&rolling.cluster, rolling.place.clone(), None, at);
    watch.rests = Rests::of(model.mode);
    let effects = watch.start(at);
    model.screen = Screen::Dashboard(Box::new(watch));
    effects
}

/// Sends the running kops one interrupt.
pub fn interrupt(model: &mut Model) -> Vec<Effect> {
    let Screen::Apply(apply) = &mut model.screen else {
        return Vec::new();
    };
    let running = apply.running().map(|task| task.job);
    apply.stopping = running.map(|_| StopCause::Asked);
    running.map(Effect::Interrupt).into_iter().collect()
}
