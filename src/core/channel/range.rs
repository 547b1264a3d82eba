//! Ranges of versions in the words of a channel, by the rules of the library that kops reads them with (blang/semver).

use std::cmp::Ordering;

use semver::Version;

const OPERATORS: [&str; 9] = [">=", "<=", "==", "!=", ">", "<", "=", "!", ""];

/// Whether the version lies in the range; an empty range holds all, one that cannot be read none.
pub(super) fn matches(range: &str, version: &Version) -> bool {
    let range = range.trim();
    if range.is_empty() {
        return true;
    }
    let joined = joined(range);
    let alternatives: Option<Vec<bool>> = joined
        .split("||")
        .map(|alternative| all(alternative, version))
        .collect();
    alternatives.is_some_and(|alternatives| alternatives.contains(&true))
}

// `>= 1.2.0` is one word, as is `>=1.2.0`.
fn joined(range: &str) -> String {
    let mut text = String::with_capacity(range.len());
    for word in range.split_whitespace() {
        if !text.is_empty() && !text.ends_with(['<', '>', '=', '!']) {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

// `None` when a part cannot be read: the whole range is then of no use.
fn all(alternative: &str, version: &Version) -> Option<bool> {
    let parts: Option<Vec<bool>> = alternative
        .split_whitespace()
        .map(|part| holds(part, version))
        .collect();
    parts
        .filter(|parts| !parts.is_empty())
        .map(|parts| parts.iter().all(|one| *one))
}

fn holds(part: &str, version: &Version) -> Option<bool> {
    let operator = OPERATORS.into_iter().find(|word| part.starts_with(word))?;
    let text = part.strip_prefix(operator)?;
    if let Some((low, high)) = wildcard(text) {
        let (from, below) = (at_least(version, &low), !at_least(version, &high));
        return Some(match operator {
            ">" => !below,
            ">=" => from,
            "<" => !from,
            "<=" => below,
            "!" | "!=" => !from && !below,
            _ => from && below,
        });
    }
    let order = version.cmp_precedence(&Version::parse(text).ok()?);
    Some(match operator {
        ">" => order == Ordering::Greater,
        ">=" => order != Ordering::Less,
        "<" => order == Ordering::Less,
        "<=" => order != Ordering::Greater,
        "!" | "!=" => order != Ordering::Equal,
        _ => order == Ordering::Equal,
    })
}

fn at_least(version: &Version, bound: &Version) -> bool {
    version.cmp_precedence(bound) != Ordering::Less
}

// `1.x`, `1.x.x` and `1.2.x`: the first version inside and the first beyond.
fn wildcard(text: &str) -> Option<(Version, Version)> {
    let mut numbers = Vec::new();
    let mut parts = text.split('.');
    for part in parts.by_ref() {
        match part.parse::<u64>() {
            Ok(number) => numbers.push(number),
            Err(_) if part == "x" => break,
            Err(_) => return None,
        }
    }
    if text.split('.').all(|part| part != "x") || parts.any(|part| part != "x") {
        return None;
    }
    match numbers.as_slice() {
        [major] => Some((
            Version::new(*major, 0, 0),
            Version::new(major.checked_add(1)?, 0, 0),
        )),
        [major, minor] => {
            let beyond = Version::new(*major, minor.checked_add(1)?, 0);
            Some((Version::new(*major, *minor, 0), beyond))
        }
        _ => None,
    }
}
