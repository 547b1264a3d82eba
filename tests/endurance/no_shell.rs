//! Which programs are really started: every exec of kopswain and of all that it starts, told by the kernel, which leaves
//! none out however short it lives.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use nix::errno::Errno;
use nix::libc;
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::Signal;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

use crate::desk::{CHANNEL, Desk, PROGRAM};
use crate::resume::{CLUSTER, Stage};

/// One program that was started: its file, and its arguments.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Exec {
    file: PathBuf,
    args: Vec<String>,
}

impl Exec {
    fn of(pid: Pid) -> Self {
        let file = fs::read_link(format!("/proc/{pid}/exe")).unwrap();
        let words = fs::read(format!("/proc/{pid}/cmdline")).unwrap();
        let words = String::from_utf8(words).unwrap();
        let args = words.split_terminator('\0').map(str::to_owned).collect();
        Self { file, args }
    }
}

/// Waits until it is traced, then becomes the program.
const STARTER: &str = "read go && exec \"$@\" < /dev/null";

/// Runs a program at a desk to its end and that of all it has started; gives its exit code and every exec.
#[expect(
    clippy::zombie_processes,
    reason = "it is waited for with all others that are traced"
)]
fn traced(desk: &Desk, words: &[&str]) -> (i32, Vec<Exec>) {
    let mut command = Command::new("/bin/sh");
    desk.prepare(&mut command);
    command.args(["-c", STARTER, "sh"]);
    command.args(words).stdin(Stdio::piped());
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let first = Pid::from_raw(child.id().cast_signed());
    let told = Options::PTRACE_O_TRACEEXEC
        | Options::PTRACE_O_TRACEFORK
        | Options::PTRACE_O_TRACEVFORK
        | Options::PTRACE_O_TRACECLONE;
    ptrace::seize(first, told).unwrap();
    child.stdin.take().unwrap().write_all(b"go\n").unwrap();
    let (mut code, mut execs) = (None, Vec::new());
    // Those alone that this thread traces: other tests wait for processes of their own.
    let flags = WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD;
    loop {
        let mut signal = None;
        let pid = match waitpid(None, Some(flags)) {
            Err(Errno::ECHILD) => break,
            Ok(WaitStatus::Exited(pid, exit)) => {
                code = if pid == first { Some(exit) } else { code };
                continue;
            }
            Ok(WaitStatus::PtraceEvent(pid, _, libc::PTRACE_EVENT_EXEC)) => {
                execs.push(Exec::of(pid));
                pid
            }
            // A stop that is none of a signal's own is a stop of the whole group, or of a process that has just begun.
            Ok(WaitStatus::PtraceEvent(pid, _, _)) => pid,
            Ok(WaitStatus::Stopped(pid, arrived)) => {
                signal = Some(arrived).filter(|arrived| *arrived != Signal::SIGTRAP);
                pid
            }
            Ok(_) => continue,
            Err(error) => panic!("{error}"),
        };
        // One that has been killed meanwhile needs nothing any more.
        let _ = ptrace::cont(pid, signal);
    }
    // It may be traced from its own exec on.
    execs.retain(|exec| exec.args.get(2).is_none_or(|word| word != STARTER));
    (code.unwrap(), execs)
}

// Every program but kops and kopswain, each once.
fn others(execs: &[Exec], stage: &Stage) -> BTreeSet<Exec> {
    let kops = stage.kops.program();
    let own = |exec: &&Exec| exec.file == kops || exec.file == *PROGRAM;
    execs.iter().filter(|exec| !own(exec)).cloned().collect()
}

const COMMANDS: [&[&str]; 8] = [
    &["create", "--wait", "0s"],
    &["create", "--wait", "0s", "--approve", CLUSTER],
    &["doctor"],
    &["discover"],
    &["plan", "answers.yml"],
    &["plan", "answers.yml", "--preview"],
    &["review", CLUSTER],
    &["watch", CLUSTER, "--once"],
];

/// Every exec of every command, with what a person may have set, and a program that asks a shell would start.
fn all_execs(stage: &mut Stage) -> Vec<Exec> {
    stage.desk.set("AWS_REGION", "us-east-1");
    stage.desk.set("KOPS_STATE_STORE", "s3://example-state");
    for (name, value) in [
        ("SHELL", "/bin/sh"),
        ("PAGER", "sh -c true"),
        ("EDITOR", "sh -c true"),
        ("BROWSER", "sh"),
    ] {
        stage.desk.set(name, value);
    }
    let kops = stage.kops.program().display().to_string();
    let mut execs = Vec::new();
    for words in COMMANDS {
        let words = [&[PROGRAM, "--kops", &kops, "--channel", CHANNEL], words].concat();
        let (code, more) = traced(&stage.desk, &words);
        assert!([0, 1, 2].contains(&code), "{words:?}: {code}");
        execs.extend(more);
    }
    // All were seen: each command itself, and each of kops.
    let of = |file: &str| {
        execs
            .iter()
            .filter(|exec| exec.file.ends_with(file))
            .count()
    };
    // One that is ended at once has no time to note that it was there.
    assert!(of("kops") >= stage.kops.played().len());
    assert!(of("kopswain") >= COMMANDS.len());
    execs
}

#[test]
fn no_shell_is_started_whatever_is_asked() {
    let mut stage = Stage::new();
    let execs = all_execs(&mut stage);
    assert_eq!(others(&execs, &stage), BTreeSet::new());
    assert_eq!(stage.kops.commands("update cluster --yes").len(), 1);
}

// The one shell, and nothing that it was not asked for.
#[test]
fn a_credential_process_is_the_one_thing_that_a_shell_reads() {
    let mut stage = Stage::new();
    let asked =
        "echo '{\"Version\": 1, \"AccessKeyId\": \"AKIDHELPER\", \"SecretAccessKey\": \"s\"}'";
    let folder = stage.desk.outside("home").join(".aws");
    fs::create_dir(&folder).unwrap();
    let config = format!("[profile helper]\ncredential_process = {asked}\n");
    fs::write(folder.join("config"), config).unwrap();
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
        stage.desk.set(name, "");
    }
    stage.desk.set("AWS_PROFILE", "helper");
    // Another `sh` before it is not the one.
    let planted = stage.desk.outside("planted");
    fs::create_dir(&planted).unwrap();
    stage.desk.program("planted/sh", "#!/bin/false\n");
    let path = format!("{}:/usr/bin:/bin", planted.display());
    stage.desk.set("PATH", &path);
    let execs = all_execs(&mut stage);
    let shell = Exec {
        file: fs::canonicalize("/bin/sh").unwrap(),
        args: ["/bin/sh", "-c", asked].map(str::to_owned).into(),
    };
    assert_eq!(others(&execs, &stage), BTreeSet::from([shell]));
    assert_eq!(stage.kops.commands("update cluster --yes").len(), 1);
}

// The trace itself: shells that live as shortly as can be, and one of another's child, are seen.
#[test]
fn a_shell_that_is_started_is_seen() {
    let desk = Desk::offline();
    let words = [
        "/usr/bin/env",
        "/bin/sh",
        "-c",
        "/bin/sh -c :; (/bin/sh -c :)",
    ];
    let (code, execs) = traced(&desk, &words);
    let shell = fs::canonicalize("/bin/sh").unwrap();
    let seen = execs.iter().filter(|exec| exec.file == shell);
    let of: Vec<Vec<&str>> = seen
        .map(|exec| exec.args[1..].iter().map(String::as_str).collect())
        .collect();
    let told = [&["-c", words[3]], &["-c", ":"], &["-c", ":"]];
    assert_eq!((code, of), (0, told.map(Vec::from).into()));
}
