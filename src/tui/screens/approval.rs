//! The approval: the cluster's name typed by hand, and nothing else.

pub mod view;

use tui_input::Input;

use crate::tui::event::Timestamp;
use crate::tui::form;
use crate::tui::key::Key;

/// A name being typed to approve a change.
#[derive(Clone, Debug)]
pub struct Approval {
    cluster: String,
    pub input: Input,
    /// True after an attempt with another name.
    pub refused: bool,
    /// When the name was typed, while what the yes depends on is still being read.
    pub given: Option<Timestamp>,
}

impl Approval {
    /// Asks for this cluster's name.
    pub fn of(cluster: &str) -> Self {
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

    /// Takes a pasted text without its line ends, which are never a yes.
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
