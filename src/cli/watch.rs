//! `watch`: the dashboard, or one line per poll.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use tokio::sync::mpsc::unbounded_channel;

use super::driver::{Driver, Settled};
use super::{Common, OutputForm, full_screen, print, session};
use crate::core::cluster::diagnosis::{Diagnosis, DiagnosisSeverity};
use crate::core::cluster::kubernetes::ApiFailureKind;
use crate::core::cluster::kubernetes_view::ApiLink;
use crate::core::cluster::live::{CONFIRMATIONS, LiveCluster};
use crate::core::cluster::timeline::TimelineEntry;
use crate::core::cluster::{Phase, Readiness, event_to_json, to_json};
use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::core::kops::command::CommandLine;
use crate::core::text::untrusted::{Untrusted, visible};
use crate::io::config_file::Config;
use crate::io::event_loop::Runner;
use crate::io::prompt::{PromptEnd, prompts};
use crate::io::runner::RealRunner;
use crate::io::settings::{Settings, WatchHooks};
use crate::io::state_store::StateStore;
use crate::io::{aws, kops};
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::effect::TerminalAlerts;
use crate::tui::event::Timestamp;
use crate::tui::model::{Model, Screen};
use crate::tui::record::{CommandEnd, FoundRun};
use crate::tui::screens::dashboard::Dashboard;
use crate::tui::update::INTERRUPTED;
use crate::tui::widgets::text::elapsed;

/// How long a cluster is watched in lines, and when it counts as ready.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    pub(super) once: bool,
    pub(super) wait: Option<Duration>,
    /// How often in a row kops must find nothing wrong.
    pub(super) count: u32,
}

/// How a change between ready and not ready is announced.
#[derive(Clone, Debug, Args)]
pub struct Announcing {
    /// Runs this program with the cluster's name and `ready` each time that it becomes ready
    #[arg(long, value_name = "PROGRAM")]
    on_ready: Option<PathBuf>,
    /// The same with `ready` or `not-ready`, each time that it changes
    #[arg(long, value_name = "PROGRAM")]
    on_change: Option<PathBuf>,
    /// Rings the terminal's bell at each change
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    bell: Option<bool>,
    /// Asks the terminal for a notification at each change (OSC 9)
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    notify: Option<bool>,
}

impl Announcing {
    fn alerts(&self, config: &Config) -> TerminalAlerts {
        TerminalAlerts {
            bell: self.bell.or(config.bell).unwrap_or(false),
            notify: self.notify.or(config.notify).unwrap_or(false),
        }
    }

    fn hooks(&self, config: &Config) -> WatchHooks {
        let or = |named: &Option<PathBuf>, set: &Option<PathBuf>| {
            named.as_ref().or(set.as_ref()).cloned()
        };
        WatchHooks {
            on_ready: or(&self.on_ready, &config.on_ready),
            on_change: or(&self.on_change, &config.on_change),
        }
    }
}

/// Watches a cluster on the screen, or polls it once or until it is ready, in lines.
pub(super) async fn run(
    common: &Common,
    cluster: Option<&ClusterName>,
    extent: Extent,
    announcing: &Announcing,
) -> Result<u8, Fault> {
    let target = session::target(common).await?;
    let cluster = match cluster {
        Some(cluster) => cluster.clone(),
        None => match choose_cluster(common, &target).await? {
            Some(cluster) => cluster,
            None => return Ok(INTERRUPTED),
        },
    };
    let (sender, mut events) = unbounded_channel();
    let settings = Settings {
        hooks: announcing.hooks(&common.config),
        ..common.settings()
    };
    let runner = RealRunner::new(settings, PathBuf::new(), sender.clone());
    let found = kops::find_run(&cluster, &target.state_store)?.filter(|found| !found.closed);
    let found = found.filter(|found| found.at_work || !found.commands.is_empty());
    let lines = extent.once || extent.wait.is_some() || common.output != OutputForm::Text;
    if !lines && full_screen::possible(common) {
        let model = screen_model(common, &cluster, target, found.as_ref());
        let model = model.confirmed_by(extent.count);
        let model = model.announcing(announcing.alerts(&common.config));
        let (code, left) = full_screen::run(common, model, &runner, &mut events, &sender).await?;
        session::farewell(&left, &runner);
        return Ok(code);
    }
    if let Some(found) = found {
        print::remark(&run_sentence(&found));
    }
    let model = Model::watch(&cluster, target).confirmed_by(extent.count);
    let mut driver = Driver::quiet(model, runner, events);
    driver.start();
    let lines = WatchLines::new(common.output, extent);
    lines.print_until_ready(&mut driver).await
}

// Without a name: the one cluster of the state store, or the one that a person picks.
async fn choose_cluster(
    common: &Common,
    target: &ClusterTarget,
) -> Result<Option<ClusterName>, Fault> {
    let settings = common.settings().at(target);
    let account = aws::connect(&settings).await?;
    let mut store = StateStore::open(&account, &target.state_store)?;
    let names = store.clusters(&account).await?;
    let shown: Vec<String> = names.iter().map(|name| visible(name)).collect();
    let at = match names.len() {
        0 => return Err(no_cluster(target)),
        1 => 0,
        _ if !std::io::stdin().is_terminal() => return Err(which_cluster(&shown)),
        _ => {
            let reason = "the clusters of the state store";
            match prompts().choose("Which cluster to watch?", reason, &shown, 0) {
                Ok(at) => at,
                Err(PromptEnd::Failed(fault)) => return Err(fault),
                Err(_) => return Ok(None),
            }
        }
    };
    let name = names.get(at).map_or("", String::as_str);
    ClusterName::parse(name).map(Some)
}

fn no_cluster(target: &ClusterTarget) -> Fault {
    Fault::new(
        format!("{} has no cluster", visible(&target.state_store)),
        "no folder of the state store has the spec of a cluster",
        "name another state store with --state, or create a cluster with `kopswain create`",
    )
}

fn which_cluster(names: &[String]) -> Fault {
    Fault::new(
        "no cluster is named",
        format!("the state store has {}: {}", names.len(), names.join(", ")),
        "name it: `kopswain watch CLUSTER`",
    )
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
        Some(found) => Model::watch(cluster, target).after(found),
        None => Model::watch(cluster, target),
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
    let extent = Extent {
        once: false,
        wait: Some(longest),
        count: CONFIRMATIONS,
    };
    let lines = WatchLines::new(OutputForm::Text, extent);
    lines.print_until_ready(driver).await
}

/// The same after an update that ended with this exit code: any other than 0 stays, and nothing is waited for then.
pub(super) async fn until_ready_after<R: Runner>(
    code: u8,
    driver: &mut Driver<R>,
    (cluster, target): (&ClusterName, ClusterTarget),
    longest: Duration,
) -> Result<u8, Fault> {
    if code != 0 || longest.is_zero() {
        return Ok(code);
    }
    driver.model = Model::watch(cluster, target);
    driver.start();
    until_ready(driver, longest).await
}

/// After kops has answered, the other sources have so long to answer too, where one answer is all that is asked for.
const OTHERS: Duration = Duration::from_secs(5);

/// The lines of a watch, and what was printed of it.
struct WatchLines {
    output: OutputForm,
    once: bool,
    longest: Duration,
    /// Answers of kops, and things that happened, that were printed.
    answers: u32,
    events: u64,
}

impl WatchLines {
    fn new(output: OutputForm, extent: Extent) -> Self {
        let longest = match (extent.once, extent.wait) {
            (true, _) => Duration::from_mins(5),
            (false, Some(wait)) => wait,
            // Events are printed for as long as they are read.
            (false, None) if output == OutputForm::Jsonl => Duration::from_hours(24 * 365),
            (false, None) => Duration::from_mins(30),
        };
        Self {
            output,
            once: extent.once,
            longest,
            answers: 0,
            events: 0,
        }
    }

    async fn print_until_ready<R: Runner>(mut self, driver: &mut Driver<R>) -> Result<u8, Fault> {
        let begun = driver.at();
        loop {
            let left = self.longest.saturating_sub(driver.at().since(begun));
            let settled = driver
                .settle(Some(left), |model| self.has_news(model))
                .await;
            if let Settled::Exit(code) = settled {
                return Ok(code);
            }
            if self.once {
                let _ = driver.settle(Some(OTHERS), all_answered).await;
            }
            let Some(watch) = dashboard(&driver.model) else {
                return Err(silent());
            };
            let end = self.print(watch, driver.at(), settled == Settled::TooLate);
            print::check()?;
            if let Some(end) = end {
                return end;
            }
        }
    }

    fn has_news(&self, model: &Model) -> bool {
        dashboard(model).is_none_or(|watch| {
            let happened = watch.live().timeline().count() > self.events;
            watch.answers > self.answers || (happened && !self.once)
        })
    }

    fn print(&mut self, watch: &Dashboard, at: Timestamp, late: bool) -> Option<Result<u8, Fault>> {
        self.print_events(watch);
        let answered = watch.answers > self.answers;
        self.answers = watch.answers;
        let Some(readiness) = watch.live().judgement() else {
            return late.then(|| Err(silent()));
        };
        if !answered && !late {
            return None;
        }
        // Where nothing else is seen the answer of kops is all there is.
        let end = self.exit_code(watch, readiness, late);
        let document = || {
            to_json(
                &watch.cluster,
                readiness,
                Some((watch.live(), watch.wall(at))),
            )
        };
        match (self.output, &end) {
            (OutputForm::Json, Some(_)) | (OutputForm::Jsonl, _) => print::json(&document()),
            // The error tells it whole.
            (OutputForm::Json, None) | (_, Some(Err(_))) => {}
            (_, _) => print_poll(watch, readiness, at, self.once || watch.is_ready()),
        }
        if late && self.output == OutputForm::Text {
            print::out("watch: the time is up");
        }
        end
    }

    fn print_events(&mut self, watch: &Dashboard) {
        let timeline = watch.live().timeline();
        for entry in timeline.since(self.events) {
            match self.output {
                OutputForm::Jsonl => print::json(&event_to_json(&watch.cluster, entry)),
                OutputForm::Json => {}
                _ if self.once => {}
                _ => print::out(&event_line(watch, entry)),
            }
        }
        self.events = timeline.count();
    }

    // A cause that waiting cannot resolve ends the wait at once; an unknown cause may resolve, and is printed with each poll.
    fn exit_code(
        &self,
        watch: &Dashboard,
        readiness: &Readiness,
        late: bool,
    ) -> Option<Result<u8, Fault>> {
        let fault = || {
            let kops = || readiness.fault.clone();
            kubeconfig_fault(watch).or_else(kops).unwrap_or_else(silent)
        };
        match readiness.phase {
            Phase::Ready if self.once => Some(Ok(0)),
            // A stream of events continues after that.
            Phase::Ready if watch.is_ready() => {
                (self.output != OutputForm::Jsonl || late).then_some(Ok(0))
            }
            // kops has not confirmed it often enough: it is asked again.
            Phase::Ready => late.then_some(Ok(2)),
            _ if !readiness.may_become_ready() => Some(Err(fault())),
            Phase::CouldNotLook if self.once => Some(Err(fault())),
            _ => (self.once || late).then_some(Ok(2)),
        }
    }
}

// kops reads a kubeconfig that is not there as an empty one.
fn kubeconfig_fault(watch: &Dashboard) -> Option<Fault> {
    let ApiLink::Lost { failure, .. } = watch.live().kubernetes().link() else {
        return None;
    };
    let copied = watch.target.copied().about(&watch.cluster);
    let unusable = failure.kind == ApiFailureKind::Kubeconfig;
    unusable.then(|| copied.fault(failure.fault.clone()))
}

// Whether the other sources have answered.
fn all_answered(model: &Model) -> bool {
    dashboard(model).is_none_or(|watch| {
        if !watch.may_become_ready() {
            return true;
        }
        let live = watch.live();
        let cloud = live.cloud().is_known() || live.cloud().fault().is_some();
        let kubernetes = match live.kubernetes().link() {
            ApiLink::Lost { .. } => true,
            _ => live.kubernetes().is_current(),
        };
        let mut missing = live.unjoined().into_iter();
        let details = live.cloud().detail_fault().is_some()
            || missing.all(|(_, member)| live.cloud().instance(&member.instance).is_some());
        cloud && kubernetes && details && has_prices(live)
    })
}

fn has_prices(live: &LiveCluster) -> bool {
    let cloud = live.cloud();
    let answered = cloud.cost().is_some() || cloud.price_fault().is_some();
    answered || cloud.paid_members().next().is_none()
}

fn event_line(watch: &Dashboard, entry: &TimelineEntry) -> String {
    let clock = watch.local_clock(entry.at);
    let text = format!("{} {}", entry.subject.name(), entry.text);
    format!("event: {clock}: {}", text.trim())
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

fn print_poll(watch: &Dashboard, readiness: &Readiness, at: Timestamp, confirmed: bool) {
    let age = elapsed(at.since(watch.started));
    // What is seen since counts more than what kops saw.
    let readiness = watch.live().mirrored().unwrap_or(readiness);
    print::out(&format!(
        "watch: {age}: {}: control plane {}, nodes {}",
        poll_words(readiness, confirmed),
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
    // kops names what is not ready; the other sources say why.
    let mirrored = watch.live().is_mirrored();
    let beside = watch.live().diagnoses_beside_kops(watch.wall(at));
    let shown = |one: &&Diagnosis| mirrored || one.severity != DiagnosisSeverity::Note;
    for one in beside.iter().filter(shown) {
        print_diagnosis(watch, one);
    }
    if confirmed && let Some(cost) = watch.live().cloud().cost() {
        print::out(&format!("  price: {}", cost.sentence()));
    }
    if readiness.phase == Phase::Ready && confirmed {
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

// Ready is what kops has confirmed.
fn poll_words(readiness: &Readiness, confirmed: bool) -> String {
    match readiness.phase {
        Phase::Ready if !confirmed => "no failures, asked again to confirm".to_owned(),
        _ => readiness.headline(),
    }
}

fn print_diagnosis(watch: &Dashboard, one: &Diagnosis) {
    print::out(&format!("  {}", one.sentence()));
    let remedy = watch.target.copied().about(&watch.cluster);
    let remedy = remedy.fill(one.remedy.as_str());
    for (word, text) in [("why", one.why.as_str()), ("do", &*remedy)] {
        if !text.is_empty() {
            print::out(&format!("    {word}: {text}"));
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::io::demo::{self, DemoRunner};

    #[tokio::test]
    async fn an_update_that_did_not_end_well_keeps_its_exit_code_and_is_not_waited_for() {
        let cluster = ClusterName::parse("demo.example.com").unwrap();
        for (code, wait) in [(130, 60), (2, 60), (0, 0)] {
            let (events, received) = unbounded_channel();
            let model = Model::wizard(demo::answers(), "/home/me");
            let mut driver = Driver::quiet(model, DemoRunner::instant(events), received);
            let target = ClusterTarget::default();
            let wait = Duration::from_secs(wait);
            let ended = until_ready_after(code, &mut driver, (&cluster, target), wait).await;
            assert_eq!(ended, Ok(code));
            assert!(matches!(driver.model.screen(), Screen::Wizard(_)));
        }
    }
}
