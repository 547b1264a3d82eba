//! A panic, wherever it happens: the terminal is given back, the text is made visible, and the program ends.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, Write};
use std::panic::PanicHookInfo;
use std::sync::{Mutex, PoisonError};

use tokio::sync::mpsc::UnboundedSender;

use super::signals::end_soon;
use super::{give_back, in_locale};
use crate::core::fault::Fault;
use crate::core::text::secrets::hidden;
use crate::core::text::untrusted::visible;
use crate::tui::event::Event;
use crate::tui::request::Response;
use crate::tui::update::CRASHED;

static EVENTS: Mutex<Option<UnboundedSender<Response>>> = Mutex::new(None);

/// Names the loop that learns of a panic in one of its tasks or threads, for which it would wait for ever.
pub fn report_to(events: &UnboundedSender<Response>) {
    *EVENTS.lock().unwrap_or_else(PoisonError::into_inner) = Some(events.clone());
}

/// From here on a panic ends the program with exit code 101.
pub fn set_hook() {
    std::panic::set_hook(Box::new(|info| {
        give_back();
        // A terminal that is gone takes no message.
        let _ = io::stderr()
            .lock()
            .write_all(in_locale(&text(info)).as_bytes());
        end_soon(CRASHED);
        let events = EVENTS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(events) = events.as_ref() {
            let _ = events.send(Event::Crashed.into());
        }
    }));
}

fn text(info: &PanicHookInfo<'_>) -> String {
    let place = info.location().map_or_else(
        || "an unknown place".to_owned(),
        |place| format!("{}:{}:{}", place.file(), place.line(), place.column()),
    );
    let trace = Backtrace::capture();
    let trace = match trace.status() {
        BacktraceStatus::Captured => trace.to_string(),
        _ => String::new(),
    };
    crash_report(
        info.payload_as_str().unwrap_or("without a word"),
        &place,
        &trace,
    )
}

fn crash_report(message: &str, place: &str, trace: &str) -> String {
    let fault = Fault::new(
        format!("kopswain crashed: {}", visible(&hidden(message.to_owned()))),
        format!(
            "a defect of kopswain {}, at {}",
            env!("CARGO_PKG_VERSION"),
            visible(place)
        ),
        "report these lines; kops, if it was at work, continues: kopswain watch CLUSTER shows the cluster",
    );
    let trace: String = trace.lines().map(|line| visible(line) + "\n").collect();
    format!("{fault}\n{trace}")
}

#[cfg(test)]
mod tests {
    use super::crash_report;

    #[test]
    fn a_crash_is_told_in_three_parts_and_obeys_nothing() {
        assert_eq!(
            crash_report("a\u{1b}[2Jb", "src/x.rs:1:2", "0: a\u{7}\n1: b\n"),
            format!(
                "kopswain crashed: a\\u{{1b}}[2Jb\n  why: a defect of kopswain {}, at src/x.rs:1:2\n  do:  report these lines; kops, if it was at work, continues: kopswain watch CLUSTER shows the cluster\n0: a\\u{{7}}\n1: b\n",
                env!("CARGO_PKG_VERSION")
            )
        );
        assert!(crash_report(&"x".repeat(1_000_000), "here", "").len() < 20_000);
    }
}
