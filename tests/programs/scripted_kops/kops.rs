//! Plays kops for the tests: prints what kops 1.36.2 once printed at the pace of a scenario, and keeps a log of every
//! start, signal and end beside itself. `../stage.rs` puts it into a folder, gives it a scenario and reads its log.
//!
//! Without a scenario it behaves like kops on an account where everything works: it keeps specs and keys for each state
//! store, its dry run is the recorded one until `--yes` has run, and nothing to do afterwards.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod answer;
mod control_plane;
mod log;
mod scenario;
mod signals;
mod store;

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use answer::Answer;
use log::{Log, Noted};
use scenario::Scenario;
use store::Store;

/// What kops 1.36.2 really printed.
const RECORDINGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/kops");

/// The path of kops's main package, which every kops holds.
#[used]
static MARK: &str = "k8s.io/kops/cmd/kops";

fn main() {
    let program = std::env::current_exe().expect("the path of this program");
    let args: Vec<String> = std::env::args().skip(1).collect();
    let log = Log::beside(&program);
    let scenario = Scenario::beside(&program);
    let told = scenario.of(&args, &log.earlier(&args));
    signals::count(log.clone(), told.on.clone());
    log.note(&Noted::started(&args));
    if let Some(raw) = &told.raw {
        end(&log, answer::print_raw(raw, told.exit.unwrap_or(0)));
    }
    let store = Store::of(&program, &args);
    let answer = match &told.recording {
        Some(name) => Answer::recorded(name, store.cluster()),
        None => store.answer(&scenario.version),
    };
    let mut answer = told.changed(answer);
    wait_for(told.wait_for.as_deref());
    let seen = control_plane::said(&args, store.cluster());
    answer.stderr.insert_str(0, &seen);
    answer.print(Duration::from_millis(told.lasts));
    if answer.exit == 0 {
        store.keep();
    }
    if told.crash {
        std::process::abort();
    }
    end(&log, answer.exit);
}

fn end(log: &Log, exit: i32) -> ! {
    log.note(&Noted::ended(exit));
    std::process::exit(exit);
}

// It goes on by itself after two minutes, should nobody make the file.
fn wait_for(file: Option<&Path>) {
    let Some(file) = file else { return };
    let began = Instant::now();
    while !file.exists() && began.elapsed() < Duration::from_mins(2) {
        sleep(Duration::from_millis(10));
    }
}

fn beside(program: &Path, end: &str) -> PathBuf {
    let mut name = program.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}
