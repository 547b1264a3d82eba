//! The steps of the wizard, and which of them a problem belongs to.

use strum::{IntoStaticStr, VariantArray};

use crate::core::problem::About;
use crate::tui::screens::wizard::field::FieldSpec;
use crate::tui::screens::wizard::{access, account, control_plane, network, nodes};

/// The steps, in order.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray,
)]
pub enum WizardStep {
    #[default]
    Cluster,
    Network,
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
            Self::Cluster => &account::FIELDS,
            Self::Network => network::FIELDS,
            Self::ControlPlane => &control_plane::FIELDS,
            Self::Nodes => &nodes::FIELDS,
            Self::Access => &access::FIELDS,
            Self::Review => &[],
        }
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
            About::Account => Self::Cluster,
            About::Vpc | About::Zones | About::Zone(_) | About::Subnets | About::Subnet(_) => {
                Self::Network
            }
            About::ControlPlane => Self::ControlPlane,
            About::InstanceGroup(_) => Self::Nodes,
            About::Access => Self::Access,
        }
    }
}
