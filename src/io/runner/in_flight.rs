//! The requests under way: a newer one ends the older of the same kind, and the kops that was asked with it.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Mutex, PoisonError};

use tokio::task::AbortHandle;

use crate::tui::request::{RequestId, RequestKind};

/// The latest task of each kind.
#[derive(Debug, Default)]
pub(super) struct InFlight(Mutex<BTreeMap<RequestKind, AbortHandle>>);

impl InFlight {
    /// Starts a request, in place of the older one of its kind.
    pub(super) fn ask(
        &self,
        request: Option<RequestId>,
        asking: impl Future<Output = ()> + Send + 'static,
    ) {
        let task = tokio::spawn(asking).abort_handle();
        let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let older = request.and_then(|request| tasks.insert(request.kind, task));
        if let Some(older) = older {
            older.abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot::channel;

    use super::*;
    use crate::tui::cluster_target::ClusterTarget;
    use crate::tui::effect::Effect;
    use crate::tui::request::RequestTracker;

    #[tokio::test]
    async fn a_question_that_is_asked_again_is_not_asked_any_longer() {
        let (in_flight, mut requests) = (InFlight::default(), RequestTracker::default());
        let identity = Effect::Identify(ClusterTarget::default());
        let clusters = Effect::ListClusters(ClusterTarget::default());
        let mut answers = Vec::new();
        for effect in [&identity, &clusters, &identity] {
            let (answer, answered) = channel();
            let (go, wait) = channel::<()>();
            in_flight.ask(requests.start_request(effect), async move {
                let _ = wait.await;
                let _ = answer.send(());
            });
            answers.push((go, answered));
        }
        let mut came = Vec::new();
        for (go, answered) in answers {
            drop(go);
            came.push(answered.await.is_ok());
        }
        assert_eq!(came, [false, true, true]);
    }
}
