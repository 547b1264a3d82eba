//! What happens where: the resources of a dry run by instance group and by zone, counted.

use std::collections::BTreeMap;

use crate::core::analysis::location::{ResourceLocation, place};
use crate::core::analysis::summary::Summary;
use crate::core::kops::dry_run::DryRun;

/// How much happens in one instance group, or in a zone beside its instance groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceCount {
    pub place: ResourceLocation,
    pub summary: Summary,
}

/// The instance groups, then the zones, each by name; what belongs to neither is left out.
pub fn places(dry_run: &DryRun) -> Vec<PlaceCount> {
    let cluster = dry_run.cluster();
    let mut counts: BTreeMap<_, Summary> = BTreeMap::new();
    for resource in &dry_run.resources {
        let place = place(resource, cluster);
        if place != ResourceLocation::default() {
            let beside = place.instance_group.is_none();
            let key = (beside, place.instance_group, place.zone);
            counts.entry(key).or_default().count(resource);
        }
    }
    let count = |((_, instance_group, zone), summary)| PlaceCount {
        place: ResourceLocation {
            zone,
            instance_group,
        },
        summary,
    };
    counts.into_iter().map(count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::kops::dry_run::parse;

    #[test]
    fn what_happens_is_counted_by_place() {
        let dry_run = parse(include_str!(
            "../../../tests/fixtures/kops/update-modify.stdout"
        ));
        let counts = |one: &PlaceCount| {
            let ResourceLocation {
                instance_group,
                zone,
            } = &one.place;
            let name = instance_group.as_ref().or(zone.as_ref());
            (name.cloned().unwrap_or_default(), one.summary.modify)
        };
        let counts: Vec<_> = places(&dry_run).iter().map(counts).collect();
        let expected = [
            ("control-plane-us-east-1a", 2),
            ("control-plane-us-east-1b", 2),
            ("control-plane-us-east-1c", 2),
            ("nodes-us-east-1a", 3),
            ("nodes-us-east-1b", 3),
            ("nodes-us-east-1c", 3),
            ("us-east-1a", 2),
            ("us-east-1b", 2),
            ("us-east-1c", 2),
        ];
        assert_eq!(
            counts,
            expected.map(|(name, count)| (name.to_owned(), count))
        );
    }
}
