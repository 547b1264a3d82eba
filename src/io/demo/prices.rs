//! What the instances of the demonstration cost: a few prices as AWS's list had them, built in.

use std::collections::BTreeSet;

use super::birth::DemoBirth;
use super::dry_run::{DemoGroup, DemoSpec};
use super::instances::DemoInstance;
use crate::core::price::{ClusterPrices, HourlyPrice, PriceList};
use crate::core::text::untrusted::Untrusted;
use crate::core::unix_time::UnixTime;
use crate::tui::effect::PriceQuestion;

/// Of us-east-1, Linux, in millionths of a dollar an hour, as they were on [`READ`].
const ON_DEMAND: [(&str, u64); 13] = [
    ("c6i.xlarge", 170_000),
    ("m5.large", 96_000),
    ("m6i.large", 96_000),
    ("m6i.xlarge", 192_000),
    ("m7g.large", 81_600),
    ("r6i.large", 126_000),
    ("t3.large", 83_200),
    ("t3.medium", 41_600),
    ("t3.micro", 10_400),
    ("t3.small", 20_800),
    ("t3.xlarge", 166_400),
    ("t4g.medium", 33_600),
    ("t4g.micro", 8_400),
];

/// 2026-11-01.
const READ: UnixTime = UnixTime(1_793_491_200_000);

/// What a Spot Instance of the demonstration costs of the price of an On-Demand one, in percent.
const SPOT: u64 = 38;

/// The prices of all types that are known.
pub(super) fn list() -> PriceList {
    let on_demand = ON_DEMAND.map(|(name, price)| (name.to_owned(), HourlyPrice(price)));
    PriceList {
        on_demand: on_demand.into(),
        read: Some(READ),
        ..PriceList::default()
    }
}

/// The prices of the instances that are asked about.
pub(super) fn answer(spec: &DemoSpec, birth: &DemoBirth, asked: &PriceQuestion) -> ClusterPrices {
    let spot = spec.groups.iter().flat_map(|group| group.spot(birth));
    let spot: BTreeSet<Untrusted> = spot.map(|one| Untrusted::from(one.id.as_str())).collect();
    let mut list = PriceList {
        read: Some(READ),
        ..PriceList::default()
    };
    let wanted = |name: &str| asked.types.iter().any(|kind| kind == name);
    let zones: BTreeSet<&str> = birth
        .instances
        .iter()
        .map(|one| one.zone.as_str())
        .collect();
    for (name, price) in ON_DEMAND.into_iter().filter(|(name, _)| wanted(name)) {
        list.on_demand.insert(name.to_owned(), HourlyPrice(price));
        let places = zones
            .iter()
            .map(|zone| (name.to_owned(), (*zone).to_owned()));
        let spot = HourlyPrice(price * SPOT / 100);
        list.spot.extend(places.map(|place| (place, spot)));
    }
    let instances = asked.instances.iter();
    ClusterPrices {
        list,
        instances: instances.map(|id| Untrusted::from(id.as_str())).collect(),
        spot,
    }
}

impl DemoGroup {
    // Auto Scaling launches those of the base first, and rounds the others up to On-Demand ones.
    fn spot<'a>(&self, birth: &'a DemoBirth) -> Vec<&'a DemoInstance> {
        let Some(mixed) = &self.spec.mixed_instances_policy else {
            return Vec::new();
        };
        let own = birth.instances.iter();
        let own: Vec<&DemoInstance> = own.filter(|one| one.group.name == self.name).collect();
        let base = mixed.on_demand_base.unwrap_or_default();
        let above = mixed.on_demand_above_base.unwrap_or(100);
        let count = u32::try_from(own.len()).unwrap_or(u32::MAX);
        let rest = count.saturating_sub(base);
        let on_demand = base.saturating_add((rest * above).div_ceil(100));
        let skipped = usize::try_from(on_demand).unwrap_or(usize::MAX);
        own.into_iter().skip(skipped).collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::core::cluster::cloud::{CloudAnswer, CloudGroup, CloudUpdate, GroupMember};
    use crate::core::cluster::live::LiveCluster;
    use crate::io::demo::birth::Beat;

    const SPEC: &str = "kind: InstanceGroup\nmetadata: {name: spot}\nspec: {role: Node, machineType: m5.large, minSize: 3, maxSize: 3, subnets: [a], mixedInstancesPolicy: {instances: [m5.large], onDemandBase: 1, onDemandAboveBase: 0}}\n";

    #[test]
    fn the_first_instances_of_a_mixed_group_are_bought_on_demand() {
        let birth = DemoBirth::new(SPEC, "demo.example.com", Beat::Complete, READ);
        let ids = birth.instances.iter().map(|one| one.id.clone());
        let asked = PriceQuestion {
            types: vec!["m5.large".to_owned()],
            instances: ids.collect(),
        };
        let prices = answer(&DemoSpec::read(SPEC), &birth, &asked);
        let member = |one: &DemoInstance| GroupMember {
            instance: one.id.as_str().into(),
            instance_type: "m5.large".into(),
            zone: one.zone.as_str().into(),
            ..GroupMember::default()
        };
        let group = CloudGroup {
            members: birth.instances.iter().map(member).collect(),
            ..CloudGroup::default()
        };
        let mut live = LiveCluster::new("demo.example.com", Vec::new());
        let found = vec![group];
        let missing = Vec::new();
        live.take_cloud(
            CloudUpdate::Groups(Ok(CloudAnswer { found, missing })),
            READ,
        );
        live.take_cloud(CloudUpdate::Prices(Ok(prices)), READ);
        // One at 0.096 and two at 38 % of it.
        let month = live.cloud().cost().unwrap().all.map(HourlyPrice::monthly);
        assert_eq!(month.as_deref(), Some("123.34"));
    }
}
