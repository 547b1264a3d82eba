//! A terminal that a test types into and reads: a pseudo-terminal, and a parser of what is written to it.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use nix::unistd::Pid;
use portable_pty::{ChildKiller, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// A program in a terminal; dropping it kills the program.
pub(crate) struct Terminal {
    seen: Arc<Seen>,
    input: Box<dyn Write + Send>,
    exit: Receiver<u32>,
    killer: Box<dyn ChildKiller + Send + Sync>,
    pid: i32,
    // The program gets a hangup when this and its copies are dropped.
    master: Box<dyn MasterPty + Send>,
}

struct Seen {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    parser: vt100::Parser,
    written: Vec<u8>,
    ended: bool,
    hung_up: bool,
}

impl Terminal {
    /// Starts a program with nothing but these variables in this folder.
    pub(crate) fn start(
        words: &[&str],
        variables: &[(String, String)],
        folder: &Path,
        (columns, rows): (u16, u16),
    ) -> Self {
        let size = PtySize {
            rows,
            cols: columns,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(words[0]);
        command.args(&words[1..]);
        command.env_clear();
        for (name, value) in variables {
            command.env(name, value);
        }
        command.env("TERM", "xterm-256color");
        command.cwd(folder);
        let mut child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let killer = child.clone_killer();
        let pid = child.process_id().unwrap().cast_signed();
        let [high, wide] = [rows, columns].map(|cells| NonZeroU16::new(cells).unwrap());
        let parser = vt100::Parser::new(high, wide, 0);
        let seen = Arc::new(Seen {
            state: Mutex::new(State {
                parser,
                written: Vec::new(),
                ended: false,
                hung_up: false,
            }),
            changed: Condvar::new(),
        });
        let reader = pair.master.try_clone_reader().unwrap();
        let reading = Arc::clone(&seen);
        thread::spawn(move || reading.read_all(reader));
        let (sender, exit) = channel();
        thread::spawn(move || sender.send(child.wait().unwrap().exit_code()));
        let input = pair.master.take_writer().unwrap();
        Self {
            seen,
            input,
            exit,
            killer,
            pid,
            master: pair.master,
        }
    }

    /// The program's process.
    pub(crate) fn pid(&self) -> Pid {
        Pid::from_raw(self.pid)
    }

    /// The modes of the line as the kernel has them, and those of the screen.
    pub(crate) fn modes(&self) -> String {
        let line = self.master.get_termios().unwrap();
        let state = self.seen.lock();
        let screen = state.parser.screen();
        format!(
            "{line:?} alternate screen {}, cursor hidden {}, bracketed paste {}, mouse {:?}, keypad {}, cursor keys {}, attributes {:?}",
            screen.alternate_screen(),
            screen.hide_cursor(),
            screen.bracketed_paste(),
            screen.mouse_protocol_mode(),
            screen.application_keypad(),
            screen.application_cursor(),
            screen.fgcolor(),
        )
    }

    /// Everything that was written to the terminal so far.
    pub(crate) fn written(&self) -> String {
        let seen = self.seen.lock();
        // A letter that has come in part only is no broken one.
        let whole = match std::str::from_utf8(&seen.written) {
            Err(error) if error.error_len().is_none() => &seen.written[..error.valid_up_to()],
            _ => &seen.written[..],
        };
        String::from_utf8_lossy(whole).into_owned()
    }

    /// Takes the terminal away: the line hangs up. What the program writes on `poke` lets go of the last copy of it.
    pub(crate) fn hang_up(mut self, poke: &str) -> Receiver<u32> {
        self.seen.lock().hung_up = true;
        self.keys(poke);
        let mut state = self.seen.lock();
        while !state.ended {
            state = self.seen.changed.wait(state).unwrap();
        }
        drop(state);
        let (_, exit) = channel();
        std::mem::replace(&mut self.exit, exit)
    }

    /// Waits until the screen shows a text; fails with the screen when it does not come in time.
    pub(crate) fn wait_for(&self, text: &str, at_most: Duration) {
        self.wait_until(&format!("{text:?}"), at_most, |screen| {
            screen.contains(text)
        });
    }

    /// Waits until the screen is as wanted.
    pub(crate) fn wait_until(&self, what: &str, at_most: Duration, wanted: impl Fn(&str) -> bool) {
        let deadline = Instant::now() + at_most;
        let mut state = self.seen.lock();
        loop {
            let screen = state.parser.screen().contents();
            if wanted(&screen) {
                return;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(
                !state.ended,
                "the program ended before the screen showed {what}:\n{screen}"
            );
            assert!(
                !left.is_zero(),
                "{at_most:?} passed and the screen does not show {what}:\n{screen}"
            );
            state = self.seen.changed.wait_timeout(state, left).unwrap().0;
        }
    }

    /// Types a text; `<enter>`, `<esc>`, `<down>`, `<ctrl-c>` and the like are keys.
    pub(crate) fn keys(&mut self, text: &str) {
        self.input.write_all(&bytes_of(text)).unwrap();
        self.input.flush().unwrap();
    }

    /// Gives the terminal another size.
    pub(crate) fn resize(&self, (columns, rows): (u16, u16)) {
        let [high, wide] = [rows, columns].map(|cells| NonZeroU16::new(cells).unwrap());
        self.seen.lock().parser.screen_mut().set_size(high, wide);
        let size = PtySize {
            rows,
            cols: columns,
            pixel_width: 0,
            pixel_height: 0,
        };
        self.master.resize(size).unwrap();
    }

    /// What the screen shows, one line per row.
    pub(crate) fn screen(&self) -> String {
        self.seen.lock().parser.screen().contents()
    }

    /// Waits for the end of the program and gives its exit code and the screen that it left.
    pub(crate) fn end(self, at_most: Duration) -> Left {
        let code = self.exit.recv_timeout(at_most);
        let code = code.unwrap_or_else(|_| {
            panic!("the program goes on after {at_most:?}:\n{}", self.screen())
        });
        let deadline = Instant::now() + at_most;
        let mut state = self.seen.lock();
        while !state.ended && Instant::now() < deadline {
            let left = deadline.saturating_duration_since(Instant::now());
            state = self.seen.changed.wait_timeout(state, left).unwrap().0;
        }
        drop(state);
        let (modes, written) = (self.modes(), self.written());
        let state = self.seen.lock();
        let screen = state.parser.screen();
        Left {
            code,
            modes,
            written,
            alternate_screen: screen.alternate_screen(),
            cursor_hidden: screen.hide_cursor(),
            bracketed_paste: screen.bracketed_paste(),
            text: screen.contents(),
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.killer.kill();
    }
}

/// How a program left the terminal.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Left {
    pub(crate) code: u32,
    /// As [`Terminal::modes`] gives them.
    pub(crate) modes: String,
    pub(crate) written: String,
    pub(crate) alternate_screen: bool,
    pub(crate) cursor_hidden: bool,
    pub(crate) bracketed_paste: bool,
    pub(crate) text: String,
}

impl Left {
    /// Fails unless the terminal is as it was: the ordinary screen, the cursor shown, pastes as typed.
    pub(crate) fn restored(&self) {
        let modes = (
            self.alternate_screen,
            self.cursor_hidden,
            self.bracketed_paste,
        );
        assert_eq!(modes, (false, false, false), "{}", self.text);
    }
}

impl Seen {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A wait that failed has poisoned it, and the reader still has to end.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read_all(&self, mut reader: Box<dyn Read + Send>) {
        let mut chunk = [0; 16 * 1024];
        // A terminal whose last program has ended answers with an error on Linux.
        while let Ok(count) = reader.read(&mut chunk) {
            if count == 0 {
                break;
            }
            let mut state = self.lock();
            state.parser.process(&chunk[..count]);
            state.written.extend_from_slice(&chunk[..count]);
            self.changed.notify_all();
            if state.hung_up {
                break;
            }
        }
        drop(reader);
        self.lock().ended = true;
        self.changed.notify_all();
    }
}

const KEYS: [(&str, &str); 12] = [
    ("<enter>", "\r"),
    ("<esc>", "\x1b"),
    ("<tab>", "\t"),
    ("<space>", " "),
    ("<up>", "\x1b[A"),
    ("<down>", "\x1b[B"),
    ("<right>", "\x1b[C"),
    ("<left>", "\x1b[D"),
    ("<ctrl-c>", "\x03"),
    ("<ctrl-u>", "\x15"),
    ("<ctrl-z>", "\x1a"),
    ("<delete>", "\x1b[3~"),
];

fn bytes_of(text: &str) -> Vec<u8> {
    let bytes = KEYS.iter().fold(text.to_owned(), |text, (name, bytes)| {
        text.replace(name, bytes)
    });
    bytes.into_bytes()
}

#[test]
fn keys_are_sent_as_a_terminal_sends_them() {
    assert_eq!(bytes_of("a b<enter><down><ctrl-c>"), b"a b\r\x1b[B\x03");
    assert_eq!(bytes_of("<unknown>"), b"<unknown>");
}

#[test]
fn a_terminal_shows_what_a_program_writes_and_how_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let at_most = Duration::from_secs(10);
    let script = "printf '\\033[?1049h\\033[?25lname? '; read name; printf '\\033[?1049l\\033[?25hhello %s' \"$name\"; exit 7";
    let variables = [("PATH".to_owned(), "/usr/bin:/bin".to_owned())];
    let mut terminal = Terminal::start(
        &["/bin/sh", "-c", script],
        &variables,
        folder.path(),
        (40, 5),
    );
    terminal.wait_for("name?", at_most);
    terminal.keys("Ann<enter>");
    let left = terminal.end(at_most);
    assert_eq!(left.code, 7);
    assert!(left.text.contains("hello Ann"), "{}", left.text);
    left.restored();
}
