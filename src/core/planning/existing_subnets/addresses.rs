//! Whether a picked subnet has free addresses enough.

use super::PickedSubnet;
use crate::core::inventory::clusters_of;
use crate::core::network::cidr::{LOST_ADDRESSES, Tier, size};
use crate::core::planning::need;
use crate::core::problem::{Problem, catalog as rule};
use crate::core::text::prose::counted;

impl PickedSubnet<'_> {
    pub(super) fn addresses(&self) -> Option<Problem> {
        let free = self.free();
        match self.tier {
            Tier::Private => self.private_addresses(free),
            Tier::Utility => self.utility_addresses(free),
        }
    }

    // What the cluster itself took there already is counted by its groups.
    fn free(&self) -> u32 {
        let whole = u32::try_from(size(self.subnet.cidr.prefix_len())).unwrap_or(u32::MAX);
        let whole = whole.saturating_sub(LOST_ADDRESSES);
        let own = clusters_of(&self.subnet.tags)
            .iter()
            .any(|cluster| cluster.raw() == self.answers.cluster);
        let free = self.subnet.free_addresses.filter(|_| !own);
        free.map_or(whole, |free| free.min(whole))
    }

    fn private_addresses(&self, free: u32) -> Option<Problem> {
        let zone = &self.zone.name;
        let least = need::least(self.groups, zone).saturating_sub(LOST_ADDRESSES);
        if free < least {
            return Some(self.problem(
                rule::SUBNET_FULL,
                format!("{} has {}, and {least} are needed", self.words(), counted(free, "free address")),
                "the groups at their maximum need as many there, those of a load balancer included; Auto Scaling starts nothing in a full subnet",
                self.or_instead("lower the groups' maximum, or spread them over more zones"),
            ));
        }
        let networking = self.answers.networking;
        let pods = need::with_pods(self.inventory, networking, self.groups, zone)
            .saturating_sub(LOST_ADDRESSES);
        (free < pods).then(|| {
            self.problem(
                rule::SUBNET_SMALL_FOR_PODS,
                format!("{} may run out of addresses for pods: it has {}", self.words(), counted(free, "free address")),
                format!("the CNI gives pods addresses of the subnet; full nodes of these types may take {pods}"),
                self.or_instead("take Cilium or Calico, whose pods use 100.64.0.0/10"),
            )
        })
    }

    fn utility_addresses(&self, free: u32) -> Option<Problem> {
        if free >= need::LOAD_BALANCER {
            return None;
        }
        let what = format!("{} has {}", self.words(), counted(free, "free address"));
        let why = "a load balancer wants 8 free addresses in each of its subnets";
        let rule = if self.is_open() {
            rule::SUBNET_FULL
        } else {
            rule::SUBNET_FEW_ADDRESSES
        };
        Some(self.problem(
            rule,
            what,
            why,
            self.or_instead("free some of its addresses"),
        ))
    }
}
