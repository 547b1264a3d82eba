//! `watch`: the dashboard, or one line per poll.

use std::time::Duration;

use tokio::sync::mpsc::unbounded_channel;

use super::driver::{Driver, Settled};
use super::{Common, OutputForm, full_screen, print, session};
use crate::core::cluster::{Phase, Readiness, to_json};
use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::core::kops::command::CommandLine;
use crate::core::text::untrusted::{Untrusted, visible};
use crate::io::event_loop::Runner;
use crate::io::kops;
use crate::io::runner::RealRunner;
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::model::{Model, Screen};
use crate::tui::record::{CommandEnd, FoundRun};
use crate::tui::screens::dashboard::Dashboard;
use crate::tui::widgets::text::elapsed;

/// Watches a cluster on the screen, or polls it once or until it is ready, in lines.
pub(super) async fn run(
    common: &Common,
    cluster: &ClusterName,
    once: bool,
    wait: Option<Duration>,
) -> Result<u8, Fault> {
    let target = session::target(common).await?;
    let (sender, mut events) = unbounded_channel();
    let runner = RealRunner::new(common.settings(), std::path::PathBuf::new(), sender.clone());
    let found = kops::find_run(cluster, &target.state_store)?.filter(|found| !found.closed);
    let found = found.filter(|found| found.at_work || !found.commands.is_empty());
    let lines = once || wait.is_some() || common.output != OutputForm::Text;
    if !lines && full_screen::possible(common) {
        let model = screen_model(common, cluster, target, found.as_ref());
        let (code, left) = full_screen::run(common, model, &runner, &mut events, &sender).await?;
        session::farewell(&left, &runner);
        return Ok(code);
    }
    if let Some(found) = found {
        print::remark(&run_sentence(&found));
    }
    let mut driver = Driver::quiet(Model::watch(cluster, target), runner, events);
    driver.start();
    let longest = if once {
        Duration::from_mins(5)
    } else {
        wait.unwrap_or(Duration::from_mins(30))
    };
    let json = common.output == OutputForm::Json;
    poll_until(&mut driver, longest, once, json).await
}

// A run that ended is named beside the cluster, which shows more; any other run is shown itself.
fn screen_model(
    common: &Common,
    cluster: &ClusterName,
    target: ClusterTarget,
    found: Option<&FoundRun>,
) -> Model {
    match found {
        Some(found) if found.at_work || found.is_left() => {
            Model::found(found, "").in_shell(common.settings().shell())
        }
        found => Model::watch(cluster, target).with_notice(found.map(run_sentence)),
    }
}

// The lines are about the cluster; an unfinished run is named beside them.
fn run_sentence(found: &FoundRun) -> String {
    let last = found.commands.last();
    let step = last.and_then(|ran| {
        let steps = &found.record.commands;
        Some((ran, steps.iter().find(|step| step.job == ran.job)?))
    });
    let how = match step {
        None => "has begun".to_owned(),
        Some((ran, step)) => {
            let word = match ran.end {
                CommandEnd::Running => "runs",
                CommandEnd::Succeeded => "succeeded",
                CommandEnd::Failed => "failed",
                CommandEnd::Unseen => "is gone, and its exit status is unknown",
            };
            format!("{}: {word}", step.command)
        }
    };
    let folder = crate::io::files::shown(&found.folder);
    format!("run: {how}; what kops prints is in {folder}")
}

/// Prints each poll in one line until the cluster is ready; exit code 0 when it is, 2 when the time runs out first.
pub(super) async fn until_ready<R: Runner>(
    driver: &mut Driver<R>,
    longest: Duration,
) -> Result<u8, Fault> {
    poll_until(driver, longest, false, false).await
}

async fn poll_until<R: Runner>(
    driver: &mut Driver<R>,
    longest: Duration,
    once: bool,
    json: bool,
) -> Result<u8, Fault> {
    let begun = driver.at();
    loop {
        let seen = dashboard(&driver.model).map_or(0, |watch| watch.answers);
        let left = longest.saturating_sub(driver.at().since(begun));
        let settled = driver
            .settle(Some(left), |model| {
                dashboard(model).is_none_or(|watch| watch.answers > seen)
            })
            .await;
        if let Settled::Exit(code) = settled {
            return Ok(code);
        }
        let model = &driver.model;
        let Some((watch, readiness)) =
            dashboard(model).and_then(|watch| Some((watch, watch.readiness.as_ref()?)))
        else {
            return Err(silent());
        };
        let end = exit_code(readiness, once, settled == Settled::TooLate);
        match &end {
            // The error tells it whole.
            Some(Err(_)) if !json => {}
            _ if !json => print_poll(watch, readiness, driver),
            Some(_) => print::json(&to_json(&watch.cluster, readiness)),
            None => {}
        }
        print::check()?;
        if let Some(end) = end {
            return end;
        }
    }
}

// A cause that waiting cannot resolve ends the wait at once; an unknown cause may resolve, and is printed with each poll.
fn exit_code(readiness: &Readiness, once: bool, late: bool) -> Option<Result<u8, Fault>> {
    let fault = || readiness.fault.clone().unwrap_or_else(silent);
    match readiness.phase {
        Phase::Ready => Some(Ok(0)),
        _ if !readiness.may_become_ready() => Some(Err(fault())),
        Phase::CouldNotLook if once => Some(Err(fault())),
        _ => (once || late).then_some(Ok(2)),
    }
}

fn dashboard(model: &Model) -> Option<&Dashboard> {
    match model.screen() {
        Screen::Dashboard(watch) => Some(watch),
        _ => None,
    }
}

fn silent() -> Fault {
    Fault::new(
        "kops validate gave no answer in time",
        "it asks AWS and the Kubernetes API, and one of them does not answer",
        "check the network or the VPN, then watch again",
    )
}

fn print_poll<R: Runner>(watch: &Dashboard, readiness: &Readiness, driver: &Driver<R>) {
    let age = elapsed(driver.at().since(watch.started));
    print::out(&format!(
        "watch: {age}: {}: control plane {}, nodes {}",
        readiness.headline(),
        readiness.control_plane.figures(),
        readiness.nodes.figures(),
    ));
    if let Some(fault) = &readiness.fault {
        print_fault(&fault.what, fault);
    }
    for item in &readiness.not_ready {
        print::out(&format!("  {} {}: {}", item.kind, item.name, item.message));
    }
    if let Some(fault) = &readiness.instances_fault {
        print_fault("kops get instances gave no answer", fault);
    }
    if readiness.phase == Phase::Ready {
        let cluster = visible(&watch.cluster);
        print::out(&format!("Your cluster {cluster} is ready"));
        if readiness.needing_update.is_some_and(|old| old > 0) {
            let command = CommandLine::rolling_update(&watch.cluster, false);
            print::out(&format!(
                "  {command} lists what a rolling update would replace"
            ));
        }
    }
}

// Every poll has the reason in one line, and the words of kops in the next.
fn print_fault(what: &str, fault: &Fault) {
    print::out(&format!("  {what}: {}", fault.why));
    let message = fault.detail.as_ref().map(Untrusted::shown);
    if let Some(message) = message.filter(|message| !message.is_empty()) {
        print::out(&format!("  kops said: {message}"));
    }
}
