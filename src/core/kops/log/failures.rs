//! The failures of kops that are known, each decided once: whose it is, whether a retry can help, and what to do.

use serde::Serialize;
use strum::IntoStaticStr;

use crate::core::fault::Fault;

/// A table of failures: `"ID": WHOSE, RETRYABLE, WHEN => { what, why, remedy, source }`.
macro_rules! failures {
    ($($id:literal: $whose:ident, $retryable:ident, $when:expr => { $($field:ident: $text:literal,)* })*) => {
        &[$(KnownFailure {
            id: $id,
            when: $when,
            whose: Whose::$whose,
            retryable: Retryable::$retryable,
            $($field: $text,)*
        }),*]
    };
}

mod aws;
#[cfg(test)]
mod document;
mod kops;
mod network;
#[cfg(test)]
mod tests;

/// Whether the same request can succeed later without anybody changing anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, Serialize)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Retryable {
    No,
    /// The failure is not known, or it has causes of both kinds.
    Unknown,
    Yes,
}

/// Who refuses, or what is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
pub enum Whose {
    #[strum(serialize = "AWS")]
    Aws,
    #[strum(serialize = "kops")]
    Kops,
    Kubernetes,
    #[strum(serialize = "network")]
    Network,
}

/// One failure that is known.
#[derive(Debug)]
pub struct KnownFailure {
    /// A stable identifier in kebab case.
    pub id: &'static str,
    when: When,
    pub whose: Whose,
    pub retryable: Retryable,
    pub what: &'static str,
    pub why: &'static str,
    /// What to do once kops has ended.
    pub remedy: &'static str,
    /// Where the text comes from, and where it is decided whether a retry helps.
    pub source: &'static str,
}

/// How a failure is recognized.
#[derive(Debug)]
enum When {
    /// All words of one of these groups occur.
    Words(&'static [&'static [&'static str]]),
    /// AWS answers with one of these error codes.
    Codes(&'static [&'static str]),
    /// The same, or with a code that ends like this and is not decided elsewhere.
    Ending(&'static str, &'static [&'static str]),
}

impl KnownFailure {
    /// What, why, and what to do, after kops has ended.
    pub fn ended(&self) -> Fault {
        Fault::new(self.what, self.why, self.remedy)
    }

    /// The same while kops still runs and tries again.
    pub fn running(&self) -> Fault {
        let remedy = match self.retryable {
            Retryable::Yes => "wait: kops tries again by itself",
            Retryable::Unknown | Retryable::No => self.remedy,
        };
        Fault::new(self.what, self.why, remedy)
    }
}

/// Every known failure. Those recognized by words come first: a code is less specific than its message.
pub fn failures() -> impl Iterator<Item = &'static KnownFailure> {
    let tables = [
        kops::REFUSALS,
        kops::UNREADY,
        network::BY_WORDS,
        aws::BY_WORDS,
        aws::BY_CODE,
    ];
    tables.into_iter().flatten()
}

/// The known failure that these words tell of.
pub(super) fn known(message: &str) -> Option<&'static KnownFailure> {
    failures()
        .find(|one| one.matches(message))
        .or_else(|| codes(message).find_map(find_by_code))
}

/// Whether these words are an answer of AWS, known or not.
pub(super) fn is_of_aws(message: &str) -> bool {
    let signs = ["operation error ", "api error ", "status code: "];
    signs.iter().any(|sign| message.contains(sign))
        || codes(message).any(|code| find_by_code(code).is_some())
}

impl KnownFailure {
    fn matches(&self, message: &str) -> bool {
        let When::Words(groups) = self.when else {
            return false;
        };
        let all = |group: &&[&str]| group.iter().all(|word| message.contains(word));
        groups.iter().any(all)
    }

    fn has(&self, code: &str) -> bool {
        match self.when {
            When::Words(_) => false,
            When::Codes(codes) | When::Ending(_, codes) => codes.contains(&code),
        }
    }

    fn ends(&self, code: &str) -> bool {
        matches!(self.when, When::Ending(end, _) if code.ends_with(end))
    }
}

fn find_by_code(code: &str) -> Option<&'static KnownFailure> {
    let code = code.strip_prefix("Client.").unwrap_or(code);
    let code = code.strip_prefix("Server.").unwrap_or(code);
    failures()
        .find(|one| one.has(code))
        .or_else(|| failures().find(|one| one.ends(code)))
}

/// What may be an error code of AWS, in order. The SDK for Go prints `api error CODE: message` for a code that it has
/// no type for and `CODE: message` for one that it has (smithy-go `errors.go`, `types/errors.go` of each service).
pub(super) fn codes(message: &str) -> impl Iterator<Item = &str> {
    message.match_indices(": ").filter_map(|(at, _)| {
        let before = message.get(..at)?;
        let start = before.rfind([' ', '(', ',', '\n', '\t', '"']);
        let word = before.get(start.map_or(0, |start| start + 1)..)?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'_';
        let named = word.starts_with(|first: char| first.is_ascii_uppercase());
        (named && word.bytes().all(plain)).then_some(word)
    })
}
