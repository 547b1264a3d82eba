//! Signals and hangups: each becomes an event, and the end of the program where the event comes to nothing.

use std::io::{self, IsTerminal};
use std::sync::Once;
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, killpg, raise};
use nix::unistd::{getpgrp, getppid, getsid};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::UnboundedSender;

use super::background::LateAnswer;
use super::lent::is_lent;
use super::waiting_input::hung_up;
use super::{give_back, input, prompt_waits};
use crate::tui::event::Event;
use crate::tui::request::Response;
use crate::tui::update::INTERRUPTED;

/// How long the program gets to end by itself once it must.
const GRACE: Duration = Duration::from_millis(700);

/// Turns keys, sizes, signals and the end of the terminal into events, until the program ends.
pub fn listen(events: &UnboundedSender<Response>, late: LateAnswer) -> io::Result<()> {
    end_on_signals(events)?;
    let others = [
        (Signal::SIGTSTP, Event::StopAsked),
        (Signal::SIGCONT, Event::Continued),
    ];
    for (kind, event) in others {
        let events = events.clone();
        on_signal(kind, move || events.send(event.clone().into()).is_ok())?;
    }
    let sized = events.clone();
    on_signal(Signal::SIGWINCH, move || {
        let size = crossterm::terminal::size();
        size.map_or(true, |(columns, rows)| {
            sized.send(Event::Resize { columns, rows }.into()).is_ok()
        })
    })?;
    input::listen(events.clone(), late)
}

/// Ends the program, its terminal given back, when a signal asks for it or the terminal is gone.
pub fn end_on_signals(events: &UnboundedSender<Response>) -> io::Result<()> {
    for kind in [
        Signal::SIGTERM,
        Signal::SIGHUP,
        Signal::SIGQUIT,
        Signal::SIGINT,
    ] {
        let events = events.clone();
        on_signal(kind, move || {
            if is_typed(kind) && is_lent() {
                return true;
            }
            end_soon(INTERRUPTED);
            events.send(Event::Terminated.into()).is_ok()
        })?;
    }
    if !io::stdin().is_terminal() {
        return Ok(());
    }
    let events = events.clone();
    thread::Builder::new()
        .name("hangup".to_owned())
        .spawn(move || {
            if hung_up() {
                end_soon(INTERRUPTED);
                let _ = events.send(Event::TerminalLost.into());
            }
        })?;
    Ok(())
}

// By a key of the terminal, for all programs that may have it: while an editor has it, the key is the editor's.
fn is_typed(kind: Signal) -> bool {
    matches!(kind, Signal::SIGINT | Signal::SIGQUIT)
}

fn on_signal(kind: Signal, act: impl Fn() -> bool + Send + 'static) -> io::Result<()> {
    let mut arrived = signal(SignalKind::from_raw(kind as i32))?;
    tokio::spawn(async move { while arrived.recv().await.is_some() && act() {} });
    Ok(())
}

/// Ends the process with this exit code in 0.7 seconds, should it not have ended by itself: it may wait for a terminal
/// that takes nothing, or for an answer. At a prompt at once: nobody takes events there, and once the terminal is gone the
/// prompt goes round for ever.
pub(super) fn end_soon(code: u8) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let end = move || {
            if !prompt_waits() {
                thread::sleep(GRACE);
            }
            give_back();
            std::process::exit(i32::from(code));
        };
        // Where no thread can be had, the event has to do.
        let _ = thread::Builder::new().name("end".to_owned()).spawn(end);
    });
}

/// Whether a shell waits for this process group to stop: with nobody to continue it, it must not (POSIX, "Orphaned Process
/// Group").
pub(super) fn shell_waits() -> bool {
    let parent_inside = getsid(Some(getppid())) == getsid(None);
    // The leader's own group was made with the session; another was made by a shell, which is the parent or above it.
    parent_inside && getsid(None) != Ok(getpgrp())
}

/// Asks the whole process group to stop, as a terminal does at ctrl-z; does nothing where nobody could continue it.
pub(super) fn ask_to_stop() {
    if shell_waits() {
        let _ = killpg(getpgrp(), Signal::SIGTSTP);
    }
}

/// Stops this process until it is continued.
pub(super) fn stop() {
    let _ = raise(Signal::SIGSTOP);
}
