//! The loop that lists the objects of one watch and then follows it, through every end that a watch has.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use kube::Error;
use kube::core::Status;
use tokio::time::sleep;

use super::connection::{OBJECTS, StreamEnd};
use super::failure::{
    AskedFor, explain, explain_forbidden, explain_garbage, retry_after, status_code,
};
use super::link::{CriticalNotice, SessionEnd, WatchLink};
use super::objects::{ListedKeys, WatchBatch, WatchScope, WatchedObjects};
use super::retry::Retries;
use super::wire::ListPage;
use crate::core::cluster::kubernetes::KubernetesUpdate;
use crate::core::cluster_name::is_label;

/// Objects of a page.
pub(super) const PAGE: usize = 500;
/// Errors of the server that are waited out before the API counts as lost.
const PATIENCE: u32 = 3;
/// Between two tries of what is not permitted: a person may permit it.
const PERMISSION: Duration = Duration::from_mins(1);
/// The server ends a watch after so many seconds; it is continued at once.
const LIFETIME: u64 = 300;
/// A watch that ended sooner is not continued at once.
const SHORTEST: Duration = Duration::from_secs(1);

/// Why a list or a watch did not go well.
enum WatchProblem {
    Refused(Error),
    /// By a line of the watch itself.
    Ended(Error),
    Garbage(String),
}

/// What went well.
enum WatchStep {
    Listed,
    /// The watch was closed, and is to be continued.
    Closed,
}

impl From<Error> for WatchProblem {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

/// Lists and watches until the API cannot be asked any more.
pub(super) async fn list_and_watch(
    objects: &mut WatchedObjects,
    link: &WatchLink<'_>,
) -> SessionEnd {
    if objects.listed {
        link.note_listed(&objects.scope);
    }
    let mut retries = Retries::default();
    loop {
        let began = Instant::now();
        match list_or_watch(objects, link).await {
            Ok(WatchStep::Listed) => {}
            Ok(WatchStep::Closed) => {
                retries.reset();
                sleep(SHORTEST.saturating_sub(began.elapsed())).await;
            }
            Err(problem) => match judge(problem, objects, link, &mut retries) {
                Ok(pause) => sleep(pause).await,
                Err(end) => return end,
            },
        }
    }
}

// How long to wait before the next try, or the end of the session.
fn judge(
    problem: WatchProblem,
    objects: &mut WatchedObjects,
    link: &WatchLink<'_>,
    retries: &mut Retries,
) -> Result<Duration, SessionEnd> {
    let address = &link.connection.address;
    let error = match problem {
        WatchProblem::Garbage(why) => {
            objects.version.clear();
            return Err(SessionEnd::Failed(explain_garbage(&why, address)));
        }
        // 410, and whatever else ends a watch: from here it cannot be continued.
        WatchProblem::Ended(error) => {
            objects.version.clear();
            error
        }
        WatchProblem::Refused(error) => error,
    };
    match status_code(&error) {
        None => Err(SessionEnd::Failed(explain(&error, address))),
        Some(401) => Err(SessionEnd::Unauthorized(explain(&error, address))),
        Some(403) => {
            report_forbidden(&error, objects, link);
            Ok(PERMISSION)
        }
        Some(410) => {
            objects.version.clear();
            Ok(retries.next_pause())
        }
        Some(_) if retries.count() >= PATIENCE => Err(SessionEnd::Failed(explain(&error, address))),
        Some(_) => Ok(retry_after(&error).unwrap_or_else(|| retries.next_pause())),
    }
}

fn report_forbidden(error: &Error, objects: &WatchedObjects, link: &WatchLink<'_>) {
    let asked = AskedFor {
        verb: if objects.version.is_empty() {
            "list"
        } else {
            "watch"
        },
        resource: objects.scope.resource(),
    };
    (link.report)(KubernetesUpdate::NotPermitted {
        kind: objects.scope.kind(),
        failure: Box::new(explain_forbidden(asked, error, &link.connection.address)),
    });
}

async fn list_or_watch(
    objects: &mut WatchedObjects,
    link: &WatchLink<'_>,
) -> Result<WatchStep, WatchProblem> {
    if objects.version.is_empty() && objects.in_pages {
        return list_in_pages(objects, link).await;
    }
    let mut listing: ListedKeys = objects.version.is_empty().then(HashSet::new);
    let path = write_watch_path(objects);
    let mut stream = match link.connection.follow(&path).await {
        Err(error) if listing.is_some() && is_no_stream(status_code(&error)) => {
            objects.in_pages = true;
            return list_in_pages(objects, link).await;
        }
        started => started?,
    };
    link.note_good();
    loop {
        let lines = match stream.next_lines().await {
            Ok(lines) => lines,
            Err(StreamEnd::Closed | StreamEnd::Silent) => return Ok(WatchStep::Closed),
            Err(StreamEnd::Endless) => {
                return Err(WatchProblem::Garbage(
                    "a line of its watch has no end".into(),
                ));
            }
        };
        let taken = objects.take_lines(lines, &mut listing);
        let mut batch = taken.map_err(WatchProblem::Garbage)?;
        let refusal = batch.refusal.take();
        let complete = batch.complete;
        report_batch(batch, link);
        if complete {
            finish_listing(objects, link);
        }
        match refusal {
            Some((code, _)) if listing.is_some() && is_no_stream(Some(code)) => {
                objects.in_pages = true;
                return list_in_pages(objects, link).await;
            }
            Some((code, said)) => return Err(WatchProblem::Ended(build_error(code, &said))),
            None => {}
        }
    }
}

fn build_error(code: u16, said: &str) -> Error {
    Error::Api(Status::failure(said, "").with_code(code).boxed())
}

// A server without lists as a stream says so in several ways; what is about rights or load is no such answer.
fn is_no_stream(code: Option<u16>) -> bool {
    code.is_some_and(|code| !matches!(code, 401 | 403 | 410 | 429 | 503))
}

async fn list_in_pages(
    objects: &mut WatchedObjects,
    link: &WatchLink<'_>,
) -> Result<WatchStep, WatchProblem> {
    let (mut keys, mut next) = (Some(HashSet::new()), String::new());
    let version = loop {
        let path = write_list_path(&objects.scope, PAGE, &next);
        let bytes = link.connection.read(&path, OBJECTS).await?;
        link.note_good();
        let page: ListPage<'_> = serde_json::from_slice(&bytes)
            .map_err(|error| WatchProblem::Garbage(format!("its list cannot be read ({error})")))?;
        let mut batch = WatchBatch::default();
        for item in &page.items {
            objects.take_object(item, &mut keys, &mut batch);
        }
        report_batch(batch, link);
        page.metadata.next.clone_into(&mut next);
        if next.is_empty() {
            break page.metadata.resource_version.to_string();
        }
    };
    let changes = objects.finish_list(&keys.unwrap_or_default());
    report_batch(
        WatchBatch {
            changes,
            ..WatchBatch::default()
        },
        link,
    );
    objects.version = version;
    finish_listing(objects, link);
    Ok(WatchStep::Listed)
}

fn report_batch(batch: WatchBatch, link: &WatchLink<'_>) {
    for namespace in batch.critical {
        if is_label(&namespace) {
            link.notify(CriticalNotice::Namespace(namespace));
        }
    }
    if !batch.changes.is_empty() {
        (link.report)(KubernetesUpdate::Changed(batch.changes));
    }
}

fn finish_listing(objects: &mut WatchedObjects, link: &WatchLink<'_>) {
    // What began and ran while nobody watched is not among the pods that do not run.
    if objects.listed && objects.scope == WatchScope::IdlePods {
        link.notify(CriticalNotice::Rescan);
    }
    if !objects.listed {
        link.note_listed(&objects.scope);
    }
    objects.listed = true;
}

fn write_watch_path(objects: &WatchedObjects) -> String {
    let (path, version) = (objects.scope.path(), &objects.version);
    let from = if version.is_empty() {
        "sendInitialEvents=true&resourceVersionMatch=NotOlderThan".to_owned()
    } else {
        format!("resourceVersion={}", encode(version))
    };
    format!("{path}watch=1&allowWatchBookmarks=true&timeoutSeconds={LIFETIME}&{from}")
}

/// The path of the page after `next`; of the first one where that is empty.
pub(super) fn write_list_path(scope: &WatchScope, page: usize, next: &str) -> String {
    let path = scope.path();
    format!("{path}limit={page}&continue={}", encode(next))
}

/// A value as it stands in a query.
pub(super) fn encode(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}
