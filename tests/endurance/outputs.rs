//! Standard output that is full or closed, a locale that shows ASCII only, and inputs without end.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::desk::{CHANNEL, Desk};
use crate::resume::{CLUSTER, Stage};

const RECORDINGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/kops");
const SOON: Duration = Duration::from_secs(30);

/// A desk on which every command has something to print.
fn stage() -> Stage {
    let mut stage = Stage::new();
    stage.desk.set("AWS_REGION", "us-east-1");
    stage.desk.set("KOPS_STATE_STORE", "s3://example-state");
    let bin = stage.desk.outside("bin").display().to_string();
    stage.desk.set("PATH", &format!("{bin}:/usr/bin:/bin"));
    for (name, recording) in [("new.txt", "update-create"), ("old.txt", "update-modify")] {
        let text = fs::read_to_string(format!("{RECORDINGS}/{recording}.stdout")).unwrap();
        stage.desk.write(name, &text);
    }
    let spec = Path::new(RECORDINGS).join("cluster_spec.yml");
    let done = Command::new(stage.kops.program())
        .args(["create", "-f"])
        .arg(spec)
        .env("KOPS_STATE_STORE", "s3://example-state")
        .stdout(Stdio::null())
        .status();
    assert!(done.unwrap().success());
    stage
}

const COMMANDS: &[&[&str]] = &[
    &["--help"],
    &["review", "--help"],
    &["--version"],
    &["discover"],
    &["discover", "--output", "json"],
    &["plan", "answers.yml"],
    &["plan", "answers.yml", "--output", "json"],
    &["plan", "answers.yml", "--preview"],
    &["create"],
    &["create", "--approve", CLUSTER, "--wait", "0s"],
    &["review", "prod.example.com"],
    &[
        "review",
        "prod.example.com",
        "--approve",
        "prod.example.com",
    ],
    &["review", "--from", "new.txt"],
    &["review", "--from", "new.txt", "--output", "json"],
    &["review", "--from", "new.txt", "--output", "markdown"],
    &["review", "--from", "new.txt", "--output", "html"],
    &["review", "--from", "new.txt", "--against", "old.txt"],
    &[
        "review",
        "--from",
        "new.txt",
        "--against",
        "old.txt",
        "--output",
        "html",
    ],
    &["watch", "prod.example.com", "--once"],
    &["watch", "prod.example.com", "--once", "--output", "json"],
    &["watch", "prod.example.com", "--wait", "20m"],
    &["doctor"],
    &["doctor", "--output", "json"],
    &["demo", "--plain"],
];

fn words<'a>(words: &[&'a str]) -> Vec<&'a str> {
    [words, &["--channel", CHANNEL][..]].concat()
}

fn ended(desk: &Desk, command: &[&str], stdout: Stdio) -> (Option<i32>, String) {
    let began = Instant::now();
    let mut started = desk.command(&words(command));
    let output = started
        .stdout(stdout)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert!(
        began.elapsed() < SOON,
        "{command:?} took {:?}",
        began.elapsed()
    );
    let said = String::from_utf8(output.stderr).unwrap();
    (output.status.code(), said)
}

#[test]
fn a_full_or_closed_standard_output_is_an_error_of_every_command_and_nothing_is_applied() {
    let stage = stage();
    for command in COMMANDS {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        for (stdout, why) in [
            (Stdio::from(full), "the disk is full"),
            (Stdio::from(writer), "its reader has closed it"),
        ] {
            let (code, said) = ended(&stage.desk, command, stdout);
            assert_eq!(code, Some(1), "{command:?}: {said}");
            let told = format!("kopswain: standard output did not take everything\n  why: {why}\n");
            assert!(said.contains(&told), "{command:?}: {said}");
        }
    }
    let real = stage.done();
    assert_eq!(
        real,
        ["create -f ".to_owned() + RECORDINGS + "/cluster_spec.yml"]
    );
}

#[test]
fn what_was_shown_to_a_closed_output_is_not_approved_by_name() {
    let stage = Stage::new();
    let kops = stage.kops.program().display().to_string();
    let create = [
        "--kops",
        &kops,
        "create",
        "--approve",
        CLUSTER,
        "--wait",
        "0s",
    ];
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let (code, said) = ended(&stage.desk, &create, full.into());
    assert_eq!(code, Some(1), "{said}");
    assert_eq!(stage.done(), Vec::<String>::new());
}

/// Foreign letters in every text that comes from outside.
fn foreign(stage: &Stage) {
    for name in ["new.txt", "old.txt"] {
        let text = stage
            .desk
            .read(name)
            .replace("owned", "\u{e9}t\u{e9}\u{65e5}\u{1f600}");
        let text = text.replace("Must specify", "\u{e9} odd\nMust specify");
        stage.desk.write(name, &text);
    }
}

#[test]
fn where_the_locale_is_not_utf8_nothing_but_ascii_is_written() {
    let mut stage = stage();
    foreign(&stage);
    for command in COMMANDS {
        // Those that wait, and those that a second time find what they did the first.
        if command.contains(&"20m") || command.contains(&"--approve") {
            continue;
        }
        stage.desk.set("LANG", "C.UTF-8");
        let wide = stage.desk.kopswain(&words(command));
        stage.desk.set("LANG", "C");
        let narrow = stage.desk.kopswain(&words(command));
        assert_eq!(narrow.code, wide.code, "{command:?}: {narrow:?}");
        for said in [&narrow.stdout, &narrow.stderr] {
            assert!(said.is_ascii(), "{command:?}: {said}");
        }
        if command.contains(&"json") && command.contains(&"--from") {
            let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
            assert_eq!(read(&narrow.stdout), read(&wide.stdout));
            assert!(narrow.stdout.contains("\\u00e9"), "{}", narrow.stdout);
        }
        if command == &["review", "--from", "new.txt"] {
            assert!(narrow.stdout.contains("\\u{e9}"), "{}", narrow.stdout);
        }
        if command.contains(&"html") {
            assert!(narrow.stdout.contains("&#233;"), "{}", narrow.stdout);
        }
    }
}

#[test]
fn on_a_screen_of_another_locale_nothing_but_ascii_is_drawn() {
    let mut stage = stage();
    foreign(&stage);
    stage.desk.set("LANG", "en_US.ISO-8859-1");
    for size in [(120, 40), (40, 10)] {
        let mut terminal = stage.desk.terminal(&["review", "--from", "old.txt"], size);
        if size.0 > 60 {
            terminal.wait_for("VPC", SOON);
            for keys in ["<down>", "<enter>", "<down>", "<enter>", "v", "?"] {
                terminal.keys(keys);
                std::thread::sleep(Duration::from_millis(100));
            }
        } else {
            terminal.wait_for("needs", SOON);
        }
        let written = terminal.written();
        assert!(written.is_ascii(), "{written}");
    }
    let terminal = stage.desk.terminal(&["demo", "--plain"], (120, 40));
    terminal.wait_for("Cluster name", SOON);
    assert!(terminal.written().is_ascii(), "{}", terminal.written());
}

// The most memory that a process had, in MiB.
fn most_memory(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib >> 10)
}

/// Runs a command to its end and gives what it said with the most memory that it had.
fn measured(desk: &Desk, command: &[&str], feed: Option<&[u8]>) -> (Option<i32>, String, u64) {
    let mut child = desk
        .command(command)
        .stdin(if feed.is_some() {
            Stdio::piped()
        } else {
            Stdio::null()
        })
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let feeder = child
        .stdin
        .take()
        .zip(feed.map(<[u8]>::to_vec))
        .map(|(mut input, feed)| {
            std::thread::spawn(move || while input.write_all(&feed).is_ok() {})
        });
    let pid = child.id();
    let mut most = 0;
    let began = Instant::now();
    while child.try_wait().unwrap().is_none() {
        most = most.max(most_memory(pid).unwrap_or(0));
        assert!(began.elapsed() < SOON * 2, "{command:?} does not end");
        std::thread::sleep(Duration::from_millis(5));
    }
    drop(feeder);
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    (output.status.code(), said, most)
}

/// A command, what is fed to it without end, and the reason that it gives.
type Case<'a> = (&'a [&'a str], Option<&'a [u8]>, &'a str);

#[test]
fn inputs_without_end_are_refused_with_their_bound_in_little_memory() {
    let desk = Desk::offline();
    desk.write("answers.yml", "cluster: a.example.com\nregion: us-east-1\n");
    fs::create_dir(desk.work().join("folder")).unwrap();
    let report = "it is longer than 128 MiB";
    let endless = "x".repeat(65_536);
    let cases: [Case; 8] = [
        (&["review", "--from", "-"], Some(endless.as_bytes()), report),
        (
            &["review", "--from", "-"],
            Some(b"Will create resources:\n  VPC/a\n"),
            report,
        ),
        (&["review", "--from", "/dev/zero"], None, report),
        (
            &["review", "--from", "answers.yml", "--against", "/dev/zero"],
            None,
            report,
        ),
        (&["plan", "-"], Some(b"a: 1\n"), "it is longer than "),
        (&["plan", "/dev/zero"], None, "it is longer than "),
        (
            &["plan", "answers.yml", "--inventory", "-"],
            Some(b"[1, "),
            "it is longer than 32 MiB",
        ),
        (&["review", "--from", "folder"], None, "it is a folder"),
    ];
    std::os::unix::fs::symlink("/dev/zero", desk.work().join("endless.toml")).unwrap();
    let theme = desk.terminal(&["demo", "--theme", "endless.toml"], (120, 40));
    theme.wait_for("why: it is longer than 64 KiB", SOON);
    for (command, feed, why) in cases {
        let (code, said, most) = measured(&desk, command, feed);
        assert_eq!(code, Some(1), "{command:?}: {said}");
        assert!(said.contains(why), "{command:?}: {said}");
        eprintln!("{command:?}: at most {most} MiB");
        assert!(most < 512, "{command:?}: {most} MiB");
    }
}

#[test]
fn a_report_of_another_cluster_is_refused() {
    let stage = stage();
    let review = |words: &[&str]| stage.desk.kopswain(&[&["review"][..], words].concat());
    let other = review(&["other.example.com", "--from", "new.txt"]).expect(1);
    assert_eq!(other.stdout, "");
    let told = "kopswain: new.txt is about prod.example.com, not about other.example.com\n";
    assert!(other.stderr.starts_with(told), "{}", other.stderr);
    let older = stage
        .desk
        .read("old.txt")
        .replace("prod.example.com", "x.example.com");
    stage.desk.write("x.txt", &older);
    let against = review(&[
        "prod.example.com",
        "--from",
        "new.txt",
        "--against",
        "x.txt",
    ]);
    let against = against.expect(1);
    assert!(
        against.stderr.contains("x.txt is about x.example.com"),
        "{}",
        against.stderr
    );
    review(&["prod.example.com", "--from", "new.txt"]).expect(2);
    stage
        .desk
        .write("none.txt", "No changes need to be applied\n");
    let none = review(&["prod.example.com", "--from", "none.txt"]).expect(0);
    assert_eq!(
        none.stderr,
        "whether none.txt is about prod.example.com is not known: no name in it says so\n"
    );
}
