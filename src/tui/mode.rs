//! Whether anything is real.

/// Whether anything is real.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    #[default]
    Real,
    /// A built-in account; every screen shows it.
    Demonstration,
}
