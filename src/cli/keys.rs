//! `keys`: the key tables, printed.

use super::{OutputForm, print};
use crate::tui::key_list::{KeySection, key_sections, to_markdown};

/// Prints the keys of every screen.
pub(super) fn run(form: OutputForm) -> u8 {
    match form {
        OutputForm::Markdown => print::document(&to_markdown()),
        _ => print::out(&to_text()),
    }
    0
}

fn to_text() -> String {
    let sections: Vec<String> = key_sections().iter().map(section).collect();
    sections.join("\n")
}

fn section(section: &KeySection) -> String {
    let rows = section.keys.iter();
    let rows = rows.map(|(shown, word)| format!("  {shown:<22}  {word}\n"));
    format!("{}\n{}", section.title, rows.collect::<String>())
}
