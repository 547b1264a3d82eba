//! One session with a cluster's API: everything that is watched at once, until the API cannot be asked or the credentials end.

use std::future::pending;
use std::net::ToSocketAddrs;
use std::time::Duration;

use kube::Client;
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::sleep;

use super::connection::ApiConnection;
use super::critical_pods::{CriticalPods, watch_critical_pods};
use super::failure::{ApiAddress, explain, explain_placeholder, is_placeholder};
use super::kubeconfig::ApiAccess;
use super::link::{NODES_AND_SYSTEM_PODS, Report, SessionEnd, WatchLink};
use super::list_watch::list_and_watch;
use super::objects::{WatchScope, WatchedObjects};
use super::pod_counts::count_pods;
use super::readiness::poll_readiness;
use crate::core::unix_time::UnixTime;
use crate::io::clock::unix_millis;

/// Credentials are renewed so long before they expire.
const BEFORE_EXPIRY: Duration = Duration::from_mins(1);
/// Those that expire sooner than that are not renewed more often.
const SHORTEST_LIFE: Duration = Duration::from_secs(30);

/// What is known of a cluster, from one session to the next.
#[derive(Debug)]
pub(super) struct ClusterWatches {
    nodes: WatchedObjects,
    system_pods: WatchedObjects,
    idle_pods: WatchedObjects,
    critical_pods: CriticalPods,
}

impl Default for ClusterWatches {
    fn default() -> Self {
        Self {
            nodes: WatchedObjects::new(WatchScope::Nodes),
            system_pods: WatchedObjects::new(WatchScope::SystemPods),
            idle_pods: WatchedObjects::new(WatchScope::IdlePods),
            critical_pods: CriticalPods::default(),
        }
    }
}

/// Watches until the session ends; says also whether the API granted anything.
pub(super) async fn run_session(
    watches: &mut ClusterWatches,
    access: ApiAccess,
    report: Report<'_>,
) -> (SessionEnd, bool) {
    let ApiAccess {
        config,
        address,
        expires,
    } = access;
    let client = match Client::try_from(config) {
        Ok(client) => client,
        Err(error) => return (SessionEnd::Failed(explain(&error, &address)), false),
    };
    let (notices, inbox) = unbounded_channel();
    let link = WatchLink::new(ApiConnection::new(client, address.clone()), report, notices);
    let end = tokio::select! {
        end = refuse_placeholder(&address) => end,
        end = poll_readiness(&link) => end,
        end = list_and_watch(&mut watches.nodes, &link) => end,
        end = list_and_watch(&mut watches.system_pods, &link) => end,
        end = watch_idle_pods(&mut watches.idle_pods, &link) => end,
        end = watch_critical_pods(&mut watches.critical_pods, &link, inbox) => end,
        end = count_pods(&link) => end,
        end = wait_for_expiry(expires) => end,
    };
    match end {
        // Something on the way may answer in its place.
        SessionEnd::Failed(_) if !link.was_good() && has_placeholder(&address).await => {
            (SessionEnd::Failed(explain_placeholder(&address)), false)
        }
        end => (end, link.was_good()),
    }
}

// The server looks at every pod for these.
async fn watch_idle_pods(idle: &mut WatchedObjects, link: &WatchLink<'_>) -> SessionEnd {
    link.wait_for_steps(NODES_AND_SYSTEM_PODS).await;
    list_and_watch(idle, link).await
}

async fn refuse_placeholder(address: &ApiAddress) -> SessionEnd {
    if has_placeholder(address).await {
        return SessionEnd::Failed(explain_placeholder(address));
    }
    pending().await
}

// Through a proxy the name is resolved elsewhere.
pub(super) async fn has_placeholder(address: &ApiAddress) -> bool {
    let host = address.host.trim_matches(['[', ']']).to_owned();
    let resolved = tokio::task::spawn_blocking(move || {
        let resolved = (host.as_str(), 0).to_socket_addrs();
        resolved.is_ok_and(|mut found| found.any(|one| is_placeholder(one.ip())))
    });
    address.proxy.is_none() && resolved.await.unwrap_or_default()
}

async fn wait_for_expiry(expires: Option<UnixTime>) -> SessionEnd {
    let Some(expires) = expires else {
        return pending().await;
    };
    let left = expires.since(UnixTime(unix_millis()));
    sleep(left.saturating_sub(BEFORE_EXPIRY).max(SHORTEST_LIFE)).await;
    SessionEnd::Expiring
}
