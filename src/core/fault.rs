//! A step that did not work: what happened, why, and what to do next.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::core::text::prose::sentences;
use crate::core::text::untrusted::Untrusted;

/// An error for a person, in three parts; `detail` keeps what the other program printed, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct Fault {
    pub what: String,
    pub why: String,
    /// The parts of a reason that has several, each worth a line of its own.
    #[serde(skip)]
    pub reasons: Box<[String]>,
    pub remedy: String,
    /// What the other program printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Untrusted>,
}

impl Fault {
    /// A fault whose parts are all known beforehand.
    pub fn new(what: impl Into<String>, why: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            why: why.into(),
            reasons: Box::default(),
            remedy: remedy.into(),
            detail: None,
        }
    }

    /// The same for several reasons.
    pub fn of_many(
        what: impl Into<String>,
        reasons: Vec<String>,
        remedy: impl Into<String>,
    ) -> Self {
        let why = reasons.join("; ");
        Self {
            reasons: reasons.into_boxed_slice(),
            ..Self::new(what, why, remedy)
        }
    }

    /// What happened, why, and what to do, in sentences.
    pub fn whole(&self) -> String {
        sentences(&[&self.what, &self.why, &self.remedy])
    }

    /// The same fault with the other program's own words.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<Untrusted>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}", self.what)?;
        writeln!(out, "  why: {}", self.why)?;
        write!(out, "  do:  {}", self.remedy)?;
        match &self.detail {
            Some(detail) => write!(out, "\n  said: {detail}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Fault {}
