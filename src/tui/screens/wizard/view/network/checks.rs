//! What is wrong with a network and what is well: below the picture for the cell under the cursor, in a pane for all of it.

use ratatui::text::{Line, Span};

use super::super::notes::how;
use crate::core::answers::ZoneAnswer;
use crate::core::network::cidr::{LOST_ADDRESSES, size};
use crate::core::network::egress::{ZoneEgress, crossing, egress_of};
use crate::core::problem::catalog as rule;
use crate::core::text::prose::counted;
use crate::core::text::untrusted::visible;
use crate::tui::screens::wizard::field::{Field, FieldKind, Item};
use crate::tui::screens::wizard::form::EditState;
use crate::tui::screens::wizard::{RowProblem, StepRow, Wizard};
use crate::tui::theme::StyleRole;
use crate::tui::widgets::problem::{brief, sentence, severity_sign};
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::text::{sentences, wrap};

/// Members of etcd that keep a quorum when one is lost.
const QUORUM_ZONES: usize = 3;

/// What is to say of the cell under the cursor: what is wrong first, then why it is asked.
pub(super) fn here(
    wizard: &Wizard,
    rows: &[StepRow],
    columns: usize,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let Some(row) = rows.get(wizard.form().cursor) else {
        return Vec::new();
    };
    let mut lines = match &wizard.form().entry {
        EditState::Typing(typing) => match &typing.refused {
            Some(why) => {
                let sign = context.signs.blocked;
                sentence(sign, why, StyleRole::Danger, columns, context)
            }
            None => verdict(wizard, columns, context),
        },
        EditState::Resting | EditState::Picking(_) => {
            let problems = row.problems.iter();
            problems
                .flat_map(|one| whole_lines(one, columns, context))
                .collect()
        }
    };
    let cut = matches!(row.field.key.item, Item::Zone(_)) || row.field.kind == FieldKind::Pick;
    if cut && row.field.refusal.is_none() {
        lines.extend(wrap(&uncut(&row.field), columns).into_iter().map(Line::raw));
    }
    let reason = row.field.reason();
    let text = match wizard.fixed(&row.field.key) {
        Some(why) => format!("Fixed in a cluster that exists: {why}."),
        None => format!("{reason} {}", how(wizard, &row.field)),
    };
    let prose = wrap(text.trim_end(), columns).into_iter().map(Line::raw);
    lines.extend(prose);
    lines
}

// The cells of the picture cut an id.
fn uncut(field: &Field) -> String {
    let filled = field.cells.iter().skip(1).filter(|cell| !cell.is_empty());
    let words: Vec<String> = filled.map(|cell| visible(cell)).collect();
    format!("{}: {}", visible(&field.name), words.join(", "))
}

/// Everything else that is wrong, in brief: what no row causes, then what other rows do.
pub(super) fn elsewhere(
    wizard: &Wizard,
    rows: &[StepRow],
    columns: usize,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let mut lines = loose(wizard, columns, context);
    let here = rows.get(wizard.form().cursor);
    let others = caused(rows).filter(|(row, _)| here.is_none_or(|here| !std::ptr::eq(here, *row)));
    lines.extend(others.flat_map(|(_, one)| problem_lines(one, &one.what, columns, context)));
    lines
}

/// All that is wrong, then what is well and what to know.
pub(super) fn all(
    wizard: &Wizard,
    rows: &[StepRow],
    columns: usize,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let mut lines = loose(wizard, columns, context);
    lines.extend(caused(rows).flat_map(|(_, one)| whole_lines(one, columns, context)));
    let (good, dot) = (context.signs.good, context.signs.dot);
    let good = well(wizard)
        .into_iter()
        .map(|text| (good, text, StyleRole::Good));
    let notes = without_gateway(wizard).into_iter();
    let notes = notes.map(|text| (dot, text, StyleRole::Note));
    let sentences = good.chain(notes);
    lines.extend(
        sentences.flat_map(|(sign, text, role)| sentence(sign, &text, role, columns, context)),
    );
    lines
}

// What the rows cause; a zone that is not taken in says in its cell why it cannot be.
fn caused(rows: &[StepRow]) -> impl Iterator<Item = (&StepRow, &RowProblem)> {
    let rows = rows
        .iter()
        .filter(|row| row.field.kind != FieldKind::Toggle(false));
    rows.flat_map(|row| row.problems.iter().map(move |one| (row, one)))
}

// What EC2 has not answered yet is no problem of the answers.
fn loose(wizard: &Wizard, columns: usize, context: &RenderContext) -> Vec<Line<'static>> {
    if wizard.inventory().is_none() {
        return Vec::new();
    }
    // Without a VPC there are no zones to choose.
    let no_vpc = wizard.vpc().is_none();
    let mut problems = wizard.loose_problems();
    problems.retain(|problem| !(no_vpc && problem.id == rule::ZONES_MISSING.id));
    problems
        .into_iter()
        .flat_map(|problem| brief(problem, columns, context))
        .collect()
}

fn whole_lines(
    problem: &RowProblem,
    columns: usize,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let text = sentences(&[&problem.what, &problem.rest]);
    problem_lines(problem, &text, columns, context)
}

fn problem_lines(
    problem: &RowProblem,
    text: &str,
    columns: usize,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let (sign, role) = severity_sign(problem.severity, context);
    sentence(sign, text, role, columns, context)
}

// What the CIDR that is being typed would do.
fn verdict(wizard: &Wizard, columns: usize, context: &RenderContext) -> Vec<Line<'static>> {
    let (Some(tried), EditState::Typing(typing)) = (wizard.tried(), &wizard.form().entry) else {
        return vec![Line::from(Span::raw(""))];
    };
    let (key, answers) = (&typing.key, &tried.plan.answers);
    let problems = tried.problems.iter();
    let mut lines: Vec<Line<'static>> = problems
        .filter(|problem| key.causes(problem, answers))
        .flat_map(|problem| brief(problem, columns, context))
        .collect();
    if lines.is_empty() {
        let cidr = typing.input.value().trim().parse::<ipnet::Ipv4Net>();
        let addresses = cidr.map_or(0, |cidr| {
            size(cidr.prefix_len()).saturating_sub(u64::from(LOST_ADDRESSES))
        });
        let text = format!("free, with {addresses} addresses");
        lines = sentence(context.signs.good, &text, StyleRole::Good, columns, context);
    }
    lines
}

fn well(wizard: &Wizard) -> Vec<String> {
    let Some(vpc) = wizard.vpc() else {
        return Vec::new();
    };
    let zones = &wizard.answers.zones;
    let mut good = Vec::new();
    if zones.len() >= QUORUM_ZONES {
        good.push(format!(
            "{}: etcd keeps its quorum when one fails",
            counted(zones.len(), "zone")
        ));
    }
    let own = |zone: &ZoneAnswer| match egress_of(vpc, &zone.name) {
        ZoneEgress::Usable(gateways) => gateways.iter().any(|gateway| gateway.id == zone.egress),
        ZoneEgress::None(_) => false,
    };
    if !zones.is_empty() && zones.iter().all(own) {
        good.push("each private subnet leaves by its own zone's NAT gateway".to_owned());
    }
    let tried = wizard.tried();
    let planned = tried.as_ref().unwrap_or(&wizard.planned);
    let map = planned.address_map.as_ref();
    let mut planned = planned.plan.zones.iter();
    let placed = planned.all(|zone| zone.private.is_some() && zone.utility.is_some());
    if !zones.is_empty() && placed && map.is_some_and(|map| map.collisions.is_empty()) {
        good.push("no subnet collides with another".to_owned());
    }
    good
}

// Why zones that are not taken in cannot be, and what it costs to take another zone's gateway.
fn without_gateway(wizard: &Wizard) -> Option<String> {
    let (inventory, vpc) = (wizard.inventory()?, wizard.vpc()?);
    let open = inventory.zones.iter().filter(|zone| {
        let taken = wizard.answers.zones.iter().any(|one| one.name == zone.name);
        zone.available && !taken && matches!(egress_of(vpc, &zone.name), ZoneEgress::None(_))
    });
    let open: Vec<_> = open.collect();
    let first = open.first()?;
    let names: Vec<&str> = open.iter().map(|zone| zone.name.as_str()).collect();
    let cost = if crossing(vpc, &first.name).is_empty() {
        "the VPC has none that another zone could use"
    } else {
        "] there takes another zone's: then both zones fail together, and AWS bills the traffic between them in each direction"
    };
    let zones = names.join(", ");
    Some(sentences(&[
        &format!("{zones}: no usable NAT gateway"),
        cost,
    ]))
}
