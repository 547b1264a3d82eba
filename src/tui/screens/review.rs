//! Step 8, Review: the dry run asked for, read, and approved.

pub mod compare;
pub mod existing;
pub(crate) mod keys;
pub mod opening;
pub mod panes;
pub mod reading;
pub mod view;

use super::approval::Approval;
use crate::core::fault::Fault;
use crate::core::kops::control_plane::SeenControlPlane;
use crate::core::kops::copied::Copied;
use crate::core::kops::dry_run::{DryRun, Ending, parse};
use crate::core::kops::log::{LogProgress, explain};
use crate::core::text::secrets::hidden;
use crate::tui::event::{CommandOutput, OutputStream, PrintedLine, Timestamp};
use crate::tui::form;
use crate::tui::key::Key;
use crate::tui::keymap::{Action, Context};
use crate::tui::screen_context::{ScreenContext, Viewport};
use crate::tui::screens::review::opening::OpeningDryRun;
use crate::tui::screens::review::reading::{FilterKind, Reading, ReadingView};

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
    /// A long report that is taken apart once the screen says so.
    Opening(Box<OpeningDryRun>),
    Reading(Box<Reading>),
    Failed {
        fault: Fault,
        output: String,
    },
}

/// What a key on the review asks of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewAction {
    Nothing,
    Back,
    OtherPane,
    Again,
    Approved,
}

/// What a report is read for; it decides which keys there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewMode {
    /// It may be approved, and kops asked again.
    Approval,
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

    /// What kops ended with: a report to read, or why there is none.
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
        let report = DryRun {
            undecoded: finished.undecoded,
            control_plane: SeenControlPlane::of_log(&finished.stderr),
            copied: copied.clone(),
            ..parse(&finished.stdout)
        };
        if finished.succeeded() && report.ending != Ending::Missing {
            return Self::Reading(Box::new(Reading::new(report, finished.stdout)));
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

    /// The report, when there is one.
    pub fn reading(&self) -> Option<&Reading> {
        match self {
            Self::Reading(reading) => Some(reading),
            _ => None,
        }
    }

    /// The report, when there is one, to be told something.
    pub fn reading_mut(&mut self) -> Option<&mut Reading> {
        match self {
            Self::Reading(reading) => Some(reading),
            _ => None,
        }
    }

    /// Where the spec is to be shown from: a little above the lines that the row under the cursor follows from.
    pub fn spec_top(&self, before: usize) -> usize {
        let lines = self.reading().map(Reading::causing_lines);
        let first = lines.and_then(<[_]>::first);
        first.map_or(before, |lines| {
            lines.start.saturating_sub(LINES_ABOVE_CAUSE)
        })
    }

    /// What the keys mean here.
    pub fn context(&self, purpose: ReviewMode) -> Context {
        let reading = match self {
            Self::Reading(reading) => reading,
            Self::Opening(_) => return Context::DryRunFile,
            _ => return Context::Waiting,
        };
        match (&reading.view, purpose) {
            (ReadingView::Tree | ReadingView::Raw { .. }, _) if reading.search.typing.is_some() => {
                Context::Finding
            }
            (ReadingView::Tree, ReviewMode::Approval) => Context::Review,
            (ReadingView::Tree, ReviewMode::Second) => Context::Differing,
            (ReadingView::Tree, ReviewMode::Reading) => Context::DryRunFile,
            (ReadingView::Detail { .. }, _) => Context::Detail,
            (ReadingView::Raw { .. }, _) => Context::Raw,
            (ReadingView::Approving(yes), _) if yes.given.is_some() => Context::Given,
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
        let viewport = context.viewport;
        let reading = match self {
            Self::Reading(reading) => reading,
            Self::Opening(_) => return opening(action),
            _ => return waiting(action),
        };
        if action != Action::Accept {
            reading.search.give_up();
        }
        if reading.search.typing.is_some() {
            act_on_search(reading, action);
            return ReviewAction::Nothing;
        }
        match &mut reading.view {
            ReadingView::Tree => act_on_tree(reading, action, cluster, context),
            ReadingView::Detail { .. } => {
                act_on_detail(reading, action, viewport);
                ReviewAction::Nothing
            }
            ReadingView::Raw { .. } => {
                act_on_raw(reading, action, viewport);
                ReviewAction::Nothing
            }
            ReadingView::Approving(approval) => match action {
                Action::Accept if approval.submit() => ReviewAction::Approved,
                Action::Discard => {
                    reading.view = ReadingView::Tree;
                    ReviewAction::Nothing
                }
                _ => ReviewAction::Nothing,
            },
        }
    }

    /// Whether the name was typed and what the yes depends on is still being read.
    pub fn approval_waits(&self) -> bool {
        self.approval().is_some_and(|yes| yes.given.is_some())
    }

    /// Keeps a yes until what it depends on is known.
    pub fn hold_approval(&mut self, at: Timestamp) {
        if let Some(yes) = self.approval_mut() {
            yes.given = Some(at);
        }
    }

    /// Asks for the name once more, as if none had been typed.
    pub fn ask_again(&mut self) {
        if let Some(yes) = self.approval_mut() {
            *yes = Approval::new(yes.cluster());
        }
    }

    /// Shows the report again after a yes was taken.
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
        if let Some(input) = &mut reading.search.typing {
            form::edit(input, key);
            reading.search_typed();
        } else if let Some(approval) = self.approval_mut() {
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
            if let Some(input) = &mut reading.search.typing {
                form::paste(input, text);
                reading.search_typed();
            } else if let Some(approval) = self.approval_mut() {
                approval.paste(text);
            }
        }
    }
}

// What the other keys are for is there in a moment.
fn opening(action: Action) -> ReviewAction {
    match action {
        Action::Back => ReviewAction::Back,
        _ => ReviewAction::Nothing,
    }
}

fn waiting(action: Action) -> ReviewAction {
    match action {
        Action::Back => ReviewAction::Back,
        Action::Again => ReviewAction::Again,
        Action::OtherPane => ReviewAction::OtherPane,
        _ => ReviewAction::Nothing,
    }
}

fn act_on_tree(
    reading: &mut Reading,
    action: Action,
    cluster: &str,
    context: &mut ScreenContext<'_>,
) -> ReviewAction {
    match action {
        Action::Choose => reading.choose(),
        Action::TurnBack => reading.fold_all(false),
        Action::TurnOn => reading.fold_all(true),
        Action::Raw => reading.turn_raw(),
        Action::Detail => reading.view = ReadingView::Detail { top: 0 },
        Action::Find => reading.start_search(),
        Action::FindNext => reading.find(1, false),
        Action::FindBack => reading.find(-1, false),
        Action::OnlyAction => reading.turn_filter(FilterKind::Action),
        Action::OnlyFamily => reading.turn_filter(FilterKind::Category),
        Action::OnlySeverity => reading.turn_filter(FilterKind::Severity),
        Action::Return => reading.go_back(),
        Action::NextUnread => reading.next_unread(),
        Action::Approve => match reading.unapprovable() {
            Some(reason) => *context.notice = Some(reason),
            None => reading.view = ReadingView::Approving(Approval::new(cluster)),
        },
        Action::Back if !reading.search.words.is_empty() => reading.leave_search(),
        Action::Back if reading.filter.is_active() => reading.clear_filter(),
        Action::Back => return ReviewAction::Back,
        Action::OtherPane => return ReviewAction::OtherPane,
        Action::Again => return ReviewAction::Again,
        moving => reading.step(moving.movement(context.viewport.page)),
    }
    ReviewAction::Nothing
}

fn act_on_detail(reading: &mut Reading, action: Action, room: Viewport) {
    let ReadingView::Detail { top } = reading.view else {
        return;
    };
    reading.view = match action {
        Action::Detail | Action::Back => ReadingView::Tree,
        Action::TurnBack | Action::TurnOn => {
            reading.step(if action == Action::TurnOn { 1 } else { -1 });
            ReadingView::Detail { top: 0 }
        }
        moving => {
            let rows = reading.detail_height(room.columns);
            let top = scrolled(top, moving.movement(room.page), rows, room);
            ReadingView::Detail { top }
        }
    };
}

fn act_on_raw(reading: &mut Reading, action: Action, room: Viewport) {
    let ReadingView::Raw { top } = reading.view else {
        return;
    };
    match action {
        Action::Back if !reading.search.words.is_empty() => reading.leave_search(),
        Action::Raw | Action::Back => reading.turn_raw(),
        Action::Find => reading.start_search(),
        Action::FindNext => reading.find(1, false),
        Action::FindBack => reading.find(-1, false),
        moving => {
            let rows = reading.raw.count();
            let top = scrolled(top, moving.movement(room.page), rows, room);
            reading.view = ReadingView::Raw { top };
        }
    }
}

/// The first row shown after a movement: the last page stays full, unless a search went beyond it.
fn scrolled(top: usize, by: isize, rows: usize, room: Viewport) -> usize {
    let last = rows.saturating_sub(room.page.unsigned_abs()).max(top);
    form::stepped(top, by, last + 1)
}

fn act_on_search(reading: &mut Reading, action: Action) {
    match action {
        Action::Accept => reading.keep_search(),
        Action::Discard => reading.leave_search(),
        Action::Up => reading.find(-1, false),
        Action::Down => reading.find(1, false),
        _ => {}
    }
}
