//! A run of the real runner: begun, its commands started and followed, found again, and let go.

use std::path::PathBuf;
use std::sync::{MutexGuard, PoisonError};

use tokio::task::JoinHandle;

use super::EffectTask;
use crate::core::approval::facts::{FactDifference, NamedInSpec};
use crate::core::approval::store::{StorePlaces, differences};
use crate::core::fault::Fault;
use crate::core::text::untrusted::visible;
use crate::io::aws::Account;
use crate::io::files::shown;
use crate::io::kops::{self, FollowedCommand, HeldRun, RunFolder, RunStart};
use crate::io::runner::reads::secret_files;
use crate::io::state_store::{LockObject, StateLock, read_objects};
use crate::io::{aws, facts, spec_file};
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::effect::{Begin, BoundStore, FactsOf, KopsRun, Kubeconfig, StoreOf};
use crate::tui::event::Event;
use crate::tui::job::Job;

/// What this program holds while it is at work on a run.
#[derive(Debug)]
pub(super) struct RunLocks {
    run: HeldRun,
    /// The lock in the state store, where it was asked for.
    state_store: Option<StateLock>,
}

impl EffectTask {
    pub(super) async fn read_facts(self, request: FactsOf) {
        let wanted = facts::FactsRequest {
            settings: self.settings_at(&request.target),
            places: self.places(&request.target, &request.cluster, &request.spec),
            named: NamedInSpec::in_spec(&request.spec),
            secrets: if request.key {
                secret_files(&request.target)
            } else {
                Vec::new()
            },
            ssh_public_key: request
                .key
                .then(|| request.target.ssh_public_key.clone().into()),
        };
        let result = facts::read(&wanted).await;
        self.reply.send(Event::FactsRead(result));
    }

    fn places(&self, target: &ClusterTarget, cluster: &str, spec: &str) -> StorePlaces {
        let store = self.settings_at(target).state_store().unwrap_or_default();
        StorePlaces::for_cluster(&store, cluster, spec)
    }

    pub(super) async fn read_store(self, request: StoreOf) {
        let places = self.places(&request.target, &request.cluster, &request.spec);
        let account = aws::connect(&self.settings_at(&request.target)).await;
        let result = match account {
            Ok(account) => Ok(read_objects(&account, &places).await),
            Err(fault) => Err(fault),
        };
        self.reply.send(Event::StoreRead(result));
    }

    // What starts a command holds the run from before its start until it is noted here.
    pub(super) fn let_go(&self, job: Job) -> bool {
        drop(self.held().take());
        self.running().contains_key(&job)
    }

    /// Lets others work on the cluster.
    pub(super) fn release(&self) {
        let lock = self.held().take().and_then(|held| held.state_store);
        if let Some(lock) = lock {
            let releasing = tokio::spawn(lock.release());
            *self.release_task() = Some(releasing);
        }
    }

    fn release_task(&self) -> MutexGuard<'_, Option<JoinHandle<()>>> {
        let releasing = self.shared.releasing.lock();
        releasing.unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn begin(self, begin: Begin) {
        // Given back first: a run that is approved once more is begun once more.
        self.release();
        let releasing = self.release_task().take();
        if let Some(releasing) = releasing {
            let _ = releasing.await;
        }
        let event = Box::pin(self.acquire_locks(&begin)).await;
        self.reply.send(event);
    }

    async fn acquire_locks(&self, begin: &Begin) -> Event {
        let kept = self
            .lock_folder()
            .as_ref()
            .filter(|(cluster, folder)| {
                *cluster == begin.record.cluster && !folder.record().exists()
            })
            .map(|(_, folder)| folder.clone());
        match kops::begin_run(begin, kept) {
            Ok(RunStart::Held(run)) => Event::Begun(Box::pin(self.hold(begin, run)).await),
            Ok(RunStart::Busy(mut found)) => {
                found.record.target.shell = Some(self.shared.settings.shell());
                Event::Busy(found)
            }
            Err(fault) => Event::Begun(Err(fault)),
        }
    }

    async fn hold(&self, begin: &Begin, run: HeldRun) -> Result<PathBuf, Fault> {
        let state_store = self.lock_store(begin, &run.folder).await.inspect_err(|_| {
            // Nothing of it was done: it is no run to be found again.
            if begin.folder.is_none() {
                let _ = std::fs::remove_file(run.folder.record());
            }
        })?;
        let folder = run.folder.path().to_owned();
        *self.lock_folder() = Some((begin.record.cluster.clone(), run.folder.clone()));
        *self.held() = Some(RunLocks { run, state_store });
        Ok(folder)
    }

    // Whoever takes no lock himself heeds that of others.
    async fn lock_store(
        &self,
        begin: &Begin,
        folder: &RunFolder,
    ) -> Result<Option<StateLock>, Fault> {
        let (cluster, target) = (&begin.record.cluster, &begin.record.target);
        let settings = self.settings_at(target);
        let store = settings.state_store().unwrap_or_default();
        if !settings.lock_state_store && !store.starts_with("s3://") {
            return Ok(None);
        }
        let account = aws::connect(&settings).await?;
        if settings.lock_state_store {
            let lock = StateLock::take(&settings, &account, cluster, folder).await?;
            return Ok(Some(lock));
        }
        let object = LockObject::for_cluster(&account, &store, cluster).await;
        match object {
            Ok(object) => object.is_free().await.map(|()| None),
            // kops will say what is wrong with the store.
            Err(_) => Ok(None),
        }
    }

    pub(super) fn poll_run(&self, folder: PathBuf) {
        let folder = RunFolder::new(folder);
        let mut found = match kops::read_run(&folder) {
            Ok(Some(found)) => found,
            Ok(None) => return self.reply.send(Event::RunLost(lost(&folder))),
            Err(fault) => return self.reply.send(Event::RunLost(fault)),
        };
        found.record.target.shell = Some(self.shared.settings.shell());
        *self.lock_folder() = Some((found.record.cluster.clone(), folder));
        self.reply.send(Event::RunFound(Box::new(found)));
    }

    pub(super) async fn run(self, run: KopsRun) {
        match self.start_command(&run).await {
            Ok(running) => {
                self.reply.send(Event::Started(run.job));
                self.follow(running, run.job).await;
            }
            Err(fault) => self.reply.send(Event::Ended {
                job: run.job,
                result: Err(fault),
            }),
        }
    }

    async fn start_command(&self, run: &KopsRun) -> Result<FollowedCommand, Fault> {
        let kops = self.kops().await?;
        let (account, environment) = self.account(&run.target).await?;
        if run.command.changes_aws() {
            self.check_account(&account).await?;
        }
        if let Some(spec) = &run.spec
            && let Some(kept) = spec_file::write(spec)?
        {
            self.reply.send(Event::SpecKept(kept.older_words()));
        }
        if let Some(store) = &run.store {
            self.check_state_lock(run, &account).await?;
            self.check_bound_store(run, store, &account).await?;
        }
        let held = self.held();
        let held = &held.as_ref().ok_or_else(not_begun)?.run;
        let environment = match run.kubeconfig {
            Kubeconfig::Own => self.with_own_kubeconfig(environment),
            Kubeconfig::OfTheRun => {
                held.folder.reserve_kubeconfig()?;
                environment.with_kubeconfig(&held.folder.kubeconfig())
            }
        };
        let running = kops.start(
            &run.command,
            run.job,
            &environment,
            &held.folder,
            &held.lock,
        )?;
        self.running()
            .insert(run.job, (held.folder.clone(), running.number()));
        Ok(running)
    }

    // The very last: between this listing and the start of kops there is only its lock.
    async fn check_bound_store(
        &self,
        run: &KopsRun,
        store: &BoundStore,
        account: &Account,
    ) -> Result<(), Fault> {
        let places = self.places(&run.target, &run.cluster, &store.spec);
        let now = read_objects(account, &places).await;
        let found = differences(&store.objects, &now, &places);
        if found.is_empty() {
            return Ok(());
        }
        let review = run.target.copied().kopswain("review", &run.cluster);
        let found: Vec<String> = found.iter().map(FactDifference::sentence).collect();
        Err(written_meanwhile(&review, &found))
    }

    // Right before `--yes`: the lock is still this run's, or nobody holds one.
    async fn check_state_lock(&self, run: &KopsRun, account: &Account) -> Result<(), Fault> {
        let claim = self
            .held()
            .as_ref()
            .and_then(|held| held.state_store.as_ref().map(StateLock::claim));
        if let Some((object, owner)) = claim {
            return object.is_held_by(&owner).await;
        }
        let store = self
            .settings_at(&run.target)
            .state_store()
            .unwrap_or_default();
        match LockObject::for_cluster(account, &store, &run.cluster).await {
            Ok(object) => object.is_free().await,
            Err(_) => Ok(()),
        }
    }

    // Not that some credentials belong to the approved account, but that those do which kops is given.
    async fn check_account(&self, account: &Account) -> Result<(), Fault> {
        let approved = self
            .held()
            .as_ref()
            .and_then(|held| held.run.account.clone());
        let now = account.identity().await?.account;
        match approved {
            Some(approved) if approved != now => Err(another_account(&approved, &now)),
            _ => account.lasts_for_an_update(),
        }
    }

    pub(super) fn follow_found(self, folder: RunFolder, number: u32, job: Job) {
        let running = FollowedCommand::new(&folder, number);
        self.running().insert(job, (folder, number));
        drop(tokio::spawn(self.follow(running, job)));
    }

    async fn follow(self, running: FollowedCommand, job: Job) {
        let (number, folder) = (running.number(), running.folder().clone());
        let paused = |pause| self.reply.send(Event::Paused(pause));
        let follow = running.follow_with(|line| self.send_line(job, line), paused);
        let result = follow.await;
        // Unless another command for the same is followed by now.
        let mut followed = self.running();
        if followed.get(&job).is_some_and(|(_, one)| *one == number) {
            followed.remove(&job);
        }
        drop(followed);
        // What `--yes` has done is done, whatever there is room for.
        let result = result.and_then(|finished| match job {
            Job::UpdateYes => Ok(finished),
            _ => folder.has_room().map(|()| finished),
        });
        self.reply.send(Event::Ended { job, result });
    }

    pub(super) fn held(&self) -> MutexGuard<'_, Option<RunLocks>> {
        let held = self.shared.held.lock();
        held.unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn interrupt(&self, job: Job) {
        let running = self.running().get(&job).cloned();
        let result = match running {
            Some((folder, number)) => kops::request_interrupt(&folder, number),
            None => Err(not_under_way()),
        };
        self.reply.send(Event::Interrupted(result));
    }
}

fn another_account(approved: &str, now: &str) -> Fault {
    let (approved, now) = (visible(approved), visible(now));
    Fault::new(
        format!("the credentials are those of account {now} now"),
        format!("account {approved} was approved, and --yes would run with other credentials"),
        format!("use the credentials of {approved}, then approve again: --yes was not run"),
    )
}

fn lost(folder: &RunFolder) -> Fault {
    if let Some(removed) = folder.removed() {
        return removed;
    }
    Fault::new(
        "how far the run is cannot be read any more",
        format!("run.json of {} is gone or damaged", shown(folder.path())),
        "see the cluster itself with `kopswain watch CLUSTER`; kops, if it was at work, continues",
    )
}

fn not_under_way() -> Fault {
    Fault::new(
        "kops was not asked to stop",
        "it has ended, or is not started yet",
        "look at the commands, and stop the one that runs",
    )
}

fn written_meanwhile(review: &str, differences: &[String]) -> Fault {
    Fault::new(
        "somebody else wrote into the state store at the last moment; kops was not started",
        differences.join("; "),
        format!("nothing was changed in AWS. Review the cluster as it is now: {review}"),
    )
}

fn not_begun() -> Fault {
    Fault::new(
        "no run was begun",
        "a command of a run is started only by the one program that is at work on the cluster",
        "approve again: nothing was changed",
    )
}
