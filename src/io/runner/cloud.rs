//! The reads of Auto Scaling and EC2 about a watched cluster, as effects.

use super::EffectTask;
use crate::core::cluster::cloud::CloudUpdate;
use crate::core::fault::Fault;
use crate::core::text::untrusted::Untrusted;
use crate::core::unix_time::UnixTime;
use crate::io::aws::{self, Account};
use crate::io::clock;
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::effect::{CloudQuestion, CloudRequest, PriceQuestion};
use crate::tui::event::Event;

/// The account that was asked last, kept so that a question every few seconds reads no credentials.
#[derive(Debug, Default)]
pub(super) struct WatchedAccount(tokio::sync::Mutex<Option<(ClusterTarget, Account)>>);

impl EffectTask {
    pub(super) async fn read_cloud(self, asked: CloudRequest) {
        let update = match self.watched_account(&asked.target).await {
            Ok(account) => ask(&account, asked).await,
            Err(fault) => refused(asked.question, fault),
        };
        if update.fault().is_some() {
            // The next question reads the credentials again: a person may have renewed them.
            self.shared.watched.0.lock().await.take();
        }
        let wall = UnixTime(clock::unix_millis());
        self.reply.send(Event::Cloud { wall, update });
    }

    async fn watched_account(&self, target: &ClusterTarget) -> Result<Account, Fault> {
        let mut watched = self.shared.watched.0.lock().await;
        if let Some((known, account)) = watched.as_ref()
            && known == target
            && account.is_usable()
        {
            return Ok(account.clone());
        }
        let account = aws::connect(&self.settings_at(target)).await?;
        *watched = Some((target.clone(), account.clone()));
        Ok(account)
    }
}

async fn ask(account: &Account, asked: CloudRequest) -> CloudUpdate {
    match asked.question {
        CloudQuestion::Groups => {
            CloudUpdate::Groups(account.cloud_groups(asked.cluster.as_str()).await)
        }
        CloudQuestion::Activities(groups) => {
            CloudUpdate::Activities(account.scaling_activities(&groups).await)
        }
        CloudQuestion::Instances(ids) => {
            CloudUpdate::Instances(account.cloud_instances(&ids).await)
        }
        CloudQuestion::Paths {
            instances,
            control_plane,
        } => CloudUpdate::Paths(account.instance_paths(&instances, &control_plane).await),
        CloudQuestion::Console(instance) => CloudUpdate::Console {
            output: account.console_output(&instance).await,
            instance: Untrusted::from(instance),
        },
        CloudQuestion::Prices(PriceQuestion { types, instances }) => {
            let cluster = asked.cluster.as_str();
            let prices = account.cluster_prices(cluster, &types, &instances).await;
            CloudUpdate::Prices(Ok(prices))
        }
    }
}

fn refused(question: CloudQuestion, fault: Fault) -> CloudUpdate {
    match question {
        CloudQuestion::Groups => CloudUpdate::Groups(Err(fault)),
        CloudQuestion::Activities(_) => CloudUpdate::Activities(Err(fault)),
        CloudQuestion::Instances(_) => CloudUpdate::Instances(Err(fault)),
        CloudQuestion::Paths { .. } => CloudUpdate::Paths(Err(fault)),
        CloudQuestion::Console(instance) => CloudUpdate::Console {
            instance: Untrusted::from(instance),
            output: Err(fault),
        },
        CloudQuestion::Prices(_) => CloudUpdate::Prices(Err(fault)),
    }
}
