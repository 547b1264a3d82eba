//! The spec of a cluster as kops keeps it in the state store: the `config` object.

use super::StateStore;
use crate::core::fault::Fault;
use crate::core::overview::StoredSpec;
use crate::core::text::untrusted::visible;
use crate::io::aws::{Account, failure_of};

/// A spec has some hundred lines.
const LONGEST: i64 = 1 << 20;

impl StateStore {
    /// What the stored spec of a cluster says of it; a Fault when it cannot be read.
    pub(crate) async fn stored_spec(
        &mut self,
        account: &Account,
        cluster: &str,
    ) -> Result<StoredSpec, Fault> {
        self.head(account).await?;
        let key = self.key(&format!("{cluster}/config"));
        let call = self.client.get_object().bucket(&self.bucket).key(&key);
        let answer = call.send().await.map_err(|error| {
            let failure = failure_of(&error, &self.account_region);
            failure.into_fault(&unread(cluster), "s3:GetObject")
        })?;
        if answer.content_length().unwrap_or(0) > LONGEST {
            return Err(no_spec(cluster));
        }
        let bytes = answer.body.collect().await.map_err(|_| no_spec(cluster))?;
        let text = String::from_utf8(bytes.to_vec()).map_err(|_| no_spec(cluster))?;
        StoredSpec::parse(&text).ok_or_else(|| no_spec(cluster))
    }
}

fn unread(cluster: &str) -> String {
    format!(
        "the spec of {} in the state store could not be read",
        visible(cluster)
    )
}

fn no_spec(cluster: &str) -> Fault {
    Fault::new(
        unread(cluster),
        "its object `config` is not a spec as kops writes it",
        "look at it with kops",
    )
}
