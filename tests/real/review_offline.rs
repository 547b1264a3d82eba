//! `review` of a report that kops printed, as a pipe or a CI job uses it: forms, streams and exit codes.

use std::io::Write as _;
use std::process::{Command, Stdio};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/kops");

struct Told {
    code: i32,
    stdout: String,
    stderr: String,
}

fn kopswain(words: &[&str], input: &[u8]) -> Told {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kopswain"))
        .arg("review")
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    Told {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn fixture(name: &str) -> String {
    std::fs::read_to_string(format!("{FIXTURES}/{name}")).unwrap()
}

#[test]
fn both_streams_of_kops_may_come_through_one_pipe() {
    let both = fixture("update-deletes.stderr") + &fixture("update-deletes.stdout");
    let told = kopswain(&["--from", "-"], both.as_bytes());
    assert_eq!((told.code, told.stderr.as_str()), (2, ""));
    let first: Vec<_> = told.stdout.lines().take(2).collect();
    assert_eq!(
        first,
        [
            "kops update cluster prod.example.com: pending changes",
            "7 modify (7 only noise), 1 delete"
        ]
    );
    assert!(!told.stdout.contains("not understood"), "{}", told.stdout);
}

#[test]
fn the_exit_code_says_whether_changes_wait() {
    let none = kopswain(&["--from", "-"], b"No changes need to be applied\n");
    assert_eq!((none.code, none.stderr.as_str()), (0, ""));
    let file = format!("{FIXTURES}/update-modify.stdout");
    for form in ["text", "json", "markdown", "html"] {
        let told = kopswain(&["--from", &file, "--output", form], b"");
        assert_eq!((told.code, told.stderr.as_str()), (2, ""), "{form}");
        assert!(told.stdout.contains("ssh-open-to-internet") || form == "markdown");
    }
}

#[test]
fn a_cut_report_and_a_failure_are_errors_with_what_there_is() {
    let modify = fixture("update-modify.stdout");
    let cut = kopswain(&["--from", "-"], &modify.as_bytes()[..5_000]);
    assert_eq!(cut.code, 1);
    assert!(cut.stdout.contains("report-incomplete"), "{}", cut.stdout);
    assert!(
        cut.stderr
            .starts_with("kopswain: the dry run is cut, or it is none\n")
    );
    let failed = kopswain(
        &["--from", "-"],
        fixture("update-no-bucket.stderr").as_bytes(),
    );
    assert_eq!(failed.code, 1);
    assert!(
        failed
            .stderr
            .starts_with("kopswain: the state store's bucket does not exist\n"),
        "{}",
        failed.stderr
    );
}

#[test]
fn bytes_that_are_no_text_are_shown() {
    let told = kopswain(
        &["--from", "-"],
        b"odd \xff\nNo changes need to be applied\n",
    );
    // Whether nothing changes cannot be said with a line that is not understood.
    assert_eq!(told.code, 2);
    assert!(!told.stdout.contains("no changes"), "{}", told.stdout);
    assert!(told.stdout.contains("  odd \\xff\n"), "{}", told.stdout);
    assert!(
        told.stdout.contains("1 byte is not UTF-8 [not-text]"),
        "{}",
        told.stdout
    );
}

#[test]
fn two_reports_are_compared() {
    let (older, newer) = (
        format!("{FIXTURES}/update-nochange.stdout"),
        format!("{FIXTURES}/update-deletes.stdout"),
    );
    let same = kopswain(&["--from", &older, "--against", &older], b"");
    assert_eq!(same.code, 0);
    assert!(same.stdout.ends_with("both dry runs are the same\n"));
    let other = kopswain(&["--from", &newer, "--against", &older], b"");
    assert_eq!((other.code, other.stderr.as_str()), (2, ""));
    assert_eq!(
        other.stdout,
        "kops update cluster prod.example.com: pending changes
1 added, 0 removed, 0 changed
  new danger: LaunchTemplate is deleted [deleted]

added
  - LaunchTemplate/nodes-us-east-1a.prod.example.com-20200101000000 (delete)
"
    );
    let twice = kopswain(&["--from", "-", "--against", "-"], b"");
    assert_eq!(twice.code, 1);
    assert!(
        twice
            .stderr
            .starts_with("kopswain: both dry runs are to come from standard input\n")
    );
}

#[test]
fn the_spec_tells_how_many_machines_are_replaced() {
    let told = kopswain(
        &[
            "--from",
            &format!("{FIXTURES}/update-modify.stdout"),
            "--spec",
            &format!("{FIXTURES}/cluster_spec.yml"),
        ],
        b"",
    );
    assert_eq!((told.code, told.stderr.as_str()), (2, ""));
    for words in [
        "a rolling update replaces 3 instance groups of the control plane: 3 instances",
        "a rolling update replaces 3 instance groups of nodes: 3 to 6 instances",
    ] {
        assert!(told.stdout.contains(words), "{words}:\n{}", told.stdout);
    }
}

#[test]
fn a_drift_gate_is_green_when_only_noise_waits() {
    let noise = fixture("update-nochange.stdout");
    let told = kopswain(&["--from", "-"], noise.as_bytes());
    assert_eq!(told.code, 2);
    assert_eq!(
        told.stderr,
        "only noise waits: with --ignore-noise the exit code would be 0\n"
    );
    let ignored = kopswain(&["--from", "-", "--ignore-noise"], noise.as_bytes());
    assert_eq!(ignored.code, 0);
    assert_eq!(
        ignored.stderr,
        "only noise waits: exit code 0 because of --ignore-noise\n"
    );
    assert_eq!(ignored.stdout, told.stdout);
    // Whatever is more than noise waits all the same.
    for more in ["update-modify.stdout", "update-scaled-to-zero.stdout"] {
        let told = kopswain(&["--from", "-", "--ignore-noise"], fixture(more).as_bytes());
        assert_eq!((told.code, told.stderr.as_str()), (2, ""), "{more}");
    }
    let odd = kopswain(
        &["--from", "-", "--ignore-noise"],
        b"odd\nNo changes need to be applied\n",
    );
    assert_eq!((odd.code, odd.stderr.as_str()), (2, ""));
}

#[test]
fn a_failure_from_a_file_is_explained_as_of_a_kops_that_has_ended() {
    let failures = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/failures");
    for (name, what) in [
        ("throttling-ended.txt", "AWS asks kops to slow down"),
        (
            "ns-records-missing.txt",
            "the cluster's DNS zone is not delegated",
        ),
        (
            "iam-profile-deadline.txt",
            "an instance profile that was just made is not known everywhere yet",
        ),
    ] {
        let told = kopswain(&["--from", &format!("{failures}/{name}")], b"");
        assert_eq!(told.code, 1, "{name}");
        assert!(told.stderr.contains(what), "{}", told.stderr);
        assert!(!told.stderr.contains("by itself"), "{}", told.stderr);
        assert!(!told.stdout.contains("nothing\n"), "{}", told.stdout);
    }
}
