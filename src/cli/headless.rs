//! A run without a screen: its commands printed in lines, then the cluster waited for.

use std::path::Path;
use std::time::Duration;

use super::approve::busy;
use super::driver::{Driver, Settled};
use super::{print, session};
use crate::core::analysis::next_steps::NextSteps;
use crate::core::fault::Fault;
use crate::core::text::untrusted::visible;
use crate::io::event_loop::Runner;
use crate::tui::event::Event;
use crate::tui::model::{Model, Screen};
use crate::tui::screens::apply::{Apply, LockState, Outcome};
use crate::tui::screens::review::Review;
use crate::tui::screens::review::compare::{APPROVED_AND_REAL, ApprovalComparison};

/// Runs the commands and waits for the cluster, not at all for zero; exit code 0 when ready, 2 when the time ran out first.
pub(super) async fn apply<R: Runner>(driver: &mut Driver<R>, wait: Duration) -> Result<u8, Fault> {
    driver.send(Event::Approved);
    run_to_end(driver, wait).await
}

/// Follows a run that was found, and then waits for the cluster; exit codes as for a run of one's own.
pub(super) async fn follow<R: Runner>(driver: &mut Driver<R>, wait: Duration) -> Result<u8, Fault> {
    driver.start();
    run_to_end(driver, wait).await
}

async fn run_to_end<R: Runner>(driver: &mut Driver<R>, wait: Duration) -> Result<u8, Fault> {
    let own = matches!(driver.model.screen(), Screen::Apply(apply) if apply.lock() != LockState::HeldByOther);
    let over = |model: &Model| match model.screen() {
        Screen::Apply(apply) => {
            apply.outcome != Outcome::Running || (own && apply.lock() == LockState::HeldByOther)
        }
        _ => true,
    };
    if let Settled::Exit(code) = driver.settle(None, over).await {
        if let Some(words) = session::command_left_behind(&driver.model, &driver.runner) {
            print::remark(&words);
        }
        return Ok(code);
    }
    match driver.model.screen() {
        Screen::Apply(apply) => Err(match (&apply.outcome, apply.folder()) {
            (Outcome::Failed(fault), _) => fault.clone(),
            (Outcome::Left, _) => apply.copied().fault(left(apply.cluster())),
            (_, folder) => {
                let folder = folder.unwrap_or(Path::new("?"));
                busy(folder, apply.cluster(), apply.target())
            }
        }),
        Screen::Differs { review, apply, .. } => Err(differs(review, apply)),
        screen => {
            if let Screen::RollingUpdate(rolling) = screen {
                print_steps(&rolling.next);
                if let Some(fault) = &rolling.seen_otherwise {
                    return Err(fault.clone());
                }
            }
            if wait.is_zero() {
                return Ok(0);
            }
            super::watch::until_ready(driver, wait).await
        }
    }
}

/// Prints what is left to do, one line for each step.
pub(super) fn print_steps(next: &NextSteps) {
    if !next.why.is_empty() {
        print::remark(&next.why);
    }
    for step in &next.steps {
        print::remark(&format!("next: {}  ({})", step.command, step.what));
    }
}

fn left(cluster: &str) -> Fault {
    Fault::new(
        format!("the run of {} stopped before --yes", visible(cluster)),
        "the kopswain that ran it is gone, and nothing continues without an approval",
        "resume with kopswain in a terminal, or approve again with `kopswain create --approve CLUSTER`",
    )
}

fn differs(review: &Review, apply: &Apply) -> Fault {
    let again = apply.target().copied().kopswain("review", apply.cluster());
    let comparison = review.reading().and_then(|reading| reading.comparison());
    let words: Vec<String> = comparison
        .iter()
        .flat_map(|comparison| {
            let differences = comparison.differences.iter();
            differences.map(|difference| visible(&comparison.sentence(difference)))
        })
        .collect();
    let title = comparison.map_or(APPROVED_AND_REAL.title, |comparison| comparison.words.title);
    let without = comparison.map(ApprovalComparison::without_options);
    let without = match without.unwrap_or_default() {
        none if none.is_empty() => none,
        options => format!("; on the command line, what cannot be read is left out with{options}"),
    };
    Fault::new(
        format!("{title}; nothing was changed in AWS"),
        words.join("; "),
        format!("review it with {again} and approve it there{without}"),
    )
}
