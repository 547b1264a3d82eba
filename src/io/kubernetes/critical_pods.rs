//! Critical pods outside kube-system: found by one scan and among the pods that do not run, then watched by their namespace.

use std::collections::{BTreeMap, BTreeSet};
use std::future::pending;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use kube::Error;
use tokio::sync::Mutex;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use super::connection::OBJECTS;
use super::failure::{explain, explain_garbage, status_code};
use super::link::{CriticalNotice, NODES_AND_SYSTEM_PODS, SessionEnd, WatchLink};
use super::list_watch::{PAGE, encode, list_and_watch};
use super::objects::{WatchScope, WatchedObjects};
use super::page::read_page;
use super::projection::find_priority;
use super::retry::Retries;
use crate::core::cluster_name::is_label;

/// The first count comes before it too: a scan reads every pod whole.
const STEPS_BEFORE: u32 = NODES_AND_SYSTEM_PODS + 1;

/// Every pod of another namespace that is not over.
const SCAN: &str =
    "/api/v1/pods?fieldSelector=metadata.namespace%21%3Dkube-system%2Cstatus.phase%21%3DSucceeded";

/// The namespaces with critical pods, and what is known of these.
#[derive(Debug, Default)]
pub(super) struct CriticalPods {
    namespaces: BTreeMap<String, Arc<Mutex<WatchedObjects>>>,
    scanned: bool,
}

/// Watches the critical pods of every namespace but kube-system.
pub(super) async fn watch_critical_pods(
    critical: &mut CriticalPods,
    link: &WatchLink<'_>,
    mut notices: UnboundedReceiver<CriticalNotice>,
) -> SessionEnd {
    let mut watches = FuturesUnordered::new();
    link.expect_others(critical.namespaces.len());
    for objects in critical.namespaces.values() {
        watches.push(watch_namespace(objects.clone(), link));
    }
    if critical.scanned {
        link.note_other_listed();
    }
    let mut scan = Box::pin(scan_unless(critical.scanned, link));
    loop {
        let (found, scanned) = tokio::select! {
            Some(end) = watches.next() => return end,
            found = &mut scan => match found {
                Ok(found) => (found, true),
                Err(end) => return end,
            },
            Some(notice) = notices.recv() => match notice {
                CriticalNotice::Namespace(namespace) => (BTreeSet::from([namespace]), false),
                CriticalNotice::Rescan => {
                    scan.set(scan_unless(false, link));
                    continue;
                }
            },
        };
        for namespace in found {
            if let Some(objects) = critical.add(namespace) {
                link.expect_others(1);
                watches.push(watch_namespace(objects, link));
            }
        }
        if scanned {
            scan.set(scan_unless(true, link));
            if !std::mem::replace(&mut critical.scanned, true) {
                link.note_other_listed();
            }
        }
    }
}

impl CriticalPods {
    fn add(&mut self, namespace: String) -> Option<Arc<Mutex<WatchedObjects>>> {
        if self.namespaces.contains_key(&namespace) {
            return None;
        }
        let scope = WatchScope::CriticalPods(namespace.clone());
        let objects = Arc::new(Mutex::new(WatchedObjects::new(scope)));
        self.namespaces.insert(namespace, objects.clone());
        Some(objects)
    }
}

async fn watch_namespace(objects: Arc<Mutex<WatchedObjects>>, link: &WatchLink<'_>) -> SessionEnd {
    let mut objects = objects.lock_owned().await;
    list_and_watch(&mut objects, link).await
}

// One that is done is not awaited again.
async fn scan_unless(done: bool, link: &WatchLink<'_>) -> Result<BTreeSet<String>, SessionEnd> {
    if done {
        return pending().await;
    }
    link.wait_for_steps(STEPS_BEFORE).await;
    let mut retries = Retries::default();
    loop {
        match scan_pods(link).await {
            Ok(Ok(found)) => return Ok(found),
            Ok(Err(why)) => {
                let failure = explain_garbage(&why, &link.connection.address);
                return Err(SessionEnd::Failed(failure));
            }
            Err(error) if status_code(&error).is_none() => {
                return Err(SessionEnd::Failed(explain(
                    &error,
                    &link.connection.address,
                )));
            }
            // The watch of pods says what is not permitted.
            Err(_) => sleep(retries.next_pause()).await,
        }
    }
}

async fn scan_pods(link: &WatchLink<'_>) -> Result<Result<BTreeSet<String>, String>, Error> {
    let (mut found, mut next) = (BTreeSet::new(), String::new());
    loop {
        let path = format!("{SCAN}&limit={PAGE}&continue={}", encode(&next));
        let bytes = link.connection.read(&path, OBJECTS).await?;
        // Megabytes: meanwhile the watches continue.
        let read = spawn_blocking(move || find_critical(bytes)).await;
        match read.unwrap_or_else(|error| Err(error.to_string())) {
            Ok((namespaces, following)) => {
                found.extend(namespaces);
                next = following;
            }
            Err(why) => return Ok(Err(why)),
        }
        if next.is_empty() {
            return Ok(Ok(found));
        }
    }
}

// The namespaces of a page that have critical pods, and what asks for the next page.
fn find_critical(bytes: Vec<u8>) -> Result<(BTreeSet<String>, String), String> {
    let read = read_page(bytes, |page| {
        let critical = page.items.iter().filter(|item| {
            find_priority(&item.spec.priority_class_name).is_some()
                && is_label(&item.metadata.namespace)
        });
        let namespaces = critical.map(|item| item.metadata.namespace.to_string());
        (namespaces.collect(), page.metadata.next.to_string())
    });
    read.map_err(|error| format!("its list of pods cannot be read ({error})"))
}
