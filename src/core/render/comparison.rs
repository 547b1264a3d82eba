//! What is different in a newer dry run, for people and for programs: what is added, removed and changed.

use std::collections::{BTreeSet, HashSet};
use std::fmt::Write as _;

use serde::Serialize;

use super::escaped;
use super::json::{FieldView, ResourceView};
use super::markdown::{LeftOut, section};
use crate::core::analysis::findings::{Finding, FoldedFinding, judge};
use crate::core::cluster::InstanceGroupSummary;
use crate::core::kops::dry_run::{
    ChangeAction, ChangedField, Difference, DryRun, DryRunSide, Ending, FieldDifference, Resource,
    ValueChange, differences,
};
use crate::core::render::wording::{RenderedField, headline, render_field};
use crate::core::text::json;
use crate::core::text::untrusted::Untrusted;

mod html;

/// Two dry runs side by side, the older first.
#[derive(Clone, Debug)]
pub struct DryRunComparison {
    title: String,
    endings: (Ending, Ending),
    /// What the newer one is warned of and the older one was not.
    findings: Vec<NewFinding>,
    differences: Vec<Difference>,
}

impl DryRunComparison {
    /// What differs between two dry runs; map order and resource order are no difference.
    /// With the instance groups of the spec, where it is known, the findings tell how many instances they are about.
    pub fn new(older: &DryRun, newer: &DryRun, groups: &[InstanceGroupSummary]) -> Self {
        Self {
            title: headline(newer),
            endings: (older.ending, newer.ending),
            findings: new_findings(older, newer, groups),
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
        for NewFinding { finding, .. } in &self.findings {
            let Finding {
                severity,
                message,
                rule,
                ..
            } = finding;
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

    /// As Markdown for a comment on a pull request; what is cut is counted.
    pub fn to_markdown(&self) -> String {
        let mut page = format!(
            "### {}\n\n{}\n\n",
            escaped::markdown(&self.title),
            self.counts()
        );
        let mut left = LeftOut::default();
        for NewFinding { finding, .. } in &self.findings {
            let (word, message) = (finding.severity.word(), escaped::markdown(&finding.message));
            left.add(
                &mut page,
                &format!("- new {word}: {message}\n"),
                1,
                "findings",
            );
        }
        for (title, lines) in self.sections() {
            left.add(&mut page, &section(title, &lines), lines.len(), "lines");
        }
        page.push_str(&left.note());
        page
    }

    /// As JSON in the form of docs/comparison.schema.json.
    pub fn to_json(&self) -> String {
        let view = ComparisonDocument {
            same: self.is_same(),
            came: self
                .only(DryRunSide::Second)
                .map(ResourceView::new)
                .collect(),
            went: self
                .only(DryRunSide::First)
                .map(ResourceView::new)
                .collect(),
            changed: self.fields().map(ChangedView::new).collect(),
            unread: UnreadView {
                came: self.unread(DryRunSide::Second),
                went: self.unread(DryRunSide::First),
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
            return "both dry runs are the same".to_owned();
        }
        let (came, went) = (self.only(DryRunSide::Second), self.only(DryRunSide::First));
        let changed: BTreeSet<_> = self.fields().map(FieldDifference::whose).collect();
        format!(
            "{} added, {} removed, {} changed",
            came.count(),
            went.count(),
            changed.len()
        )
    }

    fn sections(&self) -> Vec<(&'static str, Vec<String>)> {
        let all = Section::ALL.into_iter().map(|section| {
            let mine = self.differences_in(section);
            let lines = mine.flat_map(|difference| difference_lines(difference, self.endings));
            (section.word(), lines.collect::<Vec<_>>())
        });
        all.filter(|(_, lines)| !lines.is_empty()).collect()
    }

    fn differences_in(&self, section: Section) -> impl Iterator<Item = &Difference> {
        let mine = move |one: &&Difference| Section::from_difference(one) == section;
        self.differences.iter().filter(mine)
    }

    fn only(&self, wanted: DryRunSide) -> impl Iterator<Item = &Resource> {
        let differences = self.differences.iter();
        differences.filter_map(move |one| one.only(wanted))
    }

    fn fields(&self) -> impl Iterator<Item = &FieldDifference> {
        self.differences.iter().filter_map(Difference::field)
    }

    fn unread(&self, wanted: DryRunSide) -> Vec<&Untrusted> {
        let lines = self.differences.iter().filter_map(|one| match one {
            Difference::Unread { side, line } if *side == wanted => Some(line),
            _ => None,
        });
        lines.collect()
    }
}

/// A finding of the newer dry run, and the resources that the older one does not point at for the same reason.
#[derive(Clone, Debug)]
struct NewFinding {
    finding: Finding,
    /// Their titles.
    resources: Vec<String>,
}

fn new_findings(
    older: &DryRun,
    newer: &DryRun,
    groups: &[InstanceGroupSummary],
) -> Vec<NewFinding> {
    let known = judge(older, groups, &[]).into_iter();
    let known: HashSet<_> = known
        .flat_map(|folded| {
            let Finding { rule, message, .. } = folded.finding.clone();
            let titles = titles(&folded, older).into_iter();
            titles.map(move |title| (rule, message.clone(), title))
        })
        .collect();
    let found = judge(newer, groups, &[]).into_iter();
    let new = found.map(|folded| {
        let Finding { rule, message, .. } = &folded.finding;
        let mut resources = titles(&folded, newer);
        resources.retain(|title| !known.contains(&(*rule, message.clone(), title.clone())));
        NewFinding {
            finding: folded.finding,
            resources,
        }
    });
    new.filter(|one| !one.resources.is_empty()).collect()
}

/// The titles of what a finding is about; an empty one when it is about the whole dry run.
fn titles(folded: &FoldedFinding, dry_run: &DryRun) -> Vec<String> {
    let subjects = folded.subjects.iter();
    let titles = subjects.filter_map(|at| Some(dry_run.resources.get(*at)?.title()));
    let whole = folded.subjects.is_empty().then(String::new);
    titles.chain(whole).collect()
}

/// Where a difference is listed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Added,
    Removed,
    Changed,
    /// Lines not understood, and how the dry runs end.
    DryRun,
}

impl Section {
    const ALL: [Self; 4] = [Self::Added, Self::Removed, Self::Changed, Self::DryRun];

    fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::DryRun => "the dry run itself",
        }
    }

    fn from_difference(difference: &Difference) -> Self {
        match difference {
            Difference::Only { side, .. } => match side {
                DryRunSide::Second => Self::Added,
                DryRunSide::First => Self::Removed,
            },
            Difference::Field(_) => Self::Changed,
            Difference::Unread { .. } | Difference::Ending | Difference::Fact(_) => Self::DryRun,
        }
    }
}

/// A difference in lines.
fn difference_lines(difference: &Difference, (old, new): (Ending, Ending)) -> Vec<String> {
    match difference {
        Difference::Only { resource, .. } => {
            let (sign, word) = (resource.action.sign(), resource.action.word());
            vec![format!("{sign} {} ({word})", resource.title())]
        }
        Difference::Field(field) => field_lines(field),
        Difference::Unread { side, line } => {
            let when = match side {
                DryRunSide::First => "no longer",
                DryRunSide::Second => "now",
            };
            vec![format!("not understood, {when}: {line}")]
        }
        Difference::Ending => vec![format!("was: {}, now: {}", old.word(), new.word())],
        Difference::Fact(fact) => vec![fact.sentence()],
    }
}

fn field_lines(difference: &FieldDifference) -> Vec<String> {
    let (action, kind, name) = difference.whose();
    let mut lines = vec![format!(
        "{} {kind}/{name} {}",
        action.sign(),
        difference.field
    )];
    for (when, shown) in sides(difference) {
        let Some(shown) = shown else {
            lines.push(format!("    {when}: not changed"));
            continue;
        };
        let value = shown.value(&difference.field);
        lines.push(format!("    {when}: {value}").trim_end().to_owned());
        let steps = shown.lines.iter();
        lines
            .extend(steps.map(|(sign, text)| format!("      {sign} {text}").trim_end().to_owned()));
    }
    lines
}

/// What each dry run says of a field; absent when it does not name it.
fn sides(difference: &FieldDifference) -> [(&'static str, Option<RenderedField>); 2] {
    let rendered = |change: &Option<ValueChange>| {
        let field = ChangedField {
            name: difference.field.clone(),
            change: change.clone()?,
        };
        Some(render_field(&field))
    };
    [
        ("was", rendered(&difference.first)),
        ("now", rendered(&difference.second)),
    ]
}

/// What differs between two dry runs; the order of resources, tags and map keys is no difference. Values are what kops
/// printed, raw.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
struct ComparisonDocument<'a> {
    /// Whether both say the same.
    same: bool,
    /// Resources that only the newer dry run changes in this way.
    came: Vec<ResourceView<'a>>,
    /// Resources that only the older dry run changes in this way.
    went: Vec<ResourceView<'a>>,
    /// Fields whose change differs.
    changed: Vec<ChangedView<'a>>,
    /// Lines that were not understood, of one dry run only.
    unread: UnreadView<'a>,
    ending: EndingView,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
struct UnreadView<'a> {
    came: Vec<&'a Untrusted>,
    went: Vec<&'a Untrusted>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
struct EndingView {
    old: Ending,
    new: Ending,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
struct ChangedView<'a> {
    action: ChangeAction,
    #[serde(rename = "type")]
    kind: &'a str,
    name: &'a Untrusted,
    field: &'a str,
    /// In the older dry run; null when it does not name the field.
    old: Option<FieldView<'a>>,
    /// In the newer dry run; null when it does not name the field.
    new: Option<FieldView<'a>>,
}

impl<'a> ChangedView<'a> {
    fn new(difference: &'a FieldDifference) -> Self {
        let field = difference.field.as_str();
        let side = |change: &'a Option<ValueChange>| {
            let change = change.as_ref();
            change.map(|change| FieldView::new(field, change))
        };
        Self {
            action: difference.action,
            kind: &difference.kind,
            name: &difference.name,
            field,
            old: side(&difference.first),
            new: side(&difference.second),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::documents::hold_schema;

    #[test]
    fn the_schema_is_that_of_the_types() {
        hold_schema::<ComparisonDocument<'_>>(
            "comparison.schema.json",
            "kopswain review --from NEW --against OLD --output json",
        );
    }
}
