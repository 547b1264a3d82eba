//! The picture of a network in lines: zones are columns, and what each of them has stands below it.

use crate::core::inventory::{Subnet, Vpc};
use crate::core::network::cidr::{LOST_ADDRESSES, Tier, size};
use crate::core::network::subnet_tiers::{SubnetTier, subnet_tiers};
use crate::core::plan::ZonePlan;
use crate::core::text::prose::wrap;
use crate::core::text::untrusted::visible;
use crate::tui::row_sign::RowSign;
use crate::tui::screens::wizard::field::{Field, FieldKind, Item};
use crate::tui::screens::wizard::form::EditState;
use crate::tui::screens::wizard::network::zone_names;
use crate::tui::screens::wizard::{StepRow, Wizard, zones};
use crate::tui::theme::StyleRole;

/// One line.
pub(super) struct PictureLine {
    pub(super) label: String,
    /// The label where there is little room.
    pub(super) short: String,
    pub(super) need: Need,
    pub(super) cells: Vec<PictureCell>,
}

/// Which lines give way where there is no room for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Need {
    /// What can be answered.
    Answer,
    /// More of an answer.
    More,
    /// What is there already.
    There,
}

/// One cell of a line.
pub(super) struct PictureCell {
    /// The zone's column; absent for a cell across all of them.
    pub(super) column: Option<usize>,
    /// The row of the step that the cursor can be on.
    pub(super) row: Option<usize>,
    pub(super) sign: RowSign,
    /// What stands before the text and is never cut.
    pub(super) mark: String,
    pub(super) text: String,
    pub(super) role: StyleRole,
}

/// What the picture is drawn from.
pub(super) struct Picture<'a> {
    wizard: &'a Wizard,
    rows: &'a [StepRow],
    vpc: &'a Vpc,
    pub(super) zones: Vec<String>,
    tiers: Vec<SubnetTier<'a>>,
}

impl PictureCell {
    fn at(column: usize, text: String, role: StyleRole) -> Self {
        Self {
            column: Some(column),
            row: None,
            sign: RowSign::None,
            mark: String::new(),
            text,
            role,
        }
    }

    fn across(text: String, role: StyleRole) -> Self {
        let cell = Self::at(0, text, role);
        Self {
            column: None,
            ..cell
        }
    }
}

impl<'a> Picture<'a> {
    /// The picture of the VPC that is shown; absent where none is known.
    pub(super) fn new(wizard: &'a Wizard, rows: &'a [StepRow]) -> Option<Self> {
        let vpc = wizard.vpc_shown()?;
        Some(Self {
            wizard,
            rows,
            vpc,
            zones: zone_names(wizard),
            tiers: subnet_tiers(vpc, wizard.edited_name()),
        })
    }

    /// The column of a zone's row.
    pub(super) fn column_of(&self, item: &Item) -> Option<usize> {
        let (Item::Zone(name) | Item::Subnet(_, name)) = item else {
            return None;
        };
        self.zones.iter().position(|zone| zone == name)
    }

    /// The columns that a CIDR needs at the most.
    pub(super) fn widest_cidr(&self) -> usize {
        let there = self.vpc.subnets.iter().map(|subnet| subnet.cidr);
        let planned = &self.wizard.planned.plan.zones;
        let planned = planned.iter().chain(&self.wizard.to_come);
        let planned = planned.flat_map(|zone| [zone.private, zone.utility]);
        let all = there.chain(planned.flatten());
        all.map(|cidr| cidr.to_string().len()).max().unwrap_or(0)
    }

    /// The lines, for cells of so many columns.
    pub(super) fn lines(&self, columns: usize) -> Vec<PictureLine> {
        let (doors, others): (Vec<_>, Vec<_>) =
            self.tiers.iter().partition(|tier| self.has_gateway(tier));
        let mut lines = vec![self.zone_line(), self.internet_line()];
        lines.extend(doors.into_iter().map(|tier| self.tier_line(tier)));
        lines.extend(self.way_lines(columns));
        lines.extend(self.subnet_lines());
        lines.extend(others.into_iter().map(|tier| self.tier_line(tier)));
        lines
    }

    fn is_chosen(&self) -> bool {
        self.vpc.id == self.wizard.answers.vpc
    }

    fn row(&self, found: impl Fn(&Item) -> bool) -> Option<(usize, &'a StepRow)> {
        let mut rows = self.rows.iter().enumerate();
        rows.find(|(_, row)| found(&row.field.key.item))
    }

    // The row of a zone; of a VPC that is only looked at, what its row would be.
    fn zone(&self, name: &str) -> Option<(Option<usize>, Field)> {
        if self.is_chosen() {
            let found = self.row(|item| matches!(item, Item::Zone(zone) if zone == name));
            return found.map(|(row, step)| (Some(row), step.field.clone()));
        }
        let inventory = self.wizard.inventory()?;
        let zone = inventory.zones.iter().find(|zone| zone.name == name)?;
        Some((None, zones::row(inventory, self.vpc, zone, None)))
    }

    fn zone_line(&self) -> PictureLine {
        let cells = self.zones.iter().enumerate().map(|(column, name)| {
            let (row, field) = self.zone(name).unzip();
            let mark = match field.map(|field| field.kind) {
                Some(FieldKind::Toggle(on)) if self.is_chosen() => {
                    if on {
                        "[x] "
                    } else {
                        "[ ] "
                    }
                }
                _ => "",
            };
            let role = if mark == "[ ] " {
                StyleRole::Dim
            } else {
                StyleRole::Text
            };
            PictureCell {
                row: row.flatten(),
                mark: mark.to_owned(),
                ..PictureCell::at(column, visible(name), role)
            }
        });
        line("Zone", Need::Answer, cells.collect())
    }

    fn internet_line(&self) -> PictureLine {
        let gateways = &self.vpc.internet_gateways;
        let cell = match gateways.as_slice() {
            [] => PictureCell {
                sign: RowSign::Blocked,
                ..PictureCell::across("no internet gateway".to_owned(), StyleRole::Text)
            },
            some => PictureCell::across(visible(&some.join(" ")), StyleRole::Dim),
        };
        line("internet", Need::There, vec![cell])
    }

    fn has_gateway(&self, tier: &SubnetTier<'_>) -> bool {
        let mut subnets = tier.zones.values().flatten();
        subnets.any(|subnet| {
            let mut gateways = self.vpc.nat_gateways.iter();
            gateways.any(|gateway| gateway.subnet.as_deref() == Some(subnet.id.as_str()))
        })
    }

    fn tier_line(&self, tier: &SubnetTier<'_>) -> PictureLine {
        let cells = self.zones.iter().enumerate().filter_map(|(column, zone)| {
            let subnets = tier.zones.get(zone.as_str())?;
            let (first, more) = subnets.split_first()?;
            let text = match more.len() {
                0 => first.cidr.to_string(),
                more => format!("{} +{more}", first.cidr),
            };
            let role = if subnets.iter().any(|subnet| self.is_used(subnet)) {
                StyleRole::Accent
            } else {
                StyleRole::Dim
            };
            Some(PictureCell::at(column, text, role))
        });
        line(&tier.name.shown(), Need::There, cells.collect())
    }

    fn is_used(&self, subnet: &Subnet) -> bool {
        let mut zones = self.wizard.planned.plan.zones.iter();
        zones.any(|zone| Tier::ALL.iter().any(|tier| zone.subnet(*tier) == subnet.id))
    }

    // What each zone leaves by: the sign with the address, and below it the gateway or what is wrong.
    fn way_lines(&self, columns: usize) -> [PictureLine; 2] {
        let (mut above, mut below) = (Vec::new(), Vec::new());
        for (column, name) in self.zones.iter().enumerate() {
            let Some((_, field)) = self.zone(name) else {
                continue;
            };
            let [first, second] = way_words(&field, columns);
            let role = if field.kind == FieldKind::Toggle(true) {
                StyleRole::Text
            } else {
                StyleRole::Dim
            };
            above.push(PictureCell {
                sign: field.sign,
                ..PictureCell::at(column, first, role)
            });
            below.push(PictureCell::at(column, second, StyleRole::Dim));
        }
        [
            line("NAT gateway", Need::Answer, above),
            line("", Need::More, below),
        ]
    }

    fn subnet_lines(&self) -> Vec<PictureLine> {
        if !self.is_chosen() {
            return Vec::new();
        }
        let mut lines = Vec::new();
        let all = self.rows.iter().enumerate();
        let mut choices = all
            .filter(|(_, row)| row.field.key.item == Item::Cluster)
            .map(|(at, row)| choice_line(at, &row.field));
        lines.extend(choices.next());
        for tier in Tier::ALL {
            if self
                .row(|item| matches!(item, Item::Subnet(of, _) if *of == tier))
                .is_some()
            {
                lines.extend(self.subnets_of(tier));
            }
        }
        lines.extend(choices);
        lines
    }

    fn subnets_of(&self, tier: Tier) -> [PictureLine; 2] {
        let (mut above, mut below) = (Vec::new(), Vec::new());
        for (column, name) in self.zones.iter().enumerate() {
            let own = self
                .row(|item| matches!(item, Item::Subnet(of, zone) if *of == tier && zone == name));
            if let Some((row, step)) = own {
                let field = &step.field;
                let shown = field.cells.get(1).map(|cell| visible(cell));
                above.push(PictureCell {
                    row: Some(row),
                    sign: field.sign,
                    ..PictureCell::at(column, shown.unwrap_or_default(), StyleRole::Text)
                });
                let more = self.more_of(tier, name, field);
                below.push(PictureCell::at(column, more, StyleRole::Dim));
            } else if let Some(cidr) = self.to_come(name).and_then(|zone| zone.cidr(tier)) {
                above.push(PictureCell::at(
                    column,
                    "reserved".to_owned(),
                    StyleRole::Dim,
                ));
                below.push(PictureCell::at(column, cidr.to_string(), StyleRole::Dim));
            }
        }
        let exist = self.wizard.edited().is_some() || self.wizard.answers.uses_existing_subnets();
        let label = if exist {
            tier.word().to_owned()
        } else {
            format!("+ {}", tier.word())
        };
        [
            line(&label, Need::Answer, above),
            line("", Need::More, below),
        ]
    }

    fn to_come(&self, zone: &str) -> Option<&ZonePlan> {
        let mut zones = self.wizard.to_come.iter();
        zones.find(|one| one.name == zone)
    }

    // How many addresses a planned subnet has, and the name of one that is picked.
    fn more_of(&self, tier: Tier, zone: &str, field: &Field) -> String {
        if let EditState::Typing(typing) = &self.wizard.form().entry
            && typing.key == field.key
        {
            return String::new();
        }
        let third = field.cells.get(2).map_or("", String::as_str);
        if field.kind == FieldKind::Pick {
            let name = third.split_once(' ').map_or(third, |(_, name)| name);
            return visible(name);
        }
        let mut zones = self.wizard.planned.plan.zones.iter();
        let plan = zones.find(|one| one.name == zone);
        let addresses = plan.and_then(|plan| plan.cidr(tier)).map(|cidr| {
            let lost = u64::from(LOST_ADDRESSES);
            size(cidr.prefix_len()).saturating_sub(lost)
        });
        match (addresses, third) {
            (None, _) => String::new(),
            (Some(count), "custom") => format!("{count}, custom"),
            (Some(count), _) => format!("{count} addresses"),
        }
    }
}

fn line(label: &str, need: Need, cells: Vec<PictureCell>) -> PictureLine {
    let short = label.trim_start_matches("+ ").trim_end_matches(" gateway");
    PictureLine {
        label: label.to_owned(),
        short: short.to_owned(),
        need,
        cells,
    }
}

fn choice_line(row: usize, field: &Field) -> PictureLine {
    let words: Vec<String> = field
        .cells
        .iter()
        .skip(1)
        .map(|cell| visible(cell))
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let text = words.join("  ").trim_end().to_owned();
    let cell = PictureCell {
        row: Some(row),
        sign: field.sign,
        ..PictureCell::across(text, StyleRole::Text)
    };
    line(&field.name, Need::Answer, vec![cell])
}

// The address and the gateway; where there is none, the reason in the two lines that it has.
fn way_words(field: &Field, columns: usize) -> [String; 2] {
    if let Some(refusal) = &field.refusal {
        let gateway = refusal
            .split_once(": ")
            .filter(|(id, _)| id.starts_with("nat-"));
        return match gateway {
            Some((id, why)) => [visible(id), visible(why)],
            None => in_two_lines(&visible(refusal), columns),
        };
    }
    let cell = |at| field.shown_cell(at);
    let (id, address, state) = (cell(1), cell(2), cell(3));
    match (id.as_str(), state.strip_prefix("crosses to ")) {
        ("", _) => in_two_lines(&state, columns),
        (_, Some(zone)) => [address, format!("in {zone}")],
        _ if address.is_empty() => [id, state],
        _ => [address, id],
    }
}

fn in_two_lines(text: &str, columns: usize) -> [String; 2] {
    let mut words = wrap(text, columns).into_iter();
    let first = words.next().unwrap_or_default();
    [first, words.collect::<Vec<_>>().join(" ")]
}
