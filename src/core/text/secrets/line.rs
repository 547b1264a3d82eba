//! One line: which parts of it are secret.

use super::HIDDEN;
use super::key::{is_secret_name, is_secret_value};

/// A part of a line, by its bytes.
type SecretSpan = (usize, usize);

/// The line with its secrets hidden, when it holds any, and whether the lines below belong to one.
pub(super) fn hide(line: &str, values: &mut Vec<String>) -> (Option<String>, bool) {
    let mut spans = Vec::new();
    let below = find_named(line, &mut spans);
    find_in_words(line, &mut spans);
    find_in_urls(line, &mut spans);
    find_key(line, &mut spans);
    (replaced(line, spans, values), below)
}

/// The line with all of it hidden but its indent.
pub(super) fn hide_all(line: &str, values: &mut Vec<String>) -> Option<String> {
    let start = line.len() - line.trim_start().len();
    replaced(line, vec![(start, line.trim_end().len())], values)
}

/// The line with what stands after its key hidden, or all of it where it has none.
pub(super) fn hide_value(line: &str, values: &mut Vec<String>) -> Option<String> {
    let end = line.trim_end().len();
    match line.find(": ") {
        Some(at) if is_secret_value("value", line.get(at + 2..end)?) => {
            replaced(line, vec![(at + 2, end)], values)
        }
        Some(_) => None,
        None if line.trim_end().ends_with(':') || line.trim().is_empty() => None,
        None => hide_all(line, values),
    }
}

/// What kops prints before each line of a diff (`upup/pkg/fi/dryrun_target.go`), without its sign.
const INDENT: &str = "  \t                    \t";

/// What stands before a line of a diff of kops, and the line; nothing before any other.
pub(super) fn body(line: &str) -> (&str, &str) {
    let signed = line.strip_prefix(INDENT).and_then(|rest| {
        let signs = ["+ ", "- ", "  "];
        signs.iter().find_map(|sign| rest.strip_prefix(sign))
    });
    let body = signed.unwrap_or(line);
    line.split_at_checked(line.len() - body.len())
        .unwrap_or(("", line))
}

/// The line with another body.
pub(super) fn with_body(line: &str, new: &str) -> String {
    let (before, _) = body(line);
    [before, new].concat()
}

/// How many blanks stand before the line.
pub(super) fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Whether a block of PEM begins that continues below: true for a private key.
pub(super) fn begins_block(line: &str) -> Option<bool> {
    let begins = line.contains("-----BEGIN ") && !line.contains("-----END");
    begins.then(|| line.contains("PRIVATE KEY"))
}

/// Whether the line may stand inside a private key.
pub(super) fn is_of_key(line: &str) -> bool {
    let line = line.trim();
    let header = line.starts_with("Proc-Type:") || line.starts_with("DEK-Info:");
    header || !line.is_empty() && line.bytes().all(is_base64_byte)
}

/// Whether the line is nothing but base64, as long as PEM has it.
pub(super) fn is_base64(line: &str) -> bool {
    let line = line.trim();
    let has = |tells: fn(&u8) -> bool| line.as_bytes().iter().any(tells);
    (60..=76).contains(&line.len())
        && line.bytes().all(is_base64_byte)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_digit)
}

fn is_base64_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

fn replaced(line: &str, mut spans: Vec<SecretSpan>, values: &mut Vec<String>) -> Option<String> {
    spans.sort_unstable();
    let mut hidden = String::new();
    let mut done = 0;
    for (start, end) in spans {
        let start = start.max(done);
        let Some(value) = line.get(start..end).filter(|value| !value.is_empty()) else {
            continue;
        };
        if value == HIDDEN {
            continue;
        }
        hidden.push_str(line.get(done..start)?);
        hidden.push_str(HIDDEN);
        values.push(value.to_owned());
        done = end;
    }
    if done == 0 {
        return None;
    }
    hidden.push_str(line.get(done..)?);
    Some(hidden)
}

// `NAME=value`, `name: value`, `"name": "value"`, `--name value`; whether the value is the text below.
fn find_named(line: &str, spans: &mut Vec<SecretSpan>) -> bool {
    let bytes = line.as_bytes();
    let first = line.len()
        - line
            .trim_start_matches([' ', '-', '+', '"', '\'', '\t'])
            .len();
    let mut below = false;
    let mut at = 0;
    while at < bytes.len() {
        let end = run(bytes, at, is_name_byte);
        if end == at {
            at += 1;
            continue;
        }
        let name = line.get(at..end).unwrap_or_default();
        if is_secret_name(name) {
            match value_after(line, name, end, at <= first) {
                NamedValue::At(start, stop) => {
                    spans.push((start, stop));
                    at = stop;
                    continue;
                }
                NamedValue::Below => below = true,
                NamedValue::None => {}
            }
        }
        at = end;
    }
    below
}

enum NamedValue {
    At(usize, usize),
    Below,
    None,
}

fn value_after(line: &str, name: &str, end: usize, leads: bool) -> NamedValue {
    let bytes = line.as_bytes();
    let mut at = run(bytes, end, |byte| matches!(byte, b'\\' | b'"' | b'\''));
    let quoted_name = at > end;
    at = run(bytes, at, |byte| byte == b' ');
    let sign = bytes.get(at).copied();
    let flag = !quoted_name && name.starts_with("--") && at > end;
    let start = match sign {
        Some(b':' | b'=') => run(bytes, at + 1, |byte| matches!(byte, b' ' | b'\t' | b'=')),
        Some(_) if flag => at,
        _ => return NamedValue::None,
    };
    let rest = line.get(start..).unwrap_or_default();
    if leads && matches!(rest.trim(), "|" | "|-" | ">" | ">-" | "|+" | ">+") {
        return NamedValue::Below;
    }
    let (start, stop) = bounds(line, start, sign == Some(b':'), leads);
    match line.get(start..stop) {
        Some(value) if is_secret_value(name, value) => NamedValue::At(start, stop),
        _ => NamedValue::None,
    }
}

// Where a value ends: at its quote, else at a blank, in a map at its comma, and in a line of YAML with the line.
fn bounds(line: &str, start: usize, colon: bool, leads: bool) -> SecretSpan {
    let bytes = line.as_bytes();
    let open = run(bytes, start, |byte| byte == b'\\');
    if let Some(quote @ (b'"' | b'\'')) = bytes.get(open).copied() {
        let inside = open + 1;
        let rest = bytes.get(inside..).unwrap_or_default();
        let stop = rest.iter().position(|byte| *byte == quote);
        let stop = inside + stop.unwrap_or(rest.len());
        let stop = stop - rest.get(..stop - inside).map_or(0, trailing_backslashes);
        return (inside, stop);
    }
    let rest = line.get(start..).unwrap_or_default();
    let length = if colon && leads {
        rest.trim_end_matches([' ', ',', '\r']).len()
    } else if colon {
        let ends = [rest.find(", "), rest.find(['}', ']', '"'])];
        ends.into_iter().flatten().min().unwrap_or(rest.len())
    } else {
        rest.find([' ', '\t', ',', ';', '&', '"', '\'', ')', '}', '\\'])
            .unwrap_or(rest.len())
    };
    (start, start + length)
}

fn trailing_backslashes(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .rev()
        .take_while(|byte| **byte == b'\\')
        .count()
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

fn run(bytes: &[u8], from: usize, is: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    from + rest.iter().take_while(|byte| is(**byte)).count()
}

/// How the tokens of GitHub, GitLab, Slack and Stripe begin.
const TOKENS: [&str; 8] = [
    "ghp_",
    "gho_",
    "ghs_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "sk_live_",
];
/// `PRIVATE KEY` in base64, at each of its three places.
const KEY_IN_BASE64: [&str; 3] = ["UFJJVkFURSBLRV", "BSSVZBVEUgS0VZ", "QUklWQVRFIEtFW"];
/// Words that name the algorithm of a key that cilium encrypts with.
const IPSEC: [&str; 3] = ["rfc4106(", "hmac(", "cbc(aes)"];

// What is secret by its own look.
fn find_in_words(line: &str, spans: &mut Vec<SecretSpan>) {
    let bytes = line.as_bytes();
    let ipsec = IPSEC.iter().any(|word| line.contains(word));
    let mut after_scheme = false;
    let mut at = 0;
    while at < bytes.len() {
        let end = run(bytes, at, is_word_byte);
        if end == at {
            at += 1;
            continue;
        }
        let word = line.get(at..end).unwrap_or_default();
        if (after_scheme && word.len() >= 8) || is_secret_word(word) || (ipsec && is_hex_key(word))
        {
            spans.push((at, end));
        }
        after_scheme = ["bearer", "basic"]
            .iter()
            .any(|scheme| word.eq_ignore_ascii_case(scheme));
        at = end;
    }
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'+' | b'/' | b'=')
}

fn is_secret_word(word: &str) -> bool {
    let token = || TOKENS.iter().any(|start| word.starts_with(start)) && word.len() >= 20;
    let key = || KEY_IN_BASE64.iter().any(|part| word.contains(part));
    is_access_key(word) || is_web_token(word) || token() || key()
}

// IAM User Guide, "IAM identifiers": keys of a user and of a session.
fn is_access_key(word: &str) -> bool {
    let upper = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    let begins = word.starts_with("AKIA") || word.starts_with("ASIA");
    begins && word.len() == 20 && word.bytes().all(upper)
}

// RFC 7519: a header that begins with `{"`, two dots.
fn is_web_token(word: &str) -> bool {
    word.starts_with("eyJ") && word.len() > 40 && word.matches('.').count() == 2
}

fn is_hex_key(word: &str) -> bool {
    word.len() >= 32 && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

// `scheme://name:password@host`
fn find_in_urls(line: &str, spans: &mut Vec<SecretSpan>) {
    for (at, _) in line.match_indices("://") {
        let start = at + 3;
        let rest = line.get(start..).unwrap_or_default();
        let end = rest
            .find(['/', ' ', '"', '\'', ',', '?'])
            .unwrap_or(rest.len());
        let authority = rest.get(..end).unwrap_or_default();
        if let Some((person, _)) = authority.rsplit_once('@')
            && let Some((name, _)) = person.split_once(':')
        {
            spans.push((start + name.len() + 1, start + person.len()));
        }
    }
}

// With its line ends as `\n`, as in JSON.
fn find_key(line: &str, spans: &mut Vec<SecretSpan>) {
    const BEGIN: &str = "PRIVATE KEY-----";
    for (at, _) in line.match_indices(BEGIN) {
        let before = line
            .get(..at)
            .and_then(|before| before.rsplit("-----").next());
        if !before.is_some_and(|words| words.starts_with("BEGIN ")) {
            continue;
        }
        let start = at + BEGIN.len();
        let rest = line.get(start..).unwrap_or_default();
        let end = rest.find("-----END").unwrap_or(rest.len());
        spans.push((start, start + end));
    }
}
