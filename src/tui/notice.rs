//! What is shown above the screen until the next key.

use super::row_sign::RowSign;

/// A sentence about the whole program, and whether it is good, worth a look, or says what cannot be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub sign: RowSign,
    pub text: String,
}

impl Notice {
    /// What was asked for is done.
    pub fn good(text: impl Into<String>) -> Self {
        Self::new(RowSign::Good, text)
    }

    /// Something to know.
    pub fn look(text: impl Into<String>) -> Self {
        Self::new(RowSign::Look, text)
    }

    /// What was asked for is not done, or something failed.
    pub fn blocked(text: impl Into<String>) -> Self {
        Self::new(RowSign::Blocked, text)
    }

    fn new(sign: RowSign, text: impl Into<String>) -> Self {
        Self {
            sign,
            text: text.into(),
        }
    }
}
