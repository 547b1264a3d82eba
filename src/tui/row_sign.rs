//! The state of a row, which a sign shows.

/// The state of a row, as a sign with a meaning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RowSign {
    #[default]
    None,
    Good,
    Look,
    Blocked,
    Now,
}
