//! What was approved, and what is seen of it since: compared when a command ends and right before `--yes`. Any difference is
//! shown and approved again, or nothing runs.

mod faults;

use self::faults::{
    another_key, another_secret, another_spec, changed_before_replace, cut_dry_run, dropped_fields,
    not_as_made, planted,
};
use super::collision;
use super::control_plane::ControlPlaneCheck;
use super::outcome::Outcome;
use super::plan::RunPlan;
use crate::core::approval::facts::{ApprovalFacts, FactDifference, SSH_PUBLIC_KEY};
use crate::core::approval::store::{self, split};
use crate::core::approval::stored_spec::{both_ways, changes, compare, compare_replaced};
use crate::core::fault::Fault;
use crate::core::kops::dry_run::{ChangeAction, DryRun, Ending, Resource, parse};
use crate::core::kops::log::{explain, only_export_failed};
use crate::core::kops::ssh_keys::fingerprints;
use crate::tui::event::CommandOutput;
use crate::tui::job::Job;
use crate::tui::record::Record;
use crate::tui::screens::review::compare::ApprovalComparison;

const STORED_SPEC: &str = "the spec in the state store";

/// What follows from a command that ended.
#[derive(Debug)]
pub(super) enum Verdict {
    /// The next command.
    Next,
    /// The next command but this one, whose work is done already.
    Skip(Job),
    /// The next command, though kops's kubeconfig was not written when all else was done.
    NextWithout(Fault),
    /// Something is not as it was approved.
    Differs(Outcome),
}

/// What kopswain itself reads while no command runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum PendingRead {
    #[default]
    None,
    /// The objects in the state store, before the stored spec is replaced.
    BeforeReplace,
    /// The objects in the state store, once all that is written before the dry run is there.
    BeforeDryRun,
    /// Every fact again, right before `--yes`; the objects last.
    BeforeYes,
    /// The objects once more, after `--yes`.
    AfterYes,
}

/// What was approved.
#[derive(Clone, Debug)]
struct Approved {
    dry_run: DryRun,
    /// The dry run as kops printed it.
    raw: String,
    facts: ApprovalFacts,
    /// The spec as the state store had it; absent until it was read.
    stored: Option<String>,
    /// The fingerprints of the keys that the cluster has when `--yes` is run; absent until they were listed.
    keys: Option<Vec<String>>,
    /// The objects in the state store that the dry run saw; absent until they were listed.
    store: Option<ApprovalFacts>,
    /// Whether those objects are from before `kops replace` of this run.
    before_replace: bool,
}

/// The same as it was seen last.
#[derive(Clone, Debug, Default)]
struct Seen {
    raw: String,
    facts: Option<ApprovalFacts>,
    stored: Option<String>,
    keys: Option<Vec<String>>,
    /// The objects in the state store.
    store: Option<ApprovalFacts>,
}

impl Approved {
    // A run that creates nothing was approved with the spec that the store had, and with the keys that its dry run sees.
    fn new(record: &Record) -> Self {
        let has = |job| record.commands.iter().any(|step| step.job == job);
        let (creates, edits) = (has(Job::Create), has(Job::Replace));
        let ours = record.facts.get(SSH_PUBLIC_KEY);
        Self {
            dry_run: parse(&record.report),
            raw: record.report.clone(),
            facts: record.facts.clone(),
            stored: (!creates && !edits).then(|| record.spec.clone()),
            keys: ours.map(|ours| vec![ours.to_owned()]),
            store: (!creates).then(|| split(&record.facts).0),
            before_replace: edits,
        }
    }
}

/// What was approved, compared with what is seen.
#[derive(Clone, Debug)]
pub(super) struct Verification {
    approved: Approved,
    seen: Seen,
    pub(super) control_plane: ControlPlaneCheck,
    pub(super) pending: PendingRead,
    /// Whether `kops create -f` found the cluster in the state store.
    was_there: bool,
}

impl Verification {
    pub(super) fn new(record: &Record) -> Self {
        Self {
            approved: Approved::new(record),
            seen: Seen::default(),
            control_plane: ControlPlaneCheck::new(&record.facts),
            pending: PendingRead::None,
            was_there: false,
        }
    }

    /// What was approved.
    pub(super) fn approved_report(&self) -> &DryRun {
        &self.approved.dry_run
    }

    /// The dry run that was approved, as kops printed it, and the facts.
    pub(super) fn approved_record(&self) -> (String, ApprovalFacts) {
        (self.approved.raw.clone(), self.approved.facts.clone())
    }

    /// What the approval depends on, as it was seen last.
    pub(super) fn facts(&self) -> &ApprovalFacts {
        self.seen.facts.as_ref().unwrap_or(&self.approved.facts)
    }

    /// The objects that the state store must hold right before `--yes`.
    pub(super) fn bound_objects(&self) -> Option<&ApprovalFacts> {
        self.seen.store.as_ref()
    }

    /// Whether the objects in the state store were listed since the approval.
    pub(super) fn knows_objects(&self) -> bool {
        self.approved.store.is_some()
    }

    /// What `--yes` saw in another way than was approved, and what to do.
    pub(super) fn control_plane_fault(&self, plan: &RunPlan) -> Option<Fault> {
        let review = plan.target.copied().kopswain("review", &plan.cluster);
        self.control_plane.fault(&review)
    }

    /// Takes that what was seen last is approved as well.
    pub(super) fn approve_seen(&mut self, dry_run: DryRun, raw: String) {
        let facts = self.control_plane.add_to(self.facts().clone());
        let seen = std::mem::take(&mut self.seen);
        self.control_plane = ControlPlaneCheck::new(&facts);
        self.approved = Approved {
            dry_run,
            raw,
            facts,
            stored: seen.stored.or_else(|| self.approved.stored.take()),
            keys: seen.keys.or_else(|| self.approved.keys.take()),
            store: seen.store.or_else(|| self.approved.store.take()),
            before_replace: self.approved.before_replace,
        };
    }

    /// Takes the end of a command: what follows, or what is not right.
    pub(super) fn check_end(
        &mut self,
        plan: &RunPlan,
        job: Job,
        finished: &CommandOutput,
    ) -> Result<Verdict, Fault> {
        if job == Job::Create && is_there_already(finished) {
            self.was_there = true;
            return Ok(Verdict::Next);
        }
        if job == Job::UpdateYes {
            self.control_plane.take_apply_log(&finished.stderr);
        }
        if job.adds_secret() && exists_already(finished) {
            return Err(another_secret(plan, job));
        }
        if job == Job::UpdateYes
            && !finished.succeeded()
            && let Some(fault) = only_export_failed(&plan.cluster, &finished.stderr)
        {
            return Ok(Verdict::NextWithout(plan.copied().fault(fault)));
        }
        if !finished.succeeded() {
            if let (Job::UpdateYes, Some(fault)) = (job, self.control_plane_fault(plan)) {
                return Err(fault);
            }
            return Err(explain(
                finished.code(),
                &finished.stdout,
                &finished.stderr,
                &plan.copied(),
            ));
        }
        match job {
            Job::ReadBefore => check_before(plan, &finished.stdout),
            Job::ReadBack => self.check_read_back(plan, &finished.stdout),
            Job::ListKeys => self.check_keys(plan, &finished.stdout),
            Job::Update => self.check_dry_run(plan, finished),
            Job::ReadAgain => self.check_stored_spec(plan, &finished.stdout),
            Job::KeysAgain => self.check_keys_again(plan, &finished.stdout),
            _ => Ok(Verdict::Next),
        }
    }

    fn check_read_back(&mut self, plan: &RunPlan, stored: &str) -> Result<Verdict, Fault> {
        let lost = match &plan.replaces {
            Some(before) => compare_replaced(&plan.spec, stored, before)?,
            None => compare(&plan.spec, stored)?,
        };
        let Some(first) = lost.first() else {
            return self.check_made(plan, stored);
        };
        if self.was_there {
            return Err(another_spec(plan, lost.len(), &first.what));
        }
        Err(dropped_fields(plan, &lost))
    }

    // What was sent may all be there, and more beside it: hooks, files, defaults of another kops.
    fn check_made(&mut self, plan: &RunPlan, stored: &str) -> Result<Verdict, Fault> {
        if !plan.made.is_empty() {
            let differences = both_ways(&plan.made, stored)?;
            if !differences.is_empty() {
                return Err(not_as_made(plan, &differences));
            }
        }
        self.approved.stored = Some(stored.to_owned());
        Ok(Verdict::Next)
    }

    /// Takes the objects in the state store before the stored spec is replaced: all are as approved.
    pub(super) fn check_store_before_replace(
        &self,
        plan: &RunPlan,
        now: &ApprovalFacts,
    ) -> Result<Verdict, Fault> {
        let approved = self.approved.store.clone().unwrap_or_default();
        let found = store::differences(&approved, now, &plan.store_places());
        if found.is_empty() {
            return Ok(Verdict::Next);
        }
        let found: Vec<String> = found.iter().map(FactDifference::sentence).collect();
        Err(changed_before_replace(plan, &found.join("; ")))
    }

    /// Takes the objects in the state store once all that is written before the dry run is there.
    pub(super) fn check_store_before_dry_run(
        &mut self,
        plan: &RunPlan,
        now: ApprovalFacts,
    ) -> Result<Verdict, Fault> {
        if let Some(then) = &self.approved.store {
            let mut differences = store::differences(then, &now, &plan.store_places());
            if self.approved.before_replace {
                // The spec's own objects are what was replaced; reading them back has shown how.
                differences.retain(|one| !store::is_spec(&one.name, &plan.store_places()));
                if differences.is_empty() {
                    self.approved.store = Some(now);
                    self.approved.before_replace = false;
                    return Ok(Verdict::Next);
                }
            }
            self.seen.store = Some(now);
            return Ok(self.next_if_same(plan, ApprovalComparison::from_facts(differences)));
        }
        let named = plan.target.secrets.named();
        let secrets: Vec<&str> = named.iter().map(|(kind, _)| kind.word()).collect();
        let foreign = store::foreign_in_new_cluster(&now, &plan.store_places(), &secrets);
        if !foreign.is_empty() {
            return Err(planted(plan, &foreign));
        }
        self.approved.store = Some(now);
        Ok(Verdict::Next)
    }

    /// What somebody else wrote into the state store while `--yes` ran, one sentence each.
    pub(super) fn foreign_writes(
        &self,
        plan: &RunPlan,
        now: Result<ApprovalFacts, Fault>,
    ) -> Vec<String> {
        let before = self.seen.store.clone().unwrap_or_default();
        let changes = |resource: &Resource| {
            resource.kind == "Keypair" && resource.action == ChangeAction::Modify
        };
        let keypairs = self.approved.dry_run.resources.iter().any(changes);
        match now {
            Ok(now) => store::foreign_writes(&before, &now, &plan.store_places(), keypairs),
            Err(fault) => vec![format!(
                "the state store was not listed again: {}",
                fault.why
            )],
        }
    }

    // On AWS kops takes exactly one key, and adding one that is there appends it a second time.
    fn check_keys(&mut self, plan: &RunPlan, listed: &str) -> Result<Verdict, Fault> {
        let keys = fingerprints(listed)?;
        if !plan.adds_key {
            self.approved.keys = Some(keys);
            return Ok(Verdict::Next);
        }
        let ours = self.approved.facts.get(SSH_PUBLIC_KEY);
        match keys.as_slice() {
            [] => Ok(Verdict::Next),
            [one] if Some(one.as_str()) == ours => Ok(Verdict::Skip(Job::SshKey)),
            others => Err(another_key(plan, others)),
        }
    }

    fn check_dry_run(
        &mut self,
        plan: &RunPlan,
        finished: &CommandOutput,
    ) -> Result<Verdict, Fault> {
        let stdout = finished.stdout.as_str();
        let dry_run = parse(stdout);
        if dry_run.ending == Ending::Missing {
            return Err(cut_dry_run());
        }
        let comparison = ApprovalComparison::approved_and_real(&self.approved.dry_run, &dry_run);
        stdout.clone_into(&mut self.seen.raw);
        // A new cluster has no control plane, and kops cannot see one through a kubeconfig that is not there.
        let control_plane = if plan.creates {
            Vec::new()
        } else {
            self.control_plane.take_dry_run(&finished.stderr)
        };
        Ok(self.next_if_same(plan, comparison.and(control_plane)))
    }

    // Between the dry run and `--yes` another operator may have replaced the spec.
    fn check_stored_spec(&mut self, plan: &RunPlan, stored: &str) -> Result<Verdict, Fault> {
        let differences = match &self.approved.stored {
            Some(then) if then == stored => Vec::new(),
            Some(then) => {
                let found = changes(then, stored)?;
                if found.is_empty() {
                    vec![FactDifference::described(STORED_SPEC, "it has other bytes")]
                } else {
                    found
                }
            }
            None => vec![FactDifference::described(
                STORED_SPEC,
                "it was not read before",
            )],
        };
        self.seen.stored = Some(stored.to_owned());
        Ok(self.next_if_same(plan, ApprovalComparison::from_facts(differences)))
    }

    // And he may have replaced the key, which the spec says nothing of.
    fn check_keys_again(&mut self, plan: &RunPlan, listed: &str) -> Result<Verdict, Fault> {
        let keys = fingerprints(listed)?;
        let differences = match &self.approved.keys {
            Some(then) if *then == keys => Vec::new(),
            then => vec![FactDifference::between(
                "SSH public keys in the state store",
                &then.as_deref().unwrap_or_default().join(", "),
                &keys.join(", "),
            )],
        };
        self.seen.keys = Some(keys);
        Ok(self.next_if_same(plan, ApprovalComparison::from_facts(differences)))
    }

    /// Takes the facts as they are now.
    pub(super) fn check_facts(
        &mut self,
        plan: &RunPlan,
        now: ApprovalFacts,
    ) -> Result<Verdict, Fault> {
        let now = self.control_plane.add_to(now);
        let (_, then) = store::split(&self.approved.facts);
        let (objects, others) = store::split(&now);
        refuse_collision(plan, &then, &others)?;
        let mut differences = then.changes(&others);
        let bound = self.approved.store.clone().unwrap_or_default();
        differences.extend(store::differences(&bound, &objects, &plan.store_places()));
        self.seen.store = Some(objects);
        self.seen.facts = Some(now);
        Ok(self.next_if_same(plan, ApprovalComparison::from_facts(differences)))
    }

    // The next command, where nothing differs.
    fn next_if_same(&self, plan: &RunPlan, comparison: ApprovalComparison) -> Verdict {
        if comparison.differences.is_empty() {
            return Verdict::Next;
        }
        Verdict::Differs(Outcome::Differs {
            dry_run: Box::new(DryRun {
                control_plane: self.control_plane.seen_in_dry_run(),
                copied: plan.copied(),
                ..parse(&self.seen.raw)
            }),
            raw: self.seen.raw.clone(),
            comparison,
        })
    }
}

// Whatever somebody else has stored since the review would be lost.
fn check_before(plan: &RunPlan, stored: &str) -> Result<Verdict, Fault> {
    let before = plan.replaces.as_deref().unwrap_or_default();
    if before == stored {
        return Ok(Verdict::Next);
    }
    let found = changes(before, stored)?;
    let words = found.first().map(FactDifference::sentence);
    let words = words.unwrap_or_else(|| "it has other bytes".to_owned());
    Err(changed_before_replace(plan, &words))
}

// No approval makes kops succeed here: it would stop half way, after other things were made.
fn refuse_collision(
    plan: &RunPlan,
    then: &ApprovalFacts,
    now: &ApprovalFacts,
) -> Result<(), Fault> {
    let taken = collision::find(&plan.spec, then, now);
    if !plan.creates || taken.is_empty() {
        return Ok(());
    }
    let change = plan.target.copied().to_plan_again(&plan.cluster);
    Err(Fault::new(
        "other subnets have taken addresses of this plan",
        format!("since it was approved: {}", taken.join("; ")),
        format!("Nothing was changed in AWS. Plan again on the VPC as it is now: {change}"),
    ))
}

// cmd/kops/create.go: an earlier run got this far; whether it is the same spec is seen when it is read back.
fn is_there_already(finished: &CommandOutput) -> bool {
    !finished.succeeded()
        && finished
            .stderr
            .contains("error creating cluster: file already exists")
}

// cmd/kops/create_secret_*.go
fn exists_already(finished: &CommandOutput) -> bool {
    !finished.succeeded() && finished.stderr.contains("as it already exists")
}
