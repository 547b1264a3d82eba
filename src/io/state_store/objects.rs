//! Every object of a cluster in the state store with its version: one page of S3 for most clusters, backups of etcd left out.

use aws_sdk_s3::primitives::DateTimeFormat;
use aws_sdk_s3::types::Object;

use super::{LONGEST_LISTING, StateStore};
use crate::core::approval::facts::ApprovalFacts;
use crate::core::approval::store::{ObjectKind, StorePlaces, insert_listed, insert_not_compared};
use crate::core::fault::Fault;
use crate::io::aws::{Account, failure_of};

/// A cluster has some hundred objects; beyond so many it is no cluster's place.
const MOST_OBJECTS: usize = 20_000;

/// The facts about a cluster's places: each object by its `ETag` and the second in which it was written, or why the objects
/// of a place are not compared.
pub async fn read_objects(account: &Account, places: &StorePlaces) -> ApprovalFacts {
    let mut facts = ApprovalFacts::default();
    for place in places.roots() {
        match objects(account, places, place).await {
            Ok(found) => insert_listed(&mut facts, place, found),
            Err(fault) => insert_not_compared(&mut facts, place, &fault.why),
        }
    }
    facts
}

async fn objects(
    account: &Account,
    places: &StorePlaces,
    place: &str,
) -> Result<Vec<(String, String)>, Fault> {
    if !place.starts_with("s3://") {
        return Err(other_kind());
    }
    let mut store = StateStore::open(account, place)?;
    store.head(account).await?;
    let listing = tokio::time::timeout(LONGEST_LISTING, store.objects(places, place));
    listing.await.map_err(|_| store.slow())?
}

impl StateStore {
    async fn objects(
        &self,
        places: &StorePlaces,
        place: &str,
    ) -> Result<Vec<(String, String)>, Fault> {
        let (prefix, mut after) = (self.key(""), None);
        let mut found = Vec::new();
        loop {
            let call = self.client.list_objects_v2().bucket(&self.bucket);
            let call = call.prefix(&prefix).set_start_after(after.take());
            let page = call.send().await;
            let page =
                page.map_err(|error| self.fault(failure_of(&error, &self.account_region)))?;
            let last = page.contents().last().and_then(Object::key);
            if page.is_truncated() == Some(true) {
                after = last.map(|last| next_start(&prefix, last));
            }
            found.extend(page.contents().iter().filter_map(|object| {
                let url = format!("{place}/{}", object.key()?.strip_prefix(&prefix)?);
                (places.kind(&url) != ObjectKind::Backup).then(|| (url, version(object)))
            }));
            if found.len() > MOST_OBJECTS {
                return Err(too_many());
            }
            if after.is_none() {
                return Ok(found);
            }
        }
    }
}

// etcd's backups are thousands of objects in the middle of the cluster's own: `0` is the character behind `/`.
fn next_start(prefix: &str, last: &str) -> String {
    let backups = format!("{prefix}backups");
    if last.starts_with(&format!("{backups}/")) {
        return format!("{backups}0");
    }
    last.to_owned()
}

// The time tells also of a write that was undone by another, whose bytes are as before.
fn version(object: &Object) -> String {
    let etag = object.e_tag().unwrap_or_default().trim_matches('"');
    let written = object
        .last_modified()
        .and_then(|at| at.fmt(DateTimeFormat::DateTime).ok());
    format!("{etag} of {}", written.unwrap_or_default())
}

fn other_kind() -> Fault {
    Fault::new(
        "the state store is not listed",
        "only a place in S3 can be listed",
        "keep the cluster's state in an S3 bucket",
    )
}

fn too_many() -> Fault {
    Fault::new(
        "the state store is not listed",
        format!("it holds more than {MOST_OBJECTS} objects"),
        "give the cluster a place of its own",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_ends_among_backups_is_followed_by_what_lies_behind_them() {
        let next = |last| next_start("a.example.com/", last);
        assert_eq!(next("a.example.com/addons/x"), "a.example.com/addons/x");
        assert_eq!(
            next("a.example.com/backups/etcd/main/x"),
            "a.example.com/backups0"
        );
        assert_eq!(next("a.example.com/backupset"), "a.example.com/backupset");
    }
}
