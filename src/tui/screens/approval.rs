//! The approval: the cluster's name typed by hand, and nothing else.

pub mod facts_status;
pub mod view;

use tui_input::Input;

use crate::core::approval::facts::NotCompared;
use crate::tui::event::Timestamp;
use crate::tui::form;
use crate::tui::key::Key;
use crate::tui::record::RecordedCommand;

/// A name being typed to approve a change.
#[derive(Clone, Debug)]
pub struct Approval {
    cluster: String,
    pub input: Input,
    /// True after an attempt with another name.
    pub refused: bool,
    /// When the name was typed, while what the approval depends on is still being read.
    pub given: Option<Timestamp>,
}

/// What is shown before an approval.
#[derive(Clone, Debug, PartialEq)]
pub struct ApprovalQuestion {
    /// What is changed, and with whose credentials.
    pub consequence: String,
    /// The commands that run, in order.
    pub commands: Vec<RecordedCommand>,
    /// What would not be compared before `--yes`.
    pub not_compared: Vec<NotCompared>,
    /// Whether the cluster does not exist yet.
    pub creates: bool,
}

impl Approval {
    /// Asks for this cluster's name.
    pub fn new(cluster: &str) -> Self {
        Self {
            cluster: cluster.to_owned(),
            input: Input::default(),
            refused: false,
            given: None,
        }
    }

    /// The name that must be typed.
    pub fn cluster(&self) -> &str {
        &self.cluster
    }

    /// Takes an editing key.
    pub fn edit(&mut self, key: Key) {
        if self.given.is_some() {
            return;
        }
        self.refused = false;
        form::edit(&mut self.input, key);
    }

    /// Takes a pasted text without its line ends, which never approve.
    pub fn paste(&mut self, text: &str) {
        if self.given.is_some() {
            return;
        }
        self.refused = false;
        form::paste(&mut self.input, text);
    }

    /// Whether the name typed is exactly the cluster's; a wrong one is remembered as refused.
    pub fn submit(&mut self) -> bool {
        let same = self.input.value() == self.cluster;
        self.refused = !same;
        same
    }
}
