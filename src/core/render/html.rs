//! The report as one HTML page that needs nothing else: no script, no request, and it may make none.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use parts::{END, class};

use super::escaped;
use crate::core::analysis::category;
use crate::core::analysis::category::{ChangeGroup, Noise, ResourceGroup, TypeGroup};
use crate::core::analysis::findings::{Finding, fold};
use crate::core::kops::dry_run::{ChangeAction, ChangedField, DryRun, Resource};
use crate::core::render::wording::{
    control_plane, counts, headline, not_understood, severities, shown,
};
use crate::core::text::prose::counted;
use crate::core::text::untrusted::{Untrusted, visible};

#[cfg(test)]
mod contrast;
pub(crate) mod parts;

/// The report and its findings as one self-contained page; every text from outside is made visible and escaped.
pub fn to_html(report: &DryRun, findings: &[Finding]) -> String {
    let titles = report.resources.iter().map(Resource::title);
    let mut page = HtmlReport {
        report,
        anchors: titles.enumerate().map(|(at, title)| (title, at)).collect(),
        pointed: findings.iter().map(|one| one.resource.as_str()).collect(),
        text: parts::head(&headline(report), report.ending, &lead(report)),
    };
    page.findings(findings);
    page.lines("Not understood, as kops printed it", &report.unread);
    page.places();
    page.groups();
    page.noises();
    page.lines("What kops said besides the report", &report.log);
    page.text.push_str(END);
    page.text
}

/// What stands below the headline: the counts, and what kops saw of the running control plane.
fn lead(report: &DryRun) -> String {
    match control_plane(report) {
        Some(words) => format!("{}\n<p>{}</p>", chips(report), escaped::html(&words)),
        None => chips(report),
    }
}

/// The counts, each with a box that hides what it counts.
fn chips(report: &DryRun) -> String {
    let summary = report.summary();
    let chips = [
        ("delete", "delete", summary.delete),
        ("prune", "delete on prune", summary.delete_on_prune),
        ("modify", "modify", summary.modify),
        ("create", "create", summary.create),
    ]
    .map(|(class, word, count)| match count {
        0 => format!("<span class=\"chip none\"><b>0</b> {word}</span>\n"),
        _ => format!("<label class=\"chip {class}\"><input type=\"checkbox\" id=\"{class}\" checked><b>{count}</b> {word}</label>\n"),
    });
    let noise = match summary.noise {
        0 => String::new(),
        noise => format!("<span class=\"chip none\"><b>{noise}</b> of modify only noise</span>\n"),
    };
    let unread = match report.unread.len() {
        0 => String::new(),
        unread => format!(
            "<span class=\"chip none\">{}</span>\n",
            not_understood(unread)
        ),
    };
    format!(
        "<div class=\"chips\" role=\"group\" aria-label=\"show\">\n{}{noise}{unread}</div>",
        chips.concat()
    )
}

struct HtmlReport<'a> {
    report: &'a DryRun,
    /// Where each resource is, by its title.
    anchors: HashMap<String, usize>,
    /// The titles that findings name: a link into what is closed leads nowhere in some browsers.
    pointed: HashSet<&'a str>,
    text: String,
}

impl HtmlReport<'_> {
    fn findings(&mut self, findings: &[Finding]) {
        let folded = fold(findings);
        let title = if folded.is_empty() {
            "No findings".to_owned()
        } else {
            format!("Findings: {}", severities(&folded))
        };
        let _ = writeln!(self.text, "<h2>{title}</h2>");
        let anchors = &self.anchors;
        for one in &folded {
            parts::finding(&mut self.text, one, |title| link(anchors, title));
        }
    }

    fn places(&mut self) {
        let places = category::places(self.report);
        if places.is_empty() {
            return;
        }
        let _ = writeln!(
            self.text,
            "<h2>Where</h2>\n<details><summary>{}: instance groups and zones</summary><div><table><tr><th>place</th><th>what happens</th></tr>",
            counted(places.len(), "place")
        );
        for one in places {
            let (place, counts) = (one.place.words(), counts(&one.summary));
            let place = escaped::html(&visible(&place));
            let _ = writeln!(self.text, "<tr><td>{place}</td><td>{counts}</td></tr>");
        }
        self.text.push_str("</table></div></details>\n");
    }

    fn groups(&mut self) {
        let groups = category::groups(self.report);
        if !groups.is_empty() {
            self.text.push_str("<h2>Resources</h2>\n");
        }
        for group in groups {
            self.group(&group);
        }
    }

    fn group(&mut self, group: &ResourceGroup) {
        let mut all = group.types.iter().flat_map(|kind| &kind.resources);
        let open = group.action != ChangeAction::Create || all.any(|at| self.is_pointed(*at));
        let _ = writeln!(
            self.text,
            "<details class=\"group {}\"{}><summary><b>{}</b> <strong>{}</strong> <span class=\"counts\">{}</span></summary><div>",
            class(group.action),
            opened(open),
            group.action.word(),
            group.family.word(),
            escaped::html(&group.counts()),
        );
        for kind in &group.types {
            self.kind(group.action, kind);
        }
        self.text.push_str("</div></details>\n");
    }

    fn kind(&mut self, action: ChangeAction, kind: &TypeGroup) {
        let several = kind.resources.len() > 1;
        if action == ChangeAction::Create && several && category::is_internal(&kind.kind) {
            let count = kind.resources.len();
            let title = format!("+ {} ({count})  managed by kops", escaped::html(&kind.kind));
            return self.folded(&title, &kind.resources, |page| {
                for one in category::alike(page.report, kind) {
                    page.named(&one);
                }
            });
        }
        for alike in category::alike(self.report, kind) {
            if action == ChangeAction::Modify && alike.resources.len() > 1 {
                self.alike(&kind.kind, &alike);
            } else {
                self.named(&alike);
            }
        }
    }

    /// What changes alike: once, with the names below it, closed.
    fn alike(&mut self, kind: &str, alike: &ChangeGroup) {
        let words = escaped::html(&alike.words(self.report));
        let (count, kind) = (alike.resources.len(), escaped::html(kind));
        let _ = writeln!(
            self.text,
            "<div class=\"name modify\"><span class=\"sign\">~</span>{kind} ({count})  {words}</div>"
        );
        let all = &alike.resources;
        self.fields(all);
        let title = format!("the same in each of {count}, apart from noise");
        self.folded(&title, all, |page| page.names(all));
    }

    fn folded(&mut self, title: &str, resources: &[usize], inside: impl FnOnce(&mut Self)) {
        let open = resources.iter().any(|at| self.is_pointed(*at));
        let _ = writeln!(
            self.text,
            "<details class=\"alike\"{}><summary>{title}</summary><div>",
            opened(open)
        );
        inside(self);
        self.text.push_str("</div></details>\n");
    }

    fn is_pointed(&self, at: usize) -> bool {
        let resource = self.report.resources.get(at);
        resource.is_some_and(|one| self.pointed.contains(one.title().as_str()))
    }

    fn named(&mut self, alike: &ChangeGroup) {
        self.names(&alike.resources);
        self.fields(&alike.resources);
    }

    fn names(&mut self, indices: &[usize]) {
        for at in indices {
            let Some(resource) = self.report.resources.get(*at) else {
                continue;
            };
            let (class, sign) = (class(resource.action), resource.action.sign());
            let title = escaped::html(&resource.title());
            let _ = writeln!(
                self.text,
                "<div class=\"name {class}\" id=\"r{at}\"><span class=\"sign\">{sign}</span>{title}</div>"
            );
        }
    }

    // They are the same for each.
    fn fields(&mut self, indices: &[usize]) {
        let report = self.report;
        let first = indices.first().and_then(|at| report.resources.get(*at));
        if let Some(first) = first.filter(|first| !first.fields.is_empty()) {
            self.text.push_str("<div class=\"fields\">\n");
            let fields = first.fields.iter();
            fields.for_each(|field| self.field(first, field));
            self.text.push_str("</div>\n");
        }
    }

    fn field(&mut self, resource: &Resource, field: &ChangedField) {
        let name = escaped::html(&field.name);
        let _ = write!(self.text, "<div class=\"field\"><code>{name}</code> ");
        let noise = category::noise(resource, field);
        if noise.is_some_and(|noise| noise != Noise::Inconsistent) {
            let value = |text: &mut String| parts::value(text, &field.name, &shown(field));
            parts::folded(&mut self.text, "noise, explained below", value);
        } else {
            parts::value(&mut self.text, &field.name, &shown(field));
        }
        self.text.push_str("</div>\n");
    }

    fn noises(&mut self) {
        let noises = category::noises(self.report);
        if noises.is_empty() {
            return;
        }
        self.text
            .push_str("<h2>Noise</h2>\n<table><tr><th>fields</th><th>what it is</th></tr>\n");
        for (noise, count) in noises {
            let words = escaped::html(noise.explanation());
            let _ = writeln!(
                self.text,
                "<tr><td class=\"count\">{count}</td><td>{words}</td></tr>"
            );
        }
        self.text.push_str("</table>\n");
    }

    fn lines(&mut self, title: &str, lines: &[Untrusted]) {
        if !lines.is_empty() {
            let _ = writeln!(self.text, "<h2>{title}</h2>");
            parts::lines(&mut self.text, lines.iter().map(Untrusted::shown));
        }
    }
}

fn opened(open: bool) -> &'static str {
    if open { " open" } else { "" }
}

fn link(anchors: &HashMap<String, usize>, title: &str) -> String {
    let name = escaped::html(title);
    match anchors.get(title) {
        Some(at) => format!("<a href=\"#r{at}\"><code>{name}</code></a>"),
        None => format!("<code>{name}</code>"),
    }
}
