//! Whether the terminal of standard input has something to read, or is gone; nothing is read of it.

use std::io;
use std::os::fd::AsFd;
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

const GONE: PollFlags = PollFlags::POLLHUP.union(PollFlags::POLLERR);

// Reading does not tell: once a terminal is gone, crossterm's `read` goes round for ever (crossterm issue 793). Waiting for
// no event at all returns only when the terminal hangs up, and costs nothing until then.
pub(super) fn hung_up() -> bool {
    loop {
        match poll_terminal(PollTimeout::NONE) {
            Err(Errno::EINTR) => {}
            seen => return seen.unwrap_or(false),
        }
    }
}

/// Whether the terminal of standard input has hung up.
pub fn is_gone() -> bool {
    poll_terminal(PollTimeout::ZERO).unwrap_or(false)
}

fn poll_terminal(at_most: PollTimeout) -> Result<bool, Errno> {
    poll_for(PollFlags::empty(), at_most).map(|seen| seen.intersects(GONE))
}

/// Waits until the terminal of standard input has something to read, for `patience` or for ever; an error when it is gone.
pub(super) fn input_waits(patience: Option<Duration>) -> io::Result<bool> {
    let at_most = patience.map_or(Ok(PollTimeout::NONE), PollTimeout::try_from);
    let at_most = at_most.unwrap_or(PollTimeout::MAX);
    match poll_for(PollFlags::POLLIN, at_most) {
        Ok(seen) if seen.intersects(GONE) => Err(io::ErrorKind::BrokenPipe.into()),
        Ok(seen) => Ok(seen.contains(PollFlags::POLLIN)),
        Err(Errno::EINTR) => Ok(true),
        Err(errno) => Err(errno.into()),
    }
}

fn poll_for(what: PollFlags, at_most: PollTimeout) -> Result<PollFlags, Errno> {
    let stdin = io::stdin();
    let mut watched = [PollFd::new(stdin.as_fd(), what)];
    poll(&mut watched, at_most)?;
    let seen = watched.iter().filter_map(PollFd::revents);
    Ok(seen.fold(PollFlags::empty(), PollFlags::union))
}
