//! The lock object: one kopswain at a time works on a cluster, on whatever machine; made by a conditional write, as
//! Terraform's S3 backend does (`use_lockfile`). The only write of kopswain's own, and only when it was asked for.

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;
use serde::{Deserialize, Serialize};

use super::StateStore;
use crate::core::fault::Fault;
use crate::core::text::untrusted::visible;
use crate::io::aws::{Account, failure_of};
use crate::io::digest::hex;

/// Below the state store and outside of every cluster's own place, where `kops delete cluster` refuses what it does not
/// know; `kops get clusters` takes only what ends in `/config` (pkg/client/simple/vfsclientset).
const FOLDER: &str = ".kopswain/locks";

/// Who holds the lock: what the object says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LockOwner {
    /// Random, so that nobody takes the lock of another for his own.
    pub id: String,
    /// The AWS identity.
    pub who: String,
    pub host: String,
    pub process: u32,
    /// When it was taken, in UTC.
    pub since: String,
    /// The folder of the run, on that host.
    pub run: String,
}

/// The lock object of one cluster.
#[derive(Clone, Debug)]
pub struct LockObject {
    store: StateStore,
    key: String,
}

impl LockOwner {
    /// This process, which works on the run of a folder.
    pub fn this(who: &str, run: &str, since: String) -> Self {
        let mut id = [0; 16];
        // Without random bytes the process, the time and the folder still tell two owners apart.
        let _ = aws_lc_rs::rand::fill(&mut id);
        Self {
            id: hex(&id),
            who: who.to_owned(),
            host: host(),
            process: std::process::id(),
            since,
            run: run.to_owned(),
        }
    }
}

fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let name = name.or_else(|| std::env::var("HOSTNAME").ok());
    name.map_or_else(|| "unknown".to_owned(), |name| name.trim().to_owned())
}

impl LockObject {
    /// The lock of a cluster in a state store; a Fault when the bucket cannot be reached.
    pub async fn for_cluster(
        account: &Account,
        state_store: &str,
        cluster: &str,
    ) -> Result<Self, Fault> {
        let mut store = StateStore::open(account, state_store)?;
        store.head(account).await?;
        let key = store.key(&format!("{FOLDER}/{cluster}.lock"));
        Ok(Self { store, key })
    }

    /// Takes the lock; a Fault that names the owner when somebody else holds it, or says why it cannot be taken.
    pub async fn take(&self, owner: &LockOwner) -> Result<(), Fault> {
        if !self.made(owner).await? {
            return match self.owner().await? {
                // The answer to the first try was lost, and the SDK tried again.
                Some(other) if other == *owner => Ok(()),
                Some(other) => Err(self.held(&other)),
                None => Err(Self::just_released()),
            };
        }
        // A store that does not know conditional writes would take a second one too, and lock nothing.
        if self.made(owner).await? {
            let _ = self.release(&owner.id).await;
            return Err(Self::no_conditions());
        }
        Ok(())
    }

    /// Gives the lock back, unless another holds it by now.
    pub async fn release(&self, id: &str) -> Result<(), Fault> {
        if self.owner().await?.is_none_or(|found| found.id != id) {
            return Ok(());
        }
        let client = &self.store.client;
        let deleted = client
            .delete_object()
            .bucket(&self.store.bucket)
            .key(&self.key);
        let deleted = deleted.send().await;
        deleted
            .map(drop)
            .map_err(|error| self.refused(&error, "s3:DeleteObject"))
    }

    /// A Fault when the lock is not this owner's any more.
    pub async fn is_held_by(&self, owner: &LockOwner) -> Result<(), Fault> {
        match self.owner().await? {
            Some(found) if found.id == owner.id => Ok(()),
            Some(other) => Err(self.held(&other)),
            None => Err(self.gone()),
        }
    }

    /// A Fault when somebody holds the lock, for a kopswain that takes none. What cannot be listed is passed over: such a
    /// kopswain promises nothing of other machines.
    pub async fn is_free(&self) -> Result<(), Fault> {
        let client = &self.store.client;
        let listed = client.list_objects_v2().bucket(&self.store.bucket);
        let listed = listed.prefix(&self.key).max_keys(1).send().await;
        let nothing = listed.map_or(true, |page| page.contents().is_empty());
        if nothing {
            return Ok(());
        }
        match self.owner().await {
            Ok(Some(other)) => Err(self.held(&other)),
            Ok(None) => Ok(()),
            Err(_) => Err(self.held_by_unknown()),
        }
    }

    // False when it is there already.
    async fn made(&self, owner: &LockOwner) -> Result<bool, Fault> {
        let client = &self.store.client;
        let text = serde_json::to_vec_pretty(owner).unwrap_or_default();
        let call = client
            .put_object()
            .bucket(&self.store.bucket)
            .key(&self.key);
        let call = call
            .if_none_match("*")
            .content_type("application/json")
            .body(ByteStream::from(text));
        match call.send().await {
            Ok(_) => Ok(true),
            Err(error) if is_there(&error) => Ok(false),
            Err(error) if error.code() == Some("NotImplemented") => Err(Self::no_conditions()),
            Err(error) => Err(self.refused(&error, "s3:PutObject")),
        }
    }

    async fn owner(&self) -> Result<Option<LockOwner>, Fault> {
        let client = &self.store.client;
        let found = client
            .get_object()
            .bucket(&self.store.bucket)
            .key(&self.key);
        let found = match found.send().await {
            Ok(found) => found,
            Err(error) if error.code() == Some("NoSuchKey") => return Ok(None),
            Err(error) => return Err(self.refused(&error, "s3:GetObject")),
        };
        let bytes = found.body.collect().await.map_err(|_| self.unreadable())?;
        let owner = serde_json::from_slice(&bytes.into_bytes());
        owner.map(Some).map_err(|_| self.unreadable())
    }

    /// Where it is, `s3://…`.
    pub fn url(&self) -> String {
        format!("s3://{}/{}", self.store.bucket, self.key)
    }

    fn remove(&self) -> String {
        format!("aws s3 rm {}", self.url())
    }

    fn held(&self, owner: &LockOwner) -> Fault {
        let [who, host, run] = [&owner.who, &owner.host, &owner.run].map(|text| visible(text));
        let since = moment(&owner.since);
        let process = owner.process;
        Fault::new(
            "the cluster is locked in its state store",
            format!("{who} works on it since {since}: process {process} on {host}, run {run}"),
            format!(
                "wait until that run has ended; if it has, and the lock was left behind, remove it: {}",
                self.remove()
            ),
        )
    }

    fn held_by_unknown(&self) -> Fault {
        Fault::new(
            "the cluster is locked in its state store",
            format!("{} is there, and who holds it cannot be read", self.url()),
            format!(
                "allow s3:GetObject for it to see the owner; if the lock was left behind, remove it: {}",
                self.remove()
            ),
        )
    }

    fn unreadable(&self) -> Fault {
        Fault::new(
            "the lock in the state store cannot be read",
            format!("{} does not say who holds it", self.url()),
            format!("find out whose it is; to remove it: {}", self.remove()),
        )
    }

    fn gone(&self) -> Fault {
        Fault::new(
            "the lock in the state store was removed while this run held it",
            format!("{} is not there any more", self.url()),
            "find out who removed it, then approve again: nothing was changed in AWS",
        )
    }

    fn just_released() -> Fault {
        Fault::new(
            "the lock in the state store was released at this moment",
            "another run held it when this one asked",
            "approve again: nothing was changed",
        )
    }

    fn no_conditions() -> Fault {
        Fault::new(
            "the state store cannot be locked",
            "it does not honour conditional writes (If-None-Match), so two could hold the lock at once",
            "leave --lock-state-store out, and let only one person at a time apply",
        )
    }

    fn refused<E>(&self, error: &SdkError<E>, action: &str) -> Fault
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let what = format!("the lock {} could not be used", self.url());
        failure_of(error, &self.store.account_region).into_fault(&what, action)
    }
}

// `20261123T215059Z` as people read it; another text as it is.
fn moment(since: &str) -> String {
    let part = |from: usize, to: usize| since.get(from..to).unwrap_or_default();
    let digits = [part(0, 8), part(9, 15)].concat();
    let plain = since.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !(plain && part(8, 9) == "T" && part(15, 16) == "Z") {
        return visible(since);
    }
    let [year, month, day] = [part(0, 4), part(4, 6), part(6, 8)];
    let [hour, minute, second] = [part(9, 11), part(11, 13), part(13, 15)];
    format!("{year}-{month}-{day} {hour}:{minute}:{second} UTC")
}

// 412 where it is there, 409 where another write of it is under way.
fn is_there<E: ProvideErrorMetadata>(error: &SdkError<E>) -> bool {
    let status = error.raw_response().map(|raw| raw.status().as_u16());
    matches!(status, Some(409 | 412))
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn a_moment_is_told_as_people_read_it() {
        assert_eq!(moment("20261123T215059Z"), "2026-11-23 21:50:59 UTC");
        assert_eq!(moment("yesterday\u{1b}"), "yesterday\\u{1b}");
        assert_eq!(moment("2026é123T215059Z"), "2026é123T215059Z");
    }
}
