//! Signals that ask the program to end, as events: for the ways to drive it that have no screen.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::UnboundedSender;

use crate::app::event::Event;

/// Turns interrupts, hangups and requests to end into events, until the program ends.
pub fn listen(events: &UnboundedSender<Event>) -> std::io::Result<()> {
    for kind in [
        SignalKind::interrupt(),
        SignalKind::terminate(),
        SignalKind::hangup(),
        SignalKind::quit(),
    ] {
        let mut arrived = signal(kind)?;
        let events = events.clone();
        tokio::spawn(async move {
            while arrived.recv().await.is_some() && events.send(Event::Terminated).is_ok() {}
        });
    }
    Ok(())
}
