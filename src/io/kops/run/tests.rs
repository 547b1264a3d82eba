use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::*;
use crate::io::files::Entry;

// A stand-in for kops: its first argument is a small program text for sh.
fn kops(folder: &Path) -> Kops {
    let program = folder.join("kops");
    std::fs::write(&program, "#!/bin/sh\neval \"$1\"\n").unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    Kops {
        program,
        version: "1.36.2".to_owned(),
        minor: 36,
    }
}

fn line(args: &[&str]) -> CommandLine {
    CommandLine {
        args: args.iter().map(ToString::to_string).collect(),
    }
}

fn run_folder(base: &Path) -> RunFolder {
    let path = base.join("run");
    std::fs::create_dir(&path).unwrap();
    RunFolder::at(path)
}

#[tokio::test]
async fn lines_come_with_their_stream_and_both_files_are_kept() {
    let base = tempfile::tempdir().unwrap();
    let (kops, folder) = (kops(base.path()), run_folder(base.path()));
    let mut lines = Vec::new();
    let text = "printf 'one\\r\\ntw'; sleep 0.2; printf 'o\\nthree\\033[2J'; echo four >&2; exit 3";
    let finished = kops
        .run(&line(&[text]), &Environment::default(), &folder, |line| {
            lines.push(line);
        })
        .await
        .unwrap();
    let of = |stream| {
        lines
            .iter()
            .filter(|line| line.stream == stream)
            .map(|line| line.text.raw())
            .collect::<Vec<_>>()
    };
    assert_eq!(of(Stream::Stdout), ["one", "two", "three\u{1b}[2J"]);
    assert_eq!(of(Stream::Stderr), ["four"]);
    assert_eq!((finished.exit, finished.signal), (Some(3), None));
    assert_eq!(finished.stdout, "one\r\ntwo\nthree\u{1b}[2J");
    assert_eq!(finished.stderr, "four\n");
    assert_eq!(
        std::fs::read_to_string(folder.stdout(1)).unwrap(),
        finished.stdout
    );
    let mode = std::fs::metadata(folder.stderr(1))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(folder.next(), 2);
}

#[tokio::test]
async fn a_command_that_changes_aws_has_its_kubeconfig_in_the_run_folder() {
    let base = tempfile::tempdir().unwrap();
    let (kops, folder) = (kops(base.path()), run_folder(base.path()));
    let text = "printf %s \"$KUBECONFIG\"";
    let kubeconfig = folder.kubeconfig().to_string_lossy().into_owned();
    let mut said = Vec::new();
    for args in [vec![text, "--yes"], vec![text]] {
        let finished = kops
            .run(&line(&args), &Environment::default(), &folder, |_| ())
            .await
            .unwrap();
        said.push(finished.stdout == kubeconfig);
    }
    assert_eq!(said, [true, false]);
}

#[tokio::test]
async fn an_interrupt_reaches_the_whole_group_and_is_told() {
    let base = tempfile::tempdir().unwrap();
    let (kops, folder) = (kops(base.path()), run_folder(base.path()));
    let mut running = kops
        .start(
            &line(&["trap 'echo got it; exit 7' INT; echo up; while :; do sleep 0.05; done"]),
            &Environment::default(),
            &folder,
        )
        .unwrap();
    let pid = running.pid();
    let mut sent = 0;
    let follow = running.follow(|line| {
        if line.text.raw() == "up" {
            interrupt(pid).unwrap();
            sent += 1;
        }
    });
    let finished = follow.await.unwrap();
    assert_eq!(
        (finished.exit, finished.stdout.as_str(), sent),
        (Some(7), "up\ngot it\n", 1)
    );
    assert_eq!(interrupt(pid), Ok(()));
    assert!(interrupt(0).is_err());
    assert!(matches!(
        folder.journal().as_slice(),
        [Entry::Started { .. }, Entry::Finished { exit: Some(7), .. }]
    ));
}

#[tokio::test]
async fn dropping_the_watcher_leaves_kops_running() {
    let base = tempfile::tempdir().unwrap();
    let (kops, folder) = (kops(base.path()), run_folder(base.path()));
    let mark = base.path().join("done");
    let text = format!("sleep 0.3; echo late; touch {}", mark.display());
    let mut running = kops
        .start(&line(&[&text]), &Environment::default(), &folder)
        .unwrap();
    assert!(
        tokio::time::timeout(Duration::from_millis(50), running.follow(|_| ()))
            .await
            .is_err()
    );
    drop(running);
    for _ in 0..100 {
        if mark.exists() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(mark.exists());
    assert_eq!(std::fs::read_to_string(folder.stdout(1)).unwrap(), "late\n");
}
