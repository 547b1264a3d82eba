//! How many resources a dry run changes in which way, and how many of them are noise.

use serde::Serialize;

use crate::core::analysis::noise::changes_nothing;
use crate::core::kops::dry_run::{ChangeAction, DryRun, Ending, Resource};

/// How many resources each action has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct Summary {
    pub create: usize,
    pub modify: usize,
    pub delete: usize,
    pub delete_on_prune: usize,
    /// How many of those to modify have nothing but noise.
    pub noise: usize,
}

impl Summary {
    pub(in crate::core) fn count(&mut self, resource: &Resource) {
        self.noise += usize::from(changes_nothing(resource));
        let count = match resource.action {
            ChangeAction::Create => &mut self.create,
            ChangeAction::Modify => &mut self.modify,
            ChangeAction::Delete => &mut self.delete,
            ChangeAction::DeleteOnPrune => &mut self.delete_on_prune,
        };
        *count += 1;
    }
}

impl DryRun {
    /// How many resources each action has.
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        for resource in &self.resources {
            summary.count(resource);
        }
        summary
    }

    /// Whether all that waits is noise: resources of which nothing changes, and no line that is not understood.
    pub fn only_noise(&self) -> bool {
        let whole = self.ending != Ending::Missing && self.unread.is_empty();
        whole && !self.resources.is_empty() && self.resources.iter().all(changes_nothing)
    }
}
