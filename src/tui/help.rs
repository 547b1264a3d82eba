//! The help: the long words of the question under the cursor, then every key that does something here.

use super::model::{Model, Screen};
use crate::core::problem::Problem;
use crate::core::text::prose::wrap;
use crate::core::text::untrusted::visible;
use crate::tui::keymap::Context;
use crate::tui::keys::{EVERYWHERE, bindings};
use crate::tui::mode::Mode;
use crate::tui::screens::wizard::field::Field;
use crate::tui::screens::wizard::network::with_headings;
use crate::tui::screens::wizard::{Wizard, WizardStep};

const SIGN: usize = 2;

const CHANGES: [&str; 3] = [
    "Findings are at the top, the most severe first. The planned changes are below them: deletions, then modifications, then creations. Resources with the same change share one row, which opens.",
    "The figures on the right show how many resources of the row were read, and how many there are. A resource counts as read once the cursor was on it, because the detail pane then shows everything that kops says about it; u goes to the next unread one.",
    "Noise is what kops prints although it changes nothing; each kind is explained once, in the last row.",
];
const DETAIL: &str = "Everything that kops says about one row, uncut: old and new value of each field, why it changes, and the lines of the spec that cause it.";
const RAW: &str = "What kops printed, line by line, starting at the row of the tree. A line that is cut here is whole in the detail of its resource.";
const SPEC: &str = "The file that kops reads, as the answers make it. Lines that were just changed, or that cause what the cursor is on, are marked at their start.";
const MAP: &str = "The VPC from its first address to its last, in proportion: what is there, what this cluster would get, what is reserved for zones to come, and what is free. z shows the surroundings of the CIDR under the cursor, then less and closer, then all again.";
const RUN: &str = "Each command runs only after the one before it succeeded. Before --yes everything that your approval depends on is read again. kops continues when you leave, and kopswain in this folder shows the run again.";
const OUTPUT: &str = "Below is what kops prints, with its clock; I is information, W a warning, E an error. The complete log is saved in the folder named at the lower edge.";
const DASHBOARD: [&str; 3] = [
    "Three sources are shown, each with its age: the Kubernetes API is watched, so that a change shows at once; Auto Scaling is read every 15 seconds; kops validate is the judge, asked every 10 to 30 seconds, and every minute once the cluster is ready. Ready is what kops says twice in a row.",
    "A figure is ready nodes of the nodes that the instance groups should have; ? is a figure that nobody reports. Each instance is a dot: ● ready, ○ not joined yet, ✗ not ready.",
    "Leaving stops nothing: kopswain watch shows it again, and its exit code is 0 when the cluster is ready, else 2.",
];

const DASHBOARD_OF_A_DEMONSTRATION: [&str; 2] = [
    "The built-in cluster becomes ready within a minute and is validated every 3 seconds, then every 15; a real one takes some minutes and is validated every 10 seconds, then every minute.",
    "Leaving ends the demonstration: nothing was created, and nothing is left.",
];

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
    lines.extend(screen(model.screen_context(), model.mode));
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

// What the signs and figures of a screen mean, and what follows from it.
fn screen(context: Context, mode: Mode) -> Vec<HelpLine> {
    let (title, prose): (&str, &[&str]) = match context {
        Context::Review | Context::StoredReview | Context::Differing | Context::DryRunFile => {
            ("The changes", &CHANGES)
        }
        Context::Detail => ("The detail", &[DETAIL]),
        Context::Raw => ("kops's own text", &[RAW]),
        Context::Spec | Context::ReviewSpec => ("The spec", &[SPEC]),
        Context::Map => ("The address map", &[MAP]),
        Context::Apply => ("The run", &[RUN, OUTPUT]),
        Context::ApplyLeft | Context::ApplyFailed | Context::ApplyEnded => ("The run", &[OUTPUT]),
        Context::Dashboard | Context::DashboardDetail if mode == Mode::Demonstration => {
            ("The dashboard", &DASHBOARD_OF_A_DEMONSTRATION)
        }
        Context::Dashboard | Context::DashboardDetail => ("The dashboard", &DASHBOARD),
        _ => return Vec::new(),
    };
    let prose = prose.iter().map(|text| HelpLine::Prose((*text).to_owned()));
    let title = HelpLine::Title(title.to_owned());
    std::iter::once(title).chain(prose).collect()
}

fn question(model: &Model) -> Vec<HelpLine> {
    let Screen::Wizard(wizard) = &model.screen else {
        return Vec::new();
    };
    let Some(field) = wizard
        .current()
        .filter(|_| wizard.step != WizardStep::Review)
    else {
        return Vec::new();
    };
    let spec = field.key.spec;
    let (whole_row, reason) = (whole_row(&field), field.reason());
    let mut lines = vec![
        HelpLine::Title(field.name),
        HelpLine::Prose(reason.to_owned()),
        HelpLine::Prose(spec.help.to_owned()),
    ];
    let sets = spec
        .sets
        .map(|(kind, path)| format!("Sets spec.{path} of the {}.", kind.word()));
    lines.extend(sets.map(HelpLine::Prose));
    lines.extend(whole_row);
    lines.extend(problems(wizard));
    lines
}

// On a narrow screen the columns of a table are cut.
fn whole_row(field: &Field) -> Option<HelpLine> {
    let words = with_headings(field);
    (!words.is_empty()).then(|| HelpLine::Prose(visible(&words)))
}

// Below the rows they may have no room.
fn problems(wizard: &Wizard) -> Vec<HelpLine> {
    let all = wizard.problems(wizard.step);
    let relevant = all.into_iter().filter(|problem| !problem.is_unanswered());
    let mut lines: Vec<HelpLine> = relevant
        .map(|problem| HelpLine::Problem(Box::new(problem.clone())))
        .collect();
    if !lines.is_empty() {
        lines.insert(0, HelpLine::Title("Findings here".to_owned()));
    }
    lines
}
