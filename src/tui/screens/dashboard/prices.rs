//! When the prices of the instances are asked for: once, for each that is new, and again after an hour.

use std::collections::BTreeSet;
use std::time::Duration;

use super::Dashboard;
use crate::core::text::untrusted::Untrusted;
use crate::tui::effect::{CloudQuestion, Effect, PriceQuestion};
use crate::tui::event::Timestamp;

/// Those of Spot Instances change; AWS's list is kept for a day where it is read.
const BELIEVED: Duration = Duration::from_hours(1);

/// What was asked about last.
#[derive(Clone, Debug, Default)]
pub(super) struct PricesAsked {
    at: Option<Timestamp>,
    instances: BTreeSet<Untrusted>,
}

impl Dashboard {
    pub(super) fn ask_for_prices(&mut self, at: Timestamp) -> Option<Effect> {
        let members = self.current.live.cloud().paid_members();
        let instances: BTreeSet<Untrusted> = members.map(|one| one.instance.clone()).collect();
        let age = self.prices.at.map(|asked| at.since(asked));
        let current = age.is_some_and(|age| age < BELIEVED);
        if instances.is_empty() || (current && instances.is_subset(&self.prices.instances)) {
            return None;
        }
        let members = self.current.live.cloud().paid_members();
        let types: BTreeSet<&str> = members.map(|one| one.instance_type.raw()).collect();
        let question = PriceQuestion {
            types: types.into_iter().map(str::to_owned).collect(),
            instances: instances.iter().map(|id| id.raw().to_owned()).collect(),
        };
        self.prices = PricesAsked {
            at: Some(at),
            instances,
        };
        Some(self.read_cloud(CloudQuestion::Prices(question)))
    }
}
