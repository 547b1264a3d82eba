//! Counts the signals that reach the program, then lets each do what it does to a Go program.

use std::collections::BTreeMap;
use std::thread;

use nix::sys::signal::{SigSet, Signal, raise};

use crate::log::{Log, Noted};

const COUNTED: [(&str, Signal); 8] = [
    ("INT", Signal::SIGINT),
    ("TERM", Signal::SIGTERM),
    ("HUP", Signal::SIGHUP),
    ("QUIT", Signal::SIGQUIT),
    ("TSTP", Signal::SIGTSTP),
    ("CONT", Signal::SIGCONT),
    ("USR1", Signal::SIGUSR1),
    ("USR2", Signal::SIGUSR2),
];

/// Takes the signals on a thread of their own; `on` says otherwise for some of them.
pub(crate) fn count(log: Log, on: BTreeMap<String, String>) {
    let signals: SigSet = COUNTED.iter().map(|(_, signal)| *signal).collect();
    // Before the thread starts, so that both threads leave the signals to `wait`.
    signals.thread_block().expect("signals blocked");
    thread::spawn(move || {
        loop {
            let arrived = signals.wait().expect("a signal");
            let named = COUNTED.iter().find(|(_, signal)| *signal == arrived);
            let name = named.map_or("other", |(name, _)| *name);
            log.note(&Noted::signal(name));
            act(arrived, on.get(name).map(String::as_str), &log);
        }
    });
}

fn act(signal: Signal, told: Option<&str>, log: &Log) {
    match (told, signal) {
        (Some("ignore"), _) | (_, Signal::SIGCONT | Signal::SIGUSR1 | Signal::SIGUSR2) => {}
        (Some(code), _) => end(log, code.parse().expect("an exit code or ignore")),
        // The Go runtime prints the stacks and exits.
        (None, Signal::SIGQUIT) => end(log, 2),
        (None, Signal::SIGTSTP) => raise(Signal::SIGSTOP).expect("stopped"),
        (None, signal) => {
            let this: SigSet = std::iter::once(signal).collect();
            this.thread_unblock().expect("signal let through");
            raise(signal).expect("ended by the signal");
        }
    }
}

fn end(log: &Log, code: i32) {
    log.note(&Noted::ended(code));
    std::process::exit(code);
}
