//! The terminal on every way out: modes, screen, cursor, paste and title are as they were, and nothing is asked of it.

use std::collections::BTreeSet;
use std::fs;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use kopswain::io::process::WATCHDOG;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::desk::{Desk, PROGRAM};
use crate::pty::{Left, Terminal};
use crate::stage::example;

pub(crate) const SOON: Duration = Duration::from_secs(20);
/// A program that must end does so within a second; the rest is for a machine that is busy with other tests.
pub(crate) const AT_ONCE: Duration = Duration::from_secs(3);
/// A program that has not used the processor for so long rests.
const REST: Duration = Duration::from_millis(500);

pub(crate) fn at_the_shell() -> Desk {
    let mut desk = Desk::offline();
    desk.set("PS1", "shell: ");
    desk
}

// A shell that tells when it is there, starts a command, and tells how it ended with the modes as they are then.
pub(crate) fn shell(desk: &Desk) -> (Terminal, String) {
    let mut terminal = desk.other(&["/bin/sh", "-i"]);
    terminal.wait_for("shell: ", SOON);
    // What is typed has quotes, what is answered has none.
    terminal.keys("echo 'he''re'<enter>");
    terminal.wait_for("\nhere\nshell: ", SOON);
    let modes = terminal.modes();
    (terminal, modes)
}

fn started(desk: &Desk, command: &str) -> (Terminal, String) {
    let (mut terminal, modes) = shell(desk);
    terminal.keys(&format!("{command}; echo 'en''ded'=$?<enter>"));
    terminal.wait_for("Cluster name", SOON);
    // Nothing moves any more once every check has answered.
    terminal.wait_until("every answer", SOON, |screen| !screen.contains("asking"));
    assert_ne!(terminal.modes(), modes);
    (terminal, modes)
}

fn demo() -> String {
    format!("{PROGRAM} demo")
}

fn crashing(place: &str) -> String {
    format!("{} {place}", example("crashing").display())
}

// The processes with this program, by the folder that they work in.
// Without the watchdog, which is of this desk only until it has begun.
pub(crate) fn running(desk: &Desk, name: &str) -> Vec<Pid> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let link = |name: &str| fs::read_link(entry.path().join(name)).ok();
        let words = fs::read_to_string(entry.path().join("cmdline")).unwrap_or_default();
        let here =
            link("cwd").is_some_and(|folder| folder == desk.work()) && !words.contains(WATCHDOG);
        let same = link("exe").is_some_and(|exe| exe.ends_with(name));
        if let (true, Ok(pid)) = (here && same, entry.file_name().to_string_lossy().parse()) {
            found.push(Pid::from_raw(pid));
        }
    }
    found
}

pub(crate) fn the_one(desk: &Desk, name: &str) -> Pid {
    let found = running(desk, name);
    assert_eq!(found.len(), 1, "{found:?}");
    found[0]
}

fn ended(terminal: &Terminal, code: u8, modes: &str) {
    terminal.wait_for(&format!("ended={code}"), AT_ONCE);
    assert_eq!(terminal.modes(), modes, "{}", terminal.screen());
    let written = terminal.written();
    // The title that was kept is put back once, after the last one that was set.
    let (kept, back) = ("\x1b[22;0t", "\x1b[23;0t");
    assert_eq!(
        (written.matches(kept).count(), written.matches(back).count()),
        (1, 1)
    );
    assert!(
        written.find("\x1b]0;") > written.find(kept)
            && written.rfind("\x1b]0;") < written.find(back)
    );
    asks_nothing(&written);
}

// What a terminal would have to answer: its attributes, cursor, modes, colours, keyboard, window or settings.
fn asks_nothing(written: &str) {
    for (at, _) in written.match_indices("\x1b[") {
        let rest = &written[at + 2..];
        let end = rest.find(|last: char| ('@'..='~').contains(&last)).unwrap();
        let (parameters, last) = (&rest[..end], &rest[end..=end]);
        let window = last == "t" && !["22;0", "23;0"].contains(&parameters);
        let asks =
            matches!(last, "c" | "n" | "u" | "x" | "y") || window || parameters.contains('$');
        assert!(!asks, "\\e[{parameters}{last}");
    }
    for asking in ["\x1bP", "\x1b_", ";?\x07", ";?\x1b\\", "\x05"] {
        assert!(!written.contains(asking), "{asking:?}");
    }
}

#[test]
fn leaving_restores_the_terminal() {
    let desk = at_the_shell();
    let (mut terminal, modes) = started(&desk, &demo());
    terminal.keys("<ctrl-c>");
    terminal.wait_for("Leave kopswain", SOON);
    terminal.keys("l");
    ended(&terminal, 130, &modes);
}

#[test]
fn every_signal_that_ends_restores_the_terminal() {
    for signal in [
        Signal::SIGTERM,
        Signal::SIGHUP,
        Signal::SIGQUIT,
        Signal::SIGINT,
    ] {
        let desk = at_the_shell();
        let (terminal, modes) = started(&desk, &demo());
        kill(the_one(&desk, "kopswain"), signal).unwrap();
        ended(&terminal, 130, &modes);
    }
}

#[test]
fn a_panic_anywhere_restores_the_terminal_and_ends_the_program() {
    for place in ["loop", "task", "thread", "stuck"] {
        let desk = at_the_shell();
        let (mut terminal, modes) = started(&desk, &crashing(place));
        terminal.keys("x<enter>");
        ended(&terminal, 101, &modes);
        let screen = terminal.screen().replace('\n', "");
        let told = "kopswain crashed: a defect \\u{1b}]0;owned\\u{7}\\u{202e}";
        assert!(screen.contains(told), "{place}: {screen}");
        assert!(
            screen.contains("kops, if it was at work, continues"),
            "{screen}"
        );
        assert!(!terminal.written().contains("owned\x07"));
    }
}

#[test]
fn ctrl_z_lends_the_terminal_to_the_shell_and_fg_draws_everything_again() {
    let desk = at_the_shell();
    let (mut terminal, modes) = started(&desk, &demo());
    for _ in 0..2 {
        terminal.wait_for("Cluster name", SOON);
        let before = terminal.screen();
        terminal.keys("<ctrl-z>");
        terminal.wait_until("the shell", SOON, |screen| screen.ends_with("shell: "));
        assert_eq!(terminal.modes(), modes, "{}", terminal.screen());
        assert_eq!(state_of(the_one(&desk, "kopswain")).as_deref(), Some("T"));
        terminal.keys("fg<enter>");
        terminal.wait_until("the same screen", SOON, |screen| screen == before);
    }
    terminal.keys("<ctrl-c>");
    terminal.wait_for("Leave kopswain", SOON);
    terminal.keys("l");
    terminal.wait_until("the shell", SOON, |screen| screen.ends_with("shell: "));
    assert_eq!(terminal.modes(), modes);
    asks_nothing(&terminal.written());
}

#[test]
fn a_stop_that_nobody_can_catch_is_drawn_over_when_it_goes_on() {
    let desk = at_the_shell();
    let (mut terminal, _) = started(&desk, &demo());
    let pid = the_one(&desk, "kopswain");
    let (before, taken) = (terminal.screen(), terminal.modes());
    kill(pid, Signal::SIGSTOP).unwrap();
    terminal.wait_for("shell: ", SOON);
    // The shell has the line again and shows what it likes.
    // Its enter is a line feed now, because the program had no time to give the modes back.
    terminal.keys("echo 'over''written'\n");
    terminal.wait_for("overwritten", SOON);
    terminal.keys("fg\n");
    terminal.wait_until("the same screen", SOON, |screen| screen == before);
    assert_eq!(terminal.modes(), taken);
}

#[test]
fn without_a_shell_that_waits_ctrl_z_stops_nothing() {
    let desk = at_the_shell();
    let mut terminal = desk.terminal(&["demo"], (100, 30));
    terminal.wait_for("Cluster name", SOON);
    terminal.keys("<ctrl-z>?");
    terminal.wait_for("Keys here", SOON);
    assert_ne!(state_of(terminal.pid()).as_deref(), Some("T"));
    kill(terminal.pid(), Signal::SIGTSTP).unwrap();
    terminal.keys("<esc>");
    terminal.wait_until("the help closed", SOON, |screen| {
        !screen.contains("Keys here")
    });
    kill(terminal.pid(), Signal::SIGTERM).unwrap();
    let left: Left = terminal.end(AT_ONCE);
    assert_eq!(left.code, 130);
    left.restored();
}

fn state_of(pid: Pid) -> Option<String> {
    stat(pid).map(|words| words[0].clone())
}

// The fields of /proc/PID/stat after the name: state first, ticks of processor time as fields 11 and 12; none once the
// process is gone.
fn stat(pid: Pid) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = text.rsplit_once(") ")?;
    Some(rest.split_whitespace().map(str::to_owned).collect())
}

fn ticks_of(words: &[String]) -> u64 {
    words[11].parse::<u64>().unwrap() + words[12].parse::<u64>().unwrap()
}

// What it still works at when its terminal goes would count as if that were the reason.
pub(crate) fn at_rest(pid: Pid) {
    let began = Instant::now();
    let (mut last, mut since) = (0, began);
    while since.elapsed() < REST {
        let ticks = ticks_of(&stat(pid).unwrap());
        if ticks != last {
            (last, since) = (ticks, Instant::now());
        }
        assert!(
            began.elapsed() < SOON,
            "it never rests, after {ticks} ticks"
        );
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn a_terminal_that_vanishes_ends_the_program_at_once() {
    let desk = at_the_shell();
    let terminal = desk.terminal(&["demo"], (100, 30));
    terminal.wait_for("Cluster name", SOON);
    let pid = terminal.pid();
    at_rest(pid);
    gone(pid, Some(&terminal.hang_up("?")));
}

#[test]
fn a_terminal_that_vanishes_without_a_signal_ends_the_program_at_once() {
    let desk = at_the_shell();
    // In a session of its own the terminal is not the controlling one: no SIGHUP tells that it is gone.
    let terminal = desk.other(&[
        "/bin/sh",
        "-c",
        // What runs beside a shell has no standard input, unless it is given one.
        &format!("trap '' HUP; exec 3<&0; setsid -w {} <&3 & wait", demo()),
    ]);
    terminal.wait_for("ctrl-c leave", SOON);
    let found: BTreeSet<Pid> = running(&desk, "kopswain").into_iter().collect();
    assert_eq!(found.len(), 1);
    let pid = *found.first().unwrap();
    at_rest(pid);
    drop(terminal.hang_up("?"));
    gone(pid, None);
}

// Ended at once, and at next to no processor time.
pub(crate) fn gone(pid: Pid, exit: Option<&Receiver<u32>>) {
    let began = Instant::now();
    let first = stat(pid).map_or(0, |words| ticks_of(&words));
    let mut last = first;
    while let Some(words) = stat(pid).filter(|words| words[0] != "Z") {
        last = ticks_of(&words);
        let ticks = last - first;
        assert!(began.elapsed() < AT_ONCE, "it runs on, with {ticks} ticks");
        std::thread::sleep(Duration::from_millis(2));
    }
    // A tick is 10 ms.
    assert!(last - first < 30, "{} ticks", last - first);
    if let Some(exit) = exit {
        assert_eq!(exit.recv_timeout(SOON), Ok(130));
    }
}
