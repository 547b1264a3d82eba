//! An IAM policy document that changes, by statements and actions instead of lines of JSON.

use std::collections::BTreeSet;

use super::ValueChange;
use crate::core::text::untrusted::Untrusted;

/// One thing that a policy says from now on, or no longer; raw text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyStep {
    pub added: bool,
    /// What the statement does, such as `Allow`; empty when kops's diff leaves it out.
    pub effect: String,
    /// Whether the whole statement comes or goes; else one part of it does.
    pub whole: bool,
    pub parts: Vec<(StatementPart, String)>,
}

/// What of a statement changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StatementPart {
    Action,
    /// What the statement leaves out: it is about every other action.
    NotAction,
    Resource,
    NotResource,
    /// One line of a condition or a principal.
    Term,
}

impl PolicyStep {
    /// The texts of these parts, raw.
    pub fn texts(&self, part: StatementPart) -> impl Iterator<Item = &str> {
        let same = self.parts.iter().filter(move |(one, _)| *one == part);
        same.map(|(_, text)| text.as_str())
    }

    /// One line without its sign, such as `Allow: action s3:GetObject`; raw.
    pub fn words(&self) -> String {
        let effect = match self.effect.as_str() {
            "" => "a statement",
            effect => effect,
        };
        match self.parts.first() {
            Some((part, text)) if !self.whole => format!("{effect}: {} {text}", part.word()),
            _ => format!("{effect} {}", self.statement()),
        }
    }

    fn statement(&self) -> String {
        let parts = [
            ("", StatementPart::Action),
            ("everything but ", StatementPart::NotAction),
            (" on ", StatementPart::Resource),
            (" on everything but ", StatementPart::NotResource),
            (" when ", StatementPart::Term),
        ];
        let mut words = String::new();
        for (before, part) in parts {
            let texts: Vec<_> = self.texts(part).collect();
            if !texts.is_empty() {
                words.push_str(before);
                words.push_str(&texts.join(", "));
            }
        }
        words
    }
}

impl StatementPart {
    fn word(self) -> &'static str {
        match self {
            Self::Action => "action",
            Self::NotAction => "every action but",
            Self::Resource => "resource",
            Self::NotResource => "every resource but",
            Self::Term => "term",
        }
    }
}

/// What changes in a policy that kops prints (`json.MarshalIndent` with two blanks); absent when the change is no
/// diff, or has a changed line whose meaning is not known.
pub fn policy(change: &ValueChange) -> Option<Vec<PolicyStep>> {
    let ValueChange::Diff(lines) = change else {
        return None;
    };
    let (old, new) = (side(lines, "- ")?, side(lines, "+ ")?);
    if old.version != new.version && !old.version.is_empty() && !new.version.is_empty() {
        return None;
    }
    let (old, new) = (old.done, new.done);
    let (old, new) = (without(&old, &new), without(&new, &old));
    Some(steps(old, new))
}

/// One statement as far as the diff shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Statement<'a> {
    effect: &'a str,
    parts: BTreeSet<(StatementPart, &'a str)>,
}

/// One side of the diff, read line by line.
#[derive(Debug, Default)]
struct PolicySide<'a> {
    done: Vec<Statement<'a>>,
    open: Statement<'a>,
    key: &'a str,
    /// The line that says which version of the policy language this is; empty without one.
    version: &'a str,
}

fn side<'a>(lines: &'a [Untrusted], sign: &str) -> Option<PolicySide<'a>> {
    let mut side = PolicySide::default();
    for line in lines.iter().map(Untrusted::raw) {
        let same = line.strip_prefix("  ");
        if line == "..." {
            side.end();
        } else if let Some(text) = line.strip_prefix(sign).or(same) {
            let known = side.read(text);
            if !known && same.is_none() {
                return None;
            }
        }
    }
    side.end();
    Some(side)
}

impl<'a> PolicySide<'a> {
    fn end(&mut self) {
        let ended = std::mem::take(&mut self.open);
        if ended != Statement::default() {
            self.done.push(ended);
        }
        self.key = "";
    }

    /// Whether the line has a known meaning. Statements are indented by four blanks, their keys by six.
    fn read(&mut self, line: &'a str) -> bool {
        let text = line.trim_start();
        let indent = line.len() - text.len();
        let text = text.trim_end_matches(',');
        match indent {
            0..=3 if matches!(text, "{" | "}" | "]" | "\"Statement\": [") => self.end(),
            0..=3 if text.starts_with("\"Version\": ") => self.version = text,
            4 | 5 if matches!(text, "{" | "}") => self.end(),
            6 | 7 => return self.key(text),
            8.. => return self.value(text),
            _ => return false,
        }
        true
    }

    fn key(&mut self, text: &'a str) -> bool {
        if matches!(text, "]" | "}") {
            self.key = "";
            return true;
        }
        let Some((key, value)) =
            quoted(text).and_then(|(key, rest)| Some((key, rest.strip_prefix(": ")?)))
        else {
            return false;
        };
        self.key = key;
        match quoted(value) {
            Some((word, "")) if key == "Effect" => self.open.effect = word,
            Some((word, "")) if named(key).is_some() => self.add(word),
            Some((_, "")) => {
                self.open.parts.insert((StatementPart::Term, text));
            }
            _ => return matches!(value, "[" | "{" | "[]"),
        }
        true
    }

    fn value(&mut self, text: &'a str) -> bool {
        match (self.key, quoted(text)) {
            (_, Some((word, ""))) if self.key.is_empty() || named(self.key).is_some() => {
                self.add(word);
            }
            ("Condition" | "Principal", _) if matches!(text, "{" | "}" | "[" | "]") => {}
            ("Condition" | "Principal", _) => {
                self.open.parts.insert((StatementPart::Term, text));
            }
            _ => return false,
        }
        true
    }

    // After a gap the key is not known; an action has a service before its colon, a resource begins with arn.
    fn add(&mut self, word: &'a str) {
        let guess = || {
            if word.contains(':') && !word.starts_with("arn:") {
                StatementPart::Action
            } else {
                StatementPart::Resource
            }
        };
        let part = named(self.key).unwrap_or_else(guess);
        self.open.parts.insert((part, word));
    }
}

fn named(key: &str) -> Option<StatementPart> {
    match key {
        "Action" => Some(StatementPart::Action),
        "NotAction" => Some(StatementPart::NotAction),
        "Resource" => Some(StatementPart::Resource),
        "NotResource" => Some(StatementPart::NotResource),
        _ => None,
    }
}

/// The text in double quotes that this begins with, and what follows.
fn quoted(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix('"')?.split_once('"')
}

fn without<'a>(all: &[Statement<'a>], others: &[Statement<'a>]) -> Vec<Statement<'a>> {
    let others: BTreeSet<_> = others.iter().collect();
    let new = all.iter().filter(|one| !others.contains(one));
    new.cloned().collect()
}

/// The largest product of old and new statements that are paired; a policy of IAM has a few dozen at most.
const MOST: usize = 10_000;

fn steps(old: Vec<Statement<'_>>, new: Vec<Statement<'_>>) -> Vec<PolicyStep> {
    let few = old.len().saturating_mul(new.len()) <= MOST;
    let mut left: Vec<_> = new.into_iter().map(Some).collect();
    let mut found = Vec::new();
    for statement in old {
        let partner = few.then(|| partner(&statement, &mut left)).flatten();
        match partner {
            Some(changed) => found.extend(between(&statement, &changed)),
            None => found.push(whole(&statement, false)),
        }
    }
    let added = left.iter().flatten();
    found.extend(added.map(|statement| whole(statement, true)));
    found
}

/// The new statement that shares most with the old one, taken out.
fn partner<'a>(old: &Statement<'_>, left: &mut [Option<Statement<'a>>]) -> Option<Statement<'a>> {
    let shared = |one: &Statement<'_>| one.parts.intersection(&old.parts).count();
    let alike = |one: &Statement<'_>| {
        let same = shared(one);
        (same > 0 && one.effect == old.effect).then_some(same)
    };
    let scored = left
        .iter_mut()
        .filter_map(|slot| Some((alike(slot.as_ref()?)?, slot)));
    scored.max_by_key(|(same, _)| *same)?.1.take()
}

fn between(old: &Statement<'_>, new: &Statement<'_>) -> Vec<PolicyStep> {
    let step = |added, (part, text): (StatementPart, &str)| PolicyStep {
        added,
        effect: new.effect.to_owned(),
        whole: false,
        parts: vec![(part, text.to_owned())],
    };
    let gone = old.parts.difference(&new.parts);
    let come = new.parts.difference(&old.parts);
    let gone = gone.map(|part| step(false, *part));
    gone.chain(come.map(|part| step(true, *part))).collect()
}

fn whole(statement: &Statement<'_>, added: bool) -> PolicyStep {
    let parts = statement.parts.iter();
    PolicyStep {
        added,
        effect: statement.effect.to_owned(),
        whole: true,
        parts: parts
            .map(|(part, text)| (*part, (*text).to_owned()))
            .collect(),
    }
}

#[cfg(test)]
mod tests;
