//! A report from a file or a pipe, read on a terminal: no kops and no AWS.

use std::thread::sleep;
use std::time::Duration;

use crate::desk::Desk;
use crate::pty::Terminal;
use crate::wizard_keys::SOON;

const REPORT: &str = include_str!("../fixtures/kops/update-modify.stdout");
const OTHER: &str = include_str!("../fixtures/kops/update-after-modify.stdout");

fn desk() -> Desk {
    let desk = Desk::offline();
    desk.write("report.txt", REPORT);
    desk.write("other.txt", OTHER);
    desk
}

#[test]
fn keys_come_from_the_terminal_when_the_report_came_from_a_pipe() {
    let desk = desk();
    let program = env!("CARGO_BIN_EXE_kopswain");
    let script = format!("cat report.txt | {program} review --from -; echo ended with $?");
    let variables = [
        ("PATH".to_owned(), "/usr/bin:/bin".to_owned()),
        ("LANG".to_owned(), "C.UTF-8".to_owned()),
    ];
    let words = ["/bin/sh", "-c", &script];
    let mut terminal = Terminal::start(&words, &variables, &desk.work(), (80, 24));
    terminal.wait_for("SSH is open to 0.0.0.0/0", SOON);
    terminal.keys("/t3.large");
    terminal.wait_for("/t3.large 1 of", SOON);
    terminal.keys("<enter>q");
    terminal.wait_for("ended with 2", SOON);
    terminal.end(SOON).restored();
}

// The signal of a new size and the key that follows it are two events, and neither may hide the other.
#[test]
fn each_first_key_after_a_new_size_acts_at_once() {
    let desk = desk();
    let words = ["review", "--from", "report.txt"];
    let mut terminal = desk.terminal(&words, (90, 26));
    terminal.wait_for("SSH is open to 0.0.0.0/0", SOON);
    for round in 0..5_u16 {
        // Nothing says that the program looks for more input no longer: both events have to come while it waits for ever.
        sleep(Duration::from_millis(100));
        terminal.resize((100 + round, 30));
        terminal.wait_until("the new width", SOON, |screen| {
            let widest = screen.lines().map(|line| line.chars().count()).max();
            widest == Some(usize::from(100 + round))
        });
        terminal.keys("?");
        terminal.wait_for("Keys", SOON);
        terminal.keys("?");
        terminal.wait_until("the review again", SOON, |screen| !screen.contains("Keys"));
    }
    terminal.keys("q");
    terminal.end(SOON).restored();
}

#[test]
fn two_reports_are_compared_on_the_screen() {
    let desk = desk();
    let words = ["review", "--from", "other.txt", "--against", "report.txt"];
    let mut terminal = desk.terminal(&words, (120, 40));
    terminal.wait_for(
        "differences: this dry run is not what the earlier one was",
        SOON,
    );
    terminal.keys("<down>");
    terminal.wait_for("only in the earlier dry run", SOON);
    terminal.keys("q");
    let left = terminal.end(SOON);
    assert_eq!(left.code, 2, "{}", left.text);
    left.restored();
}

#[test]
fn plain_prints_it_also_on_a_terminal() {
    let desk = desk();
    let words = ["review", "--from", "report.txt", "--plain"];
    let left = desk.terminal(&words, (120, 40)).end(SOON);
    assert_eq!((left.code, left.alternate_screen), (2, false));
    assert!(left.text.contains("noise"), "{}", left.text);
}
