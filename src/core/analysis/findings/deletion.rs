//! What goes away.

use super::Applies::Each;
use super::load_balancing::tells_of_deletion;
use super::{FindingRule, FindingSeverity, RuleContext};
use crate::core::kops::dry_run::{ChangeAction, Resource};

pub(super) const RULES: &[FindingRule] = rules! {
    Danger "deleted": Each(deleted) => {
        why: "kops deletes it during the update; running workloads may lose their network, disks or instances",
        remedy: "find out which change of the spec causes it; do not apply until it is expected",
    }
    Warning "deleted-on-prune": Each(deleted_on_prune) => {
        why: "the cluster no longer uses it; it stays until kops update cluster runs with --prune --yes, and an old firewall rule stays open until then",
        remedy: "apply and roll the instances first, then read what `kops update cluster --name=CLUSTER --prune` prints before adding --yes",
    }
};

fn deleted(_: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let message = || format!("{} is deleted", resource.kind);
    (resource.action == ChangeAction::Delete).then(message)
}

// A load balancer's end is a danger, which has a rule of its own.
fn deleted_on_prune(context: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    if tells_of_deletion(context, resource) {
        return None;
    }
    let message = || format!("{} is deleted when --prune is given", resource.kind);
    (resource.action == ChangeAction::DeleteOnPrune).then(message)
}
