//! What `kops replace` does to the stored spec, once kops has made the new one of it.

use crate::core::approval::replaced::replaced;
use crate::core::fault::Fault;
use crate::core::problem::{Problem, catalog as rule};

/// What a replace changes of the stored spec; nothing is known before a preview.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReplacedSpec {
    problems: Vec<Problem>,
    stays: bool,
}

impl ReplacedSpec {
    /// Compares the stored spec with what kops made of the new one; where that cannot be known, nothing may be approved.
    pub fn read(stored: &str, made: &str, new: &str) -> Result<Self, Fault> {
        let problems = replaced(stored, made, new)?;
        let stays = |problem: &Problem| problem.id == rule::INSTANCE_GROUP_STAYS.id;
        Ok(Self {
            stays: problems.iter().all(stays),
            problems,
        })
    }

    /// What a person reads with the dry run.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Whether the stored spec is known to stay as it is.
    pub fn stays(&self) -> bool {
        self.stays
    }
}
