//! From approval to dashboard: what follows when kops is asked, prints, and ends.

use std::path::Path;

use super::approval::start_if_approved;
use crate::core::approval::facts::ApprovalFacts;
use crate::core::fault::Fault;
use crate::tui::effect::Effect;
use crate::tui::event::{CommandOutput, Event, PrintedLine};
use crate::tui::job::Job;
use crate::tui::keymap::Action;
use crate::tui::model::{Model, Overlay, Screen};
use crate::tui::notice::Notice;
use crate::tui::record::FoundRun;
use crate::tui::screens::apply::failure_summary::failed_delete_preview;
use crate::tui::screens::apply::{Apply, LockState, Outcome, RunAction, update};
use crate::tui::screens::dashboard::{Dashboard, PollIntervals};
use crate::tui::screens::review::Reading;
use crate::tui::screens::review::ReviewPanes;
use crate::tui::screens::review::existing::ExistingReview;
use crate::tui::screens::review::{Review, ReviewAction};
use crate::tui::screens::rolling_update::RollingUpdateScreen;

/// Takes a line that kops printed.
pub(super) fn take_line(model: &mut Model, job: Job, line: PrintedLine) -> Vec<Effect> {
    match &mut model.screen {
        Screen::Apply(apply) => return apply.take_line(job, line),
        Screen::Wizard(wizard) if job == Job::Preview => wizard.review.take_line(&line),
        Screen::Review(existing) if job == Job::Update => existing.review.take_line(&line),
        _ => {}
    }
    Vec::new()
}

/// Takes the facts that an approval depends on.
pub(super) fn take_facts(model: &mut Model, result: Result<ApprovalFacts, Fault>) -> Vec<Effect> {
    let at = model.at;
    match &mut model.screen {
        Screen::Wizard(wizard) => wizard.facts.take(result),
        Screen::Review(existing) => existing.facts.take(result),
        Screen::Apply(apply) => {
            let effects = apply.take_facts(result, at);
            return show_outcome(model, effects);
        }
        _ => return Vec::new(),
    }
    start_if_approved(model)
}

/// Takes the objects that the state store holds.
pub(super) fn take_store(model: &mut Model, result: Result<ApprovalFacts, Fault>) -> Vec<Effect> {
    let at = model.at;
    let Screen::Apply(apply) = &mut model.screen else {
        return Vec::new();
    };
    let effects = apply.take_store(result, at);
    let foreign = foreign_writes(&apply.notes.foreign_writes);
    let effects = show_outcome(model, effects);
    if foreign.is_some() {
        model.notice = foreign;
    }
    effects
}

fn foreign_writes(writes: &[String]) -> Option<Notice> {
    let what = "Somebody else wrote into the state store while --yes ran";
    let next = "review the cluster again";
    (!writes.is_empty()).then(|| Notice::look(format!("{what}: {}; {next}", writes.join("; "))))
}

/// Shows a run that was found and follows it.
pub(super) fn follow(model: &mut Model, found: &FoundRun) -> Vec<Effect> {
    let mut apply = Apply::found(found, model.at);
    let effects = apply.take_found(found, model.at);
    let identify = Effect::Identify(apply.target().clone());
    model.screen = Screen::Apply(Box::new(apply));
    effects.into_iter().chain([identify]).collect()
}

/// Takes what became known of the run as a whole.
pub(super) fn take_event(model: &mut Model, event: Event) -> Vec<Effect> {
    let Screen::Apply(apply) = &mut model.screen else {
        return Vec::new();
    };
    if let Event::Busy(found) = event {
        model.notice = Some(Notice::look(format!(
            "Another kopswain is at work on {}: this is its run, and no other is started",
            found.record.cluster
        )));
        return follow(model, &found);
    }
    update::take_event(apply, event, model.at, &mut model.notice)
}

/// Takes a key while a run is shown.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let (at, page) = (model.at, model.page());
    let Screen::Apply(apply) = &mut model.screen else {
        return Vec::new();
    };
    match update::act(apply, action, page, at) {
        RunAction::Effects(effects) => effects,
        RunAction::AskToStop => {
            model.overlay = Overlay::Detaching;
            Vec::new()
        }
        RunAction::ReviewRest => review_rest(model),
    }
}

// What a failed `--yes` has not created is what a new dry run shows; approved, the run continues from there.
fn review_rest(model: &mut Model) -> Vec<Effect> {
    let Screen::Apply(apply) = &model.screen else {
        return Vec::new();
    };
    let close = apply.folder().map(Path::to_owned).map(Effect::Close);
    let existing = ExistingReview::new(Some(apply.cluster().clone()), apply.target().clone());
    let mut existing = Box::new(existing);
    let effects = existing.ask(model.at);
    model.screen = Screen::Review(existing);
    close.into_iter().chain(effects).collect()
}

/// Takes the end of a command of a run: the next command, the dashboard, or the differing dry run.
pub(super) fn take_end(
    model: &mut Model,
    job: Job,
    result: Result<CommandOutput, Fault>,
) -> Vec<Effect> {
    let at = model.at;
    let Screen::Apply(apply) = &mut model.screen else {
        return Vec::new();
    };
    if job == Job::DeletePreview {
        model.notice = failed_delete_preview(apply, result).map(Notice::blocked);
        return Vec::new();
    }
    let effects = apply.take_end(job, result, at);
    show_outcome(model, effects)
}

fn show_outcome(model: &mut Model, effects: Vec<Effect>) -> Vec<Effect> {
    let Screen::Apply(apply) = &model.screen else {
        return effects;
    };
    match &apply.outcome {
        Outcome::Running | Outcome::Failed(_) | Outcome::Left => effects,
        Outcome::Done => show_done(model, effects),
        Outcome::Differs {
            dry_run,
            raw,
            comparison,
        } => {
            let reading = Reading::new(dry_run.as_ref().clone(), raw.clone());
            let mut reading = reading.compared(comparison.clone());
            reading.set_spec(apply.spec());
            reading.restore_marks(&apply.marks);
            model.screen = Screen::Differs {
                apply: apply.clone(),
                review: Box::new(Review::Reading(Box::new(reading))),
                panes: ReviewPanes::default(),
            };
            effects
        }
    }
}

// A run that was found ended some time ago: only what is seen now is true, so the dashboard follows it.
fn show_done(model: &mut Model, mut effects: Vec<Effect>) -> Vec<Effect> {
    let at = model.at;
    let Screen::Apply(apply) = &model.screen else {
        return effects;
    };
    let live = apply.creates() || apply.lock() == LockState::HeldByOther;
    let control_plane = apply.control_plane_fault().filter(|_| live);
    if let Some(fault) = control_plane.as_ref().or(apply.notes.unexported.as_ref()) {
        model.notice = Some(Notice::look(fault.whole()));
    }
    effects.extend(apply.folder().map(Path::to_owned).map(Effect::Close));
    if !live {
        let mut rolling = RollingUpdateScreen::new(
            apply.cluster().clone(),
            apply.target().clone(),
            apply.next_steps(),
            apply.control_plane_fault(),
            at,
        );
        effects.extend(rolling.ask(at));
        model.screen = Screen::RollingUpdate(Box::new(rolling));
        return effects;
    }
    let spec = apply.creates().then(|| apply.spec());
    let dashboard = Dashboard::new(apply.cluster(), apply.target().clone(), spec, at);
    let dashboard = dashboard.with_run(apply.clone());
    effects.extend(watch(model, dashboard));
    effects
}

fn watch(model: &mut Model, mut dashboard: Dashboard) -> Vec<Effect> {
    dashboard.intervals = PollIntervals::new(model.mode);
    let effects = dashboard.start(model.at);
    model.screen = Screen::Dashboard(Box::new(dashboard));
    effects
}

/// Takes a key while the differing dry run is read.
pub(super) fn act_on_differing(model: &mut Model, action: Action) -> Vec<Effect> {
    let (screen, mut context) = model.screen_and_context();
    let Screen::Differs {
        apply,
        review,
        panes,
    } = screen
    else {
        return Vec::new();
    };
    let about = (apply.cluster().as_str(), apply.spec());
    match panes.act(action, review, about, &mut context) {
        ReviewAction::Back => model.overlay = Overlay::Leaving,
        ReviewAction::Approved => {
            if let Some(reading) = review.reading() {
                let effects = apply.approve_again(reading);
                model.screen = Screen::Apply(apply.clone());
                return effects;
            }
        }
        ReviewAction::Do(effect) => return vec![*effect],
        ReviewAction::Nothing
        | ReviewAction::OtherPane
        | ReviewAction::Again
        | ReviewAction::OpenEditor
        | ReviewAction::Fix => {}
    }
    Vec::new()
}

/// Takes a key after an update is done.
pub(super) fn act_on_rolling_update(model: &mut Model, action: Action) -> Vec<Effect> {
    let (at, page) = (model.at, model.page());
    let Screen::RollingUpdate(rolling) = &mut model.screen else {
        return Vec::new();
    };
    if action != Action::Dashboard {
        return rolling.act(action, page, at);
    }
    let dashboard = Dashboard::new(&rolling.cluster, rolling.target.clone(), None, at);
    watch(model, dashboard)
}

/// Sends the running kops one interrupt.
pub(super) fn interrupt(model: &mut Model) -> Vec<Effect> {
    match &mut model.screen {
        Screen::Apply(apply) => apply.interrupt(),
        _ => Vec::new(),
    }
}
