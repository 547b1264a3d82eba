//! Colours are chosen in tui/theme only; everything else names a role.

use super::references::References;
use super::source::Source;
use super::{Violation, holds, said_of};

const NAMES: [&str; 3] = ["Color", "Stylize", "palette"];

fn check(source: &Source) -> Vec<Violation> {
    if source.path.starts_with("src/tui/theme") {
        return Vec::new();
    }
    let paths = References::of(source).paths.into_iter();
    let coloured = paths.filter(|reference| {
        reference
            .path
            .iter()
            .any(|name| NAMES.contains(&name.as_str()))
    });
    coloured
        .map(|reference| Violation {
            path: source.path.clone(),
            line: reference.line,
            why: format!("a colour outside tui/theme: {}", reference.shown()),
        })
        .collect()
}

#[test]
fn colours_are_in_the_theme_only() {
    holds(check);
}

#[test]
fn a_colour_elsewhere_is_found() {
    let cases = [
        (
            "fn f() { ratatui::style::Color::Red; }",
            "ratatui::style::Color::Red",
        ),
        ("use ratatui::style::{Color as C};", "ratatui::style::Color"),
        ("use ratatui::style::Stylize;", "ratatui::style::Stylize"),
        ("use crossterm::style::Color;", "crossterm::style::Color"),
    ];
    for (text, path) in cases {
        let why = format!("a colour outside tui/theme: {path}");
        assert_eq!(
            said_of("src/tui/screens/review/view.rs", text, check),
            [(1, why.clone())]
        );
        assert_eq!(said_of("src/io/prompt.rs", text, check), [(1, why)]);
        assert_eq!(said_of("src/tui/theme.rs", text, check), []);
    }
}
