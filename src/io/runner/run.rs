//! A run of the real runner: begun, its commands started and followed, found again, and let go.

use std::path::PathBuf;
use std::sync::{MutexGuard, PoisonError};

use super::{Task, finished_of};
use crate::app::effect::{Begin, FactsOf, Job, Run};
use crate::app::event::Event;
use crate::core::fault::Fault;
use crate::core::untrusted::visible;
use crate::io::aws::Account;
use crate::io::facts;
use crate::io::files::{RunFolder, shown};
use crate::io::kops::{self, Running};
use crate::io::runs::{self, Beginning, Held};
use crate::io::spec_file;

impl Task {
    pub(super) async fn read_facts(self, asked: FactsOf) {
        let wanted = facts::Asked {
            settings: self.settings_at(&asked.place),
            named: asked.named,
            ssh_public_key: asked.key.then(|| asked.place.ssh_public_key.clone().into()),
        };
        let result = facts::read(&wanted).await;
        self.reply.send(Event::FactsRead(result));
    }

    pub(super) fn begin(&self, begin: &Begin) {
        let kept = self
            .lock_folder()
            .as_ref()
            .filter(|(cluster, folder)| {
                *cluster == begin.record.cluster && !folder.record().exists()
            })
            .map(|(_, folder)| folder.clone());
        // Given back first: a run that is approved once more is begun once more.
        drop(self.held().take());
        let event = match runs::begin(begin, kept) {
            Ok(Beginning::Held(held)) => {
                let folder = held.folder.path().to_owned();
                *self.lock_folder() = Some((begin.record.cluster.clone(), held.folder.clone()));
                *self.held() = Some(held);
                Event::Begun(Ok(folder))
            }
            Ok(Beginning::Busy(found)) => Event::Busy(found),
            Err(fault) => Event::Begun(Err(fault)),
        };
        self.reply.send(event);
    }

    pub(super) fn look_again(&self, folder: PathBuf) {
        let folder = RunFolder::at(folder);
        let found = match runs::at(&folder) {
            Ok(Some(found)) => found,
            Ok(None) => return self.reply.send(Event::RunLost(lost(&folder))),
            Err(fault) => return self.reply.send(Event::RunLost(fault)),
        };
        *self.lock_folder() = Some((found.record.cluster.clone(), folder));
        self.reply.send(Event::RunFound(Box::new(found)));
    }

    pub(super) async fn run(self, run: Run) {
        match self.started(&run).await {
            Ok(running) => self.follow(running, run.job).await,
            Err(fault) => self.reply.send(Event::Ended {
                job: run.job,
                result: Err(fault),
            }),
        }
    }

    async fn started(&self, run: &Run) -> Result<Running, Fault> {
        let kops = self.kops().await?;
        let (account, environment) = self.account(&run.place).await?;
        if run.command.changes_aws() {
            self.prove(&account).await?;
        }
        if let Some(spec) = &run.spec
            && let Some(kept) = spec_file::write(spec)?
        {
            self.reply.send(Event::SpecKept(kept.older_words()));
        }
        let held = self.held();
        let held = held.as_ref().ok_or_else(not_begun)?;
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

    // Not that some credentials belong to the approved account, but that those do which kops is given.
    async fn prove(&self, account: &Account) -> Result<(), Fault> {
        let approved = self.held().as_ref().and_then(|held| held.account.clone());
        let now = account.identity().await?.account;
        match approved {
            Some(approved) if approved != now => Err(another_account(&approved, &now)),
            _ => account.lasts_for_an_update(),
        }
    }

    pub(super) fn follow_again(self, folder: RunFolder, number: u32, job: Job) {
        let running = Running::of(&folder, number);
        self.running().insert(job, (folder, number));
        drop(tokio::spawn(self.follow(running, job)));
    }

    async fn follow(self, running: Running, job: Job) {
        let number = running.number();
        let result = running.follow(|line| self.said(job, line)).await;
        // Unless another command for the same is followed by now.
        let mut followed = self.running();
        if followed.get(&job).is_some_and(|(_, one)| *one == number) {
            followed.remove(&job);
        }
        drop(followed);
        let result = result.map(finished_of);
        self.reply.send(Event::Ended { job, result });
    }

    pub(super) fn held(&self) -> MutexGuard<'_, Option<Held>> {
        let held = self.shared.held.lock();
        held.unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn interrupt(&self, job: Job) {
        let running = self.running().get(&job).cloned();
        let result = match running {
            Some((folder, number)) => kops::interrupt(&folder, number),
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
        "see the cluster itself with kopswain watch; kops, if it was at work, goes on",
    )
}

fn not_under_way() -> Fault {
    Fault::new(
        "kops was not asked to stop",
        "it has ended, or is not started yet",
        "look at the commands, and stop the one that runs",
    )
}

fn not_begun() -> Fault {
    Fault::new(
        "no run was begun",
        "a command of a run is started only by the one program that is at work on the cluster",
        "approve again: nothing was changed",
    )
}
