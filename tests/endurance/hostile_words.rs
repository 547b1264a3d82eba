//! The hostile collection through every door of the real program: arguments, variables, files, and what kops prints.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::desk::{CHANNEL, Desk, answers_of};
use crate::stage::ScriptedKops;
use crate::texts::{bytes, forbidden};

const CLUSTER: &str = "prod.example.com";
/// Ends of a program that did what it could: done, failed, something waits, and interrupted by the end of its input.
const CODES: [i32; 4] = [0, 1, 2, 130];
const LONGEST: Duration = Duration::from_mins(1);
const THREADS: usize = 4;

/// Where the words come in; `{}` in an argument is where they stand.
enum Door {
    Argument(&'static [&'static str]),
    Variable(&'static str, &'static [&'static str]),
    File(&'static str, &'static [&'static str]),
    /// What kops answers to a command, and the command of kopswain that asks.
    Kops(&'static str, &'static [&'static str]),
}

const DOORS: [Door; 34] = [
    Door::Argument(&["{}"]),
    Door::Argument(&["--{}"]),
    Door::Argument(&["--profile", "{}", "discover"]),
    Door::Argument(&["--region", "{}", "discover"]),
    Door::Argument(&["--state", "{}", "doctor"]),
    Door::Argument(&["--theme", "{}", "demo"]),
    Door::Argument(&["--kops", "{}", "doctor"]),
    Door::Argument(&["--output", "{}", "doctor"]),
    Door::Argument(&["--answers", "{}", "create"]),
    Door::Argument(&["--answers", "{}"]),
    Door::Argument(&["create", "--approve", "{}"]),
    Door::Argument(&["create", "--wait", "{}"]),
    Door::Argument(&["plan", "{}"]),
    Door::Argument(&["plan", "answers.yml", "--inventory", "{}"]),
    Door::Argument(&["review", "{}"]),
    Door::Argument(&["review", "--from", "{}"]),
    Door::Argument(&["watch", "{}", "--once"]),
    Door::Argument(&["doctor", "--ssh-public-key", "{}"]),
    Door::Variable("AWS_PROFILE", &["doctor"]),
    Door::Variable("AWS_REGION", &["doctor"]),
    Door::Variable("KOPS_STATE_STORE", &["doctor"]),
    Door::Variable("HOME", &["doctor"]),
    Door::Variable("XDG_STATE_HOME", &["review", CLUSTER]),
    Door::Variable("LANG", &["doctor"]),
    Door::File("answers.yml", &["plan", "answers.yml"]),
    Door::File(
        "inventory.json",
        &["plan", "good.yml", "--inventory", "inventory.json"],
    ),
    Door::File(
        "report",
        &["review", "--from", "report", "--output", "markdown"],
    ),
    Door::File("theme.toml", &["demo", "--theme", "theme.toml"]),
    Door::File("key.pub", &["doctor", "--ssh-public-key", "key.pub"]),
    Door::Kops("version", &["doctor"]),
    Door::Kops("update", &["review", CLUSTER]),
    Door::Kops("update", &["review", CLUSTER, "--output", "json"]),
    Door::Kops("validate", &["watch", CLUSTER, "--once"]),
    Door::Kops(
        "validate",
        &["watch", CLUSTER, "--once", "--output", "json"],
    ),
];

struct Stage {
    desk: Desk,
    kops: ScriptedKops,
}

impl Stage {
    fn new() -> Self {
        let mut desk = Desk::offline();
        let kops = ScriptedKops::put(&desk.outside("bin"));
        let path = format!("{}:/usr/bin:/bin", desk.outside("bin").display());
        desk.set("PATH", &path);
        desk.set("AWS_REGION", "us-east-1");
        desk.set("KOPS_STATE_STORE", "s3://example-state");
        let zones = "  - {name: us-east-1a}\n";
        desk.write(
            "good.yml",
            &answers_of(CLUSTER, "vpc-7833d1c656ae73b2c", zones),
        );
        Self { desk, kops }
    }

    fn run(&self, door: &Door, words: &[u8]) {
        let mut variable = None;
        let args = match door {
            Door::Argument(args) => args,
            Door::Variable(name, args) => {
                variable = Some(*name);
                args
            }
            Door::File(name, args) => {
                std::fs::write(self.desk.work().join(name), words).unwrap();
                args
            }
            Door::Kops(command, args) => {
                let raw = self.desk.outside("raw");
                std::fs::write(&raw, words).unwrap();
                self.kops.play(&format!(
                    "lines: [{{when: {command}, raw: {}, exit: {}}}]",
                    raw.display(),
                    words.len() % 2
                ));
                args
            }
        };
        let mut command = self.desk.command(&[]);
        command.args(["--channel", CHANNEL]);
        command.args(args.iter().map(|arg| filled(arg, words)));
        if let Some(name) = variable {
            command.env(name, OsStr::from_bytes(words));
        }
        let began = Instant::now();
        let output = command.output().unwrap();
        let said: String = String::from_utf8_lossy(words).chars().take(60).collect();
        let what = format!("{args:?} {variable:?} with {said:?}");
        assert!(began.elapsed() < LONGEST, "{what}: {:?}", began.elapsed());
        assert!(
            output
                .status
                .code()
                .is_some_and(|code| CODES.contains(&code)),
            "{what}: {output:?}"
        );
        for stream in [output.stdout, output.stderr] {
            let text = String::from_utf8(stream).unwrap_or_else(|error| panic!("{what}: {error}"));
            assert_eq!(forbidden(&text), None, "{what}:\n{}", text.escape_debug());
            let longest = text.lines().map(str::len).max().unwrap_or(0);
            assert!(longest < 200_000, "{what}: a line of {longest} bytes");
        }
    }
}

fn filled(arg: &str, words: &[u8]) -> OsString {
    match arg.split_once("{}") {
        Some((before, after)) => {
            let whole = [before.as_bytes(), words, after.as_bytes()].concat();
            OsStr::from_bytes(&whole).to_owned()
        }
        None => arg.into(),
    }
}

// Every text takes two doors, and every door takes a tenth of the texts; `KOPSWAIN_DOORS=34` sends all through all.
#[test]
fn nothing_that_the_program_prints_is_obeyed_whatever_it_is_given() {
    let doors = std::env::var("KOPSWAIN_DOORS").ok();
    let doors: usize = doors.map_or(2, |text| text.parse().unwrap());
    let all = bytes();
    assert!(all.len() > 300);
    let next = AtomicUsize::new(0);
    let work = || {
        let stage = Stage::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(words) = all.get(at) else { return };
            for more in 0..doors {
                let door = &DOORS[(at * 7 + more * 17) % DOORS.len()];
                let files_only = words.contains(&0);
                let by_file = matches!(door, Door::File(..) | Door::Kops(..));
                if by_file || !files_only {
                    stage.run(door, words);
                }
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(work);
        }
    });
}
