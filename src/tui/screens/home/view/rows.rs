//! The rows of home's panes, in words.

use std::time::Duration;

use super::{HomeLine, HomeScene};
use crate::core::check::{CheckKind, CheckState};
use crate::core::inventory::{DESCRIBE_NAT_GATEWAYS, DESCRIBE_SUBNETS, Vpc, name_of};
use crate::core::network::cidr::size;
use crate::core::network::cidr::space::Space;
use crate::core::network::egress::{ZoneEgress, egress_of};
use crate::core::overview::{ClusterOverview, Fleet, FleetState, InService, NodesOfRole};
use crate::core::text::untrusted::visible;
use crate::tui::event::Timestamp;
use crate::tui::record::FoundRun;
use crate::tui::screens::home::state::{HomeRow, Listing};
use crate::tui::theme::StyleRole;
use crate::tui::widgets::text::elapsed;

/// What is not there yet.
const UNKNOWN: &str = "?";
/// Nothing is said for so long.
const SILENT: Duration = Duration::from_millis(300);

type PaneRows = (Vec<&'static str>, Vec<HomeLine>, String);

pub(super) fn clusters(scene: &HomeScene<'_>) -> PaneRows {
    let headings = vec!["NAME", "VERSION", "STATUS", "CP", "NODES", "UPDATE"];
    let rows = scene.home.rows();
    let lines = rows.iter().map(|row| scene.cluster_line(row)).collect();
    let store = &scene.home.target.state_store;
    let empty = match &scene.home.clusters {
        Listing::Failed(fault) => fault.whole(),
        Listing::Known(_) => {
            format!("{store} has no clusters. n starts the wizard for a new one.")
        }
        listing => waiting(
            listing.asked_since(),
            scene.at,
            "asking S3 for the clusters",
        ),
    };
    (headings, lines, empty)
}

fn waiting(since: Option<Timestamp>, at: Timestamp, what: &str) -> String {
    let time = since.map(|since| at.since(since)).unwrap_or_default();
    if time < SILENT {
        return String::new();
    }
    format!("{what}, {}", elapsed(time))
}

impl HomeScene<'_> {
    fn cluster_line(&self, row: &HomeRow<'_>) -> HomeLine {
        match row {
            HomeRow::Cluster(name) => self.stored_line(name),
            HomeRow::Draft => self.draft_line(),
            HomeRow::Run(run) => self.run_line(run),
        }
    }

    fn stored_line(&self, name: &str) -> HomeLine {
        let signs = &self.context.signs;
        let Some(overview) = self.home.overviews.get(name) else {
            let shown = visible(name);
            let cells = [shown.as_str(), "", "asking", "", "", ""];
            return HomeLine {
                sign: signs.to_come,
                role: StyleRole::Dim,
                cells: cells.map(str::to_owned).to_vec(),
            };
        };
        let version = overview.spec.as_ref().map_or(UNKNOWN.to_owned(), |spec| {
            visible(spec.kubernetes_version.raw())
        });
        let state = self.home.fleet_state(name);
        let (sign, role) = match state {
            None => (signs.look, StyleRole::Warning),
            Some(FleetState::Full | FleetState::NodesReady) => (signs.good, StyleRole::Good),
            Some(FleetState::Short | FleetState::NodesNotReady) => {
                (signs.blocked, StyleRole::Danger)
            }
            Some(FleetState::Empty) => (signs.to_come, StyleRole::Dim),
        };
        let fleet = overview.fleet.as_ref().ok();
        let nodes = self.home.counted_nodes(name);
        let side = |side: fn(&Fleet) -> InService, nodes: Option<NodesOfRole>| {
            fleet.map_or(UNKNOWN.to_owned(), |fleet| figures(side(fleet), nodes))
        };
        let status = state.map_or("unknown", FleetState::word);
        HomeLine {
            sign,
            role,
            cells: vec![
                visible(name),
                version,
                status.to_owned(),
                side(
                    |fleet| fleet.control_plane,
                    nodes.map(|nodes| nodes.control_plane),
                ),
                side(|fleet| fleet.nodes, nodes.map(|nodes| nodes.nodes)),
                update(overview),
            ],
        }
    }

    fn draft_line(&self) -> HomeLine {
        let name = match self.home.answers.cluster.as_str() {
            "" => "no name yet".to_owned(),
            name => visible(name),
        };
        let file = self.home.file.as_deref().unwrap_or_default();
        let version = visible(&self.home.answers.kubernetes_version);
        HomeLine {
            sign: self.context.signs.to_come,
            role: StyleRole::Dim,
            cells: vec![
                name,
                version,
                format!("draft in {}", visible(file)),
                String::new(),
                String::new(),
                String::new(),
            ],
        }
    }

    fn run_line(&self, run: &FoundRun) -> HomeLine {
        let signs = &self.context.signs;
        let (sign, role, status) = if run.at_work {
            (signs.now, StyleRole::Accent, "kops works")
        } else {
            (signs.look, StyleRole::Warning, "a run stopped")
        };
        let name = visible(run.record.cluster.as_str());
        let ago = format!("{} ago", elapsed(run.age));
        let cells = [name.as_str(), "", status, "", "", ago.as_str()];
        HomeLine {
            sign,
            role,
            cells: cells.map(str::to_owned).to_vec(),
        }
    }
}

// Nodes that are ready, else instances in service, and how many there should be.
fn figures(side: InService, nodes: Option<NodesOfRole>) -> String {
    let count = nodes.map_or(side.count, |nodes| nodes.ready);
    format!("{count}/{}", side.desired)
}

fn update(overview: &ClusterOverview) -> String {
    match overview.fleet.as_ref().map(|fleet| fleet.outdated) {
        Ok(Some(0)) => "current".to_owned(),
        Ok(Some(count)) => format!("{count} to roll"),
        Ok(None) | Err(_) => UNKNOWN.to_owned(),
    }
}

pub(super) fn vpcs(scene: &HomeScene<'_>) -> PaneRows {
    let home = scene.home;
    let headings = vec!["NAME", "CIDR", "NAT", "FREE", "CLUSTERS", "VPC"];
    let lines = home.vpcs().into_iter().map(|vpc| scene.vpc_line(vpc));
    let empty = match &home.inventory {
        Listing::Failed(fault) => fault.whole(),
        Listing::Known(inventory) => inventory.no_vpc().whole(),
        listing => waiting(listing.asked_since(), scene.at, "asking EC2 for VPCs"),
    };
    (headings, lines.collect(), empty)
}

impl HomeScene<'_> {
    fn vpc_line(&self, vpc: &Vpc) -> HomeLine {
        let signs = &self.context.signs;
        let inventory = self.home.inventory.known();
        let unread = |action| inventory.is_some_and(|all| all.unread(action).is_some());
        let usable = inventory.map_or(0, |all| {
            let zones = all.zones.iter();
            let usable = |egress: ZoneEgress| match egress {
                ZoneEgress::Usable(gateways) => gateways.len(),
                ZoneEgress::None(_) => 0,
            };
            zones.map(|zone| usable(egress_of(vpc, &zone.name))).sum()
        });
        let if_read = |action, value: String| {
            if unread(action) {
                UNKNOWN.to_owned()
            } else {
                value
            }
        };
        let (sign, role) = if usable > 0 {
            (signs.good, StyleRole::Good)
        } else {
            (signs.look, StyleRole::Warning)
        };
        let name = name_of(&vpc.tags)
            .map(ToString::to_string)
            .unwrap_or_default();
        let cidrs: Vec<String> = vpc.cidrs.iter().map(ToString::to_string).collect();
        let all = vpc.nat_gateways.len();
        HomeLine {
            sign,
            role,
            cells: vec![
                visible(&name),
                cidrs.join(" "),
                if_read(DESCRIBE_NAT_GATEWAYS, format!("{usable}/{all}")),
                if_read(DESCRIBE_SUBNETS, free(vpc)),
                if_read(DESCRIBE_SUBNETS, vpc.clusters().len().to_string()),
                visible(&vpc.id),
            ],
        }
    }
}

// The share of the VPC's addresses that no subnet has.
fn free(vpc: &Vpc) -> String {
    let all: u64 = vpc.cidrs.iter().map(|cidr| size(cidr.prefix_len())).sum();
    let free = Space::from_vpc(vpc).free_addresses();
    match (free * 100).checked_div(all) {
        Some(percent) => format!("{percent} %"),
        None => UNKNOWN.to_owned(),
    }
}

pub(super) fn setup(scene: &HomeScene<'_>) -> PaneRows {
    let lines = CheckKind::ALL.iter().map(|kind| scene.check_line(*kind));
    (Vec::new(), lines.collect(), String::new())
}

impl HomeScene<'_> {
    fn check_line(&self, kind: CheckKind) -> HomeLine {
        let signs = &self.context.signs;
        let state = self.home.checks.get(&kind);
        let (sign, role, words) = match state {
            None | Some(CheckState::Asking) => (signs.to_come, StyleRole::Dim, "asking".to_owned()),
            Some(CheckState::Good(found)) => (signs.good, StyleRole::Good, visible(found)),
            Some(CheckState::Warning(fault)) => {
                (signs.look, StyleRole::Warning, visible(&fault.what))
            }
            Some(CheckState::Blocked(fault)) => {
                (signs.blocked, StyleRole::Danger, visible(&fault.what))
            }
        };
        HomeLine {
            sign,
            role,
            cells: vec![kind.word().to_owned(), words],
        }
    }
}
