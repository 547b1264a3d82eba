//! kops prints what is no text: all of it is kept, nothing of it is obeyed, and a yes waits until it was seen.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::account;
use crate::desk::{Desk, Ended};
use crate::pty::Terminal;
use crate::stage::ScriptedKops;
use crate::texts::forbidden;

const CLUSTER: &str = "prod.example.com";
const STORE: &str = "s3://example-state";
const SOON: Duration = Duration::from_mins(1);

/// What a terminal obeys, in seven bits, in eight, and half of a sequence and of a character at the end of a line.
const BROKEN: &[u8] = b"odd \xff\xc3\x28 \x1b]0;owned\x07 \x1b[8mhidden \x9b8m \x08\x08\x7f \x00 \xe2\x80\xae back \xe6\x97\nhalf \x1b[";

/// What is never written to a terminal, whatever the program draws; the title that it sets is another.
const OBEYED: [&str; 7] = [
    "\u{1b}]0;owned",
    "owned\u{7}",
    "\u{1b}[8m",
    "\u{8}",
    "\u{9b}",
    "\u{202e}",
    "\u{fffd}",
];

struct Stage {
    desk: Desk,
    kops: ScriptedKops,
}

// A report that ends as reports do, with all that in a value, between its lines and after its end.
fn report() -> Vec<u8> {
    let parts: [&[u8]; 7] = [
        b"Will modify resources:\n  VPC/prod.example.com\n  \tName                \t a -> ",
        BROKEN,
        b"\n  \tCIDR                \t \xfe -> \x1b[2Jb\n\n",
        BROKEN,
        b"\n\nMust specify --yes to apply changes\n\n",
        BROKEN,
        b"\xe6\x97",
    ];
    parts.concat()
}

impl Stage {
    fn new() -> Self {
        let mut desk = Desk::offline();
        let kops = ScriptedKops::put(&desk.outside("bin"));
        let path = format!("{}:/usr/bin:/bin", desk.outside("bin").display());
        for (name, value) in [
            ("PATH", path.as_str()),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ENDPOINT_URL", &account::start().url),
            ("KOPS_STATE_STORE", STORE),
            (
                "XDG_STATE_HOME",
                &desk.outside("state").display().to_string(),
            ),
        ] {
            desk.set(name, value);
        }
        let raw = [("report", report()), ("applied", BROKEN.to_vec())];
        let raw = raw.map(|(name, bytes)| {
            let file = desk.outside(name);
            fs::write(&file, bytes).unwrap();
            file.display().to_string()
        });
        kops.play(&format!(
            "lines:
- {{when: update cluster --yes, raw: {}, exit: 0}}
- {{when: update cluster, raw: {}, exit: 0}}
",
            raw[1], raw[0]
        ));
        let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/kops");
        let stored = std::process::Command::new(kops.program())
            .args(["create", "-f", "cluster_spec.yml"])
            .current_dir(spec)
            .env("KOPS_STATE_STORE", STORE)
            .output();
        assert!(stored.unwrap().status.success());
        Self { desk, kops }
    }

    /// What the run's folder has of a command: both of its streams.
    fn kept(&self, command: &str) -> [Vec<u8>; 2] {
        let runs = self.desk.outside("state/kopswain/runs").join(CLUSTER);
        let run = fs::read_dir(runs).unwrap().flatten();
        let run = run
            .map(|entry| entry.path())
            .find(|path| path.join("journal").exists());
        let run = run.unwrap();
        let journal = fs::read_to_string(run.join("journal")).unwrap();
        let events = journal
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let number = events
            .filter(|event| event["job"] == command)
            .find_map(|event| event["number"].as_u64());
        let number = number.unwrap_or_else(|| panic!("{command}: {journal}"));
        ["stdout", "stderr"].map(|end| {
            let name = format!("command-{number}.{end}");
            fs::read(run.join(&name)).unwrap_or_else(|error| panic!("{name}: {error}"))
        })
    }
}

// What is on the screen and what was written to come there.
fn harmless(terminal: &Terminal) {
    let screen = terminal.screen();
    assert_eq!(forbidden(&screen), None, "{screen}");
    let written = terminal.written();
    for obeyed in OBEYED {
        assert!(!written.contains(obeyed), "{obeyed:?}:\n{screen}");
    }
}

#[test]
fn broken_bytes_of_a_run_are_kept_and_shown_and_a_yes_waits_for_them() {
    let stage = Stage::new();
    let mut terminal = stage.desk.terminal(&["review", CLUSTER], (240, 50));
    terminal.wait_for(" modify · ", SOON);
    terminal.wait_for("lines not understood", SOON);
    harmless(&terminal);
    terminal.keys("a");
    terminal.wait_for("were not understood: read the raw text first (r)", SOON);
    terminal.keys("r");
    terminal.wait_for("kops's own text", SOON);
    // Each byte, as what it is.
    for shown in [
        "odd \\xff\\xc3( \\u{1b}]0;owned\\u{7} \\u{1b}[8mhidden \\x9b8m \\u{8}\\u{8}\\u{7f} \\u{0} \\u{202e} back \\xe6\\x97",
        "half \\u{1b}[\\xe6\\x97",
    ] {
        terminal.wait_for(shown, SOON);
    }
    harmless(&terminal);
    terminal.keys("ra");
    terminal.wait_for("Type the cluster's name to approve", SOON);
    terminal.keys(&format!("{CLUSTER}<enter>"));
    terminal.wait_for("Run 20", SOON);
    let ended =
        |all: &[crate::stage::Played]| all.first().is_some_and(|apply| apply.exit.is_some());
    let applied = stage.kops.wait_until("update cluster --yes", SOON, ended);
    assert_eq!(applied.first().and_then(|apply| apply.exit), Some(0));
    terminal.wait_for("rolling", SOON);
    harmless(&terminal);
    assert_eq!(stage.kept("update"), [report(), report()]);
    assert_eq!(stage.kept("updateYes"), [BROKEN.to_vec(), BROKEN.to_vec()]);
}

#[test]
fn broken_bytes_of_a_dry_run_are_whole_in_json_and_harmless_in_lines() {
    let stage = Stage::new();
    let Ended { stdout, stderr, .. } = stage.desk.kopswain(&["review", CLUSTER]).expect(2);
    for said in [&stdout, &stderr] {
        assert_eq!(forbidden(said), None, "{said}");
    }
    assert!(stdout.contains("half \\u{1b}[\\xe6\\x97"), "{stdout}");
    let json = stage
        .desk
        .kopswain(&["review", CLUSTER, "--output", "json"]);
    let told: serde_json::Value = serde_json::from_str(&json.expect(2).stdout).unwrap();
    let odd = "odd \\xff\\xc3( \u{1b}]0;owned\u{7} \u{1b}[8mhidden \\x9b8m \u{8}\u{8}\u{7f} \u{0} \u{202e} back \\xe6\\x97";
    let half = "half \u{1b}[";
    assert_eq!(
        told["unread"],
        serde_json::json!([half, odd, half, odd, format!("{half}\\xe6\\x97")])
    );
    assert_eq!(
        told["resources"],
        serde_json::json!([{
            "action": "modify", "type": "VPC", "name": CLUSTER, "fields": [
                {"name": "Name", "old": "a", "new": odd},
                {"name": "CIDR", "old": "\\xfe", "new": "\u{1b}[2Jb"},
            ],
        }])
    );
}
