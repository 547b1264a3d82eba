//! From start to first frame and from key to changed frame, as a terminal sees them: the release binary in a
//! pseudo-terminal, `cargo bench --bench first_frame`. Prints minimum, median, 99th percentile and maximum in
//! milliseconds; the last line is about keys that are pressed while an account of 200 VPCs streams in.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    dead_code,
    unused_imports,
    reason = "the scripted AWS is that of the tests, which use more of it"
)]

use std::io::Write;
use std::time::{Duration, Instant};

use portable_pty::CommandBuilder;
use pseudo_terminal::{Failed, PseudoTerminal};
use server::Server;

#[path = "../tests/wire/large.rs"]
mod large;
mod pseudo_terminal;
#[path = "../tests/wire/server.rs"]
mod server;
#[path = "../tests/wire/whole.rs"]
mod whole;
#[path = "../tests/wire/world.rs"]
mod world;

const RUNS: usize = 20;
/// How often the account streams in.
const STREAMS: usize = 3;
/// What each call to it takes; one after the other, so that the account comes in over seconds.
const CALL: Duration = Duration::from_millis(50);
/// Between two keys, as a person holds one down.
const REPEAT: Duration = Duration::from_millis(30);
/// Calls of an account that is read whole, nearly.
const MOST_CALLS: usize = 50;

fn main() -> Result<(), Failed> {
    let (mut first, mut key, mut streaming) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let (start, press) = run()?;
        first.push(start);
        key.push(press);
    }
    for _ in 0..STREAMS {
        streaming.extend(press_while_streaming()?);
    }
    report("start to first frame", &mut first);
    report("key to changed frame", &mut key);
    report("the same while 200 VPCs stream in", &mut streaming);
    Ok(())
}

fn run() -> Result<(Duration, Duration), Failed> {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_kopswain"));
    command.arg("demo");
    let begun = Instant::now();
    let mut program = Program::start(command)?;
    program
        .terminal
        .wait(|screen| screen.contains("Cluster name"))?;
    let first = begun.elapsed();
    let key = program.press(b"?", |screen| screen.contains("Keys here"))?;
    Ok((first, key))
}

// The cursor goes down and up while the pages come.
fn press_while_streaming() -> Result<Vec<Duration>, Failed> {
    let server = Server::start(|request| {
        std::thread::sleep(CALL);
        large::large(request)
    });
    let folder = tempfile::tempdir()?;
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_kopswain"));
    command.cwd(folder.path());
    command.env_clear();
    command.env("HOME", folder.path());
    for (name, value) in server.variables() {
        command.env(name, value);
    }
    let mut program = Program::start(command)?;
    program
        .terminal
        .wait(|screen| screen.contains("Cluster name"))?;
    let mut taken = Vec::new();
    while server.asked.lock().unwrap().len() < MOST_CALLS {
        let before = cursor_row(&program.terminal.contents());
        let arrow: &[u8] = if taken.len() % 2 == 0 {
            b"\x1b[B"
        } else {
            b"\x1b[A"
        };
        taken.push(program.press(arrow, |screen| cursor_row(screen) != before)?);
        program.terminal.take_for(REPEAT)?;
    }
    Ok(taken)
}

fn cursor_row(screen: &str) -> Option<usize> {
    screen.lines().position(|row| row.contains('›'))
}

/// The program in its terminal, and its keyboard.
struct Program {
    terminal: PseudoTerminal,
    keys: Box<dyn Write + Send>,
}

impl Program {
    fn start(command: CommandBuilder) -> Result<Self, Failed> {
        let terminal = PseudoTerminal::start(command)?;
        let keys = terminal.master.take_writer()?;
        Ok(Self { terminal, keys })
    }

    fn press(&mut self, key: &[u8], shown: impl Fn(&str) -> bool) -> Result<Duration, Failed> {
        let pressed = Instant::now();
        self.keys.write_all(key)?;
        self.terminal.wait(shown)?;
        Ok(pressed.elapsed())
    }
}

fn report(what: &str, times: &mut [Duration]) {
    times.sort();
    let last = times.len().saturating_sub(1);
    let millis = |percent: usize| {
        let time = times.get(last * percent / 100);
        time.map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
    };
    println!(
        "{what}: min {:.1} ms, median {:.1} ms, p99 {:.1} ms, max {:.1} ms of {}",
        millis(0),
        millis(50),
        millis(99),
        millis(100),
        times.len()
    );
}
