//! Typed texts → values of answers, and the other way; each refusal says what is needed.

#![expect(clippy::unnecessary_wraps, reason = "one form for all that is typed")]

use std::collections::BTreeMap;
use std::fmt::Display;

use ipnet::Ipv4Net;

use crate::core::planning::LARGEST_VOLUME_GIB;

const MOST_NODES: u32 = 10_000;

/// Values as a person types them; empty where there is none.
pub(super) fn comma_list<'a, T: Display + 'a>(values: impl IntoIterator<Item = &'a T>) -> String {
    let words = values.into_iter().map(ToString::to_string);
    words.collect::<Vec<_>>().join(", ")
}

/// Labels as `KEY=VALUE`.
pub(super) fn pairs(labels: &BTreeMap<String, String>) -> String {
    let pairs = labels.iter().map(|(key, value)| format!("{key}={value}"));
    comma_list(&pairs.collect::<Vec<_>>())
}

/// Any text.
pub(super) fn parse_text(text: &str) -> Result<String, String> {
    Ok(text.to_owned())
}

/// Any text but an empty one.
pub(super) fn parse_optional(text: &str) -> Result<Option<String>, String> {
    Ok(Some(text.to_owned()).filter(|text| !text.is_empty()))
}

/// A name of EC2's or kops's, which has no blank in it.
pub(super) fn parse_name(text: &str) -> Result<String, String> {
    match text {
        "" => Err("a value is needed here".to_owned()),
        name if name.contains(char::is_whitespace) => {
            Err(format!("{name} has a blank in it, which no such name has"))
        }
        name => Ok(name.to_owned()),
    }
}

/// A number of nodes.
pub(super) fn parse_count(text: &str) -> Result<u32, String> {
    let number = text.parse().ok().filter(|number| *number <= MOST_NODES);
    number.ok_or_else(|| format!("a whole number from 0 to {MOST_NODES} is needed"))
}

/// A volume's size in GiB.
pub(super) fn parse_volume(text: &str) -> Result<Option<u32>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let size = text.parse().ok();
    let size = size.filter(|size| (1..=LARGEST_VOLUME_GIB).contains(size));
    size.map(Some)
        .ok_or_else(|| format!("a whole number of GiB from 1 to {LARGEST_VOLUME_GIB} is needed"))
}

/// Words separated by commas or blanks.
pub(super) fn parse_words(text: &str) -> Result<Vec<String>, String> {
    Ok(words(text).map(str::to_owned).collect())
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ' ']).filter(|word| !word.is_empty())
}

/// Labels, each `KEY=VALUE`.
pub(super) fn parse_labels(text: &str) -> Result<BTreeMap<String, String>, String> {
    let mut labels = BTreeMap::new();
    for item in items(text, '=') {
        let pair = item.split_once('=');
        let pair = pair.filter(|(key, _)| !key.is_empty() && !item.contains(' '));
        let Some((key, value)) = pair else {
            return Err(format!("{item} is not a label such as team=web"));
        };
        if labels.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(format!("the label {key} is there twice"));
        }
    }
    Ok(labels)
}

/// Taints, each `KEY[=VALUE]:EFFECT`; the plan judges them.
pub(super) fn parse_taints(text: &str) -> Result<Vec<String>, String> {
    Ok(items(text, ':'))
}

// Separated by commas, or by blanks where each word has the sign inside: `team = web` is one item, and a wrong one.
fn items(text: &str, sign: char) -> Vec<String> {
    let pieces = text.split(',').map(str::trim);
    let pieces = pieces.filter(|piece| !piece.is_empty());
    let inside = |word: &str| word.trim_matches(sign) == word && word.contains(sign);
    let split = pieces.flat_map(|piece| {
        if piece.split_whitespace().all(inside) {
            piece.split_whitespace().collect()
        } else {
            vec![piece]
        }
    });
    split.map(str::to_owned).collect()
}

/// CIDRs separated by commas or blanks.
pub(super) fn parse_cidrs(text: &str) -> Result<Vec<Ipv4Net>, String> {
    words(text).map(parse_cidr).collect()
}

/// One IPv4 CIDR or none.
pub(super) fn parse_optional_cidr(text: &str) -> Result<Option<Ipv4Net>, String> {
    match text {
        "" => Ok(None),
        text => parse_cidr(text).map(Some),
    }
}

// An address without a prefix length is refused.
fn parse_cidr(text: &str) -> Result<Ipv4Net, String> {
    let cidr = text
        .parse::<Ipv4Net>()
        .map_err(|_| format!("{text} is not an IPv4 CIDR such as 172.20.0.0/16"))?;
    if cidr == cidr.trunc() {
        return Ok(cidr);
    }
    Err(format!(
        "{text} has host bits set; the CIDR is {}",
        cidr.trunc()
    ))
}
