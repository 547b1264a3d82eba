//! Starts a program in a session of its own, with a whole environment and no shell.

use std::collections::BTreeMap;
use std::ffi::{CString, OsStr, OsString};
use std::io::Error;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;
use nix::libc;
use nix::spawn::{PosixSpawnAttr, PosixSpawnFileActions, PosixSpawnFlags, posix_spawn};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::stat::Mode;
use nix::unistd::Pid;

/// What a program reads on its standard input.
#[derive(Debug)]
pub(crate) enum Input {
    /// Nothing: it is empty.
    Empty,
    /// What this process has there.
    Inherited,
    From(OwnedFd),
}

/// A program to start, with its whole environment; its arguments are read by no shell.
#[derive(Debug)]
pub(crate) struct Launch<'a> {
    pub(crate) program: &'a Path,
    /// What it is called where processes are listed; its path where there is none.
    pub(crate) name: Option<&'a str>,
    pub(crate) args: &'a [OsString],
    pub(crate) environment: &'a BTreeMap<OsString, OsString>,
    pub(crate) input: Input,
    pub(crate) stdout: OwnedFd,
    pub(crate) stderr: OwnedFd,
}

/// This program, to be started once more: the link is good also when the program's file was replaced while it runs.
pub fn this_program() -> PathBuf {
    let link = PathBuf::from("/proc/self/exe");
    if link.exists() {
        return link;
    }
    std::env::current_exe().unwrap_or_else(|_| PathBuf::from("kopswain"))
}

/// Starts a program in a new session, which has no terminal: whoever reads `/dev/tty` in it gets an error at once. Gives
/// its number.
pub(crate) fn spawn(launch: Launch<'_>) -> Result<Pid, Error> {
    let Launch {
        program,
        name,
        args: words,
        environment,
        input,
        stdout,
        stderr,
    } = launch;
    let mut args = vec![text(name.map_or(program.as_os_str(), OsStr::new))?];
    for arg in words {
        args.push(text(arg)?);
    }
    let mut variables = Vec::new();
    for (name, value) in environment {
        let mut line = name.clone();
        line.push("=");
        line.push(value);
        variables.push(text(&line)?);
    }
    let mut files = PosixSpawnFileActions::init()?;
    match &input {
        Input::Empty => files.add_open(0, "/dev/null", OFlag::O_RDONLY, Mode::empty())?,
        Input::Inherited => {}
        Input::From(file) => files.add_dup2(file.as_raw_fd(), 0)?,
    }
    files.add_dup2(stdout.as_raw_fd(), 1)?;
    files.add_dup2(stderr.as_raw_fd(), 2)?;
    let pid = posix_spawn(program, &files, &apart()?, &args, &variables)?;
    Ok(pid)
}

// The C library does this between the start and the program itself, as Rust's own `Command` does for the rest: signals
// that this process ignores or blocks are neither in the new one.
fn apart() -> Result<PosixSpawnAttr, Error> {
    let session = PosixSpawnFlags::from_bits_retain(SETSID);
    let mut ignored = SigSet::empty();
    ignored.add(Signal::SIGPIPE);
    let mut attributes = PosixSpawnAttr::init()?;
    attributes.set_flags(
        session | PosixSpawnFlags::POSIX_SPAWN_SETSIGDEF | PosixSpawnFlags::POSIX_SPAWN_SETSIGMASK,
    )?;
    attributes.set_sigdefault(&ignored)?;
    attributes.set_sigmask(&SigSet::empty())?;
    Ok(attributes)
}

// <sys/spawn.h> of macOS, which the libc crate leaves out.
#[cfg(target_vendor = "apple")]
const SETSID: libc::c_int = 0x0400;
#[cfg(not(target_vendor = "apple"))]
const SETSID: libc::c_int = libc::POSIX_SPAWN_SETSID as libc::c_int;

fn text(word: &OsStr) -> Result<CString, Error> {
    CString::new(word.as_bytes()).map_err(Error::from)
}
