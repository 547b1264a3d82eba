//! A session of our own, for the kopswains that outlive whoever started them.

use nix::unistd::setsid;
use tokio::signal::unix::{SignalKind, signal};

use crate::core::fault::Fault;
use crate::io::files::cause;

/// Makes this process a session of its own that outlives every signal but a kill: a terminal that closes hangs up its own
/// session only, and ctrl-c reaches its own process groups only.
pub(crate) fn leave_session() -> Result<(), Fault> {
    setsid().map_err(|error| not_apart(error.desc()))?;
    outlive_signals()
}

// Handled and not ignored: what is ignored here would be ignored by kops too.
/// Makes this process outlive every signal but a kill.
pub(super) fn outlive_signals() -> Result<(), Fault> {
    for kind in [
        SignalKind::hangup(),
        SignalKind::interrupt(),
        SignalKind::terminate(),
        SignalKind::quit(),
    ] {
        let mut arrived = signal(kind).map_err(|error| not_apart(&cause(&error)))?;
        tokio::spawn(async move { while arrived.recv().await.is_some() {} });
    }
    Ok(())
}

fn not_apart(why: &str) -> Fault {
    Fault::new(
        "kops could not be kept apart from the terminal",
        why.to_owned(),
        "start kopswain again: kops was not run",
    )
}
