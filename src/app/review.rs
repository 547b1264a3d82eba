//! Step 8, Review: the dry run asked for, read, and approved.

use crate::core::fault::Fault;
use crate::core::progress::{Progress, explain};
use crate::core::review::{Ending, parse};

use super::approval::Approval;
use super::event::{Finished, Moment};
use super::form;
use super::key::Key;
use super::keys::{Action, Context};
use super::reading::{Reading, View};
use tui_input::Input;

/// How far the review is.
#[derive(Clone, Debug, Default)]
pub enum Review {
    #[default]
    NotAsked,
    Asking {
        since: Moment,
        progress: Box<Progress>,
    },
    Reading(Box<Reading>),
    Failed {
        fault: Fault,
        output: String,
    },
}

/// What a key on the review asks of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    Nothing,
    Back,
    OtherPane,
    Again,
    Approved,
}

impl Review {
    /// Starts to wait for kops.
    pub fn asked(at: Moment) -> Self {
        Self::Asking {
            since: at,
            progress: Box::default(),
        }
    }

    /// What kops ended with: a report to read, or why there is none.
    pub fn answered(result: Result<Finished, Fault>) -> Self {
        let finished = match result {
            Ok(finished) => finished,
            Err(fault) => {
                return Self::Failed {
                    fault,
                    output: String::new(),
                };
            }
        };
        let report = parse(&finished.stdout);
        if finished.succeeded() && report.ending != Ending::Missing {
            return Self::Reading(Box::new(Reading::new(report, finished.stdout)));
        }
        Self::Failed {
            fault: explain(finished.code(), &finished.stdout, &finished.stderr),
            output: format!("{}{}", finished.stdout, finished.stderr),
        }
    }

    /// The report, when there is one.
    pub fn reading(&self) -> Option<&Reading> {
        match self {
            Self::Reading(reading) => Some(reading),
            _ => None,
        }
    }

    /// What the keys mean here.
    pub fn context(&self) -> Context {
        match self {
            Self::NotAsked | Self::Asking { .. } | Self::Failed { .. } => Context::Waiting,
            Self::Reading(reading) => match reading.view {
                View::Tree => Context::Review,
                View::Raw { .. } => Context::Raw,
                View::Finding(_) => Context::Finding,
                View::Approving(_) => Context::Approving,
            },
        }
    }

    /// Takes a key that the table knows; `page` is the number of rows on a page.
    pub fn act(
        &mut self,
        action: Action,
        page: isize,
        cluster: &str,
        notice: &mut Option<String>,
    ) -> Asked {
        let Self::Reading(reading) = self else {
            return waiting(action);
        };
        match &mut reading.view {
            View::Tree => act_on_tree(reading, action, page, cluster, notice),
            View::Raw { top } => {
                let lines = reading.raw.lines().count();
                match action {
                    Action::Raw | Action::Back => reading.turn_raw(),
                    moving => *top = form::stepped(*top, movement(moving, page), lines),
                }
                Asked::Nothing
            }
            View::Finding(_) => act_on_search(reading, action),
            View::Approving(approval) => match action {
                Action::Accept if approval.submit() => {
                    reading.view = View::Tree;
                    Asked::Approved
                }
                Action::Discard => {
                    reading.view = View::Tree;
                    Asked::Nothing
                }
                _ => Asked::Nothing,
            },
        }
    }

    /// Takes a key that the table does not know: typing into the search or the approval.
    pub fn typed(&mut self, key: Key) {
        if let Self::Reading(reading) = self {
            match &mut reading.view {
                View::Finding(input) => {
                    form::edit(input, key);
                    let text = input.value().to_owned();
                    reading.search_for(&text);
                }
                View::Approving(approval) => approval.edit(key),
                View::Tree | View::Raw { .. } => {}
            }
        }
    }

    /// Takes a pasted text.
    pub fn pasted(&mut self, text: &str) {
        if let Self::Reading(reading) = self {
            match &mut reading.view {
                View::Finding(input) => {
                    form::paste(input, text);
                    let words = input.value().to_owned();
                    reading.search_for(&words);
                }
                View::Approving(approval) => approval.paste(text),
                View::Tree | View::Raw { .. } => {}
            }
        }
    }
}

fn waiting(action: Action) -> Asked {
    match action {
        Action::Back => Asked::Back,
        Action::Again => Asked::Again,
        Action::OtherPane => Asked::OtherPane,
        _ => Asked::Nothing,
    }
}

/// How far an action moves a cursor; a whole screen's worth is `page`.
pub fn movement(action: Action, page: isize) -> isize {
    match action {
        Action::Up => -1,
        Action::Down => 1,
        Action::PageUp => -page,
        Action::PageDown => page,
        Action::First => isize::MIN / 2,
        Action::Last => isize::MAX / 2,
        _ => 0,
    }
}

fn act_on_tree(
    reading: &mut Reading,
    action: Action,
    page: isize,
    cluster: &str,
    notice: &mut Option<String>,
) -> Asked {
    match action {
        Action::Choose => reading.choose(),
        Action::TurnBack => reading.fold_all(false),
        Action::TurnOn => reading.fold_all(true),
        Action::Raw => reading.turn_raw(),
        Action::Find => reading.view = View::Finding(Input::new(reading.search.clone())),
        Action::FindNext => reading.find(1, false),
        Action::FindBack => reading.find(-1, false),
        Action::Approve => match reading.unapprovable() {
            Some(reason) => *notice = Some(reason),
            None => reading.view = View::Approving(Approval::of(cluster)),
        },
        Action::Back if !reading.search.is_empty() => reading.search.clear(),
        Action::Back => return Asked::Back,
        Action::OtherPane => return Asked::OtherPane,
        Action::Again => return Asked::Again,
        moving => reading.step(movement(moving, page)),
    }
    Asked::Nothing
}

fn act_on_search(reading: &mut Reading, action: Action) -> Asked {
    match action {
        Action::Accept => reading.view = View::Tree,
        Action::Discard => {
            reading.search.clear();
            reading.view = View::Tree;
        }
        Action::Up => reading.find(-1, false),
        Action::Down => reading.find(1, false),
        _ => {}
    }
    Asked::Nothing
}
