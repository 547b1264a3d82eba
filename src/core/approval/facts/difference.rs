//! One fact that is not as it was when it was approved: what it was, what it is now, and the sentence about both.

use super::{Fact, NotCompared, SECRET, UnknownFact};
use crate::core::text::untrusted::visible;

/// What happened to a fact since it was approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactChange {
    Changed,
    New,
    Gone,
    /// It can no longer be read.
    Unreadable,
    /// It could not be read when it was approved.
    Readable,
}

/// A fact that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactDifference {
    /// The name of the fact, raw.
    pub name: String,
    pub change: FactChange,
    /// What stands after the name in a sentence, shown.
    sentence: String,
    /// The same with what is so now before what was approved.
    now_first: String,
}

impl FactChange {
    /// The word that stands before the name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::New => "new",
            Self::Gone => "gone",
            Self::Unreadable => "unknown now",
            Self::Readable => "known now",
        }
    }
}

impl FactDifference {
    /// Something that is described in words, such as `other bytes`.
    pub fn described(name: impl Into<String>, sentence: impl Into<String>) -> Self {
        let sentence = sentence.into();
        Self {
            name: name.into(),
            change: FactChange::Changed,
            now_first: sentence.clone(),
            sentence,
        }
    }

    /// Two values, raw.
    pub fn between(name: impl Into<String>, approved: &str, now: &str) -> Self {
        let [approved, now] = [approved, now].map(value);
        Self {
            name: name.into(),
            change: FactChange::Changed,
            sentence: format!("approved {approved}, now {now}"),
            now_first: format!("now {now}, approved {approved}"),
        }
    }

    // The reason why something is unknown may read differently each time.
    pub(super) fn compare(name: &str, before: Option<&Fact>, after: Option<&Fact>) -> Option<Self> {
        // No digest of a secret is shown: a short one could be guessed from it.
        if name.starts_with(SECRET) && before != after {
            return Some(Self::described(
                name,
                "its file is not the one that was approved",
            ));
        }
        let (before, after) = (Side::new(before), Side::new(after));
        let (change, sentence, now_first) = match (before, after) {
            (Side::Value(before), Side::Value(after)) => {
                return (before != after).then(|| Self::between(name, before, after));
            }
            (Side::Unknown(_), Side::Unknown(_)) | (Side::None, Side::None) => return None,
            (Side::Value(before), Side::None) => {
                let before = value(before);
                let sentence = format!("approved {before}, and now there is none");
                (FactChange::Gone, sentence, format!("approved {before}"))
            }
            (Side::None, Side::Value(after)) => {
                let after = value(after);
                let sentence = format!("not there when it was approved, now {after}");
                (FactChange::New, sentence, after)
            }
            (Side::Unknown(_), Side::Value(after)) => {
                let after = value(after);
                let sentence = format!("not known when it was approved, now {after}");
                (FactChange::Readable, sentence, after)
            }
            (Side::Unknown(_), Side::None) => {
                let sentence = "not known when it was approved, and now it is";
                (
                    FactChange::Readable,
                    sentence.to_owned(),
                    "readable now".to_owned(),
                )
            }
            (Side::Value(_) | Side::None, Side::Unknown(after)) => {
                let why = after.reason();
                let sentence = format!("known when it was approved, and now not: {why}");
                (FactChange::Unreadable, sentence, why)
            }
        };
        Some(Self {
            name: name.to_owned(),
            change,
            sentence,
            now_first,
        })
    }

    /// The difference in one sentence.
    pub fn sentence(&self) -> String {
        format!("{}: {}", visible(&self.name), self.sentence)
    }

    /// The same for a line that may be cut: what happened first, and what is so now before what was approved.
    pub fn row(&self) -> String {
        format!(
            "{}: {}: {}",
            self.change.word(),
            visible(&self.name),
            self.now_first
        )
    }

    /// The option that approves without this fact, where it can no longer be read.
    pub fn without_option(&self) -> Option<String> {
        (self.change == FactChange::Unreadable).then(|| NotCompared::option_of(&self.name))
    }
}

enum Side<'a> {
    Value(&'a str),
    Unknown(&'a UnknownFact),
    None,
}

impl<'a> Side<'a> {
    fn new(fact: Option<&'a Fact>) -> Self {
        match fact {
            Some(Fact::Known(value)) => Self::Value(value),
            Some(Fact::Unknown(unknown)) => Self::Unknown(unknown),
            None | Some(Fact::DoesNotApply { .. }) => Self::None,
        }
    }
}

// An empty value is named, not left out.
fn value(raw: &str) -> String {
    if raw.is_empty() {
        "nothing".to_owned()
    } else {
        visible(raw)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn known(value: &str) -> Fact {
        Fact::Known(value.to_owned())
    }

    fn refused() -> Fact {
        Fact::Unknown(UnknownFact {
            why: "refused".to_owned(),
            action: "ec2:DescribeNatGateways".to_owned(),
        })
    }

    fn both(before: Option<&Fact>, after: Option<&Fact>) -> [String; 2] {
        let found = FactDifference::compare("NAT gateways", before, after).unwrap();
        [found.sentence(), found.row()]
    }

    #[test]
    fn an_empty_value_is_said() {
        let (nothing, one) = (known(""), known("igw-1"));
        assert_eq!(
            both(Some(&nothing), Some(&one)),
            [
                "NAT gateways: approved nothing, now igw-1",
                "changed: NAT gateways: now igw-1, approved nothing"
            ]
        );
        assert_eq!(
            both(Some(&one), Some(&nothing))[0],
            "NAT gateways: approved igw-1, now nothing"
        );
    }

    #[test]
    fn what_happened_stands_first_in_a_row() {
        let one = known("1");
        assert_eq!(both(Some(&one), None)[1], "gone: NAT gateways: approved 1");
        assert_eq!(both(None, Some(&one))[1], "new: NAT gateways: 1");
        assert_eq!(
            both(Some(&one), Some(&refused()))[1],
            "unknown now: NAT gateways: refused (ec2:DescribeNatGateways)"
        );
        assert_eq!(
            both(Some(&refused()), Some(&one))[1],
            "known now: NAT gateways: 1"
        );
    }

    #[test]
    fn what_can_no_longer_be_read_names_the_option_that_leaves_it_out() {
        let one = known("1");
        let of = |after: &Fact| {
            let found = FactDifference::compare("NAT gateways", Some(&one), Some(after)).unwrap();
            found.without_option()
        };
        assert_eq!(
            of(&refused()),
            Some("--without-fact nat-gateways".to_owned())
        );
        assert_eq!(of(&known("2")), None);
    }
}
