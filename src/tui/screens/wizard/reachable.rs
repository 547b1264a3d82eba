//! What keeps a person at a step, what of it is worth a look, and which steps can be gone to.

use super::{EditedCluster, Wizard, WizardStep};
use crate::core::check::{CheckKind, CheckState};
use crate::core::fault::Fault;
use crate::core::problem::{Problem, ProblemSeverity};
use crate::core::text::prose::sentences;

impl Wizard {
    /// Why the present step cannot be left forward, if it cannot: one sentence with the remedy.
    pub fn blocked(&self) -> Option<String> {
        if let Some(problem) = self.blocking(self.step) {
            return Some(sentences(&[&problem.what, &problem.remedy]));
        }
        let fault = matches!(self.step, WizardStep::Cluster | WizardStep::Access)
            .then(|| self.blocked_account())
            .flatten()?;
        Some(sentences(&[&fault.what, &fault.remedy]))
    }

    fn blocking(&self, step: WizardStep) -> Option<&Problem> {
        let mut problems = self.problems(step).into_iter();
        problems.find(|problem| problem.severity == ProblemSeverity::Blocked)
    }

    /// Whether something of a step blocks: its answers, or for the first step one of its checks.
    pub fn is_blocked(&self, step: WizardStep) -> bool {
        let checks = || {
            let mut states = self.checks.values();
            self.taken_name().is_some()
                || states.any(|state| matches!(state, CheckState::Blocked(_)))
        };
        self.blocking(step).is_some() || (step == WizardStep::Cluster && checks())
    }

    /// Whether something of a step is to be looked at: its answers, or for the first step one of its checks.
    pub fn warns(&self, step: WizardStep) -> bool {
        let warning = |problem: &&Problem| problem.severity == ProblemSeverity::Warning;
        let mut checks = self.checks.values();
        self.problems(step).iter().any(warning)
            || (step == WizardStep::Cluster
                && checks.any(|state| matches!(state, CheckState::Warning(_))))
    }

    /// What of the account stands in the way: a name that is taken, or a check that failed.
    pub fn blocked_account(&self) -> Option<Fault> {
        self.account_fault(self.step >= WizardStep::Access)
    }

    // The key is asked for at the last step but one.
    fn account_fault(&self, key_asked: bool) -> Option<Fault> {
        if let Some(taken) = self.taken_name() {
            return Some(taken);
        }
        if let Some(unread) = self.edited().and_then(EditedCluster::unread) {
            return Some(unread.clone());
        }
        self.checks
            .iter()
            .filter(|(kind, _)| key_asked || **kind != CheckKind::SshKey)
            .find_map(|(_, state)| match state {
                CheckState::Blocked(fault) => Some(fault.clone()),
                CheckState::Asking | CheckState::Good(_) | CheckState::Warning(_) => None,
            })
    }

    /// The step that another one waits for, and why; absent when it can be shown. What was shown once is shown again; the
    /// review only when nothing blocks.
    pub fn waits_for(&self, step: WizardStep) -> Option<(WizardStep, String)> {
        let shown = step <= self.step || self.visited.contains(&step);
        if shown && step != WizardStep::Review {
            return None;
        }
        let before = WizardStep::ALL.iter().copied();
        before.take_while(|one| *one < step).find_map(|before| {
            let why = match self.blocking(before) {
                Some(problem) => Some(problem.what.clone()),
                None if before == WizardStep::Cluster => self
                    .account_fault(step == WizardStep::Review)
                    .map(|fault| fault.what),
                None => None,
            };
            Some((before, why?))
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::core::answers::Answers;

    #[test]
    fn a_step_waits_for_the_first_before_it_that_blocks_until_it_was_shown() {
        let mut wizard = Wizard::new(Answers {
            cluster: "prod.example.com".to_owned(),
            region: "us-east-1".to_owned(),
            state_store: "s3://example-state".to_owned(),
            ..Answers::default()
        });
        let waits = |wizard: &Wizard, step| wizard.waits_for(step).map(|(before, _)| before);
        assert_eq!(waits(&wizard, WizardStep::Network), None);
        assert_eq!(waits(&wizard, WizardStep::Nodes), Some(WizardStep::Network));
        let fault = Fault::new("no", "why", "do");
        let key = (CheckKind::SshKey, CheckState::Blocked(fault.clone()));
        wizard.checks.insert(key.0, key.1);
        assert_eq!(waits(&wizard, WizardStep::Network), None);
        wizard
            .checks
            .insert(CheckKind::Region, CheckState::Blocked(fault));
        assert_eq!(
            waits(&wizard, WizardStep::Network),
            Some(WizardStep::Cluster)
        );
        wizard.go(WizardStep::Nodes);
        wizard.go(WizardStep::Cluster);
        assert_eq!(waits(&wizard, WizardStep::Nodes), None);
        assert_eq!(
            waits(&wizard, WizardStep::Review),
            Some(WizardStep::Cluster)
        );
    }
}
