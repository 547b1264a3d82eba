//! The real dry run that is not what was approved: read again, and approved or left.

use crate::tui::effect::Effect;
use crate::tui::form;
use crate::tui::keymap::Action;
use crate::tui::model::{Model, Overlay, Screen};
use crate::tui::screens::review::{ReviewAction, ReviewContext, movement};
use crate::tui::screens::wizard::Pane;

/// Takes a key while the differing dry run is read.
pub fn act_on_differing(model: &mut Model, action: Action) -> Vec<Effect> {
    let room = model.room();
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
    let around = ReviewContext {
        room,
        cluster: &apply.cluster,
        notice: &mut model.notice,
    };
    match review.act(action, around) {
        ReviewAction::Approved => {}
        ReviewAction::Back => {
            model.overlay = Overlay::Leaving;
            return Vec::new();
        }
        ReviewAction::OtherPane => {
            *pane = Pane::Spec;
            *spec_top = review.spec_top(*spec_top);
            return Vec::new();
        }
        ReviewAction::Nothing | ReviewAction::Again => return Vec::new(),
    }
    let Some(reading) = review.reading() else {
        return Vec::new();
    };
    let effects = apply.approve_again(reading);
    let apply = apply.clone();
    model.screen = Screen::Apply(apply);
    effects
}
