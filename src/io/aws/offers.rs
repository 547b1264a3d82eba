//! What EC2 offers besides what is there: instance types, images, quotas and what of them is used, asked beside the VPCs.

use std::time::Duration;

use super::Account;
use super::instance_types::{Freshness, Offered};
use super::usage::{RunningInstances, in_use};
use crate::core::fault::Fault;
use crate::core::inventory::{Image, Inventory, MissingFact, Quotas};

/// What to ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub freshness: Freshness,
    /// The images that the answers name.
    pub images: Vec<String>,
}

/// What the account may have in the region.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offers {
    offered: Offered,
    images: Vec<Image>,
    quotas: Quotas,
    running: Option<Vec<RunningInstances>>,
    missing: Vec<MissingFact>,
}

impl Account {
    /// Instance types, images, quotas and what runs at once. A refused call is a [`MissingFact`]; a Fault when AWS accepts no call at
    /// all or EC2 does not answer.
    pub async fn offers(&self, wanted: &Wanted) -> Result<Offers, Fault> {
        let (offered, (images, mut missing), (quotas, unread), running) = tokio::join!(
            Box::pin(self.instance_types(wanted.freshness)),
            Box::pin(self.images(&wanted.images)),
            Box::pin(self.quotas()),
            Box::pin(self.running()),
        );
        missing.extend(unread);
        let running = running.map_err(|fact| missing.push(fact)).ok();
        Ok(Offers {
            offered: offered?,
            images,
            quotas,
            running,
            missing,
        })
    }
}

impl Offers {
    /// The inventory with what is offered; of the instance types those that one of its zones has.
    pub fn into_inventory(self, mut inventory: Inventory) -> Inventory {
        let known = |zone: &String| inventory.zones.iter().any(|one| one.name == *zone);
        inventory.instance_types_age_seconds = self.offered.age.as_secs();
        let mut types = self.offered.types;
        inventory.vcpus_in_use = self.running.map(|running| in_use(&running, &types));
        // Without zones the offers are unknown; what EC2 reported of the types stands.
        if !inventory.zones.is_empty() {
            for kind in &mut types {
                kind.zones.retain(known);
            }
            types.retain(|kind| !kind.zones.is_empty());
        }
        inventory.instance_types = types;
        inventory.images = self.images;
        inventory.quotas = self.quotas;
        inventory.missing.extend(self.missing);
        inventory.missing.extend(self.offered.missing);
        inventory
            .missing
            .sort_by(|left, right| (&left.action, &left.fact).cmp(&(&right.action, &right.fact)));
        inventory
    }

    /// The time since the instance types were read.
    pub fn age(&self) -> Duration {
        self.offered.age
    }
}
