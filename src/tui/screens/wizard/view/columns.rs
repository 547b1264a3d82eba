//! The columns of a step's table: what gives way, and what never does, where they do not all fit.

use crate::tui::screens::wizard::WizardStep;
use crate::tui::widgets::table::{GAP, taken, widths};

/// Stands for a reason that has no room in its row and is told below.
pub(super) const NOT_USABLE: &str = "not usable";

const VPC_CIDRS: usize = 1;
const VPC_MANAGED_BY: usize = 5;
const ZONE_CELLS: usize = 4;

/// Columns whose values say nothing when they are cut.
pub(super) fn kept(step: WizardStep) -> &'static [usize] {
    match step {
        WizardStep::Vpc => &[1, 2, 3, 4],
        WizardStep::Zones => &[0, 2, 3],
        WizardStep::Subnets => &[1],
        _ => &[],
    }
}

/// Takes out the reason why a zone has neither gateway nor address: it has their columns to itself.
pub(super) fn across(cells: &mut Vec<String>) -> Option<String> {
    let empty = |at: usize| cells.get(at).is_some_and(String::is_empty);
    if cells.len() != ZONE_CELLS || !empty(1) || !empty(2) {
        return None;
    }
    let reason = cells.pop();
    cells.truncate(1);
    reason
}

/// The columns left of a row once its first has its own.
pub(super) fn after_first(widths: &[usize], room: usize) -> usize {
    let first = widths.first().copied().unwrap_or_default();
    room.saturating_sub(first + GAP)
}

/// The headings of a step, and its cells with what gives way taken out: of several CIDRs the first and a number stay, then
/// the column goes that tells least. The help has all of them.
pub(super) fn fit(step: WizardStep, cells: &mut [Vec<String>], room: usize) -> Vec<String> {
    let mut headings: Vec<String> = step.headings().iter().map(ToString::to_string).collect();
    if step != WizardStep::Vpc || fits(&headings, cells, room) {
        return headings;
    }
    for row in cells.iter_mut() {
        if let Some(cidrs) = row.get_mut(VPC_CIDRS) {
            *cidrs = shortened(cidrs);
        }
    }
    if !fits(&headings, cells, room) {
        for row in cells.iter_mut().chain([&mut headings]) {
            if row.len() > VPC_MANAGED_BY {
                row.remove(VPC_MANAGED_BY);
            }
        }
    }
    headings
}

fn fits(headings: &[String], cells: &[Vec<String>], room: usize) -> bool {
    let rows = cells.iter().map(Vec::as_slice).chain([headings]);
    taken(&widths(rows, usize::MAX)) <= room
}

fn shortened(cidrs: &str) -> String {
    let mut words = cidrs.split(' ');
    match (words.next(), words.count()) {
        (Some(first), more @ 1..) => format!("{first} +{more}"),
        _ => cidrs.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: [&str; 7]) -> Vec<String> {
        cells.map(str::to_owned).to_vec()
    }

    #[test]
    fn a_cidr_keeps_its_prefix_where_columns_give_way() {
        let id = "vpc-0123456789abcdef0";
        let mut cells = vec![
            row([
                "platform",
                "172.20.0.0/16 10.100.0.0/16",
                "4/4",
                "4",
                "1",
                "Terraform",
                id,
            ]),
            row(["a-rather-long-name", "10.0.0.0/8", "0/0", "0", "0", "", id]),
        ];
        let headings = fit(WizardStep::Vpc, &mut cells, 68);
        assert_eq!(
            headings,
            ["Name", "CIDR", "NAT", "Zones", "Clusters", "VPC"]
        );
        assert_eq!(cells[0][..3], ["platform", "172.20.0.0/16 +1", "4/4"]);
        let rows = cells.iter().map(Vec::as_slice).chain([headings.as_slice()]);
        let widths = crate::tui::widgets::table::widths_keeping(rows, 68, kept(WizardStep::Vpc));
        assert_eq!((widths[VPC_CIDRS], taken(&widths)), (16, 68));
    }

    #[test]
    fn a_reason_has_the_columns_of_what_is_not_there() {
        let mut blocked = ["us-east-1e", "", "", "no NAT gateway in this zone"]
            .map(str::to_owned)
            .to_vec();
        assert_eq!(
            across(&mut blocked).as_deref(),
            Some("no NAT gateway in this zone")
        );
        assert_eq!(blocked, ["us-east-1e"]);
        let mut good = ["us-east-1a", "nat-1", "203.0.113.1", "ok"]
            .map(str::to_owned)
            .to_vec();
        assert_eq!((across(&mut good), good.len()), (None, 4));
    }
}
