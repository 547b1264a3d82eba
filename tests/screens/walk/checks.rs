//! What holds after each event of a walk.

use kopswain::core::answers::Answers;
use kopswain::tui::effect::{Effect, PreviewRequest};
use kopswain::tui::event::{ClickTarget, Event, Timestamp};
use kopswain::tui::key::{Code, Key};
use kopswain::tui::keymap::Context;
use kopswain::tui::model::{Model, Overlay, Screen};
use kopswain::tui::screens::dashboard::Dashboard;
use kopswain::tui::screens::review::Reading;
use kopswain::tui::screens::wizard::form::EditState;
use kopswain::tui::screens::wizard::{Wizard, WizardStep};
use kopswain::tui::update::update;

/// What holds, or what does not.
pub type Holds = Result<(), String>;

fn hold(holds: bool, what: impl FnOnce() -> String) -> Holds {
    if holds { Ok(()) } else { Err(what()) }
}

// Without rows the cursor rests where the first one would be.
fn within(what: &str, cursor: usize, rows: usize) -> Holds {
    hold(cursor < rows.max(1), || {
        format!("the cursor of {what} is on row {cursor} of {rows}")
    })
}

/// Whether this event approves: enter where exactly the cluster's name was typed, or the word of a command without a screen.
pub fn approves(model: &Model, event: &Event) -> bool {
    let enter = Key::plain(Code::Enter);
    let resumed = match model.screen() {
        Screen::Apply(apply) => apply.resume_approval.as_ref(),
        _ => None,
    };
    let approval = model.review().and_then(|review| review.approval());
    let typed = approval
        .or(resumed)
        .is_some_and(|approval| approval.input.value() == model.cluster());
    match event {
        Event::Approved => true,
        Event::Key(key) | Event::Clicked(ClickTarget::Key(key)) => typed && *key == enter,
        _ => false,
    }
}

/// A run begins only after an approval.
pub fn gate(approved: bool, effects: &[Effect]) -> Holds {
    let begins = |effect: &Effect| matches!(effect, Effect::Begin(_));
    hold(approved || !effects.iter().any(begins), || {
        "a run begins, and nobody approved it".to_owned()
    })
}

/// The cursor is on a row that exists.
pub fn focus(model: &Model) -> Holds {
    match model.screen() {
        Screen::Wizard(wizard) if wizard.step != WizardStep::Review => rows(wizard),
        Screen::Dashboard(dashboard) => panes(dashboard),
        Screen::Home(home) => match &home.choosing {
            Some(choosing) => within("the choice", choosing.cursor, choosing.matching().len()),
            None => within("home", home.cursor(home.pane), home.count(home.pane)),
        },
        _ => match model.review().and_then(|review| review.reading()) {
            Some(reading) => tree(reading),
            None => Ok(()),
        },
    }
}

fn tree(reading: &Reading) -> Holds {
    let rows = reading.tree.rows().len();
    within("the tree", reading.selection.cursor(), rows)
}

fn rows(wizard: &Wizard) -> Holds {
    let (fields, form) = (wizard.fields(), wizard.form());
    within(wizard.step.word(), form.cursor, fields.len())?;
    let Some(key) = form.entry.key() else {
        return Ok(());
    };
    if let EditState::Picking(picking) = &form.entry {
        within("the list", picking.cursor, picking.matches.len())?;
    }
    let under = fields.get(form.cursor).map(|field| &field.key);
    hold(under == Some(key), || {
        format!("{key:?} is being entered, and the cursor is on {under:?}")
    })
}

fn panes(dashboard: &Dashboard) -> Holds {
    let (at, shown) = (dashboard.navigation(), dashboard.shown());
    within("the groups", at.group, shown.groups.len())?;
    within("the diagnoses", at.diagnosis, shown.diagnoses.len())?;
    within("the instances", at.instance, shown.table.rows.len())
}

/// The answers are read as they are written, they are what was saved, and the spec is the one that follows from them.
pub fn answers(model: &Model, saved: Option<&Answers>) -> Holds {
    let Screen::Wizard(wizard) = model.screen() else {
        return Ok(());
    };
    let read = Answers::parse(&wizard.answers.to_yaml());
    hold(read.as_ref() == Ok(&wizard.answers), || {
        format!("{:?} is read as {read:?}", wizard.answers)
    })?;
    let keeps = wizard.saved && wizard.keeps_file();
    hold(!keeps || saved == Some(&wizard.answers), || {
        format!("saved is {saved:?}, answered {:?}", wizard.answers)
    })?;
    let mut again = wizard.as_ref().clone();
    again.replan();
    hold(again.spec.text == wizard.spec.text, || {
        let (is, was) = (&again.spec.text, &wizard.spec.text);
        format!("the spec is not that of the answers:\n{was}\nbut\n{is}")
    })
}

/// What is previewed is the spec of the answers as their file has them.
pub fn preview(model: &Model, asked: &PreviewRequest) -> Holds {
    let Screen::Wizard(wizard) = model.screen() else {
        return Err("a preview outside of the wizard".to_owned());
    };
    let sent = wizard.sent_spec();
    hold(asked.spec == sent, || {
        format!("asked for\n{}\nand not\n{sent}", asked.spec)
    })?;
    let (Some(inventory), None) = (wizard.inventory(), wizard.edited()) else {
        return Ok(());
    };
    let text = Answers::parse(&wizard.answers.to_yaml()).unwrap();
    let mut fresh = Model::wizard(text, "/home/op");
    let discovered = Event::Discovered {
        inventory: Box::new(inventory.clone()),
        complete: true,
    };
    if let Some(versions) = wizard.versions.clone() {
        let read = Event::VersionsRead(Box::new(versions));
        update(&mut fresh, Timestamp::default(), read);
    }
    update(&mut fresh, Timestamp::default(), discovered);
    let Screen::Wizard(fresh) = fresh.screen() else {
        return Err("no wizard".to_owned());
    };
    hold(fresh.spec.text == asked.spec, || {
        format!(
            "asked for\n{}\nand the file gives\n{}",
            asked.spec, fresh.spec.text
        )
    })
}

/// Whether the row under the cursor ought to be seen.
pub fn marks_a_row(model: &Model) -> bool {
    if model.overlay() != Overlay::None || model.is_too_small() {
        return false;
    }
    match (model.context(), model.screen()) {
        (Context::Spec | Context::Map | Context::Typing, _) => false,
        // Without a VPC there is no picture.
        (_, Screen::Wizard(wizard))
            if wizard.step == WizardStep::Network && wizard.vpc().is_none() =>
        {
            false
        }
        (_, Screen::Wizard(wizard)) if wizard.step != WizardStep::Review => {
            match &wizard.form().entry {
                EditState::Picking(picking) => !picking.matches.is_empty(),
                EditState::Resting | EditState::Typing(_) => !wizard.fields().is_empty(),
            }
        }
        (Context::Review | Context::StoredReview | Context::Differing | Context::DryRunFile, _) => {
            let reading = model.review().and_then(|review| review.reading());
            reading.is_some_and(|reading| !reading.tree.rows().is_empty())
        }
        _ => false,
    }
}
