//! What kops sees of the running control plane in the run of a cluster that exists: compared with what was approved.

use super::{Apply, LockState, StopCause};
use crate::core::analysis::next_steps::{NextSteps, next_steps};
use crate::core::approval::facts::{ApprovalFacts, FactDifference, RUNNING_CONTROL_PLANE};
use crate::core::fault::Fault;
use crate::core::kops::command::CommandLine;
use crate::core::kops::control_plane::SeenControlPlane;
use crate::core::text::untrusted::visible;
use crate::tui::effect::Effect;
use crate::tui::job::Job;

impl Apply {
    /// Takes what the dry run right before `--yes` saw; gives what is not as it was approved. A new cluster has no
    /// control plane, and kops cannot see one through a kubeconfig that is not there.
    pub(super) fn judge_control_plane(&mut self, stderr: &str) -> Vec<FactDifference> {
        if self.creates() {
            return Vec::new();
        }
        let seen = SeenControlPlane::of_log(stderr);
        let only = |value: Option<&str>| -> ApprovalFacts {
            let fact = value.map(|value| (RUNNING_CONTROL_PLANE.to_owned(), value.to_owned()));
            fact.into_iter().collect()
        };
        let approved = only(self.approved.facts.get(RUNNING_CONTROL_PLANE));
        let differences = approved.changes(&only(Some(&seen.fact())));
        self.seen.control_plane = Some(seen);
        differences
    }

    /// The facts as they are now, with what the last dry run saw among them.
    pub(super) fn with_control_plane(&self, mut facts: ApprovalFacts) -> ApprovalFacts {
        if let Some(seen) = &self.seen.control_plane {
            facts.insert(RUNNING_CONTROL_PLANE, seen.fact());
        }
        facts
    }

    // kops looks before it begins its tasks: stopped at once, it has changed little or nothing. What another program
    // started is only told of: the line may be old.
    pub(super) fn stop_if_seen_otherwise(&mut self, job: Job, line: &str) -> Vec<Effect> {
        if job != Job::UpdateYes || self.applied.is_some() {
            return Vec::new();
        }
        self.applied = SeenControlPlane::of_line(line);
        if self.seen_otherwise().is_none()
            || self.hold != LockState::Ours
            || self.stopping.is_some()
        {
            return Vec::new();
        }
        self.stopping = Some(StopCause::SeenOtherwise);
        vec![Effect::Interrupt(Job::UpdateYes)]
    }

    /// Takes the end of `--yes`: what it saw, when it said so.
    pub(super) fn judge_applied(&mut self, stderr: &str) {
        self.applied = Some(SeenControlPlane::of_log(stderr));
    }

    /// What `--yes` saw in another way than was approved, and what to do; absent when it saw the same.
    pub fn seen_otherwise(&self) -> Option<Fault> {
        let approved = self.approved.facts.get(RUNNING_CONTROL_PLANE)?;
        let applied = self.applied.as_ref()?;
        (applied.fact() != approved).then(|| {
            let again = self.place.copied().kopswain("review", &self.cluster);
            otherwise(&again, approved, applied)
        })
    }

    /// What is left to do once the update is done.
    pub fn next_steps(&self) -> NextSteps {
        let unsaid = SeenControlPlane::Unsaid;
        let seen = self.applied.as_ref().unwrap_or(&unsaid);
        next_steps(
            &self.cluster,
            &self.place.copied(),
            seen,
            &self.spec,
            &self.approved.report,
        )
    }

    /// Takes the commands of today for what has not run: an older kopswain may have begun the run.
    pub(super) fn renew_commands(&mut self) {
        if self.creates() {
            return;
        }
        for task in &mut self.tasks {
            match task.job {
                Job::Update => task.command = CommandLine::update_existing(&self.cluster),
                Job::UpdateYes => task.command = CommandLine::update_existing_yes(&self.cluster),
                _ => {}
            }
        }
    }
}

fn otherwise(again: &str, approved: &str, applied: &SeenControlPlane) -> Fault {
    let approved = visible(approved);
    let what = match applied {
        SeenControlPlane::Unsaid => {
            "it is not known whether --yes saw the running control plane as approved".to_owned()
        }
        SeenControlPlane::Runs(_) | SeenControlPlane::NotSeen(_) => {
            "--yes did not see the running control plane as approved".to_owned()
        }
    };
    Fault::new(
        what,
        format!(
            "approved was: {approved}; now {}; this decides which version the nodes get",
            applied.words()
        ),
        format!(
            "let no node start before it is right: make kops see the control plane, then {again} shows what differs"
        ),
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::tui::effect::KopsRun;
    use crate::tui::event::{CommandOutput, Timestamp};
    use crate::tui::record::{FoundRun, Record};
    use crate::tui::screens::apply::Outcome;

    // As kopswain 0.1.0 has written it: without the fact, and with commands that export a kubeconfig.
    const OLD: &str = r#"{"cluster":"a.example.com","place":{"region":"us-east-1","stateStore":"s3://b","sshPublicKey":""},
        "commands":[{"job":"listKeys","command":["get","sshpublickeys","--name","a.example.com","-o","yaml"]},
            {"job":"update","command":["update","cluster","a.example.com"]},
            {"job":"readAgain","command":["get","all","--name","a.example.com","-o","yaml"]},
            {"job":"keysAgain","command":["get","sshpublickeys","--name","a.example.com","-o","yaml"]},
            {"job":"updateYes","command":["update","cluster","a.example.com","--yes"]}],
        "spec":"kind: Cluster\n","report":"No changes need to be applied\n","facts":{"account":"123456789012"}}"#;
    const SEES: &str = "I1128 21:40:00.000002   25129 update_cluster.go:364] found control plane running version: 1.34.0\n";

    fn ended(apply: &mut Apply, job: Job, stdout: &str, stderr: &str) -> Vec<Effect> {
        let finished = CommandOutput {
            exit: Some(0),
            stdout: stdout.to_owned(),
            stderr: stderr.to_owned(),
            ..CommandOutput::default()
        };
        apply.ended(job, Ok(finished), Timestamp::default())
    }

    fn asked(effects: &[Effect]) -> Vec<String> {
        let run = |effect: &Effect| match effect {
            Effect::Run(KopsRun { command, .. }) => Some(command.to_string()),
            _ => None,
        };
        effects.iter().filter_map(run).collect()
    }

    #[test]
    fn an_approval_of_an_older_kopswain_is_asked_for_again_with_what_it_did_not_bind() {
        let record: Record = serde_json::from_str(OLD).unwrap();
        let found = FoundRun {
            folder: "/runs/a".into(),
            record,
            commands: Vec::new(),
            at_work: false,
            closed: false,
            age: std::time::Duration::ZERO,
        };
        let mut apply = Apply::found(&found, Timestamp::default());
        apply.take(&found, Timestamp::default());
        assert_eq!(apply.outcome, Outcome::Left);
        apply.go_on(Timestamp::default());
        let _ = apply.begun(Ok("/runs/a".into()), Timestamp::default());
        let dry_run = ended(&mut apply, Job::ListKeys, "[]\n", "");
        assert_eq!(
            asked(&dry_run),
            ["kops update cluster --name=a.example.com --vmodule=update_cluster=2"]
        );
        let report = "No changes need to be applied\n";
        assert_eq!(ended(&mut apply, Job::Update, report, SEES), []);
        let Outcome::Differs { comparison, .. } = &apply.outcome else {
            panic!("not told: {:?}", apply.outcome);
        };
        assert_eq!(
            comparison.sentences(),
            ["running control plane: not there when it was approved, now 1.34.0"]
        );
    }
}
