//! Values → the YAML that kops reads, each line that an override wrote with a comment that says so.

use serde_yaml::{Mapping, Value};

use super::merge::{MARK, plain};

/// What stands behind a value that an override wrote.
const COMMENT: &str = " # overrides";

// Around a text that must be quoted, until it is; from Unicode's private use area, which the YAML writer leaves alone.
const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';

/// One document; what comes out is read back first, and drawn without comments should it not say the same.
pub(super) fn to_yaml(document: &Value) -> String {
    let bare = plain(document);
    let text = drawn(document);
    if serde_yaml::from_str(&text).is_ok_and(|read: Value| read == bare) {
        return text;
    }
    serde_yaml::to_string(&bare).unwrap_or_default()
}

fn drawn(document: &Value) -> String {
    let text = serde_yaml::to_string(&quoted(document)).unwrap_or_default();
    let text = text.replace([OPEN, CLOSE], "\"");
    let tag = format!("!{MARK} ");
    let lines = text.lines().map(|line| match placed(line, &tag) {
        Some(at) => {
            let (before, after) = line.split_at(at);
            let value = after.strip_prefix(tag.as_str()).unwrap_or(after);
            format!("{before}{value}{COMMENT}\n")
        }
        None => format!("{line}\n"),
    });
    lines.collect()
}

// Where the tag stands as the tag of a value: behind its key, or at the start of an item.
fn placed(line: &str, tag: &str) -> Option<usize> {
    let at = line.find(tag)?;
    let before = line.get(..at)?;
    (before.ends_with(": ") || before.trim_start().trim_start_matches("- ").is_empty())
        .then_some(at)
}

fn quoted(value: &Value) -> Value {
    match value {
        Value::String(text) if is_misread(text) => Value::String(format!("{OPEN}{text}{CLOSE}")),
        Value::Sequence(items) => Value::Sequence(items.iter().map(quoted).collect()),
        Value::Mapping(fields) => Value::Mapping(quoted_fields(fields)),
        Value::Tagged(tagged) => {
            let mut tagged = tagged.clone();
            tagged.value = quoted(&tagged.value);
            Value::Tagged(tagged)
        }
        other => other.clone(),
    }
}

fn quoted_fields(fields: &Mapping) -> Mapping {
    let fields = fields.iter();
    fields
        .map(|(key, value)| (quoted(key), quoted(value)))
        .collect()
}

// kops reads YAML 1.1, where more words are truth values, numbers have underscores, and dates are a type of their own.
fn is_misread(text: &str) -> bool {
    let word = text.to_ascii_lowercase();
    if ["y", "n", "yes", "no", "on", "off", "=", "<<"].contains(&word.as_str()) {
        return true;
    }
    let digits = word.trim_start_matches(['+', '-']).replace('_', "");
    let based = ["0b", "0o", "0x"]
        .iter()
        .any(|base| digits.starts_with(base));
    let number = digits.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && (based || digits.parse::<f64>().is_ok() || is_date(&word));
    // What YAML 1.2 takes for a number too is quoted by the writer.
    number && serde_yaml::from_str(text).is_ok_and(|read: Value| read.is_string())
}

fn is_date(word: &str) -> bool {
    let mut parts = word.split('-');
    let mut number = |longest: usize| {
        let part = parts.next().unwrap_or_default();
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        (1..=longest).contains(&digits)
    };
    number(4) && number(2) && number(2)
}
