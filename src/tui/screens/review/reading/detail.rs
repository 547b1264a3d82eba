//! What the row under the cursor says, whole: nothing in it is cut.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::fields::{describe_field, side, step};
use super::{Reading, TreeRow};
use crate::core::analysis::findings::{Finding, FindingSeverity, FoldedFinding};
use crate::core::analysis::{location, noise};
use crate::core::kops::dry_run::{ChangeAction, Difference, Resource, ValueChange, kops_step};
use crate::core::text::prose::counted;
use crate::core::text::untrusted::visible;
use crate::tui::screens::review::compare;

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

/// The lines of a detail, as far as they are asked for.
#[derive(Debug)]
pub(super) struct DetailPage<'a> {
    lines: Vec<DetailLine<'a>>,
    most: usize,
}

impl<'a> DetailPage<'a> {
    /// How many more lines are asked for: a finding may be about every resource of a long report.
    fn room(&self) -> usize {
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
        if self.room() > 0 {
            self.lines.push(DetailLine {
                tone,
                indent,
                sign,
                text: text.into(),
            });
        }
    }
}

impl Reading {
    /// What the row under the cursor says, whole or its first lines.
    pub fn detail(&self, most: usize) -> Vec<DetailLine<'_>> {
        let mut page = DetailPage {
            lines: Vec::new(),
            most,
        };
        match self.row() {
            None if self.filter.is_active() => {
                page.line(Tone::Plain, 0, "Nothing matches the filter; esc clears it.");
            }
            None => page.line(Tone::Plain, 0, "no changes"),
            Some(row) => self.describe(row, &mut page),
        }
        page.lines
    }

    fn describe<'a>(&'a self, row: TreeRow, page: &mut DetailPage<'a>) {
        match row {
            TreeRow::Differences => self.differences(page),
            TreeRow::Difference(at) => self.difference(at, page),
            TreeRow::Finding(at) => self.finding(at, page),
            TreeRow::Unread => page.line(Tone::Plain, 0, "kopswain could not interpret these lines; they are shown as kops printed them. Read the raw text (r) before you approve."),
            TreeRow::UnreadLine(at) => {
                let line = self.outline.dry_run.unread.get(at).map_or("", |line| line.raw());
                page.line(Tone::Plain, 0, line);
            }
            TreeRow::Group(at) => self.group(at, page),
            TreeRow::Bundle(at) => self.bundled(at, page),
            TreeRow::Resource(_) | TreeRow::Subject { .. } => {
                if let Some(resource) = self.resource_of(row) {
                    self.resource(resource, page);
                }
            }
            TreeRow::Field { resource, field } => self.one_field(resource, field, page),
            TreeRow::DiffLine {
                resource,
                field,
                line,
            } => self.diff_line(resource, field, line, page),
            TreeRow::Noises => page.line(Tone::Plain, 0, "kops prints these although they change nothing, or not what they seem to change. They stay in the tree; each kind is explained once here."),
            TreeRow::Noise(at) => {
                if let Some((noise, count)) = self.outline.noises.get(at) {
                    page.line(Tone::Title, 0, counted(*count, "field"));
                    page.line(Tone::Plain, 0, noise.explanation());
                }
            }
        }
    }

    fn finding<'a>(&'a self, at: usize, page: &mut DetailPage<'a>) {
        let Some(folded) = self.outline.findings.get(at) else {
            return;
        };
        found(&folded.finding, page);
        self.cause_line(page);
        match folded.subjects.len() {
            0 => {}
            1 => page.line(Tone::Plain, 0, folded.finding.resource.as_str()),
            many => {
                page.line(Tone::Title, 0, format!("{many} resources"));
                self.subjects(folded, page);
            }
        }
    }

    fn subjects<'a>(&'a self, folded: &FoldedFinding, page: &mut DetailPage<'a>) {
        for resource in folded.subjects.iter().take(page.room()) {
            if let Some(found) = self.outline.dry_run.resources.get(*resource) {
                page.signed(
                    Tone::Of(found.action),
                    1,
                    sign(found.action),
                    raw_title(found),
                );
            }
        }
    }

    fn group<'a>(&'a self, at: usize, page: &mut DetailPage<'a>) {
        let Some(group) = self.outline.groups.get(at) else {
            return;
        };
        let all: Vec<usize> = self.passing_of(at).collect();
        let read = all
            .iter()
            .filter(|resource| self.was_read(**resource))
            .count();
        let title = format!(
            "{} {}: {} of {} read",
            group.action.word(),
            group.category.word(),
            read,
            all.len()
        );
        page.line(Tone::Title, 0, title);
        for kind in &group.types {
            page.line(Tone::Plain, 0, format!("{} ({})", kind.kind, kind.count));
            let members = kind
                .entries
                .iter()
                .flat_map(|entry| self.outline.members(entry));
            let passing = members.filter(|at| self.passes(**at));
            for resource in passing.take(page.room()) {
                if let Some(found) = self.outline.dry_run.resources.get(*resource) {
                    page.signed(
                        Tone::Of(found.action),
                        1,
                        sign(found.action),
                        found.name.raw(),
                    );
                }
            }
        }
    }

    fn resource<'a>(&'a self, at: usize, page: &mut DetailPage<'a>) {
        let Some(resource) = self.outline.dry_run.resources.get(at) else {
            return;
        };
        self.head(resource, page);
        for finding in self.outline.findings_about(at) {
            if let Some(folded) = self.outline.findings.get(finding) {
                found(&folded.finding, page);
            }
        }
        if resource.fields.is_empty() && !resource.action.deletes() {
            page.line(Tone::Dim, 0, "kops prints no fields");
        }
        self.fields(at, resource, page);
    }

    fn fields<'a>(&'a self, at: usize, resource: &'a Resource, page: &mut DetailPage<'a>) {
        for (field, found) in resource.fields.iter().enumerate() {
            describe_field(found, self.outline.noise(at, field), page);
        }
    }

    // What changes in all of them, once; then which they are.
    fn bundled<'a>(&'a self, at: usize, page: &mut DetailPage<'a>) {
        let (Some(bundle), Some(title)) = (self.outline.bundle(at), self.bundle_title(at)) else {
            return;
        };
        let members: Vec<usize> = self.passing_in(at).collect();
        let known = |at: &usize| Some((*at, self.outline.dry_run.resources.get(*at)?));
        let resources: Vec<_> = members.iter().filter_map(known).collect();
        let Some((first, resource)) = resources.first().copied() else {
            return;
        };
        let action = resource.action;
        page.signed(Tone::Of(action), 0, sign(action), title);
        self.cause_line(page);
        let about: BTreeSet<usize> = members
            .iter()
            .flat_map(|at| self.outline.findings_about(*at))
            .collect();
        for folded in about.iter().filter_map(|at| self.outline.findings.get(*at)) {
            found(&folded.finding, page);
        }
        if bundle.same {
            self.fields(first, resource, page);
            page.line(Tone::Dim, 0, "the same in each, apart from noise:");
        }
        for (_, resource) in resources.into_iter().take(page.room()) {
            page.signed(Tone::Of(action), 1, sign(action), resource.name.raw());
        }
    }

    fn head<'a>(&self, resource: &'a Resource, page: &mut DetailPage<'a>) {
        page.signed(
            Tone::Of(resource.action),
            0,
            sign(resource.action),
            raw_title(resource),
        );
        let place = location::place(resource, self.outline.cluster.as_deref());
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
        page.line(Tone::Dim, 0, words.join(", "));
        self.cause_line(page);
    }

    fn cause_line(&self, page: &mut DetailPage<'_>) {
        if let Some(words) = self.cause_in_words() {
            page.line(Tone::Dim, 0, words);
        }
    }

    fn one_field<'a>(&'a self, resource: usize, field: usize, page: &mut DetailPage<'a>) {
        let Some(found) = self.outline.dry_run.resources.get(resource) else {
            return;
        };
        self.head(found, page);
        if let Some(one) = found.fields.get(field) {
            describe_field(one, self.outline.noise(resource, field), page);
        }
    }

    fn diff_line<'a>(
        &'a self,
        resource: usize,
        field: usize,
        line: usize,
        page: &mut DetailPage<'a>,
    ) {
        let Some(found) = self.outline.dry_run.resources.get(resource) else {
            return;
        };
        self.head(found, page);
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
        page.line(Tone::Title, 0, title);
        if let Some(found) = lines.get(line) {
            step(kops_step(found.raw()), page);
        }
    }

    fn differences<'a>(&'a self, page: &mut DetailPage<'a>) {
        let Some(comparison) = &self.comparison else {
            return;
        };
        page.line(Tone::Title, 0, comparison.headline());
        page.line(Tone::Plain, 0, "The order of resources and of map keys does not count as a difference. Read the differences first, then the current report below.");
    }

    fn difference<'a>(&'a self, at: usize, page: &mut DetailPage<'a>) {
        let comparison = self.comparison.as_ref();
        let Some((comparison, difference)) =
            comparison.and_then(|comparison| Some((comparison, comparison.differences.get(at)?)))
        else {
            return;
        };
        page.line(Tone::Title, 0, compare::title(difference));
        let words = comparison.words;
        match difference {
            Difference::Only { side, resource } => {
                page.line(Tone::Plain, 0, words.only(*side));
                for field in &resource.fields {
                    describe_field(field, noise::noise(resource, field), page);
                }
            }
            Difference::Field(field) => {
                side(words.first, Tone::Removed, field.first.as_ref(), page);
                side(words.second, Tone::Added, field.second.as_ref(), page);
            }
            Difference::Unread { side, line } => {
                page.line(Tone::Plain, 0, words.only(*side));
                page.line(Tone::Plain, 1, line.raw());
            }
            Difference::Fact(fact) => {
                if let Some(option) = fact.without_option() {
                    let remedy = format!(
                        "do:  make it readable again, or approve without it: the name typed here, or {option} on the command line"
                    );
                    page.line(Tone::Remedy, 0, remedy);
                }
            }
            Difference::Ending => {}
        }
    }
}

fn found<'a>(finding: &'a Finding, page: &mut DetailPage<'a>) {
    let title = format!("{}: {}", finding.severity.word(), finding.message);
    page.line(Tone::Found(finding.severity), 0, title);
    page.line(Tone::Plain, 0, format!("why: {}", finding.why));
    page.line(Tone::Remedy, 0, format!("do:  {}", finding.remedy));
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
