//! What home knows: each fact for itself, as it comes.

use std::collections::BTreeMap;

use super::choosing::Choosing;
use crate::core::answers::Answers;
use crate::core::check::{CheckKind, CheckState};
use crate::core::fault::Fault;
use crate::core::inventory::{Inventory, Vpc, name_of};
use crate::core::overview::{ClusterOverview, FleetState, NodesByRole};
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::event::Timestamp;
use crate::tui::home_pane::HomePane;
use crate::tui::offers::PlaceOffers;
use crate::tui::record::FoundRun;
use crate::tui::screens::wizard::LastRun;

/// What was asked for, and how far it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Listing<T> {
    #[default]
    NotAsked,
    Asking {
        since: Timestamp,
        /// What was known before.
        known: Option<T>,
    },
    Known(T),
    Failed(Fault),
}

impl<T> Listing<T> {
    /// What is known, however old.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(known) => Some(known),
            Self::Asking { known, .. } => known.as_ref(),
            Self::NotAsked | Self::Failed(_) => None,
        }
    }

    /// The same, being asked for again.
    #[must_use]
    pub fn asked(self, since: Timestamp) -> Self {
        let known = match self {
            Self::Known(known) => Some(known),
            Self::Asking { known, .. } => known,
            Self::NotAsked | Self::Failed(_) => None,
        };
        Self::Asking { since, known }
    }

    /// Since when it is asked for, while it is.
    pub fn asked_since(&self) -> Option<Timestamp> {
        match self {
            Self::Asking { since, .. } => Some(*since),
            _ => None,
        }
    }
}

/// A row of the clusters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HomeRow<'a> {
    Cluster(&'a str),
    /// The answers of this folder, whose cluster does not exist yet.
    Draft,
    /// A run of this machine that did not come to its end.
    Run(&'a FoundRun),
}

/// The state of home.
#[derive(Clone, Debug, Default)]
pub struct Home {
    pub target: ClusterTarget,
    /// The profile that was chosen, by an option, a variable or here; empty for none.
    pub profile: String,
    /// The answers of this folder, or what is known without them.
    pub answers: Answers,
    /// The answers file, where it exists.
    pub file: Option<String>,
    pub last_run: Option<LastRun>,
    pub clusters: Listing<Vec<String>>,
    pub overviews: BTreeMap<String, ClusterOverview>,
    /// The nodes that each cluster's Kubernetes API counts, or why it does not.
    pub nodes: BTreeMap<String, Result<NodesByRole, Fault>>,
    pub runs: Vec<FoundRun>,
    pub inventory: Listing<Box<Inventory>>,
    pub checks: BTreeMap<CheckKind, CheckState>,
    pub offers: PlaceOffers,
    pub pane: HomePane,
    cursors: [usize; 3],
    pub choosing: Option<Choosing>,
    /// Until a key is pressed: where there turns out to be nothing, the wizard opens by itself.
    pub opening: bool,
}

impl Home {
    /// Nothing is known yet but the answers of this folder.
    pub fn new(
        target: ClusterTarget,
        profile: &str,
        answers: Answers,
        file: Option<String>,
    ) -> Self {
        Self {
            target,
            profile: profile.to_owned(),
            answers,
            file,
            opening: true,
            ..Self::default()
        }
    }

    /// Whether there may be more to come home to than the answers of this folder.
    pub fn may_know_something(&self, runs: &[FoundRun]) -> bool {
        !self.target.state_store.is_empty() || !runs.is_empty()
    }

    /// The rows of the clusters: the runs that continue or are left here, the clusters, then the draft.
    pub fn rows(&self) -> Vec<HomeRow<'_>> {
        let names = self.clusters.known().map_or(&[][..], Vec::as_slice);
        let left = self.runs.iter().filter(|run| {
            let name = run.record.cluster.as_str();
            run.at_work || (run.is_left() && !names.iter().any(|known| known == name))
        });
        let mut rows: Vec<HomeRow<'_>> = left.map(HomeRow::Run).collect();
        rows.extend(names.iter().map(|name| HomeRow::Cluster(name)));
        rows.extend(self.has_draft().then_some(HomeRow::Draft));
        rows
    }

    /// Whether the answers of this folder are about a cluster that does not exist, as far as that is known.
    pub fn has_draft(&self) -> bool {
        let name = &self.answers.cluster;
        let exists = self
            .clusters
            .known()
            .is_some_and(|names| names.contains(name));
        self.file.is_some() && !exists
    }

    /// The VPCs, by name; those without one last.
    pub fn vpcs(&self) -> Vec<&Vpc> {
        let found = self.inventory.known();
        let mut vpcs: Vec<&Vpc> = found
            .map(|all| all.vpcs.iter().collect())
            .unwrap_or_default();
        vpcs.sort_by_cached_key(|vpc| {
            let name = name_of(&vpc.tags).map(|name| name.raw().to_lowercase());
            (name.is_none(), name, vpc.id.clone())
        });
        vpcs
    }

    /// How many rows a pane has.
    pub fn count(&self, pane: HomePane) -> usize {
        match pane {
            HomePane::Clusters => self.rows().len(),
            HomePane::Vpcs => self.vpcs().len(),
            HomePane::Setup => CheckKind::ALL.len(),
        }
    }

    /// The row under the cursor of a pane.
    pub fn cursor(&self, pane: HomePane) -> usize {
        let last = self.count(pane).saturating_sub(1);
        self.cursors[pane as usize].min(last)
    }

    pub(super) fn move_cursor(&mut self, by: isize) {
        let pane = self.pane;
        let moved = crate::tui::form::stepped(self.cursor(pane), by, self.count(pane));
        self.cursors[pane as usize] = moved;
    }

    /// Puts the focus on a pane, and its cursor on a row.
    pub fn put_cursor(&mut self, pane: HomePane, row: usize) {
        self.pane = pane;
        self.cursors[pane as usize] = row;
    }

    /// The row of the clusters under the cursor.
    pub fn row(&self) -> Option<HomeRow<'_>> {
        self.rows().get(self.cursor(HomePane::Clusters)).copied()
    }

    /// Whether the cursor is on a cluster of the state store.
    pub fn is_on_cluster(&self) -> bool {
        self.pane == HomePane::Clusters && matches!(self.row(), Some(HomeRow::Cluster(_)))
    }

    /// Whether something is asked whose elapsed time may be on the screen.
    pub fn is_waiting(&self) -> bool {
        let checking = self
            .checks
            .values()
            .any(|state| *state == CheckState::Asking);
        let listing = self.clusters.asked_since().or(self.inventory.asked_since());
        checking || listing.is_some() || self.overviews_missing()
    }

    fn overviews_missing(&self) -> bool {
        let names = self.clusters.known().map_or(&[][..], Vec::as_slice);
        let missing =
            |name: &String| !self.overviews.contains_key(name) || !self.nodes.contains_key(name);
        names.iter().any(missing)
    }

    /// The nodes of a cluster, where its Kubernetes API counted them.
    pub fn counted_nodes(&self, name: &str) -> Option<&NodesByRole> {
        self.nodes.get(name)?.as_ref().ok()
    }

    /// How a cluster stands; absent while its instances are not known.
    pub fn fleet_state(&self, name: &str) -> Option<FleetState> {
        let fleet = self.overviews.get(name)?.fleet.as_ref().ok()?;
        Some(fleet.state(self.counted_nodes(name)))
    }

    fn clusters_that_are(&self, state: FleetState) -> usize {
        let names = self.overviews.keys();
        let found = names.filter(|name| self.fleet_state(name) == Some(state));
        found.count()
    }

    /// What is here in one line.
    pub fn headline(&self) -> String {
        let clusters = match &self.clusters {
            Listing::Failed(fault) => fault.what.clone(),
            listing => match listing.known().map(Vec::len) {
                None => "looking for clusters".to_owned(),
                Some(0) => "no clusters yet".to_owned(),
                Some(count) => crate::core::text::prose::counted(count, "cluster"),
            },
        };
        let some = |state, words: &str| match self.clusters_that_are(state) {
            0 => None,
            count => Some(format!("{count} {words}")),
        };
        let short = some(FleetState::Short, "short of instances");
        let unready = some(FleetState::NodesNotReady, "with nodes that are not ready");
        let draft = self.has_draft().then(|| "1 draft here".to_owned());
        let parts = [Some(clusters), short, unready, draft]
            .into_iter()
            .flatten();
        parts.collect::<Vec<_>>().join(", ")
    }
}
