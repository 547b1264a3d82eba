//! The dry run of a cluster that exists: asked for with the spec that the state store has, and with what an approval depends on.

mod spec_edit;

pub use self::spec_edit::SpecEdit;
use crate::core::analysis::findings::kubernetes_change;
use crate::core::analysis::next_steps;
use crate::core::analysis::next_steps::NextSteps;
use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::core::kops::command::CommandLine;
use crate::core::kops::log::explain;
use crate::core::region;
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::effect::{Effect, FactsOf, KopsRun, Kubeconfig};
use crate::tui::event::{CommandOutput, Timestamp};
use crate::tui::job::Job;
use crate::tui::notice::Notice;
use crate::tui::screen_context::ScreenContext;
use crate::tui::screens::approval::facts_status::FactsStatus;
use crate::tui::screens::review::Reading;
use crate::tui::screens::review::ReviewPanes;
use crate::tui::screens::review::opening::OpeningDryRun;
use crate::tui::screens::review::{Review, ReviewMode};

/// The dry run of a cluster that exists.
#[derive(Clone, Debug)]
pub struct ExistingReview {
    /// Absent for a dry run of a file that names none.
    pub cluster: Option<ClusterName>,
    pub target: ClusterTarget,
    /// The spec as the state store has it; empty until it was read.
    pub spec: String,
    pub review: Review,
    pub facts: FactsStatus,
    pub panes: ReviewPanes,
    /// The file that the dry run came from; absent when kops is asked.
    pub file: Option<String>,
    /// The edit of its spec as a text; absent while the stored one is reviewed.
    pub edit: Option<Box<SpecEdit>>,
}

impl ExistingReview {
    /// A cluster whose dry run was not asked for.
    pub fn new(cluster: Option<ClusterName>, target: ClusterTarget) -> Self {
        Self {
            cluster,
            target,
            spec: String::new(),
            review: Review::NotAsked,
            facts: FactsStatus::NotAsked,
            panes: ReviewPanes::default(),
            file: None,
            edit: None,
        }
    }

    /// A dry run that came from a file: it is read, and nothing else.
    pub fn from_file(file: &str, reading: Reading) -> Self {
        Self {
            spec: reading.cause.spec().to_owned(),
            file: Some(file.to_owned()),
            ..Self::new(cluster_name(&reading), ClusterTarget::default())
        }
        .showing(Review::Reading(Box::new(reading)))
    }

    /// A dry run from a file that was not taken apart yet: a long one is once the first frame is drawn.
    pub fn opening(file: &str, opening: OpeningDryRun) -> Self {
        Self {
            spec: opening.spec.clone(),
            file: Some(file.to_owned()),
            ..Self::new(None, ClusterTarget::default())
        }
        .showing(Review::Opening(Box::new(opening)))
    }

    fn showing(self, review: Review) -> Self {
        Self { review, ..self }
    }

    /// Takes apart the dry run of a file; with it the cluster's name is known.
    pub fn open(&mut self) {
        self.review.open();
        self.cluster = self.review.reading().and_then(cluster_name);
    }

    /// The cluster's name; empty where none is known.
    pub fn name(&self) -> &str {
        self.cluster.as_deref().unwrap_or_default()
    }

    /// What the dry run is read for.
    pub fn mode(&self) -> ReviewMode {
        match self.file {
            None => ReviewMode::Stored,
            Some(_) => ReviewMode::Reading,
        }
    }

    /// Asks kops for the dry run, and for the spec; in an edit for what that needs.
    pub fn ask(&mut self, at: Timestamp) -> Vec<Effect> {
        if self.edit.is_some() {
            return self.ask_for_edit(at);
        }
        self.review = Review::asked(at);
        self.facts = FactsStatus::NotAsked;
        let Some(cluster) = self.cluster.clone() else {
            return Vec::new();
        };
        // Read again each time: what is approved is what the store has now.
        let get_all = CommandLine::get_all(&cluster);
        let stored = self.kops(&cluster, Job::ReadBack, get_all);
        let identify = Effect::Identify(self.target.clone());
        vec![Effect::clock(), stored, self.dry_run(&cluster), identify]
    }

    fn dry_run(&self, cluster: &ClusterName) -> Effect {
        let command = CommandLine::update_existing(cluster);
        self.kops(cluster, Job::Update, command)
    }

    fn kops(&self, cluster: &ClusterName, job: Job, command: CommandLine) -> Effect {
        Effect::Ask(KopsRun {
            job,
            cluster: cluster.clone(),
            target: self.target.clone(),
            command,
            kubeconfig: Kubeconfig::Own,
            spec: None,
            store: None,
        })
    }

    /// Whether what is shown is the dry run of the stored spec.
    pub fn is_plain(&self) -> bool {
        self.edit.as_ref().is_none_or(|edit| edit.is_over_review())
    }

    /// Takes the spec that the state store has: what an approval depends on is read next, or cannot be.
    pub fn take_spec(
        &mut self,
        result: Result<CommandOutput, Fault>,
        context: &mut ScreenContext<'_>,
    ) -> Vec<Effect> {
        (self.spec, self.facts) = match result {
            Ok(output) if output.succeeded() => (output.stdout, FactsStatus::Asking),
            Ok(output) => {
                let fault = self.not_stored(&output);
                (String::new(), FactsStatus::Read(Err(fault)))
            }
            Err(fault) => (String::new(), FactsStatus::Read(Err(fault))),
        };
        self.point_at_spec();
        self.notify_held_back(context);
        let cluster = self.cluster.clone();
        let Some(cluster) = cluster.filter(|_| self.facts == FactsStatus::Asking) else {
            return Vec::new();
        };
        let mut effects = self.ask_in_its_region(&cluster, context);
        effects.push(Effect::ReadFacts(FactsOf {
            target: self.target.clone(),
            cluster,
            spec: self.spec.clone(),
            key: false,
        }));
        effects
    }

    // Where the cluster is, its spec knows better than the environment: its VPC is read there, and kops gets that region. A
    // dry run that was asked for with another one is asked for again.
    fn ask_in_its_region(
        &mut self,
        cluster: &ClusterName,
        context: &mut ScreenContext<'_>,
    ) -> Vec<Effect> {
        let spec = self.spec.clone();
        if !self.move_to_its_region(&spec, context) {
            return Vec::new();
        }
        self.review = Review::asked(context.at);
        vec![self.dry_run(cluster), Effect::Identify(self.target.clone())]
    }

    /// Goes to the region that a spec is in; whether that is another one.
    fn move_to_its_region(&mut self, spec: &str, context: &mut ScreenContext<'_>) -> bool {
        let region = region::from_spec(spec);
        let Some(region) = region.filter(|region| *region != self.target.region) else {
            return false;
        };
        let set = std::mem::replace(&mut self.target.region, region);
        let there = elsewhere(self.name(), &self.target.region, &set);
        *context.notice = Some(Notice::look(there));
        true
    }

    /// Why the state store gave no spec.
    fn not_stored(&self, output: &CommandOutput) -> Fault {
        let copied = self.target.copied().about(self.name());
        let fault = explain(output.code(), &output.stdout, &output.stderr, &copied);
        copied.fault(Fault::new(
            "the spec in the state store could not be read",
            fault.what,
            "Run `kops get all --name=CLUSTER -o yaml`, fix what it names, then ask kops again",
        ))
    }

    /// Takes the end of the dry run.
    pub fn take_dry_run(
        &mut self,
        result: Result<CommandOutput, Fault>,
        context: &mut ScreenContext<'_>,
    ) {
        let copied = self.target.copied().about(self.name());
        self.review = Review::answered(result, &copied);
        self.point_at_spec();
        self.notify_held_back(context);
    }

    /// What is left to do in a cluster whose nodes kops holds back although its dry run shows no change of version: it
    /// looks finished, and is not.
    pub fn held_back(&self) -> Option<NextSteps> {
        let dry_run = &self.review.reading()?.outline().dry_run;
        let held = next_steps::held_back(
            self.cluster.as_ref()?,
            &self.target.copied(),
            &dry_run.control_plane,
            &self.spec,
        );
        held.filter(|_| kubernetes_change(dry_run).is_none())
    }

    fn notify_held_back(&self, context: &mut ScreenContext<'_>) {
        if let Some(next) = self.held_back() {
            let steps = next.steps.iter().take(2).map(|step| step.command.as_str());
            let steps = steps.collect::<Vec<_>>().join(", then ");
            *context.notice = Some(Notice::look(format!("{} Next: {steps}", next.why)));
        }
    }

    /// Where a person changes what is under the cursor.
    pub fn who_decides(&self) -> String {
        let words = self.review.reading().and_then(|one| one.cause.words());
        let edit = if self.is_plain() {
            self.target.copied().to_change(self.name())
        } else {
            "E, which opens the spec".to_owned()
        };
        match words {
            Some(words) => format!("{words}; change it with {edit}"),
            None => format!("What of the spec decides this is not known; change it with {edit}"),
        }
    }

    // The dry run points at the lines of the spec, once both are known.
    fn point_at_spec(&mut self) {
        if let Some(reading) = self.review.reading_mut() {
            reading.set_spec(&self.spec);
        }
    }
}

fn cluster_name(reading: &Reading) -> Option<ClusterName> {
    ClusterName::parse(reading.outline().cluster.as_deref()?).ok()
}

/// That a cluster is in another region than the one that was set.
pub fn elsewhere(cluster: &str, region: &str, set: &str) -> String {
    format!("{cluster} is in {region}, by the zones of its spec: that region is used, not {set}")
}
