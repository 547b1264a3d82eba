//! What a row says, whole: nothing in it is cut.

use std::borrow::Cow;
use std::collections::BTreeSet;

use fields::{add_field, add_side, add_step};

use super::compare;
use super::content::ReviewContent;
use super::filter::Filter;
use super::read_marks::ReadState;
use super::tree::TreeRow;
use crate::core::analysis::findings::{Finding, FindingSeverity, FoldedFinding};
use crate::core::analysis::{location, noise};
use crate::core::kops::dry_run::{ChangeAction, Difference, Resource, ValueChange, kops_step};
use crate::core::render::outline::OutlineField;
use crate::core::text::prose::counted;
use crate::core::text::untrusted::visible;

mod fields;
pub mod layout;

/// What a line of the detail is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Title,
    Plain,
    Dim,
    /// What to do.
    Remedy,
    Found(FindingSeverity),
    /// Something of a resource with this action.
    Of(ChangeAction),
    /// A value, or an item of one, that comes.
    Added,
    /// A value, or an item of one, that goes.
    Removed,
}

/// One line before it is wrapped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetailLine<'a> {
    pub tone: Tone,
    pub indent: usize,
    /// In front of the first row of the line only, such as `+ `.
    pub sign: &'static str,
    /// Raw text: shown with [`visible`] when it is drawn.
    pub text: Cow<'a, str>,
}

/// The lines of a detail, as far as they are asked for, and what they are about.
#[derive(Debug)]
pub(super) struct DetailPage<'a> {
    pub(super) content: &'a ReviewContent,
    pub(super) filter: Filter,
    pub(super) marks: &'a ReadState,
    /// What causes the row, in one line.
    pub(super) cause: Option<String>,
    /// How many lines are asked for at most.
    pub(super) most: usize,
    pub(super) lines: Vec<DetailLine<'a>>,
}

impl<'a> DetailPage<'a> {
    /// How many more lines are asked for: a finding may be about every resource of a long dry run.
    fn left(&self) -> usize {
        self.most.saturating_sub(self.lines.len())
    }

    pub(super) fn line(&mut self, tone: Tone, indent: usize, text: impl Into<Cow<'a, str>>) {
        self.signed(tone, indent, "", text);
    }

    pub(super) fn signed(
        &mut self,
        tone: Tone,
        indent: usize,
        sign: &'static str,
        text: impl Into<Cow<'a, str>>,
    ) {
        if self.left() > 0 {
            self.lines.push(DetailLine {
                tone,
                indent,
                sign,
                text: text.into(),
            });
        }
    }

    /// The lines of a row; without one, why there is none.
    pub(super) fn describe(mut self, row: Option<TreeRow>) -> Vec<DetailLine<'a>> {
        match row {
            None if self.filter.is_active() => {
                self.line(Tone::Plain, 0, "Nothing matches the filter; esc clears it.");
            }
            None => self.line(Tone::Plain, 0, "no changes"),
            Some(row) => self.add_row(row),
        }
        self.lines
    }

    fn add_row(&mut self, row: TreeRow) {
        let content = self.content;
        match row {
            TreeRow::Differences => self.add_differences(),
            TreeRow::Difference(at) => self.add_difference(at),
            TreeRow::Meaning(at) => self.add_meaning(at),
            TreeRow::Finding(at) => self.add_finding(at),
            TreeRow::Unread => self.line(Tone::Plain, 0, "kopswain could not interpret these lines; they are shown as kops printed them. Read the raw text (r) before you approve."),
            TreeRow::UnreadLine(at) => {
                let line = content.outline.dry_run.unread.get(at);
                let line = line.map_or("", |line| line.raw());
                self.line(Tone::Plain, 0, line);
            }
            TreeRow::Group(at) => self.add_group(at),
            TreeRow::Bundle(at) => self.add_bundle(at),
            TreeRow::Resource(at) => self.add_resource(at),
            TreeRow::Subject { finding, at } => {
                if let Some(resource) = content.subject(finding, at) {
                    self.add_resource(resource);
                }
            }
            TreeRow::Field { resource, field } => self.add_one_field(resource, field),
            TreeRow::DiffLine {
                resource,
                field,
                line,
            } => self.add_diff_line(resource, field, line),
            TreeRow::Noises => self.line(Tone::Plain, 0, "kops prints these although they change nothing, or not what they seem to change. They stay in the tree; each kind is explained once here."),
            TreeRow::Noise(at) => {
                if let Some((noise, count)) = content.outline.noises.get(at) {
                    self.line(Tone::Title, 0, counted(*count, "field"));
                    self.line(Tone::Plain, 0, noise.explanation());
                }
            }
        }
    }

    fn add_meaning(&mut self, at: usize) {
        if let Some(line) = self.content.outline.meaning.get(at) {
            self.line(Tone::Title, 0, line.part.words());
            for change in &line.changes {
                self.line(Tone::Plain, 0, change.as_str());
            }
        }
    }

    /// A resource with its sign.
    fn named(&mut self, resource: &Resource, indent: usize, text: impl Into<Cow<'a, str>>) {
        let action = resource.action;
        self.signed(Tone::Of(action), indent, sign(action), text);
    }

    fn add_advice(&mut self, finding: &Finding) {
        let title = format!("{}: {}", finding.severity.word(), finding.message);
        self.line(Tone::Found(finding.severity), 0, title);
        self.line(Tone::Plain, 0, format!("why: {}", finding.why));
        self.line(Tone::Remedy, 0, format!("do:  {}", finding.remedy));
    }

    fn add_finding(&mut self, at: usize) {
        let Some(folded) = self.content.outline.findings.get(at) else {
            return;
        };
        self.add_advice(&folded.finding);
        self.add_cause();
        match folded.subjects.len() {
            0 => {}
            1 => self.line(Tone::Plain, 0, folded.finding.resource.as_str()),
            many => {
                self.line(Tone::Title, 0, format!("{many} resources"));
                self.add_subjects(folded);
            }
        }
    }

    fn add_subjects(&mut self, folded: &FoldedFinding) {
        let outline = &self.content.outline;
        let subjects = folded.subjects.iter().take(self.left());
        for resource in subjects.filter_map(|at| outline.resource(*at)) {
            self.named(resource, 1, raw_title(resource));
        }
    }

    fn add_group(&mut self, at: usize) {
        let (outline, filter) = (&self.content.outline, self.filter);
        let Some(group) = outline.groups.get(at) else {
            return;
        };
        let all: Vec<usize> = filter.passing_in_group(outline, at).collect();
        let read = all
            .iter()
            .filter(|resource| self.marks.was_read(**resource));
        let title = format!(
            "{} {}: {} of {} read",
            group.action.word(),
            group.heading.words(),
            read.count(),
            all.len()
        );
        self.line(Tone::Title, 0, title);
        for kind in &group.types {
            self.line(Tone::Plain, 0, format!("{} ({})", kind.kind, kind.count));
            let entries = kind.entries.iter();
            let members =
                entries.flat_map(|entry| filter.passing_of(outline, outline.members(entry)));
            for resource in members.take(self.left()) {
                if let Some(found) = outline.resource(resource) {
                    self.named(found, 1, found.name.raw());
                }
            }
        }
    }

    fn add_resource(&mut self, at: usize) {
        let outline = &self.content.outline;
        let Some(resource) = outline.resource(at) else {
            return;
        };
        self.add_head(resource);
        let findings = outline.findings_about(at);
        for folded in findings.filter_map(|at| outline.findings.get(at)) {
            self.add_advice(&folded.finding);
        }
        if resource.fields.is_empty() && !resource.action.deletes() {
            self.line(Tone::Dim, 0, "kops prints no fields");
        }
        self.add_fields(at);
    }

    fn add_fields(&mut self, resource: usize) {
        for OutlineField { field, noise } in self.content.outline.fields(resource) {
            add_field(field, noise, self);
        }
    }

    // What changes in all of them, once; then which they are.
    fn add_bundle(&mut self, at: usize) {
        let outline = &self.content.outline;
        let Some(bundle) = outline.bundle(at) else {
            return;
        };
        let members: Vec<usize> = self.filter.passing_in_bundle(outline, at).collect();
        let Some(first) = members.first() else {
            return;
        };
        let action = bundle.action;
        let title = bundle.title(members.len());
        self.signed(Tone::Of(action), 0, sign(action), title);
        self.add_cause();
        let findings = members.iter().flat_map(|at| outline.findings_about(*at));
        let findings: BTreeSet<usize> = findings.collect();
        for folded in findings.iter().filter_map(|at| outline.findings.get(*at)) {
            self.add_advice(&folded.finding);
        }
        if bundle.same {
            self.add_fields(*first);
            self.line(Tone::Dim, 0, "the same in each, apart from noise:");
        }
        let members = members.iter().take(self.left());
        for resource in members.filter_map(|at| outline.resource(*at)) {
            self.named(resource, 1, resource.name.raw());
        }
    }

    fn add_head(&mut self, resource: &Resource) {
        self.named(resource, 0, raw_title(resource));
        let place = location::place(resource, self.content.outline.cluster.as_deref());
        let group = place
            .instance_group
            .map(|group| format!("instance group {group}"));
        let zone = place.zone.map(|zone| format!("zone {zone}"));
        let line = format!("line {} of the raw text", resource.line);
        let words: Vec<String> = [
            Some(resource.action.word().to_owned()),
            group,
            zone,
            Some(line),
        ]
        .into_iter()
        .flatten()
        .collect();
        self.line(Tone::Dim, 0, words.join(", "));
        self.add_cause();
    }

    fn add_cause(&mut self) {
        if let Some(words) = self.cause.clone() {
            self.line(Tone::Dim, 0, words);
        }
    }

    fn add_one_field(&mut self, resource: usize, field: usize) {
        let outline = &self.content.outline;
        if let Some(found) = outline.resource(resource) {
            self.add_head(found);
        }
        if let Some(one) = outline.fields(resource).nth(field) {
            add_field(one.field, one.noise, self);
        }
    }

    fn add_diff_line(&mut self, resource: usize, field: usize, line: usize) {
        let Some(found) = self.content.outline.resource(resource) else {
            return;
        };
        self.add_head(found);
        let Some(field) = found.fields.get(field) else {
            return;
        };
        let ValueChange::Diff(lines) = &field.change else {
            return;
        };
        let title = format!(
            "{}, line {} of {}",
            visible(&field.name),
            line + 1,
            lines.len()
        );
        self.line(Tone::Title, 0, title);
        if let Some(found) = lines.get(line) {
            add_step(kops_step(found.raw()), self);
        }
    }

    fn add_differences(&mut self) {
        let Some(comparison) = &self.content.comparison else {
            return;
        };
        self.line(Tone::Title, 0, comparison.headline());
        self.line(Tone::Plain, 0, "The order of resources and of map keys does not count as a difference. Read the differences first, then the current dry run below.");
    }

    fn add_difference(&mut self, at: usize) {
        let comparison = self.content.comparison.as_ref();
        let Some((comparison, difference)) =
            comparison.and_then(|comparison| Some((comparison, comparison.differences.get(at)?)))
        else {
            return;
        };
        self.line(Tone::Title, 0, compare::title(difference));
        let words = comparison.words;
        match difference {
            Difference::Only { side, resource } => {
                self.line(Tone::Plain, 0, words.only(*side));
                for field in &resource.fields {
                    add_field(field, noise::noise(resource, field), self);
                }
            }
            Difference::Field(field) => {
                add_side(words.first, Tone::Removed, field.first.as_ref(), self);
                add_side(words.second, Tone::Added, field.second.as_ref(), self);
            }
            Difference::Unread { side, line } => {
                self.line(Tone::Plain, 0, words.only(*side));
                self.line(Tone::Plain, 1, line.raw());
            }
            Difference::Fact(fact) => {
                if let Some(option) = fact.without_option() {
                    let remedy = format!(
                        "do:  make it readable again, or approve without it: the name typed here, or {option} on the command line"
                    );
                    self.line(Tone::Remedy, 0, remedy);
                }
            }
            Difference::Ending => {}
        }
    }
}

fn raw_title(resource: &Resource) -> String {
    format!("{}/{}", resource.kind, resource.name.raw())
}

fn sign(action: ChangeAction) -> &'static str {
    match action {
        ChangeAction::Create => "+ ",
        ChangeAction::Modify => "~ ",
        ChangeAction::Delete | ChangeAction::DeleteOnPrune => "- ",
    }
}
