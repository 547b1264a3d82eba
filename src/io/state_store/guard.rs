//! The guard of a lock object: a kopswain in a session of its own that gives the lock back when the run is over, also when
//! the kopswain that took it was killed.

use std::fs::OpenOptions;
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, ChildStdin, Command};
use tokio::time::{sleep, timeout};

use super::{LockObject, LockOwner};
use crate::core::fault::Fault;
use crate::io::aws::{self, Account};
use crate::io::clock::{timestamp, unix_seconds};
use crate::io::files::not_written;
use crate::io::kops::RunFolder;
use crate::io::process::{leave_session, this_program};
use crate::io::settings::Settings;

/// The hidden subcommand of kopswain that guards a lock object.
pub const GUARD: &str = "guard-state-lock";

/// How often it is checked whether kops has ended.
const BETWEEN_LOOKS: Duration = Duration::from_millis(200);
/// How long a release may take until the program stops waiting for it; the guard continues.
const LONGEST_RELEASE: Duration = Duration::from_secs(15);
/// After a refused release it is tried again.
const BETWEEN_TRIES: Duration = Duration::from_secs(5);
const TRIES: u32 = 60;

/// The lock object of a cluster, held; dropping it lets its guard give it back.
#[derive(Debug)]
pub struct StateLock {
    object: LockObject,
    owner: LockOwner,
    // Its other end tells the guard that this program is gone, however it went.
    stdin: Option<ChildStdin>,
    guard: Child,
}

impl StateLock {
    /// Takes the lock object for the run of a folder; a Fault that names the owner when somebody else holds it.
    pub async fn take(
        settings: &Settings,
        account: &Account,
        cluster: &str,
        folder: &RunFolder,
    ) -> Result<Self, Fault> {
        let store = settings.state_store().unwrap_or_default();
        let object = LockObject::for_cluster(account, &store, cluster).await?;
        let who = account.identity().await?.arn.shown();
        let run = folder.path().display().to_string();
        let owner = LockOwner::this(&who, &run, timestamp(unix_seconds()));
        // First its guard: a lock that is taken is given back whatever happens from here on.
        let mut guard = command(settings, cluster, folder, &owner.id)?
            .spawn()
            .map_err(|error| not_guarded(&error))?;
        let stdin = guard.stdin.take();
        object.take(&owner).await?;
        Ok(Self {
            object,
            owner,
            stdin,
            guard,
        })
    }

    /// The lock object, and as whose it was taken.
    pub fn claim(&self) -> (LockObject, LockOwner) {
        (self.object.clone(), self.owner.clone())
    }

    /// Gives the lock back and waits until it is, at most a quarter of a minute.
    pub async fn release(mut self) {
        drop(self.stdin.take());
        let _ = timeout(LONGEST_RELEASE, self.guard.wait()).await;
    }
}

fn command(
    settings: &Settings,
    cluster: &str,
    folder: &RunFolder,
    id: &str,
) -> Result<Command, Fault> {
    let path = folder.state_lock_log();
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(&path);
    let log = log.map_err(|error| not_written(&path, &error))?;
    let mut command = Command::new(this_program());
    command.arg0("kopswain");
    let store = settings.state_store();
    let options = [
        ("--profile", settings.profile.as_ref()),
        ("--region", settings.region.as_ref()),
        ("--state", store.as_ref()),
    ];
    for (name, value) in options {
        command.args(value.map(|value| format!("{name}={value}")));
    }
    command
        .arg(GUARD)
        .args([Path::new("--folder"), folder.path()])
        .arg(format!("--cluster={cluster}"))
        .arg(format!("--id={id}"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::from(log));
    Ok(command)
}

/// Waits until the program that took the lock has let it go or is gone, and until no command of its run is left; then
/// gives the lock back. A Fault when that was not possible within five minutes.
pub async fn guard(
    settings: &Settings,
    cluster: &str,
    folder: PathBuf,
    id: &str,
) -> Result<(), Fault> {
    leave_session()?;
    let folder = RunFolder::new(folder);
    let gone = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    let _ = gone.await;
    while kops_runs(&folder) {
        sleep(BETWEEN_LOOKS).await;
    }
    let mut tries = 0;
    loop {
        let released = released(settings, cluster, id).await;
        tries += 1;
        if released.is_ok() || tries >= TRIES {
            return released;
        }
        sleep(BETWEEN_TRIES).await;
    }
}

fn kops_runs(folder: &RunFolder) -> bool {
    (1..=folder.last_command()).any(|number| folder.is_alive(number))
}

async fn released(settings: &Settings, cluster: &str, id: &str) -> Result<(), Fault> {
    let account = aws::connect(settings).await?;
    let store = settings.state_store().unwrap_or_default();
    LockObject::for_cluster(&account, &store, cluster)
        .await?
        .release(id)
        .await
}

fn not_guarded(error: &std::io::Error) -> Fault {
    Fault::new(
        "the process that gives the state store's lock back could not be started",
        error.to_string(),
        "close other programs, then start again: nothing was locked or changed",
    )
}
