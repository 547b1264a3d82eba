//! An IAM policy document that changes, told by statements and actions instead of lines of JSON.

use std::collections::BTreeSet;

use super::Change;
use crate::core::untrusted::Untrusted;

/// One thing that a policy says from now on, or no longer; raw text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyStep {
    pub added: bool,
    /// What the statement does, such as `Allow`; empty when kops's diff leaves it out.
    pub effect: String,
    /// Whether the whole statement comes or goes; else one part of it does.
    pub whole: bool,
    pub parts: Vec<(Part, String)>,
}

/// What of a statement changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Action,
    Resource,
    /// One line of a condition or a principal.
    Term,
}

impl PolicyStep {
    /// The texts of these parts, raw.
    pub fn texts(&self, part: Part) -> impl Iterator<Item = &str> {
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
        let of = |part| self.texts(part).collect::<Vec<_>>().join(", ");
        let mut words = of(Part::Action);
        for (between, texts) in [(" on ", of(Part::Resource)), (" when ", of(Part::Term))] {
            if !texts.is_empty() {
                words.push_str(between);
                words.push_str(&texts);
            }
        }
        words
    }
}

impl Part {
    fn word(self) -> &'static str {
        match self {
            Self::Action => "action",
            Self::Resource => "resource",
            Self::Term => "term",
        }
    }
}

/// What changes in a policy that kops prints (`json.MarshalIndent` with two blanks); absent when the change is no
/// diff, or has a changed line whose meaning is not known.
pub fn policy(change: &Change) -> Option<Vec<PolicyStep>> {
    let Change::Diff(lines) = change else {
        return None;
    };
    let (old, new) = (side(lines, "- ")?, side(lines, "+ ")?);
    let (old, new) = (without(&old, &new), without(&new, &old));
    Some(steps(old, new))
}

/// One statement as far as the diff shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Statement<'a> {
    effect: &'a str,
    parts: BTreeSet<(Part, &'a str)>,
}

/// One side of the diff, read line by line.
#[derive(Debug, Default)]
struct Side<'a> {
    done: Vec<Statement<'a>>,
    open: Statement<'a>,
    key: &'a str,
}

fn side<'a>(lines: &'a [Untrusted], sign: &str) -> Option<Vec<Statement<'a>>> {
    let mut side = Side::default();
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
    Some(side.done)
}

impl<'a> Side<'a> {
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
            0..=3 if matches!(text, "{" | "}" | "]") || quoted(text).is_some() => self.end(),
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
            Some((_, "")) if key == "Sid" => {}
            Some((word, "")) => self.add(word),
            _ => return matches!(value, "[" | "{" | "[]"),
        }
        true
    }

    fn value(&mut self, text: &'a str) -> bool {
        match (self.key, quoted(text)) {
            ("Action" | "NotAction" | "Resource" | "NotResource" | "", Some((word, ""))) => {
                self.add(word);
            }
            ("Condition" | "Principal", _) if matches!(text, "{" | "}" | "[" | "]") => {}
            ("Condition" | "Principal", _) => {
                self.open.parts.insert((Part::Term, text));
            }
            _ => return false,
        }
        true
    }

    // After a gap the key is not known; an action has a service before its colon, a resource begins with arn.
    fn add(&mut self, word: &'a str) {
        let part = match self.key {
            "Action" | "NotAction" => Part::Action,
            "" if word.contains(':') && !word.starts_with("arn:") => Part::Action,
            "" | "Resource" | "NotResource" => Part::Resource,
            _ => Part::Term,
        };
        self.open.parts.insert((part, word));
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
    let step = |added, (part, text): (Part, &str)| PolicyStep {
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
mod tests {
    use super::*;

    /// One line for each step; `none` when the diff is no policy.
    fn told(lines: &[&str]) -> Vec<String> {
        let lines = lines.iter().map(|line| (*line).into()).collect();
        let Some(steps) = policy(&Change::Diff(lines)) else {
            return vec!["none".to_owned()];
        };
        let told = |step: &PolicyStep| {
            let sign = if step.added { '+' } else { '-' };
            format!("{sign} {}", step.words())
        };
        steps.iter().map(told).collect()
    }

    #[test]
    fn a_statement_that_grows_is_told_by_its_parts() {
        let kops = [
            "...",
            "      {",
            "        \"Action\": [",
            "+         \"s3:*\",",
            "          \"s3:GetObject\"",
            "        ],",
            "        \"Effect\": \"Allow\",",
            "        \"Resource\": [",
            "-         \"arn:aws:s3:::one/*\"",
            "+         \"*\"",
            "        ]",
            "+     },",
            "+     {",
            "+       \"Action\": \"*\",",
            "+       \"Effect\": \"Allow\",",
            "+       \"Resource\": [",
            "+         \"*\"",
            "+       ]",
            "      }",
            "...",
        ];
        assert_eq!(
            told(&kops),
            [
                "- Allow: resource arn:aws:s3:::one/*",
                "+ Allow: action s3:*",
                "+ Allow: resource *",
                "+ Allow * on *",
            ]
        );
    }

    #[test]
    fn a_condition_that_goes_is_told() {
        let kops = [
            "...",
            "-       \"Condition\": {",
            "-         \"StringEquals\": {",
            "-           \"aws:ResourceTag/KubernetesCluster\": \"c\"",
            "-         }",
            "-       },",
            "        \"Effect\": \"Allow\",",
            "        \"Resource\": \"*\"",
            "...",
        ];
        assert_eq!(
            told(&kops),
            [
                "- Allow: term \"StringEquals\": {",
                "- Allow: term \"aws:ResourceTag/KubernetesCluster\": \"c\"",
            ]
        );
    }

    #[test]
    fn after_a_gap_the_words_tell_what_they_are() {
        let kops = ["...", "          \"ec2:A\",", "+         \"ec2:B\",", "..."];
        assert_eq!(told(&kops), ["+ a statement: action ec2:B"]);
    }

    #[test]
    fn a_flood_of_statements_is_told_in_linear_time() {
        let statement = |sign: char, at: usize| {
            let action = format!("{sign}         \"ec2:{sign}{at}\"");
            [
                "      {".to_owned(),
                "        \"Action\": [".to_owned(),
                action,
                "        ],".to_owned(),
                "      },".to_owned(),
            ]
        };
        let lines = (0..20_000).flat_map(|at| [statement('-', at), statement('+', at)]);
        let lines: Vec<_> = lines.flatten().map(Into::into).collect();
        let steps = policy(&Change::Diff(lines)).unwrap_or_default();
        assert_eq!(steps.len(), 40_000);
    }

    #[test]
    fn what_is_no_policy_is_left_alone() {
        assert_eq!(told(&["+ kind: Cluster"]), ["none"]);
        assert_eq!(told(&["+       odd"]), ["none"]);
        assert_eq!(policy(&Change::New("{}".into())), None);
    }
}
