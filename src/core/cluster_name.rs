//! The name of a cluster: checked by kops's own rule when it is made, so that no argument of kops can be an option.

use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::fault::Fault;
use crate::core::text::untrusted::visible;

/// Bytes of the longest name (`IsDNS1123Subdomain`, `k8s.io/apimachinery/pkg/util/validation`).
pub const LONGEST_NAME: usize = 253;

/// A cluster's name as kops accepts it (`newValidateCluster` in its `pkg/apis/kops/validation/validation.go`): lower-case
/// letters, digits and inner hyphens in labels joined by dots, at most 253 bytes. It never begins with a hyphen or a dot
/// and holds no slash, blank or comma.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClusterName(String);

impl ClusterName {
    /// The name that a text is; a Fault when kops would not accept it.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        if is_subdomain(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(not_a_name(text))
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a text is a DNS-1123 subdomain: at most 253 bytes, every label between dots one of [`is_label`].
pub fn is_subdomain(text: &str) -> bool {
    text.len() <= LONGEST_NAME && text.split('.').all(is_label)
}

/// Whether a text is a label of a DNS-1123 subdomain: lower-case letters, digits and inner hyphens, at least one byte.
pub fn is_label(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    bytes.first().copied().is_some_and(plain)
        && bytes.last().copied().is_some_and(plain)
        && bytes.iter().all(|byte| plain(*byte) || *byte == b'-')
}

fn not_a_name(text: &str) -> Fault {
    let what = match text {
        "" => "the cluster has no name".to_owned(),
        text => format!("{} is not the name of a cluster", visible(text)),
    };
    Fault::new(
        what,
        "kops takes lower-case letters, digits and inner hyphens, in labels joined by dots, 253 characters in all",
        "name the cluster as `kops get clusters` lists it, such as prod.example.com",
    )
}

impl Deref for ClusterName {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClusterName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl FromStr for ClusterName {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        Self::parse(text)
    }
}

impl TryFrom<String> for ClusterName {
    type Error = Fault;

    fn try_from(text: String) -> Result<Self, Fault> {
        Self::parse(&text)
    }
}

impl From<ClusterName> for String {
    fn from(name: ClusterName) -> Self {
        name.0
    }
}

impl PartialEq<str> for ClusterName {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for ClusterName {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl PartialEq<ClusterName> for &str {
    fn eq(&self, other: &ClusterName) -> bool {
        *self == other.0
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_kops_accepts() {
        let label = "a".repeat(64);
        let longest = [label.as_str(); 3].join(".") + "." + &"b".repeat(58);
        for name in [
            "prod.example.com",
            "prod",
            "1-2.k8s.local",
            "12.34",
            &longest,
        ] {
            assert_eq!(ClusterName::parse(name).unwrap(), name);
        }
        assert_eq!(longest.len(), LONGEST_NAME);
    }

    #[test]
    fn what_could_be_an_option_a_path_or_two_words_is_no_name() {
        let long = "a".repeat(254);
        let refused = [
            "",
            "-",
            "--",
            "--yes",
            "-y",
            "--name=x",
            "a.-b",
            "a-.b",
            ".",
            "..",
            "../x",
            ".hidden",
            "a..b",
            "a.",
            "a/b",
            "a b",
            "a,b",
            "a=b",
            "A.example.com",
            "a\u{1b}",
            "a\n",
            "\u{430}.com",
            &long,
        ];
        for name in refused {
            assert!(ClusterName::parse(name).is_err(), "{name:?}");
        }
        let fault = ClusterName::parse("--yes").unwrap_err();
        assert_eq!(fault.what, "--yes is not the name of a cluster");
    }

    #[test]
    fn a_file_cannot_make_another() {
        let read = |text: &str| serde_json::from_str::<ClusterName>(text);
        assert_eq!(read("\"a.example.com\"").unwrap(), "a.example.com");
        let error = read("\"--yes\"").unwrap_err().to_string();
        assert!(
            error.starts_with("--yes is not the name of a cluster"),
            "{error}"
        );
    }
}
