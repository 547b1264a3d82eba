//! The wizard on the real account, and the same on the built-in one.

use tokio::sync::mpsc::unbounded_channel;

use super::driver::Driver;
use super::session::take_signals;
use super::{Common, full_screen, headless, home, plain, print, session};
use crate::core::answers::Answers;
use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::io::demo::DemoRunner;
use crate::io::files::shown;
use crate::io::runner::RealRunner;
use crate::io::settings::home_folder;
use crate::io::{answers_file, kops};
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::model::{Model, Screen};
use crate::tui::record::FoundRun;
use crate::tui::screens::home::Home;
use crate::tui::screens::wizard::LastRun;

/// Opens home where the state store or this machine may know something; else continues with the answers file of the working
/// folder, or starts a new one.
pub(super) async fn run(common: &Common) -> Result<u8, Fault> {
    let path = home::answers_path(common);
    let (answers, file) = answers_file::open(&path)?;
    kops::sweep();
    let mut filled = answers.clone().unwrap_or_default();
    session::fill(&mut filled, common);
    let found = last_run_of(&filled)?;
    let seen = found.as_ref().filter(|found| found.closed);
    let last_run = seen.map(|found| LastRun::new(found, shown(&found.folder)));
    let below = home::known(common, answers, &path, last_run.clone());
    let goes_on = found.filter(|found| !found.closed);
    // An answers file that is named is continued with.
    let at_home = common.answers.is_none() && goes_on.is_none() && full_screen::possible(common);
    if at_home && below.may_know_something(&kops::last_runs()) {
        return home::show(common, below, file).await;
    }
    let (sender, mut events) = unbounded_channel();
    let runner = RealRunner::new(common.settings(), file, sender.clone());
    let model = match &goes_on {
        Some(found) => Model::found(found, &home_folder()),
        None => Model::wizard(filled, &home_folder()),
    };
    let mut model = model.in_shell(common.settings().shell());
    // The questions begin again, so what they led to before is shown first.
    if let Some(run) = last_run {
        model = model.after_run(run);
    }
    if at_home {
        model = model.over_home(below);
    }
    if full_screen::possible(common) {
        let (code, left) = full_screen::run(common, model, &runner, &mut events, &sender).await?;
        session::farewell(&left, &runner);
        return Ok(code);
    }
    take_signals(&sender)?;
    let mut driver = Driver::new(model, runner, events);
    if matches!(driver.model.screen(), Screen::Apply(_)) {
        return headless::follow(&mut driver, common.longest_wait()).await;
    }
    let ended = plain::run(&mut driver, Some(&path), common.longest_wait()).await;
    session::print_written_answers(&driver.runner);
    ended
}

// The last run of this cluster: where nobody saw its end, it is shown first.
fn last_run_of(answers: &Answers) -> Result<Option<FoundRun>, Fault> {
    let Ok(cluster) = ClusterName::parse(&answers.cluster) else {
        return Ok(None);
    };
    let begun = |found: &FoundRun| found.at_work || !found.commands.is_empty();
    Ok(kops::find_run(&cluster, &answers.state_store)?.filter(begun))
}

/// The same wizard on the built-in account: nothing is asked of AWS, no kops is run, no file is written.
pub(super) async fn demo(common: &Common) -> Result<u8, Fault> {
    let (sender, mut events) = unbounded_channel();
    let runner = DemoRunner::paced(sender.clone());
    let answers = crate::io::demo::answers();
    let target = ClusterTarget {
        region: answers.region.clone(),
        state_store: answers.state_store.clone(),
        ..ClusterTarget::default()
    };
    let below = Home::new(target, "", answers.clone(), None);
    let model = Model::wizard(answers, &home_folder()).in_demonstration();
    let model = model.over_home(below);
    if full_screen::possible(common) {
        let (code, _) = full_screen::run(common, model, &runner, &mut events, &sender).await?;
        return Ok(code);
    }
    take_signals(&sender)?;
    print::out("demonstration: a built-in account; nothing is asked of AWS and nothing is changed");
    plain::run(&mut Driver::new(model, runner, events), None, plain::WAIT).await
}
