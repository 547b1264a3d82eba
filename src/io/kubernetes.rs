//! The Kubernetes API of a cluster: listed once and then watched, through every loss, until nobody wants to know any more.

mod connection;
mod critical_pods;
mod exec_plugin;
mod failure;
mod kubeconfig;
mod link;
mod list_watch;
mod objects;
mod page;
mod pod_counts;
mod projection;
mod protobuf;
mod readiness;
mod ready_nodes;
mod records;
mod retry;
mod session;
mod wire;

use std::time::Duration;

use tokio::time::sleep;

pub use self::kubeconfig::KubeconfigSource;
use self::kubeconfig::find_access;
use self::link::SessionEnd;
pub use self::ready_nodes::count_ready_nodes;
use self::retry::Retries;
use self::session::{ClusterWatches, run_session};
use crate::core::cluster::kubernetes::{ApiFailure, ApiFailureKind, KubernetesUpdate};
use crate::core::cluster_name::ClusterName;

/// A kubeconfig that a person may write at any time.
const UNTIL_KUBECONFIG: Duration = Duration::from_secs(5);
/// A program for credentials may bother a person each time, or be locked out.
const UNTIL_PLUGIN: Duration = Duration::from_secs(30);
const LONGEST_UNTIL_PLUGIN: Duration = Duration::from_mins(5);
const UNTIL_AUTHORIZED: Duration = Duration::from_secs(30);

/// Watches the API of a cluster and reports what it says, until the future is dropped.
pub async fn watch_cluster(
    source: &KubeconfigSource,
    cluster: &ClusterName,
    report: &(dyn Fn(KubernetesUpdate) + Send + Sync),
) {
    let mut watches = ClusterWatches::default();
    let mut retries = Retries::default();
    let mut renewed = false;
    loop {
        let (end, good) = match find_access(source, cluster).await {
            Err(failure) => (SessionEnd::Failed(failure), false),
            Ok(access) => {
                report(KubernetesUpdate::Connecting {
                    server: access.address.server.as_str().into(),
                    kubeconfig: access.address.kubeconfig.clone(),
                });
                run_session(&mut watches, access, report).await
            }
        };
        if good {
            (retries, renewed) = (Retries::default(), false);
        }
        let failure = match end {
            SessionEnd::Expiring => continue,
            // Once: the file, or the program in it, may have others by now.
            SessionEnd::Unauthorized(_) if !std::mem::replace(&mut renewed, true) => continue,
            SessionEnd::Unauthorized(failure) | SessionEnd::Failed(failure) => failure,
        };
        let pause = choose_pause(&failure, &mut retries);
        report(KubernetesUpdate::Lost {
            failure: Box::new(failure),
            retry: Some(pause),
        });
        sleep(pause).await;
    }
}

fn choose_pause(failure: &ApiFailure, retries: &mut Retries) -> Duration {
    match failure.kind {
        ApiFailureKind::NoContext | ApiFailureKind::Kubeconfig => UNTIL_KUBECONFIG,
        ApiFailureKind::ExecPlugin => {
            retries.next_pause_between(UNTIL_PLUGIN, LONGEST_UNTIL_PLUGIN)
        }
        ApiFailureKind::Unauthorized => UNTIL_AUTHORIZED,
        _ => retries.next_pause(),
    }
}
