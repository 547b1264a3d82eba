//! A change of one answer.

/// A change of one answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldEdit {
    /// Typed or picked.
    Text(String),
    /// So many values on, or back.
    Turn(i8),
    /// In or out, this one, or do it: as the row is edited.
    Choose,
    /// Back to what it is when nobody sets it.
    Clear,
    RemoveGroup,
}
