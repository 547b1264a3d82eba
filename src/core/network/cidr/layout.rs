//! Where the blocks of a cluster go: deterministic, aligned, overlapping nothing, with room for a fourth zone.

use ipnet::Ipv4Net;
use serde::Serialize;

use super::space::{Space, rooms};
use super::{
    LARGEST_PREFIX, SLOTS, SMALLEST_UTILITY, Tier, USUAL_PREFIX, block_at, first_of, overlap,
    prefix_for, size,
};
use crate::core::inventory::Vpc;

/// What blocks are asked for.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    pub vpc: &'a Vpc,
    /// The region's zones, sorted: a zone's place among them is its slot.
    pub region: &'a [String],
    /// The cluster's zones, each once, in the order of the answers.
    pub zones: &'a [ZoneRequest],
    /// Addresses that a private block should hold, those that EC2 keeps included.
    pub wanted: u32,
    /// Addresses without which a private block is of no use, in the zone that needs most, fixed or not. More zones
    /// never need more: this keeps the arrangement when one is added.
    pub least: u32,
    /// The same among the zones whose private block is not fixed: the last resort before there is no room.
    pub open_least: u32,
}

/// One zone and the blocks that were fixed by hand; those were checked before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ZoneRequest {
    pub name: String,
    pub private: Option<Ipv4Net>,
    pub utility: Option<Ipv4Net>,
}

/// One block of the cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Block {
    pub zone: String,
    pub tier: Tier,
    pub cidr: Ipv4Net,
}

/// The blocks, and what is reserved beside them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Per zone in the order of the request, private before utility; fixed ones included.
    pub blocks: Vec<Block>,
    /// Slots reserved for zones to come.
    pub reserved: Vec<Ipv4Net>,
    pub notes: Vec<LayoutNote>,
}

/// What the planner had to do because the free space was small or broken up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LayoutNote {
    /// The blocks are smaller than asked for: prefix lengths of the private and the utility ones.
    Smaller { private: u8, utility: u8 },
    /// The private and the utility blocks do not lie side by side.
    Apart,
    /// The room that another cluster keeps for a fourth zone is used.
    RoomUsed,
    /// Nothing is reserved for a fourth zone.
    Tight,
}

/// Not even the smallest blocks fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRoom {
    /// The prefix lengths that were tried last.
    pub private: u8,
    pub utility: u8,
    pub free_addresses: u64,
    pub largest: Option<Ipv4Net>,
}

impl Request<'_> {
    /// The blocks of the first arrangement that fits: large before small, reserved slots before none; else why not.
    pub fn lay_out(&self) -> Result<Layout, NoRoom> {
        if self.zones.iter().all(is_fixed) {
            return Ok(self.with(&[], Vec::new(), Vec::new()));
        }
        let rooms: Vec<_> = rooms(self.vpc).iter().map(|room| room.cidr).collect();
        let space = Space::from_vpc(self.vpc);
        let courteous = space.clone().without(rooms.iter().copied());
        self.grouped(&[&courteous], self.wanted)
            .or_else(|| self.grouped(&[&courteous, &space], self.least))
            .or_else(|| self.tight(&space))
            .map(|layout| layout.beside(&rooms))
            .ok_or_else(|| self.no_room(&space))
    }

    // Prefix lengths down to what holds `least`, the utility ones first. A lower least only adds to the end: more
    // zones need less per zone, and that must not change what fewer zones got.
    fn sizes(&self, least: u32) -> Vec<(u8, u8)> {
        let wanted = prefix_for(self.wanted).clamp(LARGEST_PREFIX, USUAL_PREFIX);
        let least = prefix_for(least)
            .clamp(LARGEST_PREFIX, Tier::Private.smallest())
            .max(wanted);
        let beside = |private: u8| private.clamp(USUAL_PREFIX, SMALLEST_UTILITY);
        (wanted..=least)
            .flat_map(|private| {
                (beside(private)..=SMALLEST_UTILITY).map(move |utility| (private, utility))
            })
            .collect()
    }

    // The largest sizes that fit into one of the spaces, an earlier one before a later.
    fn grouped(&self, spaces: &[&Space], least: u32) -> Option<Layout> {
        self.sizes(least).into_iter().find_map(|sizes| {
            let mut found = spaces.iter().map(|space| self.tiers(space, sizes));
            let (firsts, apart) = found.find_map(|tiers| tiers)?;
            let mut notes = self.smaller(sizes);
            notes.extend(apart.then_some(LayoutNote::Apart));
            let (planned, reserved) = self.filled(firsts, sizes);
            Some(self.with(&planned, reserved, notes))
        })
    }

    // The first address of each tier, and whether they lie apart.
    fn tiers(&self, space: &Space, sizes: (u8, u8)) -> Option<([u64; 2], bool)> {
        let slots = self.slots();
        let span = |prefix: u8| size(prefix) * width(&slots);
        let half = span(sizes.0.min(sizes.1));
        let group = prefix_of(half * 2)?;
        let ends = [prefix_of(span(sizes.0))?, prefix_of(span(sizes.1))?];
        let fits = |first: u64, tier: Tier| self.tier_fits(first, tier, &slots, sizes);
        let side_by_side = |net: Ipv4Net| {
            fits(first_of(net), Tier::Private) && fits(first_of(net) + half, Tier::Utility)
        };
        if let Some(found) = space.find(group, side_by_side) {
            return Some(([first_of(found), first_of(found) + half], false));
        }
        let private = space.find(ends[0], |net| fits(first_of(net), Tier::Private))?;
        let utility = space
            .clone()
            .without([private])
            .find(ends[1], |net| fits(first_of(net), Tier::Utility))?;
        Some(([first_of(private), first_of(utility)], true))
    }

    // A fixed block may lie in its own zone's slot, but in no other, or a zone to come would find its slot taken.
    fn tier_fits(&self, first: u64, tier: Tier, slots: &[u64], sizes: (u8, u8)) -> bool {
        let prefix = tier.prefix_of(sizes);
        (0..width(slots))
            .filter(|slot| !self.is_fixed_slot(*slot, tier, slots))
            .map(|slot| block_at(first + slot * size(prefix), prefix))
            .all(|block| !self.fixed().any(|fixed| overlap(fixed, block)))
    }

    fn is_fixed_slot(&self, slot: u64, tier: Tier, slots: &[u64]) -> bool {
        let mut zones = self.zones.iter().zip(slots);
        zones.any(|(zone, own)| *own == slot && zone.fixed(tier).is_some())
    }

    fn filled(&self, firsts: [u64; 2], sizes: (u8, u8)) -> (Vec<Block>, Vec<Ipv4Net>) {
        let slots = self.slots();
        let mut planned = Vec::new();
        let mut reserved = Vec::new();
        for (tier, first) in Tier::ALL.into_iter().zip(firsts) {
            let prefix = tier.prefix_of(sizes);
            for slot in 0..width(&slots) {
                let cidr = block_at(first + slot * size(prefix), prefix);
                match self.zones.iter().zip(&slots).find(|(_, own)| **own == slot) {
                    Some((zone, _)) if zone.fixed(tier).is_none() => {
                        planned.push(zone.block(tier, cidr));
                    }
                    Some(_) => {}
                    None => reserved.push(cidr),
                }
            }
        }
        (planned, reserved)
    }

    // Zone by zone first, because a zone added later then moves nothing; larger before smaller where only that fits.
    fn tight(&self, space: &Space) -> Option<Layout> {
        let space = space.clone().without(self.fixed());
        self.sizes(self.open_least).into_iter().find_map(|sizes| {
            let by_zone = self.open_slots();
            let mut by_size = by_zone.clone();
            by_size.sort_by_key(|(_, tier)| tier.prefix_of(sizes));
            let planned = one_by_one(&space, &by_zone, sizes)
                .or_else(|| one_by_one(&space, &by_size, sizes))?;
            let mut notes = self.smaller(sizes);
            notes.push(LayoutNote::Tight);
            Some(self.with(&planned, Vec::new(), notes))
        })
    }

    fn open_slots(&self) -> Vec<(&ZoneRequest, Tier)> {
        let mut zones: Vec<_> = self.slots().into_iter().zip(self.zones).collect();
        zones.sort_by_key(|(slot, _)| *slot);
        zones
            .into_iter()
            .flat_map(|(_, zone)| Tier::ALL.map(|tier| (zone, tier)))
            .filter(|(zone, tier)| zone.fixed(*tier).is_none())
            .collect()
    }

    fn with(&self, planned: &[Block], reserved: Vec<Ipv4Net>, notes: Vec<LayoutNote>) -> Layout {
        let block = |zone: &ZoneRequest, tier: Tier| {
            let fixed = zone.fixed(tier).map(|cidr| zone.block(tier, cidr));
            let found = planned
                .iter()
                .find(|block| block.zone == zone.name && block.tier == tier);
            fixed.or_else(|| found.cloned())
        };
        let blocks = self
            .zones
            .iter()
            .flat_map(|zone| Tier::ALL.map(|tier| block(zone, tier)))
            .flatten()
            .collect();
        Layout {
            blocks,
            reserved,
            notes,
        }
    }

    fn fixed(&self) -> impl Iterator<Item = Ipv4Net> {
        self.zones
            .iter()
            .flat_map(|zone| [zone.private, zone.utility])
            .flatten()
    }

    fn smaller(&self, (private, utility): (u8, u8)) -> Vec<LayoutNote> {
        let first = self.sizes(self.wanted).first().copied();
        if first == Some((private, utility)) {
            return Vec::new();
        }
        vec![LayoutNote::Smaller { private, utility }]
    }

    fn no_room(&self, space: &Space) -> NoRoom {
        let (private, utility) = self
            .sizes(self.open_least)
            .last()
            .copied()
            .unwrap_or_default();
        NoRoom {
            private,
            utility,
            free_addresses: space.free_addresses(),
            largest: space.largest(),
        }
    }

    // Each zone's slot: its place among the region's zones, the next open one when an earlier zone has it.
    fn slots(&self) -> Vec<u64> {
        let count = slot_count(self.zones.len());
        let mut taken: Vec<u64> = Vec::new();
        for zone in self.zones {
            let home = self.place(&zone.name) % count;
            let open = |slot: &u64| !taken.contains(slot);
            let slot = Some(home).filter(open).or_else(|| (0..count).find(open));
            taken.push(slot.unwrap_or(home));
        }
        taken
    }

    // Without the region's list the sorted answers are the only order there is.
    fn place(&self, zone: &str) -> u64 {
        let among = self.region.iter().position(|name| name == zone);
        let earlier = || {
            self.zones
                .iter()
                .filter(|other| *other.name < *zone)
                .count()
        };
        u64::try_from(among.unwrap_or_else(earlier)).unwrap_or(0)
    }
}

impl Layout {
    // Says so when a planned or reserved block lies in another cluster's reserved range.
    fn beside(mut self, rooms: &[Ipv4Net]) -> Self {
        let planned = self.blocks.iter().map(|block| block.cidr);
        let mut own = planned.chain(self.reserved.iter().copied());
        if own.any(|net| rooms.iter().any(|room| overlap(*room, net))) {
            self.notes.push(LayoutNote::RoomUsed);
        }
        self
    }
}

impl ZoneRequest {
    fn fixed(&self, tier: Tier) -> Option<Ipv4Net> {
        match tier {
            Tier::Private => self.private,
            Tier::Utility => self.utility,
        }
    }

    fn block(&self, tier: Tier, cidr: Ipv4Net) -> Block {
        Block {
            zone: self.name.clone(),
            tier,
            cidr,
        }
    }
}

impl Tier {
    fn prefix_of(self, (private, utility): (u8, u8)) -> u8 {
        match self {
            Self::Private => private,
            Self::Utility => utility,
        }
    }
}

fn is_fixed(zone: &ZoneRequest) -> bool {
    zone.private.is_some() && zone.utility.is_some()
}

fn slot_count(zones: usize) -> u64 {
    u64::try_from(zones.max(SLOTS).next_power_of_two()).unwrap_or(u64::MAX)
}

fn width(slots: &[u64]) -> u64 {
    slot_count(slots.len())
}

// The prefix length of a power of two of addresses; none when IPv4 has fewer.
fn prefix_of(addresses: u64) -> Option<u8> {
    let bits = u8::try_from(addresses.trailing_zeros()).ok()?;
    32_u8.checked_sub(bits)
}

fn one_by_one(space: &Space, open: &[(&ZoneRequest, Tier)], sizes: (u8, u8)) -> Option<Vec<Block>> {
    let mut space = space.clone();
    let mut planned = Vec::new();
    for (zone, tier) in open {
        let cidr = space.find(tier.prefix_of(sizes), |_| true)?;
        space = space.without([cidr]);
        planned.push(zone.block(*tier, cidr));
    }
    Some(planned)
}
