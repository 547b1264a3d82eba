//! Step 2, Network: the rows of VPC, zones and subnets as one picture, and how the cursor moves on it.

use strum::{IntoStaticStr, VariantArray};

use super::column::Column;
use super::field::{Field, FieldKey, FieldKind, FieldSpec, Item};
use super::{Wizard, subnets, vpc, zones};
use crate::core::inventory::Vpc;
use crate::core::network::cidr::Tier;
use crate::core::problem::{About, ProblemSeverity};
use crate::core::text::prose::sentences;
use crate::tui::keymap::Action;

/// The fields of this step.
pub static FIELDS: &[&FieldSpec] = &[
    &vpc::VPC,
    &zones::ZONE,
    &subnets::SUBNETS,
    &subnets::PRIVATE_CIDR,
    &subnets::UTILITY_CIDR,
    &subnets::PRIVATE_SUBNET,
    &subnets::UTILITY_SUBNET,
    &subnets::TAGS,
];

/// A part of the step: the prompts ask one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
pub enum NetworkPart {
    #[strum(to_string = "VPC")]
    Vpc,
    Zones,
    Subnets,
}

impl NetworkPart {
    /// All parts, in order.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The part's title.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The part that a row is of.
    pub fn from_row(key: &FieldKey) -> Self {
        match key.item {
            Item::Vpc(_) => Self::Vpc,
            Item::Zone(_) => Self::Zones,
            _ => Self::Subnets,
        }
    }

    /// The part that a problem is about.
    pub fn from_about(about: &About) -> Option<Self> {
        match about {
            About::Vpc => Some(Self::Vpc),
            About::Zones | About::Zone(_) => Some(Self::Zones),
            About::Subnets | About::Subnet(_) => Some(Self::Subnets),
            _ => None,
        }
    }
}

/// The rows: the VPCs, the zones, then the subnets.
pub fn rows(wizard: &Wizard) -> Vec<Field> {
    let mut rows = vpc::rows(wizard);
    rows.extend(zones::rows(wizard));
    rows.extend(subnets::rows(wizard));
    rows
}

/// The cells of a row after its first, each with its heading; empty where it has no columns.
pub fn with_headings(field: &Field) -> String {
    let columns = columns(&field.key.item);
    let cells = columns.iter().zip(&field.cells).skip(1);
    let filled = cells.filter(|(column, cell)| !column.heading.is_empty() && !cell.is_empty());
    let words = filled.map(|(column, cell)| format!("{}: {cell}", column.heading));
    words.collect::<Vec<_>>().join(", ")
}

fn columns(item: &Item) -> Vec<Column> {
    match item {
        Item::Vpc(_) => vpc::COLUMNS.map(|(column, _)| column).to_vec(),
        Item::Zone(_) => zones::COLUMNS.to_vec(),
        Item::Subnet(..) => subnets::COLUMNS.to_vec(),
        _ => Vec::new(),
    }
}

/// The zones that have a column: those of the region, then those of the answers that it does not have.
pub(super) fn zone_names(wizard: &Wizard) -> Vec<String> {
    let known = wizard.inventory().map(|inventory| &inventory.zones);
    let known = known.into_iter().flatten().map(|zone| zone.name.clone());
    let mut names: Vec<String> = known.collect();
    for zone in &wizard.planned.plan.zones {
        if !names.contains(&zone.name) {
            names.push(zone.name.clone());
        }
    }
    names
}

/// Where the cells of the rows stand: lines of one cell for each zone, or of one for all of them.
pub(super) struct Grid {
    vpcs: Vec<usize>,
    chosen: usize,
    lines: Vec<Vec<GridCell>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct GridCell {
    row: usize,
    /// The zone's column; absent for a cell of all zones.
    column: Option<usize>,
}

#[derive(PartialEq, Eq)]
enum GridLine {
    Zones,
    Subnets(Tier),
    All(usize),
}

impl Grid {
    /// Lays the rows out.
    pub(super) fn new(wizard: &Wizard, fields: &[Field]) -> Self {
        let names = zone_names(wizard);
        let column = |zone: &String| names.iter().position(|name| name == zone);
        let mut grid = Self {
            vpcs: Vec::new(),
            chosen: 0,
            lines: Vec::new(),
        };
        let mut last = None;
        for (row, field) in fields.iter().enumerate() {
            let (line, column) = match &field.key.item {
                Item::Vpc(_) => {
                    grid.vpcs.push(row);
                    if field.kind == FieldKind::One(true) {
                        grid.chosen = row;
                    }
                    continue;
                }
                Item::Zone(zone) => (GridLine::Zones, column(zone)),
                Item::Subnet(tier, zone) => (GridLine::Subnets(*tier), column(zone)),
                _ => (GridLine::All(row), None),
            };
            let cell = GridCell { row, column };
            match grid.lines.last_mut() {
                Some(cells) if last.as_ref() == Some(&line) => cells.push(cell),
                _ => grid.lines.push(vec![cell]),
            }
            last = Some(line);
        }
        grid
    }

    /// The column of a row's cell.
    pub(super) fn column(&self, row: usize) -> Option<usize> {
        let (line, at) = self.place(row)?;
        self.lines.get(line)?.get(at)?.column
    }

    /// The row that a key leads to from another; `column` is the one that was looked at last.
    pub(super) fn moved(&self, from: usize, column: usize, action: Action, page: isize) -> usize {
        let found = match self.place(from) {
            Some(place) => self.moved_on_grid(place, column, action),
            None => self.moved_in_vpcs(from, column, action, page),
        };
        found.unwrap_or(from)
    }

    fn place(&self, row: usize) -> Option<(usize, usize)> {
        let mut lines = self.lines.iter().enumerate();
        lines.find_map(|(line, cells)| {
            let at = cells.iter().position(|cell| cell.row == row)?;
            Some((line, at))
        })
    }

    fn moved_on_grid(
        &self,
        (line, at): (usize, usize),
        column: usize,
        action: Action,
    ) -> Option<usize> {
        let cells = self.lines.get(line)?;
        let last = self.lines.len().saturating_sub(1);
        let own = |at: usize| cells.get(at).map(|cell| cell.row);
        match action {
            Action::Up if line == 0 => (!self.vpcs.is_empty()).then_some(self.chosen),
            Action::Up => self.nearest(line - 1, column),
            Action::Down => self.nearest(line + 1, column),
            Action::PageUp => self.nearest(0, column),
            Action::PageDown => self.nearest(last, column),
            Action::Left if at == 0 => (!self.vpcs.is_empty()).then_some(self.chosen),
            Action::Left => own(at - 1),
            Action::Right => own(at + 1),
            Action::First => own(0),
            Action::Last => own(cells.len().saturating_sub(1)),
            _ => None,
        }
    }

    fn moved_in_vpcs(
        &self,
        from: usize,
        column: usize,
        action: Action,
        page: isize,
    ) -> Option<usize> {
        let last = self.vpcs.last().copied()?;
        match action {
            Action::Right => self.nearest(0, column),
            Action::Left => None,
            Action::Down if from == last => self.nearest(0, column),
            moving => {
                let to = from.saturating_add_signed(moving.movement(page));
                Some(to.clamp(*self.vpcs.first()?, last))
            }
        }
    }

    fn nearest(&self, line: usize, column: usize) -> Option<usize> {
        let cells = self.lines.get(line)?.iter();
        let distance = |cell: &&GridCell| cell.column.map_or(0, |own| own.abs_diff(column));
        cells.min_by_key(distance).map(|cell| cell.row)
    }
}

impl Wizard {
    /// Moves the cursor on the picture.
    pub(super) fn move_on_grid(&mut self, action: Action, page: isize) {
        let fields = self.fields();
        let grid = Grid::new(self, &fields);
        let (from, column) = (self.form().cursor, self.form().column);
        let row = grid.moved(from, column, action, page);
        self.put_on_grid(row, &grid);
    }

    /// Puts the cursor on a row of the picture.
    pub fn put_cursor(&mut self, row: usize) {
        let fields = self.fields();
        let grid = Grid::new(self, &fields);
        self.put_on_grid(row.min(fields.len().saturating_sub(1)), &grid);
    }

    fn put_on_grid(&mut self, row: usize, grid: &Grid) {
        let column = grid.column(row);
        let form = self.form_mut();
        (form.cursor, form.moved) = (row, true);
        if let Some(column) = column {
            form.column = column;
        }
    }

    /// Why the questions of one part cannot be left, if they cannot: one sentence with the remedy.
    pub fn blocked_part(&self, part: NetworkPart) -> Option<String> {
        let problems = self.problems(self.step).into_iter();
        let mut blocking = problems.filter(|problem| {
            problem.severity == ProblemSeverity::Blocked
                && NetworkPart::from_about(&problem.about) == Some(part)
        });
        let problem = blocking.next()?;
        Some(sentences(&[&problem.what, &problem.remedy]))
    }

    /// The VPC that the picture is of: the one under the cursor, else the one chosen; in an edit always the cluster's.
    pub fn vpc_shown(&self) -> Option<&Vpc> {
        let inventory = self.inventory()?;
        let cursor = self.form().cursor;
        // An edit has no rows of other VPCs.
        if self.edited().is_some() || cursor >= inventory.vpcs.len() {
            return self.vpc();
        }
        let (_, vpc) = vpc::in_order(inventory).get(cursor).copied()?;
        Some(vpc)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::core::method;
    use crate::tui::event::Timestamp;
    use crate::tui::field_edit::FieldEdit;
    use crate::tui::screens::wizard::change::changed;
    use crate::tui::screens::wizard::form::{EditState, Typing};
    use crate::tui::screens::wizard::method_wizard::{answers_in, in_account, method_wizard};
    use crate::tui::screens::wizard::subnets::UTILITY_CIDR;
    use crate::tui::screens::wizard::{AnswersOrigin, WizardStep};

    fn at(wizard: &Wizard) -> String {
        wizard.current().unwrap().name
    }

    fn path(wizard: &mut Wizard, actions: &[Action]) -> Vec<String> {
        let names = actions.iter().map(|action| {
            wizard.move_on_grid(*action, 10);
            at(wizard)
        });
        names.collect()
    }

    #[test]
    fn arrows_move_among_the_cells_and_keep_the_column_across_a_line_of_one() {
        let mut wizard = method_wizard("abc");
        let path = path(
            &mut wizard,
            &[
                Action::Right,
                Action::Right,
                Action::Down,
                Action::Down,
                Action::Down,
                Action::Up,
                Action::Left,
                Action::PageUp,
                Action::Last,
                Action::PageDown,
                Action::First,
                Action::Left,
            ],
        );
        assert_eq!(
            path,
            [
                "us-east-1a",
                "us-east-1b",
                "Subnets",
                "us-east-1b",
                "utility-us-east-1b",
                "us-east-1b",
                "us-east-1a",
                "us-east-1a",
                "us-east-1d",
                "utility-us-east-1c",
                "utility-us-east-1a",
                "example",
            ]
        );
    }

    #[test]
    fn what_is_typed_stays_open_under_the_cursor_when_its_step_is_left_and_entered_again() {
        let mut wizard = method_wizard("abc");
        wizard.go(WizardStep::Network);
        let utility = Item::Subnet(Tier::Utility, "us-east-1c".to_owned());
        let mut fields = wizard.fields().into_iter();
        let key = fields.find(|field| field.key.item == utility).unwrap().key;
        let zone = FieldKey::new(&zones::ZONE, Item::Zone("us-east-1d".to_owned()));
        changed(&mut wizard, &zone, &FieldEdit::Choose, Timestamp::default()).unwrap();
        wizard.keep_cursor(Some(&key));
        wizard.form_mut().entry = EditState::Typing(Typing::new(key.clone(), "172.20."));
        wizard.go(WizardStep::Review);
        wizard.go(WizardStep::Network);
        assert_eq!(wizard.form().entry.key(), Some(&key));
        assert_eq!(wizard.current().map(|field| field.key), Some(key.clone()));
        // What is undone was another row's.
        assert!(wizard.undo().is_some());
        assert_eq!(wizard.current().map(|field| field.key), Some(key));
        // A row that is gone is typed into no more.
        let unknown = Item::Subnet(Tier::Utility, "us-east-1f".to_owned());
        let gone = FieldKey::new(&UTILITY_CIDR, unknown);
        wizard.form_mut().entry = EditState::Typing(Typing::new(gone, "172.20."));
        wizard.go(WizardStep::Network);
        assert_eq!(wizard.form().entry.key(), None);
    }

    fn edit_beside_other_vpcs() -> Wizard {
        let mut inventory = method::inventory();
        let own = inventory.vpcs[0].clone();
        for (id, name) in [("vpc-1", "aaa"), ("vpc-2", "bbb"), ("vpc-3", "zzz")] {
            let mut other = own.clone();
            other.id = id.to_owned();
            other.tags.insert("Name".into(), name.into());
            inventory.vpcs.push(other);
        }
        let answers = answers_in(&inventory, "abc");
        in_account(Wizard::edit(answers, AnswersOrigin::File), inventory)
    }

    #[test]
    fn an_edit_shows_the_clusters_vpc_from_every_row() {
        let mut wizard = edit_beside_other_vpcs();
        for row in 0..wizard.fields().len() {
            wizard.form_mut().cursor = row;
            let shown = wizard.vpc_shown().map(|vpc| vpc.id.clone());
            assert_eq!(shown.as_ref(), Some(&wizard.answers.vpc), "row {row}");
        }
    }

    #[test]
    fn nothing_changes_what_is_fixed_in_an_edit() {
        let mut wizard = edit_beside_other_vpcs();
        let before = wizard.answers.clone();
        let fixed = |field: &Field| wizard.fixed(&field.key).is_some();
        let fields: Vec<Field> = wizard.fields().into_iter().filter(fixed).collect();
        assert_eq!(fields.len(), 1 + 3 + 1 + 6);
        let edits = [
            FieldEdit::Choose,
            FieldEdit::Clear,
            FieldEdit::Turn(1),
            FieldEdit::Turn(-1),
            FieldEdit::Text("External".to_owned()),
            FieldEdit::Text("172.20.64.0/24".to_owned()),
        ];
        for field in fields {
            for edit in &edits {
                let refused = wizard.change(&field.key, edit).unwrap_err();
                assert!(refused.starts_with("fixed: "), "{}: {refused}", field.name);
                assert_eq!(wizard.answers, before, "{} by {edit:?}", field.name);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_cell_is_reached_by_arrows_and_none_is_left_of_the_rows(
            letters in prop::sample::subsequence(vec!['a', 'b', 'c', 'd'], 1..=4),
            target in 0_usize..20,
        ) {
            let letters: String = letters.into_iter().collect();
            let mut wizard = method_wizard(&letters);
            let rows = wizard.fields().len();
            let target = target % rows;
            let arrows = [Action::Up, Action::Down, Action::Left, Action::Right];
            let mut seen = vec![0];
            let mut open = vec![(0, 0)];
            while let Some((row, column)) = open.pop() {
                for arrow in arrows {
                    let form = wizard.form_mut();
                    (form.cursor, form.column) = (row, column);
                    wizard.move_on_grid(arrow, 10);
                    let (now, column) = (wizard.form().cursor, wizard.form().column);
                    prop_assert!(now < rows);
                    if !seen.contains(&now) {
                        seen.push(now);
                        open.push((now, column));
                    }
                }
            }
            prop_assert!(seen.contains(&target), "{} of {}", target, rows);
        }
    }
}
