//! What an approval depends on besides the report: the facts, once they were asked for and read.

use crate::core::approval::facts::ApprovalFacts;
use crate::core::fault::Fault;

/// How far the facts are known.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum FactsStatus {
    #[default]
    NotAsked,
    Asking,
    Read(Result<ApprovalFacts, Fault>),
}

impl FactsStatus {
    /// Takes the facts, when they are being asked for.
    pub fn take(&mut self, result: Result<ApprovalFacts, Fault>) {
        if *self == Self::Asking {
            *self = Self::Read(result);
        }
    }

    /// The facts, or why they cannot be read; absent while they are not known.
    pub fn known(&self) -> Option<&Result<ApprovalFacts, Fault>> {
        match self {
            Self::Read(result) => Some(result),
            Self::NotAsked | Self::Asking => None,
        }
    }
}
