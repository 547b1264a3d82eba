//! What is drawn at a place of the screen, so that it can be clicked on.

use ratatui::layout::{Position, Rect};

use super::{bands, chrome};
use crate::tui::event::ClickTarget;
use crate::tui::model::{Model, Overlay, Screen};
use crate::tui::screens::dashboard::view as dashboard_view;
use crate::tui::screens::home::view as home_view;
use crate::tui::screens::review::ReviewPanes;
use crate::tui::screens::review::view as review_view;
use crate::tui::screens::wizard::WizardStep;
use crate::tui::screens::wizard::view as wizard_view;
use crate::tui::widgets::render_context::RenderContext;

/// What is at this place of a screen of this size, when it is something that can be clicked on.
pub fn target_at(
    area: Rect,
    at: Position,
    model: &Model,
    context: &RenderContext,
) -> Option<ClickTarget> {
    if model.is_too_small() {
        return None;
    }
    let [_, steps, _, middle, keys] = bands(area, model);
    if keys.contains(at) {
        return chrome::key_at(model, area.width, at.x, context).map(ClickTarget::Key);
    }
    if model.overlay != Overlay::None {
        return None;
    }
    if steps.contains(at) {
        return chrome::step_at(model, area.width, at.x, context).map(ClickTarget::Step);
    }
    if let (Screen::Home(home), true) = (&model.screen, middle.contains(at)) {
        let found = home_view::row_at(middle, at, home);
        return found.map(|(pane, row)| ClickTarget::Home { pane, row });
    }
    if let (Screen::Dashboard(dashboard), true) = (&model.screen, middle.contains(at)) {
        let found = dashboard_view::row_at(middle, at, dashboard, model.at());
        return found.map(|(pane, row)| ClickTarget::Dashboard { pane, row });
    }
    let row = middle
        .contains(at)
        .then(|| row_at(middle, at, model, context))?;
    row.map(ClickTarget::Row)
}

fn row_at(area: Rect, at: Position, model: &Model, context: &RenderContext) -> Option<usize> {
    match &model.screen {
        Screen::Wizard(wizard) if wizard.step == WizardStep::Review => {
            let panes = ReviewPanes {
                focus: wizard.pane,
                spec_top: wizard.spec.top,
            };
            let side = (wizard.spec.text.as_str(), panes);
            review_view::row_at(area, at, &wizard.review, side)
        }
        Screen::Wizard(wizard) => wizard_view::row_at(area, at, wizard, context),
        Screen::Review(existing) => {
            let side = (existing.spec.as_str(), existing.panes);
            review_view::row_at(area, at, &existing.review, side)
        }
        Screen::Differs {
            apply,
            review,
            panes,
        } => review_view::row_at(area, at, review, (apply.spec(), *panes)),
        Screen::Apply(_) | Screen::RollingUpdate(_) | Screen::Dashboard(_) | Screen::Home(_) => {
            None
        }
    }
}
