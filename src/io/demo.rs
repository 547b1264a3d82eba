//! The built-in account: the same effects, answered from what real programs once printed; nothing outside is touched.

mod report;
mod validation;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;

use crate::app::effect::{Effect, Job, Place, Run, Wake};
use crate::app::event::{Event, Finished, Output};
use crate::app::turn::{Told, Turn};
use crate::core::answers::Answers;
use crate::core::check::{Check, CheckKind, CheckState};
use crate::core::facts::{Facts, SSH_PUBLIC_KEY};
use crate::core::fault::Fault;
use crate::core::inventory::Inventory;
use crate::core::ssh_keys::fingerprints;
use crate::core::untrusted::visible;

use super::event_loop::Runner;
use super::reply::Reply;

const REGION: &str = "us-east-1";
const INVENTORY: &str = include_str!("demo/inventory.json");
/// The key that the demonstration adds, as kops lists it.
pub const KEYS: &str = include_str!("demo/keys.yml");
const APPLY_STDERR: &str = include_str!("demo/apply.stderr");
const APPLY_STDOUT: &str = include_str!("demo/apply.stdout");
const PREVIEW_STDERR: &str = include_str!("demo/update.stderr");

/// Answers effects from built-in data.
#[derive(Clone, Debug)]
pub struct DemoRunner {
    reply: Reply,
    pace: Pace,
    /// The spec that was previewed or created last.
    spec: Arc<Mutex<String>>,
    looks: Arc<AtomicUsize>,
    /// Whether the kops that runs was asked to stop.
    interrupted: Arc<AtomicBool>,
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

// What an approval of the demonstration rests on; its VPC comes from the inventory.
fn facts() -> Facts {
    let known = [
        ("account", "123456789012"),
        ("kops program", "built in"),
        ("region", REGION),
    ];
    let mut facts: Facts = known
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into_iter()
        .collect();
    if let Ok([key]) = fingerprints(KEYS).as_deref() {
        facts.insert(SSH_PUBLIC_KEY, key.as_str());
    }
    if let Some(vpc) = inventory().vpcs.first() {
        facts.set_network(vpc, &[]);
    }
    facts
}

fn elsewhere(region: &str) -> Fault {
    Fault::new(
        format!("the built-in account has nothing in {}", visible(region)),
        format!("all that is built in is in {REGION}"),
        format!("set the region to {REGION}"),
    )
}

// What is typed is what is told; nothing of it is looked for.
fn checked(kind: CheckKind, place: &Place) -> CheckState {
    let key = fingerprints(KEYS).unwrap_or_default();
    let found = match kind {
        CheckKind::Kops => "1.36.2, built in".to_owned(),
        CheckKind::Credentials => "account 123456789012, built in".to_owned(),
        CheckKind::Region if ["", REGION].contains(&place.region.as_str()) => REGION.to_owned(),
        CheckKind::Region => return CheckState::Blocked(elsewhere(&place.region)),
        CheckKind::StateStore if place.state_store.is_empty() => {
            return CheckState::Blocked(Fault::new(
                "no state store is named",
                "kops keeps the specs of its clusters in an S3 bucket",
                "type one, such as s3://example-state",
            ));
        }
        CheckKind::StateStore => format!("{}, taken as versioned", visible(&place.state_store)),
        CheckKind::SshKey => format!("built in, {}", key.join(" ")),
        CheckKind::Channel => "stable: Kubernetes 1.35.5 for kops 1.36.2, built in".to_owned(),
    };
    CheckState::Good(found)
}

impl DemoRunner {
    /// A runner whose answers take a while, as real ones do.
    pub fn paced(events: UnboundedSender<Told>) -> Self {
        Self::new(events, Pace::Watchable)
    }

    /// A runner that answers at once and never wakes for the clock.
    pub fn instant(events: UnboundedSender<Told>) -> Self {
        Self::new(events, Pace::Instant)
    }

    fn new(events: UnboundedSender<Told>, pace: Pace) -> Self {
        super::terminal::report_to(&events);
        Self {
            reply: Reply::new(events),
            pace,
            spec: Arc::default(),
            looks: Arc::default(),
            interrupted: Arc::default(),
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
            Effect::Check { kind, place } => self.check(kind, &place).await,
            Effect::Interrupt(_) => {
                let first = !self.interrupted.swap(true, Ordering::Relaxed);
                self.send(Event::Interrupted(Ok(first)));
            }
            Effect::Discover { place, .. } => self.discover(&place.region).await,
            Effect::ListClusters(_) => self.send(Event::ClustersInStore(Vec::new())),
            Effect::Preview(preview) => {
                self.remember(&preview.spec);
                self.say(Job::Preview, Output::Stderr, PREVIEW_STDERR, 90)
                    .await;
                self.end(Job::Preview, &report::of(&preview.spec));
            }
            Effect::ReadFacts(_) => self.send(Event::FactsRead(Ok(facts()))),
            Effect::ReadStore(_) => self.send(Event::StoreRead(Ok(Facts::default()))),
            Effect::Begin(_) => self.send(Event::Begun(Ok(PathBuf::new()))),
            Effect::Run(run) | Effect::Ask(run) => self.run(run).await,
            Effect::Wake { after, why } => self.wake(after, why).await,
            Effect::Identify(_)
            | Effect::ReadDns { .. }
            | Effect::ReadImages { .. }
            | Effect::SaveAnswers(_)
            | Effect::Follow { .. }
            | Effect::LookAgain(_)
            | Effect::Release
            | Effect::Close(_)
            | Effect::AskToStop
            | Effect::Stop
            | Effect::Retake
            | Effect::Exit(_) => {}
        }
    }

    async fn check(&self, kind: CheckKind, place: &Place) {
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
        let state = checked(kind, place);
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
            inventory: Box::new(inventory()),
            complete: true,
        });
    }

    async fn wake(&self, after: Duration, why: Wake) {
        match (self.pace, why) {
            (Pace::Instant, Wake::Clock) | (_, Wake::Run) => return,
            (Pace::Instant, Wake::Validate { .. }) | (_, Wake::Search | Wake::Opening) => {}
            (Pace::Watchable, Wake::Clock) => self.pause(1_000).await,
            (Pace::Watchable, Wake::Validate { .. }) => {
                let millis = after.as_millis().try_into().unwrap_or(u64::MAX);
                self.pause(millis).await;
            }
        }
        self.send(Event::Woke(why));
    }

    async fn run(&self, run: Run) {
        if let Some(spec) = &run.spec {
            self.remember(spec);
        }
        match run.job {
            Job::Create => {
                let text = format!("Created cluster/{}\n", run.cluster);
                self.print(Job::Create, &text).await;
            }
            Job::ReadBack | Job::ReadAgain | Job::InstanceGroups => self.end(run.job, &self.spec()),
            Job::ListKeys => self.end(run.job, "[]\n"),
            Job::KeysAgain => self.end(run.job, KEYS),
            Job::Update => {
                self.say(Job::Update, Output::Stderr, PREVIEW_STDERR, 40)
                    .await;
                self.end(Job::Update, &report::of(&self.spec()));
            }
            Job::UpdateYes => {
                self.say(Job::UpdateYes, Output::Stderr, APPLY_STDERR, 150)
                    .await;
                self.print(Job::UpdateYes, &report::said(APPLY_STDOUT, &self.spec()))
                    .await;
            }
            Job::Validate => self.validate().await,
            Job::Instances => self.end(run.job, &validation::instances(&self.spec(), &run.cluster)),
            Job::SshKey
            | Job::EncryptionConfig
            | Job::CiliumPassword
            | Job::DockerConfig
            | Job::Preview
            | Job::DeletePreview
            | Job::RollingUpdate => {
                self.end(run.job, "");
            }
        }
    }

    async fn validate(&self) {
        self.pause(700).await;
        let look = self.looks.fetch_add(1, Ordering::Relaxed);
        let finished = validation::look(&self.spec(), look);
        self.send(Event::Ended {
            job: Job::Validate,
            result: Ok(finished),
        });
    }

    async fn say(&self, job: Job, output: Output, text: &str, millis: u64) {
        let spec = self.spec();
        for line in text.lines() {
            self.pause(millis).await;
            if self.interrupted.load(Ordering::Relaxed) {
                return;
            }
            let text = report::said(line, &spec).into();
            self.send(Event::Said { job, output, text });
        }
    }

    async fn print(&self, job: Job, text: &str) {
        self.say(job, Output::Stdout, text, 20).await;
        self.end(job, text);
    }

    // kops that was interrupted ends by the signal, with what it had printed.
    fn end(&self, job: Job, stdout: &str) {
        let interrupted = self.interrupted.swap(false, Ordering::Relaxed);
        let finished = Finished {
            exit: (!interrupted).then_some(0),
            stdout: if interrupted { "" } else { stdout }.to_owned(),
            ..Finished::default()
        };
        let result: Result<Finished, Fault> = Ok(finished);
        self.send(Event::Ended { job, result });
    }

    fn remember(&self, spec: &str) {
        spec.clone_into(&mut self.spec.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn spec(&self) -> String {
        self.spec
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Runner for DemoRunner {
    fn start(&self, effect: Effect, turn: Option<Turn>) {
        let runner = Self {
            reply: self.reply.in_turn(turn),
            ..self.clone()
        };
        drop(tokio::spawn(runner.carry_out(effect)));
    }
}
