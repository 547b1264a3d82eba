//! One of the values that a row is picked from.

/// One value of a long list, with the columns that describe it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    /// What typed words are looked for in.
    pub searched: String,
    /// Words that match whole only, such as `16gib`.
    pub figures: Vec<String>,
    pub cells: Vec<String>,
    /// Whether it does not suit, as one of its cells says.
    pub dim: bool,
    /// What a cell may cut, whole.
    pub whole: String,
    /// Whether it opens the row for typing instead; it is there whatever is searched.
    pub by_hand: bool,
}

impl Choice {
    /// A value as it is called in the list, a line that says what it is, and what there is to say below.
    pub(super) fn described(value: &str, name: &str, note: &str, whole: String) -> Self {
        Self {
            value: value.to_owned(),
            searched: format!("{name} {note} {value}"),
            cells: vec![name.to_owned(), note.to_owned()],
            whole,
            ..Self::default()
        }
    }

    /// Any other value.
    pub(super) fn by_hand() -> Self {
        Self {
            by_hand: true,
            ..Self::described("", "another", "typed by hand", String::new())
        }
    }
}
