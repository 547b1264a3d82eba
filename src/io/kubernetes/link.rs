//! What the watches of one session share: the connection, the way to the screen, and what each has to wait for.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch;
use tokio::time::timeout;

use super::connection::ApiConnection;
use super::objects::WatchScope;
use crate::core::cluster::kubernetes::{ApiFailure, KubernetesUpdate, WatchedKind};

/// The steps that come before all that looks at every pod.
pub(super) const NODES_AND_SYSTEM_PODS: u32 = 2;
/// What waits for others waits no longer.
const LONGEST_WAIT: Duration = Duration::from_secs(15);

/// Takes what the watch reports.
pub(super) type Report<'a> = &'a (dyn Fn(KubernetesUpdate) + Send + Sync);

/// Why a session is over.
#[derive(Debug)]
pub(super) enum SessionEnd {
    Failed(ApiFailure),
    /// The credentials are not accepted.
    Unauthorized(ApiFailure),
    /// The credentials expire soon.
    Expiring,
}

/// News for the watch of critical pods.
#[derive(Debug)]
pub(super) enum CriticalNotice {
    Namespace(String),
    Rescan,
}

/// What the watches of one session share.
pub(super) struct WatchLink<'a> {
    pub(super) connection: ApiConnection,
    pub(super) report: Report<'a>,
    notices: UnboundedSender<CriticalNotice>,
    steps: StepCount,
    /// Lists of other pods that are not complete.
    pending: AtomicUsize,
    good: AtomicBool,
}

impl<'a> WatchLink<'a> {
    pub(super) fn new(
        connection: ApiConnection,
        report: Report<'a>,
        notices: UnboundedSender<CriticalNotice>,
    ) -> Self {
        Self {
            connection,
            report,
            notices,
            steps: StepCount::default(),
            // Those that do not run, and the scan for critical ones.
            pending: AtomicUsize::new(2),
            good: AtomicBool::new(false),
        }
    }

    /// A list or a watch was granted.
    pub(super) fn note_good(&self) {
        self.good.store(true, Ordering::Relaxed);
    }

    /// Whether any list or watch was granted.
    pub(super) fn was_good(&self) -> bool {
        self.good.load(Ordering::Relaxed)
    }

    pub(super) fn notify(&self, notice: CriticalNotice) {
        // Nobody listens only when the session is over.
        let _ = self.notices.send(notice);
    }

    /// A watch has listed all of it.
    pub(super) fn note_listed(&self, scope: &WatchScope) {
        match scope.kind() {
            WatchedKind::OtherPods => self.note_other_listed(),
            kind => {
                (self.report)(KubernetesUpdate::Listed(kind));
                self.note_step();
            }
        }
    }

    /// One of the lists of other pods is complete.
    pub(super) fn note_other_listed(&self) {
        if self.pending.fetch_sub(1, Ordering::Relaxed) == 1 {
            (self.report)(KubernetesUpdate::Listed(WatchedKind::OtherPods));
        }
    }

    /// More lists of other pods are read.
    pub(super) fn expect_others(&self, count: usize) {
        self.pending.fetch_add(count, Ordering::Relaxed);
    }

    pub(super) fn note_step(&self) {
        self.steps.note();
    }

    /// Waits until so many steps are done, but not for ever: some may not be permitted.
    pub(super) async fn wait_for_steps(&self, count: u32) {
        let _ = timeout(LONGEST_WAIT, self.steps.reach(count)).await;
    }
}

/// How many are done of the steps that come first.
#[derive(Debug, Default)]
struct StepCount(watch::Sender<u32>);

impl StepCount {
    fn note(&self) {
        self.0.send_modify(|done| *done += 1);
    }

    // Who waits for more holds nobody back who waits for fewer.
    async fn reach(&self, count: u32) {
        let mut steps = self.0.subscribe();
        // The sender is here: it cannot be gone.
        let _ = steps.wait_for(|done| *done >= count).await;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use tokio::task::yield_now;

    use super::*;

    // The scan for critical pods waits for the count of all pods, and may begin to wait before it.
    #[tokio::test]
    async fn who_waits_for_more_steps_holds_nobody_back_who_waits_for_fewer() {
        let steps = StepCount::default();
        let scan = steps.reach(3);
        let count = async {
            steps.reach(2).await;
            steps.note();
        };
        let lists = async {
            yield_now().await;
            steps.note();
            steps.note();
        };
        let all = async { tokio::join!(scan, count, lists) };
        timeout(Duration::from_secs(5), all).await.unwrap();
    }
}
