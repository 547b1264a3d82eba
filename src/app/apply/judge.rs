//! What the end of each command means for the run.

use crate::core::command::to_change;
use crate::core::facts::{Facts, SSH_PUBLIC_KEY};
use crate::core::fault::Fault;
use crate::core::problem::Problem;
use crate::core::progress::{explain, only_export_failed};
use crate::core::review::{Ending, parse};
use crate::core::roundtrip::{compare, flat};
use crate::core::ssh_keys::fingerprints;

use super::{Apply, Line, Outcome};
use crate::app::compare::Comparison;
use crate::app::effect::Job;
use crate::app::event::Finished;

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
    pub(super) fn judge(&mut self, job: Job, finished: &Finished) -> Result<Verdict, Fault> {
        if job == Job::Create && is_there_already(finished) {
            self.was_there = true;
            return Ok(Verdict::Next);
        }
        if job == Job::UpdateYes
            && !finished.succeeded()
            && let Some(fault) = only_export_failed(&self.cluster, &finished.stderr)
        {
            self.unexported = Some(fault);
            return Ok(Verdict::Next);
        }
        if !finished.succeeded() {
            return Err(explain(finished.code(), &finished.stdout, &finished.stderr));
        }
        match job {
            Job::ReadBack => self.judge_read_back(&finished.stdout),
            Job::ListKeys => self.judge_keys(&finished.stdout),
            Job::Update => self.judge_dry_run(&finished.stdout),
            Job::ReadAgain => self.judge_stored(&finished.stdout),
            Job::KeysAgain => self.judge_keys_again(&finished.stdout),
            _ => Ok(Verdict::Next),
        }
    }

    fn judge_read_back(&mut self, stored: &str) -> Result<Verdict, Fault> {
        let lost = compare(&self.spec, stored)?;
        let Some(first) = lost.first() else {
            self.approved.stored = Some(stored.to_owned());
            return Ok(Verdict::Next);
        };
        if self.was_there {
            return Err(another_spec(&self.cluster, lost.len(), &first.what));
        }
        Err(Fault::new(
            format!(
                "kops dropped {} of the spec: {}",
                count_of(lost.len()),
                told(&lost)
            ),
            &first.why,
            format!(
                "Nothing was created in AWS. Correct the spec, then run kops delete cluster {} --yes to take the spec out of the state store, and start again",
                self.cluster
            ),
        ))
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
            others => Err(another_key(&self.cluster, others)),
        }
    }

    fn judge_dry_run(&mut self, stdout: &str) -> Result<Verdict, Fault> {
        let report = parse(stdout);
        if report.ending == Ending::Missing {
            return Err(Fault::new(
                "the dry run on the real state store ended without a report",
                "kops ended well but did not say whether changes wait",
                "Read its output, then start again: nothing was changed in AWS",
            ));
        }
        let comparison = Comparison::approved_and_real(&self.approved.report, &report);
        stdout.clone_into(&mut self.seen.raw);
        Ok(self.next_if_same(comparison))
    }

    // Between the dry run and `--yes` another operator may have replaced the spec.
    fn judge_stored(&mut self, stored: &str) -> Result<Verdict, Fault> {
        let differences = match &self.approved.stored {
            Some(then) if then == stored => Vec::new(),
            Some(then) => {
                let told = flat(then)?.differences(&flat(stored)?);
                at_least(told, "the spec in the state store has other bytes")
            }
            None => vec!["the spec in the state store was not read before".to_owned()],
        };
        self.seen.stored = Some(stored.to_owned());
        Ok(self.next_if_same(Comparison::of_basis(differences)))
    }

    // And he may have replaced the key, which the spec says nothing of.
    fn judge_keys_again(&mut self, listed: &str) -> Result<Verdict, Fault> {
        let keys = fingerprints(listed)?;
        let differences = match &self.approved.keys {
            Some(then) if *then == keys => Vec::new(),
            then => vec![format!(
                "SSH public keys in the state store: approved {}, now {}",
                listed_keys(then.as_deref().unwrap_or_default()),
                listed_keys(&keys)
            )],
        };
        self.seen.keys = Some(keys);
        Ok(self.next_if_same(Comparison::of_basis(differences)))
    }

    /// Takes the facts as they are now.
    pub(super) fn judge_facts(&mut self, now: Facts) -> Verdict {
        let differences = self.approved.facts.differences(&now);
        self.seen.facts = Some(now);
        self.next_if_same(Comparison::of_basis(differences))
    }

    // The next command, where nothing differs.
    fn next_if_same(&self, comparison: Comparison) -> Verdict {
        if comparison.differences.is_empty() {
            return Verdict::Next;
        }
        Verdict::Differs(Outcome::Differs {
            report: Box::new(parse(&self.seen.raw)),
            raw: self.seen.raw.clone(),
            comparison,
        })
    }

    /// Says in the log why a command is not run.
    pub(super) fn note_skipped(&mut self, job: Job) {
        if let Some(task) = self.tasks.iter().find(|task| task.job == job) {
            let line = format!("not needed: {}", task.command);
            self.show(Line::Command(line));
        }
    }
}

fn at_least(told: Vec<String>, otherwise: &str) -> Vec<String> {
    if told.is_empty() {
        vec![otherwise.to_owned()]
    } else {
        told
    }
}

// cmd/kops/create.go: an earlier run got this far; whether it is the same spec is seen when it is read back.
fn is_there_already(finished: &Finished) -> bool {
    !finished.succeeded()
        && finished
            .stderr
            .contains("error creating cluster: file already exists")
}

/// The fields by their paths; more than anybody corrects at once are counted.
const TOLD: usize = 10;

fn told(lost: &[Problem]) -> String {
    let words: Vec<&str> = lost
        .iter()
        .take(TOLD)
        .map(|one| one.what.as_str())
        .collect();
    let words = words.join("; ");
    match lost.len().saturating_sub(TOLD) {
        0 => words,
        more => format!("{words}; and {more} more"),
    }
}

fn another_spec(cluster: &str, count: usize, first: &str) -> Fault {
    Fault::new(
        format!(
            "{cluster} is in the state store with another spec: {} differ, such as {first}",
            count_of(count)
        ),
        "kops create -f never overwrites; the cluster was created before, by you or by somebody else",
        format!(
            "Nothing was changed. Choose another name, or change that cluster: {}",
            to_change(cluster)
        ),
    )
}

fn another_key(cluster: &str, keys: &[String]) -> Fault {
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
            "Nothing was changed in AWS. If it shall be the approved one: kops delete sshpublickey {cluster}, then go on"
        ),
    )
}

fn listed_keys(keys: &[String]) -> String {
    match keys {
        [] => "none".to_owned(),
        keys => keys.join(", "),
    }
}

fn count_of(fields: usize) -> String {
    match fields {
        1 => "one field".to_owned(),
        many => format!("{many} fields"),
    }
}
