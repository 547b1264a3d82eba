//! The panes beside the questions, address map and spec: only scrolled, and left again.

use super::effect::Effect;
use super::form;
use super::keys::Action;
use super::model::{Model, Screen};
use super::review::movement;
use super::steps::next;
use super::wizard::{Pane, Step};

/// Takes a key that the table knows.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let page = model.page();
    let Screen::Wizard(wizard) = &mut model.screen else {
        return Vec::new();
    };
    match action {
        Action::OtherPane => wizard.pane = wizard.other_pane(),
        Action::Back => wizard.pane = Pane::Work,
        Action::Next if wizard.step != Step::Review => {
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
