//! The panes of home.

/// The panes, in the order of the tab key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum HomePane {
    #[default]
    Clusters,
    Vpcs,
    Setup,
}
