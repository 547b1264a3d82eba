//! Home on the screen, or as a list.

use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::mpsc::unbounded_channel;

use super::driver::Driver;
use super::session::take_signals;
use super::{Common, full_screen, print, session};
use crate::core::answers::Answers;
use crate::core::check::{CheckKind, CheckState};
use crate::core::fault::Fault;
use crate::core::inventory::name_of;
use crate::core::text::untrusted::visible;
use crate::io::answers_file::{self, AnswersFile};
use crate::io::files::shown;
use crate::io::runner::RealRunner;
use crate::io::settings::{home_folder, variable};
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::model::{Model, Screen};
use crate::tui::screens::home::{Home, Listing};
use crate::tui::screens::wizard::LastRun;

/// How long a list waits for what is still unknown.
const PATIENCE: Duration = Duration::from_secs(30);

/// Opens home, or prints what it shows.
pub(super) async fn run(common: &Common) -> Result<u8, Fault> {
    let path = answers_path(common);
    let (answers, file) = answers_file::open(&path)?;
    let mut home = known(common, answers, &path, None);
    // Home that is asked for is shown, however little there is.
    home.opening = false;
    show(common, home, file).await
}

/// The answers file of the command line, or that of the working folder.
pub(super) fn answers_path(common: &Common) -> PathBuf {
    let named = common.answers.clone();
    named.unwrap_or_else(|| PathBuf::from(answers_file::DEFAULT))
}

/// Home as it begins, with the answers of this folder.
pub(super) fn known(
    common: &Common,
    answers: Option<Answers>,
    path: &std::path::Path,
    last_run: Option<LastRun>,
) -> Home {
    let file = answers.as_ref().map(|_| shown(path));
    let mut answers = answers.unwrap_or_default();
    session::fill(&mut answers, common);
    let settings = common.settings();
    let target = ClusterTarget {
        region: answers.region.clone(),
        state_store: answers.state_store.clone(),
        channel: answers.channel.clone(),
        shell: Some(settings.shell()),
        ..ClusterTarget::default()
    };
    let named = settings.profile.or_else(|| variable("AWS_PROFILE"));
    let mut home = Home::new(target, &named.unwrap_or_default(), answers, file);
    home.last_run = last_run;
    home
}

/// Shows home until it is left, or prints it.
pub(super) async fn show(common: &Common, home: Home, file: AnswersFile) -> Result<u8, Fault> {
    let (sender, mut events) = unbounded_channel();
    let runner = RealRunner::new(common.settings(), file, sender.clone());
    let model = Model::home(home, &home_folder());
    if full_screen::possible(common) {
        let (code, left) = full_screen::run(common, model, &runner, &mut events, &sender).await?;
        session::farewell(&left, &runner);
        return Ok(code);
    }
    take_signals(&sender)?;
    let mut driver = Driver::quiet(model, runner, events);
    driver.start();
    let waits = |model: &Model| !matches!(model.screen(), Screen::Home(home) if home.is_waiting());
    driver.settle(Some(PATIENCE), waits).await;
    if let Screen::Home(home) = driver.model.screen() {
        print_home(home);
    }
    Ok(0)
}

fn print_home(home: &Home) {
    print::out(&visible(&home.headline()));
    if let Listing::Failed(fault) = &home.clusters {
        print::out(&format!("clusters: unknown: {fault}"));
    }
    for name in home.clusters.known().into_iter().flatten() {
        print::out(&cluster_line(home, name));
    }
    if let (true, Some(file)) = (home.has_draft(), &home.file) {
        let name = visible(&home.answers.cluster);
        print::out(&format!("draft: {name} in {}", visible(file)));
    }
    for run in &home.runs {
        let words = if run.at_work {
            format!("kops works on {}", run.record.cluster)
        } else {
            LastRun::new(run, String::new()).what()
        };
        print::out(&format!("run: {words}"));
    }
    if let Listing::Failed(fault) = &home.inventory {
        print::out(&format!("vpcs: unknown: {fault}"));
    }
    for vpc in home.vpcs() {
        let name = name_of(&vpc.tags)
            .map(ToString::to_string)
            .unwrap_or_default();
        let cidrs: Vec<String> = vpc.cidrs.iter().map(ToString::to_string).collect();
        let (gateways, clusters) = (vpc.nat_gateways.len(), vpc.clusters().len());
        print::out(&format!(
            "vpc: {} {} {}: NAT gateways {gateways}, clusters {clusters}",
            visible(&vpc.id),
            visible(&name),
            cidrs.join(" ")
        ));
    }
    for kind in CheckKind::ALL {
        print_check(*kind, home.checks.get(kind));
    }
}

fn cluster_line(home: &Home, cluster: &str) -> String {
    let name = visible(cluster);
    let Some(overview) = home.overviews.get(cluster) else {
        return format!("cluster: {name}: not read");
    };
    let version = overview.spec.as_ref().map_or_else(
        |fault| format!("version unknown ({})", fault.what),
        |spec| format!("Kubernetes {}", visible(spec.kubernetes_version.raw())),
    );
    let counted = home.counted_nodes(cluster);
    let fleet = overview.fleet.as_ref().map_or_else(
        |fault| format!("instances unknown ({})", fault.what),
        |fleet| {
            let roll = match fleet.outdated {
                Some(0) => "current".to_owned(),
                Some(count) => format!("{count} need a rolling update"),
                None => "rolling update unknown".to_owned(),
            };
            let state = fleet.state(counted).word();
            let plane = fleet
                .control_plane
                .words(counted.map(|all| all.control_plane));
            let nodes = fleet.nodes.words(counted.map(|all| all.nodes));
            format!("{state}, control plane {plane}, nodes {nodes}, {roll}")
        },
    );
    let unknown = match home.nodes.get(cluster) {
        Some(Err(fault)) => format!(", ready nodes unknown ({})", fault.what),
        Some(Ok(_)) | None => String::new(),
    };
    format!("cluster: {name}: {version}, {fleet}{unknown}")
}

fn print_check(kind: CheckKind, state: Option<&CheckState>) {
    let words = match state {
        None | Some(CheckState::Asking) => "unknown: no answer yet".to_owned(),
        Some(CheckState::Good(found)) => format!("ok: {}", visible(found)),
        Some(CheckState::Warning(fault)) => format!("warning: {fault}"),
        Some(CheckState::Blocked(fault)) => format!("blocked: {fault}"),
    };
    print::out(&format!("setup: {}: {words}", kind.word()));
}
