//! Where the events of one effect go: each with the turn of the question that it answers.

use tokio::sync::mpsc::UnboundedSender;

use crate::tui::event::Event;
use crate::tui::request::{RequestId, Response};

/// The way back to the loop for what one effect brings about.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    events: UnboundedSender<Response>,
    turn: Option<RequestId>,
}

impl Reply {
    /// The way back for what answers no question.
    pub(super) fn new(events: UnboundedSender<Response>) -> Self {
        Self { events, turn: None }
    }

    /// The way back for the answers of this turn.
    pub(super) fn in_turn(&self, turn: Option<RequestId>) -> Self {
        Self {
            events: self.events.clone(),
            turn,
        }
    }

    // A closed channel means that the program is ending: nobody is left to tell.
    pub(super) fn send(&self, event: Event) {
        let turn = self.turn.clone();
        let _ = self.events.send(Response { turn, event });
    }
}
