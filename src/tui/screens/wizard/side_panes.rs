//! The panes beside the questions, address map and spec: only scrolled, and left again.

use crate::tui::effect::Effect;
use crate::tui::form;
use crate::tui::keymap::Action;
use crate::tui::model::{Model, Screen};
use crate::tui::screens::review::movement;
use crate::tui::screens::wizard::update::next;
use crate::tui::screens::wizard::{Pane, WizardStep};

/// Takes a key that the table knows.
pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let page = model.page();
    let Screen::Wizard(wizard) = &mut model.screen else {
        return Vec::new();
    };
    match action {
        Action::OtherPane => wizard.pane = wizard.other_pane(),
        Action::Back => wizard.pane = Pane::Work,
        Action::Next if wizard.step != WizardStep::Review => {
            wizard.pane = Pane::Work;
            return next(model);
        }
        moving if wizard.pane == Pane::Map => {
            let runs = wizard.map().map_or(0, |map| map.runs().len());
            wizard.map_top = form::stepped(wizard.map_top, movement(moving, page), runs);
        }
        moving => {
            let lines = wizard.spec.text.lines().count();
            wizard.spec.top = form::stepped(wizard.spec.top, movement(moving, page), lines);
        }
    }
    Vec::new()
}
