//! How one dry run differs from another, in words: the real dry run from the approved one, today's from yesterday's.

use crate::core::approval::facts::FactDifference;
use crate::core::kops::dry_run::{
    Difference, DryRun, DryRunSide, ValueChange, differences, without_store,
};
use crate::core::text::prose::counted;
use crate::core::text::untrusted::{Untrusted, visible};

/// Two dry runs compared, and what each is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalComparison {
    pub differences: Vec<Difference>,
    pub words: ComparisonText,
}

/// What the two dry runs are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ComparisonText {
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
pub const APPROVED_AND_REAL: ComparisonText = ComparisonText {
    title: "the real dry run is not what was approved",
    first: "approved",
    second: "now",
    only_first: "approved, but not in the real dry run",
    only_second: "in the real dry run, but not approved",
};

/// What an approval depends on besides the dry run, beside what it was.
pub const APPROVED_AND_NOW: ComparisonText = ComparisonText {
    title: "what the approval depends on is not what it was",
    ..APPROVED_AND_REAL
};

/// Values of at most so many bytes stand in the row of their difference.
const SHORT: usize = 32;

// The real dry run, and more than it.
const APPROVED_AND_BOTH: ComparisonText = ComparisonText {
    title: "the real dry run and what the approval depends on are not what was approved",
    ..APPROVED_AND_REAL
};

/// Of more that differs than this the rest is counted.
const MOST_NAMED: usize = 3;

/// A later dry run beside an earlier one.
pub const EARLIER_AND_LATER: ComparisonText = ComparisonText {
    title: "this dry run is not what the earlier one was",
    first: "before",
    second: "now",
    only_first: "only in the earlier dry run",
    only_second: "only in this dry run",
};

impl ApprovalComparison {
    /// The real dry run against the approved one: the name of the state store is left out, since the first preview
    /// has one of its own.
    pub fn approved_and_real(approved: &DryRun, real: &DryRun) -> Self {
        Self {
            differences: differences(&without_store(approved), &without_store(real)),
            words: APPROVED_AND_REAL,
        }
    }

    /// What is not as it was approved besides the dry run: the spec, the key, the account and the like.
    pub fn from_facts(facts: Vec<FactDifference>) -> Self {
        Self {
            differences: facts.into_iter().map(Difference::Fact).collect(),
            words: APPROVED_AND_NOW,
        }
    }

    /// The same with what else differs, before everything else.
    #[must_use]
    pub fn and(mut self, facts: Vec<FactDifference>) -> Self {
        if !facts.is_empty() {
            self.words = if self.differences.is_empty() {
                APPROVED_AND_NOW
            } else {
                APPROVED_AND_BOTH
            };
        }
        let basis = facts.into_iter().map(Difference::Fact);
        self.differences.splice(0..0, basis);
        self
    }

    /// How many differences there are, and between what.
    pub fn headline(&self) -> String {
        let count = counted(self.differences.len(), "difference");
        format!("{count}: {}", self.words.title)
    }

    /// What differs by its name, such as `the dry run, account`; after the first few how many more.
    pub fn subjects(&self) -> String {
        let mut names: Vec<String> = Vec::new();
        for difference in &self.differences {
            let name = match difference {
                Difference::Fact(fact) => visible(&fact.name),
                _ => "the real dry run".to_owned(),
            };
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let more = names.len().saturating_sub(MOST_NAMED);
        names.truncate(MOST_NAMED);
        let names = names.join(", ");
        if more == 0 {
            names
        } else {
            format!("{names} and {more} more")
        }
    }

    /// The options that approve without what can no longer be read, each with its blank before it; empty where all can.
    pub fn without_options(&self) -> String {
        let facts = self.differences.iter().filter_map(|one| match one {
            Difference::Fact(fact) => fact.without_option(),
            _ => None,
        });
        facts.flat_map(|option| [" ".to_owned(), option]).collect()
    }

    /// One difference in a line that may be cut: what happened first.
    pub fn row(&self, difference: &Difference) -> String {
        let came = |side: &DryRunSide| match side {
            DryRunSide::First => "gone",
            DryRunSide::Second => "new",
        };
        match difference {
            Difference::Only { side, .. } => format!("{}: {}", came(side), title(difference)),
            Difference::Field(field) => {
                let (action, kind, name) = field.whose();
                let values = [&field.second, &field.first].map(|side| value(side.as_ref()));
                let [now, then] = values;
                let words = if now.len().max(then.len()) > SHORT {
                    String::new()
                } else {
                    format!(" {} {now}, {} {then}", self.words.second, self.words.first)
                };
                let whose = format!("{} {kind}/{name}", action.word());
                format!("changed: {}{words}: {whose}", field.field)
            }
            Difference::Unread { side, line } => {
                format!("{}: a line not understood: {line}", came(side))
            }
            Difference::Ending => "changed: the end of the dry run".to_owned(),
            Difference::Fact(fact) => fact.row(),
        }
    }

    /// A later dry run against an earlier one.
    pub fn earlier_and_later(earlier: &DryRun, later: &DryRun) -> Self {
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
            Difference::Ending => "the dry runs end differently".to_owned(),
            Difference::Fact(fact) => fact.sentence(),
        }
    }
}

impl ComparisonText {
    /// Of what only one side has.
    pub fn only(&self, side: DryRunSide) -> &'static str {
        match side {
            DryRunSide::First => self.only_first,
            DryRunSide::Second => self.only_second,
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
        Difference::Ending => "the end of the dry run".to_owned(),
        Difference::Fact(fact) => fact.sentence(),
    }
}

fn value(change: Option<&ValueChange>) -> String {
    let named = |value: &Untrusted| match value.shown() {
        empty if empty.is_empty() => "nothing".to_owned(),
        shown => shown,
    };
    match change {
        None => "nothing".to_owned(),
        Some(ValueChange::New(value)) => named(value),
        Some(ValueChange::Changed { old, new }) => format!("{} -> {}", named(old), named(new)),
        Some(ValueChange::Diff(lines)) => {
            let shown: Vec<String> = lines.iter().map(Untrusted::shown).collect();
            shown.join(" ")
        }
    }
}
