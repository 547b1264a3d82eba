//! The help: the long words of the question under the cursor, then every key that does something here.

use super::keys::{EVERYWHERE, bindings};
use super::model::{Model, Screen};
use super::questions;
use super::wizard::Step;

/// One line of the help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HelpLine {
    Title(String),
    Prose(String),
    Key {
        shown: &'static str,
        word: &'static str,
    },
}

/// The lines for what lies under the help.
pub fn lines(model: &Model) -> Vec<HelpLine> {
    let mut lines = question(model);
    lines.push(HelpLine::Title("Keys here".to_owned()));
    lines.extend(
        bindings(model.screen_context())
            .iter()
            .chain(EVERYWHERE)
            .map(|binding| HelpLine::Key {
                shown: binding.shown,
                word: binding.word,
            }),
    );
    lines
}

fn question(model: &Model) -> Vec<HelpLine> {
    let Screen::Wizard(wizard) = &model.screen else {
        return Vec::new();
    };
    let Some(field) = wizard.current().filter(|_| wizard.step != Step::Review) else {
        return Vec::new();
    };
    let words = questions::of(&field.key);
    let label = field.cells.first().map_or("", |cell| cell.trim());
    vec![
        HelpLine::Title(label.to_owned()),
        HelpLine::Prose(words.reason.to_owned()),
        HelpLine::Prose(words.help.to_owned()),
    ]
}
