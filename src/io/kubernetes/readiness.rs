//! The pulse of the API: asked every few seconds, it notices a connection that broke without a word.

use std::time::{Duration, Instant};

use tokio::time::{sleep, timeout};

use super::failure::{explain, explain_silence, status_code};
use super::link::{SessionEnd, WatchLink};
use crate::core::cluster::kubernetes::KubernetesUpdate;

const EVERY: Duration = Duration::from_secs(5);
/// An API that is there answers sooner, unless it is busy with our own lists: then those are heard.
const LIMIT: Duration = Duration::from_secs(5);

/// Nothing comes for so long only when nothing comes at all.
const QUIET: Duration = Duration::from_secs(3);

/// Asks `/readyz` until the API does not answer.
pub(super) async fn poll_readiness(link: &WatchLink<'_>) -> SessionEnd {
    loop {
        let asked = Instant::now();
        if let Some(end) = ask_once(link, asked).await {
            return end;
        }
        sleep(EVERY.saturating_sub(asked.elapsed())).await;
    }
}

async fn ask_once(link: &WatchLink<'_>, asked: Instant) -> Option<SessionEnd> {
    let connection = &link.connection;
    let answered = timeout(LIMIT, connection.read("/readyz", "*/*")).await;
    let latency = asked.elapsed();
    let Ok(answered) = answered else {
        let silence = connection.silence();
        let silent = explain_silence(silence, &connection.address);
        return (silence >= QUIET).then_some(SessionEnd::Failed(silent));
    };
    match answered
        .as_ref()
        .err()
        .map(|error| (status_code(error), error))
    {
        // It answers also whom it does not let see this path, and where a proxy has no such path.
        None | Some((Some(403 | 404), _)) => {
            (link.report)(KubernetesUpdate::Answered { latency });
            None
        }
        Some((Some(401), error)) => Some(SessionEnd::Unauthorized(explain(
            error,
            &connection.address,
        ))),
        // It is there: the watches continue.
        Some((Some(_), error)) => {
            (link.report)(KubernetesUpdate::Lost {
                failure: Box::new(explain(error, &connection.address)),
                retry: Some(EVERY),
            });
            None
        }
        Some((None, error)) => Some(SessionEnd::Failed(explain(error, &connection.address))),
    }
}
