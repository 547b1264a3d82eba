//! The loop that lists the objects of one watch and then follows it, through every end that a watch has.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use kube::Error;
use kube::core::Status;
use tokio::time::{sleep, timeout};

use super::connection::{OBJECTS, RecordStream, StreamEnd};
use super::failure::{
    AskedFor, explain, explain_forbidden, explain_garbage, retry_after, status_code,
};
use super::link::{CriticalNotice, SessionEnd, WatchLink};
use super::objects::{ListedKeys, WatchBatch, WatchScope, WatchedObjects};
use super::page::read_page;
use super::retry::Retries;
use crate::core::cluster::kubernetes::{KubernetesChange, KubernetesUpdate};
use crate::core::cluster_name::is_label;

/// Objects of a page.
pub(super) const PAGE: usize = 500;
/// Errors of the server that are waited out before the API counts as lost.
const PATIENCE: u32 = 3;
/// Between two tries of what is not permitted: a person may permit it.
const PERMISSION: Duration = Duration::from_mins(1);
/// The server ends a watch after so many seconds; it is continued at once.
const LIFETIME: u64 = 300;
/// How long changes of a list are held, so that more come with them.
const HELD: Duration = Duration::from_millis(30);
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
    let listing: ListedKeys = objects.version.is_empty().then(HashSet::new);
    let path = write_watch_path(objects);
    let followed = match link.connection.follow(&path).await {
        Err(error) if listing.is_some() && is_no_stream(status_code(&error)) => None,
        started => follow(started?, objects, link, listing).await?,
    };
    if let Some(step) = followed {
        return Ok(step);
    }
    objects.in_pages = true;
    list_in_pages(objects, link).await
}

// Until the stream ends; nothing where the server gives no list as a stream.
async fn follow(
    mut stream: RecordStream<'_>,
    objects: &mut WatchedObjects,
    link: &WatchLink<'_>,
    mut listing: ListedKeys,
) -> Result<Option<WatchStep>, WatchProblem> {
    link.note_good();
    let mut changes = ChangeBuffer::new(link);
    loop {
        let records = match timeout(changes.rest(), stream.next_records()).await {
            Err(_) => {
                changes.flush();
                continue;
            }
            Ok(Ok(records)) => records,
            Ok(Err(StreamEnd::Closed | StreamEnd::Silent)) => return Ok(Some(WatchStep::Closed)),
            Ok(Err(StreamEnd::Endless)) => {
                let why = "a record of its watch has no end".to_owned();
                return Err(WatchProblem::Garbage(why));
            }
        };
        let taken = objects.take_records(records, &mut listing);
        let batch = taken.map_err(WatchProblem::Garbage)?;
        changes.take(batch.changes);
        note_critical(batch.critical, link);
        if listing.is_none() {
            changes.flush();
        }
        if batch.complete {
            finish_listing(objects, link);
        }
        match batch.refusal {
            Some((code, _)) if listing.is_some() && is_no_stream(Some(code)) => return Ok(None),
            Some((code, said)) => return Err(WatchProblem::Ended(build_error(code, &said))),
            None => {}
        }
    }
}

/// Changes of a list that arrives line by line, held for a moment: a screen need not be drawn for each.
struct ChangeBuffer<'a, 'b> {
    link: &'a WatchLink<'b>,
    changes: Vec<KubernetesChange>,
    flushed: Option<Instant>,
}

impl<'a, 'b> ChangeBuffer<'a, 'b> {
    fn new(link: &'a WatchLink<'b>) -> Self {
        Self {
            link,
            changes: Vec::new(),
            flushed: None,
        }
    }

    fn take(&mut self, changes: Vec<KubernetesChange>) {
        self.changes.extend(changes);
        if self.rest().is_zero() {
            self.flush();
        }
    }

    fn flush(&mut self) {
        if !self.changes.is_empty() {
            let changes = std::mem::take(&mut self.changes);
            (self.link.report)(KubernetesUpdate::Changed(changes));
        }
        self.flushed = Some(Instant::now());
    }

    /// How long they may still be held; where there are none, for ever.
    fn rest(&self) -> Duration {
        match self.flushed {
            _ if self.changes.is_empty() => Duration::MAX,
            Some(flushed) => HELD.saturating_sub(flushed.elapsed()),
            None => Duration::ZERO,
        }
    }
}

impl Drop for ChangeBuffer<'_, '_> {
    fn drop(&mut self) {
        self.flush();
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
    let mut changes = ChangeBuffer::new(link);
    let version = loop {
        let path = write_list_path(&objects.scope, PAGE, &next);
        let bytes = link.connection.read(&path, OBJECTS).await?;
        link.note_good();
        let mut batch = WatchBatch::default();
        let read = read_page(bytes, |page| {
            for item in &page.items {
                objects.take_object(item, &mut keys, &mut batch);
            }
            page.metadata.next.clone_into(&mut next);
            page.metadata.resource_version.to_string()
        });
        let version = read
            .map_err(|error| WatchProblem::Garbage(format!("its list cannot be read ({error})")))?;
        changes.take(batch.changes);
        changes.flush();
        note_critical(batch.critical, link);
        if next.is_empty() {
            break version;
        }
    };
    changes.take(objects.finish_list(&keys.unwrap_or_default()));
    changes.flush();
    objects.version = version;
    finish_listing(objects, link);
    Ok(WatchStep::Listed)
}

fn note_critical(namespaces: Vec<String>, link: &WatchLink<'_>) {
    for namespace in namespaces {
        if is_label(&namespace) {
            link.notify(CriticalNotice::Namespace(namespace));
        }
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
