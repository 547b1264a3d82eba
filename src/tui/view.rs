//! The whole screen: frame, middle, overlay.

pub mod chrome;
pub mod overlay;
pub mod pointer;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Text;

use super::theme::StyleRole;
use crate::core::text::ascii;
use crate::core::text::untrusted::is_hidden;
pub use crate::tui::model::SMALLEST;
use crate::tui::model::{Model, Overlay, Screen};
use crate::tui::screens::apply::view as apply_view;
use crate::tui::screens::dashboard::view as dashboard_view;
use crate::tui::screens::home::view as home_view;
use crate::tui::screens::review::ReviewPanes;
use crate::tui::screens::review::view::{ReviewScene, WaitedFor, draw_beside};
use crate::tui::screens::rolling_update::view as rolling_update_view;
use crate::tui::screens::wizard::WizardStep;
use crate::tui::screens::wizard::view as wizard_view;
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::text::wrap;

/// Draws the model as it is.
pub fn draw(frame: &mut Frame<'_>, model: &Model, context: &RenderContext) {
    draw_all(frame, model, context);
    disarm(frame.buffer_mut());
    if context.only_ascii {
        in_ascii(frame.buffer_mut());
    }
}

fn draw_all(frame: &mut Frame<'_>, model: &Model, context: &RenderContext) {
    let area = frame.area();
    // A theme may bring its own background.
    frame
        .buffer_mut()
        .set_style(area, context.style(StyleRole::Text));
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        return too_small(frame, area, context);
    }
    let [top, steps, note, middle, keys] = bands(area, model);
    chrome::top(frame, top, model, context);
    chrome::steps(frame, steps, model, context);
    chrome::notice(frame, note, model, context);
    body(frame, middle, model, context);
    if model.overlay != Overlay::None {
        overlay::draw(frame, middle, model, context);
    }
    chrome::keys(frame, keys, model, context);
}

// The top line, the steps, the notice, the middle and the keys.
fn bands(area: Rect, model: &Model) -> [Rect; 5] {
    let notice = model.notice_rows(area.width);
    Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Length(notice),
        Constraint::Min(1),
        Constraint::Length(1),
    ])
    .areas(area)
}

// Text from outside is made visible before it is drawn. Should one place forget that, the
// terminal still gets nothing that it would obey.
fn disarm(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if cell.symbol().chars().any(is_hidden) {
            cell.set_char(char::REPLACEMENT_CHARACTER);
        }
    }
}

fn in_ascii(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if let Some(like) = ascii::cell(cell.symbol()) {
            cell.set_char(like);
        }
    }
}

fn too_small(frame: &mut Frame<'_>, area: Rect, context: &RenderContext) {
    let (columns, rows) = SMALLEST;
    let by = if context.signs.ascii { "x" } else { "×" };
    let text = format!(
        "kopswain needs {columns}{by}{rows}, this is {}{by}{}: enlarge the window, or leave with ctrl-c",
        area.width, area.height
    );
    let lines = wrap(&text, usize::from(area.width));
    frame.render_widget(lines.into_iter().collect::<Text<'_>>(), area);
}

fn body(frame: &mut Frame<'_>, area: Rect, model: &Model, context: &RenderContext) {
    let at = model.at;
    match &model.screen {
        Screen::Wizard(wizard) if wizard.step == WizardStep::Review => {
            let panes = ReviewPanes {
                focus: wizard.pane,
                spec_top: wizard.spec.top,
            };
            let side = (wizard.spec.text.as_str(), panes);
            draw_beside(frame, area, &wizard.review, side, &scene(model), context);
        }
        Screen::Wizard(wizard) => wizard_view::draw(frame, area, wizard, at, context),
        Screen::Review(existing) => {
            let side = (existing.spec.as_str(), existing.panes);
            draw_beside(frame, area, &existing.review, side, &scene(model), context);
        }
        Screen::Differs {
            apply,
            review,
            panes,
        } => {
            let side = (apply.spec(), *panes);
            draw_beside(frame, area, review, side, &scene(model), context);
        }
        Screen::Apply(apply) => apply_view::draw(frame, area, apply, at, context),
        Screen::RollingUpdate(shown) => rolling_update_view::draw(frame, area, shown, at, context),
        Screen::Dashboard(dashboard) => dashboard_view::draw(frame, area, dashboard, at, context),
        Screen::Home(home) => home_view::draw(frame, area, home, at, context),
    }
}

fn waited_for(screen: &Screen) -> WaitedFor {
    match screen {
        Screen::Wizard(_) => WaitedFor::DryRunOnScratch,
        Screen::Review(existing) => match &existing.edit {
            Some(edit) if edit.is_previewed() => WaitedFor::DryRunOnScratch,
            Some(edit) if !edit.is_over_review() => WaitedFor::SpecToEdit,
            _ => WaitedFor::DryRun,
        },
        _ => WaitedFor::DryRun,
    }
}

fn scene(model: &Model) -> ReviewScene {
    ReviewScene {
        at: model.at,
        waited_for: waited_for(&model.screen),
        failed: match waited_for(&model.screen) {
            WaitedFor::SpecToEdit => "Edited spec",
            WaitedFor::DryRunOnScratch | WaitedFor::DryRun => "Dry run failed",
        },
        question: model.approval_question(),
    }
}
