//! The address map: what lies where in a VPC, as one list that discover, plan and the wizard all draw.

use ipnet::Ipv4Net;
use serde::Serialize;

use crate::core::inventory::{Owner, RouteTarget, Subnet, Vpc, name_of, owner_of};
use crate::core::network::cidr::layout::Layout;
use crate::core::network::cidr::space::{ReservedRange, Space, rooms, routed};
use crate::core::network::cidr::{Tier, first_of, last_of, non_masquerade, overlap};
use crate::core::text::untrusted::Untrusted;

/// The VPC's blocks, in its order, each cut into what lies there, by address; nothing is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct AddressMap {
    /// The VPC's CIDRs, the primary one first.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub cidrs: Vec<Ipv4Net>,
    /// Aligned CIDRs by address, nothing left out.
    pub segments: Vec<Segment>,
    /// Custom CIDRs of the answers that cannot be there; one outside the VPC lies in none of the segments.
    pub collisions: Vec<Collision>,
}

/// How much of a map is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MapZoom {
    #[default]
    Whole,
    /// 64 CIDRs of the size of the one in its middle.
    Near,
    /// Eight of them.
    Close,
}

impl MapZoom {
    /// The next one: closer, and from the closest back to the whole.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Whole => Self::Near,
            Self::Near => Self::Close,
            Self::Close => Self::Whole,
        }
    }
}

/// A custom CIDR that cannot be there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct Collision {
    #[cfg_attr(test, schemars(with = "String"))]
    pub cidr: Ipv4Net,
    pub zone: String,
    pub tier: Tier,
    /// What has some of its addresses already; empty when it lies outside the VPC, or no subnet can have its form.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub with: Vec<Ipv4Net>,
}

/// One aligned block and what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Segment {
    #[cfg_attr(test, schemars(with = "String"))]
    pub cidr: Ipv4Net,
    #[serde(flatten)]
    pub kind: SegmentKind,
}

/// What a block of a VPC is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum SegmentKind {
    /// A subnet: whose it is, its `Name` tag or else its id, and its zone.
    Existing {
        owner: Owner,
        name: Untrusted,
        zone: String,
        /// The tier of the plan that it is picked for; absent where it is not.
        #[serde(skip_serializing_if = "Option::is_none")]
        tier: Option<Tier>,
    },
    /// A block of the plan.
    Planned {
        zone: String,
        tier: Tier,
    },
    /// Kept for a zone that this cluster may still get.
    Reserved {
        cluster: Untrusted,
    },
    /// A route sends it elsewhere.
    Routed {
        target: RouteTarget,
    },
    /// Inside 100.64.0.0/10, where kops puts pods and services.
    Pods,
    Free,
}

impl AddressMap {
    /// What lies in the VPC now.
    pub fn existing(vpc: &Vpc) -> Self {
        Self::planned(vpc, "", &Layout::default())
    }

    /// What lies in the VPC, with the blocks of a plan for this cluster.
    pub fn planned(vpc: &Vpc, cluster: &str, layout: &Layout) -> Self {
        let mut segments = occupied(vpc);
        segments.extend(planned_segments(vpc, cluster, layout));
        let occupied = segments.iter().map(|segment| segment.cidr);
        let mut space = Space::new(&vpc.cidrs).without(occupied);
        segments.extend(reserved_segments(&rooms(vpc), &mut space));
        segments.extend(space.free().into_iter().map(|cidr| Segment {
            cidr,
            kind: SegmentKind::Free,
        }));
        Self {
            cidrs: vpc.cidrs.clone(),
            segments: in_order(vpc, segments),
            collisions: Vec::new(),
        }
    }

    /// The same map with the custom CIDRs that cannot be there, by address; those outside the VPC among them.
    #[must_use]
    pub fn with_collisions(mut self, mut collisions: Vec<Collision>) -> Self {
        collisions.sort_by_key(|one| (first_of(one.cidr), one.cidr.prefix_len()));
        self.collisions = collisions;
        self
    }

    /// The same map with the subnets that the plan picked, by id.
    #[must_use]
    pub fn used_by_plan(mut self, vpc: &Vpc, used: &[(String, Tier)]) -> Self {
        for segment in &mut self.segments {
            let picked = used.iter().find(|(id, _)| {
                let subnet = vpc.subnet(id);
                subnet.is_some_and(|subnet| subnet.cidr == segment.cidr)
            });
            if let SegmentKind::Existing { tier, .. } = &mut segment.kind {
                *tier = picked.map(|(_, tier)| *tier);
            }
        }
        self
    }

    /// The part of it inside a window: what is larger than the window is cut to it.
    #[must_use]
    pub fn zoomed(&self, window: Ipv4Net) -> Self {
        let segments = self.segments.iter().filter_map(|segment| {
            let cidr = match segment.cidr {
                cidr if window.contains(&cidr) => cidr,
                cidr if cidr.contains(&window) => window,
                _ => return None,
            };
            let kind = segment.kind.clone();
            Some(Segment { cidr, kind })
        });
        let collisions = self.collisions.iter();
        Self {
            cidrs: vec![window],
            segments: segments.collect(),
            collisions: collisions
                .filter(|one| overlap(one.cidr, window))
                .cloned()
                .collect(),
        }
    }

    /// The window of a zoom around a CIDR; `None` for the whole map, and where the CIDR lies outside the VPC.
    pub fn window(&self, zoom: MapZoom, around: Ipv4Net) -> Option<Ipv4Net> {
        let own = self.cidrs.iter().find(|own| own.contains(&around))?;
        let wider = match zoom {
            MapZoom::Whole => return None,
            MapZoom::Near => 6,
            MapZoom::Close => 3,
        };
        let prefix = around.prefix_len().saturating_sub(wider);
        let window = Ipv4Net::new(around.network(), prefix.max(own.prefix_len()));
        window.ok().map(|window| window.trunc())
    }

    /// Whether a CIDR lies in one of the VPC's own.
    pub fn is_inside(&self, cidr: Ipv4Net) -> bool {
        self.cidrs.iter().any(|own| own.contains(&cidr))
    }

    /// The segments with neighbours of one kind put together, as people read them.
    pub fn runs(&self) -> Vec<SegmentRun<'_>> {
        let mut runs: Vec<SegmentRun<'_>> = Vec::new();
        for segment in &self.segments {
            match runs.last_mut() {
                Some(run) if same(&run.first.kind, &segment.kind) => {
                    run.last = segment;
                    run.count += 1;
                }
                _ => runs.push(SegmentRun {
                    first: segment,
                    last: segment,
                    count: 1,
                }),
            }
        }
        runs
    }

    /// The segments inside one of the VPC's blocks.
    pub fn within(&self, cidr: Ipv4Net) -> impl Iterator<Item = &Segment> {
        self.segments
            .iter()
            .filter(move |segment| cidr.contains(&segment.cidr))
    }
}

/// Neighbours of one kind; planned blocks stand alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SegmentRun<'a> {
    pub first: &'a Segment,
    pub last: &'a Segment,
    pub count: usize,
}

fn same(one: &SegmentKind, other: &SegmentKind) -> bool {
    match (one, other) {
        (
            SegmentKind::Existing {
                owner, tier: None, ..
            },
            SegmentKind::Existing {
                owner: others,
                tier: None,
                ..
            },
        ) => owner == others,
        (SegmentKind::Existing { .. }, SegmentKind::Existing { .. })
        | (SegmentKind::Planned { .. }, SegmentKind::Planned { .. }) => false,
        _ => std::mem::discriminant(one) == std::mem::discriminant(other),
    }
}

fn occupied(vpc: &Vpc) -> Vec<Segment> {
    let mut segments: Vec<_> = vpc.subnets.iter().map(existing).collect();
    for range in routed(vpc) {
        let covered = segments.iter().any(|other| overlap(other.cidr, range.cidr));
        if !covered {
            segments.push(Segment {
                cidr: range.cidr,
                kind: SegmentKind::Routed {
                    target: range.target,
                },
            });
        }
    }
    let space = Space::new(&vpc.cidrs).without(segments.iter().map(|segment| segment.cidr));
    let pods = space.free_within(non_masquerade());
    segments.extend(pods.into_iter().map(|cidr| Segment {
        cidr,
        kind: SegmentKind::Pods,
    }));
    segments
}

fn existing(subnet: &Subnet) -> Segment {
    let id = Untrusted::from(subnet.id.as_str());
    Segment {
        cidr: subnet.cidr,
        kind: SegmentKind::Existing {
            owner: owner_of(&subnet.tags),
            name: name_of(&subnet.tags).cloned().unwrap_or(id),
            zone: subnet.zone.clone(),
            tier: None,
        },
    }
}

fn planned_segments(vpc: &Vpc, cluster: &str, layout: &Layout) -> Vec<Segment> {
    let cluster = Untrusted::from(cluster);
    let planned = layout.blocks.iter().map(|block| Segment {
        cidr: block.cidr,
        kind: SegmentKind::Planned {
            zone: block.zone.clone(),
            tier: block.tier,
        },
    });
    let reserved = layout.reserved.iter().map(|cidr| Segment {
        cidr: *cidr,
        kind: SegmentKind::Reserved {
            cluster: cluster.clone(),
        },
    });
    // A block that was fixed outside the VPC is a problem of the plan; the map is of the VPC.
    let inside = |segment: &Segment| vpc.cidrs.iter().any(|cidr| cidr.contains(&segment.cidr));
    planned.chain(reserved).filter(inside).collect()
}

// Rooms may lie in one another, so each takes what the ones before it left.
fn reserved_segments(rooms: &[ReservedRange], space: &mut Space) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    for room in rooms {
        for cidr in space.free_within(room.cidr) {
            space.take(cidr);
            segments.push(Segment {
                cidr,
                kind: SegmentKind::Reserved {
                    cluster: room.cluster.clone(),
                },
            });
        }
    }
    segments
}

fn in_order(vpc: &Vpc, mut segments: Vec<Segment>) -> Vec<Segment> {
    let home = |net: Ipv4Net| vpc.cidrs.iter().position(|cidr| cidr.contains(&net));
    segments.sort_by_cached_key(|segment| {
        let cidr = segment.cidr;
        (
            home(cidr).unwrap_or(usize::MAX),
            first_of(cidr),
            last_of(cidr),
        )
    });
    segments
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::core::method;
    use crate::core::network::cidr::size;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_window_is_around_its_cidr_inside_the_vpc_and_its_map_leaves_nothing_out(
            third in 0_u8..=255,
            prefix in 18_u8..=28,
            close in any::<bool>(),
        ) {
            let map = AddressMap::existing(&method::vpc());
            let around: Ipv4Net = format!("172.20.{third}.0/{prefix}").parse::<Ipv4Net>().unwrap().trunc();
            let zoom = if close { MapZoom::Close } else { MapZoom::Near };
            let window = map.window(zoom, around).unwrap();
            prop_assert!(window.contains(&around) && map.cidrs[0].contains(&window));
            let zoomed = map.zoomed(window);
            let mut next = first_of(window);
            for segment in &zoomed.segments {
                prop_assert_eq!(first_of(segment.cidr), next);
                next += size(segment.cidr.prefix_len());
            }
            prop_assert_eq!(next, last_of(window) + 1);
        }
    }

    #[test]
    fn the_whole_map_has_no_window_and_neither_has_a_cidr_elsewhere() {
        let map = AddressMap::existing(&method::vpc());
        let inside = "172.20.16.0/24".parse().unwrap();
        let outside = "10.0.0.0/24".parse().unwrap();
        assert_eq!(map.window(MapZoom::Whole, inside), None);
        assert_eq!(map.window(MapZoom::Close, outside), None);
        assert_eq!(
            map.window(MapZoom::Close, inside),
            "172.20.16.0/21".parse().ok()
        );
        assert_eq!(
            map.window(MapZoom::Near, inside),
            "172.20.0.0/18".parse().ok()
        );
    }
}
