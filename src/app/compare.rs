//! How one report differs from another, in words: the real dry run from the approved one, today's from yesterday's.

use crate::core::review::{Change, Difference, Report, Side, differences, without_store};
use crate::core::untrusted::Untrusted;

/// Two reports compared, and what each is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    pub differences: Vec<Difference>,
    pub words: Words,
}

/// What the two reports are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// Above the differences.
    pub title: &'static str,
    /// Before a value of the first, as in `approved 1, now 2`.
    pub first: &'static str,
    pub second: &'static str,
    /// Of what only the first has.
    pub only_first: &'static str,
    pub only_second: &'static str,
}

/// The real dry run beside the approved one.
pub const APPROVED_AND_REAL: Words = Words {
    title: "the real dry run is not what was approved",
    first: "approved",
    second: "now",
    only_first: "approved, but not in the real dry run",
    only_second: "in the real dry run, but not approved",
};

/// What an approval rests on besides the report, beside what it was.
pub const APPROVED_AND_NOW: Words = Words {
    title: "what the approval rests on is not what it was",
    ..APPROVED_AND_REAL
};

/// A later report beside an earlier one.
pub const EARLIER_AND_LATER: Words = Words {
    title: "this report is not what the earlier one was",
    first: "before",
    second: "now",
    only_first: "only in the earlier report",
    only_second: "only in this report",
};

impl Comparison {
    /// The real dry run against the approved one: the name of the state store is left out, since the first preview
    /// has one of its own.
    pub fn approved_and_real(approved: &Report, real: &Report) -> Self {
        Self {
            differences: differences(&without_store(approved), &without_store(real)),
            words: APPROVED_AND_REAL,
        }
    }

    /// What is not as it was approved besides the report: the spec, the key, the account and the like, in sentences.
    pub fn of_basis(sentences: Vec<String>) -> Self {
        Self {
            differences: sentences.into_iter().map(Difference::Basis).collect(),
            words: APPROVED_AND_NOW,
        }
    }

    /// The same with what else differs, in sentences, before everything else.
    #[must_use]
    pub fn and(mut self, sentences: Vec<String>) -> Self {
        let basis = sentences.into_iter().map(Difference::Basis);
        self.differences.splice(0..0, basis);
        self
    }

    /// A later report against an earlier one.
    pub fn earlier_and_later(earlier: &Report, later: &Report) -> Self {
        Self {
            differences: differences(earlier, later),
            words: EARLIER_AND_LATER,
        }
    }

    /// Every difference in one sentence.
    pub fn sentences(&self) -> Vec<String> {
        let all = self.differences.iter();
        all.map(|difference| self.sentence(difference)).collect()
    }

    /// One difference in one sentence.
    pub fn sentence(&self, difference: &Difference) -> String {
        let words = self.words;
        match difference {
            Difference::Only { side, .. } => {
                format!("{}: {}", title(difference), words.only(*side))
            }
            Difference::Field(field) => format!(
                "{}: {} {}, {} {}",
                title(difference),
                words.first,
                value(field.first.as_ref()),
                words.second,
                value(field.second.as_ref())
            ),
            Difference::Unread { side, .. } => {
                format!("{}, {}", title(difference), words.only(*side))
            }
            Difference::Ending => "the reports end differently".to_owned(),
            Difference::Basis(sentence) => sentence.clone(),
        }
    }
}

impl Words {
    /// Of what only one side has.
    pub fn only(&self, side: Side) -> &'static str {
        match side {
            Side::First => self.only_first,
            Side::Second => self.only_second,
        }
    }
}

/// What a difference is about, in one line, shown.
pub fn title(difference: &Difference) -> String {
    match difference {
        Difference::Only { resource, .. } => {
            format!("{} {}", resource.action.word(), resource.title())
        }
        Difference::Field(one) => {
            let (action, kind, name) = one.whose();
            format!("{} {kind}/{name}, {}", action.word(), one.field)
        }
        Difference::Unread { line, .. } => format!("a line not understood: {line}"),
        Difference::Ending => "the end of the report".to_owned(),
        Difference::Basis(sentence) => sentence.clone(),
    }
}

fn value(change: Option<&Change>) -> String {
    match change {
        None => "nothing".to_owned(),
        Some(Change::New(value)) => value.shown(),
        Some(Change::Changed { old, new }) => format!("{old} -> {new}"),
        Some(Change::Diff(lines)) => {
            let shown: Vec<String> = lines.iter().map(Untrusted::shown).collect();
            shown.join(" ")
        }
    }
}
