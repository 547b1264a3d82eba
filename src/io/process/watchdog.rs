//! The watchdog: a kopswain in a session of its own that ends what this one has started and removes what it has made, when
//! this one was killed and could do neither.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Error, PipeWriter, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::Duration;

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::{Pid, getpgid};
use serde::{Deserialize, Serialize};

use super::session::outlive_signals;
use super::spawn::{Input, Launch, spawn, this_program};
use crate::core::fault::Fault;

/// The hidden subcommand of kopswain that is the watchdog.
pub const WATCHDOG: &str = "end-leftovers";

/// A process that was killed may still end what it had asked of the kernel, such as making a file.
const UNTIL_DEAD: Duration = Duration::from_millis(50);
const TRIES: u32 = 20;

/// Where Linux lists the processes; other systems do not list processes there.
const PROCESSES: &str = "/proc";

/// What would be left by a kopswain that is killed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Leftover {
    /// A process group that only reads.
    Group(i32),
    /// The same while it is being started and has no number yet, by the file that is its standard output.
    Starting { device: u64, inode: u64 },
    /// A folder of this person's own.
    Folder(PathBuf),
}

/// One line of what the watchdog receives.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum WatchdogNotice {
    Begun(Leftover),
    Over(Leftover),
}

/// Something that the watchdog knows of, until this is dropped.
#[derive(Debug)]
pub(crate) struct Watched(Leftover);

/// Its other end tells the watchdog that this program is gone, however it went.
static PIPE: Mutex<Option<PipeWriter>> = Mutex::new(None);

/// Tells the watchdog of something, and starts it first where there is none. Without one, what is left is ended by itself
/// or removed by the next start.
pub(crate) fn watch(leftover: Leftover) -> Watched {
    let mut pipe = pipe();
    if pipe.is_none() {
        *pipe = started().ok();
    }
    tell(&mut pipe, &WatchdogNotice::Begun(leftover.clone()));
    Watched(leftover)
}

impl Drop for Watched {
    fn drop(&mut self) {
        tell(&mut pipe(), &WatchdogNotice::Over(self.0.clone()));
    }
}

fn pipe() -> MutexGuard<'static, Option<PipeWriter>> {
    PIPE.lock().unwrap_or_else(PoisonError::into_inner)
}

// One write for one line. A watchdog that does not read must not hold anybody up, so that a full pipe loses it.
fn tell(pipe: &mut Option<PipeWriter>, notice: &WatchdogNotice) {
    let (Some(pipe), Ok(mut line)) = (pipe, serde_json::to_vec(notice)) else {
        return;
    };
    line.push(b'\n');
    let _ = pipe.write_all(&line);
}

// With an empty environment: it needs none, and keys must not live on in it.
fn started() -> Result<PipeWriter, Error> {
    let (reader, writer) = std::io::pipe()?;
    fcntl(&writer, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
    let nowhere = || File::options().write(true).open("/dev/null");
    spawn(Launch {
        program: &this_program(),
        name: Some("kopswain"),
        args: &[WATCHDOG.into()],
        environment: &std::collections::BTreeMap::new(),
        input: Input::From(reader.into()),
        stdout: nowhere()?.into(),
        stderr: nowhere()?.into(),
    })?;
    Ok(writer)
}

/// Waits until the kopswain that started this one is gone, then ends and removes what it has left.
pub async fn watchdog() -> Result<(), Fault> {
    outlive_signals()?;
    // Whoever wants to unmount the working folder must not find it in use.
    let _ = std::env::set_current_dir("/");
    let reading = tokio::task::spawn_blocking(|| left_behind(std::io::stdin()));
    let left = reading.await.unwrap_or_default();
    // First whoever could write into the folders; in the order of the variants.
    for leftover in left {
        match leftover {
            Leftover::Group(pid) => end(Pid::from_raw(pid)),
            Leftover::Starting { device, inode } => end_started((device, inode)),
            Leftover::Folder(path) => remove(&path),
        }
    }
    Ok(())
}

fn end(group: Pid) {
    let _ = killpg(group, Signal::SIGKILL);
}

// It may show itself only now.
fn end_started(output: (u64, u64)) {
    for _ in 0..TRIES {
        if let Some(pid) = printing_to(output) {
            return end(pid);
        }
        sleep(UNTIL_DEAD);
    }
}

// The process whose standard output is this file; it leads a group of its own from its first instruction on.
fn printing_to(output: (u64, u64)) -> Option<Pid> {
    let processes = std::fs::read_dir(PROCESSES).ok()?.flatten();
    let mut pids = processes.filter_map(|entry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        let found = std::fs::metadata(entry.path().join("fd/1")).ok()?;
        ((found.dev(), found.ino()) == output).then(|| Pid::from_raw(pid))
    });
    pids.find(|pid| getpgid(Some(*pid)) == Ok(*pid))
}

// What had begun and was not over at the end of the notices. A line that was cut says nothing.
fn left_behind(notices: impl Read) -> BTreeSet<Leftover> {
    let mut left = BTreeSet::new();
    for line in BufReader::new(notices).lines().map_while(Result::ok) {
        match serde_json::from_str(&line) {
            Ok(WatchdogNotice::Begun(leftover)) => {
                left.insert(leftover);
            }
            Ok(WatchdogNotice::Over(leftover)) => {
                left.remove(&leftover);
            }
            Err(_) => {}
        }
    }
    left
}

fn remove(folder: &Path) {
    for _ in 0..TRIES {
        let _ = std::fs::remove_dir_all(folder);
        sleep(UNTIL_DEAD);
        if !folder.exists() {
            return;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_is_not_left_behind() {
        let notices = "{\"begun\":{\"folder\":\"/t/a b\"}}\n{\"begun\":{\"group\":7}}\nx\n{\"begun\":{\"group\":8}}\n{\"over\":{\"group\":7}}\n{\"begun\":{\"gro";
        let left: Vec<Leftover> = left_behind(notices.as_bytes()).into_iter().collect();
        let folder = Leftover::Folder("/t/a b".into());
        assert_eq!(left, [Leftover::Group(8), folder]);
    }

    #[test]
    fn a_notice_is_read_as_it_was_sent() {
        for leftover in [Leftover::Group(7), Leftover::Folder("/t/\"\n".into())] {
            let line =
                |notice: &WatchdogNotice| format!("{}\n", serde_json::to_string(notice).unwrap());
            let begun = line(&WatchdogNotice::Begun(leftover.clone()));
            assert_eq!(
                left_behind(begun.as_bytes()),
                BTreeSet::from([leftover.clone()])
            );
            let over = begun + &line(&WatchdogNotice::Over(leftover));
            assert_eq!(left_behind(over.as_bytes()), BTreeSet::new());
        }
    }
}
