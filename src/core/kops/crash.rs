//! kops's own crash, recognized by the words of the Go runtime.

use crate::core::text::untrusted::Untrusted;

/// That kops crashed: the reason it gave and the whole trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Crash {
    /// What stands after `panic:` or `fatal error:`.
    pub message: Untrusted,
    /// Everything from that line on.
    pub trace: Untrusted,
}

const STARTS: [&str; 2] = ["panic: ", "fatal error: "];

/// The crash in what kops wrote to standard error, when there is one.
pub(super) fn crash(stderr: &str) -> Option<Crash> {
    let mut at = 0;
    for line in stderr.split_inclusive('\n') {
        if let Some(message) = panic_message(line) {
            return Some(Crash {
                message: message.into(),
                trace: stderr.get(at..)?.into(),
            });
        }
        at += line.len();
    }
    None
}

/// What the Go runtime says on the first line of a crash.
pub(crate) fn panic_message(line: &str) -> Option<&str> {
    let rest = |start: &&str| line.strip_prefix(*start);
    STARTS.iter().find_map(rest).map(str::trim_end)
}
