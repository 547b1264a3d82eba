//! What home asks for: the clusters of the state store at a glance, the runs of this machine, and what can be chosen.

use std::sync::PoisonError;

use tokio::task::JoinSet;

use super::EffectTask;
use crate::core::fault::Fault;
use crate::core::overview::{ClusterOverview, Fleet};
use crate::io::aws::{self, Account};
use crate::io::kops;
use crate::io::kubernetes::{KubeconfigSource, count_ready_nodes};
use crate::io::state_store::{StateStore, unset};
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::effect::Effect;
use crate::tui::event::Event;

/// Clusters that are read at once: each takes some four calls.
const AT_ONCE: usize = 4;

impl EffectTask {
    pub(super) async fn look_around(self, effect: Effect) {
        match effect {
            Effect::ListClusters(target) => self.list_clusters(&target).await,
            Effect::ReadClusters { target, names } => {
                Box::pin(self.read_clusters(target, names)).await;
            }
            Effect::FindRuns => self.reply.send(Event::RunsFound(kops::last_runs())),
            Effect::ListOffers => {
                let offers = aws::offers_of_files().await;
                self.reply.send(Event::OffersListed(Box::new(offers)));
            }
            _ => {}
        }
    }

    pub(super) fn use_profile(&self, name: String) {
        let mut chosen = self
            .shared
            .profile
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *chosen = Some(name);
    }

    pub(super) fn chosen_profile(&self) -> Option<String> {
        let chosen = self.shared.profile.lock();
        chosen.unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn list_clusters(&self, target: &ClusterTarget) {
        self.reply.send(match self.clusters_in(target).await {
            Ok(names) => Event::ClustersInStore(names),
            Err(fault) => Event::ClustersNotListed(fault),
        });
    }

    async fn clusters_in(&self, target: &ClusterTarget) -> Result<Vec<String>, Fault> {
        let settings = self.settings_at(target);
        let store = settings.state_store().ok_or_else(unset)?;
        let account = aws::connect(&settings).await?;
        StateStore::open(&account, &store)?.clusters(&account).await
    }

    // An API that cannot be reached from here keeps nobody waiting for what AWS says.
    async fn read_clusters(self, target: ClusterTarget, names: Vec<String>) {
        let overviews = self.read_overviews(&target, names.clone());
        tokio::join!(overviews, self.count_nodes(names));
    }

    async fn read_overviews(&self, target: &ClusterTarget, names: Vec<String>) {
        let settings = self.settings_at(target);
        let opened = async {
            let store = settings.state_store().ok_or_else(unset)?;
            let account = aws::connect(&settings).await?;
            let store = StateStore::open(&account, &store)?;
            Ok((account, store))
        };
        let opened: Result<(Account, StateStore), Fault> = opened.await;
        let asked = names.into_iter().map(|name| overview(opened.clone(), name));
        self.report_each(asked).await;
    }

    async fn count_nodes(&self, names: Vec<String>) {
        let source = self.kubeconfig(None);
        let asked = names
            .into_iter()
            .map(|name| counted_nodes(source.clone(), name));
        self.report_each(asked).await;
    }

    // Each as it is read, a few at once.
    async fn report_each<F>(&self, asked: impl Iterator<Item = F>)
    where
        F: Future<Output = Event> + Send + 'static,
    {
        let mut asked = asked.fuse();
        let mut asking = JoinSet::new();
        loop {
            while asking.len() < AT_ONCE
                && let Some(next) = asked.next()
            {
                asking.spawn(next);
            }
            match asking.join_next().await {
                Some(Ok(event)) => self.reply.send(event),
                Some(Err(_)) => {}
                None => break,
            }
        }
    }
}

async fn counted_nodes(source: KubeconfigSource, cluster: String) -> Event {
    let nodes = match cluster.parse() {
        Ok(name) => count_ready_nodes(&source, &name).await,
        Err(fault) => {
            return Event::NodesCounted {
                cluster,
                nodes: Err(fault),
            };
        }
    };
    let nodes = nodes.map_err(|failure| failure.fault);
    Event::NodesCounted { cluster, nodes }
}

async fn overview(opened: Result<(Account, StateStore), Fault>, name: String) -> Event {
    let (account, mut store) = match opened {
        Ok(opened) => opened,
        Err(fault) => {
            let overview = ClusterOverview {
                name,
                spec: Err(fault.clone()),
                fleet: Err(fault),
            };
            return Event::ClusterRead(Box::new(overview));
        }
    };
    let (spec, groups) = tokio::join!(
        store.stored_spec(&account, &name),
        account.cloud_groups(&name)
    );
    let overview = ClusterOverview {
        spec,
        fleet: groups.map(|answer| Fleet::of(&answer.found)),
        name,
    };
    Event::ClusterRead(Box::new(overview))
}
