//! What kops sees of the running control plane in the run of a cluster that exists: compared with what was approved.

use crate::core::approval::facts::{ApprovalFacts, FactDifference, RUNNING_CONTROL_PLANE};
use crate::core::fault::Fault;
use crate::core::kops::control_plane::SeenControlPlane;
use crate::core::text::untrusted::visible;

/// The running control plane as it was approved, and as kops saw it since.
#[derive(Clone, Debug, Default)]
pub(super) struct ControlPlaneCheck {
    /// The fact that was approved; absent where none was bound.
    approved: Option<String>,
    /// What the last dry run saw.
    dry_run: Option<SeenControlPlane>,
    /// What `--yes` saw, once it has logged it or ended.
    applied: Option<SeenControlPlane>,
}

impl ControlPlaneCheck {
    pub(super) fn new(approved: &ApprovalFacts) -> Self {
        Self {
            approved: approved.get(RUNNING_CONTROL_PLANE).map(ToOwned::to_owned),
            ..Self::default()
        }
    }

    /// Takes the log of the dry run right before `--yes`; gives what is not as it was approved.
    pub(super) fn take_dry_run(&mut self, stderr: &str) -> Vec<FactDifference> {
        let seen = SeenControlPlane::from_log(stderr);
        let only = |value: Option<&str>| -> ApprovalFacts {
            let fact = value.map(|value| (RUNNING_CONTROL_PLANE.to_owned(), value.to_owned()));
            fact.into_iter().collect()
        };
        let approved = only(self.approved.as_deref());
        let differences = approved.changes(&only(Some(&seen.fact())));
        self.dry_run = Some(seen);
        differences
    }

    /// What the last dry run saw.
    pub(super) fn seen_in_dry_run(&self) -> SeenControlPlane {
        self.dry_run.clone().unwrap_or_default()
    }

    /// What `--yes` saw.
    pub(super) fn seen_in_apply(&self) -> SeenControlPlane {
        self.applied.clone().unwrap_or_default()
    }

    /// The facts with what the last dry run saw among them.
    pub(super) fn add_to(&self, mut facts: ApprovalFacts) -> ApprovalFacts {
        if let Some(seen) = &self.dry_run {
            facts.insert(RUNNING_CONTROL_PLANE, seen.fact());
        }
        facts
    }

    /// Takes a line of the log of `--yes`; true when it says that it does not see the control plane as approved.
    pub(super) fn take_apply_line(&mut self, line: &str) -> bool {
        if self.applied.is_some() {
            return false;
        }
        self.applied = SeenControlPlane::from_line(line);
        self.differs()
    }

    /// Takes the end of `--yes`: what it saw, when it logged it.
    pub(super) fn take_apply_log(&mut self, stderr: &str) {
        self.applied = Some(SeenControlPlane::from_log(stderr));
    }

    fn differs(&self) -> bool {
        match (&self.approved, &self.applied) {
            (Some(approved), Some(applied)) => applied.fact() != *approved,
            _ => false,
        }
    }

    /// What `--yes` saw in another way than was approved, and what to do, with the command that reviews the cluster again;
    /// absent when it saw the same.
    pub(super) fn fault(&self, review: &str) -> Option<Fault> {
        let (approved, applied) = (self.approved.as_ref()?, self.applied.as_ref()?);
        let what = match applied {
            _ if !self.differs() => return None,
            SeenControlPlane::Unsaid => {
                "it is not known whether --yes saw the running control plane as approved"
            }
            SeenControlPlane::Runs(_) | SeenControlPlane::NotSeen(_) => {
                "--yes did not see the running control plane as approved"
            }
        };
        Some(Fault::new(
            what,
            format!(
                "approved was: {}; now {}; this decides which version the nodes get",
                visible(approved),
                applied.words()
            ),
            format!(
                "let no node start before it is right: make kops see the control plane, then {review} shows what differs"
            ),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEES: &str = "I1128 21:40:00.000002   25129 update_cluster.go:364] found control plane running version: 1.34.0";

    fn approved(value: &str) -> ControlPlaneCheck {
        let mut facts = ApprovalFacts::default();
        facts.insert(RUNNING_CONTROL_PLANE, value);
        ControlPlaneCheck::new(&facts)
    }

    #[test]
    fn what_was_approved_is_compared_with_the_dry_run_and_with_yes() {
        let mut same = approved("1.34.0");
        assert_eq!(same.take_dry_run(SEES), []);
        assert!(!same.take_apply_line(SEES));
        assert_eq!(same.fault("kopswain review a"), None);
        let mut other = approved("1.33.0");
        assert_eq!(other.take_dry_run(SEES).len(), 1);
        assert!(other.take_apply_line(SEES));
        assert!(!other.take_apply_line(SEES), "it is said once");
        let fault = other.fault("kopswain review a");
        let why = "approved was: 1.33.0; now ";
        assert!(fault.is_some_and(|fault| fault.why.starts_with(why)));
    }

    #[test]
    fn an_end_without_a_word_of_it_is_unknown_unless_nothing_was_bound() {
        let mut bound = approved("1.34.0");
        bound.take_apply_log("");
        let what = bound.fault("review").map(|fault| fault.what);
        let unknown = "it is not known whether --yes saw the running control plane as approved";
        assert_eq!(what.as_deref(), Some(unknown));
        let mut unbound = ControlPlaneCheck::default();
        unbound.take_apply_log("");
        assert_eq!(unbound.fault("review"), None);
    }
}
