//! What is different in a newer report, for people and for programs: what came, what went, what changed.

use std::collections::{BTreeSet, HashSet};
use std::fmt::Write as _;

use serde::Serialize;

use super::json::{FieldView, ResourceView};
use super::markdown::{Left, escaped, folded};
use super::shown::{Shown, headline, shown};
use super::{Action, Change, Difference, Ending, Field, Report, Side, differences};
use crate::core::findings::{Finding, findings_for, fold};
use crate::core::json;
use crate::core::readiness::InstanceGroupSummary;
use crate::core::untrusted::Untrusted;

mod html;

/// Two reports side by side, the older first.
#[derive(Clone, Debug)]
pub struct Comparison {
    title: String,
    endings: (Ending, Ending),
    /// What the newer one is warned of and the older one was not.
    findings: Vec<Finding>,
    differences: Vec<Difference>,
}

impl Comparison {
    /// What differs between two reports; map order and resource order are no difference.
    /// With the instance groups of the spec, where it is known, the findings tell how many machines they are about.
    pub fn of(older: &Report, newer: &Report, groups: &[InstanceGroupSummary]) -> Self {
        let known: HashSet<_> = findings_for(older, groups).into_iter().collect();
        let mut found = findings_for(newer, groups);
        found.retain(|finding| !known.contains(finding));
        Self {
            title: headline(newer),
            endings: (older.ending, newer.ending),
            findings: found,
            differences: differences(older, newer),
        }
    }

    /// Whether both say the same.
    pub fn is_same(&self) -> bool {
        self.differences.is_empty()
    }

    /// As plain text, one difference in a line or a few.
    pub fn to_text(&self) -> String {
        let mut text = format!("{}\n{}\n", self.title, self.counts());
        for folded in fold(&self.findings) {
            let Finding {
                severity,
                message,
                rule,
                ..
            } = folded.finding;
            let _ = writeln!(text, "  new {}: {message} [{rule}]", severity.word());
        }
        for (title, lines) in self.sections() {
            let _ = writeln!(text, "\n{title}");
            for line in lines {
                let _ = writeln!(text, "  {line}");
            }
        }
        text
    }

    /// As Markdown for a comment on a pull request; what is cut is said.
    pub fn to_markdown(&self) -> String {
        let mut page = format!("### {}\n\n{}\n\n", escaped(&self.title), self.counts());
        let mut left = Left::default();
        for folded in fold(&self.findings) {
            let finding = folded.finding;
            let (word, message) = (finding.severity.word(), escaped(&finding.message));
            left.add(
                &mut page,
                &format!("- new {word}: {message}\n"),
                1,
                "findings",
            );
        }
        for (title, lines) in self.sections() {
            left.add(&mut page, &folded(title, &lines), lines.len(), "lines");
        }
        page.push_str(&left.note());
        page
    }

    /// As JSON in the form of docs/comparison.schema.json.
    pub fn to_json(&self) -> String {
        let view = View {
            same: self.is_same(),
            came: self.only(Side::Second),
            went: self.only(Side::First),
            changed: self.changed(),
            unread: UnreadView {
                came: self.unread(Side::Second),
                went: self.unread(Side::First),
            },
            ending: EndingView {
                old: self.endings.0,
                new: self.endings.1,
            },
        };
        let mut text = json::to_json(&view);
        text.push('\n');
        text
    }

    fn counts(&self) -> String {
        if self.is_same() {
            return "both reports say the same".to_owned();
        }
        let (came, went) = (self.only(Side::Second).len(), self.only(Side::First).len());
        let changed: BTreeSet<_> = self.differences.iter().filter_map(of_field).collect();
        format!("{came} came, {went} went, {} changed", changed.len())
    }

    fn sections(&self) -> Vec<(&'static str, Vec<String>)> {
        let mut sections: Vec<(&str, Vec<String>)> = vec![
            ("came", Vec::new()),
            ("went", Vec::new()),
            ("changed", Vec::new()),
            ("the report itself", Vec::new()),
        ];
        for difference in &self.differences {
            let (at, lines) = said(difference, self.endings);
            if let Some((_, section)) = sections.get_mut(at) {
                section.extend(lines);
            }
        }
        sections.retain(|(_, lines)| !lines.is_empty());
        sections
    }

    fn only(&self, wanted: Side) -> Vec<ResourceView<'_>> {
        let resources = self.differences.iter().filter_map(|one| match one {
            Difference::Only { side, resource } if *side == wanted => Some(resource),
            _ => None,
        });
        resources.map(ResourceView::of).collect()
    }

    fn unread(&self, wanted: Side) -> Vec<&Untrusted> {
        let lines = self.differences.iter().filter_map(|one| match one {
            Difference::Unread { side, line } if *side == wanted => Some(line),
            _ => None,
        });
        lines.collect()
    }

    fn changed(&self) -> Vec<ChangedView<'_>> {
        let changed = self.differences.iter().filter_map(|one| match one {
            Difference::Field {
                action,
                kind,
                name,
                field,
                first,
                second,
            } => Some(ChangedView {
                action: *action,
                kind,
                name,
                field,
                old: first.as_ref().map(|change| FieldView::of(field, change)),
                new: second.as_ref().map(|change| FieldView::of(field, change)),
            }),
            _ => None,
        });
        changed.collect()
    }
}

type Key<'a> = (Action, &'a str, &'a Untrusted);

fn of_field(difference: &Difference) -> Option<Key<'_>> {
    match difference {
        Difference::Field {
            action, kind, name, ..
        } => Some((*action, kind, name)),
        _ => None,
    }
}

/// Which section a difference belongs to, and its lines.
fn said(difference: &Difference, endings: (Ending, Ending)) -> (usize, Vec<String>) {
    match difference {
        Difference::Only { side, resource } => {
            let at = usize::from(*side == Side::First);
            let (sign, word) = (resource.action.sign(), resource.action.word());
            (at, vec![format!("{sign} {} ({word})", resource.title())])
        }
        Difference::Field {
            action,
            kind,
            name,
            field,
            first,
            second,
        } => {
            let mut lines = vec![format!("{} {kind}/{name} {field}", action.sign())];
            lines.extend(side_lines("was", field, first.as_ref()));
            lines.extend(side_lines("now", field, second.as_ref()));
            (2, lines)
        }
        Difference::Unread { side, line } => {
            let when = if *side == Side::First {
                "no longer"
            } else {
                "now"
            };
            (3, vec![format!("not understood, {when}: {line}")])
        }
        Difference::Ending => {
            let (old, new) = endings;
            (3, vec![format!("was: {}, now: {}", old.word(), new.word())])
        }
        Difference::Basis(sentence) => (3, vec![sentence.clone()]),
    }
}

/// What one report says of a field; absent when it does not name the field.
fn side_shown(name: &str, change: Option<&Change>) -> Option<Shown> {
    let field = Field {
        name: name.to_owned(),
        change: change?.clone(),
    };
    Some(shown(&field))
}

fn side_lines(when: &str, name: &str, change: Option<&Change>) -> Vec<String> {
    let Some(shown) = side_shown(name, change) else {
        return vec![format!("    {when}: not changed")];
    };
    let head = shown
        .head
        .get(name.len()..)
        .unwrap_or_default()
        .trim_start();
    let mut lines = vec![format!("    {when}: {head}").trim_end().to_owned()];
    let steps = shown.lines.iter();
    lines.extend(steps.map(|(sign, text)| format!("      {sign} {text}").trim_end().to_owned()));
    lines
}

#[derive(Serialize)]
struct View<'a> {
    same: bool,
    came: Vec<ResourceView<'a>>,
    went: Vec<ResourceView<'a>>,
    changed: Vec<ChangedView<'a>>,
    unread: UnreadView<'a>,
    ending: EndingView,
}

#[derive(Serialize)]
struct UnreadView<'a> {
    came: Vec<&'a Untrusted>,
    went: Vec<&'a Untrusted>,
}

#[derive(Serialize)]
struct EndingView {
    old: Ending,
    new: Ending,
}

#[derive(Serialize)]
struct ChangedView<'a> {
    action: Action,
    #[serde(rename = "type")]
    kind: &'a str,
    name: &'a Untrusted,
    field: &'a str,
    old: Option<FieldView<'a>>,
    new: Option<FieldView<'a>>,
}
