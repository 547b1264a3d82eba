//! A first look that writes nothing anywhere else: the dry run on a private state store that is gone afterwards.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::TempDir;

use super::{Environment, Finished, Kops, Line};
use crate::core::cluster_name::ClusterName;
use crate::core::command::CommandLine;
use crate::core::fault::Fault;
use crate::core::untrusted::Untrusted;
use crate::io::files::{Lock, RunFolder, not_written, write_whole};

const PREFIX: &str = "kopswain-scratch-";
const LOCK: &str = "lock";
const MAKING: &str = "lock.new";

/// A folder for this person only (0700) that is a state store; dropping it removes it with all that is in it.
#[derive(Debug)]
pub struct Scratch {
    folder: TempDir,
    // Held as long as the folder is needed: what nobody holds was left by a program that was killed.
    _lock: Option<Lock>,
}

/// What is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview<'a> {
    pub cluster: &'a ClusterName,
    /// The spec as it will be sent to the real store.
    pub spec: &'a str,
    pub ssh_public_key: &'a Path,
    /// The real store, which the report shall name.
    pub state_store: &'a str,
}

impl Scratch {
    /// Makes the folder; a Fault when the temporary folder cannot be written.
    pub fn create() -> Result<Self, Fault> {
        Self::create_in(&std::env::temp_dir())
    }

    fn create_in(base: &Path) -> Result<Self, Fault> {
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(base)
            .map_err(|error| not_written(base, &error))?;
        // Under its name it is held from the first instant on: a lock that nobody holds is a folder to be swept.
        let (making, path) = (folder.path().join(MAKING), folder.path().join(LOCK));
        let lock = Lock::take(&making)?;
        std::fs::rename(&making, &path).map_err(|error| not_written(&path, &error))?;
        Ok(Self {
            folder,
            _lock: lock,
        })
    }

    /// The state store as kops names it, `file://…`.
    pub fn url(&self) -> String {
        format!("file://{}", self.folder.path().join("store").display())
    }

    /// The dry run of a cluster that does not exist yet, on this store: creates it here, adds the key, and asks kops what
    /// it would do. Gives the last command's end: the dry run's, or that of the one that failed. In what it gives and
    /// shows, the real store's name stands for the scratch's; the files of `folder` keep kops's own words. Dropping the
    /// future interrupts kops, which has nothing to lose here.
    pub async fn preview(
        &self,
        kops: &Kops,
        preview: &Preview<'_>,
        environment: &Environment,
        folder: &RunFolder,
        mut show: impl FnMut(Line),
    ) -> Result<Finished, Fault> {
        let environment = environment.clone().with_state_store(&self.url());
        let names = Names {
            scratch: self.url(),
            real: preview.state_store.trim_end_matches('/').to_owned(),
        };
        let spec = self.folder.path().join("cluster_spec.yml");
        write_whole(&spec, names.to_scratch(preview).as_bytes(), 0o600)?;
        let lines = [
            CommandLine::create(&spec),
            CommandLine::ssh_public_key(preview.cluster, preview.ssh_public_key),
        ];
        for line in lines {
            let finished = watched(kops, &line, &environment, folder, &names, &mut show).await?;
            if finished.exit != Some(0) {
                return Ok(finished);
            }
        }
        watched(
            kops,
            &CommandLine::update(preview.cluster),
            &environment,
            folder,
            &names,
            &mut show,
        )
        .await
    }
}

async fn watched(
    kops: &Kops,
    line: &CommandLine,
    environment: &Environment,
    folder: &RunFolder,
    names: &Names,
    show: &mut impl FnMut(Line),
) -> Result<Finished, Fault> {
    let looked = kops.look(line, environment, folder)?;
    let follow = looked.follow(|line| {
        let text = Untrusted::from(names.to_real(line.text.raw()));
        show(Line { text, ..line });
    });
    let finished = follow.await?;
    let (stdout, stderr) = (
        names.to_real(&finished.stdout),
        names.to_real(&finished.stderr),
    );
    Ok(Finished {
        stdout,
        stderr,
        ..finished
    })
}

/// Removes the scratch stores of this person that a killed kopswain has left.
pub fn sweep() {
    sweep_in(&std::env::temp_dir());
}

fn sweep_in(base: &Path) {
    for entry in std::fs::read_dir(base).into_iter().flatten().flatten() {
        let path = entry.path();
        let named = entry.file_name().to_string_lossy().starts_with(PREFIX);
        // A link is none; and another person's folder shows no lock.
        let folder = entry.metadata().is_ok_and(|found| found.is_dir());
        // A folder whose lock is not made yet is being made.
        let left = path.join(LOCK).exists() && !Lock::is_held(&path.join(LOCK));
        if named && folder && left {
            let _ = std::fs::remove_dir_all(path);
        }
    }
}

struct Names {
    scratch: String,
    real: String,
}

impl Names {
    // kops puts keys and secrets where configBase says, whatever the state store is: left as it is, adding the key would
    // write into the real store (pkg/client/simple/vfsclientset/clientset.go, SSHCredentialStore). Etcd's backups follow.
    fn to_scratch(&self, preview: &Preview<'_>) -> String {
        let real = format!("{}/{}", self.real, preview.cluster);
        let here = format!("{}/{}", self.scratch, preview.cluster);
        let moved = |line: &str| match line.split_once(':') {
            Some((key, _)) if key.trim() == "configBase" => format!("{key}: {here}\n"),
            _ => line.replace(&real, &here),
        };
        preview.spec.split_inclusive('\n').map(moved).collect()
    }

    fn to_real(&self, said: &str) -> String {
        said.replace(&self.scratch, &self.real)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    const SPEC: &str = "kind: Cluster\nspec:\n  channel: stable\n  configBase: s3://elsewhere/x\n  backups: s3://real/a.example.com/backups\n";

    fn names() -> Names {
        Names {
            scratch: "file:///t/store".to_owned(),
            real: "s3://real".to_owned(),
        }
    }

    #[test]
    fn nothing_in_the_spec_names_the_real_store_any_more() {
        let preview = Preview {
            cluster: &ClusterName::parse("a.example.com").unwrap(),
            spec: SPEC,
            ssh_public_key: Path::new("k"),
            state_store: "s3://real",
        };
        assert_eq!(
            names().to_scratch(&preview),
            "kind: Cluster\nspec:\n  channel: stable\n  configBase: file:///t/store/a.example.com\n  backups: file:///t/store/a.example.com/backups\n"
        );
        assert_eq!(
            names().to_real("Base\tfile:///t/store/a.example.com"),
            "Base\ts3://real/a.example.com"
        );
    }

    // A stand-in that keeps the state store it was given and prints its arguments; `create` fails on demand.
    fn stand_in(folder: &Path, text: &str) -> Kops {
        let program = folder.join("kops");
        std::fs::write(&program, format!("#!/bin/sh\n{text}\n")).unwrap();
        std::fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
        Kops {
            program,
            version: "1.36.2".to_owned(),
            minor: 36,
            unseen: None,
            keeper: None,
        }
    }

    async fn preview(text: &str) -> (Finished, Vec<String>, PathBuf) {
        let base = tempfile::tempdir().unwrap();
        let kops = stand_in(base.path(), text);
        let run = RunFolder::at(base.path().join("run"));
        std::fs::create_dir(run.path()).unwrap();
        let scratch = Scratch::create().unwrap();
        let place = scratch.folder.path().to_owned();
        let mode = std::fs::metadata(&place).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        let preview = Preview {
            cluster: &ClusterName::parse("a.example.com").unwrap(),
            spec: SPEC,
            ssh_public_key: Path::new("k"),
            state_store: "s3://real/",
        };
        let mut lines = Vec::new();
        let show = |line: Line| lines.push(line.text.raw().to_owned());
        let finished = scratch
            .preview(&kops, &preview, &Environment::default(), &run, show)
            .await
            .unwrap();
        drop(scratch);
        (finished, lines, place)
    }

    #[tokio::test]
    async fn three_commands_run_on_the_scratch_and_the_report_names_the_real_store() {
        let (finished, lines, place) = preview("echo \"$1 $2 $KOPS_STATE_STORE\"").await;
        assert_eq!(
            lines,
            [
                "create -f s3://real",
                "create secret s3://real",
                "update cluster s3://real"
            ]
        );
        assert_eq!(finished.stdout, "update cluster s3://real\n");
        assert!(!place.exists());
    }

    #[tokio::test]
    async fn a_failing_command_is_the_last_one() {
        let (finished, lines, place) = preview("echo \"$1 $2\"; [ \"$2\" != secret ]").await;
        assert_eq!(lines, ["create -f", "create secret"]);
        assert_eq!(finished.exit, Some(1));
        assert!(!place.exists());
    }

    #[test]
    fn only_what_a_killed_kopswain_left_is_swept() {
        let base = tempfile::tempdir().unwrap();
        let used = Scratch::create_in(base.path()).unwrap();
        let left = Scratch::create_in(base.path()).unwrap();
        let killed = |scratch: Scratch| scratch.folder.keep();
        let kept = killed(left);
        let new = base.path().join("kopswain-scratch-new");
        let other = base.path().join("other");
        for folder in [&new, &other] {
            std::fs::create_dir(folder).unwrap();
        }
        std::fs::write(other.join(LOCK), "").unwrap();
        sweep_in(base.path());
        assert_eq!(
            [used.folder.path(), &kept, &new, &other].map(Path::exists),
            [true, false, true, true]
        );
    }

    #[test]
    fn a_folder_that_is_being_made_is_not_swept_by_another_kopswain() {
        let base = tempfile::tempdir().unwrap();
        let over = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while !over.load(std::sync::atomic::Ordering::Relaxed) {
                        sweep_in(base.path());
                    }
                });
            }
            let made: Vec<bool> = (0..500)
                .map(|_| {
                    let made = Scratch::create_in(base.path());
                    made.is_ok_and(|scratch| scratch.folder.path().join(LOCK).exists())
                })
                .collect();
            over.store(true, std::sync::atomic::Ordering::Relaxed);
            assert!(made.iter().all(|there| *there), "{made:?}");
        });
    }

    #[tokio::test]
    async fn leaving_ends_kops_and_takes_the_folder_away() {
        let base = tempfile::tempdir().unwrap();
        let kops = stand_in(base.path(), "echo $$; exec sleep 60");
        let run = RunFolder::at(base.path().join("run"));
        std::fs::create_dir(run.path()).unwrap();
        let scratch = Scratch::create_in(base.path()).unwrap();
        let place = scratch.folder.path().to_owned();
        let (told, mut pids) = tokio::sync::mpsc::unbounded_channel();
        let task = tokio::spawn(async move {
            let preview = Preview {
                cluster: &ClusterName::parse("a.example.com").unwrap(),
                spec: SPEC,
                ssh_public_key: Path::new("k"),
                state_store: "s3://real",
            };
            let show = |line: Line| told.send(line.text.raw().to_owned()).unwrap();
            let environment = Environment::default();
            let ended = scratch.preview(&kops, &preview, &environment, &run, show);
            ended.await.unwrap()
        });
        let pid: i32 = pids.recv().await.unwrap().parse().unwrap();
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        assert!(!place.exists());
        let pid = nix::unistd::Pid::from_raw(pid);
        while nix::sys::signal::kill(pid, None).is_ok() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }
}
