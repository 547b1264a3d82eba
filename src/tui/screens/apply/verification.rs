//! What the end of each command means for the run.

use super::{Apply, Outcome, OutputLine, collision};
use crate::core::answers::SecretKind;
use crate::core::approval::facts::{ApprovalFacts, FactDifference, SSH_PUBLIC_KEY};
use crate::core::approval::store;
use crate::core::approval::store::StorePlaces;
use crate::core::approval::stored_spec::{both_ways, changes, compare};
use crate::core::fault::Fault;
use crate::core::kops::command::CommandLine;
use crate::core::kops::dry_run::{ChangeAction, DryRun, Ending, Resource, parse};
use crate::core::kops::log::{explain, only_export_failed};
use crate::core::kops::ssh_keys::fingerprints;
use crate::core::problem::Problem;
use crate::tui::event::CommandOutput;
use crate::tui::job::Job;
use crate::tui::screens::review::compare::ApprovalComparison;

const STORED_SPEC: &str = "the spec in the state store";

/// What follows from a command that ended.
#[derive(Debug)]
pub(super) enum Verdict {
    /// The next command.
    Next,
    /// The next command but this one, whose work is done already.
    Skip(Job),
    /// Something is not as it was approved.
    Differs(Outcome),
}

impl Apply {
    pub(super) fn judge(&mut self, job: Job, finished: &CommandOutput) -> Result<Verdict, Fault> {
        if job == Job::Create && is_there_already(finished) {
            self.was_there = true;
            return Ok(Verdict::Next);
        }
        if job == Job::UpdateYes {
            self.judge_applied(&finished.stderr);
        }
        if job.adds_secret() && exists_already(finished) {
            return Err(self.another_secret(job));
        }
        if job == Job::UpdateYes
            && !finished.succeeded()
            && let Some(fault) = only_export_failed(&self.cluster, &finished.stderr)
        {
            self.unexported = Some(self.copied().fault(fault));
            return Ok(Verdict::Next);
        }
        if !finished.succeeded() {
            if let (Job::UpdateYes, Some(fault)) = (job, self.seen_otherwise()) {
                return Err(fault);
            }
            return Err(explain(
                finished.code(),
                &finished.stdout,
                &finished.stderr,
                &self.copied(),
            ));
        }
        match job {
            Job::ReadBack => self.judge_read_back(&finished.stdout),
            Job::ListKeys => self.judge_keys(&finished.stdout),
            Job::Update => self.judge_dry_run(finished),
            Job::ReadAgain => self.judge_stored(&finished.stdout),
            Job::KeysAgain => self.judge_keys_again(&finished.stdout),
            _ => Ok(Verdict::Next),
        }
    }

    fn judge_read_back(&mut self, stored: &str) -> Result<Verdict, Fault> {
        let lost = compare(&self.spec, stored)?;
        let Some(first) = lost.first() else {
            return self.judge_made(stored);
        };
        if self.was_there {
            let change = self.place.copied().to_change(&self.cluster);
            return Err(another_spec(
                &self.cluster,
                lost.len(),
                &first.what,
                &change,
            ));
        }
        Err(Fault::new(
            format!(
                "kops dropped {} of the spec: {}",
                count_of(lost.len()),
                told(&lost)
            ),
            &first.why,
            format!(
                "Nothing was created in AWS. Correct the spec, then run {} to take the spec out of the state store, and start again",
                self.place
                    .copied()
                    .kops(&CommandLine::delete_yes(&self.cluster))
            ),
        ))
    }

    // What was sent may all be there, and more beside it: hooks, files, defaults of another kops.
    fn judge_made(&mut self, stored: &str) -> Result<Verdict, Fault> {
        if !self.made.is_empty() {
            let differences = both_ways(&self.made, stored)?;
            if !differences.is_empty() {
                return Err(self.not_as_made(&differences));
            }
        }
        self.approved.stored = Some(stored.to_owned());
        Ok(Verdict::Next)
    }

    /// Takes the objects in the state store once all that is written before the dry run is there.
    pub(super) fn judge_store_before(&mut self, now: ApprovalFacts) -> Result<Verdict, Fault> {
        if let Some(then) = &self.approved.store {
            let differences = store::differences(then, &now, &self.places());
            self.seen.store = Some(now);
            return Ok(self.next_if_same(ApprovalComparison::from_facts(differences)));
        }
        let named = self.place.secrets.named();
        let secrets: Vec<&str> = named.iter().map(|(kind, _)| kind.word()).collect();
        let foreign = store::foreign_in_new_cluster(&now, &self.places(), &secrets);
        if !foreign.is_empty() {
            return Err(self.planted(&foreign));
        }
        self.approved.store = Some(now);
        Ok(Verdict::Next)
    }

    /// What somebody else wrote into the state store while `--yes` ran, one sentence each.
    pub(super) fn foreign_since(&self, now: Result<ApprovalFacts, Fault>) -> Vec<String> {
        let before = self.seen.store.clone().unwrap_or_default();
        let changes = |resource: &Resource| {
            resource.kind == "Keypair" && resource.action == ChangeAction::Modify
        };
        let keypairs = self.approved.report.resources.iter().any(changes);
        match now {
            Ok(now) => store::foreign_writes(&before, &now, &self.places(), keypairs),
            Err(fault) => vec![format!(
                "the state store was not listed again: {}",
                fault.why
            )],
        }
    }

    fn places(&self) -> StorePlaces {
        StorePlaces::of(&self.place.state_store, &self.cluster, &self.spec)
    }

    fn another_secret(&self, job: Job) -> Fault {
        let mut kind = SecretKind::ALL.iter().copied();
        let kind = kind.find(|kind| Job::of_secret(*kind) == job);
        let word = kind.map_or("", SecretKind::word);
        let delete = kind.map(|kind| CommandLine::delete_secret(&self.cluster, kind));
        let delete = delete.map(|command| self.place.copied().kops(&command));
        Fault::new(
            format!("the secret {word} is in the state store already"),
            "whether it is the approved one cannot be told without reading it",
            format!(
                "Nothing was changed in AWS. Remove it, then continue: {}",
                delete.unwrap_or_default()
            ),
        )
    }

    fn not_as_made(&self, differences: &[String]) -> Fault {
        let copied = self.place.copied();
        Fault::new(
            format!(
                "the spec in the state store is not what kops makes of the approved one: {}",
                first_of(differences)
            ),
            "somebody else changed it, or another version of kops wrote it",
            format!(
                "Nothing was changed in AWS. See it with {}; to apply it as it is, review it: {}",
                copied.kops(&CommandLine::get_all(&self.cluster)),
                copied.kopswain("review", &self.cluster)
            ),
        )
    }

    fn planted(&self, foreign: &[String]) -> Fault {
        let delete = CommandLine::delete(&self.cluster);
        Fault::new(
            format!(
                "the state store holds what was not approved for {}: {}",
                self.cluster,
                first_of(foreign)
            ),
            "kops uses keys, certificate authorities, secrets and manifests that it finds there, and this run did not make them",
            format!(
                "Nothing was changed in AWS. Find out whose they are and remove them, or remove the cluster from the state store ({}), then start again",
                self.place.copied().kops(&delete)
            ),
        )
    }

    // On AWS kops takes exactly one key, and adding one that is there appends it a second time.
    fn judge_keys(&mut self, listed: &str) -> Result<Verdict, Fault> {
        let keys = fingerprints(listed)?;
        if !self.adds_key() {
            self.approved.keys = Some(keys);
            return Ok(Verdict::Next);
        }
        let ours = self.approved.facts.get(SSH_PUBLIC_KEY);
        match keys.as_slice() {
            [] => Ok(Verdict::Next),
            [one] if Some(one.as_str()) == ours => Ok(Verdict::Skip(Job::SshKey)),
            others => {
                let delete = CommandLine::delete_key(&self.cluster);
                Err(another_key(&self.place.copied().kops(&delete), others))
            }
        }
    }

    fn judge_dry_run(&mut self, finished: &CommandOutput) -> Result<Verdict, Fault> {
        let stdout = finished.stdout.as_str();
        let report = parse(stdout);
        if report.ending == Ending::Missing {
            return Err(Fault::new(
                "the dry run on the real state store ended without a report",
                "kops ended well but did not say whether changes are pending",
                "Read its output, then start again: nothing was changed in AWS",
            ));
        }
        let comparison = ApprovalComparison::approved_and_real(&self.approved.report, &report);
        stdout.clone_into(&mut self.seen.raw);
        let control_plane = self.judge_control_plane(&finished.stderr);
        Ok(self.next_if_same(comparison.and(control_plane)))
    }

    // Between the dry run and `--yes` another operator may have replaced the spec.
    fn judge_stored(&mut self, stored: &str) -> Result<Verdict, Fault> {
        let differences = match &self.approved.stored {
            Some(then) if then == stored => Vec::new(),
            Some(then) => {
                let found = changes(then, stored)?;
                if found.is_empty() {
                    vec![FactDifference::told(STORED_SPEC, "it has other bytes")]
                } else {
                    found
                }
            }
            None => vec![FactDifference::told(STORED_SPEC, "it was not read before")],
        };
        self.seen.stored = Some(stored.to_owned());
        Ok(self.next_if_same(ApprovalComparison::from_facts(differences)))
    }

    // And he may have replaced the key, which the spec says nothing of.
    fn judge_keys_again(&mut self, listed: &str) -> Result<Verdict, Fault> {
        let keys = fingerprints(listed)?;
        let differences = match &self.approved.keys {
            Some(then) if *then == keys => Vec::new(),
            then => vec![FactDifference::of_values(
                "SSH public keys in the state store",
                &then.as_deref().unwrap_or_default().join(", "),
                &keys.join(", "),
            )],
        };
        self.seen.keys = Some(keys);
        Ok(self.next_if_same(ApprovalComparison::from_facts(differences)))
    }

    /// Takes the facts as they are now.
    pub(super) fn judge_facts(&mut self, now: ApprovalFacts) -> Result<Verdict, Fault> {
        let now = self.with_control_plane(now);
        let (_, then) = store::split(&self.approved.facts);
        let (objects, others) = store::split(&now);
        self.refuse_collision(&then, &others)?;
        let mut differences = then.changes(&others);
        let bound = self.approved.store.clone().unwrap_or_default();
        differences.extend(store::differences(&bound, &objects, &self.places()));
        self.seen.store = Some(objects);
        self.seen.facts = Some(now);
        Ok(self.next_if_same(ApprovalComparison::from_facts(differences)))
    }

    // No approval makes kops succeed here: it would stop half way, after other things were made.
    fn refuse_collision(&self, then: &ApprovalFacts, now: &ApprovalFacts) -> Result<(), Fault> {
        let creates = self.tasks.iter().any(|task| task.job == Job::Create);
        let taken = collision::taken(&self.spec, then, now);
        if !creates || taken.is_empty() {
            return Ok(());
        }
        let change = self.place.copied().to_change(&self.cluster);
        Err(Fault::new(
            "other subnets have taken addresses of this plan",
            format!("since it was approved: {}", taken.join("; ")),
            format!("Nothing was changed in AWS. Plan again on the VPC as it is now: {change}"),
        ))
    }

    // The next command, where nothing differs.
    fn next_if_same(&self, comparison: ApprovalComparison) -> Verdict {
        if comparison.differences.is_empty() {
            return Verdict::Next;
        }
        Verdict::Differs(Outcome::Differs {
            report: Box::new(DryRun {
                control_plane: self.seen.control_plane.clone().unwrap_or_default(),
                copied: self.copied(),
                ..parse(&self.seen.raw)
            }),
            raw: self.seen.raw.clone(),
            comparison,
        })
    }

    /// Says in the log why a command is not run.
    pub(super) fn note_skipped(&mut self, job: Job) {
        if let Some(task) = self.tasks.iter().find(|task| task.job == job) {
            let line = format!("not needed: {}", task.command);
            self.show(OutputLine::Command(line));
        }
    }
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

/// The fields by their paths; more than anybody corrects at once are counted.
const TOLD: usize = 10;

fn told(lost: &[Problem]) -> String {
    let words: Vec<String> = lost.iter().map(|one| one.what.clone()).collect();
    first_of(&words)
}

fn first_of(all: &[String]) -> String {
    let words: Vec<&str> = all.iter().take(TOLD).map(String::as_str).collect();
    let words = words.join("; ");
    match all.len().saturating_sub(TOLD) {
        0 => words,
        more => format!("{words}; and {more} more"),
    }
}

fn another_spec(cluster: &str, count: usize, first: &str, change: &str) -> Fault {
    Fault::new(
        format!(
            "{cluster} is in the state store with another spec: {} differ, such as {first}",
            count_of(count)
        ),
        "kops create -f never overwrites; the cluster was created before, by you or by somebody else",
        format!("Nothing was changed. Choose another name, or change that cluster: {change}"),
    )
}

fn another_key(delete: &str, keys: &[String]) -> Fault {
    Fault::new(
        format!(
            "the cluster has {}: {}",
            if keys.len() == 1 {
                "another SSH public key than the approved one"
            } else {
                "more than one SSH public key"
            },
            keys.join(", ")
        ),
        "on AWS kops takes exactly one key, and a key that is added does not replace one",
        format!(
            "Nothing was changed in AWS. If it shall be the approved one: {delete}, then continue"
        ),
    )
}

fn count_of(fields: usize) -> String {
    match fields {
        1 => "one field".to_owned(),
        many => format!("{many} fields"),
    }
}
