//! Themes and signs: what changes with them and what must not.

use std::fmt::Write as _;

use kopswain::tui::model::Model;
use kopswain::tui::theme::{StyleRole, Theme};
use kopswain::tui::widgets::render_context::RenderContext;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use super::canvas::{SIZES, cells, context, keep_text, rows, themed};
use super::{all, review, run, wizard};

const THEMES: [&str; 5] = ["default", "dark", "light", "high-contrast", "monochrome"];

fn ascii() -> RenderContext {
    RenderContext::new(Theme::named("default").unwrap(), true, true)
}

#[test]
fn monochrome_has_no_colour_on_any_screen() {
    for (name, model) in all() {
        for size in SIZES {
            let coloured = cells(model, size, &themed("monochrome"))
                .content
                .into_iter()
                .find(|cell| (cell.fg, cell.bg) != (Color::Reset, Color::Reset));
            assert_eq!(coloured, None, "{name} at {size:?}");
        }
    }
}

// What the themes are held to for each role on the palettes of common terminals then holds for every cell; on the row of
// the cursor the two colours change places.
#[test]
fn every_cell_looks_as_one_of_the_roles() {
    let colours = |cell: &Cell| (cell.fg, cell.bg, cell.modifier - Modifier::BOLD);
    let context = context();
    let drawn = |role, cursor: bool| {
        let mut cell = Cell::default();
        cell.set_style(context.style(StyleRole::Text))
            .set_style(context.style(role));
        if cursor {
            cell.set_style(context.style(StyleRole::Cursor));
        }
        colours(&cell)
    };
    let known: Vec<_> = StyleRole::ALL
        .iter()
        .flat_map(|role| [drawn(*role, false), drawn(*role, true)])
        .collect();
    for (name, model) in all() {
        let drawn = cells(model, (120, 40), &context).content;
        let strange = drawn.iter().find(|cell| !known.contains(&colours(cell)));
        assert_eq!(strange, None, "{name}");
    }
}

#[test]
fn a_theme_changes_no_character() {
    for (name, model) in all() {
        let plain = rows(&cells(model, (120, 40), &context()));
        for theme in THEMES {
            assert_eq!(
                rows(&cells(model, (120, 40), &themed(theme))),
                plain,
                "{name}, {theme}"
            );
        }
    }
}

/// Screens whose text is our own: no name from outside is on them.
fn our_own() -> Vec<(&'static str, Model)> {
    vec![
        ("account", wizard::step(0)),
        ("network", wizard::step(1)),
        ("nodes", wizard::step(3)),
        ("access", wizard::step(4)),
        ("review", review::reading()),
        ("apply", run::applying()),
        ("watch", run::born()),
    ]
}

#[test]
fn ascii_signs_are_kept() {
    for (name, model) in our_own() {
        let text = rows(&cells(&model, (80, 24), &ascii())).join("\n");
        keep_text(&format!("ascii_{name}_80x24"), &text);
    }
}

#[test]
fn nothing_but_ascii_is_drawn_with_ascii_signs() {
    for (name, model) in our_own() {
        for size in SIZES {
            let strange: Vec<String> = cells(&model, size, &ascii())
                .content
                .iter()
                .map(Cell::symbol)
                .filter(|symbol| !symbol.is_ascii())
                .map(ToOwned::to_owned)
                .collect();
            assert_eq!(strange, Vec::<String>::new(), "{name} at {size:?}");
        }
    }
}

/// The styles of a screen, one line for each stretch of cells that look the same.
fn styles(buffer: &Buffer) -> String {
    let mut text = String::new();
    let columns = usize::from(buffer.area.width);
    for (at, row) in buffer.content.chunks(columns).enumerate() {
        for stretch in row.chunk_by(|left, right| left.style() == right.style()) {
            let first = &stretch[0];
            let words: String = stretch.iter().map(Cell::symbol).collect();
            if !words.trim().is_empty() {
                let context = format!("{} on {} {:?}", first.fg, first.bg, first.modifier);
                writeln!(text, "{at:2} {context:32} {}", words.trim()).unwrap();
            }
        }
    }
    text
}

#[test]
fn each_theme_is_kept() {
    for theme in THEMES {
        let drawn = cells(&wizard::step(1), (80, 24), &themed(theme));
        keep_text(&format!("theme_{theme}_network_80x24"), &styles(&drawn));
        let drawn = cells(
            &review::existing(super::world::recorded!("update-modify.stdout")),
            (80, 24),
            &themed(theme),
        );
        keep_text(&format!("theme_{theme}_review_80x24"), &styles(&drawn));
    }
}

#[test]
fn the_cursor_row_shows_without_colour() {
    let drawn = cells(&wizard::step(1), (80, 24), &themed("monochrome"));
    let marked: Vec<String> = rows(&drawn)
        .into_iter()
        .filter(|row| row.contains('›'))
        .collect();
    assert_eq!(marked.len(), 1, "{marked:?}");
    assert!(marked[0].contains("us-east-1a"), "{marked:?}");
}

#[test]
fn no_motion_changes_nothing_that_stands_still() {
    for (name, model) in our_own() {
        let still = RenderContext {
            motion: false,
            ..context()
        };
        assert_eq!(
            rows(&cells(&model, (80, 24), &still)),
            rows(&cells(&model, (80, 24), &context())),
            "{name}"
        );
    }
}
