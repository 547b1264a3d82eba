//! From start to first frame and from key to changed frame, as a terminal sees them: the release binary in a
//! pseudo-terminal, `cargo bench --bench first_frame`. Prints minimum, median and maximum in milliseconds.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

type Failed = Box<dyn std::error::Error + Send + Sync>;

const RUNS: usize = 20;
const ROWS: NonZeroU16 = NonZeroU16::MIN.saturating_add(47);
const COLUMNS: NonZeroU16 = NonZeroU16::MIN.saturating_add(159);
const LONGEST: Duration = Duration::from_secs(10);

fn main() -> Result<(), Failed> {
    let (mut first, mut key) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let (start, press) = run()?;
        first.push(start);
        key.push(press);
    }
    report("start to first frame", &mut first);
    report("key to changed frame", &mut key);
    Ok(())
}

fn run() -> Result<(Duration, Duration), Failed> {
    let size = PtySize {
        rows: ROWS.get(),
        cols: COLUMNS.get(),
        pixel_width: 0,
        pixel_height: 0,
    };
    let pair = native_pty_system().openpty(size)?;
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_kopswain"));
    command.arg("demo");
    command.env("TERM", "xterm-256color");
    let output = listen(pair.master.try_clone_reader()?);
    let mut keys = pair.master.take_writer()?;
    let begun = Instant::now();
    let mut child = pair.slave.spawn_command(command)?;
    wait_for(&output, "Cluster name")?;
    let first = begun.elapsed();
    let pressed = Instant::now();
    keys.write_all(b"?")?;
    wait_for(&output, "Keys here")?;
    let key = pressed.elapsed();
    child.kill()?;
    child.wait()?;
    Ok((first, key))
}

fn listen(mut reader: Box<dyn Read + Send>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut buffer = vec![0; 65_536];
        while let Ok(count @ 1..) = reader.read(&mut buffer) {
            if sender
                .send(buffer.get(..count).unwrap_or_default().to_vec())
                .is_err()
            {
                return;
            }
        }
    });
    receiver
}

fn wait_for(output: &Receiver<Vec<u8>>, wanted: &str) -> Result<(), Failed> {
    let mut parser = vt100::Parser::new(ROWS, COLUMNS, 0);
    loop {
        parser.process(&output.recv_timeout(LONGEST)?);
        if parser.screen().contents().contains(wanted) {
            return Ok(());
        }
    }
}

#[allow(clippy::print_stdout)]
fn report(what: &str, times: &mut [Duration]) {
    times.sort();
    let millis = |at: usize| {
        times
            .get(at)
            .map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
    };
    println!(
        "{what}: min {:.1} ms, median {:.1} ms, max {:.1} ms over {RUNS} runs",
        millis(0),
        millis(RUNS / 2),
        millis(RUNS - 1)
    );
}
