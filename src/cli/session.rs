//! What every command that drives a model begins and ends with.

use tokio::sync::mpsc::UnboundedSender;

use super::parting::parting_words;
use super::{Common, print};
use crate::core::answers::Answers;
use crate::core::fault::Fault;
use crate::io::event_loop::Runner;
use crate::io::files::cause;
use crate::io::runner::RealRunner;
use crate::io::terminal::end_on_signals;
use crate::io::{aws, state_store};
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::model::{Model, Screen};
use crate::tui::request::Response;
use crate::tui::screens::apply::Outcome;

/// Where a cluster is that exists: the region and the state store of the settings.
pub(super) async fn target(common: &Common) -> Result<ClusterTarget, Fault> {
    let settings = common.settings();
    Ok(ClusterTarget {
        region: aws::region(&settings).await?,
        state_store: settings.state_store().ok_or_else(state_store::unset)?,
        shell: Some(settings.shell()),
        ..ClusterTarget::default()
    })
}

/// The command line and the environment answer what the file leaves open.
pub(super) fn fill(answers: &mut Answers, common: &Common) {
    let settings = common.settings();
    let fill = |answer: &mut String, setting: Option<String>| {
        if let Some(setting) = setting.filter(|_| answer.is_empty()) {
            *answer = setting;
        }
    };
    fill(&mut answers.state_store, settings.state_store());
    fill(&mut answers.region, settings.region);
    fill(&mut answers.channel, settings.channel);
}

/// Lets signals end the program through its events.
pub(super) fn take_signals(sender: &UnboundedSender<Response>) -> Result<(), Fault> {
    end_on_signals(sender).map_err(|error| {
        Fault::new(
            "signals cannot be taken",
            cause(&error),
            "close other programs, then start again",
        )
    })
}

/// What became of the answers file while the screen or the prompts had it.
pub(super) fn print_written_answers(runner: &RealRunner) {
    let written = runner.finish_answers();
    for kept in &written.kept {
        print::remark(&kept.words());
    }
    if let Some(fault) = written.failed {
        print::error(&fault.to_string());
    }
}

/// What becomes of the command that ran when this program was left; absent when none did.
pub(super) fn command_left_behind(model: &Model, runner: &impl Runner) -> Option<String> {
    let Screen::Apply(apply) = model.screen() else {
        return None;
    };
    let task = apply.running()?;
    let copied = model.target().copied();
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

/// After the screen is given back: how it was left, where the output of kops is, and what went wrong, so that nothing is
/// lost.
pub(super) fn farewell(model: &Model, runner: &RealRunner) {
    if let Screen::Apply(apply) = model.screen()
        && let Outcome::Failed(fault) = &apply.outcome
    {
        print::error(&fault.to_string());
    }
    print_written_answers(runner);
    if let Some(words) = parting_words(model) {
        print::remark(&words);
    }
    if let Some(words) = command_left_behind(model, runner) {
        print::remark(&words);
    }
    if let Some(folder) = runner.run_folder() {
        print::remark(&format!("output of kops: {}", folder.display()));
    }
}
