//! The real runner: each effect becomes a task that asks AWS, runs kops or writes a file, and answers with events.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinHandle;

use super::answers_file::{AnswersFile, AnswersWriter, Written};
use super::clock::wall_time;
use super::event_loop::Runner;
use super::kops::{self, Environment, Kops, RunFolder};
use super::reply::Reply;
use super::settings::{Settings, expand};
use super::terminal::report_to;
use super::{aws, channel, doctor, report_file};
use crate::core::check::{Check, CheckKind};
use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::effect::{Effect, ReportFile, Wake};
use crate::tui::event::{Event, PrintedLine};
use crate::tui::job::Job;
use crate::tui::request::{RequestId, Response};

mod announce;
mod cloud;
mod editor;
mod home;
mod in_flight;
mod kubernetes;
mod reads;
mod run;

use crate::io::runner::cloud::WatchedAccount;
use crate::io::runner::in_flight::InFlight;
use crate::io::runner::kubernetes::ExportedKubeconfig;
use crate::io::runner::run::RunLocks;

/// Carries out effects on the real AWS, with the real kops and the real files.
#[derive(Debug)]
pub struct RealRunner {
    task: EffectTask,
    in_flight: InFlight,
    answers: AnswersWriter,
}

/// One effect being carried out.
#[derive(Clone, Debug)]
struct EffectTask {
    shared: Arc<Shared>,
    reply: Reply,
}

#[derive(Debug)]
struct Shared {
    settings: Settings,
    kops: OnceCell<Kops>,
    folder: Mutex<Option<(ClusterName, RunFolder)>>,
    /// The run that this program is at work on.
    held: Mutex<Option<RunLocks>>,
    /// The lock that is being given back.
    releasing: Mutex<Option<JoinHandle<()>>>,
    running: Mutex<HashMap<Job, (RunFolder, u32)>>,
    watched: WatchedAccount,
    /// The profile that was chosen on the screen, in place of that of the settings.
    profile: Mutex<Option<String>>,
    /// The kubeconfig that was exported for the watch.
    exported: Mutex<Option<ExportedKubeconfig>>,
}

impl RealRunner {
    /// A runner with the settings of the command line; answers are kept in `answers`.
    pub fn new(
        settings: Settings,
        answers: impl Into<AnswersFile>,
        events: UnboundedSender<Response>,
    ) -> Self {
        report_to(&events);
        let reply = Reply::new(events);
        let shared = Shared {
            settings,
            kops: OnceCell::new(),
            folder: Mutex::default(),
            held: Mutex::default(),
            releasing: Mutex::default(),
            running: Mutex::default(),
            watched: WatchedAccount::default(),
            profile: Mutex::default(),
            exported: Mutex::default(),
        };
        Self {
            answers: AnswersWriter::start(answers.into(), reply.clone()),
            in_flight: InFlight::default(),
            task: EffectTask {
                shared: Arc::new(shared),
                reply,
            },
        }
    }

    /// Waits until the answers are written and tells what came of it; nothing is saved afterwards.
    pub fn finish_answers(&self) -> Written {
        self.answers.finish()
    }

    /// The folder of the run of this cluster, when a command was run.
    pub fn run_folder(&self) -> Option<PathBuf> {
        let held = self.task.lock_folder();
        held.as_ref().map(|(_, folder)| folder.path().to_owned())
    }
}

impl Runner for RealRunner {
    fn let_go(&self, job: Job) -> bool {
        self.task.let_go(job)
    }

    fn start(&self, effect: Effect, request: Option<RequestId>) {
        let task = EffectTask {
            reply: self.task.reply.for_request(request.clone()),
            ..self.task.clone()
        };
        match effect {
            Effect::SaveAnswers(text) => self.answers.save(text),
            Effect::Check { kind, target } => self.in_flight.ask(request, task.check(kind, target)),
            effect @ (Effect::Discover { .. }
            | Effect::Identify(_)
            | Effect::ReadImages { .. }
            | Effect::ReadPrices(_)
            | Effect::ReadDns { .. }) => {
                self.in_flight.ask(request, task.read_of_account(effect));
            }
            effect @ (Effect::ListClusters(_)
            | Effect::ReadClusters { .. }
            | Effect::FindRuns
            | Effect::ListOffers) => {
                self.in_flight.ask(request, task.look_around(effect));
            }
            Effect::UseProfile(name) => task.use_profile(name),
            Effect::Preview(preview) => self.in_flight.ask(request, task.preview(preview)),
            Effect::ReadFacts(asked) => self.in_flight.ask(request, task.read_facts(asked)),
            Effect::ReadStore(asked) => self.in_flight.ask(request, task.read_store(asked)),
            Effect::Ask(run) => self.in_flight.ask(request, task.ask(run)),
            effect @ (Effect::WatchKubernetes(_)
            | Effect::StopWatching
            | Effect::ExportKubeconfig { .. }
            | Effect::ReadCloud(_)) => self.in_flight.ask(request, task.observe(effect)),
            Effect::Begin(begin) => drop(tokio::spawn(task.begin(*begin))),
            Effect::Run(run) => drop(tokio::spawn(task.run(run))),
            Effect::Follow {
                folder,
                number,
                job,
            } => task.follow_found(RunFolder::new(folder), number, job),
            Effect::PollRun(folder) => task.poll_run(folder),
            Effect::OpenEditor(asked) => self.in_flight.ask(request, task.open_editor(asked)),
            Effect::SaveReport(file) => task.save_report(file),
            Effect::Announce(announcement) => drop(tokio::spawn(task.announce(announcement))),
            Effect::ReadClock => task.reply.send(Event::ClockRead(wall_time())),
            Effect::Release => task.release(),
            Effect::Close(folder) => kops::close_run(&folder),
            Effect::Interrupt(job) => task.interrupt(job),
            Effect::Wake { after, why } => task.wake(after, why),
            Effect::Copy(_)
            | Effect::TakeMouse(_)
            | Effect::AskToStop
            | Effect::Stop
            | Effect::Retake
            | Effect::Exit(_) => {}
        }
    }
}

impl EffectTask {
    fn wake(self, after: Duration, why: Wake) {
        drop(tokio::spawn(async move {
            tokio::time::sleep(after).await;
            self.reply.send(Event::Woke(why));
        }));
    }

    fn save_report(self, file: ReportFile) {
        drop(tokio::task::spawn_blocking(move || {
            let saved = report_file::write(&file);
            self.reply.send(Event::ReportSaved(saved));
        }));
    }

    async fn read_of_account(self, effect: Effect) {
        match effect {
            Effect::Discover {
                target,
                vpc,
                images,
            } => Box::pin(self.discover(target, vpc, images)).await,
            Effect::Identify(target) => self.identify(target).await,
            Effect::ReadImages { images, target } => {
                Box::pin(self.read_images(images, target)).await;
            }
            Effect::ReadPrices(target) => Box::pin(self.read_prices(target)).await,
            Effect::ReadDns { vpc, target } => self.read_dns(vpc, target).await,
            _ => {}
        }
    }

    // What a dashboard asks of Kubernetes and AWS.
    async fn observe(self, effect: Effect) {
        match effect {
            Effect::WatchKubernetes(target) => self.watch_kubernetes(target).await,
            Effect::StopWatching => self.stop_watching(),
            Effect::ExportKubeconfig { target, cluster } => {
                self.export_kubeconfig(target, cluster).await;
            }
            Effect::ReadCloud(asked) => Box::pin(self.read_cloud(asked)).await,
            _ => {}
        }
    }

    fn settings_at(&self, target: &ClusterTarget) -> Settings {
        let mut settings = self.shared.settings.at(target);
        settings.profile = self.chosen_profile().or(settings.profile);
        settings
    }

    async fn check(self, kind: CheckKind, target: ClusterTarget) {
        let settings = self.settings_at(&target);
        if kind == CheckKind::Channel {
            let versions = channel::versions(&settings, aws::Freshness::Kept).await;
            let state = doctor::version_state(&versions);
            // First what is known, then that it is: nothing is planned in between.
            self.reply.send(Event::VersionsRead(Box::new(versions)));
            return self.reply.send(Event::Checked(Check { kind, state }));
        }
        self.reply
            .send(Event::Checked(doctor::check(kind, &settings).await));
    }

    // Not knowing the account stops nothing: the screen says that it is unknown.
    async fn identify(self, target: ClusterTarget) {
        let Ok((account, environment)) = self.account(&target).await else {
            return;
        };
        let used = doctor::credentials_used(&account, &environment);
        self.reply.send(Event::CredentialsUsed(used));
        if let Ok(who) = account.identity().await {
            let (account, region) = (Some(who.account), who.region);
            self.reply.send(Event::Connected { account, region });
        }
    }

    async fn discover(self, target: ClusterTarget, vpc: Option<String>, images: Vec<String>) {
        if let Err(fault) = self.run_discovery(&target, vpc, images).await {
            self.reply.send(Event::DiscoveryFailed(fault));
        }
    }

    async fn run_discovery(
        &self,
        target: &ClusterTarget,
        vpc: Option<String>,
        images: Vec<String>,
    ) -> Result<(), Fault> {
        let (account, environment) = self.account(target).await?;
        let used = doctor::credentials_used(&account, &environment);
        self.reply.send(Event::CredentialsUsed(used));
        let region = account.region().to_owned();
        self.reply.send(Event::Connected {
            account: None,
            region: region.clone(),
        });
        let who = async {
            let number = account.identity().await.map(|who| who.account).ok();
            self.reply.send(Event::Connected {
                account: number,
                region,
            });
        };
        let show = |inventory| {
            self.reply.send(Event::Discovered {
                inventory: Box::new(inventory),
                complete: false,
            });
        };
        let scope = vpc.map_or(aws::Scope::Account, aws::Scope::AccountFor);
        let wanted = aws::Wanted {
            images,
            ..aws::Wanted::default()
        };
        let (found, offers, ()) =
            tokio::join!(account.discover(scope, show), account.offers(&wanted), who);
        self.reply.send(Event::Discovered {
            inventory: Box::new(offers?.into_inventory(found?)),
            complete: true,
        });
        Ok(())
    }

    // What could not be read stays unknown, and the plan says so.
    async fn read_dns(self, vpc: String, target: ClusterTarget) {
        let Ok(account) = aws::connect(&self.settings_at(&target)).await else {
            return;
        };
        if let Ok(read) = account.dns_attributes(&vpc).await {
            let (support, hostnames) = (Some(read.support), Some(read.hostnames));
            self.reply.send(Event::DnsRead {
                vpc,
                support,
                hostnames,
            });
        }
    }

    // What could not be asked stays unknown, and the plan says so nowhere: kops reports it.
    async fn read_images(self, images: Vec<String>, target: ClusterTarget) {
        if let Ok(account) = aws::connect(&self.settings_at(&target)).await {
            let (images, _) = account.images(&images).await;
            self.reply.send(Event::ImagesRead(images));
        }
    }

    async fn read_prices(self, target: ClusterTarget) {
        let list = match aws::connect(&self.settings_at(&target)).await {
            Ok(account) => account.region_prices().await,
            Err(fault) => aws::unread_prices(&fault),
        };
        self.reply.send(Event::PricesRead {
            region: target.region,
            list: Box::new(list),
        });
    }

    async fn kops(&self) -> Result<&Kops, Fault> {
        let shared = &self.shared;
        shared
            .kops
            .get_or_try_init(|| kops::find(&shared.settings))
            .await
    }

    fn folder(&self, cluster: &ClusterName) -> Result<RunFolder, Fault> {
        let mut held = self.lock_folder();
        if let Some((name, folder)) = held.as_ref()
            && name == cluster
            && folder.removed().is_none()
        {
            return Ok(folder.clone());
        }
        let folder = RunFolder::create(cluster)?;
        *held = Some((cluster.clone(), folder.clone()));
        Ok(folder)
    }

    async fn environment(&self, target: &ClusterTarget) -> Result<Environment, Fault> {
        let (_, environment) = self.account(target).await?;
        Ok(environment)
    }

    // The account, and the environment of kops that holds the credentials with which it is asked.
    async fn account(&self, target: &ClusterTarget) -> Result<(aws::Account, Environment), Fault> {
        let settings = self.settings_at(target);
        let store = settings.state_store().unwrap_or_default();
        let account = aws::connect(&settings).await?;
        let environment = Environment::new(&account, &store);
        Ok((account, environment))
    }

    // The person's kubeconfig, or the one that the command line names: the same for a dry run and its `--yes`.
    fn with_own_kubeconfig(&self, environment: Environment) -> Environment {
        match &self.shared.settings.use_kubeconfig {
            Some(path) => environment.with_kubeconfig(&expand(path)),
            None => environment,
        }
    }

    fn send_line(&self, job: Job, line: PrintedLine) {
        self.reply.send(Event::Printed { job, line });
    }

    fn running(&self) -> MutexGuard<'_, HashMap<Job, (RunFolder, u32)>> {
        let running = self.shared.running.lock();
        running.unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_folder(&self) -> MutexGuard<'_, Option<(ClusterName, RunFolder)>> {
        let folder = self.shared.folder.lock();
        folder.unwrap_or_else(PoisonError::into_inner)
    }
}
