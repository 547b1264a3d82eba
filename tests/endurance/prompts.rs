//! Prompts in place of screens: a signal, a key or the end of the terminal ends them at once, and the terminal is given back.

use std::time::Instant;

use nix::sys::signal::{Signal, kill};

use crate::desk::{Desk, PROGRAM};
use crate::pty::Terminal;
use crate::restored::{AT_ONCE, SOON, at_rest, at_the_shell, gone, shell, the_one};

// The first prompt, and the modes of the line as the shell had them.
fn asked(desk: &Desk) -> (Terminal, String) {
    let (mut terminal, modes) = shell(desk);
    terminal.keys(&format!("{PROGRAM} demo --plain; echo 'en''ded'=$?<enter>"));
    terminal.wait_for("Cluster name", SOON);
    let began = Instant::now();
    while terminal.modes() == modes {
        assert!(began.elapsed() < SOON, "{}", terminal.screen());
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    (terminal, modes)
}

fn ended(terminal: &Terminal, modes: &str) {
    terminal.wait_for("ended=130", AT_ONCE);
    assert_eq!(terminal.modes(), modes, "{}", terminal.screen());
}

#[test]
fn every_signal_ends_a_prompt_and_gives_the_terminal_back() {
    for signal in [
        Signal::SIGTERM,
        Signal::SIGHUP,
        Signal::SIGQUIT,
        Signal::SIGINT,
    ] {
        let desk = at_the_shell();
        let (terminal, modes) = asked(&desk);
        kill(the_one(&desk, "kopswain"), signal).unwrap();
        ended(&terminal, &modes);
    }
}

#[test]
fn ctrl_c_at_a_prompt_leaves_as_an_interrupt_does() {
    let desk = at_the_shell();
    let (mut terminal, modes) = asked(&desk);
    terminal.keys("<ctrl-c>");
    ended(&terminal, &modes);
    // The same at a question that is chosen from a list.
    let (mut terminal, modes) = asked(&desk);
    for question in ["Region", "State store"] {
        terminal.keys("<enter>");
        terminal.wait_for(question, SOON);
    }
    terminal.keys("<enter>");
    terminal.wait_for("> example", SOON);
    terminal.keys("<ctrl-c>");
    ended(&terminal, &modes);
}

#[test]
fn a_terminal_that_vanishes_at_a_prompt_ends_the_program_at_once() {
    let desk = at_the_shell();
    let terminal = desk.terminal(&["demo", "--plain"], (100, 30));
    terminal.wait_for("Cluster name", SOON);
    let pid = terminal.pid();
    at_rest(pid);
    gone(pid, Some(&terminal.hang_up("x")));
}
