//! The report as plain text: counts, what goes away, what to look at, then every resource by family.

use super::{Action, Change, Ending, Field, Report, Resource, Step, inside};
use crate::core::families::{self, Group, Noise, TypeGroup};
use crate::core::findings::{Finding, Folded, Severity, count, fold};
use crate::core::untrusted::visible;

/// The report and its findings for people and screen readers; nothing in it is obeyed by a terminal.
pub fn to_text(report: &Report, findings: &[Finding]) -> String {
    let groups = families::groups(report);
    let (gone, rest): (Vec<_>, Vec<_>) = groups.iter().partition(|group| group.action.deletes());
    let mut page = Page::default();
    page.line(0, &headline(report));
    page.line(0, &counts(report));
    page.groups(report, &gone);
    page.findings(findings);
    page.groups(report, &rest);
    page.noises(report);
    page.unread(report);
    page.log(report);
    page.text
}

/// One line: which cluster, and whether changes wait.
pub(super) fn headline(report: &Report) -> String {
    let ending = match report.ending {
        Ending::ChangesWait => "changes wait",
        Ending::NoChanges => "no changes need to be applied",
        Ending::Missing => "the report is incomplete",
    };
    match report.cluster() {
        Some(name) => format!("kops update cluster {}: {ending}", visible(name)),
        None => format!("kops update cluster: {ending}"),
    }
}

/// The counts of every action, such as `134 create, 3 modify, 0 delete, 0 delete on prune`.
pub(super) fn counts(report: &Report) -> String {
    let summary = report.summary();
    format!(
        "{} create, {} modify, {} delete, {} delete on prune",
        summary.create, summary.modify, summary.delete, summary.delete_on_prune
    )
}

/// The counts of the findings, such as `1 danger, 2 warnings, 0 notes`.
pub(super) fn severities(folded: &[Folded<'_>]) -> String {
    let of = |severity: Severity| match count(folded, severity) {
        1 => format!("1 {}", severity.word()),
        many => format!("{many} {}s", severity.word()),
    };
    Severity::ALL.map(of).join(", ")
}

/// The field's value on one line, or what changes inside it, one line each; shown.
pub(super) fn field_lines(field: &Field) -> Vec<String> {
    let steps = inside(&field.change);
    let whole = match &field.change {
        Change::New(new) => new.shown(),
        Change::Changed { old, new } if steps.is_empty() => format!("{old} -> {new}"),
        Change::Changed { .. } | Change::Diff(_) => String::new(),
    };
    let head = format!("{}  {whole}", field.name).trim_end().to_owned();
    let steps = steps.into_iter().map(step_line);
    std::iter::once(head).chain(steps).collect()
}

fn step_line(step: Step<'_>) -> String {
    let (sign, text) = match step {
        Step::Removed(text) => ('-', text),
        Step::Added(text) => ('+', text),
        Step::Same(text) => (' ', text),
    };
    let line = format!("  {sign} {}", visible(text));
    line.trim_end().to_owned()
}

#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn line(&mut self, indent: usize, line: &str) {
        self.text.extend(std::iter::repeat_n("  ", indent));
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn title(&mut self, title: &str) {
        self.line(0, "");
        self.line(0, title);
    }

    fn groups(&mut self, report: &Report, groups: &[&Group]) {
        for group in groups {
            self.group(report, group);
        }
    }

    fn group(&mut self, report: &Report, group: &Group) {
        let (action, family) = (group.action.word(), group.family.word());
        self.title(&format!("{action}  {family}: {}", group.counts()));
        let kinds = group.types.iter();
        kinds.for_each(|kind| self.type_group(report, kind));
    }

    fn type_group(&mut self, report: &Report, kind: &TypeGroup) {
        let indices = kind.resources.iter();
        for resource in indices.filter_map(|index| report.resources.get(*index)) {
            self.resource(resource);
        }
    }

    fn resource(&mut self, resource: &Resource) {
        let sign = resource.action.sign();
        self.line(1, &format!("{sign} {}", resource.title()));
        if resource.action == Action::Modify {
            let fields = resource.fields.iter();
            fields.for_each(|field| self.field(resource, field));
        }
    }

    fn field(&mut self, resource: &Resource, field: &Field) {
        match families::noise(resource, field) {
            Some(Noise::Inconsistent) | None => {
                for line in field_lines(field) {
                    self.line(3, &line);
                }
            }
            Some(_) => self.line(3, &format!("{}  (noise, explained below)", field.name)),
        }
    }

    fn findings(&mut self, findings: &[Finding]) {
        let folded = fold(findings);
        self.title(&format!("to look at: {}", severities(&folded)));
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

    fn noises(&mut self, report: &Report) {
        let noises = families::noises(report);
        if !noises.is_empty() {
            self.title("noise");
        }
        for (noise, count) in noises {
            self.line(1, &format!("{count} x {}", noise.explanation()));
        }
    }

    fn unread(&mut self, report: &Report) {
        if !report.unread.is_empty() {
            self.title("not understood, as kops printed it");
        }
        for line in &report.unread {
            self.line(1, &line.shown());
        }
    }

    fn log(&mut self, report: &Report) {
        if !report.log.is_empty() {
            self.title("what kops said besides the report");
        }
        for line in &report.log {
            self.line(1, &line.shown());
        }
    }
}
