//! Whose a resource is, and what it is called, read from its tags.

use serde::Serialize;

use super::Tags;
use crate::core::text::untrusted::Untrusted;

/// Whose a resource is, read from its tags.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase", tag = "by", content = "cluster")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Owner {
    /// Owned by this kops cluster, which deletes it with itself.
    Kops(Untrusted),
    Terraform,
    Other,
}

const CLUSTER_TAG: &str = "kubernetes.io/cluster/";

/// The `Name` tag, when there is one that is not empty.
pub fn name_of(tags: &Tags) -> Option<&Untrusted> {
    tags.get(&Untrusted::from("Name"))
        .filter(|name| !name.raw().is_empty())
}

/// Whose it is: kops by its cluster tag `owned`, Terraform by a `Managed By` kind of tag.
pub fn owner_of(tags: &Tags) -> Owner {
    let owning = tags.iter().find_map(|(key, value)| {
        let cluster = key.raw().strip_prefix(CLUSTER_TAG)?;
        (value.raw() == "owned").then(|| Untrusted::from(cluster))
    });
    match owning {
        Some(cluster) => Owner::Kops(cluster),
        None if says_terraform(tags) => Owner::Terraform,
        None => Owner::Other,
    }
}

/// The clusters that use it, owned or shared, by kops's cluster tag; sorted.
pub fn clusters_of(tags: &Tags) -> Vec<Untrusted> {
    tags.keys()
        .filter_map(|key| key.raw().strip_prefix(CLUSTER_TAG))
        .map(Untrusted::from)
        .collect()
}

fn says_terraform(tags: &Tags) -> bool {
    tags.iter().any(|(key, value)| {
        let key = key.raw().to_ascii_lowercase().replace([' ', '-', '_'], "");
        let value = value.raw().to_ascii_lowercase();
        key.contains("terraform")
            || (key == "managedby" && (value.contains("terraform") || value.contains("tofu")))
    })
}
