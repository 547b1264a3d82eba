//! The report as plain text: counts, what goes away, what to look at, then every resource by family.

use crate::core::analysis::category;
use crate::core::analysis::category::{ChangeGroup, Noise, ResourceGroup, TypeGroup};
use crate::core::analysis::findings::{Finding, Folded, fold};
use crate::core::kops::dry_run::{ChangeAction, ChangedField, DryRun, Resource};
use crate::core::render::wording::{
    RenderedField, control_plane, counts, counts_of, headline, severities, shown,
};
use crate::core::text::untrusted::{Untrusted, visible};

/// The report and its findings for people and screen readers; nothing in it is obeyed by a terminal.
pub fn to_text(report: &DryRun, findings: &[Finding]) -> String {
    let groups = category::groups(report);
    let (gone, rest): (Vec<_>, Vec<_>) = groups.iter().partition(|group| group.action.deletes());
    let mut page = TextReport::default();
    page.line(0, &headline(report));
    page.line(0, &counts_of(report));
    if let Some(words) = control_plane(report) {
        page.line(0, &words);
    }
    page.groups(report, &gone);
    page.findings(findings);
    page.places(report);
    page.groups(report, &rest);
    page.noises(report);
    page.lines("not understood, as kops printed it", &report.unread);
    page.lines("what kops said besides the report", &report.log);
    page.text
}

#[derive(Default)]
struct TextReport {
    text: String,
}

impl TextReport {
    fn line(&mut self, indent: usize, line: &str) {
        self.text.extend(std::iter::repeat_n("  ", indent));
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn title(&mut self, title: &str) {
        self.line(0, "");
        self.line(0, title);
    }

    fn groups(&mut self, report: &DryRun, groups: &[&ResourceGroup]) {
        for group in groups {
            self.group(report, group);
        }
    }

    fn group(&mut self, report: &DryRun, group: &ResourceGroup) {
        let (action, family) = (group.action.word(), group.family.word());
        self.title(&format!("{action}  {family}: {}", group.counts()));
        for kind in &group.types {
            if group.action == ChangeAction::Modify {
                let all = category::alike(report, kind);
                for alike in &all {
                    self.alike(report, alike);
                }
            } else {
                self.names(report, group.action, kind);
            }
        }
    }

    fn names(&mut self, report: &DryRun, action: ChangeAction, kind: &TypeGroup) {
        let indices = kind.resources.iter();
        let resources = indices.filter_map(|index| report.resources.get(*index));
        if action == ChangeAction::Create
            && category::is_internal(&kind.kind)
            && kind.resources.len() > 1
        {
            let names: Vec<_> = resources.map(|resource| resource.name.shown()).collect();
            let (count, kind) = (names.len(), &kind.kind);
            let line = format!("+ {kind}, {count} managed by kops: {}", names.join(", "));
            return self.line(1, &line);
        }
        resources.for_each(|resource| self.name(resource, 1));
    }

    fn name(&mut self, resource: &Resource, indent: usize) {
        let sign = resource.action.sign();
        self.line(indent, &format!("{sign} {}", resource.title()));
    }

    fn alike(&mut self, report: &DryRun, alike: &ChangeGroup) {
        let indices = alike.resources.iter();
        let resources: Vec<_> = indices
            .filter_map(|index| report.resources.get(*index))
            .collect();
        let several = resources.len() > 1;
        if let Some(first) = resources.first().filter(|_| several) {
            let (count, words) = (resources.len(), alike.words(report));
            self.line(1, &format!("~ {} ({count})  {words}", first.kind));
        }
        for resource in &resources {
            self.name(resource, 1 + usize::from(several));
        }
        if let Some(first) = resources.first() {
            let fields = first.fields.iter();
            fields.for_each(|field| self.field(first, field));
        }
    }

    fn field(&mut self, resource: &Resource, field: &ChangedField) {
        match category::noise(resource, field) {
            Some(Noise::Inconsistent) | None => self.shown(&shown(field)),
            Some(_) => self.line(3, &format!("{}  (noise, explained below)", field.name)),
        }
    }

    fn shown(&mut self, shown: &RenderedField) {
        self.line(3, &shown.head);
        for (sign, text) in &shown.lines {
            let line = format!("{sign} {text}");
            self.line(4, line.trim_end());
        }
    }

    fn findings(&mut self, findings: &[Finding]) {
        let folded = fold(findings);
        self.title(&format!("findings: {}", severities(&folded)));
        for one in &folded {
            self.finding(one);
        }
    }

    fn finding(&mut self, folded: &Folded<'_>) {
        let Finding {
            severity,
            rule,
            message,
            why,
            remedy,
            ..
        } = folded.finding;
        self.line(1, &format!("{}: {message} [{rule}]", severity.word()));
        self.line(3, &format!("why: {why}"));
        self.line(3, &format!("do:  {remedy}"));
        let named = folded.resources.iter().filter(|name| !name.is_empty());
        named.for_each(|name| self.line(3, name));
    }

    fn places(&mut self, report: &DryRun) {
        let places = category::places(report);
        if !places.is_empty() {
            self.title("where");
        }
        for one in places {
            let (place, counts) = (visible(&one.place.words()), counts(&one.summary));
            self.line(1, &format!("{place}: {counts}"));
        }
    }

    fn noises(&mut self, report: &DryRun) {
        let noises = category::noises(report);
        if !noises.is_empty() {
            self.title("noise");
        }
        for (noise, count) in noises {
            self.line(1, &format!("{count} x {}", noise.explanation()));
        }
    }

    fn lines(&mut self, title: &str, lines: &[Untrusted]) {
        if !lines.is_empty() {
            self.title(title);
        }
        for line in lines {
            self.line(1, &line.shown());
        }
    }
}
