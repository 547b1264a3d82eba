//! The panes of the dashboard.

use strum::VariantArray;

/// The panes, in the order of `tab`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, VariantArray)]
pub enum DashboardPane {
    #[default]
    Groups,
    Instances,
    Why,
    Timeline,
}
