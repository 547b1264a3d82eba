//! The watch of a real kube-apiserver: a node that joins, is not ready, comes back and leaves; and an API that is held up.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use kopswain::core::cluster::kubernetes::{
    ApiFailureKind, ConditionStatus, KubernetesChange, KubernetesUpdate, WatchedKind,
};
use kopswain::core::cluster_name::ClusterName;
use kopswain::io::kubernetes::{KubeconfigSource, watch_cluster};
use tokio::runtime::Runtime;

use crate::lab::Lab;

const CLUSTER: &str = "watched.example.com";
const LONGEST: Duration = Duration::from_mins(1);

/// A watch in a thread of its own.
struct RunningWatch {
    reported: Arc<Mutex<Vec<KubernetesUpdate>>>,
    /// How many reports were looked at already.
    seen: usize,
    _runtime: Runtime,
}

impl RunningWatch {
    fn start(lab: &Lab) -> Self {
        let runtime = Runtime::new().unwrap();
        let reported = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&reported);
        let kubeconfig = PathBuf::from(lab.variable("KOPSWAIN_USE_KUBECONFIG"));
        runtime.spawn(async move {
            let source = KubeconfigSource::File(kubeconfig);
            let cluster = ClusterName::parse(CLUSTER).unwrap();
            let report = |update| log.lock().unwrap().push(update);
            watch_cluster(&source, &cluster, &report).await;
        });
        Self {
            reported,
            seen: 0,
            _runtime: runtime,
        }
    }

    /// Waits for the next report in which something is found, and says what and how many reports came before it.
    fn wait_for<T>(&mut self, find: impl Fn(&KubernetesUpdate) -> Option<T>) -> T {
        let began = Instant::now();
        loop {
            let reported = self.reported.lock().unwrap();
            let mut news = reported[self.seen..].iter().enumerate();
            if let Some((place, found)) = news.find_map(|(place, one)| Some((place, find(one)?))) {
                self.seen += place + 1;
                return found;
            }
            assert!(began.elapsed() < LONGEST, "{:#?}", &reported[self.seen..]);
            drop(reported);
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn wait_for_node(&mut self, id: &str, status: ConditionStatus) -> String {
        self.wait_for(|update| {
            let KubernetesUpdate::Changed(changes) = update else {
                return None;
            };
            changes.iter().find_map(|change| match change {
                KubernetesChange::Node(node)
                    if node.instance.raw() == id && node.ready.status == status =>
                {
                    Some(node.ready.message.raw().to_owned())
                }
                _ => None,
            })
        })
    }
}

fn is_lost(update: &KubernetesUpdate) -> Option<ApiFailureKind> {
    match update {
        KubernetesUpdate::Lost { failure, .. } => Some(failure.kind),
        _ => None,
    }
}

fn is_answered(update: &KubernetesUpdate) -> Option<()> {
    matches!(update, KubernetesUpdate::Answered { .. }).then_some(())
}

#[test]
#[ignore = "needs the laboratory"]
fn a_node_joins_is_not_ready_comes_back_and_leaves() {
    let lab = Lab::start("kubernetes");
    lab.answer_for(CLUSTER);
    let mut watch = RunningWatch::start(&lab);
    let listed = KubernetesUpdate::Listed(WatchedKind::Nodes);
    watch.wait_for(|update| (*update == listed).then_some(()));
    let id = lab.start_instance(CLUSTER, "nodes-us-east-1a");
    lab.join(CLUSTER);
    watch.wait_for_node(&id, ConditionStatus::True);
    lab.join_not_ready(CLUSTER, &id);
    let message = watch.wait_for_node(&id, ConditionStatus::False);
    assert_eq!(message, "container runtime network not ready");
    lab.join(CLUSTER);
    watch.wait_for_node(&id, ConditionStatus::True);
    lab.leave(CLUSTER);
    let gone = KubernetesUpdate::Changed(vec![KubernetesChange::NodeGone(id.as_str().into())]);
    watch.wait_for(|update| (*update == gone).then_some(()));
    assert_eq!(
        watch.reported.lock().unwrap().iter().find_map(is_lost),
        None
    );
}

#[test]
#[ignore = "needs the laboratory"]
fn an_api_that_is_held_up_is_lost_within_eleven_seconds_and_nothing_is_listed_twice() {
    let lab = Lab::start("kubernetes-held");
    lab.answer_for(CLUSTER);
    let id = lab.start_instance(CLUSTER, "nodes-us-east-1a");
    lab.join(CLUSTER);
    let mut watch = RunningWatch::start(&lab);
    watch.wait_for_node(&id, ConditionStatus::True);
    watch.wait_for(is_answered);
    lab.signal("kube-apiserver-0", "STOP");
    let began = Instant::now();
    let kind = watch.wait_for(is_lost);
    let lost = began.elapsed();
    lab.signal("kube-apiserver-0", "CONT");
    assert_eq!(kind, ApiFailureKind::TimedOut);
    assert!(lost < Duration::from_secs(12), "{lost:?}");
    watch.wait_for(is_answered);
    let after = watch.seen;
    lab.join_not_ready(CLUSTER, &id);
    watch.wait_for_node(&id, ConditionStatus::False);
    let reported = watch.reported.lock().unwrap();
    let changes = reported[after..].iter().filter_map(|update| match update {
        KubernetesUpdate::Changed(changes) => Some(changes),
        _ => None,
    });
    // A list would report the node as it was, Ready; its status and its taint are two writes.
    let states: Vec<bool> = changes
        .flatten()
        .map(|change| match change {
            KubernetesChange::Node(node) => node.is_ready(),
            _ => true,
        })
        .collect();
    assert!(
        !states.is_empty() && !states.contains(&true),
        "{:#?}",
        &reported[after..]
    );
}
