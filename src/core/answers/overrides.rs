//! Fields of the kops spec that no question asks about, in kops's own names.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_yaml::Mapping;

/// What is merged into the spec after everything else: maps field by field, lists of named items by their name, other
/// values whole; `null` removes a field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Overrides {
    /// Into the `spec` of the Cluster.
    #[serde(skip_serializing_if = "Mapping::is_empty")]
    pub cluster: Mapping,
    /// Into the `spec` of instance groups, by kops's name of one (`nodes-us-east-1a`) or the answers' name of several
    /// (`nodes`, `control-plane`, `bastions`); the single group's has the last word.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub instance_groups: BTreeMap<String, Mapping>,
}

impl Overrides {
    /// Whether nothing is overridden.
    pub fn is_empty(&self) -> bool {
        self.cluster.is_empty() && self.instance_groups.is_empty()
    }
}
