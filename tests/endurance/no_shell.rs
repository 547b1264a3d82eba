//! Which programs are really started: every exec of the program and of all that it starts, seen through stand-ins of the
//! shells on `PATH` and through the kernel's list of processes.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::desk::{CHANNEL, Desk};
use crate::resume::{CLUSTER, Stage};

/// Programs that read a line as commands, or start others by their arguments.
const SHELLS: [&str; 12] = [
    "sh", "bash", "dash", "zsh", "ash", "ksh", "busybox", "env", "xargs", "python3", "perl",
    "script",
];

/// Puts a stand-in of each first on `PATH`: it notes its arguments and then does the same.
fn stand_ins(desk: &mut Desk, first: &str) -> PathBuf {
    let folder = desk.outside("stand-ins");
    let log = desk.outside("stand-ins.log");
    fs::create_dir(&folder).unwrap();
    for name in SHELLS {
        let path = folder.join(name);
        let text = format!(
            "#!/bin/sh\nprintf '%s\\n' \"{name} $*\" >> {}\nPATH=/usr/bin:/bin exec {name} \"$@\"\n",
            log.display()
        );
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    desk.set(
        "PATH",
        &format!("{}:{first}:/usr/bin:/bin", folder.display()),
    );
    log
}

// The programs of all processes that have this variable, again and again, until it is told to stop.
fn watch(mark: String, stop: Arc<AtomicBool>) -> std::thread::JoinHandle<BTreeSet<String>> {
    std::thread::spawn(move || {
        let mut seen = BTreeSet::new();
        while !stop.load(Ordering::Relaxed) {
            for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
                let Ok(environment) = fs::read(entry.path().join("environ")) else {
                    continue;
                };
                if !String::from_utf8_lossy(&environment).contains(&mark) {
                    continue;
                }
                if let Ok(program) = fs::read_link(entry.path().join("exe")) {
                    let name = program.file_name().unwrap_or_default();
                    seen.insert(name.to_string_lossy().into_owned());
                }
            }
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        seen
    })
}

#[test]
fn no_shell_is_started_whatever_is_asked() {
    let mut stage = Stage::new();
    let bin = stage.desk.outside("bin").display().to_string();
    let log = stand_ins(&mut stage.desk, &bin);
    stage.desk.set("AWS_REGION", "us-east-1");
    stage.desk.set("KOPS_STATE_STORE", "s3://example-state");
    // What a person may have set, and a program that asks a shell would start.
    for (name, value) in [
        ("SHELL", "sh"),
        ("PAGER", "sh -c true"),
        ("EDITOR", "sh -c true"),
        ("BROWSER", "sh"),
    ] {
        stage.desk.set(name, value);
    }
    let mark = format!("HOME={}", stage.desk.outside("home").display());
    let stop = Arc::new(AtomicBool::new(false));
    let watched = watch(mark, Arc::clone(&stop));
    let (_, _) = stage.create(None, 2);
    let (_, _) = stage.create(Some(CLUSTER), 0);
    for words in [
        &["doctor"][..],
        &["discover"],
        &["plan", "answers.yml"],
        &["plan", "answers.yml", "--preview"],
        &["review", CLUSTER],
        &["watch", CLUSTER, "--once"],
    ] {
        let ended = stage
            .desk
            .kopswain(&[words, &["--channel", CHANNEL]].concat());
        assert!([0, 1, 2].contains(&ended.code), "{words:?}: {ended:?}");
    }
    stop.store(true, Ordering::Relaxed);
    let seen = watched.join().unwrap();
    let asked = fs::read_to_string(&log).unwrap_or_default();
    assert_eq!(asked, "", "a shell was started");
    let shells: Vec<&String> = seen
        .iter()
        .filter(|name| SHELLS.contains(&name.as_str()))
        .collect();
    assert_eq!(shells, Vec::<&String>::new());
    // The watch itself works: it saw the programs that there were.
    assert!(
        seen.contains("kops") && seen.contains("kopswain"),
        "{seen:?}"
    );
}

// The stand-ins themselves: a program that asks a shell is seen.
#[test]
fn a_shell_that_is_started_is_seen() {
    let mut desk = Desk::offline();
    let log = stand_ins(&mut desk, "/nowhere");
    let mut command = std::process::Command::new("sh");
    desk.prepare(&mut command);
    let done = command.args(["-c", "true"]).status().unwrap();
    assert!(done.success());
    let asked = fs::read_to_string(log).unwrap();
    assert_eq!(asked, "sh -c true\n");
}
