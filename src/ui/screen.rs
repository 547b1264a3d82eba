//! The whole screen: frame, middle, overlay.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::Text;

use crate::app::model::{Model, Overlay, Screen};
use crate::core::ascii;
use crate::core::untrusted::is_hidden;

use super::signs::{ASCII, Signs, UNICODE};
use super::text::wrap;
use super::theme::{Role, Theme};
use super::{apply, chrome, overlay, review, rolling, watch, wizard};

pub use crate::app::model::SMALLEST;

/// Columns from which two panes stand side by side.
pub const TWO_PANES: u16 = 120;

/// How things look: colours, signs, and whether anything may move.
#[derive(Clone, Debug)]
pub struct Look {
    pub theme: Theme,
    pub signs: Signs,
    pub motion: bool,
    /// Whether nothing but ASCII is drawn, whatever a text holds.
    pub only_ascii: bool,
}

impl Look {
    /// Unicode or ASCII signs with this theme.
    pub fn new(theme: Theme, ascii: bool, motion: bool) -> Self {
        Self {
            theme,
            signs: if ascii { ASCII } else { UNICODE },
            motion,
            only_ascii: false,
        }
    }

    /// The same for a terminal that shows nothing but ASCII: each other character is drawn as its like, or as `?`.
    #[must_use]
    pub fn in_ascii(self) -> Self {
        Self {
            signs: ASCII,
            only_ascii: true,
            ..self
        }
    }

    /// The style of a role.
    pub fn style(&self, role: Role) -> Style {
        self.theme.style(role)
    }
}

/// Draws the model as it is.
pub fn draw(frame: &mut Frame<'_>, model: &Model, look: &Look) {
    draw_all(frame, model, look);
    disarm(frame.buffer_mut());
    if look.only_ascii {
        in_ascii(frame.buffer_mut());
    }
}

fn draw_all(frame: &mut Frame<'_>, model: &Model, look: &Look) {
    let area = frame.area();
    // A theme may bring its own background.
    frame.buffer_mut().set_style(area, look.style(Role::Text));
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        return too_small(frame, area, look);
    }
    let notice = model.notice_rows(area.width);
    let [top, steps, note, middle, keys] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Length(notice),
        Constraint::Min(1),
        Constraint::Length(1),
    ])
    .areas(area);
    chrome::top(frame, top, model, look);
    chrome::steps(frame, steps, model, look);
    chrome::notice(frame, note, model, look);
    body(frame, middle, model, look);
    if model.overlay != Overlay::None {
        overlay::draw(frame, middle, model, look);
    }
    chrome::keys(frame, keys, model, look);
}

// Whoever draws a text from outside makes it visible first, which tells what is in it. Should one be forgotten, the
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

fn too_small(frame: &mut Frame<'_>, area: Rect, look: &Look) {
    let (columns, rows) = SMALLEST;
    let by = if look.signs.ascii { "x" } else { "×" };
    let text = format!(
        "kopswain needs {columns}{by}{rows}, this is {}{by}{}: enlarge the window, or leave with ctrl-c",
        area.width, area.height
    );
    let lines = wrap(&text, usize::from(area.width));
    frame.render_widget(lines.into_iter().collect::<Text<'_>>(), area);
}

fn body(frame: &mut Frame<'_>, area: Rect, model: &Model, look: &Look) {
    match &model.screen {
        Screen::Wizard(wizard) => wizard::draw(frame, area, wizard, model, look),
        Screen::Review(existing) => review::draw_existing(frame, area, existing, model, look),
        Screen::Differs {
            apply,
            review,
            spec_top,
            pane,
        } => {
            let (run, side) = ((&**apply, &**review), (*spec_top, *pane));
            review::draw_differing(frame, area, run, side, model, look);
        }
        Screen::Apply(apply) => apply::draw(frame, area, apply, model.at, look),
        Screen::Rolling(shown) => rolling::draw(frame, area, shown, model.at, look),
        Screen::Watch(watch) => watch::draw(frame, area, watch, model.at, look),
    }
}
