//! What the mouse means: the wheel moves as the arrow keys do, a click moves the cursor, and a second one takes the row.

use super::{Model, go_to_step, pressed};
use crate::tui::dashboard_pane::DashboardPane;
use crate::tui::effect::Effect;
use crate::tui::event::{ClickTarget, Pointed, PointerAction};
use crate::tui::home_pane::HomePane;
use crate::tui::key::{Code, Key};
use crate::tui::keymap::Action;
use crate::tui::keys::action;
use crate::tui::model::{Overlay, Screen};
use crate::tui::notice::Notice;
use crate::tui::screen_context::Pane;
use crate::tui::screens::wizard::WizardStep;
use crate::tui::screens::wizard::form::EditState;

/// Rows for each notch of the wheel.
const NOTCH: usize = 3;

/// Takes the mouse, or leaves it to the terminal.
pub(super) fn switch_mouse(model: &mut Model) -> Vec<Effect> {
    model.mouse = !model.mouse;
    let words = if model.mouse {
        "The mouse acts here now; ctrl-t gives it back to the terminal, which selects text."
    } else {
        "The mouse is the terminal's again; ctrl-t takes it."
    };
    model.notice = Some(Notice::good(words));
    vec![Effect::TakeMouse(model.mouse)]
}

/// Takes a turn of the wheel; a click comes as what was clicked on.
pub(super) fn point(model: &mut Model, pointed: Pointed) -> Vec<Effect> {
    let key = match pointed.action {
        PointerAction::WheelUp => Key::plain(Code::Up),
        PointerAction::WheelDown => Key::plain(Code::Down),
        PointerAction::Click => return Vec::new(),
    };
    let mut effects = Vec::new();
    for _ in 0..NOTCH {
        if matches!(
            action(model.context(), key),
            Some(Action::Up | Action::Down)
        ) {
            effects.extend(pressed(model, key));
        }
    }
    effects
}

/// Takes a click.
pub(super) fn click(model: &mut Model, target: ClickTarget) -> Vec<Effect> {
    match target {
        ClickTarget::Key(key) => pressed(model, key),
        _ if model.overlay != Overlay::None => Vec::new(),
        ClickTarget::Step(number) => click_step(model, number),
        ClickTarget::Home { pane, row } => click_home(model, pane, row),
        ClickTarget::Dashboard { pane, row } => click_dashboard(model, pane, row),
        ClickTarget::Row(row) if is_under_cursor(model, row) => take_row(model),
        ClickTarget::Row(row) => {
            move_to(model, row);
            Vec::new()
        }
    }
}

// As its number does, unless something is being entered.
fn click_step(model: &mut Model, number: usize) -> Vec<Effect> {
    let Screen::Wizard(wizard) = &model.screen else {
        return Vec::new();
    };
    match wizard.form().entry {
        EditState::Resting => go_to_step(model, number),
        EditState::Typing(_) | EditState::Picking(_) => Vec::new(),
    }
}

fn click_home(model: &mut Model, pane: HomePane, row: usize) -> Vec<Effect> {
    let Screen::Home(home) = &mut model.screen else {
        return Vec::new();
    };
    if home.choosing.is_some() {
        return Vec::new();
    }
    home.opening = false;
    if home.pane == pane && home.cursor(pane) == row {
        return pressed(model, Key::plain(Code::Enter));
    }
    home.put_cursor(pane, row);
    Vec::new()
}

fn click_dashboard(model: &mut Model, pane: DashboardPane, row: usize) -> Vec<Effect> {
    let Screen::Dashboard(dashboard) = &mut model.screen else {
        return Vec::new();
    };
    if dashboard.put_cursor(pane, row) {
        return pressed(model, Key::plain(Code::Enter));
    }
    Vec::new()
}

fn cursor(model: &Model) -> Option<usize> {
    if let Screen::Wizard(wizard) = &model.screen
        && wizard.step != WizardStep::Review
    {
        return match &wizard.form().entry {
            EditState::Resting if wizard.pane == Pane::Work => Some(wizard.form().cursor),
            EditState::Picking(picking) => Some(picking.cursor),
            EditState::Resting | EditState::Typing(_) => None,
        };
    }
    let reading = model.review()?.reading()?;
    Some(reading.selection.cursor())
}

fn is_under_cursor(model: &Model, row: usize) -> bool {
    cursor(model) == Some(row)
}

// As the key does that takes what is under the cursor.
fn take_row(model: &mut Model) -> Vec<Effect> {
    let picking = matches!(&model.screen, Screen::Wizard(wizard)
        if matches!(wizard.form().entry, EditState::Picking(_)));
    let key = if picking {
        Key::plain(Code::Enter)
    } else {
        Key::char(' ')
    };
    pressed(model, key)
}

// As so many arrow keys would, so that whatever follows the cursor follows it here too.
fn move_to(model: &mut Model, row: usize) {
    let Some(from) = cursor(model) else {
        return;
    };
    if let Screen::Wizard(wizard) = &mut model.screen
        && wizard.step == WizardStep::Network
        && matches!(wizard.form().entry, EditState::Resting)
    {
        wizard.put_cursor(row);
        return;
    }
    let (key, steps) = if row < from {
        (Key::plain(Code::Up), from - row)
    } else {
        (Key::plain(Code::Down), row - from)
    };
    for _ in 0..steps {
        pressed(model, key);
    }
}
