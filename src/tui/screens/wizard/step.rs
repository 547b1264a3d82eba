//! The steps of the wizard, and which of them a problem belongs to.

use crate::core::problem::About;
use crate::tui::screens::wizard::{subnets, vpc, zones};

/// The steps, in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum WizardStep {
    #[default]
    Account,
    Vpc,
    Zones,
    Subnets,
    ControlPlane,
    Nodes,
    Access,
    Review,
}

impl WizardStep {
    /// All steps, in order.
    pub const ALL: [Self; 8] = [
        Self::Account,
        Self::Vpc,
        Self::Zones,
        Self::Subnets,
        Self::ControlPlane,
        Self::Nodes,
        Self::Access,
        Self::Review,
    ];

    /// The step's title.
    pub fn word(self) -> &'static str {
        match self {
            Self::Account => "Account",
            Self::Vpc => "VPC",
            Self::Zones => "Zones",
            Self::Subnets => "Subnets",
            Self::ControlPlane => "Control plane",
            Self::Nodes => "Nodes",
            Self::Access => "Access",
            Self::Review => "Review",
        }
    }

    /// What stands above the columns of its rows; empty where the rows are questions.
    pub fn headings(self) -> &'static [&'static str] {
        match self {
            Self::Vpc => &vpc::HEADINGS,
            Self::Zones => &zones::HEADINGS,
            Self::Subnets => &subnets::HEADINGS,
            _ => &[],
        }
    }

    /// The columns of a row after its first, each with its heading; empty where there are no headings.
    pub fn named(self, cells: &[String]) -> String {
        let named = self.headings().iter().zip(cells).skip(1);
        let told = named.filter(|(name, cell)| !name.is_empty() && !cell.is_empty());
        let words: Vec<String> = told.map(|(name, cell)| format!("{name}: {cell}")).collect();
        words.join(", ")
    }

    /// The step after this one, if any.
    pub fn next(self) -> Option<Self> {
        Self::ALL.into_iter().find(|step| *step > self)
    }

    /// The step before this one, if any.
    pub fn back(self) -> Option<Self> {
        Self::ALL.into_iter().rev().find(|step| *step < self)
    }

    pub(super) fn of(about: &About) -> Self {
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
