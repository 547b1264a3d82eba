//! The wizard on a cluster that exists: which spec the state store has, which rows are fixed and why, and what a replace
//! changes.

use std::collections::BTreeSet;

use super::field::{Field, FieldKey, FieldKind, Item};
use super::preview::make_preview;
use super::{DiscoveryState, Wizard};
use crate::core::answers::Answers;
use crate::core::approval::replaced::{ClusterParts, fixed_changes, with_stored_metadata};
use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::core::inventory::Inventory;
use crate::core::kops::command::CommandLine;
use crate::core::kops::log::explain;
use crate::core::planning::{Planned, plan, plan_change};
use crate::core::problem::{Problem, catalog as rule};
use crate::tui::effect::{Effect, KopsRun, Kubeconfig};
use crate::tui::event::{CommandOutput, Timestamp};
use crate::tui::field_edit::FieldEdit;
use crate::tui::job::Job;
use crate::tui::screens::review::{ReplacedSpec, Review};

/// What the wizard leads to.
#[derive(Clone, Debug, Default)]
pub enum WizardPurpose {
    /// A new cluster.
    #[default]
    Create,
    /// A change of one that exists.
    Edit(Box<EditedCluster>),
}

/// Where the answers come from with which an edit begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswersOrigin {
    /// The answers file, which follows every change.
    File,
    /// The record of a run: there is no answers file, and the first change makes one.
    Record,
    /// The same, while the answers file is about another cluster: it stays as it is.
    RecordBesideOther,
}

/// The cluster that is changed.
#[derive(Clone, Debug)]
pub struct EditedCluster {
    origin: AnswersOrigin,
    /// The names of its zones and of its instance groups: of the stored spec, until that is known of the answers.
    zones: BTreeSet<String>,
    groups: BTreeSet<String>,
    stored: StoredText,
    replaced: ReplacedSpec,
}

/// How far the spec of the state store is known.
#[derive(Clone, Debug, Default, PartialEq)]
enum StoredText {
    #[default]
    NotAsked,
    /// What was known before stays until the answer.
    Asking(String),
    Known(String),
    Failed(Fault),
}

impl EditedCluster {
    fn new(answers: &Answers, origin: AnswersOrigin) -> Self {
        let zones = answers.zones.iter().map(|zone| zone.name.clone());
        let groups = answers.instance_groups.iter();
        Self {
            origin,
            zones: zones.collect(),
            groups: groups.map(|group| group.name.clone()).collect(),
            stored: StoredText::NotAsked,
            replaced: ReplacedSpec::default(),
        }
    }

    /// The spec as the state store has it; absent until it was read.
    pub fn stored(&self) -> Option<&str> {
        match &self.stored {
            StoredText::Known(text) => Some(text),
            StoredText::NotAsked | StoredText::Asking(_) | StoredText::Failed(_) => None,
        }
    }

    /// The same, or why there is none.
    pub(super) fn stored_or_fault(&self) -> Result<&str, Fault> {
        self.stored()
            .ok_or_else(|| self.unread().cloned().unwrap_or_else(not_read_yet))
    }

    /// Why it could not be read.
    pub fn unread(&self) -> Option<&Fault> {
        match &self.stored {
            StoredText::Failed(fault) => Some(fault),
            _ => None,
        }
    }

    /// Whether its answer is waited for.
    pub fn is_asking(&self) -> bool {
        matches!(self.stored, StoredText::Asking(_))
    }

    /// Whether the replace changes the stored spec, or may, as long as that is not known.
    pub fn changes_spec(&self) -> bool {
        !self.replaced.stays()
    }

    /// Where the answers come from.
    pub fn origin(&self) -> AnswersOrigin {
        self.origin
    }

    /// What the new spec changes that no cluster can change.
    pub(super) fn fixed_changes(&self, spec: &str) -> Vec<Problem> {
        let stored = self.stored().unwrap_or_default();
        fixed_changes(stored, spec).unwrap_or_default()
    }

    // Its own instance group, or those of its zones.
    fn has_group(&self, name: &str) -> bool {
        let in_zone = |zone: &String| self.groups.contains(&format!("{name}-{zone}"));
        self.groups.contains(name) || self.zones.iter().any(in_zone)
    }

    fn is_its_own(&self, item: &Item, answers: &Answers) -> bool {
        match item {
            Item::Cluster | Item::Vpc(_) => true,
            Item::Check(_) => false,
            Item::Zone(name) | Item::Subnet(_, name) => self.zones.contains(name),
            Item::Group(at) => {
                let group = answers.instance_groups.get(*at);
                group.is_some_and(|group| self.has_group(&group.name))
            }
        }
    }
}

impl Wizard {
    /// A wizard that changes the cluster of these answers.
    pub fn edit(answers: Answers, origin: AnswersOrigin) -> Self {
        let mut wizard = Self::new(answers);
        let edited = EditedCluster::new(&wizard.answers, origin);
        wizard.purpose = WizardPurpose::Edit(Box::new(edited));
        wizard.set = wizard.purpose.set_by(&wizard.answers);
        wizard.replan();
        wizard.spec.changed = Vec::new();
        wizard
    }

    /// The cluster that is changed; absent while a new one is planned.
    pub fn edited(&self) -> Option<&EditedCluster> {
        match &self.purpose {
            WizardPurpose::Create => None,
            WizardPurpose::Edit(edited) => Some(edited),
        }
    }

    /// The name of the cluster that is changed; empty while a new one is planned.
    pub fn edited_name(&self) -> &str {
        self.edited().map_or("", |_| self.answers.cluster.as_str())
    }

    /// The plan of these answers: of a new cluster, or of the one that is changed.
    pub(super) fn plan_of(&self, inventory: &Inventory, answers: &Answers) -> Planned {
        match self.purpose {
            WizardPurpose::Create => plan(inventory, answers),
            WizardPurpose::Edit(_) => plan_change(inventory, answers),
        }
    }

    fn edited_mut(&mut self) -> Option<&mut EditedCluster> {
        match &mut self.purpose {
            WizardPurpose::Create => None,
            WizardPurpose::Edit(edited) => Some(edited),
        }
    }

    /// Whether the answers file follows the answers: one of another cluster stays as it is.
    pub fn keeps_file(&self) -> bool {
        let origin = self.edited().map(EditedCluster::origin);
        origin != Some(AnswersOrigin::RecordBesideOther)
    }

    /// Keeps the answers in their file.
    pub(super) fn save(&self) -> Option<Effect> {
        self.keeps_file()
            .then(|| Effect::SaveAnswers(self.answers_text()))
    }

    /// The answers as they stand in their file.
    pub(super) fn answers_text(&self) -> String {
        match self.edited() {
            None => self.answers.to_yaml(),
            Some(_) => self.answers.to_yaml_of_cluster(),
        }
    }

    /// Keeps what followed from a fact in the answers file, once there is one: the file alone makes the same spec.
    pub(super) fn save_what_followed(&self, before: &Answers) -> Vec<Effect> {
        let followed = self.saved && self.answers != *before;
        let save = followed.then(|| self.save()).flatten();
        save.into_iter().collect()
    }

    /// Why a row cannot change in a cluster that exists.
    pub fn fixed(&self, key: &FieldKey) -> Option<&'static str> {
        let reason = key.spec.fixed?;
        let edited = self.edited()?;
        edited
            .is_its_own(&key.item, &self.answers)
            .then_some(reason)
    }

    /// Refuses a change of what is fixed.
    pub fn refuse_fixed(&self, key: &FieldKey, edit: &FieldEdit) -> Result<(), String> {
        let own = |edited: &EditedCluster| edited.is_its_own(&key.item, &self.answers);
        if *edit == FieldEdit::RemoveGroup && self.edited().is_some_and(own) {
            return Err("the cluster has this instance group, and a replace deletes none: only kops itself does".to_owned());
        }
        match self.fixed(key) {
            Some(reason) => Err(format!("fixed: {reason}")),
            None => Ok(()),
        }
    }

    /// The rows as they are in a cluster that exists: what is fixed is only read, and says so.
    pub(super) fn with_fixed(&self, mut fields: Vec<Field>) -> Vec<Field> {
        if self.edited().is_none() {
            return fields;
        }
        fields.retain(|field| !matches!(&field.key.item, Item::Vpc(id) if *id != self.answers.vpc));
        for field in &mut fields {
            if self.fixed(&field.key).is_some() {
                fix(field);
            }
        }
        fields
    }

    /// Adds what of a spec no cluster can change to the problems of the plan, once the VPC is known as it is.
    pub(super) fn add_fixed_changes(&mut self, spec: &str) {
        let known = matches!(self.discovery, DiscoveryState::Known(_));
        let Some(edited) = self.edited().filter(|_| known) else {
            return;
        };
        let mut found = edited.fixed_changes(spec);
        found.append(&mut self.planned.problems);
        for problem in found
            .iter_mut()
            .filter(|one| one.id == rule::CLUSTER_GROWS.id)
        {
            "raise min and max with the zones".clone_into(&mut problem.remedy);
        }
        found.sort_by_key(|problem| problem.severity);
        self.planned.problems = found;
    }

    /// Asks kops for the spec of the state store.
    pub(super) fn ask_stored(&mut self) -> Option<Effect> {
        let cluster = ClusterName::parse(&self.answers.cluster);
        let target = self.target();
        let edited = self.edited_mut()?;
        let known = edited.stored().unwrap_or_default().to_owned();
        let cluster = match cluster {
            Ok(cluster) => cluster,
            Err(fault) => {
                edited.stored = StoredText::Failed(fault);
                return None;
            }
        };
        edited.stored = StoredText::Asking(known);
        Some(Effect::Ask(KopsRun {
            job: Job::ReadBefore,
            command: CommandLine::get_all(&cluster),
            cluster,
            target,
            kubeconfig: Kubeconfig::Own,
            spec: None,
            store: None,
        }))
    }

    /// The spec as kops gets it: that of the answers, in an edit with what kops keeps beside the stored one.
    pub fn sent_spec(&self) -> String {
        match self.edited().and_then(EditedCluster::stored) {
            Some(stored) => with_stored_metadata(&self.spec.text, stored),
            None => self.spec.text.clone(),
        }
    }

    /// Notes what the replace changes of the stored spec, once kops made the new one of it; where that cannot be known,
    /// nothing may be approved.
    pub(super) fn note_replaced(&mut self) -> Result<(), Fault> {
        let (new, made) = (self.spec.text.clone(), self.made.clone());
        let Some(edited) = self.edited_mut() else {
            return Ok(());
        };
        edited.replaced = ReplacedSpec::read(edited.stored_or_fault()?, &made, &new)?;
        Ok(())
    }

    /// What a person reads with the dry run: what the replace changes of the stored spec, then what the plan warns of.
    pub(super) fn problems_to_review(&self) -> Vec<Problem> {
        let replaced = self
            .edited()
            .map_or(&[][..], |edited| edited.replaced.problems());
        replaced
            .iter()
            .chain(&self.planned.problems)
            .cloned()
            .collect()
    }
}

// A zone and a VPC keep their marks.
fn fix(field: &mut Field) {
    match field.kind {
        FieldKind::Toggle(_) | FieldKind::One(_) => {}
        _ => {
            field.kind = FieldKind::Shown;
            if let [_, value] = field.cells.as_mut_slice() {
                value.push_str("  (fixed)");
            }
        }
    }
}

/// Takes the spec of the state store; a dry run that waited for it is asked for.
pub(crate) fn take_stored(
    wizard: &mut Wizard,
    result: Result<CommandOutput, Fault>,
    at: Timestamp,
) -> Vec<Effect> {
    let copied = wizard.copied();
    let here = wizard.current().map(|field| field.key);
    let stored = match result {
        Ok(output) if output.succeeded() => {
            ClusterParts::read(&output.stdout).map(|parts| (parts, output.stdout))
        }
        Ok(output) => {
            let fault = explain(output.code(), &output.stdout, &output.stderr, &copied);
            Err(unreadable(fault.what))
        }
        Err(fault) => Err(fault),
    };
    let (parts, text) = match stored {
        Ok(known) => known,
        Err(fault) => return failed(wizard, copied.fault(fault)),
    };
    if let Some(edited) = wizard.edited_mut() {
        (edited.zones, edited.groups) = (parts.zones, parts.groups);
        edited.stored = StoredText::Known(text);
    }
    let before = wizard.answers.clone();
    // What the answers leave open stays as the cluster has it: nobody asked for another version, or another channel.
    if wizard.answers.kubernetes_version.is_empty() {
        wizard.answers.kubernetes_version = parts.kubernetes_version;
    }
    if wizard.answers.channel.is_empty() {
        wizard.answers.channel = parts.channel;
    }
    wizard.follow();
    wizard.replan();
    wizard.keep_cursor(here.as_ref());
    let mut effects = wizard.save_what_followed(&before);
    if matches!(wizard.review, Review::Asking { .. }) && wizard.asked.is_none() {
        effects.extend(make_preview(wizard, at));
    }
    effects
}

fn failed(wizard: &mut Wizard, fault: Fault) -> Vec<Effect> {
    if matches!(wizard.review, Review::Asking { .. }) {
        wizard.review = Review::answered(Err(fault.clone()), &wizard.copied());
    }
    if let Some(edited) = wizard.edited_mut() {
        edited.stored = StoredText::Failed(fault);
    }
    Vec::new()
}

fn not_read_yet() -> Fault {
    Fault::new(
        "the spec in the state store is not read yet",
        "without it nobody knows what an edit changes",
        "wait a moment, then ask again",
    )
}

fn unreadable(why: String) -> Fault {
    Fault::new(
        "the spec in the state store could not be read",
        why,
        "Run `kops get all --name=CLUSTER -o yaml`, fix what it names, then ask again",
    )
}
