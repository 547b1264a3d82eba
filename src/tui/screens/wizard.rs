//! The wizard: the answers given so far, what is known of the account, and the spec that follows from both.

pub mod access;
pub mod account;
pub mod change;
mod changes;
pub mod choice;
pub mod choices;
mod cni;
mod column;
mod control_plane;
pub(crate) mod edit;
pub(crate) mod edited_answers;
pub mod field;
pub mod field_editor;
mod fix;
pub mod form;
mod images;
pub mod instance_types;
pub(crate) mod keys;
mod last_run;
#[cfg(test)]
mod method_wizard;
pub mod network;
pub mod nodes;
pub(crate) mod preview;
pub mod prices;
mod reachable;
mod row_problems;
mod set_answers;
mod shown_map;
pub(crate) mod step;
pub mod subnets;
mod typed;
pub mod update;
mod versions;
pub mod view;
pub mod vpc;
pub mod zones;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use changes::Undoable;
pub use changes::Undone;
pub use edit::{AnswersOrigin, EditedCluster, WizardPurpose};
use edited_answers::RefusedText;
use field::{Field, FieldKey, Item};
use form::{EditState, Form};
pub use last_run::LastRun;
use prices::RegionPrices;
pub use row_problems::{RowProblem, StepRow};
use set_answers::{KnownFacts, SetAnswers};
use similar::{Algorithm, DiffOp, capture_diff_slices};
pub use step::WizardStep;

use super::review::Review;
use crate::core::answers::Answers;
use crate::core::channel::Versions;
use crate::core::check::{CheckKind, CheckState};
use crate::core::fault::Fault;
use crate::core::inventory::{Image, Inventory, Vpc};
use crate::core::kops::copied::{Copied, ShellSettings};
use crate::core::network::address_map::MapZoom;
use crate::core::plan::ZonePlan;
use crate::core::planning::Planned;
use crate::core::problem::{Problem, catalog};
use crate::core::spec;
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::effect::PreviewRequest;
use crate::tui::event::Timestamp;
use crate::tui::field_edit::FieldEdit;
use crate::tui::screen_context::Pane;
use crate::tui::screens::approval::facts_status::FactsStatus;

// An instance group's document starts about so many lines before its role.
const LINES_ABOVE_ROLE: usize = 12;
const LINES_ABOVE_CHANGE: usize = 3;

/// What is known of the account.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum DiscoveryState {
    #[default]
    NotAsked,
    Asking {
        since: Timestamp,
        so_far: Option<Box<Inventory>>,
    },
    Known(Box<Inventory>),
    Failed(Fault),
}

/// The spec beside the questions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SpecView {
    pub text: String,
    /// Lines that the last answer changed, counted from 0, by address.
    pub changed: Vec<Range<usize>>,
    /// First line shown.
    pub top: usize,
}

/// Everything of the wizard.
#[derive(Clone, Debug, Default)]
pub struct Wizard {
    pub(super) purpose: WizardPurpose,
    pub step: WizardStep,
    pub answers: Answers,
    pub checks: BTreeMap<CheckKind, CheckState>,
    pub discovery: DiscoveryState,
    pub clusters_in_store: Vec<String>,
    /// Whether the run of a cluster that is in the state store is continued.
    pub resuming: bool,
    prices: RegionPrices,
    /// The versions of kops's channel, once it was read.
    pub versions: Option<Versions>,
    pub planned: Planned,
    pub spec: SpecView,
    pub pane: Pane,
    /// First run of the address map that is shown.
    pub map_top: usize,
    pub map_zoom: MapZoom,
    /// The subnets that each zone which is not taken in would get, where addresses are reserved for it.
    pub to_come: Vec<ZonePlan>,
    /// The steps that were shown so far.
    pub visited: BTreeSet<WizardStep>,
    /// The steps that were left by a jump, the last one at the end: there the way back leads.
    left: Vec<WizardStep>,
    pub review: Review,
    /// The preview that kops makes; never two at once.
    pub asked: Option<PreviewRequest>,
    pub facts: FactsStatus,
    /// What kops made of the spec on the scratch store, as `kops get all` gives it; empty until a preview ended.
    pub made: String,
    /// Whether the answers of this sitting were saved: what follows from facts that come later is then saved too.
    pub saved: bool,
    set: SetAnswers,
    history: Vec<Undoable>,
    refused_text: Option<RefusedText>,
    /// The last run of the cluster that the answers named at the start, where its end was seen.
    pub last_run: Option<LastRun>,
    /// The settings of the person's shell, for commands that are copied.
    pub shell: Option<ShellSettings>,
    forms: [Form; WizardStep::ALL.len()],
}

impl Wizard {
    /// A wizard with the answers of an earlier sitting, or none.
    pub fn new(answers: Answers) -> Self {
        let mut wizard = Self {
            set: SetAnswers::from_file(&answers),
            answers,
            ..Self::default()
        };
        wizard.replan();
        wizard.spec.changed = Vec::new();
        wizard
    }

    /// What is known so far, whole or in part.
    pub fn inventory(&self) -> Option<&Inventory> {
        match &self.discovery {
            DiscoveryState::Known(inventory) => Some(inventory),
            DiscoveryState::Asking { so_far, .. } => so_far.as_deref(),
            DiscoveryState::NotAsked | DiscoveryState::Failed(_) => None,
        }
    }

    fn inventory_mut(&mut self) -> Option<&mut Inventory> {
        match &mut self.discovery {
            DiscoveryState::Known(inventory) => Some(inventory),
            DiscoveryState::Asking { so_far, .. } => so_far.as_deref_mut(),
            DiscoveryState::NotAsked | DiscoveryState::Failed(_) => None,
        }
    }

    /// Whether an inventory is of the region that the answers name.
    pub fn is_in(&self, inventory: &Inventory) -> bool {
        self.answers.region.is_empty() || inventory.region == self.answers.region
    }

    /// The VPC chosen, once EC2 has described it.
    pub fn vpc(&self) -> Option<&Vpc> {
        self.inventory()?.vpc(&self.answers.vpc)
    }

    /// The place that the account's checks are about.
    pub fn target(&self) -> ClusterTarget {
        ClusterTarget {
            region: self.answers.region.clone(),
            state_store: self.answers.state_store.clone(),
            ssh_public_key: self.answers.access.ssh_public_key.clone(),
            channel: self.answers.channel.clone(),
            secrets: self.answers.secrets.clone(),
            shell: self.shell.clone(),
        }
    }

    /// Whether something is asked whose elapsed time is on the screen.
    pub fn is_waiting(&self) -> bool {
        let checking = self.undecided();
        let discovering = matches!(self.discovery, DiscoveryState::Asking { .. });
        checking || discovering || self.review.is_waiting()
    }

    /// The rows' state of the present step.
    pub fn form(&self) -> &Form {
        self.forms.get(self.step as usize).unwrap_or(&self.forms[0])
    }

    /// The rows' state of the present step, to change it.
    pub fn form_mut(&mut self) -> &mut Form {
        let index = (self.step as usize).min(self.forms.len() - 1);
        &mut self.forms[index]
    }

    /// The rows of the present step, each with the sign of the worst that it causes.
    pub fn fields(&self) -> Vec<Field> {
        self.rows().into_iter().map(|row| row.field).collect()
    }

    fn plain_fields(&self) -> Vec<Field> {
        self.with_fixed(self.step_fields())
    }

    fn step_fields(&self) -> Vec<Field> {
        match self.step {
            WizardStep::Cluster => account::rows(self),
            WizardStep::Network => network::rows(self),
            WizardStep::Nodes => nodes::rows(self),
            WizardStep::ControlPlane | WizardStep::Access | WizardStep::Review => {
                let fields = self.step.fields().iter();
                fields
                    .map(|spec| Field::new(spec, Item::Cluster, self))
                    .collect()
            }
        }
    }

    /// The pane after the present one: the address map, where there is one, then the spec, then the questions.
    pub fn other_pane(&self) -> Pane {
        match self.pane {
            Pane::Work if self.has_map() => Pane::Map,
            Pane::Work | Pane::Map => Pane::Spec,
            Pane::Spec => Pane::Work,
        }
    }

    /// The row under the cursor.
    pub fn current(&self) -> Option<Field> {
        self.fields().into_iter().nth(self.form().cursor)
    }

    /// Goes to a step, the spec beside it at the part that the step decides.
    pub fn go(&mut self, step: WizardStep) {
        self.visited.extend([self.step, step]);
        self.left.clear();
        self.step = step;
        self.map_top = 0;
        self.form_mut().moved = false;
        self.keep_cursor(None);
        let part = match step {
            WizardStep::Cluster | WizardStep::Review => "apiVersion:",
            WizardStep::Network => "  networkCIDR:",
            WizardStep::ControlPlane => "  role: Master",
            WizardStep::Nodes => "  role: Node",
            WizardStep::Access => "  kubernetesApiAccess:",
        };
        if let Some(line) = self
            .spec
            .text
            .lines()
            .position(|line| line.starts_with(part))
        {
            let above = if part.contains("role") {
                LINES_ABOVE_ROLE
            } else {
                1
            };
            self.spec.top = line.saturating_sub(above);
        }
    }

    /// Goes to another step in this way; from there the way back leads to the present one.
    fn jump<T>(&mut self, go: impl FnOnce(&mut Self) -> T) -> T {
        let (from, mut left) = (self.step, std::mem::take(&mut self.left));
        let gone = go(self);
        if left.last() == Some(&self.step) {
            left.pop();
        } else if self.step != from {
            left.push(from);
        }
        self.left = left;
        gone
    }

    /// Takes one changed answer and draws plan and spec again; an answer of the wrong form is refused with the reason.
    pub fn change(&mut self, key: &FieldKey, change: &FieldEdit) -> Result<(), String> {
        self.refuse_fixed(key, change)?;
        if subnets::stays_planned(self, key, change) {
            return Ok(());
        }
        let before = self.answers.clone();
        match (change, &key.item) {
            (FieldEdit::RemoveGroup, item) => nodes::remove(self, item)?,
            (FieldEdit::Clear, Item::Zone(zone)) if self.edited().is_none() => {
                self.set.propose_zones(&self.answers.vpc, zone);
            }
            (FieldEdit::Turn(by), Item::Subnet(tier, zone)) => {
                subnets::move_cidr(self, *tier, zone, *by)?;
            }
            _ => key.edit(self, change)?,
        }
        self.set.note(key, change, &before, &self.answers);
        self.follow();
        self.replan();
        Ok(())
    }

    /// What an answer that the person set for a new cluster would follow otherwise.
    pub fn kept_from(&self, key: &FieldKey) -> Option<&'static str> {
        self.set.kept_from(key).filter(|_| self.edited().is_none())
    }

    /// Brings every answer that the person did not set to what follows now.
    pub fn follow(&mut self) {
        let (mut set, mut answers) = (self.set.clone(), self.answers.clone());
        let known = KnownFacts {
            inventory: self.inventory(),
            complete: matches!(self.discovery, DiscoveryState::Known(_)),
            versions: self.versions.as_ref(),
        };
        set.follow(&mut answers, known);
        (self.set, self.answers) = (set, answers);
    }

    // Enter takes the row under the cursor: until a person moves it, that is the row that was chosen before.
    pub(crate) fn put_cursor_on_chosen(&mut self) {
        if self.form().moved {
            return;
        }
        // The zones of the VPC that is chosen, else the first VPC.
        let zone = |field: &Field| matches!(field.key.item, Item::Zone(_));
        if self.step == WizardStep::Network {
            let place = self.fields().iter().position(zone);
            let form = self.form_mut();
            (form.cursor, form.column) = (place.unwrap_or(0), 0);
        }
    }

    /// Puts the cursor on the zones of the VPC that was just chosen.
    pub(crate) fn put_cursor_on_zones(&mut self) {
        self.form_mut().moved = false;
        self.put_cursor_on_chosen();
    }

    /// Keeps the cursor on the row that something is entered into, else on the row of this key, whatever came before it;
    /// without one, on the chosen row.
    pub fn keep_cursor(&mut self, key: Option<&FieldKey>) {
        let fields = self.fields();
        let place_of = |key: &FieldKey| fields.iter().position(|field| field.key == *key);
        match self.form().entry.key().map(place_of) {
            Some(Some(place)) => return self.form_mut().cursor = place,
            // The row that was typed into is gone.
            Some(None) => self.form_mut().entry = EditState::Resting,
            None => {}
        }
        let place = key.and_then(place_of);
        match place {
            Some(place) => self.form_mut().cursor = place,
            None => self.form_mut().step(0, fields.len()),
        }
        self.put_cursor_on_chosen();
    }

    /// Takes the DNS attributes of one VPC.
    pub fn dns_read(&mut self, id: &str, support: Option<bool>, hostnames: Option<bool>) {
        let Some(inventory) = self.inventory_mut() else {
            return;
        };
        if let Some(vpc) = inventory.vpcs.iter_mut().find(|vpc| vpc.id == id) {
            (vpc.dns_support, vpc.dns_hostnames) = (support, hostnames);
        }
        self.replan();
    }

    /// Takes what EC2 says of images.
    pub fn images_read(&mut self, images: Vec<Image>) {
        let DiscoveryState::Known(inventory) = &mut self.discovery else {
            return;
        };
        for image in images {
            inventory.images.retain(|known| known.asked != image.asked);
            inventory.images.push(image);
        }
        inventory
            .images
            .sort_by(|left, right| left.asked.cmp(&right.asked));
        self.replan();
    }

    /// Takes what kops's channel says. A version that nobody set becomes the proposed one, and is saved with the next
    /// answer: the same answers then give the same spec, whatever the channel says tomorrow.
    pub fn versions_read(&mut self, versions: Versions) {
        if let Some(inventory) = self.inventory_mut() {
            inventory.versions = Some(versions.clone());
        }
        self.versions = Some(versions);
        self.follow();
        self.replan();
    }

    /// What is known of kops's channel.
    pub(super) fn known_versions(&self) -> Option<&Versions> {
        let discovered = || self.inventory()?.versions.as_ref();
        self.versions.as_ref().or_else(discovered)
    }

    /// What a command needs that is copied, and the cluster that texts are about.
    pub fn copied(&self) -> Copied {
        self.target().copied().about(&self.answers.cluster)
    }

    /// Draws plan and spec again from the answers and what is known.
    pub fn replan(&mut self) {
        let nothing = Inventory {
            region: self.answers.region.clone(),
            versions: self.versions.clone(),
            ..Inventory::default()
        };
        let inventory = self.inventory().unwrap_or(&nothing);
        let planned = self.plan_of(inventory, &self.answers);
        self.planned = planned.copied(&self.copied());
        // The check reads the file itself, whatever its name ends with.
        if self.checks.contains_key(&CheckKind::SshKey) {
            let problems = &mut self.planned.problems;
            problems.retain(|problem| problem.id != catalog::SSH_KEY_NOT_PUBLIC.id);
        }
        self.to_come = self.zones_to_come();
        let text = spec::render(&self.planned.plan);
        self.add_fixed_changes(&text);
        if text != self.spec.text {
            self.spec.changed = changed_lines(&self.spec.text, &text);
            if let Some(first) = self.spec.changed.first() {
                self.spec.top = first.start.saturating_sub(LINES_ABOVE_CHANGE);
            }
            self.spec.text = text;
        }
    }

    /// The problems of one step, worst first; while discovery runs, what is not known yet is no problem.
    pub fn problems(&self, step: WizardStep) -> Vec<&Problem> {
        let planned = self.planned.problems.iter();
        planned
            .filter(|problem| WizardStep::from_about(&problem.about) == step)
            .collect()
    }

    /// The last run, while it is about the cluster of the answers.
    pub fn last_run(&self) -> Option<&LastRun> {
        let (cluster, store) = (&self.answers.cluster, &self.answers.state_store);
        let known = self.last_run.as_ref();
        known.filter(|run| run.is_about(cluster, store))
    }

    /// Whether the state store has a cluster of that name.
    pub fn is_in_store(&self) -> bool {
        self.clusters_in_store.contains(&self.answers.cluster)
    }

    /// Continues the run of a cluster that is in the state store: plans as before it had anything in AWS.
    pub fn resume(&mut self) {
        self.resuming = true;
        if let DiscoveryState::Known(inventory) = &mut self.discovery {
            inventory.forget(&self.answers.cluster);
        }
        self.replan();
    }

    /// What stands in the way when the state store has a cluster of that name, unless its run is continued.
    pub fn taken_name(&self) -> Option<Fault> {
        let name = &self.answers.cluster;
        let taken = self.is_in_store() && !self.resuming && self.edited().is_none();
        taken.then(|| {
            let why = "kops create -f refuses a name that the state store has";
            Fault::new(
                format!("{name} exists in {}", self.answers.state_store),
                self.last_run()
                    .map_or_else(|| why.to_owned(), |run| format!("{}; {why}", run.what())),
                format!(
                    "Choose another name, or change that cluster: {}",
                    self.target().copied().to_change(name)
                ),
            )
        })
    }

    /// Whether a check has not answered yet.
    pub fn undecided(&self) -> bool {
        let mut states = self.checks.values();
        states.any(|state| *state == CheckState::Asking)
            || self.edited().is_some_and(EditedCluster::is_asking)
    }
}

/// The lines of `new` that are not in `old`, or not as they were, by place; between two of them nothing changed.
pub fn changed_lines(old: &str, new: &str) -> Vec<Range<usize>> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let differences = capture_diff_slices(Algorithm::Patience, &old, &new);
    let changed = differences
        .into_iter()
        .filter_map(|difference| match difference {
            DiffOp::Insert { .. } | DiffOp::Replace { .. } => Some(difference.new_range()),
            DiffOp::Equal { .. } | DiffOp::Delete { .. } => None,
        });
    changed.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_that_differ_are_marked() {
        let old = "a: 1\nb: 2\nc: 3\nd: 4\n";
        assert_eq!(changed_lines(old, old), [0..0; 0]);
        assert_eq!(changed_lines(old, "a: 0\nb: 2\nc: 3\nd: 5\n"), [0..1, 3..4]);
        assert_eq!(
            changed_lines(old, "a: 1\nb: 2\nnew: 1\nc: 3\nd: 4\n"),
            vec![2..3]
        );
        assert_eq!(changed_lines(old, "a: 1\nd: 4\n"), [0..0; 0]);
        assert_eq!(changed_lines("", "a: 1\nb: 2\n"), vec![0..2]);
    }
}
