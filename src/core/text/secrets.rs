//! Secrets in what other programs print, found line by line and hidden wherever a text is shown, printed or posted.
//!
//! kops prints the user data of instances and the manifests of add-ons, and with them S3 keys (`pkg/model/resources/nodeup.go`),
//! the keys that cilium encrypts with, and whatever a spec's hooks and files hold.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

mod key;
mod line;

pub use key::is_secret_name;

/// What stands in place of a secret.
pub const HIDDEN: &str = "[hidden]";

/// Texts without one of these hold no secret that is known here.
const SIGNS: [&str; 37] = [
    "secret",
    "token",
    "passw",
    "passphrase",
    "private",
    "api_key",
    "apikey",
    "api-key",
    "access_key",
    "accesskey",
    "access-key",
    "auth",
    "akia",
    "asia",
    "eyj",
    "bearer",
    "rfc4106",
    "hmac(",
    "cbc(aes)",
    "psk",
    "presharedkey",
    "://",
    "dockercfg",
    "dockerconfig",
    "client-key",
    "clientkey",
    "ghp_",
    "gho_",
    "ghs_",
    "github_pat",
    "glpat-",
    "xoxb",
    "xoxp",
    "sk_live",
    "ufjjvkfursblrv",
    "bssvzbveugs0vz",
    "quklwqvrfietfw",
];

static SIGN: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(SIGNS)
        .ok()
});

fn may_hold(text: &str) -> bool {
    SIGN.as_ref().is_none_or(|signs| signs.is_match(text))
}

/// A text with its secrets hidden, and what was hidden.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hidden {
    pub text: String,
    /// Each hidden value, in order.
    pub values: Vec<String>,
}

/// The text of several lines with its secrets hidden, or nothing where it holds none; it keeps its lines.
pub fn hide(text: &str) -> Option<Hidden> {
    hide_text(text, false)
}

/// The same of what kops printed: lines of its diffs are read without what stands before them.
pub fn hide_printed(text: &str) -> Option<Hidden> {
    hide_text(text, true)
}

fn hide_text(text: &str, printed: bool) -> Option<Hidden> {
    if !may_hold(text) && !printed {
        return None;
    }
    let lines: Vec<&str> = text.split('\n').collect();
    let (changed, values) = hide_lines(&lines, printed);
    if changed.is_empty() {
        return None;
    }
    let mut changed = changed.into_iter().peekable();
    let shown = lines.iter().enumerate().map(|(at, line)| {
        let new = changed.next_if(|(number, _)| *number == at);
        new.map_or_else(|| (*line).to_owned(), |(_, line)| line)
    });
    let text = shown.collect::<Vec<_>>().join("\n");
    Some(Hidden { text, values })
}

/// The same text where it holds no secret.
pub fn hidden(text: String) -> String {
    match hide_printed(&text) {
        Some(hidden) => hidden.text,
        None => text,
    }
}

/// The lines that hold secrets, by number and hidden, in order, and what was hidden. In the lines of a `diff` parts may be
/// missing, so that one of base64 alone may belong to a private key.
pub fn hide_lines(lines: &[&str], diff: bool) -> (Vec<(usize, String)>, Vec<String>) {
    let mut values = Vec::new();
    let bodies: Vec<&str> = lines.iter().map(|line| line::body(line).1).collect();
    let manifests = secret_data(&bodies);
    let mut filter = SecretFilter {
        diff,
        ..SecretFilter::default()
    };
    let mut changed = Vec::new();
    for (at, (text, body)) in lines.iter().zip(&bodies).enumerate() {
        let whole = manifests.get(at).copied().unwrap_or(false);
        let new = if whole {
            line::hide_value(body, &mut values)
        } else {
            None
        };
        // The filter sees every line, so that it knows where it is.
        let new = new.map(|body| line::with_body(text, &body));
        let seen = filter.take(text, &mut values);
        if let Some(new) = new.or(seen) {
            changed.push((at, new));
        }
    }
    (changed, values)
}

/// Where a stream of lines is: inside a private key, a certificate, or the text of a secret.
#[derive(Clone, Debug, Default)]
pub struct SecretFilter {
    /// Of what comes and stays, and of what goes: a diff has the lines of both in between each other.
    blocks: [PemBlock; 2],
    /// The indent of the key whose lines below are secret.
    below: Option<usize>,
    diff: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum PemBlock {
    #[default]
    None,
    PrivateKey,
    Public,
}

impl SecretFilter {
    /// A filter of what kops prints.
    pub fn for_kops() -> Self {
        Self {
            diff: true,
            ..Self::default()
        }
    }

    /// The line with its secrets hidden; the same line where it holds none.
    pub fn hide(&mut self, line: &str) -> String {
        let hidden = self.take(line, &mut Vec::new());
        hidden.unwrap_or_else(|| line.to_owned())
    }

    fn take(&mut self, text: &str, values: &mut Vec<String>) -> Option<String> {
        let (before, body) = line::body(text);
        let side = usize::from(before.ends_with("- "));
        if self.enter(body, side) {
            return line::hide_all(body, values).map(|body| line::with_body(text, &body));
        }
        if !may_hold(body) {
            return None;
        }
        let (hidden, below) = line::hide(body, values);
        if below {
            self.below = Some(line::indent(body));
        }
        hidden.map(|body| line::with_body(text, &body))
    }

    // Whether the whole line is secret.
    fn enter(&mut self, text: &str, side: usize) -> bool {
        if let Some(indent) = self.below {
            if text.trim().is_empty() {
                return false;
            }
            if line::indent(text) > indent {
                return true;
            }
            self.below = None;
        }
        let diff = self.diff;
        let Some(block) = self.blocks.get_mut(side) else {
            return false;
        };
        if let Some(private) = line::begins_block(text) {
            *block = if private {
                PemBlock::PrivateKey
            } else {
                PemBlock::Public
            };
            return false;
        }
        if text.contains("-----END") {
            *block = PemBlock::None;
            return false;
        }
        match block {
            PemBlock::PrivateKey if line::is_of_key(text) => true,
            PemBlock::PrivateKey => {
                if text.trim() != "..." {
                    *block = PemBlock::None;
                }
                false
            }
            PemBlock::Public => false,
            PemBlock::None => diff && line::is_base64(text),
        }
    }
}

// Which lines are values of a Kubernetes Secret; its kind may stand after its data.
fn secret_data(lines: &[&str]) -> Vec<bool> {
    let kind = |text: &&str| {
        let text = text.trim_start_matches(['-', ' ']).trim_end();
        text == "kind: Secret" || text == "\"kind\": \"Secret\","
    };
    if !lines.iter().any(kind) {
        return Vec::new();
    }
    let mut found = vec![false; lines.len()];
    let mut start = 0;
    for document in lines.split(|line| line.trim_end() == "---") {
        if document.iter().any(kind) {
            mark_data(document, start, &mut found);
        }
        start += document.len() + 1;
    }
    found
}

fn mark_data(document: &[&str], start: usize, found: &mut [bool]) {
    let mut data = None;
    for (at, text) in document.iter().enumerate() {
        let indent = line::indent(text);
        if data.is_some_and(|below| indent > below) {
            if let Some(mark) = found.get_mut(start + at) {
                *mark = true;
            }
        } else if !text.trim().is_empty() && text.trim() != "..." {
            let opens = ["data:", "stringData:", "\"data\": {"];
            data = opens.contains(&text.trim()).then_some(indent);
        }
    }
}

#[cfg(test)]
mod tests;
