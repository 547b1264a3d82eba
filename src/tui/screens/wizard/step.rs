//! The steps of the wizard, and which of them a problem belongs to.

use strum::{IntoStaticStr, VariantArray};

use crate::core::problem::About;
use crate::tui::screens::wizard::column::Column;
use crate::tui::screens::wizard::field::FieldSpec;
use crate::tui::screens::wizard::{access, account, control_plane, nodes, subnets, vpc, zones};

/// The steps, in order.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray,
)]
pub enum WizardStep {
    #[default]
    Account,
    #[strum(to_string = "VPC")]
    Vpc,
    Zones,
    Subnets,
    #[strum(to_string = "Control plane")]
    ControlPlane,
    Nodes,
    Access,
    Review,
}

impl WizardStep {
    /// All steps, in order.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The step's title.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The fields of its rows.
    pub fn fields(self) -> &'static [&'static FieldSpec] {
        match self {
            Self::Account => &account::FIELDS,
            Self::Vpc => &vpc::FIELDS,
            Self::Zones => &zones::FIELDS,
            Self::Subnets => &subnets::FIELDS,
            Self::ControlPlane => &control_plane::FIELDS,
            Self::Nodes => &nodes::FIELDS,
            Self::Access => &access::FIELDS,
            Self::Review => &[],
        }
    }

    /// The columns of its rows; none where the rows are questions.
    pub fn columns(self) -> Vec<Column> {
        match self {
            Self::Vpc => vpc::COLUMNS.map(|(column, _)| column).to_vec(),
            Self::Zones => zones::COLUMNS.to_vec(),
            Self::Subnets => subnets::COLUMNS.to_vec(),
            _ => Vec::new(),
        }
    }

    /// The cells of a row after its first, each with its heading; empty where there are no columns.
    pub fn with_headings(self, cells: &[String]) -> String {
        let columns = self.columns();
        let cells = columns.iter().zip(cells).skip(1);
        let filled = cells.filter(|(column, cell)| !column.heading.is_empty() && !cell.is_empty());
        let words = filled.map(|(column, cell)| format!("{}: {cell}", column.heading));
        words.collect::<Vec<_>>().join(", ")
    }

    /// The step after this one, if any.
    pub fn next(self) -> Option<Self> {
        Self::ALL.iter().copied().find(|step| *step > self)
    }

    /// The step before this one, if any.
    pub fn back(self) -> Option<Self> {
        Self::ALL.iter().copied().rev().find(|step| *step < self)
    }

    pub(super) fn from_about(about: &About) -> Self {
        match about {
            About::Account => Self::Account,
            About::Vpc => Self::Vpc,
            About::Zones | About::Zone(_) => Self::Zones,
            About::Subnets | About::Subnet(_) => Self::Subnets,
            About::ControlPlane => Self::ControlPlane,
            About::InstanceGroup(_) => Self::Nodes,
            About::Access => Self::Access,
        }
    }
}
