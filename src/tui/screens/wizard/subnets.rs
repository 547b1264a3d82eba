//! Step 2, subnets: the private and the utility subnet of each zone, made by kops with a CIDR, or picked from those that exist.

use ipnet::Ipv4Net;

use super::choice::Choice;
use super::column::{Column, WhenNarrow};
use super::field::{Editor, Field, FieldKey, FieldKind, FieldSpec, Item, text};
use super::typed::{comma_list, parse_optional_cidr};
use crate::core::inventory::{Owner, Subnet, Vpc, name_of, owner_of};
use crate::core::network::address_map::SegmentKind;
use crate::core::network::cidr::Tier;
use crate::core::network::cidr::space::Space;
use crate::core::network::existing_subnet::{DefaultRoute, candidates, proposed, suits};
use crate::core::plan::ZonePlan;
use crate::core::problem::catalog::{self as rule, PlanningRule};
use crate::core::spec::fields::SpecKind;
use crate::core::text::prose::counted;
use crate::core::text::untrusted::visible;
use crate::tui::field_edit::FieldEdit;
use crate::tui::row_sign::RowSign;
use crate::tui::screens::wizard::Wizard;

/// The columns of these rows.
pub static COLUMNS: [Column; 3] = [
    Column::new("Subnet", WhenNarrow::Cut),
    Column::new("CIDR", WhenNarrow::Keep),
    Column::new("", WhenNarrow::Cut),
];

pub static SUBNETS: FieldSpec = FieldSpec {
    label: "Subnets",
    fixed: Some("the subnets of a cluster stay where they are"),
    reason: "kops makes new subnets, or uses those that exist in every zone and tier.",
    help: "New: kops makes a private and a utility subnet in each zone, with the planned CIDRs, and the route tables of the private ones. Existing: you pick one subnet for each zone and tier, all or none, and kops makes no subnet, no route table and no route: the private ones must lead out of the VPC already, the utility ones to the internet gateway.",
    sets: Some((SpecKind::Cluster, "subnets.id")),
    decided_later: PICKED_RULES,
    editor: Editor::Row(switch),
    ..FieldSpec::BLANK
};

pub static PRIVATE_CIDR: FieldSpec = FieldSpec {
    editor: Editor::Zone(text!(private_cidr, comma_list, parse_optional_cidr)),
    ..CIDR
};

pub(super) static UTILITY_CIDR: FieldSpec = FieldSpec {
    editor: Editor::Zone(text!(utility_cidr, comma_list, parse_optional_cidr)),
    ..CIDR
};

pub(super) static PRIVATE_SUBNET: FieldSpec = FieldSpec {
    editor: Editor::Zone(text!(private_subnet, String::clone, parse_id)),
    ..PICKED
};

pub(super) static UTILITY_SUBNET: FieldSpec = FieldSpec {
    reason: "For load balancers and bastions: its route table leads to the internet gateway.",
    editor: Editor::Zone(text!(utility_subnet, String::clone, parse_id)),
    ..PICKED
};

pub(super) static TAGS: FieldSpec = FieldSpec {
    label: "Tags",
    reason: "Load balancers of Services find their subnets by tags.",
    help: "kops tags the subnets that it uses with kubernetes.io/cluster/NAME: shared, SubnetType and kubernetes.io/role/elb or internal-elb, and Terraform then shows drift unless it ignores these tags. Without tags of kops, somebody else makes those of the load balancers. Subnets that another account shares through AWS RAM are not tagged unless you say so.",
    sets: Some((SpecKind::Cluster, "DisableSubnetTags")),
    rules: &[rule::SUBNETS_SHARED, rule::TAG_SUBNETS_UNUSED],
    editor: Editor::Row(turn_tags),
    ..FieldSpec::BLANK
};

const CIDR: FieldSpec = FieldSpec {
    fixed: Some("a subnet keeps its place and its addresses as long as it lives"),
    reason: "Planned in free address space, with room for four zones; type a CIDR to set your own.",
    help: "A CIDR overlaps nothing in the VPC, no peered or routed range, and not 100.64.0.0/10, which kops gives to pods and services. Addresses for four zones are reserved in each tier, so that a zone can be added without moving a subnet. An empty value goes back to the planned CIDR. A custom CIDR that collides is marked on its row and on the address map.",
    sets: Some((SpecKind::Cluster, "subnets.cidr")),
    rules: &[
        rule::BLOCK_TOO_SMALL,
        rule::BLOCK_SMALL_FOR_PODS,
        rule::BLOCK_HOST_BITS,
        rule::BLOCK_SIZE,
        rule::BLOCK_OUTSIDE_VPC,
        rule::BLOCK_IN_POD_RANGE,
        rule::BLOCK_ON_SUBNET,
        rule::BLOCK_ON_ROUTE,
        rule::BLOCK_ON_BLOCK,
    ],
    ..FieldSpec::BLANK
};

const PICKED: FieldSpec = FieldSpec {
    fixed: Some("a subnet keeps its place and its addresses as long as it lives"),
    reason: "For nodes: its route table leads out of the VPC, such as to the zone's NAT gateway.",
    help: "A subnet that exists, in this zone of the VPC. kops uses it as it is: it makes no route for it and does not change its route table. The private one leads out of the VPC by what egress says, the utility one to the internet gateway, and both need free addresses. The first that suits is proposed, one that is tagged for its tier before others; delete goes back to it.",
    sets: Some((SpecKind::Cluster, "subnets.id")),
    rules: PICKED_RULES,
    decided_later: &[rule::SUBNET_TWICE, rule::SUBNET_MISSING],
    ..FieldSpec::BLANK
};

const PICKED_RULES: &[PlanningRule] = &[
    rule::SUBNET_MISSING,
    rule::SUBNET_TWICE,
    rule::SUBNET_UNKNOWN,
    rule::SUBNET_OTHER_VPC,
    rule::SUBNET_OTHER_ZONE,
    rule::SUBNET_IPV6_ONLY,
    rule::SUBNET_CIDR_DIFFERS,
    rule::SUBNET_IN_POD_RANGE,
    rule::SUBNET_NOT_PUBLIC,
    rule::SUBNET_NOT_PUBLIC_UNUSED,
    rule::SUBNET_PUBLIC,
    rule::SUBNET_NO_ROUTE,
    rule::SUBNET_CLOSED,
    rule::SUBNET_EGRESS_DIFFERS,
    rule::SUBNET_NAT_NOT_READ,
    rule::SUBNET_NAT_BROKEN,
    rule::EGRESS_CROSSES_ZONES,
    rule::SUBNET_FULL,
    rule::SUBNET_FEW_ADDRESSES,
    rule::SUBNET_SMALL_FOR_PODS,
    rule::SUBNET_OF_CLUSTER,
    rule::SUBNET_USED_BY_CLUSTER,
    rule::SUBNET_UNTAGGED,
    rule::SUBNET_ROLE_OTHER,
    rule::SUBNET_TYPE_OTHER,
    rule::SUBNET_IPV6_TURNED_OFF,
];

const NEW: &str = "new";
const EXISTING: &str = "existing";
const BY_KOPS: &str = "made by kops";
const BY_OTHERS: &str = "made by others";
const CUSTOM: &str = "custom";
const CUSTOM_REASON: &str =
    "A CIDR of your own, which stays as it is; delete goes back to the planned one.";

/// Whether kops makes the subnets, then one row per zone and tier, private first.
pub fn rows(wizard: &Wizard) -> Vec<Field> {
    let zones = &wizard.planned.plan.zones;
    // They stand on the picture of the VPC, and what nobody sees nobody changes.
    if zones.is_empty() || wizard.vpc().is_none() {
        return Vec::new();
    }
    let existing = wizard.answers.uses_existing_subnets();
    let subnets = Tier::ALL.into_iter().flat_map(|tier| {
        let row = move |zone: &ZonePlan| {
            if existing {
                picked_row(wizard, tier, zone)
            } else {
                row(wizard, tier, zone)
            }
        };
        zones.iter().map(row)
    });
    let first = choice_row(
        &SUBNETS,
        (NEW, "kops makes them"),
        (EXISTING, "kops uses them as they are"),
        existing,
    );
    let tagged = !wizard.planned.plan.untagged_subnets;
    let last = existing.then(|| choice_row(&TAGS, (BY_OTHERS, ""), (BY_KOPS, ""), tagged));
    [first].into_iter().chain(subnets).chain(last).collect()
}

// A question with two answers, in the columns of the table: each word with what it means.
fn choice_row(
    spec: &'static FieldSpec,
    off: (&'static str, &'static str),
    on: (&'static str, &'static str),
    is_on: bool,
) -> Field {
    let (now, other) = if is_on { (on, off) } else { (off, on) };
    let key = FieldKey::new(spec, Item::Cluster);
    let cells = [spec.label, now.0, now.1].map(str::to_owned).to_vec();
    Field {
        values: vec![now.0.to_owned(), other.0.to_owned()],
        ..Field::row(key, spec.label, FieldKind::Choice, cells)
    }
}

fn row(wizard: &Wizard, tier: Tier, zone: &ZonePlan) -> Field {
    let mut answers = wizard.answers.zones.iter();
    let answer = answers.find(|answer| answer.name == zone.name);
    let (spec, custom) = match tier {
        Tier::Private => (&PRIVATE_CIDR, answer.and_then(|answer| answer.private_cidr)),
        Tier::Utility => (&UTILITY_CIDR, answer.and_then(|answer| answer.utility_cidr)),
    };
    let cidr = zone.cidr(tier).or(custom);
    let name = tier.subnet(&zone.name);
    let cells = vec![
        name.clone(),
        cidr.map_or_else(|| "no room".to_owned(), |cidr| cidr.to_string()),
        if custom.is_some() { CUSTOM } else { "planned" }.to_owned(),
    ];
    let key = FieldKey::new(spec, Item::Subnet(tier, zone.name.clone()));
    Field {
        sign: cidr.map_or(RowSign::Blocked, |_| RowSign::None),
        values: vec![comma_list(&cidr)],
        ..Field::row(key, &name, FieldKind::Text, cells)
    }
}

fn picked_row(wizard: &Wizard, tier: Tier, zone: &ZonePlan) -> Field {
    let spec = match tier {
        Tier::Private => &PRIVATE_SUBNET,
        Tier::Utility => &UTILITY_SUBNET,
    };
    let (id, name) = (zone.subnet(tier), tier.subnet(&zone.name));
    let subnet = wizard.vpc().and_then(|vpc| vpc.subnet(id));
    let cidr = subnet.map_or_else(
        || "none picked".to_owned(),
        |subnet| subnet.cidr.to_string(),
    );
    let called = subnet
        .and_then(|subnet| name_of(&subnet.tags))
        .map(|name| format!(" {name}"))
        .unwrap_or_default();
    let key = FieldKey::new(spec, Item::Subnet(tier, zone.name.clone()));
    Field {
        sign: subnet.map_or(RowSign::Blocked, |_| RowSign::None),
        values: vec![id.to_owned()],
        ..Field::row(
            key,
            &name,
            FieldKind::Pick,
            vec![name.clone(), cidr, format!("{id}{called}")],
        )
    }
}

/// Whether a change types the CIDR that is planned anyway: it stays planned.
pub(super) fn stays_planned(wizard: &Wizard, key: &FieldKey, change: &FieldEdit) -> bool {
    let (Item::Subnet(tier, zone), FieldEdit::Text(text)) = (&key.item, change) else {
        return false;
    };
    let (mut answers, mut plans) = (
        wizard.answers.zones.iter(),
        wizard.planned.plan.zones.iter(),
    );
    let own = answers.find(|answer| answer.name == *zone);
    let own = own.and_then(|answer| match tier {
        Tier::Private => answer.private_cidr,
        Tier::Utility => answer.utility_cidr,
    });
    let planned = plans.find(|plan| plan.name == *zone);
    let planned = planned.and_then(|plan| plan.cidr(*tier));
    let typed = parse_optional_cidr(text.trim()).ok().flatten();
    own.is_none() && typed.is_some() && typed == planned
}

impl Field {
    /// Whether it is the CIDR of a subnet that a person set.
    pub fn is_custom_cidr(&self) -> bool {
        self.kind == FieldKind::Text
            && matches!(self.key.item, Item::Subnet(..))
            && self.cells.get(2).is_some_and(|cell| cell == CUSTOM)
    }

    /// Why its question is asked, or what its answer means.
    pub fn reason(&self) -> &'static str {
        if self.is_custom_cidr() {
            CUSTOM_REASON
        } else {
            self.key.spec.reason
        }
    }
}

/// The planned CIDRs, by the names of their subnets.
pub(super) fn planned_cidrs(wizard: &Wizard) -> Vec<(String, Ipv4Net)> {
    let zones = wizard.planned.plan.zones.iter();
    let cidrs = zones
        .flat_map(|zone| Tier::ALL.map(|tier| Some((tier.subnet(&zone.name), zone.cidr(tier)?))));
    cidrs.flatten().collect()
}

/// Which other planned CIDRs this change has moved, in a sentence; absent for another VPC, where all of them are others.
pub(super) fn moved_cidrs(
    wizard: &Wizard,
    changed: &Item,
    before: &[(String, Ipv4Net)],
) -> Option<String> {
    let own = match changed {
        Item::Vpc(_) => return None,
        Item::Subnet(tier, zone) => tier.subnet(zone),
        Item::Cluster | Item::Check(_) | Item::Zone(_) | Item::Group(_) => String::new(),
    };
    let now = planned_cidrs(wizard);
    let moved = before.iter().filter_map(|(name, was)| {
        let (_, is) = now.iter().find(|(same, _)| same == name)?;
        (is != was && *name != own).then(|| format!("{} from {was} to {is}", visible(name)))
    });
    let moved: Vec<String> = moved.collect();
    let (first, more) = moved.split_first()?;
    let more = match more.len() {
        0 => String::new(),
        more => format!(", and {} more", counted(more, "planned subnet")),
    };
    Some(format!("This moves {first}{more}"))
}

/// Moves a CIDR to the next free place of its size, or to the one before; where a subnet is picked, nothing is moved.
pub(super) fn move_cidr(wizard: &mut Wizard, tier: Tier, zone: &str, by: i8) -> Result<(), String> {
    let zones = &wizard.planned.plan.zones;
    let plan = zones.iter().find(|one| one.name == zone);
    let (Some(vpc), Some(now)) = (wizard.vpc(), plan.and_then(|plan| plan.cidr(tier))) else {
        return Ok(());
    };
    if wizard.answers.uses_existing_subnets() {
        return Ok(());
    }
    let others = zones
        .iter()
        .flat_map(|other| Tier::ALL.map(|of| (&other.name, of, other.cidr(of))))
        .filter(|(name, of, _)| *name != zone || *of != tier)
        .filter_map(|(_, _, cidr)| cidr);
    let space = Space::from_vpc(vpc).without(others.chain(reserved(wizard)));
    let prefix = now.prefix_len();
    let free = space.free().into_iter();
    let places: Vec<Ipv4Net> = free
        .filter_map(|net| net.subnets(prefix).ok())
        .flatten()
        .collect();
    let after = places.iter().position(|net| *net > now);
    let before = places.iter().rposition(|net| *net < now);
    let place = if by < 0 {
        before.or(places.len().checked_sub(1))
    } else {
        after.or(Some(0))
    };
    let found = place.and_then(|at| places.get(at)).copied();
    let Some(found) = found.filter(|net| *net != now) else {
        return Err(format!("no other place for a /{prefix} is free in the VPC"));
    };
    let mut answers = wizard.answers.zones.iter_mut();
    if let Some(answer) = answers.find(|answer| answer.name == zone) {
        match tier {
            Tier::Private => answer.private_cidr = Some(found),
            Tier::Utility => answer.utility_cidr = Some(found),
        }
    }
    Ok(())
}

// What is kept for zones to come, of this cluster and of others.
fn reserved(wizard: &Wizard) -> Vec<Ipv4Net> {
    let map = wizard.planned.address_map.iter();
    map.flat_map(|map| &map.segments)
        .filter(|segment| matches!(segment.kind, SegmentKind::Reserved { .. }))
        .map(|segment| segment.cidr)
        .collect()
}

/// The subnets of a zone, as they are picked for a tier: those that suit it first, each with what it has.
pub(super) fn choices(wizard: &Wizard, tier: Tier, zone: &str) -> Vec<Choice> {
    let Some(vpc) = wizard.vpc() else {
        return Vec::new();
    };
    let found = candidates(vpc, zone, tier).into_iter();
    found.map(|subnet| choice(vpc, tier, subnet)).collect()
}

fn choice(vpc: &Vpc, tier: Tier, subnet: &Subnet) -> Choice {
    let free = subnet
        .free_addresses
        .map_or_else(String::new, |free| format!("{free} free"));
    let name = name_of(&subnet.tags).map(ToString::to_string);
    let route = DefaultRoute::of_subnet(vpc, &subnet.id);
    let suits = suits(vpc, subnet, tier);
    let leads = match (owner_of(&subnet.tags), suits) {
        (Owner::Kops(cluster), _) => format!("not usable: of the cluster {cluster}"),
        (_, true) => route.shown(),
        (_, false) => format!("not usable: {}", route.shown()),
    };
    let whole = format!("{}: {leads}", subnet.id);
    let cells = vec![
        visible(&name.unwrap_or_default()),
        subnet.cidr.to_string(),
        free,
        subnet.id.clone(),
        leads,
    ];
    Choice {
        value: subnet.id.clone(),
        searched: cells.join(" "),
        dim: !suits || matches!(owner_of(&subnet.tags), Owner::Kops(_)),
        cells,
        whole,
        ..Choice::default()
    }
}

#[expect(clippy::unnecessary_wraps, reason = "other fields refuse a text")]
fn parse_id(text: &str) -> Result<String, String> {
    Ok(text.to_owned())
}

// From new subnets to existing ones, of which those are taken that suit each tier, and back.
fn switch(wizard: &mut Wizard, _: &Item, edit: &FieldEdit) -> Result<(), String> {
    let existing = wizard.answers.uses_existing_subnets();
    if existing {
        for zone in &mut wizard.answers.zones {
            for tier in Tier::ALL {
                zone.set_subnet(tier, "");
            }
        }
        wizard.answers.tag_subnets = None;
        return Ok(());
    }
    if *edit == FieldEdit::Clear {
        return Ok(());
    }
    let Some(vpc) = wizard.vpc().cloned() else {
        return Err("the VPC's subnets are not known yet".to_owned());
    };
    for zone in &mut wizard.answers.zones {
        for tier in Tier::ALL {
            let name = zone.name.clone();
            let found = proposed(&vpc, &name, tier);
            zone.set_subnet(tier, found.map_or("", |subnet| &subnet.id));
        }
    }
    if wizard.answers.uses_existing_subnets() {
        return Ok(());
    }
    let subnets = counted(vpc.subnets.len(), "subnet");
    Err(format!(
        "None of the {subnets} of {} suits a zone of the cluster: a private one leads out of the VPC, a utility one to the internet gateway",
        visible(&vpc.id)
    ))
}

#[expect(clippy::unnecessary_wraps, reason = "other rows refuse a change")]
fn turn_tags(wizard: &mut Wizard, _: &Item, edit: &FieldEdit) -> Result<(), String> {
    wizard.answers.tag_subnets = match edit {
        FieldEdit::Clear => None,
        _ => Some(wizard.planned.plan.untagged_subnets),
    };
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::tui::screens::wizard::method_wizard::method_wizard;

    #[test]
    fn a_cidr_that_has_no_room_is_not_typed_as_a_value() {
        let zone = ZonePlan {
            name: "us-east-1a".to_owned(),
            ..ZonePlan::default()
        };
        let row = row(&Wizard::default(), Tier::Utility, &zone);
        assert_eq!(row.cells, ["utility-us-east-1a", "no room", "planned"]);
        assert_eq!(row.value(), "");
    }

    fn key(spec: &'static FieldSpec) -> FieldKey {
        FieldKey::new(spec, Item::Cluster)
    }

    fn picked(wizard: &Wizard) -> Vec<String> {
        let zones = wizard.answers.zones.iter();
        zones
            .flat_map(|zone| Tier::ALL.map(|tier| zone.subnet(tier).to_owned()))
            .collect()
    }

    #[test]
    fn existing_subnets_are_proposed_for_every_zone_and_tier_and_taken_back_together() {
        let mut wizard = method_wizard("abc");
        let before = wizard.answers.clone();
        wizard.change(&key(&SUBNETS), &FieldEdit::Turn(1)).unwrap();
        let vpc = wizard.vpc().unwrap();
        let wanted: Vec<String> = ["a", "b", "c"]
            .iter()
            .flat_map(|letter| {
                let zone = format!("us-east-1{letter}");
                Tier::ALL.map(|tier| proposed(vpc, &zone, tier).unwrap().id.clone())
            })
            .collect();
        assert_eq!(picked(&wizard), wanted);
        let rows = rows(&wizard);
        assert_eq!(rows.len(), 8);
        assert_eq!(rows[0].values, ["existing", "new"]);
        assert_eq!(rows[7].values, ["made by kops", "made by others"]);
        wizard.change(&key(&SUBNETS), &FieldEdit::Turn(1)).unwrap();
        assert_eq!(wizard.answers, before);
    }

    #[test]
    fn a_cidr_is_moved_to_the_next_free_place_of_its_size_and_back() {
        let mut wizard = method_wizard("abc");
        let row = FieldKey::new(
            &UTILITY_CIDR,
            Item::Subnet(Tier::Utility, "us-east-1c".to_owned()),
        );
        let mut moved = |by: i8| {
            wizard.change(&row, &FieldEdit::Turn(by)).unwrap();
            let cidr = wizard.planned.plan.zones[2].utility;
            cidr.map(|cidr| cidr.to_string()).unwrap()
        };
        // 172.20.23.0/24 is kept for a fourth zone.
        assert_eq!(moved(1), "172.20.24.0/24");
        assert_eq!(moved(1), "172.20.25.0/24");
        assert_eq!(moved(-1), "172.20.24.0/24");
        wizard.change(&row, &FieldEdit::Clear).unwrap();
        let planned = wizard.planned.plan.zones[2].utility;
        assert_eq!(planned, "172.20.22.0/24".parse().ok());
    }

    #[test]
    fn a_pick_stays_while_zones_come_and_go_and_a_cleared_one_is_proposed_again() {
        let mut wizard = method_wizard("abc");
        wizard.change(&key(&SUBNETS), &FieldEdit::Turn(1)).unwrap();
        let proposals = picked(&wizard);
        let vpc = wizard.vpc().unwrap();
        let other = candidates(vpc, "us-east-1a", Tier::Private)[1].id.clone();
        let row = FieldKey::new(
            &PRIVATE_SUBNET,
            Item::Subnet(Tier::Private, "us-east-1a".to_owned()),
        );
        let pick = FieldEdit::Text(other.clone());
        wizard.change(&row, &pick).unwrap();
        let zone = FieldKey::new(
            &super::super::zones::ZONE,
            Item::Zone("us-east-1d".to_owned()),
        );
        wizard.change(&zone, &FieldEdit::Choose).unwrap();
        assert_eq!(picked(&wizard).len(), 8);
        assert!(picked(&wizard).iter().all(|id| id.starts_with("subnet-")));
        assert_eq!(picked(&wizard)[0], other);
        wizard.change(&row, &FieldEdit::Clear).unwrap();
        assert_eq!(picked(&wizard)[..6], proposals[..]);
    }

    #[test]
    fn a_planned_cidr_that_is_typed_unchanged_stays_planned_and_a_custom_one_says_how_to_go_back() {
        let mut wizard = method_wizard("abc");
        let name = "us-east-1c".to_owned();
        let row = FieldKey::new(&UTILITY_CIDR, Item::Subnet(Tier::Utility, name));
        let field = |wizard: &Wizard| {
            let mut fields = wizard.fields().into_iter();
            let field = fields.find(|field| field.key == row).unwrap();
            (field.is_custom_cidr(), field.reason())
        };
        let typed = |text: &str| FieldEdit::Text(text.to_owned());
        wizard.change(&row, &typed(" 172.20.22.0/24 ")).unwrap();
        assert_eq!(wizard.answers.zones[2].utility_cidr, None);
        assert_eq!(field(&wizard), (false, CIDR.reason));
        wizard.change(&row, &typed("172.20.24.0/24")).unwrap();
        assert_eq!(field(&wizard), (true, CUSTOM_REASON));
        wizard.change(&row, &typed("172.20.22.0/24")).unwrap();
        let custom = wizard.answers.zones[2].utility_cidr;
        assert_eq!(custom, "172.20.22.0/24".parse().ok());
    }

    #[test]
    fn the_list_of_subnets_has_the_whole_reason_of_each() {
        let choices = choices(&method_wizard("abc"), Tier::Private, "us-east-1a");
        let last = choices.last().unwrap();
        let leads = last.cells.last().unwrap();
        assert!(leads.starts_with("not usable: "), "{leads}");
        assert_eq!(last.whole, format!("{}: {leads}", last.value));
    }

    #[test]
    fn tags_follow_until_they_are_turned() {
        let mut wizard = method_wizard("abc");
        wizard.change(&key(&SUBNETS), &FieldEdit::Turn(1)).unwrap();
        assert!(!wizard.spec.text.contains("DisableSubnetTags"));
        wizard.change(&key(&TAGS), &FieldEdit::Turn(1)).unwrap();
        assert_eq!(wizard.answers.tag_subnets, Some(false));
        assert!(wizard.spec.text.contains("\n  DisableSubnetTags: true\n"));
        wizard.change(&key(&TAGS), &FieldEdit::Clear).unwrap();
        assert_eq!(wizard.answers.tag_subnets, None);
    }
}
