//! What home asks for, what it learns, and where a key leads.

use std::collections::BTreeMap;

use super::choosing::{Choosable, Choosing};
use super::state::{Home, HomeRow, Listing};
use crate::core::answers::Answers;
use crate::core::check::{Check, CheckKind, CheckState};
use crate::core::cluster_name::ClusterName;
use crate::tui::effect::Effect;
use crate::tui::event::{Event, Timestamp};
use crate::tui::form;
use crate::tui::home_pane::HomePane;
use crate::tui::key::Key;
use crate::tui::keymap::Action;
use crate::tui::notice::Notice;
use crate::tui::record::FoundRun;
use crate::tui::screen_context::ScreenContext;
use crate::tui::screens::wizard::AnswersOrigin;

/// Where a key leads.
#[derive(Clone, Debug, PartialEq)]
pub enum HomeAction {
    Effects(Vec<Effect>),
    Leave,
    Watch(ClusterName),
    Review(ClusterName),
    /// The wizard on this cluster, with the answers that it was made with.
    Edit(Box<Answers>, AnswersOrigin),
    /// The spec of this cluster in an editor: no answers of it are known.
    EditSpec(ClusterName),
    /// The wizard with the answers of this folder.
    Wizard,
    Run(Box<FoundRun>),
}

impl From<Vec<Effect>> for HomeAction {
    fn from(effects: Vec<Effect>) -> Self {
        Self::Effects(effects)
    }
}

impl Home {
    /// Asks for everything at once; what is known stays until its answer.
    pub fn start(&mut self, at: Timestamp) -> Vec<Effect> {
        self.clusters = std::mem::take(&mut self.clusters).asked(at);
        self.inventory = std::mem::take(&mut self.inventory).asked(at);
        let mut effects = vec![Effect::clock(), Effect::ListOffers, Effect::FindRuns];
        for kind in CheckKind::ALL.iter().copied() {
            self.checks.entry(kind).or_insert(CheckState::Asking);
            effects.push(Effect::Check {
                kind,
                target: self.target.clone(),
            });
        }
        effects.push(Effect::ListClusters(self.target.clone()));
        effects.push(Effect::Discover {
            target: self.target.clone(),
            vpc: None,
            images: Vec::new(),
        });
        effects
    }

    /// Takes what became known.
    pub fn take_event(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Checked(Check { kind, state }) => {
                self.checks.insert(kind, state);
            }
            Event::Connected { region, .. } if self.target.region.is_empty() => {
                self.target.region = region;
            }
            Event::Discovered {
                inventory,
                complete: true,
            } => self.inventory = Listing::Known(inventory),
            Event::Discovered { inventory, .. } => {
                if let Listing::Asking { known, .. } = &mut self.inventory {
                    *known = Some(inventory);
                }
            }
            Event::DiscoveryFailed(fault) => self.inventory = Listing::Failed(fault),
            Event::ClustersInStore(names) => return self.listed(names),
            Event::ClustersNotListed(fault) => self.clusters = Listing::Failed(fault),
            Event::ClusterRead(overview) => {
                self.overviews.insert(overview.name.clone(), *overview);
            }
            Event::NodesCounted { cluster, nodes } => {
                self.nodes.insert(cluster, nodes);
            }
            Event::RunsFound(runs) => self.runs = runs,
            Event::OffersListed(offers) => self.offers = *offers,
            _ => {}
        }
        Vec::new()
    }

    fn listed(&mut self, names: Vec<String>) -> Vec<Effect> {
        self.overviews.retain(|name, _| names.contains(name));
        self.nodes.retain(|name, _| names.contains(name));
        self.clusters = Listing::Known(names.clone());
        if names.is_empty() {
            return Vec::new();
        }
        vec![Effect::ReadClusters {
            target: self.target.clone(),
            names,
        }]
    }

    /// Whether the wizard is to open by itself: nobody pressed a key, and there is nothing to come home to.
    pub fn has_nothing(&self) -> bool {
        let nothing = match &self.clusters {
            Listing::Known(names) => names.is_empty(),
            Listing::Failed(_) => true,
            Listing::NotAsked | Listing::Asking { .. } => false,
        };
        let goes_on = self.runs.iter().any(|run| run.at_work || run.is_left());
        self.opening && nothing && !goes_on
    }

    /// Takes a key that the table knows.
    pub fn act(&mut self, action: Action, context: &mut ScreenContext<'_>) -> HomeAction {
        self.opening = false;
        if self.choosing.is_some() {
            return self.act_on_choice(action, context).into();
        }
        match action {
            Action::Open => return self.open(context),
            Action::NewCluster if self.file.is_some() => {
                *context.notice = Some(Notice::blocked(self.one_draft()));
            }
            Action::NewCluster => return HomeAction::Wizard,
            Action::ReviewUpdate => return self.with_cluster(context, HomeAction::Review),
            Action::EditCluster => return self.with_cluster(context, |name| self.edit(name)),
            Action::ChooseProfile => self.choose(Choosable::Profile),
            Action::ChooseRegion => self.choose(Choosable::Region),
            Action::ChooseStore => self.choose(Choosable::StateStore),
            Action::Again => return self.start(context.at).into(),
            Action::OtherPane => {
                self.pane = match self.pane {
                    HomePane::Clusters => HomePane::Vpcs,
                    HomePane::Vpcs => HomePane::Setup,
                    HomePane::Setup => HomePane::Clusters,
                }
            }
            Action::Back | Action::Leave => return HomeAction::Leave,
            moving => self.move_cursor(moving.movement(context.viewport.page)),
        }
        Vec::new().into()
    }

    // A folder has one answers file: another cluster's answers would take its place.
    fn one_draft(&self) -> String {
        let file = self.file.as_deref().unwrap_or_default();
        let name = &self.answers.cluster;
        let about = if name.is_empty() {
            "a draft".to_owned()
        } else {
            format!("the answers of {name}")
        };
        format!(
            "{file} here holds {about}. Start another cluster in a folder of its own, or with --answers FILE."
        )
    }

    fn open(&self, context: &mut ScreenContext<'_>) -> HomeAction {
        let row = match self.pane {
            HomePane::Clusters => self.row(),
            HomePane::Vpcs if self.file.is_none() => return HomeAction::Wizard,
            HomePane::Vpcs => Some(HomeRow::Draft),
            HomePane::Setup => return self.explain(context),
        };
        match row {
            Some(HomeRow::Cluster(_)) => return self.with_cluster(context, HomeAction::Watch),
            Some(HomeRow::Run(run)) => return HomeAction::Run(Box::new(run.clone())),
            Some(HomeRow::Draft) => return HomeAction::Wizard,
            None if self.file.is_none() => return HomeAction::Wizard,
            None => *context.notice = Some(Notice::look("There is nothing to open here.")),
        }
        Vec::new().into()
    }

    // What a check says, whole.
    fn explain(&self, context: &mut ScreenContext<'_>) -> HomeAction {
        let kind = CheckKind::ALL.get(self.cursor(HomePane::Setup));
        let state = kind.and_then(|kind| Some((kind, self.checks.get(kind)?)));
        *context.notice = state.map(|(kind, state)| match state {
            CheckState::Asking => Notice::look(format!("{} is being asked", kind.word())),
            CheckState::Good(found) => Notice::good(format!("{}: {found}", kind.word())),
            CheckState::Warning(fault) => Notice::look(fault.whole()),
            CheckState::Blocked(fault) => Notice::blocked(fault.whole()),
        });
        Vec::new().into()
    }

    // What a key does with the cluster under the cursor.
    fn with_cluster(
        &self,
        context: &mut ScreenContext<'_>,
        leads: impl FnOnce(ClusterName) -> HomeAction,
    ) -> HomeAction {
        if let Some(HomeRow::Cluster(name)) = self.row() {
            match ClusterName::parse(name) {
                Ok(name) => return leads(name),
                Err(fault) => *context.notice = Some(Notice::blocked(fault.whole())),
            }
        }
        Vec::new().into()
    }

    // With the answers that the cluster was made with, else as its spec.
    fn edit(&self, name: ClusterName) -> HomeAction {
        match self.answers_of(&name) {
            Some((answers, origin)) => HomeAction::Edit(Box::new(answers), origin),
            None => HomeAction::EditSpec(name),
        }
    }

    /// The answers that a cluster was made with: those of this folder, else those that its last run kept.
    fn answers_of(&self, cluster: &ClusterName) -> Option<(Answers, AnswersOrigin)> {
        if self.answers.cluster == cluster.as_str() && self.is_store(&self.answers.state_store) {
            return Some((self.answers.clone(), AnswersOrigin::File));
        }
        let record = &self.last_run_of(cluster)?.record;
        let answers = Answers::parse(&record.answers).ok()?;
        let origin = match self.file {
            Some(_) => AnswersOrigin::RecordBesideOther,
            None => AnswersOrigin::Record,
        };
        (!record.answers.is_empty()).then_some((answers, origin))
    }

    /// The last run of a cluster of this state store that this machine knows.
    pub fn last_run_of(&self, cluster: &ClusterName) -> Option<&FoundRun> {
        self.runs.iter().find(|run| {
            run.record.cluster == *cluster && self.is_store(&run.record.target.state_store)
        })
    }

    fn is_store(&self, store: &str) -> bool {
        let bare = |store: &str| store.trim_end_matches('/').to_owned();
        bare(store) == bare(&self.target.state_store)
    }

    fn choose(&mut self, what: Choosable) {
        let (offers, now) = match what {
            Choosable::Profile => (self.offers.profiles.clone(), &self.profile),
            Choosable::Region => (self.offers.regions.clone(), &self.target.region),
            Choosable::StateStore => (Vec::new(), &self.target.state_store),
        };
        self.choosing = Some(Choosing::new(what, offers, now));
    }

    fn act_on_choice(&mut self, action: Action, context: &mut ScreenContext<'_>) -> Vec<Effect> {
        let Some(choosing) = &mut self.choosing else {
            return Vec::new();
        };
        match action {
            Action::Accept => {
                let what = choosing.what;
                if let Some(value) = choosing.chosen() {
                    self.choosing = None;
                    return self.chosen(what, value, context.at);
                }
                *context.notice = Some(Notice::look(format!("Type a {}.", what.word())));
            }
            Action::Discard | Action::Leave => self.choosing = None,
            moving => choosing.step(moving.movement(context.viewport.page)),
        }
        Vec::new()
    }

    // Whatever was known is of another account, region or store.
    fn chosen(&mut self, what: Choosable, value: String, at: Timestamp) -> Vec<Effect> {
        let mut effects = Vec::new();
        match what {
            Choosable::Profile => {
                self.profile.clone_from(&value);
                if let Some(shell) = &mut self.target.shell {
                    shell.named_profile = Some(value.clone());
                }
                // Its own region counts from here on.
                self.target.region.clear();
                effects.push(Effect::UseProfile(value));
            }
            Choosable::Region => self.target.region = value,
            Choosable::StateStore => self.target.state_store = value,
        }
        if self.file.is_none() {
            self.answers.region.clone_from(&self.target.region);
            self.answers
                .state_store
                .clone_from(&self.target.state_store);
        }
        self.clusters = Listing::NotAsked;
        self.inventory = Listing::NotAsked;
        self.overviews.clear();
        self.nodes.clear();
        self.checks = BTreeMap::new();
        effects.extend(self.start(at));
        effects
    }

    /// Whether it was a place to type into, and a key that types.
    pub fn typed(&mut self, key: Key) -> bool {
        let Some(choosing) = &mut self.choosing else {
            return false;
        };
        let typed = form::edit(&mut choosing.input, key);
        if typed {
            choosing.cursor = 0;
        }
        typed
    }

    /// Takes a pasted text.
    pub fn pasted(&mut self, text: &str) {
        if let Some(choosing) = &mut self.choosing {
            form::paste(&mut choosing.input, text);
            choosing.cursor = 0;
        }
    }
}
