//! The kops program: where it is, how it is run, and a private state store for a first look.

mod environment;
mod output;
mod read_only;
mod run;
mod scratch;
mod shim;
mod supervisor;

use std::env;
use std::ffi::OsString;
use std::io::{PipeReader, Read};
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use environment::Environment;
pub use output::{FinishedCommand, PrintedLine, Stream};
pub use run::{KEEP, RunningCommand, interrupt};
pub use scratch::{Previewed, Scratch, ScratchPreview, sweep};
use shim::Behind;

use super::files::{cause, shown};
use super::process::{Input, Launch, Process, ProcessChange};
use super::settings::{Settings, expand};
use crate::core::fault::Fault;
use crate::core::kops::command::CommandLine;
use crate::core::text::untrusted::{Untrusted, decoded};
pub use crate::io::kops::read_only::ReadOnlyCommand;
pub use crate::io::kops::supervisor::{SupervisedCommand, keep};

/// The oldest and newest minor versions of kops 1 that kopswain was tried with.
const OLDEST: u32 = 30;
const NEWEST: u32 = 36;
/// `kops version` answers in a tenth of a second; a program that does not is not kops.
const VERSION_LIMIT: Duration = Duration::from_secs(10);

/// A kops program that was asked for its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kops {
    pub program: PathBuf,
    /// As kops prints it, such as `1.36.2`.
    pub version: String,
    minor: u32,
    /// Why the program that really works is not seen, where this one only starts it.
    pub unseen: Option<String>,
    /// The program that keeps its commands: this one, unless a test names another.
    pub keeper: Option<PathBuf>,
}

/// Finds kops, by `--kops` or on `PATH`, and asks its version; a Fault when it is missing, older than 1.30 or not kops.
pub async fn find(settings: &Settings) -> Result<Kops, Fault> {
    let program = match &settings.kops {
        Some(path) => named(&expand(path))?,
        None => on_path(env::var_os("PATH").as_deref()).ok_or_else(missing)?,
    };
    let said = version_of(&program).await?;
    let (major, minor) = parse_version(&said).ok_or_else(|| not_kops(&program, &said))?;
    let version = said.trim().to_owned();
    let (program, unseen) = followed(program, &version).await;
    if (major, minor) < (1, OLDEST) {
        return Err(too_old(&program, &version));
    }
    Ok(Kops {
        program,
        version,
        minor: if major > 1 { u32::MAX } else { minor },
        unseen,
        keeper: None,
    })
}

// A version manager's shim is followed to the program that it starts, when that one says the same version: then it is that
// program that runs from here on, and that is compared.
async fn followed(program: PathBuf, version: &str) -> (PathBuf, Option<String>) {
    match shim::behind(&program, version) {
        Behind::Itself => (program, None),
        Behind::Unseen(why) => (program, Some(why)),
        Behind::Program(real) => match version_of(&real).await {
            Ok(said) if said.trim() == version => (real, None),
            _ => {
                let why = format!("{} says another version", shown(&real));
                (program, Some(why))
            }
        },
    }
}

impl Kops {
    /// The warning for a version that is newer than those kopswain was tried with.
    pub fn newer_than_known(&self) -> Option<Fault> {
        (self.minor > NEWEST).then(|| {
            Fault::new(
                format!("kops {} is newer than kopswain knows", self.version),
                format!("kopswain was tried with kops 1.{OLDEST} to 1.{NEWEST}; a newer one may print other words"),
                "read the raw report before you approve, or use kops 1.36",
            )
        })
    }

    /// Runs a command that changes nothing and gives what it printed; dropping the future ends kops. A Fault when it cannot
    /// be started, or was stopped.
    pub async fn ask(
        &self,
        line: &CommandLine,
        environment: &Environment,
    ) -> Result<FinishedCommand, Fault> {
        asked(&self.program, &line.args, environment).await
    }

    // In a session of its own and with an empty input: kops, and what it starts, has nobody here to ask.
    fn started(
        &self,
        line: &CommandLine,
        environment: &Environment,
        (stdout, stderr): (OwnedFd, OwnedFd),
    ) -> Result<Process, Fault> {
        launched(&self.program, &line.args, environment, (stdout, stderr))
    }
}

fn launched(
    program: &Path,
    args: &[String],
    environment: &Environment,
    (stdout, stderr): (OwnedFd, OwnedFd),
) -> Result<Process, Fault> {
    let args: Vec<OsString> = args.iter().map(OsString::from).collect();
    let launch = Launch {
        program,
        name: None,
        args: &args,
        environment: environment.variables(),
        input: Input::Empty,
        stdout,
        stderr,
    };
    Process::start(launch).map_err(|error| not_started(program, &error))
}

async fn asked(
    program: &Path,
    args: &[String],
    environment: &Environment,
) -> Result<FinishedCommand, Fault> {
    let pipe = || std::io::pipe().map_err(|error| not_started(program, &error));
    let ((stdout, out), (stderr, err)) = (pipe()?, pipe()?);
    let mut process = launched(program, args, environment, (out.into(), err.into()))?;
    let (stdout, stderr) = (reading(stdout), reading(stderr));
    let (exit, signal) = ended(&mut process).await?;
    let (stdout, undecoded) = decoded(&stdout.await.unwrap_or_default());
    let (stderr, _) = decoded(&stderr.await.unwrap_or_default());
    Ok(FinishedCommand {
        exit,
        signal,
        stdout,
        stderr,
        undecoded,
    })
}

fn reading(mut from: PipeReader) -> tokio::task::JoinHandle<Vec<u8>> {
    tokio::task::spawn_blocking(move || {
        let mut bytes = Vec::new();
        let _ = from.read_to_end(&mut bytes);
        bytes
    })
}

// How a look ended; a stopped one is given up, since it has nothing to lose and nobody to continue it.
async fn ended(process: &mut Process) -> Result<(Option<i32>, Option<i32>), Fault> {
    loop {
        match process.changed().await.map_err(|error| lost(&error))? {
            ProcessChange::Ended { exit, signal } => return Ok((exit, signal)),
            ProcessChange::Stopped(signal) => return Err(stopped(signal.as_str())),
            ProcessChange::Continued => {}
        }
    }
}

fn lost(error: &std::io::Error) -> Fault {
    Fault::new(
        "lost contact with kops",
        cause(error),
        "it was only asked to look; ask again",
    )
}

fn stopped(signal: &str) -> Fault {
    Fault::new(
        "kops was stopped and did not continue",
        format!(
            "the signal {signal} stopped it; it has no terminal, so it is no wait for an answer"
        ),
        "it was only asked to look, and is ended; ask again",
    )
}

fn not_started(program: &Path, error: &std::io::Error) -> Fault {
    Fault::new(
        format!("{} could not be started", shown(program)),
        cause(error),
        "check that it is a program for this machine, or name another with --kops",
    )
}

fn named(path: &Path) -> Result<PathBuf, Fault> {
    // Whole, because a bare name would be looked for on PATH when it is started.
    if let Some(path) = std::path::absolute(path)
        .ok()
        .filter(|path| is_program(path))
    {
        return Ok(path);
    }
    Err(Fault::new(
        format!("{} is not a program", shown(path)),
        "--kops names it, but there is no executable file",
        "name the kops program, or leave --kops out to take the one on PATH",
    ))
}

fn missing() -> Fault {
    Fault::new(
        "kops is not installed",
        "no folder on PATH holds a program of this name",
        "install kops 1.36: https://kops.sigs.k8s.io/getting_started/install/, or name it with --kops",
    )
}

// Only absolute folders: a program from the working folder would run what a stranger put there.
fn on_path(path: Option<&std::ffi::OsStr>) -> Option<PathBuf> {
    env::split_paths(path?)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join("kops"))
        .find(|at| is_program(at))
}

fn is_program(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

async fn version_of(program: &Path) -> Result<String, Fault> {
    let args = ["version", "--short"].map(str::to_owned);
    let environment = Environment::without_account();
    let answer = tokio::time::timeout(VERSION_LIMIT, asked(program, &args, &environment)).await;
    let finished = answer
        .map_err(|_| silent(program))?
        .map_err(|fault| not_kops(program, &fault.why))?;
    if finished.exit == Some(0) {
        Ok(finished.stdout)
    } else {
        Err(not_kops(program, &finished.stderr))
    }
}

// `1.36.2`, `1.37.0-alpha.1`, and, from some builds, a leading `v` or `Version `.
fn parse_version(said: &str) -> Option<(u32, u32)> {
    let word = said.split_whitespace().find(|word| word.contains('.'))?;
    let mut numbers = word.trim_start_matches('v').split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

fn silent(program: &Path) -> Fault {
    Fault::new(
        format!("{} does not say its version", shown(program)),
        "it gave no answer within ten seconds",
        "try: kops version; then name the right program with --kops",
    )
}

fn not_kops(program: &Path, said: &str) -> Fault {
    Fault::new(
        format!("{} does not say its version", shown(program)),
        "it did not answer `kops version --short` as kops does",
        "name the kops program with --kops, or put it first on PATH",
    )
    .with_detail(Untrusted::from(said))
}

fn too_old(program: &Path, version: &str) -> Fault {
    let version = crate::core::text::untrusted::visible(version);
    Fault::new(
        format!("kops {version} at {} is too old", shown(program)),
        format!("kopswain writes specs and reads reports of kops 1.{OLDEST} and later"),
        "install kops 1.36: https://kops.sigs.k8s.io/getting_started/install/",
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::fs;

    use super::*;

    fn program(folder: &Path, text: &str) -> PathBuf {
        let path = folder.join("kops");
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    async fn found(text: &str) -> Result<Kops, Fault> {
        let folder = tempfile::tempdir().unwrap();
        let kops = Some(program(folder.path(), text));
        find(&Settings {
            kops,
            ..Settings::default()
        })
        .await
    }

    #[test]
    fn versions_are_read_as_kops_prints_them() {
        assert_eq!(parse_version("1.36.2\n"), Some((1, 36)));
        assert_eq!(parse_version("1.37.0-alpha.1"), Some((1, 37)));
        assert_eq!(parse_version("Version v1.30.0 (git-x)"), Some((1, 30)));
        assert_eq!(parse_version("hello"), None);
        assert_eq!(parse_version(""), None);
    }

    #[tokio::test]
    async fn a_version_decides() {
        let good = found("#!/bin/sh\n[ \"$1 $2\" = 'version --short' ] && echo 1.36.2\n")
            .await
            .unwrap();
        assert_eq!(
            (good.version.as_str(), good.newer_than_known()),
            ("1.36.2", None)
        );
        let newer = found("#!/bin/sh\necho 1.41.0\n").await.unwrap();
        assert_eq!(
            newer.newer_than_known().unwrap().what,
            "kops 1.41.0 is newer than kopswain knows"
        );
        let old = found("#!/bin/sh\necho 1.29.9\n").await.unwrap_err();
        assert!(old.what.starts_with("kops 1.29.9 at ") && old.what.ends_with(" is too old"));
        let other = found("#!/bin/sh\necho no such command >&2; exit 1\n")
            .await
            .unwrap_err();
        assert_eq!(other.detail, Some(Untrusted::from("no such command\n")));
    }

    #[tokio::test]
    async fn a_look_that_is_stopped_is_told_and_ended() {
        let folder = tempfile::tempdir().unwrap();
        let path = program(
            folder.path(),
            "#!/bin/sh\necho $$ > $0.pid\nkill -STOP $$\n",
        );
        let asked = asked(&path, &[], &Environment::default()).await;
        assert_eq!(
            asked.unwrap_err().why,
            "the signal SIGSTOP stopped it; it has no terminal, so it is no wait for an answer"
        );
        let pid = fs::read_to_string(folder.path().join("kops.pid")).unwrap();
        let pid = nix::unistd::Pid::from_raw(pid.trim().parse().unwrap());
        while nix::sys::signal::kill(pid, None).is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    #[test]
    fn only_absolute_folders_of_the_path_are_searched() {
        let folder = tempfile::tempdir().unwrap();
        let path = program(folder.path(), "");
        let joined = env::join_paths([Path::new(""), Path::new("."), folder.path()]).unwrap();
        assert_eq!(on_path(Some(&joined)), Some(path));
        assert_eq!(on_path(Some("".as_ref())), None);
        assert_eq!(on_path(None), None);
    }
}
