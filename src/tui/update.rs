//! `(Model, Event) → (Model, Effects)`: the one place where events are sent to the screen they belong to.

use std::time::Duration;

use super::effect::{Effect, Wake};
use super::event::{CommandOutput, EditedText, Event, Timestamp};
use super::form;
use super::key::{Code, Key};
use super::model::{Model, Overlay, Screen};
use crate::core::fault::Fault;
use crate::core::kops::dry_run::Ending;
use crate::core::text::prose::sentences;
use crate::tui::field_edit::FieldEdit;
use crate::tui::job::Job;
use crate::tui::keymap::{Action, Context};
use crate::tui::keys::{action, without_effect};
use crate::tui::notice::Notice;
use crate::tui::screens::apply::{Apply, Outcome};
use crate::tui::screens::approval::facts_status::FactsStatus;
use crate::tui::screens::dashboard::update::DashboardAction;
use crate::tui::screens::review::existing::ExistingReview;
use crate::tui::screens::review::{Review, ReviewAction};
use crate::tui::screens::rolling_update::RollingUpdateState;
use crate::tui::screens::wizard::WizardStep;
use crate::tui::screens::wizard::change::{changed, start as start_wizard};
use crate::tui::screens::wizard::edit::take_stored;
use crate::tui::screens::wizard::edited_answers::take_answers;
use crate::tui::screens::wizard::field_editor;
use crate::tui::screens::wizard::preview::{preview, previewed};
use crate::tui::screens::wizard::update::{
    WizardAction, act as act_on_wizard, jump_to, take_event,
};

mod approval;
mod home;
mod pointer;
mod run;

/// The exit code of a program that was interrupted.
pub const INTERRUPTED: u8 = 130;

/// The exit code of a program with a defect, Rust's own.
pub const CRASHED: u8 = 101;

/// The first effects of a model.
pub fn start(model: &mut Model) -> Vec<Effect> {
    let at = model.at;
    let mut effects = match &mut model.screen {
        Screen::Wizard(wizard) => start_wizard(wizard, at),
        Screen::Review(existing) if existing.file.is_none() => existing.ask(at),
        Screen::Review(existing) if matches!(existing.review, Review::Opening(_)) => open_next(),
        Screen::Apply(apply) => apply.poll(),
        Screen::Review(_) | Screen::Differs { .. } => Vec::new(),
        Screen::RollingUpdate(rolling) => rolling.ask(at),
        Screen::Dashboard(dashboard) => dashboard.start(at),
        Screen::Home(home) => home.start(at),
    };
    effects.extend(search_on(model));
    effects.extend(model.mouse.then_some(Effect::TakeMouse(true)));
    one_clock(model, effects)
}

// Right after the first frame.
fn open_next() -> Vec<Effect> {
    vec![Effect::Wake {
        after: Duration::ZERO,
        why: Wake::Opening,
    }]
}

// Several things may ask for the clock at once; one is enough for all of them.
fn one_clock(model: &mut Model, mut effects: Vec<Effect>) -> Vec<Effect> {
    effects.retain(|effect| match effect {
        Effect::Wake {
            why: Wake::Clock, ..
        } => !std::mem::replace(&mut model.wakes.clock, true),
        _ => true,
    });
    effects
}

/// Takes one event that came at a moment: the only function that changes the model.
pub fn update(model: &mut Model, at: Timestamp, mut event: Event) -> Vec<Effect> {
    model.at = at;
    if let Some(fault) = event.fault_mut() {
        let copied = model.target().copied().about(model.cluster());
        *fault = copied.fault(fault.clone());
    }
    if event == Event::Woke(Wake::Clock) {
        model.wakes.clock = false;
    }
    if event == Event::Woke(Wake::Search) {
        model.wakes.search = false;
    }
    let mut effects = dispatch(model, event);
    model.changed |= match &mut model.screen {
        Screen::Dashboard(dashboard) => !dashboard.take_noted(),
        _ => true,
    };
    effects.extend(search_on(model));
    if let Screen::Wizard(wizard) = &mut model.screen {
        effects.extend(wizard.ask_for_prices());
    }
    one_clock(model, effects)
}

// Lays out what is read for the screen; a long search continues once its first matches are drawn.
fn search_on(model: &mut Model) -> Option<Effect> {
    let viewport = model.viewport();
    let reading = model.reading_mut()?;
    reading.unfold(viewport.tree_rows());
    reading.lay_out_detail(viewport.columns);
    let searching = reading.is_searching();
    let wake = searching && !model.wakes.search;
    model.wakes.search |= searching;
    wake.then_some(Effect::Wake {
        after: Duration::ZERO,
        why: Wake::Search,
    })
}

fn dispatch(model: &mut Model, event: Event) -> Vec<Effect> {
    match event {
        Event::Key(key) => pressed(model, key),
        Event::StepShown(_) | Event::Edited { .. } | Event::Resumed | Event::PreviewAsked => {
            drive_wizard(model, event)
        }
        Event::Approved => approval::approve(model),
        Event::Paste(text) => pasted(model, &text),
        Event::Pointed(pointed) => pointer::point(model, pointed),
        Event::Clicked(target) => pointer::click(model, target),
        Event::Resize { columns, rows } => {
            (model.columns, model.rows) = (columns, rows);
            Vec::new()
        }
        Event::Printed { job, line } => run::take_line(model, job, line),
        Event::Ended { job, result } => ended(model, job, result),
        Event::EditorEnded(result) => editor_ended(model, result),
        Event::FactsRead(result) => run::take_facts(model, result),
        Event::StoreRead(result) => run::take_store(model, result),
        Event::Woke(why) => woke(model, why),
        event @ (Event::Begun(_)
        | Event::Started(_)
        | Event::Busy(_)
        | Event::RunFound(_)
        | Event::RunLost(_)
        | Event::Paused(_)
        | Event::Interrupted(_)) => run::take_event(model, event),
        Event::Terminated | Event::TerminalLost => vec![Effect::Exit(INTERRUPTED)],
        Event::StopAsked => vec![Effect::Stop],
        Event::Continued => vec![Effect::Retake],
        Event::Crashed => vec![Effect::Exit(CRASHED)],
        event => learn(model, event),
    }
}

fn pressed(model: &mut Model, key: Key) -> Vec<Effect> {
    let known = action(model.context(), key);
    if model.is_too_small() {
        return unseen(model, known);
    }
    model.notice = None;
    match (model.overlay, known) {
        (_, Some(Action::Suspend)) => vec![Effect::AskToStop],
        (_, Some(Action::Mouse)) => pointer::switch_mouse(model),
        (Overlay::None, Some(Action::Help)) => {
            model.overlay = Overlay::Help { top: 0 };
            Vec::new()
        }
        (Overlay::None, Some(Action::Leave)) => leave(model),
        (Overlay::None, Some(Action::Jump)) => jump(model, key),
        (Overlay::None, Some(action)) => act(model, action),
        (Overlay::None, None) if typed(model, key) => Vec::new(),
        (Overlay::Help { top }, Some(action)) => over_help(model, top, action),
        (Overlay::Leaving | Overlay::Detaching, Some(action)) => over_question(model, action),
        (_, None) => {
            let fixed = fixed_row(model, key);
            let nothing = || Notice::look(without_effect(model.context(), key));
            model.notice = Some(fixed.map_or_else(nothing, Notice::blocked));
            Vec::new()
        }
    }
}

// To the step of the wizard with this number; a review of a cluster that exists has no steps.
fn jump(model: &mut Model, key: Key) -> Vec<Effect> {
    let number = match key.code {
        Code::Char(digit) => digit.to_digit(10).and_then(|digit| digit.checked_sub(1)),
        _ => None,
    };
    let number = number.and_then(|number| usize::try_from(number).ok());
    number.map_or_else(Vec::new, |number| go_to_step(model, number))
}

fn go_to_step(model: &mut Model, number: usize) -> Vec<Effect> {
    let (screen, mut context) = model.screen_and_context();
    if let (Screen::Wizard(wizard), Some(step)) = (screen, WizardStep::ALL.get(number)) {
        return jump_to(wizard, *step, &mut context);
    }
    *context.notice = Some(Notice::look("There are no steps here: the wizard has them"));
    Vec::new()
}

// Why the row under the cursor takes no key that types or chooses.
fn fixed_row(model: &Model, key: Key) -> Option<String> {
    let Screen::Wizard(wizard) = &model.screen else {
        return None;
    };
    let field = wizard.current()?;
    let edit = match key.code {
        Code::Char('d') if key.ctrl && field.key.spec.heads_group => FieldEdit::RemoveGroup,
        Code::Char(_) | Code::Delete | Code::Backspace if !key.ctrl => FieldEdit::Clear,
        Code::Left | Code::Right => FieldEdit::Clear,
        _ => return None,
    };
    wizard.refuse_fixed(&field.key, &edit).err()
}

// Nothing is drawn: no question can be asked, and no key acts but the ways out. A running kops continues.
fn unseen(model: &mut Model, known: Option<Action>) -> Vec<Effect> {
    let asks = matches!(&model.screen, Screen::Wizard(_) | Screen::Differs { .. });
    match known {
        Some(Action::Suspend) => vec![Effect::AskToStop],
        Some(Action::Mouse) | None => Vec::new(),
        Some(_) if asks || model.kops_runs() => vec![Effect::Exit(INTERRUPTED)],
        Some(_) => leave(model),
    }
}

fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    if action == Action::Accept
        && model.context() == Context::Approving
        && model.hides_what_is_approved()
    {
        model.notice = Some(Notice::blocked(
            "Not all that is approved has room here: enlarge the window to 80 columns and 24 rows, then press enter again",
        ));
        return Vec::new();
    }
    match &mut model.screen {
        Screen::Wizard(_) => act_on_step(model, action),
        Screen::Review(_) => act_on_existing(model, action),
        Screen::Differs { .. } => run::act_on_differing(model, action),
        Screen::Apply(_) => run::act(model, action),
        Screen::RollingUpdate(_) => run::act_on_rolling_update(model, action),
        Screen::Dashboard(_) => act_on_dashboard(model, action),
        Screen::Home(_) => home::act(model, action),
    }
}

fn act_on_dashboard(model: &mut Model, action: Action) -> Vec<Effect> {
    let (screen, mut context) = model.screen_and_context();
    let Screen::Dashboard(dashboard) = screen else {
        return Vec::new();
    };
    match dashboard.act(action, &mut context) {
        DashboardAction::Effects(effects) => effects,
        DashboardAction::Leave => leave(model),
    }
}

fn act_on_step(model: &mut Model, action: Action) -> Vec<Effect> {
    let (screen, mut context) = model.screen_and_context();
    let Screen::Wizard(wizard) = screen else {
        return Vec::new();
    };
    match act_on_wizard(wizard, action, &mut context) {
        WizardAction::Effects(effects) => effects,
        WizardAction::AskToLeave => home::go_back(model).unwrap_or_else(|| leave(model)),
        WizardAction::Approved => approval::approve(model),
    }
}

// What prompts and commands without a screen ask of the wizard.
fn drive_wizard(model: &mut Model, event: Event) -> Vec<Effect> {
    let at = model.at;
    let Screen::Wizard(wizard) = &mut model.screen else {
        return Vec::new();
    };
    match event {
        Event::StepShown(number) => {
            if let Some(step) = WizardStep::ALL.get(number) {
                wizard.go(*step);
            }
        }
        Event::Edited { row, edit } => {
            let field = wizard.fields().into_iter().nth(row);
            let here = wizard.current().map(|field| field.key);
            let taken = field.map(|field| changed(wizard, &field.key, &edit, at));
            wizard.keep_cursor(here.as_ref());
            match taken {
                Some(Ok(effects)) => return effects,
                Some(Err(reason)) => model.notice = Some(Notice::blocked(reason)),
                None => {}
            }
        }
        Event::PreviewAsked => {
            wizard.step = WizardStep::Review;
            return preview(wizard, at);
        }
        Event::Resumed => wizard.resume(),
        _ => {}
    }
    Vec::new()
}

fn act_on_existing(model: &mut Model, action: Action) -> Vec<Effect> {
    let (screen, mut context) = model.screen_and_context();
    let Screen::Review(existing) = screen else {
        return Vec::new();
    };
    let cluster = existing.cluster.as_deref().unwrap_or_default();
    let about = (cluster, existing.spec.as_str());
    let review = &mut existing.review;
    match existing.panes.act(action, review, about, &mut context) {
        ReviewAction::Nothing | ReviewAction::OtherPane => Vec::new(),
        ReviewAction::Fix => {
            *context.notice = Some(Notice::look(existing.who_decides()));
            Vec::new()
        }
        ReviewAction::Do(effect) => vec![*effect],
        ReviewAction::OpenEditor => existing.open_editor(&mut context),
        ReviewAction::Back => leave(model),
        ReviewAction::Again => existing.ask(context.at),
        ReviewAction::Approved => approval::approve(model),
    }
}

// What is about the account is shown on every screen.
fn learn(model: &mut Model, event: Event) -> Vec<Effect> {
    match &event {
        Event::Connected { account, .. } => model.account.clone_from(account),
        Event::CredentialsUsed(words) => model.credentials = Some(words.clone()),
        Event::Saved(Err(fault)) | Event::AnnouncementFailed(fault) => {
            model.notice = Some(Notice::blocked(fault.whole()));
        }
        Event::ReportSaved(saved) => {
            model.notice = Some(match saved {
                Ok(words) => Notice::good(words),
                Err(fault) => Notice::blocked(fault.whole()),
            });
        }
        Event::Saved(Ok(Some(kept))) | Event::SpecKept(kept) => {
            model.notice = Some(Notice::look(sentences(&[kept])));
        }
        _ => {}
    }
    match &mut model.screen {
        Screen::Wizard(wizard) => take_event(wizard, event, model.at),
        Screen::Dashboard(dashboard) => dashboard.take_event(event, model.at, &mut model.notice),
        Screen::Home(home) => {
            let effects = home.take_event(event);
            if home.has_nothing() {
                return home::open_wizard(model);
            }
            effects
        }
        _ => Vec::new(),
    }
}

// Whether it was a place to type into, and a key that types.
fn typed(model: &mut Model, key: Key) -> bool {
    match &mut model.screen {
        Screen::Wizard(wizard) => field_editor::typed(wizard, key),
        Screen::Review(existing) => existing.review.typed(key),
        Screen::Differs { review, .. } => review.typed(key),
        Screen::Apply(apply) => match &mut apply.resume_approval {
            Some(name) => {
                name.edit(key);
                form::edits(key)
            }
            None => false,
        },
        Screen::Dashboard(dashboard) => dashboard.typed(key, model.at),
        Screen::Home(home) => home.typed(key),
        Screen::RollingUpdate(_) => false,
    }
}

fn pasted(model: &mut Model, text: &str) -> Vec<Effect> {
    if model.overlay == Overlay::None && !model.is_too_small() {
        match &mut model.screen {
            Screen::Wizard(wizard) => field_editor::pasted(wizard, text),
            Screen::Review(existing) => existing.review.pasted(text),
            Screen::Differs { review, .. } => review.pasted(text),
            Screen::Apply(apply) => {
                if let Some(name) = &mut apply.resume_approval {
                    name.paste(text);
                }
            }
            Screen::Dashboard(dashboard) => dashboard.pasted(text, model.at),
            Screen::Home(home) => home.pasted(text),
            Screen::RollingUpdate(_) => {}
        }
    }
    Vec::new()
}

fn leave(model: &mut Model) -> Vec<Effect> {
    if let Some(effects) = leave_to_home(model) {
        return effects;
    }
    match &model.screen {
        Screen::Apply(_) if model.kops_runs() => model.overlay = Overlay::Detaching,
        Screen::Wizard(_) | Screen::Differs { .. } => model.overlay = Overlay::Leaving,
        Screen::Apply(apply) => return leave_run(apply),
        Screen::Review(existing) => return vec![Effect::Exit(review_exit(existing))],
        // The update succeeded, whatever is left to do.
        Screen::RollingUpdate(_) | Screen::Home(_) => return vec![Effect::Exit(0)],
        Screen::Dashboard(dashboard) => {
            let code = if dashboard.ready_at.is_some() { 0 } else { 2 };
            return vec![Effect::StopWatching, Effect::Exit(code)];
        }
    }
    Vec::new()
}

// A place that was opened from home is left to it, unless something there is to be asked first.
fn leave_to_home(model: &mut Model) -> Option<Vec<Effect>> {
    let mut effects = match &model.screen {
        Screen::Wizard(_) | Screen::Differs { .. } | Screen::Home(_) => return None,
        Screen::Apply(_) if model.kops_runs() => return None,
        Screen::Apply(apply) => leave_run(apply),
        Screen::Review(_) | Screen::RollingUpdate(_) | Screen::Dashboard(_) => Vec::new(),
    };
    effects.retain(|effect| !matches!(effect, Effect::Exit(_)));
    let back = home::go_back(model)?;
    effects.extend(back);
    Some(effects)
}

// A run that may be gone on with is shown again at the next start; of any other the end was seen.
fn leave_run(apply: &Apply) -> Vec<Effect> {
    let ended = matches!(apply.outcome, Outcome::Failed(_)) && !apply.may_resume();
    let close = apply.folder().filter(|_| ended);
    let close = close.map(|folder| Effect::Close(folder.to_owned()));
    let code = u8::from(apply.outcome != Outcome::Done);
    close.into_iter().chain([Effect::Exit(code)]).collect()
}

fn review_exit(existing: &ExistingReview) -> u8 {
    if existing
        .edit
        .as_ref()
        .is_some_and(|edit| edit.is_unchanged())
    {
        return 0;
    }
    match &existing.review {
        Review::Reading(reading) if reading.outline().dry_run.ending == Ending::Missing => 1,
        Review::Reading(reading) if reading.changes_nothing() => 0,
        Review::Reading(reading) if reading.changes_only_spec() => 2,
        Review::Reading(reading) if reading.outline().dry_run.changes() => 2,
        Review::Reading(_) => 0,
        Review::Failed { .. } => 1,
        Review::NotAsked | Review::Asking { .. } | Review::Opening(_) => INTERRUPTED,
    }
}

fn over_help(model: &mut Model, top: usize, action: Action) -> Vec<Effect> {
    model.overlay = match action {
        Action::Leave => {
            model.overlay = Overlay::None;
            return leave(model);
        }
        Action::Up | Action::Down | Action::PageUp | Action::PageDown => {
            let rows = super::help::rows(model, model.columns).saturating_sub(model.help_room());
            Overlay::Help {
                top: form::stepped(top, action.movement(model.page()), rows + 1),
            }
        }
        _ => Overlay::None,
    };
    Vec::new()
}

fn over_question(model: &mut Model, action: Action) -> Vec<Effect> {
    let question = std::mem::take(&mut model.overlay);
    match (question, action) {
        (_, Action::Leave) => vec![Effect::Exit(INTERRUPTED)],
        (Overlay::Detaching, Action::Interrupt) => run::interrupt(model),
        _ => Vec::new(),
    }
}

// The terminal is ours again, whatever became of the text.
fn editor_ended(model: &mut Model, result: Result<EditedText, Fault>) -> Vec<Effect> {
    let (screen, mut context) = model.screen_and_context();
    let effects = match screen {
        Screen::Review(existing) => existing.take_text(result, &mut context),
        Screen::Wizard(wizard) => take_answers(wizard, result, &mut context),
        _ => Vec::new(),
    };
    std::iter::once(Effect::Retake).chain(effects).collect()
}

fn stored_spec_read(model: &mut Model, result: Result<CommandOutput, Fault>) -> Vec<Effect> {
    let (Screen::Review(existing), mut context) = model.screen_and_context() else {
        return Vec::new();
    };
    let effects = existing.take_spec(result, &mut context);
    // An approval that waits for the facts ends here when there are none to wait for.
    if existing.facts == FactsStatus::Asking {
        return effects;
    }
    approval::start_if_approved(model)
}

fn ended(model: &mut Model, job: Job, result: Result<CommandOutput, Fault>) -> Vec<Effect> {
    let at = model.at;
    let (screen, mut context) = model.screen_and_context();
    match screen {
        Screen::Wizard(wizard) if job == Job::Preview => previewed(wizard, result, at),
        Screen::Wizard(wizard) if job == Job::ReadBefore => take_stored(wizard, result, at),
        Screen::Review(existing) if job == Job::ReadBefore => {
            existing.take_stored(result, &mut context)
        }
        Screen::Review(existing) if job == Job::Preview => {
            existing.take_preview(result);
            Vec::new()
        }
        Screen::Review(existing) if !existing.is_plain() => Vec::new(),
        Screen::Review(_) if job == Job::ReadBack => stored_spec_read(model, result),
        Screen::Review(existing) if job == Job::Update => {
            existing.take_dry_run(result, &mut context);
            Vec::new()
        }
        Screen::Apply(_) => run::take_end(model, job, result),
        Screen::RollingUpdate(rolling) if job == Job::RollingUpdate => rolling.ended(result),
        Screen::Dashboard(dashboard) => dashboard.ended(job, result, at),
        _ => Vec::new(),
    }
}

fn woke(model: &mut Model, why: Wake) -> Vec<Effect> {
    let at = model.at;
    if why == Wake::Search {
        if let Some(reading) = model.reading_mut() {
            reading.search_on();
        }
        return Vec::new();
    }
    let again = vec![Effect::clock()];
    match (&mut model.screen, why) {
        (Screen::Dashboard(dashboard), Wake::Validate { answers })
            if dashboard.answers == answers =>
        {
            dashboard.poll(at)
        }
        (Screen::RollingUpdate(rolling), Wake::Clock)
            if matches!(rolling.state, RollingUpdateState::Asking { .. }) =>
        {
            again
        }
        (Screen::Dashboard(dashboard), Wake::See) => dashboard.see(at),
        (Screen::Dashboard(dashboard), Wake::Cloud { reads }) => dashboard.poll_cloud(reads),
        (Screen::Dashboard(dashboard), Wake::Clock) if dashboard.ready_at.is_none() => {
            dashboard.tick(at);
            again
        }
        (Screen::Apply(apply), Wake::Clock) if apply.running().is_some() => again,
        (Screen::Review(existing), Wake::Opening) => {
            existing.open();
            Vec::new()
        }
        (Screen::Apply(apply), Wake::Run) => apply.poll(),
        (Screen::Wizard(wizard), Wake::Clock) if wizard.is_waiting() => again,
        (Screen::Review(existing), Wake::Clock) if existing.review.is_waiting() => again,
        (Screen::Home(home), Wake::Clock) if home.is_waiting() => again,
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
