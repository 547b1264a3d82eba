//! What was approved, read again right before `--yes`: any difference is shown and approved anew, or nothing runs.

use super::{Apply, Looking, Outcome, TaskState, runs_again};
use crate::core::approval::facts::{ApprovalFacts, SSH_PUBLIC_KEY};
use crate::core::approval::store::split;
use crate::core::fault::Fault;
use crate::core::kops::control_plane::SeenControlPlane;
use crate::core::kops::dry_run::{DryRun, parse};
use crate::tui::effect::{Effect, FactsOf, StoreOf};
use crate::tui::event::Timestamp;
use crate::tui::job::Job;
use crate::tui::record::Record;
use crate::tui::screens::apply::verification::Verdict;
use crate::tui::screens::review::Reading;

/// What was approved.
#[derive(Clone, Debug)]
pub(super) struct Approved {
    pub(super) report: DryRun,
    /// The report as kops printed it.
    pub(super) raw: String,
    pub(super) facts: ApprovalFacts,
    /// The spec as the state store had it; absent until it was read.
    pub(super) stored: Option<String>,
    /// The fingerprints of the keys that the cluster has when `--yes` is run; absent until they were listed.
    pub(super) keys: Option<Vec<String>>,
    /// The objects in the state store that the dry run saw; absent until they were listed.
    pub(super) store: Option<ApprovalFacts>,
}

/// The same as it was seen last.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) raw: String,
    pub(super) facts: Option<ApprovalFacts>,
    pub(super) stored: Option<String>,
    pub(super) keys: Option<Vec<String>>,
    pub(super) control_plane: Option<SeenControlPlane>,
    /// The objects in the state store.
    pub(super) store: Option<ApprovalFacts>,
}

impl Approved {
    // A run that creates nothing was approved with the spec that the store had, and with the keys that its dry run sees.
    pub(super) fn of(record: &Record) -> Self {
        let creates = record.commands.iter().any(|step| step.job == Job::Create);
        let ours = record.facts.get(SSH_PUBLIC_KEY);
        Self {
            report: parse(&record.report),
            raw: record.report.clone(),
            facts: record.facts.clone(),
            stored: (!creates).then(|| record.spec.clone()),
            keys: ours.map(|ours| vec![ours.to_owned()]),
            store: (!creates).then(|| split(&record.facts).0),
        }
    }
}

impl Apply {
    pub(super) fn verify(&mut self) -> Vec<Effect> {
        self.looking = Looking::Again;
        let key = self.adds_key();
        vec![Effect::ReadFacts(FactsOf {
            place: self.place.clone(),
            cluster: self.cluster.clone(),
            spec: self.spec.clone(),
            key,
        })]
    }

    /// What the approval depends on, as it was seen last.
    pub fn facts(&self) -> &ApprovalFacts {
        self.seen.facts.as_ref().unwrap_or(&self.approved.facts)
    }

    /// Lists the objects in the state store.
    pub(super) fn read_store(&mut self, looking: Looking) -> Vec<Effect> {
        self.looking = looking;
        vec![Effect::ReadStore(StoreOf {
            place: self.place.clone(),
            cluster: self.cluster.clone(),
            spec: self.spec.clone(),
        })]
    }

    /// Takes the objects in the state store: the next command, or what is not as it was approved.
    pub fn store_read(
        &mut self,
        result: Result<ApprovalFacts, Fault>,
        at: Timestamp,
    ) -> Vec<Effect> {
        match (std::mem::take(&mut self.looking), result) {
            (Looking::Before, Ok(now)) => {
                let verdict = self.judge_store_before(now);
                self.follow(verdict, at)
            }
            (Looking::Before, Err(fault)) => self.follow(Err(fault), at),
            (Looking::After, now) => {
                self.foreign_writes = self.foreign_since(now);
                self.start_next(at)
            }
            (Looking::Nothing | Looking::Again, _) => Vec::new(),
        }
    }

    fn follow(&mut self, verdict: Result<Verdict, Fault>, at: Timestamp) -> Vec<Effect> {
        match verdict {
            Ok(Verdict::Differs(outcome)) => {
                self.outcome = outcome;
                Vec::new()
            }
            Ok(_) => self.start_next(at),
            Err(fault) => {
                self.outcome = Outcome::Failed(self.copied().fault(fault));
                vec![Effect::Release]
            }
        }
    }

    /// Whether the approved key is added to the cluster.
    pub(super) fn adds_key(&self) -> bool {
        self.tasks.iter().any(|task| task.job == Job::SshKey)
    }

    /// Takes the facts that the approval depends on as they are now: `--yes`, or what is not as it was approved.
    pub fn verified(&mut self, result: Result<ApprovalFacts, Fault>, at: Timestamp) -> Vec<Effect> {
        if self.looking != Looking::Again {
            return Vec::new();
        }
        self.looking = Looking::Nothing;
        let verdict = result.and_then(|now| self.judge_facts(now));
        self.follow(verdict, at)
    }

    /// Goes on with `--yes` after the differing dry run was approved as well: it is kept, and asked for once more.
    pub fn approve_again(&mut self, approved: &Reading) -> Vec<Effect> {
        let facts = self.seen.facts.clone();
        let facts = facts.unwrap_or_else(|| self.approved.facts.clone());
        let facts = self.with_control_plane(facts);
        let seen = std::mem::take(&mut self.seen);
        self.marks = approved.read_marks();
        self.approved = Approved {
            report: approved.dry_run().clone(),
            raw: approved.content().raw.text().to_owned(),
            facts,
            stored: seen.stored.or_else(|| self.approved.stored.take()),
            keys: seen.keys.or_else(|| self.approved.keys.take()),
            store: seen.store.or_else(|| self.approved.store.take()),
        };
        self.outcome = Outcome::Running;
        for task in &mut self.tasks {
            if runs_again(task.job) {
                task.state = TaskState::Waiting;
            }
        }
        self.start()
    }
}
