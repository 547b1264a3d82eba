//! Random walks from every screen: keys, the mouse, pastes, sizes, answers that come late, cut, or not at all. After each
//! event the program stands, the cursor is on a row that exists, and the answers, their file and the spec say the same.
//!
//! `KOPSWAIN_STEPS=1000000 cargo test --test screens walk` takes so many steps; `KOPSWAIN_SEED=1` takes others.
//! A walk that fails is shortened to the steps that it takes, and says its seed.

mod answers;
mod checks;
mod step;
mod walker;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngSeed, TestRunner};
use step::Step;
use walker::Walker;

/// Steps of all walks together, when nobody says otherwise.
const STEPS: u64 = 360;
/// Steps of one walk.
const LONGEST: usize = 120;
const SEED: u64 = 15;
/// For so long a walk that failed is made shorter.
const SHORTENING: Duration = Duration::from_mins(1);

/// One walk.
#[derive(Clone, Debug)]
struct Way {
    /// Where it begins, by its place among all screens.
    start: usize,
    steps: Vec<Step>,
}

/// Where a walk ended too early, and why.
struct BrokenStep {
    step: usize,
    why: String,
}

impl Way {
    // To its end, or to what does not hold; how many events there were.
    fn walk(&self) -> Result<usize, BrokenStep> {
        let (_, model) = super::all().nth(self.start).unwrap();
        let mut walker = Walker::new(model);
        for (at, step) in self.steps.iter().enumerate() {
            let taken = catch_unwind(AssertUnwindSafe(|| walker.take(step)));
            let taken = taken.unwrap_or_else(|_| Err("it panics, as printed above".to_owned()));
            taken.map_err(|why| BrokenStep { step: at, why })?;
        }
        Ok(walker.events())
    }

    fn without(&self, from: usize, count: usize) -> Self {
        let mut shorter = self.clone();
        shorter.steps.drain(from..from + count);
        shorter
    }

    // Leaves out what the fault does not need: what comes after it, then halves, quarters, and at last single steps.
    fn shortened(mut self, mut fault: BrokenStep) -> (Self, BrokenStep) {
        let began = Instant::now();
        self.steps.truncate(fault.step + 1);
        let mut count = self.steps.len() / 2;
        while count > 0 {
            let mut from = 0;
            while from + count <= self.steps.len() && began.elapsed() < SHORTENING {
                let shorter = self.without(from, count);
                match shorter.walk() {
                    Ok(_) => from += count,
                    Err(earlier) => {
                        (self, fault) = (shorter, earlier);
                        self.steps.truncate(fault.step + 1);
                    }
                }
            }
            count = if count > self.steps.len() {
                self.steps.len()
            } else {
                count
            } / 2;
        }
        (self, fault)
    }

    fn replay(&self) -> String {
        let (name, _) = super::all().nth(self.start).unwrap();
        let steps = self.steps.iter().map(|step| format!("  {step:?}"));
        format!("from {name}:\n{}", steps.collect::<Vec<_>>().join("\n"))
    }
}

fn ways() -> impl Strategy<Value = Way> {
    let steps = prop::collection::vec(step::steps(), LONGEST);
    (0..super::all().count(), steps).prop_map(|(start, steps)| Way { start, steps })
}

fn number(variable: &str, otherwise: u64) -> u64 {
    let given = std::env::var(variable).ok();
    given.map_or(otherwise, |text| text.parse().unwrap())
}

#[test]
#[allow(clippy::print_stderr)]
fn no_random_walk_breaks_the_program() {
    let steps = number("KOPSWAIN_STEPS", STEPS);
    let seed = number("KOPSWAIN_SEED", SEED);
    let mut runner = TestRunner::new(ProptestConfig {
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let (ways, mut events) = (ways(), 0);
    for _ in 0..steps.div_ceil(LONGEST as u64) {
        let way = ways.new_tree(&mut runner).unwrap().current();
        match way.walk() {
            Ok(taken) => events += taken,
            Err(fault) => {
                let (way, fault) = way.shortened(fault);
                panic!("KOPSWAIN_SEED={seed}, {}\n{}", way.replay(), fault.why);
            }
        }
    }
    eprintln!("{steps} steps, {events} events");
}
