//! What the cluster's instances may do to the account beyond what kops gives them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Additional IAM policies, by the role of the instances.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct IamAnswers {
    /// Statements that kops writes into the role's own policy.
    #[serde(skip_serializing_if = "ByRole::is_empty")]
    pub additional_policies: ByRole<Value>,
    /// ARNs of managed policies that kops attaches to the role.
    #[serde(skip_serializing_if = "ByRole::is_empty")]
    pub external_policies: ByRole<String>,
}

/// A list for each role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "camelCase",
    deny_unknown_fields,
    default,
    bound(deserialize = "T: Deserialize<'de>")
)]
pub struct ByRole<T> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub control_plane: Vec<T>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub node: Vec<T>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bastion: Vec<T>,
}

impl<T> Default for ByRole<T> {
    fn default() -> Self {
        Self {
            control_plane: Vec::new(),
            node: Vec::new(),
            bastion: Vec::new(),
        }
    }
}

impl<T> ByRole<T> {
    /// Whether no role has anything.
    pub fn is_empty(&self) -> bool {
        self.roles().next().is_none()
    }

    /// The roles that have something: the answers' name, kops's v1alpha2 name, and what they have; sorted by kops's name.
    pub fn roles(&self) -> impl Iterator<Item = (&'static str, &'static str, &[T])> {
        [
            ("bastion", "bastion", self.bastion.as_slice()),
            ("controlPlane", "master", &self.control_plane),
            ("node", "node", &self.node),
        ]
        .into_iter()
        .filter(|(_, _, items)| !items.is_empty())
    }
}

impl IamAnswers {
    /// Whether nothing is added.
    pub fn is_empty(&self) -> bool {
        self.additional_policies.is_empty() && self.external_policies.is_empty()
    }
}
