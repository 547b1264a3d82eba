//! The columns of a step's table, and what each does where they do not all fit.

/// One column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub heading: &'static str,
    pub when_narrow: WhenNarrow,
}

/// What becomes of a column that has no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenNarrow {
    Cut,
    /// It is cut only when no other can be: its values say nothing then.
    Keep,
    /// Of several values the first and the number of the others stay, which are kept.
    KeepFirst,
    /// The whole column goes.
    Drop,
}

impl Column {
    /// A column with its heading.
    pub const fn new(heading: &'static str, when_narrow: WhenNarrow) -> Self {
        Self {
            heading,
            when_narrow,
        }
    }

    /// Whether it is cut only when no other can be.
    pub fn is_kept(&self) -> bool {
        matches!(self.when_narrow, WhenNarrow::Keep | WhenNarrow::KeepFirst)
    }
}
