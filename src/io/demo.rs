//! The built-in account: the same effects, answered from what real programs once printed; nothing outside is touched.

mod birth;
mod dry_run;
mod edited;
mod instances;
mod kubernetes;
mod life;
mod log;
mod prices;
mod scaling;
mod validation;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use dry_run::{DemoAccount, DemoSpec};
use edited::CHANGED;
use life::DemoLife;
use log::DemoLine;
use tokio::sync::mpsc::UnboundedSender;

use super::clock::wall_time;
use super::event_loop::Runner;
use super::reply::Reply;
use crate::core::answers::Answers;
use crate::core::approval::facts::{ApprovalFacts, SSH_PUBLIC_KEY};
use crate::core::check::{Check, CheckKind, CheckState};
use crate::core::fault::Fault;
use crate::core::inventory::Inventory;
use crate::core::kops::command::CommandLine;
use crate::core::kops::ssh_keys::fingerprints;
use crate::core::text::untrusted::visible;
use crate::core::unix_time::{UnixTime, WallTime};
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::effect::{Effect, KopsRun, PreviewRequest, Wake};
use crate::tui::event::{CommandOutput, Event, OutputStream, PrintedLine};
use crate::tui::job::Job;
use crate::tui::request::{RequestId, Response};

const REGION: &str = "us-east-1";
const INVENTORY: &str = include_str!("demo/inventory.json");
/// The key that the demonstration adds, as kops lists it.
pub const KEYS: &str = include_str!("demo/keys.yml");
/// The fingerprint by which kops names that key in EC2.
const KEY_MD5: &str = "69:9c:74:73:6f:ee:a2:68:ca:b5:19:85:8a:aa:f6:e3";

const NO_DELETION: &str =
    "The demonstration lists no deletion; a real kops prints here what it would delete.\n";

/// Answers effects from built-in data.
#[derive(Clone, Debug)]
pub struct DemoRunner {
    reply: Reply,
    pace: Pace,
    state: Arc<Mutex<DemoState>>,
    life: Arc<Mutex<DemoLife>>,
    /// Whether the kops that runs was asked to stop.
    interrupted: Arc<AtomicBool>,
}

/// What the commands so far have left behind.
#[derive(Clone, Debug, Default)]
struct DemoState {
    /// The spec in the state store; empty before `kops create`.
    spec: String,
    /// The spec that the cluster exists by; empty before the first `--yes` has ended.
    applied: String,
    has_key: bool,
    /// What kops makes of a spec that is previewed.
    made: String,
    /// How many of kops's tasks are done.
    done: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pace {
    /// As fast as a person can follow, faster than the real thing.
    Watchable,
    /// At once, and without a clock: for tests.
    Instant,
}

/// The answers that the demonstration starts with.
pub fn answers() -> Answers {
    Answers {
        cluster: "demo.example.com".to_owned(),
        region: REGION.to_owned(),
        state_store: "s3://example-state".to_owned(),
        ..Answers::default()
    }
}

/// What the built-in account holds; empty when the built-in data is not what this version reads.
pub fn inventory() -> Inventory {
    serde_json::from_str(INVENTORY).unwrap_or_default()
}

// What an approval of the demonstration depends on; its VPC comes from the inventory.
fn facts(inventory: &Inventory) -> ApprovalFacts {
    let known = [
        ("account", "123456789012"),
        ("kops program", "built in"),
        ("region", REGION),
    ];
    let mut facts: ApprovalFacts = known
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into_iter()
        .collect();
    if let Ok([key]) = fingerprints(KEYS).as_deref() {
        facts.insert(SSH_PUBLIC_KEY, key.as_str());
    }
    if let Some(vpc) = inventory.vpcs.first() {
        facts.set_network(vpc, &[]);
    }
    facts
}

// What kops reads of the built-in account.
fn account() -> DemoAccount {
    let inventory = inventory();
    let gateways = inventory.vpcs.iter().flat_map(|vpc| &vpc.nat_gateways);
    let addresses = gateways.filter_map(|gateway| {
        let address = gateway.addresses.first()?;
        Some((gateway.id.clone(), address.allocation.clone()?))
    });
    let internet_gateway = inventory
        .vpcs
        .iter()
        .find_map(|vpc| vpc.internet_gateways.first());
    let types = inventory.instance_types.iter();
    let arm = types.filter(|kind| kind.architectures.iter().any(|name| name == "arm64"));
    let keys = fingerprints(KEYS).unwrap_or_default();
    DemoAccount {
        internet_gateway: internet_gateway.cloned().unwrap_or_default(),
        addresses: addresses.collect(),
        arm_types: arm.map(|kind| kind.name.clone()).collect(),
        key_md5: KEY_MD5.to_owned(),
        key_sha256: keys.concat(),
    }
}

fn elsewhere(region: &str) -> Fault {
    Fault::new(
        format!("the built-in account has nothing in {}", visible(region)),
        format!("all that is built in is in {REGION}"),
        format!("set the region to {REGION}"),
    )
}

// What is typed is reported as it is; nothing is looked up.
fn checked(kind: CheckKind, target: &ClusterTarget) -> CheckState {
    let key = fingerprints(KEYS).unwrap_or_default();
    let found = match kind {
        CheckKind::Kops => "1.36.2, built in".to_owned(),
        CheckKind::Credentials => "account 123456789012, built in".to_owned(),
        CheckKind::Region if ["", REGION].contains(&target.region.as_str()) => REGION.to_owned(),
        CheckKind::Region => return CheckState::Blocked(elsewhere(&target.region)),
        CheckKind::StateStore if target.state_store.is_empty() => {
            return CheckState::Blocked(Fault::new(
                "no state store is named",
                "kops keeps the specs of its clusters in an S3 bucket",
                "type one, such as s3://example-state",
            ));
        }
        CheckKind::StateStore => format!("{}, taken as versioned", visible(&target.state_store)),
        // Home has no answers that could name another.
        CheckKind::SshKey
            if !target.ssh_public_key.is_empty() && !is_named_public(&target.ssh_public_key) =>
        {
            return CheckState::Blocked(no_public_key(&target.ssh_public_key));
        }
        CheckKind::SshKey => format!("built in, {}", key.join(" ")),
        CheckKind::Channel => "stable: Kubernetes 1.35.5 for kops 1.36.2, built in".to_owned(),
    };
    CheckState::Good(found)
}

fn is_named_public(path: &str) -> bool {
    std::path::Path::new(path).extension() == Some(std::ffi::OsStr::new("pub"))
}

// No file is read here, so its name decides.
fn no_public_key(path: &str) -> Fault {
    Fault::new(
        format!("the file {} is not a public key", visible(path)),
        "public keys end in .pub; AWS and kops need the public one, and the demonstration reads no file",
        "type a path such as ~/.ssh/id_ed25519.pub",
    )
}

fn no_editor() -> Fault {
    Fault::new(
        "the demonstration opens no editor",
        "an editor needs a file, and the demonstration writes none",
        "change the answers in their rows",
    )
}

fn no_file(name: &str) -> Fault {
    Fault::new(
        "the demonstration writes no file",
        format!("it changes nothing on this machine; this one would be {name}"),
        "run `kopswain` itself to save one",
    )
}

impl DemoRunner {
    /// A runner whose answers take a while, as real ones do.
    pub fn paced(events: UnboundedSender<Response>) -> Self {
        Self::new(events, Pace::Watchable)
    }

    /// A runner that answers at once and never wakes for the clock.
    pub fn instant(events: UnboundedSender<Response>) -> Self {
        Self::new(events, Pace::Instant)
    }

    fn new(events: UnboundedSender<Response>, pace: Pace) -> Self {
        super::terminal::report_to(&events);
        Self {
            reply: Reply::new(events),
            pace,
            state: Arc::default(),
            life: Arc::default(),
            interrupted: Arc::default(),
        }
    }

    // Under test it is always noon.
    fn wall_time(&self) -> WallTime {
        match self.pace {
            Pace::Watchable => wall_time(),
            Pace::Instant => WallTime {
                utc: UnixTime(1_795_953_600_000),
                offset: 0,
            },
        }
    }

    async fn pause(&self, millis: u64) {
        if self.pace == Pace::Watchable {
            tokio::time::sleep(Duration::from_millis(millis)).await;
        }
    }

    fn send(&self, event: Event) {
        self.reply.send(event);
    }

    async fn carry_out(self, effect: Effect) {
        match effect {
            Effect::Check { kind, target } => self.check(kind, &target).await,
            Effect::Interrupt(_) => {
                let first = !self.interrupted.swap(true, Ordering::Relaxed);
                self.send(Event::Interrupted(Ok(first)));
            }
            Effect::Discover { target, .. } => self.discover(&target.region).await,
            Effect::ListClusters(_) => self.send(Event::ClustersInStore(self.state().clusters())),
            Effect::ReadClusters { names, .. } => {
                for name in &names {
                    self.overview(name);
                }
            }
            Effect::FindRuns => self.send(Event::RunsFound(Vec::new())),
            Effect::ListOffers => self.send(Event::OffersListed(Box::default())),
            Effect::Preview(preview) => self.preview(preview).await,
            Effect::ReadFacts(_) => {
                let facts = facts(&self.state().inventory());
                self.send(Event::FactsRead(Ok(facts)));
            }
            Effect::ReadStore(_) => self.send(Event::StoreRead(Ok(ApprovalFacts::default()))),
            Effect::Begin(_) => self.send(Event::Begun(Ok(PathBuf::new()))),
            Effect::Run(run) | Effect::Ask(run) => self.run(run).await,
            Effect::SaveReport(file) => {
                self.send(Event::ReportSaved(Err(no_file(&file.name))));
            }
            Effect::OpenEditor(_) => self.send(Event::EditorEnded(Err(no_editor()))),
            Effect::Wake { after, why } => self.wake(after, why).await,
            Effect::WatchKubernetes(target) => self.watch_kubernetes(&target.cluster).await,
            Effect::StopWatching => self.stop_watching(),
            Effect::ReadCloud(asked) => self.read_cloud(&asked.cluster, asked.question).await,
            Effect::ReadPrices(_) => {
                let list = Box::new(prices::list());
                let region = REGION.to_owned();
                self.send(Event::PricesRead { region, list });
            }
            Effect::ReadClock => self.send(Event::ClockRead(self.wall_time())),
            Effect::Identify(_)
            | Effect::ReadDns { .. }
            | Effect::ReadImages { .. }
            | Effect::SaveAnswers(_)
            | Effect::Follow { .. }
            | Effect::PollRun(_)
            | Effect::Release
            | Effect::ExportKubeconfig { .. }
            | Effect::Copy(_)
            | Effect::UseProfile(_)
            | Effect::TakeMouse(_)
            | Effect::Announce(_)
            | Effect::Close(_)
            | Effect::AskToStop
            | Effect::Stop
            | Effect::Retake
            | Effect::Exit(_) => {}
        }
    }

    async fn check(&self, kind: CheckKind, target: &ClusterTarget) {
        let millis = match kind {
            CheckKind::Kops => 150,
            CheckKind::Credentials => 350,
            CheckKind::Region => 50,
            CheckKind::StateStore => 600,
            CheckKind::SshKey => 80,
            CheckKind::Channel => 250,
        };
        self.pause(millis).await;
        if let (CheckKind::Channel, Some(versions)) = (kind, inventory().versions) {
            self.send(Event::VersionsRead(Box::new(versions)));
        }
        let state = checked(kind, target);
        self.send(Event::Checked(Check { kind, state }));
    }

    async fn discover(&self, region: &str) {
        self.pause(300).await;
        if !["", REGION].contains(&region) {
            return self.send(Event::DiscoveryFailed(elsewhere(region)));
        }
        let account = Some("123456789012".to_owned());
        self.send(Event::Connected {
            account,
            region: REGION.to_owned(),
        });
        self.pause(500).await;
        self.send(Event::Discovered {
            inventory: Box::new(self.state().inventory()),
            complete: true,
        });
    }

    async fn wake(&self, after: Duration, why: Wake) {
        match (self.pace, why) {
            (Pace::Instant, Wake::Clock | Wake::Cloud { .. }) | (_, Wake::Run) => return,
            (Pace::Instant, Wake::Validate { .. })
            | (_, Wake::Search | Wake::Opening | Wake::See) => {}
            (Pace::Watchable, Wake::Clock) => self.pause(1_000).await,
            (Pace::Watchable, Wake::Validate { .. } | Wake::Cloud { .. }) => {
                let millis = after.as_millis().try_into().unwrap_or(u64::MAX);
                self.pause(millis).await;
            }
        }
        self.send(Event::Woke(why));
    }

    async fn run(&self, run: KopsRun) {
        if let Some(spec) = &run.spec {
            self.change(|state| state.spec.clone_from(spec));
        }
        let state = self.state();
        match run.job {
            Job::Create => self.create(&state.spec).await,
            Job::ReadBefore | Job::ReadBack | Job::ReadAgain | Job::InstanceGroups => {
                self.end(run.job, &state.spec);
            }
            Job::Replace => self.end(run.job, ""),
            Job::ListKeys | Job::KeysAgain => {
                self.end(run.job, if state.has_key { KEYS } else { "[]\n" });
            }
            Job::SshKey => {
                self.change(|state| state.has_key = true);
                self.end(run.job, "");
            }
            Job::Update => {
                let seen = log::control_plane_line(&run.command, &run.cluster);
                self.dry_run(Job::Update, &state, seen, 40).await;
            }
            Job::UpdateYes => {
                let seen = log::control_plane_line(&run.command, &run.cluster);
                self.update(&state, seen).await;
            }
            Job::Validate => self.validate(run.cluster.as_str()).await,
            Job::Instances => self.end(run.job, &validation::instances(&state.spec, &run.cluster)),
            Job::EncryptionConfig | Job::CiliumPassword | Job::DockerConfig | Job::Preview => {
                self.end(run.job, "");
            }
            Job::RollingUpdate => self.end(run.job, &validation::rolling_update(&state.spec)),
            Job::DeletePreview => self.print(run.job, NO_DELETION).await,
        }
    }

    async fn create(&self, spec: &str) {
        let spec = DemoSpec::read(spec);
        let groups = spec.groups.iter();
        let groups = groups.map(|group| format!("Created instancegroup/{}\n", group.name));
        let text = format!(
            "Created cluster/{}\n{}\nTo deploy these resources, run: kops update cluster --name {} --yes\n\n",
            spec.name,
            groups.collect::<String>(),
            spec.name
        );
        self.print(Job::Create, &text).await;
    }

    async fn preview(&self, preview: PreviewRequest) {
        let applied = preview.replaces.map(|_| self.state().applied);
        let state = DemoState {
            made: preview.spec.clone(),
            spec: preview.spec,
            applied: applied.clone().unwrap_or_default(),
            ..DemoState::default()
        };
        let command = CommandLine::update_existing(&preview.cluster);
        let seen = applied.and_then(|_| log::control_plane_line(&command, &preview.cluster));
        self.dry_run(Job::Preview, &state, seen, 90).await;
    }

    // `seen`: what kops says of the running control plane, where it is asked to.
    async fn dry_run(&self, job: Job, state: &DemoState, seen: Option<DemoLine>, millis: u64) {
        let (cloud, done) = state.cloud();
        let stderr = self.poll(job, seen).await;
        let lines = log::dry_run_lines(&cloud, done.max(usize::from(state.exists())));
        for line in lines {
            self.log(job, &line, millis).await;
        }
        self.end_with(job, &cloud.report(done), stderr, &state.made);
    }

    async fn update(&self, state: &DemoState, seen: Option<DemoLine>) {
        let spec = DemoSpec::read(&state.spec);
        let (cloud, done) = state.cloud();
        let stderr = self.poll(Job::UpdateYes, seen).await;
        for line in log::update_lines(&spec, &cloud, done) {
            if self.log(Job::UpdateYes, &line, 150).await {
                self.change(|state| state.done = line.created);
            }
        }
        let advice = if state.exists() {
            CHANGED.to_owned()
        } else {
            log::advice(&spec)
        };
        if !self.interrupted.load(Ordering::Relaxed) {
            self.change(|state| state.applied.clone_from(&state.spec));
        }
        self.print_lines(Job::UpdateYes, &advice).await;
        self.end_saying(Job::UpdateYes, &advice, stderr);
    }

    async fn poll(&self, job: Job, seen: Option<DemoLine>) -> String {
        let Some(line) = seen else {
            return String::new();
        };
        self.log(job, &line, 40).await;
        line.at(UNIX_EPOCH) + "\n"
    }

    async fn validate(&self, cluster: &str) {
        self.pause(700).await;
        let spec = self.state().spec;
        let birth = self.polled(&spec, cluster);
        self.send(Event::Ended {
            job: Job::Validate,
            result: Ok(validation::answer(&spec, &birth)),
        });
    }

    // Whether it was printed: an interrupted kops prints nothing more.
    async fn log(&self, job: Job, line: &DemoLine, millis: u64) -> bool {
        self.pause(millis).await;
        let now = match self.pace {
            Pace::Watchable => SystemTime::now(),
            Pace::Instant => UNIX_EPOCH,
        };
        self.say(job, OutputStream::Stderr, &line.at(now))
    }

    fn say(&self, job: Job, stream: OutputStream, line: &str) -> bool {
        let says = !self.interrupted.load(Ordering::Relaxed);
        if says {
            let text = line.into();
            let line = PrintedLine { stream, text };
            self.send(Event::Printed { job, line });
        }
        says
    }

    async fn print(&self, job: Job, text: &str) {
        self.print_lines(job, text).await;
        self.end(job, text);
    }

    async fn print_lines(&self, job: Job, text: &str) {
        for line in text.lines() {
            self.pause(20).await;
            self.say(job, OutputStream::Stdout, line);
        }
    }

    fn end(&self, job: Job, stdout: &str) {
        self.end_saying(job, stdout, String::new());
    }

    fn end_saying(&self, job: Job, stdout: &str, stderr: String) {
        self.end_with(job, stdout, stderr, "");
    }

    // kops that was interrupted ends by the signal, with what it had printed.
    fn end_with(&self, job: Job, stdout: &str, stderr: String, made: &str) {
        let interrupted = self.interrupted.swap(false, Ordering::Relaxed);
        let finished = CommandOutput {
            exit: (!interrupted).then_some(0),
            stdout: if interrupted { "" } else { stdout }.to_owned(),
            stderr,
            made: made.to_owned(),
            ..CommandOutput::default()
        };
        let result: Result<CommandOutput, Fault> = Ok(finished);
        self.send(Event::Ended { job, result });
    }

    fn change(&self, change: impl FnOnce(&mut DemoState)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn state(&self) -> DemoState {
        let state = self.state.lock();
        state.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Runner for DemoRunner {
    fn start(&self, effect: Effect, request: Option<RequestId>) {
        let runner = Self {
            reply: self.reply.for_request(request),
            ..self.clone()
        };
        drop(tokio::spawn(runner.carry_out(effect)));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::dry_run::DemoCloud;
    use super::*;
    use crate::core::answers::Answers;
    use crate::core::kops::dry_run::parse;
    use crate::core::planning::plan;
    use crate::core::spec::render;

    fn spec() -> String {
        let inventory = inventory();
        let answers = Answers {
            vpc: inventory.vpcs[0].id.clone(),
            zones: serde_yaml::from_str("[{name: us-east-1a}, {name: us-east-1b}]").unwrap(),
            ..answers()
        };
        render(&plan(&inventory, &answers).plan)
    }

    #[test]
    fn what_was_created_before_a_stop_exists_afterwards() {
        let spec = DemoSpec::read(&spec());
        let cloud = DemoCloud::new(&spec, &account());
        let lines = log::update_lines(&spec, &cloud, 0);
        let half = lines
            .iter()
            .map(|line| line.created)
            .find(|created| *created > 40);
        let half = half.unwrap();
        let all = parse(&cloud.report(0)).resources;
        let left = parse(&cloud.report(half)).resources;
        assert_eq!(left.len(), all.len() - half);
        assert!(
            left.iter()
                .all(|resource| all.iter().any(|one| one.name == resource.name))
        );
        assert!(
            left.iter()
                .any(|resource| resource.kind == "AutoscalingGroup")
        );
        let again = log::update_lines(&spec, &cloud, half);
        assert!(
            !again
                .iter()
                .any(|line| line.message.contains("new certificate"))
        );
        let ends = |lines: &[DemoLine]| lines.last().map(|line| line.created);
        assert_eq!(
            (ends(&lines), ends(&again)),
            (Some(all.len()), Some(all.len()))
        );
        assert_eq!(cloud.report(all.len()), "No changes need to be applied\n");
    }
}
