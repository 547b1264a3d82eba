//! What follows from other answers, and what the person set instead: the one place that knows which is which.
//!
//! The zones follow the VPC, the NAT gateways follow the zones, the sizes of the control plane and of the groups follow
//! the number of zones, and the version follows kops's channel. What was set stays. What was set about a VPC is kept for
//! it, so that another one can be looked at; what is cleared follows again.

use std::collections::BTreeMap;

use ipnet::Ipv4Net;

use crate::core::answers::{Answers, NodeGroup, ZoneAnswer};
use crate::core::channel::Versions;
use crate::core::inventory::{Inventory, Vpc};
use crate::core::network::cidr::Tier;
use crate::core::network::existing_subnet::{DefaultRoute, proposed};
use crate::tui::field_edit::FieldEdit;
use crate::tui::screens::wizard::field::{FieldKey, Follows, Item};
use crate::tui::screens::wizard::zones;

const ZONES: &str = "the number of zones";
const GATEWAYS: &str = "the VPC's NAT gateways";

/// What is known of the account at this moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct KnownFacts<'a> {
    pub(super) inventory: Option<&'a Inventory>,
    /// False while EC2 still answers: what it has not answered yet is not missing.
    pub(super) complete: bool,
    pub(super) versions: Option<&'a Versions>,
}

/// Which answers the person set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SetAnswers {
    /// The region that the VPC of the answers is in.
    region: String,
    /// The VPC chosen in each region.
    vpcs: BTreeMap<String, String>,
    networks: BTreeMap<String, SetNetwork>,
    /// The VPC of an answers file whose zones were not compared with the proposed ones yet.
    unread: Option<String>,
    control_plane_count: bool,
    kubernetes_version: bool,
    /// As many as the answers have groups.
    groups: Vec<SetSizes>,
}

/// What was set about the zones of one VPC.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct SetNetwork {
    /// The names, once a zone was taken in or out.
    zones: Option<Vec<String>>,
    /// Whether the cluster goes into subnets that exist.
    existing: bool,
    /// By zone; a zone that is taken out keeps what was set about it.
    details: BTreeMap<String, SetZone>,
    /// The zones as the answers had them last.
    last: Vec<ZoneAnswer>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct SetZone {
    /// What the private subnet leaves by, and whether that may sit in another zone.
    leaves_by: Option<(String, bool)>,
    private: Option<Ipv4Net>,
    utility: Option<Ipv4Net>,
    /// The subnets that exist and were picked, by tier.
    subnets: BTreeMap<Tier, String>,
}

impl SetZone {
    fn of_answer(zone: &ZoneAnswer) -> Self {
        let picked = Tier::ALL.map(|tier| (tier, zone.subnet(tier).to_owned()));
        Self {
            leaves_by: Some((zone.egress.clone(), zone.cross_zone)),
            private: zone.private_cidr,
            utility: zone.utility_cidr,
            subnets: picked
                .into_iter()
                .filter(|(_, id)| !id.is_empty())
                .collect(),
        }
    }

    // A pick that was cleared follows again.
    fn note_picks(&mut self, was: &ZoneAnswer, zone: &ZoneAnswer) {
        for tier in Tier::ALL {
            match zone.subnet(tier) {
                id if id == was.subnet(tier) => {}
                "" => {
                    self.subnets.remove(&tier);
                }
                id => {
                    self.subnets.insert(tier, id.to_owned());
                }
            }
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct SetSizes {
    min: bool,
    max: bool,
}

/// The members of a control plane that the person did not count: three survive the loss of a zone, where there are three.
pub(super) fn usual_members(zones: usize) -> u32 {
    if matches!(zones, 1 | 2) { 1 } else { 3 }
}

/// The fewest and the most nodes of a group that the person did not size: one in each zone (kops's own number, `setupNodes`
/// in its `new_cluster.go`), and room for as many again. Before any zone is chosen, as for three.
pub(super) fn usual_sizes(zones: usize) -> (u32, u32) {
    let fewest = match zones {
        0 => 3,
        zones => u32::try_from(zones).unwrap_or(u32::MAX / 2),
    };
    (fewest, fewest * 2)
}

impl SetAnswers {
    /// What an answers file sets: every value in it that is not the one that would follow anyway.
    pub(super) fn from_file(answers: &Answers) -> Self {
        let count = answers.zones.len();
        let sizes = |group: &NodeGroup| {
            let (min, max) = usual_sizes(zones_of(group, answers));
            SetSizes {
                min: group.min != min,
                max: group.max != max,
            }
        };
        let mut set = Self {
            region: answers.region.clone(),
            control_plane_count: answers.control_plane.count != usual_members(count),
            kubernetes_version: !answers.kubernetes_version.is_empty(),
            groups: answers.instance_groups.iter().map(sizes).collect(),
            ..Self::default()
        };
        if !answers.vpc.is_empty() {
            let network = SetNetwork::from_file(&answers.zones);
            set.networks.insert(answers.vpc.clone(), network);
            set.unread = Some(answers.vpc.clone());
        }
        set
    }

    /// The same for a cluster that exists: nothing in it follows what somebody changed in AWS or in kops's channel since.
    pub(super) fn from_cluster(answers: &Answers) -> Self {
        let groups = answers.instance_groups.iter();
        let sized = SetSizes {
            min: true,
            max: true,
        };
        Self {
            unread: None,
            control_plane_count: true,
            kubernetes_version: true,
            groups: groups.map(|_| sized).collect(),
            ..Self::from_file(answers)
        }
    }

    /// Notes what a change of one answer sets, or no longer sets.
    pub(super) fn note(
        &mut self,
        key: &FieldKey,
        edit: &FieldEdit,
        before: &Answers,
        after: &Answers,
    ) {
        let sets = match edit {
            FieldEdit::Text(text) => !text.trim().is_empty(),
            FieldEdit::Turn(_) | FieldEdit::Choose => true,
            FieldEdit::Clear | FieldEdit::RemoveGroup => false,
        };
        match (key.spec.follows, &key.item) {
            (Some(Follows::ControlPlaneCount), _) => self.control_plane_count = sets,
            (Some(Follows::KubernetesVersion), _) => self.kubernetes_version = sets,
            (Some(Follows::MinSize), Item::Group(at)) => self.sizes(*at).min = sets,
            (Some(Follows::MaxSize), Item::Group(at)) => self.sizes(*at).max = sets,
            _ => {}
        }
        if before.zones != after.zones {
            let network = self.networks.entry(after.vpc.clone()).or_default();
            network.note(&before.zones, &after.zones);
        }
    }

    /// The zones of a VPC are those proposed again, and what one of them leaves by.
    pub(super) fn propose_zones(&mut self, vpc: &str, zone: &str) {
        if let Some(network) = self.networks.get_mut(vpc) {
            network.zones = None;
            if let Some(set) = network.details.get_mut(zone) {
                set.leaves_by = None;
            }
        }
    }

    // Whether the zones of the present VPC were set, or what one of them leaves by.
    fn has_set_zones(&self, zone: &Item) -> bool {
        let vpc = self.vpcs.get(&self.region);
        let network = vpc.and_then(|vpc| self.networks.get(vpc));
        let (Some(network), Item::Zone(zone)) = (network, zone) else {
            return false;
        };
        let details = network.details.get(zone);
        network.zones.is_some() || details.is_some_and(|set| set.leaves_by.is_some())
    }

    /// What an answer that the person set would follow otherwise; absent where it follows, or follows nothing ever.
    pub(super) fn kept_from(&self, key: &FieldKey) -> Option<&'static str> {
        let sizes = match key.item {
            Item::Group(at) => self.groups.get(at).copied().unwrap_or_default(),
            _ => SetSizes::default(),
        };
        let (is_set, what) = match key.spec.follows? {
            Follows::Zones => (self.has_set_zones(&key.item), GATEWAYS),
            Follows::ControlPlaneCount => (self.control_plane_count, ZONES),
            Follows::KubernetesVersion => (self.kubernetes_version, "kops's channel"),
            Follows::MinSize => (sizes.min, ZONES),
            Follows::MaxSize => (sizes.max, ZONES),
        };
        is_set.then_some(what)
    }

    /// A new group follows the zones as far as the one before it does.
    pub(super) fn add_group(&mut self) {
        let sizes = self.groups.last().copied().unwrap_or_default();
        self.groups.push(sizes);
    }

    pub(super) fn remove_group(&mut self, at: usize) {
        if at < self.groups.len() {
            self.groups.remove(at);
        }
    }

    fn sizes(&mut self, at: usize) -> &mut SetSizes {
        if self.groups.len() <= at {
            self.groups.resize(at + 1, SetSizes::default());
        }
        &mut self.groups[at]
    }

    /// Brings what was not set to what follows now.
    pub(super) fn follow(&mut self, answers: &mut Answers, known: KnownFacts<'_>) {
        self.follow_region(answers);
        if let Some(inventory) = known.inventory {
            self.follow_vpc(answers, inventory, known.complete);
        }
        let count = answers.zones.len();
        if !self.control_plane_count {
            answers.control_plane.count = usual_members(count);
        }
        self.groups
            .resize(answers.instance_groups.len(), SetSizes::default());
        for at in 0..answers.instance_groups.len() {
            self.follow_zones(answers, at);
        }
        let proposed = known.versions.and_then(Versions::proposed);
        if let Some(version) = proposed.filter(|_| !self.kubernetes_version) {
            answers.kubernetes_version = version.to_string();
        }
    }

    // A VPC is of one region: in another one it is the one that was chosen there, if any.
    fn follow_region(&mut self, answers: &mut Answers) {
        if answers.region.is_empty() {
            return;
        }
        if !self.region.is_empty() && self.region != answers.region {
            answers.vpc = self.vpcs.get(&answers.region).cloned().unwrap_or_default();
            let network = self.networks.get(&answers.vpc);
            answers.zones = network
                .map(|network| network.last.clone())
                .unwrap_or_default();
        }
        self.region.clone_from(&answers.region);
        if !answers.vpc.is_empty() {
            let region = answers.region.clone();
            self.vpcs.insert(region, answers.vpc.clone());
        }
    }

    fn follow_vpc(&mut self, answers: &mut Answers, inventory: &Inventory, complete: bool) {
        let Some(vpc) = inventory.vpc(&answers.vpc) else {
            return;
        };
        let proposed = zones::proposed(inventory, vpc);
        let network = self.networks.entry(vpc.id.clone()).or_default();
        if complete && self.unread.as_ref() == Some(&vpc.id) {
            network.read_again(vpc, &proposed);
            self.unread = None;
        }
        let names = match &network.zones {
            Some(names) => names.clone(),
            None if complete || network.last.is_empty() => proposed,
            None => names(&network.last),
        };
        let zones = names.iter().map(|name| network.zone(vpc, name));
        answers.zones = zones.collect();
        network.last.clone_from(&answers.zones);
    }

    fn follow_zones(&self, answers: &mut Answers, at: usize) {
        let set = self.groups.get(at).copied().unwrap_or_default();
        let zones = answers
            .instance_groups
            .get(at)
            .map_or(0, |group| zones_of(group, answers));
        let (fewest, most) = usual_sizes(zones);
        let Some(group) = answers.instance_groups.get_mut(at) else {
            return;
        };
        match (set.min, set.max) {
            (false, false) => (group.min, group.max) = (fewest, most),
            (false, true) => group.min = fewest.min(group.max),
            (true, false) => group.max = most.max(group.min),
            (true, true) => {}
        }
    }
}

fn zones_of(group: &NodeGroup, answers: &Answers) -> usize {
    match group.zones.len() {
        0 => answers.zones.len(),
        own => own,
    }
}

// What a private subnet that exists leaves by is what its route table says.
fn usual_egress(vpc: &Vpc, zone: &str, private_subnet: &str) -> String {
    let usual = match private_subnet {
        "" => zones::usual_gateway(vpc, zone),
        id => DefaultRoute::of_subnet(vpc, id).egress(),
    };
    usual.unwrap_or_default()
}

fn names(zones: &[ZoneAnswer]) -> Vec<String> {
    zones.iter().map(|zone| zone.name.clone()).collect()
}

impl SetNetwork {
    // Until it is known what EC2 would propose, every zone of a file counts as set.
    fn from_file(zones: &[ZoneAnswer]) -> Self {
        let details = zones
            .iter()
            .map(|zone| (zone.name.clone(), SetZone::of_answer(zone)));
        Self {
            zones: Some(names(zones)),
            existing: zones.iter().any(ZoneAnswer::has_subnet),
            details: details.collect(),
            last: zones.to_vec(),
        }
    }

    // What a file has as it would be proposed follows again.
    fn read_again(&mut self, vpc: &Vpc, proposed: &[String]) {
        if self.zones.as_deref() == Some(proposed) {
            self.zones = None;
        }
        for (name, zone) in &mut self.details {
            let picked = zone.subnets.get(&Tier::Private).map_or("", String::as_str);
            if zone.leaves_by == Some((usual_egress(vpc, name, picked), false)) {
                zone.leaves_by = None;
            }
        }
    }

    fn note(&mut self, before: &[ZoneAnswer], after: &[ZoneAnswer]) {
        let now = names(after);
        if names(before) != now {
            self.zones = Some(now);
        }
        let existing = after.iter().any(ZoneAnswer::has_subnet);
        let switched = existing != self.existing;
        self.existing = existing;
        for zone in after {
            let was = before.iter().find(|one| one.name == zone.name);
            let set = self.details.entry(zone.name.clone()).or_default();
            let turned = was.map_or(zone.cross_zone, |was| {
                (&was.egress, was.cross_zone) != (&zone.egress, zone.cross_zone)
            });
            if turned {
                set.leaves_by = Some((zone.egress.clone(), zone.cross_zone));
            }
            // What is proposed when it is turned on was not picked.
            if let Some(was) = was.filter(|_| !switched) {
                set.note_picks(was, zone);
            }
            if was.is_some() {
                (set.private, set.utility) = (zone.private_cidr, zone.utility_cidr);
            }
        }
    }

    fn zone(&self, vpc: &Vpc, name: &str) -> ZoneAnswer {
        let set = self.details.get(name).cloned().unwrap_or_default();
        let picked = |tier: Tier| {
            let own = set.subnets.get(&tier).cloned();
            let proposed = || proposed(vpc, name, tier).map(|subnet| subnet.id.clone());
            let id = self.existing.then(|| own.or_else(proposed));
            id.flatten().unwrap_or_default()
        };
        let [private_subnet, utility_subnet] = Tier::ALL.map(picked);
        let usual = || (usual_egress(vpc, name, &private_subnet), false);
        let (egress, cross_zone) = set.leaves_by.unwrap_or_else(usual);
        ZoneAnswer {
            name: name.to_owned(),
            egress,
            cross_zone,
            private_cidr: set.private,
            utility_cidr: set.utility,
            private_subnet,
            utility_subnet,
        }
    }
}
