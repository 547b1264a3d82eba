//! Where the events of one effect go: each with the turn of the question that it answers.

use tokio::sync::mpsc::UnboundedSender;

use crate::app::event::Event;
use crate::app::turn::{Told, Turn};

/// The way back to the loop for what one effect brings about.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    events: UnboundedSender<Told>,
    turn: Option<Turn>,
}

impl Reply {
    /// The way back for what answers no question.
    pub(super) fn new(events: UnboundedSender<Told>) -> Self {
        Self { events, turn: None }
    }

    /// The way back for the answers of this turn.
    pub(super) fn in_turn(&self, turn: Option<Turn>) -> Self {
        Self {
            events: self.events.clone(),
            turn,
        }
    }

    // A closed channel means that the program is ending: nobody is left to tell.
    pub(super) fn send(&self, event: Event) {
        let turn = self.turn.clone();
        let _ = self.events.send(Told { turn, event });
    }
}
