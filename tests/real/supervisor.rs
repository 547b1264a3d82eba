//! One command of a run and its supervisor: kops outlives whoever asked for it, and its end is noted.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Barrier;
use std::time::{Duration, Instant};

use kopswain::core::fault::Fault;
use kopswain::core::kops::command::CommandLine;
use kopswain::io::kops::{
    Environment, FollowedCommand, Kops, Lock, RunEvent, RunFolder, find, request_interrupt,
};
use kopswain::io::settings::Settings;
use kopswain::tui::event::{CommandOutput, OutputStream, PrintedLine};
use kopswain::tui::job::Job;
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::{Pid, getsid};
use tempfile::TempDir;
use tokio::runtime::Handle;

/// A run of a stand-in for kops: its first argument is a small program text for sh.
struct Run {
    base: TempDir,
    kops: Kops,
    folder: RunFolder,
    cluster: Lock,
}

impl Run {
    async fn new() -> Self {
        let base = tempfile::tempdir().unwrap();
        let program = base.path().join("kops");
        let text = "#!/bin/sh\n[ \"$1\" = version ] && echo 1.36.2 && exit\neval \"$1\"\n";
        fs::write(&program, text).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let settings = Settings {
            kops: Some(program),
            ..Settings::default()
        };
        let mut kops = find(&settings).await.unwrap();
        kops.supervisor = Some(PathBuf::from(env!("CARGO_BIN_EXE_kopswain")));
        let folder = base.path().join("run");
        fs::create_dir(&folder).unwrap();
        let cluster = Lock::take(&base.path().join("cluster")).unwrap().unwrap();
        Self {
            base,
            kops,
            folder: RunFolder::new(folder),
            cluster,
        }
    }

    fn start(&self, args: &[&str]) -> FollowedCommand {
        let args = args.iter().map(ToString::to_string).collect();
        let line = CommandLine { args };
        let environment = Environment::default();
        let (folder, cluster) = (&self.folder, &self.cluster);
        self.kops
            .start(&line, Job::UpdateYes, &environment, folder, cluster)
            .unwrap()
    }

    async fn ended(&self, args: &[&str]) -> Result<CommandOutput, Fault> {
        self.start(args).follow(|_| ()).await
    }

    fn path(&self, name: &str) -> PathBuf {
        self.base.path().join(name)
    }
}

async fn until(what: &str, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(20), "never: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn pid_of(path: &Path) -> Pid {
    let text = fs::read_to_string(path).unwrap();
    Pid::from_raw(text.trim().parse().unwrap())
}

#[tokio::test]
async fn lines_come_with_their_stream_and_both_files_are_kept() {
    let run = Run::new().await;
    let mut lines = Vec::new();
    let text = "printf 'one\\r\\ntw'; sleep 0.2; printf 'o\\nthree\\033[2J'; echo four >&2; exit 3";
    let running = run.start(&[text]);
    let finished = running.follow(|line| lines.push(line)).await.unwrap();
    let of = |stream| {
        let lines = lines
            .iter()
            .filter(|line: &&PrintedLine| line.stream == stream);
        lines.map(|line| line.text.raw()).collect::<Vec<_>>()
    };
    assert_eq!(of(OutputStream::Stdout), ["one", "two", "three\u{1b}[2J"]);
    assert_eq!(of(OutputStream::Stderr), ["four"]);
    let expected = CommandOutput {
        exit: Some(3),
        stdout: "one\r\ntwo\nthree\u{1b}[2J".to_owned(),
        stderr: "four\n".to_owned(),
        undecoded: 0,
        made: String::new(),
    };
    assert_eq!(finished, expected);
    for entry in fs::read_dir(run.folder.path()).unwrap() {
        let mode = entry.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }
}

// After kops was stopped, the look at what is left and the plan of a rolling update begin at the same instant.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_that_begin_at_the_same_instant_have_numbers_of_their_own() {
    let run = Run::new().await;
    let line = CommandLine {
        args: vec!["echo said".to_owned()],
    };
    let barrier = Barrier::new(8);
    let runtime = Handle::current();
    let began: Vec<Result<(), Fault>> = std::thread::scope(|scope| {
        let looks: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let _entered = runtime.enter();
                    let environment = Environment::default();
                    barrier.wait();
                    let started = run.kops.start_read_only(&line, &environment, &run.folder);
                    started.map(drop)
                })
            })
            .collect();
        looks.into_iter().map(|look| look.join().unwrap()).collect()
    });
    assert_eq!(began, vec![Ok(()); 8]);
    run.ended(&["true"]).await.unwrap();
    let noted = run.folder.journal().entries();
    let numbers: BTreeSet<u32> = noted.iter().filter_map(|entry| entry.number).collect();
    assert_eq!(numbers, (1..=9).collect());
}

#[tokio::test]
async fn kops_gets_one_interrupt_however_often_it_is_asked_for() {
    let run = Run::new().await;
    let text = "n=0; trap 'n=$((n+1)); echo got $n' INT; echo up; while [ ! -e \"$END\" ]; do sleep 0.05; done; exit 7";
    let end = run.path("end");
    let running = run.start(&[&format!("END='{}'; {text}", end.display())]);
    let again = FollowedCommand::new(&run.folder, running.number());
    let ask = |line: &PrintedLine| {
        (line.text.raw() == "up").then(|| request_interrupt(&run.folder, 1).unwrap())
    };
    let (mut asked, mut others) = (Vec::new(), Vec::new());
    let (one, other, ()) = tokio::join!(
        running.follow(|line| asked.extend(ask(&line))),
        again.follow(|line| others.extend(ask(&line))),
        async {
            until("an interrupt", || run.folder.interrupt(1).exists()).await;
            tokio::time::sleep(Duration::from_millis(500)).await;
            fs::write(&end, "").unwrap();
        }
    );
    assert_eq!(one, other);
    assert_eq!(one.unwrap().stdout, "up\ngot 1\n");
    let mut first = [asked, others].concat();
    first.sort_unstable();
    assert_eq!(first, [false, true]);
    assert_eq!(request_interrupt(&run.folder, 1), Ok(false));
    let entries = run.folder.journal().entries();
    let words: Vec<String> = entries.iter().map(|entry| word(&entry.event)).collect();
    assert_eq!(
        words,
        ["starting", "started", "interrupted", "finished Some(7)"]
    );
}

fn word(event: &RunEvent) -> String {
    match event {
        RunEvent::Starting { .. } => "starting".to_owned(),
        RunEvent::Started { .. } => "started".to_owned(),
        RunEvent::Interrupted => "interrupted".to_owned(),
        RunEvent::Finished { status, .. } => format!("finished {:?}", status.exit),
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn kops_and_its_supervisor_are_no_part_of_the_session_that_asked() {
    let run = Run::new().await;
    let (kops, supervisor) = (run.path("kops.pid"), run.path("supervisor.pid"));
    let text = format!(
        "echo $PPID > '{}'; echo $$ > '{}.part'; mv '{1}.part' '{1}'; while [ ! -e '{2}' ]; do sleep 0.05; done; echo late; exit 4",
        supervisor.display(),
        kops.display(),
        run.path("end").display()
    );
    let running = run.start(&[&text]);
    until("kops runs", || kops.exists()).await;
    let (kops, supervisor) = (pid_of(&kops), pid_of(&supervisor));
    assert_eq!(getsid(Some(kops)), Ok(kops));
    assert_eq!(getsid(Some(supervisor)), Ok(supervisor));
    assert_ne!(getsid(Some(supervisor)), getsid(None));
    // What reaches a supervisor does not end it, and what reaches its group does not reach kops.
    for signal in [
        Signal::SIGHUP,
        Signal::SIGINT,
        Signal::SIGTERM,
        Signal::SIGQUIT,
    ] {
        killpg(supervisor, signal).unwrap();
    }
    drop(running);
    let lock = run.path("cluster");
    drop(run.cluster);
    assert!(Lock::take(&lock).unwrap().is_none());
    fs::write(run.base.path().join("end"), "").unwrap();
    let found = FollowedCommand::new(&run.folder, 1)
        .follow(|_| ())
        .await
        .unwrap();
    assert_eq!((found.exit, found.stdout.as_str()), (Some(4), "late\n"));
    until("the cluster is free", || !Lock::is_held(&lock)).await;
}

#[tokio::test]
async fn an_end_that_nobody_saw_is_told_once_kops_is_gone() {
    let run = Run::new().await;
    let pids = run.path("pids");
    let text = format!(
        "echo first; echo $PPID > '{0}.part'; mv '{0}.part' '{0}'; while [ ! -e '{1}' ]; do sleep 0.05; done; echo last",
        pids.display(),
        run.path("end").display()
    );
    let running = run.start(&[&text]);
    until("kops runs", || pids.exists()).await;
    kill(pid_of(&pids), Signal::SIGKILL).unwrap();
    let mut lines = Vec::new();
    let follow = running.follow(|line| lines.push(line.text.raw().to_owned()));
    let (ended, ()) = tokio::join!(follow, async {
        tokio::time::sleep(Duration::from_millis(1_200)).await;
        // The lock tells that kops lives on, though its supervisor is gone.
        assert!(Lock::is_held(&run.folder.command_lock(1)));
        fs::write(run.path("end"), "").unwrap();
    });
    assert_eq!(
        ended.unwrap_err().what,
        "the exit status of kops is unknown"
    );
    assert_eq!(lines, ["first", "last"]);
}

#[tokio::test]
async fn a_program_that_cannot_be_started_is_told() {
    let mut run = Run::new().await;
    run.kops.program = run.path("missing");
    let fault = run.ended(&["x"]).await.unwrap_err();
    assert!(
        fault.what.ends_with("missing could not be started"),
        "{fault}"
    );
    let mut run = Run::new().await;
    run.kops.supervisor = Some(run.path("missing"));
    let environment = Environment::default();
    let line = CommandLine::update(&"a".parse().unwrap());
    let fault = run
        .kops
        .start(&line, Job::Update, &environment, &run.folder, &run.cluster)
        .unwrap_err();
    assert_eq!(
        fault.what,
        "the process that keeps kops's output could not be started"
    );
}
