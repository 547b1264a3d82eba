//! The help: the long words of the question under the cursor, then every key that does something here.

use crate::core::problem::Problem;
use crate::core::prose::wrap;
use crate::core::untrusted::visible;

use super::keys::{EVERYWHERE, bindings};
use super::model::{Model, Screen};
use super::questions;
use super::wizard::{Step, Wizard};

const SIGN: usize = 2;

/// One line of the help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HelpLine {
    Title(String),
    Prose(String),
    /// What is wrong at this step, or worth knowing.
    Problem(Box<Problem>),
    Key {
        shown: &'static str,
        word: &'static str,
    },
}

/// The widest help, in columns with its borders.
pub const WIDEST: u16 = 84;

/// The rows of the help on a screen of so many columns.
pub fn rows(model: &Model, columns: u16) -> usize {
    let columns = usize::from(inside(columns));
    lines(model).iter().map(|line| line.rows(columns)).sum()
}

/// The columns inside the borders of the help on a screen of so many.
pub fn inside(columns: u16) -> u16 {
    columns.min(WIDEST).saturating_sub(4)
}

impl HelpLine {
    fn rows(&self, columns: usize) -> usize {
        match self {
            Self::Title(_) | Self::Key { .. } => 1,
            Self::Prose(text) => wrap(text, columns).len() + 1,
            Self::Problem(problem) => {
                wrap(&visible(&problem.whole()), columns.saturating_sub(SIGN)).len() + 1
            }
        }
    }
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
    let mut lines = vec![
        HelpLine::Title(label.to_owned()),
        HelpLine::Prose(words.reason.to_owned()),
        HelpLine::Prose(words.help.to_owned()),
    ];
    lines.extend(problems(wizard));
    lines
}

// Below the rows they may have no room.
fn problems(wizard: &Wizard) -> Vec<HelpLine> {
    let all = wizard.problems(wizard.step);
    let told = all.into_iter().filter(|problem| !problem.is_unanswered());
    let mut lines: Vec<HelpLine> = told
        .map(|problem| HelpLine::Problem(Box::new(problem.clone())))
        .collect();
    if !lines.is_empty() {
        lines.insert(0, HelpLine::Title("To look at here".to_owned()));
    }
    lines
}
