//! After a run that failed: what was planned and what fails by category, and why a preview of the deletion failed.

use std::collections::BTreeMap;

use super::state::Apply;
use crate::core::analysis::category::Category;
use crate::core::fault::Fault;
use crate::core::kops::log::explain;
use crate::core::text::prose::sentences;
use crate::tui::event::CommandOutput;

/// What a category of resources has to do with the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CategoryShare {
    /// Resources that the approved dry run changes.
    pub planned: usize,
    /// Tasks that fail and are tried again.
    pub failing: usize,
}

/// The categories that a run is about, in the order of the review; kops does not tell which of its tasks are done.
pub fn categories(apply: &Apply) -> BTreeMap<Category, CategoryShare> {
    let mut found: BTreeMap<Category, CategoryShare> = BTreeMap::new();
    for resource in &apply.approved().resources {
        let category = Category::from_type(&resource.kind);
        found.entry(category).or_default().planned += 1;
    }
    for retry in &apply.commands.progress.retries {
        let kind = retry.task.raw().split('/').next().unwrap_or_default();
        found.entry(Category::from_type(kind)).or_default().failing += 1;
    }
    found
}

/// Why a preview of the deletion failed; absent when it succeeded, and what it printed is in the log.
pub fn failed_delete_preview(
    apply: &Apply,
    result: Result<CommandOutput, Fault>,
) -> Option<String> {
    let fault = match result {
        Ok(finished) if finished.succeeded() => return None,
        Ok(finished) => explain(
            finished.code(),
            &finished.stdout,
            &finished.stderr,
            &apply.copied(),
        ),
        Err(fault) => fault,
    };
    Some(sentences(&[&fault.what, &fault.remedy]))
}
