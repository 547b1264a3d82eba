//! The wizard on the real account, and the same on the built-in one.

use std::path::PathBuf;

use tokio::sync::mpsc::unbounded_channel;

use super::driver::Driver;
use super::{Common, full_screen, headless, plain, print};
use crate::core::answers::Answers;
use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::core::text::prose::sentences;
use crate::io::demo::DemoRunner;
use crate::io::event_loop::Runner;
use crate::io::files::{cause, shown};
use crate::io::runner::RealRunner;
use crate::io::settings::home_folder;
use crate::io::terminal::end_on_signals;
use crate::io::{answers_file, kops, runs};
use crate::tui::model::{Mode, Model, Screen};
use crate::tui::record::FoundRun;
use crate::tui::screens::apply::Outcome;
use crate::tui::screens::wizard::LastRun;

/// Goes on with the answers file of the working folder, or starts a new one.
pub(super) async fn run(common: &Common) -> Result<u8, Fault> {
    let path = common
        .answers
        .clone()
        .unwrap_or_else(|| PathBuf::from(answers_file::DEFAULT));
    let (answers, file) = answers_file::open(&path)?;
    let mut answers = answers.unwrap_or_default();
    fill(&mut answers, common);
    let (sender, mut events) = unbounded_channel();
    let runner = RealRunner::new(common.settings(), file, sender.clone());
    kops::sweep();
    let found = last_run_of(&answers)?;
    let model = match &found {
        Some(found) if !found.closed => Model::found(found, &home_folder()),
        _ => Model::wizard(answers, &home_folder()),
    };
    let mut model = model.in_shell(common.settings().shell());
    if let Some(found) = found.filter(|found| found.closed) {
        note_last_run(&mut model, &found);
    }
    if full_screen::possible(common) {
        let (code, left) = full_screen::run(common, model, &runner, &mut events, &sender).await?;
        farewell(&left, &runner);
        return Ok(code);
    }
    end_on_signals(&sender).map_err(|error| no_signals(&error))?;
    let mut driver = Driver::new(runner, events);
    if matches!(model.screen, Screen::Apply(_)) {
        return headless::follow(&mut driver, &mut { model }, plain::WAIT).await;
    }
    let ended = plain::run(model, Some(&path), &mut driver).await;
    tell_answers(&driver.runner);
    ended
}

// What became of the answers file while the screen or the prompts had it.
fn tell_answers(runner: &RealRunner) {
    let written = runner.finish_answers();
    for kept in &written.kept {
        print::remark(&kept.words());
    }
    if let Some(fault) = written.failed {
        print::error(&fault.to_string());
    }
}

// The last run of this cluster: where nobody saw its end, it is shown first.
fn last_run_of(answers: &Answers) -> Result<Option<FoundRun>, Fault> {
    let Ok(cluster) = ClusterName::parse(&answers.cluster) else {
        return Ok(None);
    };
    let begun = |found: &FoundRun| found.at_work || !found.commands.is_empty();
    Ok(runs::find(&cluster, &answers.state_store)?.filter(begun))
}

// The questions begin again, so what they led to before is said first.
fn note_last_run(model: &mut Model, found: &FoundRun) {
    let run = LastRun::of(found, shown(&found.folder));
    model.notice = Some(sentences(&[&run.what(), &run.next(&model.place())]));
    if let Screen::Wizard(wizard) = &mut model.screen {
        wizard.last_run = Some(run);
    }
}

/// The Fault for signals that cannot be taken.
pub(super) fn no_signals(error: &std::io::Error) -> Fault {
    Fault::new(
        "signals cannot be taken",
        cause(error),
        "close other programs, then start again",
    )
}

/// The same wizard on the built-in account: nothing is asked of AWS, no kops is run, no file is written.
pub(super) async fn demo(common: &Common) -> Result<u8, Fault> {
    let (sender, mut events) = unbounded_channel();
    let runner = DemoRunner::paced(sender.clone());
    let mut model = Model::wizard(crate::io::demo::answers(), &home_folder());
    model.mode = Mode::Demonstration;
    if full_screen::possible(common) {
        let (code, _) = full_screen::run(common, model, &runner, &mut events, &sender).await?;
        return Ok(code);
    }
    end_on_signals(&sender).map_err(|error| no_signals(&error))?;
    print::out("demonstration: a built-in account; nothing is asked of AWS and nothing is changed");
    plain::run(model, None, &mut Driver::new(runner, events)).await
}

// The command line and the environment answer what the file leaves open.
pub(super) fn fill(answers: &mut Answers, common: &Common) {
    let settings = common.settings();
    if let Some(region) = settings
        .region
        .clone()
        .filter(|_| answers.region.is_empty())
    {
        answers.region = region;
    }
    if let Some(channel) = settings
        .channel
        .clone()
        .filter(|_| answers.channel.is_empty())
    {
        answers.channel = channel;
    }
    if let Some(store) = settings
        .state_store()
        .filter(|_| answers.state_store.is_empty())
    {
        answers.state_store = store;
    }
}

/// What becomes of the command that ran when this program was left; absent when none did.
pub(super) fn left_behind(model: &Model, runner: &impl Runner) -> Option<String> {
    let Screen::Apply(apply) = &model.screen else {
        return None;
    };
    let task = apply.running()?;
    let copied = model.place().copied();
    if runner.let_go(task.job) {
        let watch = copied.kopswain("watch", model.cluster());
        return Some(format!("kops continues; watch it with {watch}"));
    }
    let review = copied.kopswain("review", model.cluster());
    Some(format!(
        "{} was not started, and nothing runs; see where it stands with {review}",
        task.command
    ))
}

/// After the screen is given back: where the output of kops is, and what went wrong, so that neither is lost.
pub(super) fn farewell(model: &Model, runner: &RealRunner) {
    if let Screen::Apply(apply) = &model.screen
        && let Outcome::Failed(fault) = &apply.outcome
    {
        print::error(&fault.to_string());
    }
    tell_answers(runner);
    if let Some(words) = left_behind(model, runner) {
        print::remark(&words);
    }
    if let Some(folder) = runner.run_folder() {
        print::remark(&format!("output of kops: {}", folder.display()));
    }
}
