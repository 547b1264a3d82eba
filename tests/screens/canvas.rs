//! Draws a model as the program does, into cells and from there into text.

use kopswain::tui::event::Event;
use kopswain::tui::model::Model;
use kopswain::tui::theme::Theme;
use kopswain::tui::update::update;
use kopswain::tui::view::draw;
use kopswain::tui::widgets::render_context::RenderContext;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use unicode_width::UnicodeWidthStr;

use super::Shot;

/// The sizes at which every screen is kept.
pub const SIZES: [(u16, u16); 2] = [(80, 24), (120, 40)];

/// The default theme with Unicode signs.
pub fn context() -> RenderContext {
    themed("default")
}

/// A theme that comes with the program, with Unicode signs.
pub fn themed(name: &str) -> RenderContext {
    RenderContext::new(Theme::named(name).unwrap(), false, true)
}

/// The cells of a model on a terminal of this size.
pub fn cells(model: &Model, (columns, rows): (u16, u16), context: &RenderContext) -> Buffer {
    let mut model = model.clone();
    let at = model.at();
    update(&mut model, at, Event::Resize { columns, rows });
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    terminal.draw(|frame| draw(frame, &model, context)).unwrap();
    terminal.backend().buffer().clone()
}

/// The rows as a person sees them: without trailing blanks, a wide character taking its two columns once.
pub fn rows(buffer: &Buffer) -> Vec<String> {
    let columns = usize::from(buffer.area.width).max(1);
    buffer.content.chunks(columns).map(row).collect()
}

fn row(cells: &[Cell]) -> String {
    let mut text = String::new();
    let mut covered = 0;
    for cell in cells {
        if covered == 0 {
            text.push_str(cell.symbol());
            covered = cell.symbol().width().saturating_sub(1);
        } else {
            covered -= 1;
        }
    }
    text.trim_end().to_owned()
}

/// The rows of a model in the default look.
pub fn shown(model: &Model, size: (u16, u16)) -> Vec<String> {
    rows(&cells(model, size, &context()))
}

/// Compares each screen with its snapshot at both sizes.
pub fn keep(shots: &[Shot]) {
    for (name, model) in shots {
        for (columns, rows) in SIZES {
            keep_text(
                &format!("{name}_{columns}x{rows}"),
                &shown(model, (columns, rows)).join("\n"),
            );
        }
    }
}

/// Compares a text with the snapshot of this name.
pub fn keep_text(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name.to_owned(), text));
}
