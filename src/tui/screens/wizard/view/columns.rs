//! The columns of a table of VPCs: what gives way, and what never does, where they do not all fit.

use crate::tui::screens::wizard::column::{Column, WhenNarrow};
use crate::tui::widgets::table::{total_width, widths};

/// Takes out of the cells what gives way, and gives the columns that stay: of several values the first and a number stay,
/// then a whole column goes. The help has all of them.
pub(super) fn fit(mut columns: Vec<Column>, cells: &mut [Vec<String>], room: usize) -> Vec<Column> {
    let fits = |columns: &[Column], cells: &[Vec<String>]| {
        let (headings, _) = headings_and_kept(columns);
        let rows = cells.iter().map(Vec::as_slice).chain([headings.as_slice()]);
        total_width(&widths(rows, usize::MAX)) <= room
    };
    if fits(&columns, cells) {
        return columns;
    }
    let yields = |columns: &[Column], how| columns.iter().position(|one| one.when_narrow == how);
    if let Some(at) = yields(&columns, WhenNarrow::KeepFirst) {
        for cell in cells.iter_mut().filter_map(|row| row.get_mut(at)) {
            *cell = shortened(cell);
        }
    }
    if let Some(at) = yields(&columns, WhenNarrow::Drop).filter(|_| !fits(&columns, cells)) {
        columns.remove(at);
        for row in cells.iter_mut().filter(|row| row.len() > at) {
            row.remove(at);
        }
    }
    columns
}

/// The headings of columns, and which are cut only when no other can be.
pub(super) fn headings_and_kept(columns: &[Column]) -> (Vec<String>, Vec<usize>) {
    let headings = columns.iter().map(|column| column.heading.to_owned());
    let kept = (0..columns.len()).filter(|at| columns.get(*at).is_some_and(Column::is_kept));
    (headings.collect(), kept.collect())
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
    use crate::tui::screens::wizard::vpc;

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
        let columns = fit(
            vpc::COLUMNS.map(|(column, _)| column).to_vec(),
            &mut cells,
            68,
        );
        let (headings, kept) = headings_and_kept(&columns);
        assert_eq!(
            headings,
            ["Name", "CIDR", "NAT", "Zones", "Clusters", "VPC"]
        );
        assert_eq!(cells[0][..3], ["platform", "172.20.0.0/16 +1", "4/4"]);
        let rows = cells.iter().map(Vec::as_slice).chain([headings.as_slice()]);
        let widths = crate::tui::widgets::table::widths_keeping(rows, 68, &kept);
        assert_eq!((widths[1], total_width(&widths)), (16, 68));
    }
}
