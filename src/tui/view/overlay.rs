//! What lies over the screen: the help, and the questions before leaving.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::Clear;

use super::chrome::ascii_keys;
use crate::core::text::prose::sentences;
use crate::core::text::untrusted::visible;
use crate::tui::help::{HelpLine, WIDEST, inside, lines};
use crate::tui::mode::Mode;
use crate::tui::model::{Model, Overlay, Screen};
use crate::tui::screens::wizard::Wizard;
use crate::tui::theme::StyleRole;
use crate::tui::widgets::pane::{pane, pane_with};
use crate::tui::widgets::problem::whole;
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::text::{pad, wrap};

const KEY_COLUMNS: usize = 12;

/// Draws the overlay over the middle of the screen.
pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, context: &RenderContext) {
    match model.overlay {
        Overlay::None => {}
        Overlay::Help { top } => help(frame, area, model, top, context),
        Overlay::Leaving => question(frame, area, "Leave kopswain", &leaving(model), context),
        Overlay::Detaching => {
            let title = if is_about_to_start(model) {
                "kops is not started yet"
            } else {
                "kops is running"
            };
            question(frame, area, title, detaching(model), context);
        }
    }
}

// What is read right before kops starts takes its time.
fn is_about_to_start(model: &Model) -> bool {
    let apply = matches!(&model.screen, Screen::Apply(apply) if !apply.kops_started());
    apply && model.mode == Mode::Real
}

fn detaching(model: &Model) -> &'static str {
    match model.mode {
        Mode::Real if is_about_to_start(model) => {
            "What this command depends on is read before it starts. Leaving now starts nothing; start kopswain here again to continue."
        }
        Mode::Demonstration => {
            "Here kops is built in, and leaving ends the demonstration; a real kops continues when you leave. Stopping sends kops one interrupt: it ends in the middle of its work, and running the same command again resumes where it stopped."
        }
        Mode::Real => {
            "kops continues when you leave; its output is saved in the run folder. Stopping sends kops one interrupt: it ends in the middle of its work, and running the same command again resumes where it stopped."
        }
    }
}

fn leaving(model: &Model) -> String {
    let text = match &model.screen {
        _ if model.mode == Mode::Demonstration => {
            "This is the demonstration: nothing is saved, and nothing was changed anywhere.".to_owned()
        }
        Screen::Wizard(wizard) => leaving_wizard(wizard),
        _ => {
            "The spec is in the state store; nothing was changed in AWS. To continue from here: `kopswain review CLUSTER`".to_owned()
        }
    };
    let copied = model.target().copied().about(model.cluster());
    copied.fill(text).into_owned()
}

// What an earlier session did to AWS is not this one's.
fn leaving_wizard(wizard: &Wizard) -> String {
    let answers = if wizard.saved {
        "The answers are saved in the answers file: start kopswain here again to continue."
    } else {
        "No answer was changed."
    };
    let session = "This session changed nothing in AWS.";
    match wizard.last_run() {
        None => format!("{answers} {session}"),
        Some(run) => visible(&format!(
            "{answers} {session} {}",
            sentences(&[&run.what(), &run.next(&wizard.target())])
        )),
    }
}

fn question(frame: &mut Frame<'_>, area: Rect, title: &str, text: &str, context: &RenderContext) {
    let width = area.width.saturating_sub(4).min(WIDEST);
    let words = wrap(text, usize::from(width).saturating_sub(4));
    let height = u16::try_from(words.len())
        .unwrap_or(u16::MAX)
        .saturating_add(2);
    let place = centred(area, width, height);
    cleared(frame, place, context);
    let inside = pane(frame, place, title, true, context);
    frame.render_widget(words.into_iter().collect::<Text<'_>>(), inside);
}

// A cleared cell has the terminal's own background, and the theme may bring another.
fn cleared(frame: &mut Frame<'_>, place: Rect, context: &RenderContext) {
    frame.render_widget(Clear, place);
    frame
        .buffer_mut()
        .set_style(place, context.style(StyleRole::Text));
}

fn help(frame: &mut Frame<'_>, area: Rect, model: &Model, top: usize, context: &RenderContext) {
    let width = area.width.min(WIDEST);
    let columns = usize::from(inside(area.width));
    let all: Vec<Line<'_>> = lines(model)
        .iter()
        .flat_map(|line| drawn(line, columns, context))
        .collect();
    let height = u16::try_from(all.len())
        .unwrap_or(u16::MAX)
        .saturating_add(2);
    let place = centred(area, width, height);
    cleared(frame, place, context);
    let rows = usize::from(place.height.saturating_sub(2));
    let hidden = all.len().saturating_sub(rows);
    let top = top.min(hidden);
    let at = match hidden {
        0 => String::new(),
        _ => format!("{}-{}/{}", top + 1, top + rows, all.len()),
    };
    let room = pane_with(frame, place, ("Help", &at), true, context);
    frame.render_widget(all.into_iter().skip(top).collect::<Text<'_>>(), room);
}

fn drawn(line: &HelpLine, columns: usize, context: &RenderContext) -> Vec<Line<'static>> {
    match line {
        HelpLine::Title(text) => vec![context.line(text.clone(), StyleRole::Title)],
        HelpLine::Prose(text) => {
            let mut lines: Vec<Line<'_>> = wrap(text, columns).into_iter().map(Line::raw).collect();
            lines.push(Line::raw(""));
            lines
        }
        HelpLine::Problem(problem) => {
            let mut lines = whole(problem, columns, context);
            lines.push(Line::raw(""));
            lines
        }
        HelpLine::Key { shown, word } => vec![Line::from(vec![
            context.span(
                pad(&ascii_keys(shown, context), KEY_COLUMNS),
                StyleRole::Accent,
            ),
            Span::raw(*word),
        ])],
    }
}

fn centred(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    }
}
