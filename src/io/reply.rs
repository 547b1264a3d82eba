//! Where the events of one effect go: each with the request that it answers.

use tokio::sync::mpsc::UnboundedSender;

use crate::tui::event::Event;
use crate::tui::request::{RequestId, Response};

/// The way back to the loop for what one effect brings about.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    events: UnboundedSender<Response>,
    request: Option<RequestId>,
}

impl Reply {
    /// The way back for what answers no request.
    pub(super) fn new(events: UnboundedSender<Response>) -> Self {
        Self {
            events,
            request: None,
        }
    }

    /// The way back for what answers this request.
    pub(super) fn for_request(&self, request: Option<RequestId>) -> Self {
        Self {
            events: self.events.clone(),
            request,
        }
    }

    // A closed channel means that the program is ending: nobody is left to tell.
    pub(super) fn send(&self, event: Event) {
        let request = self.request.clone();
        let _ = self.events.send(Response { request, event });
    }
}
