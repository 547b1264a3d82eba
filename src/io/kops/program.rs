//! The kops program: which one it is, and its version.

mod shim;

use std::env;
use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use semver::Version;

use self::shim::ProgramBehind;
use super::environment::Environment;
use super::read_only::run_captured;
use super::{Kops, OLDEST};
use crate::core::fault::Fault;
use crate::core::text::untrusted::{Untrusted, visible};
use crate::core::version::parse_version;
use crate::io::files::shown;
use crate::io::settings::{Settings, expand};

/// `kops version` answers in a tenth of a second; a program that does not is not kops.
const VERSION_LIMIT: Duration = Duration::from_secs(10);

/// Finds kops, by `--kops` or on `PATH`, and asks its version; a Fault when it is missing, older than 1.30 or not kops.
pub async fn find(settings: &Settings) -> Result<Kops, Fault> {
    let program = match &settings.kops {
        Some(path) => named_program(&expand(path))?,
        None => find_on_path(env::var_os("PATH").as_deref()).ok_or_else(missing)?,
    };
    let printed = read_version(&program).await?;
    let Version { major, minor, .. } =
        printed_version(&printed).ok_or_else(|| not_kops(&program, &printed))?;
    let version = printed.trim().to_owned();
    let (program, unseen) = follow_shim(program, &version).await;
    if (major, minor) < (1, OLDEST) {
        return Err(too_old(&program, &version));
    }
    Ok(Kops {
        program,
        version,
        minor: if major > 1 { u64::MAX } else { minor },
        unseen,
        supervisor: None,
    })
}

// A version manager's shim is followed to the program that it starts, when that one prints the same version: then it is that
// program that runs from here on, and that is compared.
async fn follow_shim(program: PathBuf, version: &str) -> (PathBuf, Option<String>) {
    match shim::find_behind(&program, version) {
        ProgramBehind::Itself => (program, None),
        ProgramBehind::Unseen(why) => (program, Some(why)),
        ProgramBehind::Program(real) => match read_version(&real).await {
            Ok(printed) if printed.trim() == version => (real, None),
            _ => {
                let why = format!("{} says another version", shown(&real));
                (program, Some(why))
            }
        },
    }
}

fn named_program(path: &Path) -> Result<PathBuf, Fault> {
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
fn find_on_path(path: Option<&OsStr>) -> Option<PathBuf> {
    env::split_paths(path?)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join("kops"))
        .find(|at| is_program(at))
}

fn is_program(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

async fn read_version(program: &Path) -> Result<String, Fault> {
    let args = ["version", "--short"].map(str::to_owned);
    let environment = Environment::without_account();
    let answer =
        tokio::time::timeout(VERSION_LIMIT, run_captured(program, &args, &environment)).await;
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
fn printed_version(printed: &str) -> Option<Version> {
    let mut words = printed.split_whitespace();
    parse_version(words.find(|word| word.contains('.'))?)
}

fn silent(program: &Path) -> Fault {
    Fault::new(
        format!("{} does not say its version", shown(program)),
        "it gave no answer within ten seconds",
        "try: kops version; then name the right program with --kops",
    )
}

fn not_kops(program: &Path, printed: &str) -> Fault {
    Fault::new(
        format!("{} does not say its version", shown(program)),
        "it did not answer `kops version --short` as kops does",
        "name the kops program with --kops, or put it first on PATH",
    )
    .with_detail(Untrusted::from(printed))
}

fn too_old(program: &Path, version: &str) -> Fault {
    let version = visible(version);
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
        let numbers =
            |printed| printed_version(printed).map(|version| (version.major, version.minor));
        assert_eq!(numbers("1.36.2\n"), Some((1, 36)));
        assert_eq!(numbers("1.37.0-alpha.1"), Some((1, 37)));
        assert_eq!(numbers("Version v1.30.0 (git-x)"), Some((1, 30)));
        assert_eq!(numbers("hello"), None);
        assert_eq!(numbers(""), None);
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

    #[test]
    fn only_absolute_folders_of_the_path_are_searched() {
        let folder = tempfile::tempdir().unwrap();
        let path = program(folder.path(), "");
        let joined = env::join_paths([Path::new(""), Path::new("."), folder.path()]).unwrap();
        assert_eq!(find_on_path(Some(&joined)), Some(path));
        assert_eq!(find_on_path(Some("".as_ref())), None);
        assert_eq!(find_on_path(None), None);
    }
}
