//! What the address map of the network shows: the VPC, the plan, what a typed CIDR would do there, and what is reserved.

use ipnet::Ipv4Net;

use super::field::Item;
use super::form::EditState;
use super::typed::parse_optional_cidr;
use super::{Wizard, WizardStep};
use crate::core::answers::ZoneAnswer;
use crate::core::network::address_map::{AddressMap, SegmentKind};
use crate::core::network::cidr::Tier;
use crate::core::plan::ZonePlan;
use crate::core::planning::{Planned, plan};

impl Wizard {
    /// Whether the step has an address map.
    pub fn has_map(&self) -> bool {
        self.step == WizardStep::Network && self.vpc_shown().is_some()
    }

    /// What lies where in the VPC that the picture is of; while a CIDR is typed, as if it were taken.
    pub fn map(&self) -> Option<AddressMap> {
        let vpc = self
            .vpc_shown()
            .filter(|_| self.step == WizardStep::Network)?;
        if vpc.id != self.answers.vpc {
            return Some(AddressMap::existing(vpc));
        }
        let tried = self.tried().and_then(|tried| tried.address_map);
        let planned = tried.or_else(|| self.planned.address_map.clone());
        Some(planned.unwrap_or_else(|| AddressMap::existing(vpc)))
    }

    /// The part of a map that the zoom is on.
    pub fn map_window(&self, map: &AddressMap) -> Option<Ipv4Net> {
        map.window(self.map_zoom, self.cidr_under_cursor()?)
    }

    /// The map whose runs are listed: the part that the zoom is on, or all of it.
    pub fn map_listed(&self) -> Option<AddressMap> {
        let map = self.map()?;
        Some(match self.map_window(&map) {
            Some(window) => map.zoomed(window),
            None => map,
        })
    }

    /// The plan as it would be with the CIDR that is being typed, once it is one.
    pub fn tried(&self) -> Option<Planned> {
        let EditState::Typing(typing) = &self.form().entry else {
            return None;
        };
        let Item::Subnet(tier, zone) = &typing.key.item else {
            return None;
        };
        if self.answers.uses_existing_subnets() {
            return None;
        }
        let cidr = parse_optional_cidr(typing.input.value().trim()).ok()??;
        let mut answers = self.answers.clone();
        let mut zones = answers.zones.iter_mut();
        let answer = zones.find(|answer| answer.name == *zone)?;
        match tier {
            Tier::Private => answer.private_cidr = Some(cidr),
            Tier::Utility => answer.utility_cidr = Some(cidr),
        }
        Some(plan(self.inventory()?, &answers))
    }

    fn cidr_under_cursor(&self) -> Option<Ipv4Net> {
        let tried = self.tried();
        let zones = &tried.as_ref().unwrap_or(&self.planned).plan.zones;
        let of = |name: &str, tier: Tier| {
            let mut all = zones.iter().chain(&self.to_come);
            all.find(|zone| zone.name == name)?.cidr(tier)
        };
        let own = match self
            .plain_fields()
            .into_iter()
            .nth(self.form().cursor)?
            .key
            .item
        {
            Item::Subnet(tier, zone) => of(&zone, tier),
            Item::Zone(zone) => of(&zone, Tier::Private),
            Item::Vpc(_) => None,
            _ => zones.first().and_then(|zone| zone.private),
        };
        own.or_else(|| Some(self.vpc_shown()?.subnets.first()?.cidr))
    }

    /// What each zone that is not taken in would get, where addresses are reserved for it now.
    pub(super) fn zones_to_come(&self) -> Vec<ZonePlan> {
        let (Some(inventory), Some(map)) = (self.inventory(), &self.planned.address_map) else {
            return Vec::new();
        };
        let (answers, chosen) = (&self.answers, &self.answers.zones);
        if chosen.is_empty() || answers.uses_existing_subnets() {
            return Vec::new();
        }
        let reserved = |cidr: &Ipv4Net| {
            let mut segments = map.segments.iter();
            segments.any(|segment| {
                segment.cidr.contains(cidr) && matches!(segment.kind, SegmentKind::Reserved { .. })
            })
        };
        let open = inventory
            .zones
            .iter()
            .filter(|zone| zone.available && chosen.iter().all(|answer| answer.name != zone.name));
        let planned = open.filter_map(|zone| {
            let mut answers = answers.clone();
            answers.zones.push(ZoneAnswer {
                name: zone.name.clone(),
                ..ZoneAnswer::default()
            });
            let zones = self.plan_of(inventory, &answers).plan.zones;
            let mut found = zones.into_iter().find(|one| one.name == zone.name)?;
            found.private = found.private.filter(reserved);
            found.utility = found.utility.filter(reserved);
            found.private.or(found.utility)?;
            Some(found)
        });
        // Of several zones that would get the same the first is shown with it.
        let mut shown: Vec<ZonePlan> = Vec::new();
        for zone in planned {
            let same = |one: &ZonePlan| (one.private, one.utility) == (zone.private, zone.utility);
            if !shown.iter().any(same) {
                shown.push(zone);
            }
        }
        shown
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::core::inventory::Zone;
    use crate::core::method;
    use crate::tui::screens::wizard::field::FieldKey;
    use crate::tui::screens::wizard::form::Typing;
    use crate::tui::screens::wizard::method_wizard::{answers_in, in_account};
    use crate::tui::screens::wizard::subnets::PRIVATE_CIDR;

    fn wizard(letters: &str) -> Wizard {
        let mut inventory = method::inventory();
        for letter in ["e", "f"] {
            inventory.zones.push(Zone {
                name: format!("us-east-1{letter}"),
                available: true,
            });
        }
        in_account(Wizard::new(answers_in(&inventory, letters)), inventory)
    }

    fn to_come(wizard: &Wizard) -> Vec<String> {
        let zones = wizard.to_come.iter();
        let text = |cidr: Option<Ipv4Net>| cidr.map(|cidr| cidr.to_string()).unwrap_or_default();
        zones
            .map(|zone| {
                format!(
                    "{} {} {}",
                    zone.name,
                    text(zone.private),
                    text(zone.utility)
                )
            })
            .collect()
    }

    #[test]
    fn a_zone_to_come_is_shown_what_it_gets_once_it_is_taken_in() {
        let before = wizard("abc");
        assert_eq!(
            to_come(&before),
            ["us-east-1d 172.20.19.0/24 172.20.23.0/24"]
        );
        let after = wizard("abcd");
        let zone = &after.planned.plan.zones[3];
        assert_eq!(
            (zone.private, zone.utility),
            (before.to_come[0].private, before.to_come[0].utility)
        );
        assert_eq!(to_come(&after), [""; 0]);
        assert_eq!(to_come(&wizard("ab")).len(), 2);
    }

    #[test]
    fn a_cidr_is_on_the_map_while_it_is_typed_and_in_no_answer() {
        let mut wizard = wizard("abc");
        let item = Item::Subnet(Tier::Private, "us-east-1a".to_owned());
        let typing = Typing::new(FieldKey::new(&PRIVATE_CIDR, item), "172.20.8.0/2");
        wizard.form_mut().entry = EditState::Typing(typing);
        assert_eq!(wizard.map().unwrap().collisions, []);
        if let EditState::Typing(typing) = &mut wizard.form_mut().entry {
            typing.input = typing.input.clone().with_value("172.20.8.0/22".to_owned());
        }
        let collisions = wizard.map().unwrap().collisions;
        assert_eq!(
            (collisions.len(), collisions[0].with.len()),
            (1, 4),
            "{collisions:?}"
        );
        assert_eq!(wizard.answers.zones[0].private_cidr, None);
        wizard.form_mut().entry = EditState::Resting;
        assert_eq!(wizard.map().unwrap().collisions, []);
    }
}
