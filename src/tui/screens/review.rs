//! Step 8, Review: the dry run asked for, read, and approved.

mod cause_link;
pub mod compare;
mod content;
pub mod detail;
pub mod existing;
mod filter;
pub(crate) mod keys;
pub mod opening;
mod raw_text;
mod read_marks;
mod reading;
mod replaced_spec;
mod search;
mod selection;
#[cfg(test)]
mod tests;
mod tree;
pub mod view;

use super::approval::Approval;
use crate::core::fault::Fault;
use crate::core::kops::control_plane::SeenControlPlane;
use crate::core::kops::copied::Copied;
use crate::core::kops::dry_run::{DryRun, Ending, parse};
use crate::core::kops::log::{LogProgress, explain};
use crate::core::problem::Problem;
use crate::core::text::secrets::hidden;
use crate::tui::effect::Effect;
use crate::tui::event::{CommandOutput, OutputStream, PrintedLine, Timestamp};
use crate::tui::form;
use crate::tui::key::Key;
use crate::tui::keymap::{Action, Context};
use crate::tui::screen_context::{Pane, ScreenContext};

use opening::OpeningDryRun;

pub use filter::{Filter, FilterKind};
pub use read_marks::ReadMarks;
pub use reading::{NOTHING, Reading, ReadingView, SpecReplacement};
pub use replaced_spec::ReplacedSpec;
pub use search::Search;
pub use tree::{Fold, Tree, TreeRow};

/// Lines of the spec that are shown above those which cause a change.
pub const LINES_ABOVE_CAUSE: usize = 6;

/// How far the review is.
#[derive(Clone, Debug, Default)]
pub enum Review {
    #[default]
    NotAsked,
    Asking {
        since: Timestamp,
        progress: Box<LogProgress>,
    },
    /// A long dry run that is taken apart once the screen says so.
    Opening(Box<OpeningDryRun>),
    Reading(Box<Reading>),
    Failed {
        fault: Fault,
        output: String,
    },
}

/// What a key on the review asks of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReviewAction {
    Nothing,
    Back,
    OtherPane,
    Again,
    /// To change what decides the row under the cursor.
    Fix,
    /// To open what the dry run follows from in the person's editor.
    OpenEditor,
    Approved,
    Do(Box<Effect>),
}

/// What a dry run is read for; it decides which keys there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewMode {
    /// It is the last step of the wizard: it may be approved, and kops asked again.
    Planned,
    /// It is of a cluster of the state store: it may be approved, and kops asked again.
    Stored,
    /// It differs from what was approved, and may be approved in its place.
    Second,
    /// It came from a file: it can only be read.
    Reading,
}

impl Review {
    /// Starts to wait for kops.
    pub fn asked(at: Timestamp) -> Self {
        Self::Asking {
            since: at,
            progress: Box::default(),
        }
    }

    /// What kops ended with: a dry run to read, or why there is none.
    pub fn answered(result: Result<CommandOutput, Fault>, copied: &Copied) -> Self {
        let finished = match result {
            Ok(finished) => finished,
            Err(fault) => {
                return Self::Failed {
                    fault,
                    output: String::new(),
                };
            }
        };
        let dry_run = DryRun {
            undecoded: finished.undecoded,
            control_plane: SeenControlPlane::from_log(&finished.stderr),
            copied: copied.clone(),
            ..parse(&finished.stdout)
        };
        if finished.succeeded() && dry_run.ending != Ending::Missing {
            return Self::Reading(Box::new(Reading::new(dry_run, finished.stdout)));
        }
        Self::Failed {
            fault: explain(finished.code(), &finished.stdout, &finished.stderr, copied),
            output: hidden(format!("{}{}", finished.stdout, finished.stderr)),
        }
    }

    /// Takes apart what came from a file.
    pub fn open(&mut self) {
        if let Self::Opening(opening) = self {
            let reading = std::mem::take(opening.as_mut()).reading();
            *self = Self::Reading(Box::new(reading));
        }
    }

    /// Takes a line that kops printed.
    pub fn take_line(&mut self, line: &PrintedLine) {
        if let (Self::Asking { progress, .. }, OutputStream::Stderr) = (self, line.stream) {
            progress.read(line.text.raw());
        }
    }

    /// Whether something is waited for, so that the time is drawn.
    pub fn is_waiting(&self) -> bool {
        matches!(self, Self::Asking { .. }) || self.approval_waits()
    }

    /// The dry run, when there is one.
    pub fn reading(&self) -> Option<&Reading> {
        match self {
            Self::Reading(reading) => Some(reading),
            _ => None,
        }
    }

    /// The dry run, when there is one, to be changed.
    pub fn reading_mut(&mut self) -> Option<&mut Reading> {
        match self {
            Self::Reading(reading) => Some(reading),
            _ => None,
        }
    }

    /// Shows a dry run of a planned spec with what the plan or the replace says.
    pub fn show_planned(&mut self, spec: &str, problems: &[Problem], replacement: SpecReplacement) {
        if let Some(reading) = self.reading_mut() {
            reading.set_spec(spec);
            reading.set_planned(problems);
            reading.set_replacement(replacement);
        }
    }

    /// Where the spec is to be shown from: a little above the lines that the row under the cursor follows from.
    pub fn spec_top(&self, before: usize) -> usize {
        let lines = self.reading().map(|reading| reading.cause.lines());
        let first = lines.and_then(<[_]>::first);
        first.map_or(before, |lines| {
            lines.start.saturating_sub(LINES_ABOVE_CAUSE)
        })
    }

    /// What the keys mean here.
    pub fn context(&self, mode: ReviewMode) -> Context {
        let reading = match self {
            Self::Reading(reading) => reading,
            Self::Opening(_) => return Context::DryRunFile,
            _ if mode == ReviewMode::Planned => return Context::Waiting,
            _ => return Context::StoredWaiting,
        };
        match (&reading.view, mode) {
            (ReadingView::Tree | ReadingView::Raw { .. }, _)
                if reading.search.typing().is_some() =>
            {
                Context::Finding
            }
            (ReadingView::Tree, ReviewMode::Planned) => Context::Review,
            (ReadingView::Tree, ReviewMode::Stored) => Context::StoredReview,
            (ReadingView::Tree, ReviewMode::Second) => Context::Differing,
            (ReadingView::Tree, ReviewMode::Reading) => Context::DryRunFile,
            (ReadingView::Detail { .. }, _) => Context::Detail,
            (ReadingView::Raw { .. }, _) => Context::Raw,
            (ReadingView::Approving(approval), _) if approval.given.is_some() => Context::Given,
            (ReadingView::Approving(_), _) => Context::Approving,
        }
    }

    /// Takes a key that the table knows.
    pub fn act(
        &mut self,
        action: Action,
        cluster: &str,
        context: &mut ScreenContext<'_>,
    ) -> ReviewAction {
        match self {
            Self::Reading(reading) => reading.act(action, cluster, context),
            Self::Opening(_) => act_while_opening(action),
            _ => act_while_waiting(action),
        }
    }

    /// Whether the name was typed and what the approval depends on is still being read.
    pub fn approval_waits(&self) -> bool {
        self.approval()
            .is_some_and(|approval| approval.given.is_some())
    }

    /// Holds an approval until what it depends on is known.
    pub fn hold_approval(&mut self, at: Timestamp) {
        if let Some(approval) = self.approval_mut() {
            approval.given = Some(at);
        }
    }

    /// Asks for the name once more, as if none was typed.
    pub fn ask_again(&mut self) {
        if let Some(approval) = self.approval_mut() {
            *approval = Approval::new(approval.cluster());
        }
    }

    /// Shows the dry run again after an approval was taken.
    pub fn close_approval(&mut self) {
        if let Some(reading) = self.reading_mut()
            && matches!(reading.view, ReadingView::Approving(_))
        {
            reading.view = ReadingView::Tree;
        }
    }

    /// The name that is being typed to approve.
    pub fn approval(&self) -> Option<&Approval> {
        match &self.reading()?.view {
            ReadingView::Approving(approval) => Some(approval),
            _ => None,
        }
    }

    fn approval_mut(&mut self) -> Option<&mut Approval> {
        match &mut self.reading_mut()?.view {
            ReadingView::Approving(approval) => Some(approval),
            _ => None,
        }
    }

    /// Takes a key that the table does not know: typing into the search or the approval.
    pub fn typed(&mut self, key: Key) -> bool {
        let Self::Reading(reading) = self else {
            return false;
        };
        if let Some(input) = reading.search.typing_mut() {
            form::edit(input, key);
            reading.search_typed();
        } else if let ReadingView::Approving(approval) = &mut reading.view {
            approval.edit(key);
            return form::edits(key) && approval.given.is_none();
        } else {
            return false;
        }
        form::edits(key)
    }

    /// Takes a pasted text.
    pub fn pasted(&mut self, text: &str) {
        if let Self::Reading(reading) = self {
            if let Some(input) = reading.search.typing_mut() {
                form::paste(input, text);
                reading.search_typed();
            } else if let ReadingView::Approving(approval) = &mut reading.view {
                approval.paste(text);
            }
        }
    }
}

// What the other keys are for is there in a moment.
fn act_while_opening(action: Action) -> ReviewAction {
    match action {
        Action::Back => ReviewAction::Back,
        _ => ReviewAction::Nothing,
    }
}

fn act_while_waiting(action: Action) -> ReviewAction {
    match action {
        Action::Back => ReviewAction::Back,
        Action::Again => ReviewAction::Again,
        Action::OtherPane => ReviewAction::OtherPane,
        Action::OpenEditor => ReviewAction::OpenEditor,
        _ => ReviewAction::Nothing,
    }
}

/// Which of the two panes has the focus, and the first line of the spec that is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReviewPanes {
    pub focus: Pane,
    pub spec_top: usize,
}

impl ReviewPanes {
    /// Takes a key that the table knows, for the pane that has the focus.
    pub fn act(
        &mut self,
        action: Action,
        review: &mut Review,
        (cluster, spec): (&str, &str),
        context: &mut ScreenContext<'_>,
    ) -> ReviewAction {
        if self.focus == Pane::Spec {
            if matches!(action, Action::OtherPane | Action::Back) {
                self.focus = Pane::Work;
            }
            let by = action.movement(context.viewport.page);
            self.spec_top = form::stepped(self.spec_top, by, spec.lines().count());
            return ReviewAction::Nothing;
        }
        match review.act(action, cluster, context) {
            ReviewAction::OtherPane => {
                self.focus = Pane::Spec;
                self.spec_top = review.spec_top(self.spec_top);
                ReviewAction::Nothing
            }
            other => other,
        }
    }
}
