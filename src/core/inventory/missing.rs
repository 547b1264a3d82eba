//! What could not be read of an account, and what would make it known.

use serde::{Deserialize, Serialize};

use crate::core::text::untrusted::{Untrusted, visible};

/// A fact that could not be read: nothing else stops because of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MissingFact {
    /// What is unknown, in words.
    pub fact: String,
    /// The IAM action that would allow it, such as `ec2:DescribeNatGateways`.
    pub action: String,
    pub reason: Untrusted,
    #[serde(default)]
    pub cause: Unread,
}

/// What kept a fact from being read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Unread {
    /// IAM does not allow the action.
    #[default]
    Denied,
    /// The call failed otherwise.
    Failed,
    /// It would have taken too many calls.
    NotAsked,
}

impl MissingFact {
    /// A fact that would have taken too many calls of an IAM action.
    pub fn not_asked(fact: String, action: &str, reason: &str) -> Self {
        Self {
            fact,
            action: action.to_owned(),
            reason: Untrusted::from(format!("not asked: {reason}")),
            cause: Unread::NotAsked,
        }
    }

    /// Why it is not known: the action to allow where IAM refused it, else what AWS said.
    pub fn why(&self) -> String {
        match self.cause {
            Unread::Denied => format!("allow {}", visible(&self.action)),
            Unread::Failed | Unread::NotAsked => self.reason.to_string(),
        }
    }

    /// What would make it known.
    pub fn remedy(&self) -> String {
        let action = visible(&self.action);
        match self.cause {
            Unread::Denied => format!("allow {action} and read the account again"),
            Unread::Failed => {
                format!("read the account again; if it stays, see that this region answers {action}")
            }
            Unread::NotAsked => {
                "nothing to allow: narrow what is asked for, such as to one VPC, and read the account again"
                    .to_owned()
            }
        }
    }
}
