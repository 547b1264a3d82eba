//! The kubeconfig that kops exports for a watch: for this person alone, used by the watch, and gone with it.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use kopswain::core::cluster::kubernetes::{ApiFailureKind, KubernetesUpdate};
use kopswain::core::cluster_name::ClusterName;
use kopswain::io::event_loop::Runner;
use kopswain::io::runner::RealRunner;
use kopswain::io::settings::Settings;
use kopswain::tui::cluster_target::ClusterTarget;
use kopswain::tui::effect::{Effect, KubernetesTarget};
use kopswain::tui::event::Event;
use kopswain::tui::request::{RequestTracker, Response};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::desk::Desk;

const CASE: &str = "KOPSWAIN_EXPORT";

/// Exports a kubeconfig of a cluster in the state store, in a process with the desk's variables.
pub(crate) fn export_and_watch(desk: &Desk, cluster: &str) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    desk.prepare(&mut command);
    command.args(["--exact", "exported::child", "--nocapture"]);
    let output = command.env(CASE, cluster).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        text.contains("exported, watched and removed"),
        "{text}\n{said}"
    );
}

/// The process of an export; does nothing in the tests themselves.
#[tokio::test]
#[allow(clippy::print_stdout)]
async fn child() {
    let Ok(cluster) = std::env::var(CASE) else {
        return;
    };
    let cluster = ClusterName::parse(&cluster).unwrap();
    let (sender, mut events) = unbounded_channel();
    let runner = RealRunner::new(Settings::default(), PathBuf::from("unused.yml"), sender);
    let mut requests = RequestTracker::default();
    let mut start = |effect: Effect| {
        let request = requests.start_request(&effect);
        runner.start(effect, request);
    };
    let target = ClusterTarget {
        region: "us-east-1".to_owned(),
        state_store: std::env::var("KOPS_STATE_STORE").unwrap(),
        ..ClusterTarget::default()
    };
    start(Effect::ExportKubeconfig {
        target: target.clone(),
        cluster: cluster.clone(),
    });
    let path = wait_for(&mut events, |event| match event {
        Event::KubeconfigExported(result) => Some(result.unwrap()),
        _ => None,
    })
    .await;
    assert_private(&path);
    start(Effect::WatchKubernetes(KubernetesTarget {
        target,
        cluster,
        exported: Some(path.clone()),
    }));
    // The laboratory's load balancer has no address.
    let kind = wait_for(&mut events, |event| match event {
        Event::Kubernetes {
            update: KubernetesUpdate::Lost { failure, .. },
            ..
        } => Some(failure.kind),
        _ => None,
    })
    .await;
    assert_eq!(kind, ApiFailureKind::NameNotResolving);
    start(Effect::StopWatching);
    while path.exists() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(!path.parent().unwrap().exists());
    println!("exported, watched and removed");
}

async fn wait_for<T>(
    events: &mut UnboundedReceiver<Response>,
    find: impl Fn(Event) -> Option<T>,
) -> T {
    let found = async {
        loop {
            if let Some(found) = find(events.recv().await.unwrap().event) {
                return found;
            }
        }
    };
    tokio::time::timeout(Duration::from_mins(1), found)
        .await
        .unwrap()
}

fn assert_private(path: &Path) {
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(path), mode(path.parent().unwrap())), (0o600, 0o700));
    assert!(
        std::fs::read_to_string(path)
            .unwrap()
            .contains("client-key-data")
    );
}
