//! The run: kops's commands in order, each only after the one before succeeded, `--yes` only after the real dry run matched the approved one.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::commands::{CommandTask, RunCommands, TaskState};
use super::outcome::{Outcome, RunNotes};
use super::output_log::OutputLog;
use super::ownership::{LockState, RunOwnership};
use super::plan::{ApprovedPlan, RunPlan, creating, editing, updating};
use super::verification::{PendingRead, Verdict, Verification};
use crate::core::analysis::next_steps::{NextSteps, next_steps};
use crate::core::approval::facts::ApprovalFacts;
use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::core::kops::command::CommandLine;
use crate::core::kops::copied::Copied;
use crate::core::kops::dry_run::DryRun;
use crate::core::kops::log::Trouble;
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::effect::{Begin, BoundStore, CLOCK, Effect, KopsRun, Kubeconfig, Wake};
use crate::tui::event::{CommandOutput, OutputStream, Pause, PrintedLine, Timestamp};
use crate::tui::job::Job;
use crate::tui::keymap::Action;
use crate::tui::record::{FoundRun, Record, RecordedCommand};
use crate::tui::screens::approval::Approval;
use crate::tui::screens::review::{ReadMarks, Reading};

/// Why kops is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopCause {
    /// The person asked for it.
    Asked,
    /// `--yes` logged that it sees the running control plane in another way than was approved.
    ControlPlaneDiffers,
}

/// What is shown of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RunView {
    /// Its phases, what is under way, and the end of what kops prints.
    #[default]
    Phases,
    /// Its commands, exactly as they are run.
    Commands,
    /// What kops prints, on the whole screen.
    Log,
}

/// A run of kops on the real state store.
#[derive(Clone, Debug)]
pub struct Apply {
    plan: RunPlan,
    pub commands: RunCommands,
    pub log: OutputLog,
    verification: Verification,
    ownership: RunOwnership,
    pub outcome: Outcome,
    pub notes: RunNotes,
    started: Timestamp,
    /// What had passed when this program found the run.
    before: Duration,
    /// The name being typed to resume a run that was left.
    pub resume_approval: Option<Approval>,
    /// Why kops was asked to stop, until it has ended.
    pub stopping: Option<StopCause>,
    /// That kops was stopped, until it continues.
    pub paused: Option<Pause>,
    /// What the person had read of the approved dry run.
    pub marks: ReadMarks,
    pub view: RunView,
}

impl Apply {
    /// The method's commands for a new cluster, after its preview was approved.
    pub fn create(plan: ApprovedPlan<'_>, at: Timestamp) -> Self {
        let commands = creating(plan.cluster, &plan.target);
        Self::from_plan(plan, commands, at)
    }

    /// The dry run once more and then `--yes`, for a cluster that exists.
    pub fn update(plan: ApprovedPlan<'_>, at: Timestamp) -> Self {
        let commands = updating(plan.cluster);
        Self::from_plan(plan, commands, at)
    }

    /// Replaces the stored spec, then does as [`Self::update`].
    pub fn edit(plan: ApprovedPlan<'_>, at: Timestamp) -> Self {
        let commands = editing(plan.cluster);
        Self::from_plan(plan, commands, at)
    }

    fn from_plan(plan: ApprovedPlan<'_>, commands: Vec<RecordedCommand>, at: Timestamp) -> Self {
        let marks = plan.reading.read_marks();
        let record = plan.into_record(commands);
        Self {
            marks,
            ..Self::new(&record, RunOwnership::acquiring(), at)
        }
    }

    /// A run as its folder tells it, before anything of it is followed.
    pub fn found(found: &FoundRun, at: Timestamp) -> Self {
        let ownership = RunOwnership::found(found.folder.clone());
        Self {
            before: found.age,
            ..Self::new(&found.record, ownership, at)
        }
    }

    // A run that was approved, here or elsewhere, before anything of it is done.
    fn new(record: &Record, ownership: RunOwnership, at: Timestamp) -> Self {
        Self {
            plan: RunPlan::new(record),
            commands: RunCommands::new(&record.commands),
            log: OutputLog::default(),
            verification: Verification::new(record),
            ownership,
            outcome: Outcome::Running,
            notes: RunNotes::default(),
            started: at,
            before: Duration::ZERO,
            resume_approval: None,
            stopping: None,
            paused: None,
            marks: ReadMarks::default(),
            view: RunView::default(),
        }
    }

    pub fn cluster(&self) -> &ClusterName {
        &self.plan.cluster
    }

    pub fn target(&self) -> &ClusterTarget {
        &self.plan.target
    }

    pub fn target_mut(&mut self) -> &mut ClusterTarget {
        &mut self.plan.target
    }

    pub fn spec(&self) -> &str {
        &self.plan.spec
    }

    /// Takes a key that changes only what is seen of it.
    pub(in crate::tui) fn look(&mut self, action: Action, page: isize) {
        let view = match action {
            Action::Commands => RunView::Commands,
            Action::Log => RunView::Log,
            moving => return self.log.scroll(moving.movement(page)),
        };
        self.view = if self.view == view {
            RunView::Phases
        } else {
            view
        };
    }

    pub fn lock(&self) -> LockState {
        self.ownership.lock
    }

    /// Where the run is kept, once it has begun.
    pub fn folder(&self) -> Option<&Path> {
        self.ownership.folder.as_deref()
    }

    pub(super) fn pending_read(&self) -> PendingRead {
        self.verification.pending
    }

    /// Time since the run began.
    pub fn elapsed(&self, at: Timestamp) -> Duration {
        self.before + at.since(self.started)
    }

    /// What was approved.
    pub fn approved(&self) -> &DryRun {
        self.verification.approved_report()
    }

    /// What the approval depends on, as it was seen last.
    pub fn facts(&self) -> &ApprovalFacts {
        self.verification.facts()
    }

    /// Whether the run makes a cluster that does not exist yet.
    pub fn creates(&self) -> bool {
        self.plan.creates
    }

    /// Whether the run replaces the stored spec.
    pub fn edits(&self) -> bool {
        self.plan.replaces.is_some()
    }

    /// Whether `--yes` has been started, so that AWS may have changed.
    pub fn touched_aws(&self) -> bool {
        self.commands.touched_aws()
    }

    /// The command that runs now.
    pub fn running(&self) -> Option<&CommandTask> {
        self.commands.running()
    }

    /// Whether kops was started for the command that runs now; before that leaving starts nothing.
    pub fn kops_started(&self) -> bool {
        self.commands.kops_started || self.lock() == LockState::HeldByOther
    }

    /// What a command needs that is copied, and the cluster that texts are about.
    pub fn copied(&self) -> Copied {
        self.plan.copied()
    }

    /// The causes for which tasks of kops fail, with remedies that can be copied.
    pub fn troubles(&self) -> Vec<Trouble> {
        let copied = self.copied();
        let filled = |trouble: Trouble| Trouble {
            fault: copied.fault(trouble.fault),
            ..trouble
        };
        let troubles = self.commands.progress.troubles().into_iter();
        troubles.map(filled).collect()
    }

    /// The commands that run once what differs is approved as well, in order.
    pub fn commands_again(&self) -> Vec<RecordedCommand> {
        self.commands.steps_again()
    }

    /// What `--yes` saw of the control plane in another way than was approved, and what to do; absent when it saw the same.
    pub fn control_plane_fault(&self) -> Option<Fault> {
        self.verification.control_plane_fault(&self.plan)
    }

    /// What is left to do once the update is done.
    pub fn next_steps(&self) -> NextSteps {
        let plan = &self.plan;
        let seen = self.verification.control_plane.seen_in_apply();
        let copied = plan.target.copied();
        next_steps(&plan.cluster, &copied, &seen, &plan.spec, self.approved())
    }

    /// What is kept of the run from its beginning on.
    pub fn record(&self) -> Record {
        let plan = &self.plan;
        let (report, facts) = self.verification.approved_record();
        Record {
            cluster: plan.cluster.clone(),
            target: plan.target.clone(),
            commands: self.commands.steps(),
            spec: plan.spec.clone(),
            made: plan.made.clone(),
            replaces: plan.replaces.clone().unwrap_or_default(),
            answers: plan.answers.clone(),
            report,
            facts,
        }
    }

    /// The first effects: become the only one at work on the cluster.
    pub fn start(&mut self) -> Vec<Effect> {
        self.ownership.lock = LockState::Acquiring;
        let begin = Begin {
            record: self.record(),
            folder: self.folder().map(Path::to_owned),
        };
        vec![Effect::clock(), Effect::Begin(Box::new(begin))]
    }

    /// Takes that this program is the only one at work, or why it is not: the next command, or the end.
    pub fn take_begin(&mut self, result: Result<PathBuf, Fault>, at: Timestamp) -> Vec<Effect> {
        match result {
            _ if self.lock() != LockState::Acquiring => Vec::new(),
            Ok(folder) => {
                self.ownership.take_lock(folder);
                self.run_next(at)
            }
            Err(fault) => {
                self.outcome = Outcome::Failed(fault);
                Vec::new()
            }
        }
    }

    // Whatever led there: `--yes` is not started before the facts were read once more.
    fn run_next(&mut self, at: Timestamp) -> Vec<Effect> {
        match self.commands.next().map(|task| task.job) {
            Some(Job::UpdateYes) => {
                self.verification.pending = PendingRead::BeforeYes;
                vec![Effect::ReadFacts(self.plan.facts_request())]
            }
            Some(Job::Replace) => self.read_store(PendingRead::BeforeReplace),
            Some(Job::Update) if self.creates() || self.edits() => {
                self.read_store(PendingRead::BeforeDryRun)
            }
            None if self.touched_aws() && self.verification.bound_objects().is_some() => {
                self.read_store(PendingRead::AfterYes)
            }
            _ => self.start_next(at),
        }
    }

    fn read_store(&mut self, pending: PendingRead) -> Vec<Effect> {
        self.verification.pending = pending;
        vec![Effect::ReadStore(self.plan.store_request())]
    }

    fn start_next(&mut self, at: Timestamp) -> Vec<Effect> {
        let Some(step) = self.commands.start_next(at) else {
            self.outcome = Outcome::Done;
            return vec![Effect::Release];
        };
        self.log.push_command(step.command.to_string());
        let job = step.job;
        let objects = self.verification.bound_objects();
        let objects = objects.filter(|_| job == Job::UpdateYes).cloned();
        let store = objects.map(|objects| BoundStore {
            spec: self.plan.spec.clone(),
            objects,
        });
        vec![Effect::Run(KopsRun {
            spec: matches!(job, Job::Create | Job::Replace).then(|| self.plan.spec.clone()),
            store,
            ..self.kops_run(job, step.command)
        })]
    }

    fn kops_run(&self, job: Job, command: CommandLine) -> KopsRun {
        KopsRun {
            job,
            cluster: self.plan.cluster.clone(),
            target: self.plan.target.clone(),
            command,
            kubeconfig: if self.creates() {
                Kubeconfig::OfTheRun
            } else {
                Kubeconfig::Own
            },
            spec: None,
            store: None,
        }
    }

    /// Takes that kops was started for a command.
    pub fn take_start(&mut self, job: Job) {
        self.commands.note_start(job);
    }

    /// Takes that kops was stopped by a signal, or continues.
    pub fn take_pause(&mut self, pause: Option<Pause>) {
        self.paused = pause;
    }

    /// Takes a line that kops printed.
    pub fn take_line(&mut self, job: Job, line: PrintedLine) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.commands.note_start(job);
        if line.stream == OutputStream::Stderr {
            self.commands.read_log_line(line.text.raw());
            effects = self.stop_if_control_plane_differs(job, line.text.raw());
        }
        self.log.push_printed(job, line);
        effects
    }

    // kops looks before it begins its tasks: stopped at once, it has changed little or nothing. What another program
    // started is only shown: the line may be old.
    fn stop_if_control_plane_differs(&mut self, job: Job, line: &str) -> Vec<Effect> {
        let differs =
            job == Job::UpdateYes && self.verification.control_plane.take_apply_line(line);
        if !differs || self.lock() != LockState::Held || self.stopping.is_some() {
            return Vec::new();
        }
        self.stopping = Some(StopCause::ControlPlaneDiffers);
        vec![Effect::Interrupt(Job::UpdateYes)]
    }

    /// Takes the end of a command: continues with the next, or stops with what to do. What does not run has ended before.
    pub fn take_end(
        &mut self,
        job: Job,
        result: Result<CommandOutput, Fault>,
        at: Timestamp,
    ) -> Vec<Effect> {
        let task = self.commands.get(job);
        let Some(took) = task.and_then(|task| task.elapsed(at)) else {
            return Vec::new();
        };
        self.paused = None;
        let verdict =
            result.and_then(|finished| self.verification.check_end(&self.plan, job, &finished));
        let verdict = verdict.map_err(|fault| self.copied().fault(fault));
        let stopping = std::mem::take(&mut self.stopping);
        match verdict {
            Ok(verdict) => {
                self.commands.end(job, &TaskState::Done { took });
                self.follow_verdict(verdict, stopping, job, at)
            }
            Err(fault) => {
                self.commands.end(job, &TaskState::Failed { took });
                self.fail(match stopping {
                    Some(StopCause::Asked) => self.stopped_in(job),
                    Some(StopCause::ControlPlaneDiffers) | None => fault,
                })
            }
        }
    }

    fn follow_verdict(
        &mut self,
        verdict: Verdict,
        stopping: Option<StopCause>,
        job: Job,
        at: Timestamp,
    ) -> Vec<Effect> {
        match verdict {
            Verdict::Skip(other) => self.skip(other),
            Verdict::NextWithout(fault) => self.notes.unexported = Some(fault),
            Verdict::Differs(outcome) if self.lock() != LockState::HeldByOther => {
                self.outcome = outcome;
                return Vec::new();
            }
            Verdict::Next | Verdict::Differs(_) => {}
        }
        if self.lock() == LockState::HeldByOther {
            return self.follow_other(job);
        }
        if stopping == Some(StopCause::Asked) && self.commands.next().is_some() {
            return self.fail(self.stopped_after(job));
        }
        self.run_next(at)
    }

    fn fail(&mut self, fault: Fault) -> Vec<Effect> {
        self.outcome = Outcome::Failed(fault);
        vec![Effect::Release]
    }

    fn skip(&mut self, job: Job) {
        if let Some(command) = self.commands.skip(job) {
            self.log.push_command(format!("not needed: {command}"));
        }
    }

    fn stopped_in(&self, job: Job) -> Fault {
        let what = if self.touched_aws() {
            "what kops had done by then stays done; a new dry run shows what is left"
        } else {
            "nothing was changed in AWS; resume from here, or start kopswain again later"
        };
        Fault::new(
            "kops was stopped, as you asked",
            format!("it was interrupted in {}", text_of(self.commands.get(job))),
            what,
        )
    }

    // kops had ended well before it could be interrupted.
    fn stopped_after(&self, job: Job) -> Fault {
        Fault::new(
            format!("stopped before {}", text_of(self.commands.next())),
            format!(
                "you asked to stop, and {} had ended well by then",
                text_of(self.commands.get(job))
            ),
            "nothing was changed in AWS; resume from here, or start kopswain again later",
        )
    }

    /// Takes the facts that the approval depends on as they are now: `--yes`, or what is not as it was approved.
    pub fn take_facts(
        &mut self,
        result: Result<ApprovalFacts, Fault>,
        at: Timestamp,
    ) -> Vec<Effect> {
        if self.pending_read() != PendingRead::BeforeYes {
            return Vec::new();
        }
        std::mem::take(&mut self.verification.pending);
        let verdict = result.and_then(|now| self.verification.check_facts(&self.plan, now));
        self.start_if_same(verdict, at)
    }

    /// Takes the objects in the state store: the next command, or what is not as it was approved.
    pub fn take_store(
        &mut self,
        result: Result<ApprovalFacts, Fault>,
        at: Timestamp,
    ) -> Vec<Effect> {
        let plan = &self.plan;
        match std::mem::take(&mut self.verification.pending) {
            PendingRead::BeforeReplace => {
                let verdict =
                    result.and_then(|now| self.verification.check_store_before_replace(plan, &now));
                self.start_if_same(verdict, at)
            }
            PendingRead::BeforeDryRun => {
                let verdict =
                    result.and_then(|now| self.verification.check_store_before_dry_run(plan, now));
                self.start_if_same(verdict, at)
            }
            PendingRead::AfterYes => {
                self.notes.foreign_writes = self.verification.foreign_writes(plan, result);
                self.start_next(at)
            }
            PendingRead::None | PendingRead::BeforeYes => Vec::new(),
        }
    }

    fn start_if_same(&mut self, verdict: Result<Verdict, Fault>, at: Timestamp) -> Vec<Effect> {
        match verdict {
            Ok(Verdict::Differs(outcome)) => {
                self.outcome = outcome;
                Vec::new()
            }
            Ok(_) => self.start_next(at),
            Err(fault) => self.fail(self.copied().fault(fault)),
        }
    }

    /// Continues with `--yes` after the differing dry run was approved as well: it is kept, and asked for once more.
    pub fn approve_again(&mut self, approved: &Reading) -> Vec<Effect> {
        self.marks = approved.read_marks();
        let (report, raw) = (
            approved.dry_run().clone(),
            approved.content.raw.text().to_owned(),
        );
        self.verification.approve_seen(report, raw);
        self.outcome = Outcome::Running;
        self.commands.run_dry_run_again();
        self.start()
    }

    /// Takes how far a run is that was found: the last command is followed, also when it has ended, because its output tells
    /// how.
    pub fn take_found(&mut self, found: &FoundRun, at: Timestamp) -> Vec<Effect> {
        if !self.ownership.is_about(found) {
            return Vec::new();
        }
        let new = self.ownership.take_new(&found.commands);
        let Some(last) = new.last() else {
            return self.wait_for_other(found.at_work);
        };
        for ran in &new {
            let is_followed = ran.number == last.number;
            if let Some(command) = self.commands.take_found(ran, is_followed, at) {
                self.log.push_command(command);
            }
        }
        let follow = Effect::Follow {
            folder: found.folder.clone(),
            number: last.number,
            job: last.job,
        };
        vec![Effect::clock(), follow]
    }

    fn wait_for_other(&mut self, at_work: bool) -> Vec<Effect> {
        if at_work {
            return vec![Effect::Wake {
                after: CLOCK,
                why: Wake::Run,
            }];
        }
        self.outcome = Outcome::Left;
        Vec::new()
    }

    // What follows a command that succeeded in a run that somebody else may be at work on.
    fn follow_other(&mut self, job: Job) -> Vec<Effect> {
        if self.commands.is_last(job) {
            self.outcome = Outcome::Done;
            return Vec::new();
        }
        self.poll()
    }

    /// Asks how far the run is.
    pub fn poll(&self) -> Vec<Effect> {
        let poll = |folder: &Path| Effect::PollRun(folder.to_owned());
        self.folder().map(poll).into_iter().collect()
    }

    /// Takes that the run's folder cannot be read any more, so that nothing is resumed from it.
    pub fn take_loss(&mut self, fault: Fault) {
        if self.lock() == LockState::HeldByOther {
            self.outcome = Outcome::Failed(fault);
            self.ownership.folder = None;
        }
    }

    /// Whether a person may resume it: nothing runs, and `--yes` was not started.
    pub fn may_resume(&self) -> bool {
        let stopped = matches!(self.outcome, Outcome::Left | Outcome::Failed(_));
        stopped && !self.touched_aws() && self.folder().is_some()
    }

    /// Asks for the cluster's name, the approval to resume.
    pub fn ask_to_resume(&mut self) {
        if self.may_resume() {
            self.resume_approval = Some(Approval::new(&self.plan.cluster));
        }
    }

    /// Resumes after the name was typed: what only reads is read again, what was done is not done twice.
    pub fn resume(&mut self, at: Timestamp) -> Vec<Effect> {
        self.resume_approval = None;
        self.outcome = Outcome::Running;
        (self.started, self.before) = (at, Duration::ZERO);
        if !self.creates() {
            self.commands.renew_update(&self.plan.cluster);
        }
        // Whether a secret is still the approved one shows only where the objects were listed since.
        let knows_objects = self.verification.knows_objects();
        let replaced = self.commands.is_done(Job::Replace);
        self.commands.run_rest_again(|job| match job {
            Job::Create | Job::SshKey | Job::Replace => true,
            // The store has the new spec by then.
            Job::ReadBefore => replaced,
            job => job.adds_secret() && knows_objects,
        });
        self.start()
    }

    /// Sends the running kops one interrupt.
    pub fn interrupt(&mut self) -> Vec<Effect> {
        let running = self.running().map(|task| task.job);
        self.stopping = running.map(|_| StopCause::Asked);
        running.map(Effect::Interrupt).into_iter().collect()
    }

    /// Takes that kops could not be asked to stop.
    pub fn take_refused_interrupt(&mut self) {
        self.stopping = None;
    }

    /// Asks kops what deleting the cluster would take away; without `--yes` it deletes nothing.
    pub fn ask_delete_preview(&mut self) -> Vec<Effect> {
        if !self.touched_aws() || self.running().is_some() {
            return Vec::new();
        }
        let command = CommandLine::delete(&self.plan.cluster);
        self.log.push_command(command.to_string());
        self.log.back = 0;
        vec![Effect::Ask(KopsRun {
            kubeconfig: Kubeconfig::Own,
            ..self.kops_run(Job::DeletePreview, command)
        })]
    }
}

fn text_of(task: Option<&CommandTask>) -> String {
    task.map(|task| task.command.to_string())
        .unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    // As kopswain 0.1.0 has written it: without the fact, and with commands that export a kubeconfig.
    const OLD: &str = r#"{"cluster":"a.example.com","place":{"region":"us-east-1","stateStore":"s3://b","sshPublicKey":""},
        "commands":[{"job":"listKeys","command":["get","sshpublickeys","--name","a.example.com","-o","yaml"]},
            {"job":"update","command":["update","cluster","a.example.com"]},
            {"job":"readAgain","command":["get","all","--name","a.example.com","-o","yaml"]},
            {"job":"keysAgain","command":["get","sshpublickeys","--name","a.example.com","-o","yaml"]},
            {"job":"updateYes","command":["update","cluster","a.example.com","--yes"]}],
        "spec":"kind: Cluster\n","report":"No changes need to be applied\n","facts":{"account":"123456789012"}}"#;
    const SEES: &str = "I1128 21:40:00.000002   25129 update_cluster.go:364] found control plane running version: 1.34.0\n";

    fn end(apply: &mut Apply, job: Job, stdout: &str, stderr: &str) -> Vec<Effect> {
        let finished = CommandOutput {
            exit: Some(0),
            stdout: stdout.to_owned(),
            stderr: stderr.to_owned(),
            ..CommandOutput::default()
        };
        apply.take_end(job, Ok(finished), Timestamp::default())
    }

    fn commands(effects: &[Effect]) -> Vec<String> {
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
            age: Duration::ZERO,
        };
        let mut apply = Apply::found(&found, Timestamp::default());
        apply.take_found(&found, Timestamp::default());
        assert_eq!(apply.outcome, Outcome::Left);
        apply.resume(Timestamp::default());
        let _ = apply.take_begin(Ok("/runs/a".into()), Timestamp::default());
        let dry_run = end(&mut apply, Job::ListKeys, "[]\n", "");
        assert_eq!(
            commands(&dry_run),
            ["kops update cluster --name=a.example.com --vmodule=update_cluster=2"]
        );
        let report = "No changes need to be applied\n";
        assert_eq!(end(&mut apply, Job::Update, report, SEES), []);
        let Outcome::Differs { comparison, .. } = &apply.outcome else {
            panic!("no difference: {:?}", &apply.outcome);
        };
        assert_eq!(
            comparison.sentences(),
            ["running control plane: not there when it was approved, now 1.34.0"]
        );
    }
}
