//! The report as one HTML page that needs nothing else: no script, no request, and it may make none.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use super::shown::{Shown, counts, headline, severities, shown};
use super::{Action, Ending, Field, Report, Resource};
use crate::core::families::{self, Group, Noise};
use crate::core::findings::{Finding, Folded, fold};
use crate::core::untrusted::{Untrusted, visible};

const STYLE: &str = include_str!("html/report.css");

/// The report and its findings as one self-contained page; every text from outside is made visible and escaped.
pub fn to_html(report: &Report, findings: &[Finding]) -> String {
    let titles = report.resources.iter().map(Resource::title);
    let mut page = Page {
        report,
        anchors: titles.enumerate().map(|(at, title)| (title, at)).collect(),
        pointed: findings.iter().map(|one| one.resource.as_str()).collect(),
        text: String::new(),
    };
    page.head();
    page.findings(findings);
    page.places();
    page.groups();
    page.noises();
    page.lines("Not understood, as kops printed it", &report.unread);
    page.lines("What kops said besides the report", &report.log);
    page.text.push_str("</main>\n</body></html>\n");
    page.text
}

struct Page<'a> {
    report: &'a Report,
    /// Where each resource is, by its title.
    anchors: HashMap<String, usize>,
    /// The titles that findings name: a link into a closed group leads nowhere in some browsers.
    pointed: HashSet<&'a str>,
    text: String,
}

impl Page<'_> {
    // Even a mistake in here could load or run nothing: the policy forbids all but the style above.
    fn head(&mut self) {
        let title = escaped(&headline(self.report));
        let verdict = match self.report.ending {
            Ending::Missing => "verdict incomplete",
            Ending::ChangesWait | Ending::NoChanges => "verdict",
        };
        let summary = self.report.summary();
        let chips: String = [
            ("delete", "delete", summary.delete),
            ("prune", "delete on prune", summary.delete_on_prune),
            ("modify", "modify", summary.modify),
            ("create", "create", summary.create),
        ]
        .map(|(class, word, count)| {
            format!("<label class=\"chip {class}\"><input type=\"checkbox\" id=\"{class}\" checked><b>{count}</b> {word}</label>\n")
        })
        .concat();
        let _ = write!(
            self.text,
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n\
             <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>{title}</title>\n<style>\n{STYLE}</style></head>\n\
             <body>\n<header><div><h1 class=\"{verdict}\">{title}</h1>\n<div class=\"chips\">\n{chips}</div></div></header>\n<main>\n",
        );
    }

    fn findings(&mut self, findings: &[Finding]) {
        let folded = fold(findings);
        let _ = writeln!(self.text, "<h2>To look at: {}</h2>", severities(&folded));
        for one in &folded {
            self.finding(one);
        }
    }

    fn finding(&mut self, folded: &Folded<'_>) {
        let finding = folded.finding;
        let word = finding.severity.word();
        let _ = write!(
            self.text,
            "<div class=\"finding {word}\"><code class=\"rule\">{}</code><span class=\"word\">{word}</span><span class=\"message\">{}</span>\n\
             <p><b>Why</b> {}</p><p><b>Do</b> {}</p>",
            finding.rule,
            escaped(&finding.message),
            escaped(finding.why),
            escaped(finding.remedy),
        );
        let named: Vec<_> = folded
            .resources
            .iter()
            .filter(|name| !name.is_empty())
            .collect();
        if !named.is_empty() {
            self.text.push_str("<ul class=\"names\">");
            for name in named {
                self.link(name);
            }
            self.text.push_str("</ul>");
        }
        self.text.push_str("</div>\n");
    }

    fn link(&mut self, title: &str) {
        let name = escaped(title);
        let _ = match self.anchors.get(title) {
            Some(at) => write!(
                self.text,
                "<li><a href=\"#r{at}\"><code>{name}</code></a></li>"
            ),
            None => write!(self.text, "<li><code>{name}</code></li>"),
        };
    }

    fn places(&mut self) {
        let places = families::places(self.report);
        if places.is_empty() {
            return;
        }
        self.text
            .push_str("<h2>Where</h2>\n<table><tr><th>place</th><th>what happens</th></tr>\n");
        for one in places {
            let (place, counts) = (one.place.words(), counts(&one.summary));
            let place = escaped(&visible(&place));
            let _ = writeln!(self.text, "<tr><td>{place}</td><td>{counts}</td></tr>");
        }
        self.text.push_str("</table>\n");
    }

    fn groups(&mut self) {
        self.text.push_str("<h2>Resources</h2>\n");
        for group in families::groups(self.report) {
            self.group(&group);
        }
    }

    fn group(&mut self, group: &Group) {
        let open = if group.action != Action::Create || self.is_pointed_into(group) {
            " open"
        } else {
            ""
        };
        let _ = writeln!(
            self.text,
            "<details class=\"{}\"{open}><summary>{} <strong>{}</strong><span class=\"counts\">{}</span></summary><div>",
            class(group.action),
            group.action.word(),
            group.family.word(),
            escaped(&group.counts()),
        );
        for kind in &group.types {
            for alike in families::alike(self.report, kind) {
                self.alike(&alike.resources);
            }
        }
        self.text.push_str("</div></details>\n");
    }

    fn is_pointed_into(&self, group: &Group) -> bool {
        let mut indices = group.types.iter().flat_map(|kind| &kind.resources);
        indices.any(|at| {
            let resource = self.report.resources.get(*at);
            resource.is_some_and(|one| self.pointed.contains(one.title().as_str()))
        })
    }

    fn alike(&mut self, indices: &[usize]) {
        let report = self.report;
        let named = indices
            .iter()
            .filter_map(|at| Some((*at, report.resources.get(*at)?)));
        for (at, resource) in named {
            let (class, sign) = (class(resource.action), resource.action.sign());
            let title = escaped(&resource.title());
            let _ = writeln!(
                self.text,
                "<div class=\"name {class}\" id=\"r{at}\"><span class=\"sign\">{sign}</span>{title}</div>"
            );
        }
        let first = indices.first().and_then(|at| report.resources.get(*at));
        if let Some(first) = first.filter(|first| !first.fields.is_empty()) {
            self.text.push_str("<div class=\"fields\">\n");
            first
                .fields
                .iter()
                .for_each(|field| self.field(first, field));
            self.text.push_str("</div>\n");
        }
    }

    fn field(&mut self, resource: &Resource, field: &Field) {
        let Shown { head, lines } = shown(field);
        let value = head
            .get(field.name.len()..)
            .unwrap_or_default()
            .trim_start();
        let _ = write!(
            self.text,
            "<div class=\"field\"><code>{}</code> <code class=\"value\">{}</code>",
            escaped(&field.name),
            escaped(value),
        );
        match families::noise(resource, field) {
            Some(Noise::Inconsistent) | None => {}
            Some(_) => self
                .text
                .push_str(" <span class=\"why\">noise, explained below</span>"),
        }
        self.steps(&lines);
        self.text.push_str("</div>\n");
    }

    fn steps(&mut self, lines: &[(char, String)]) {
        if lines.is_empty() {
            return;
        }
        self.text.push_str("<pre>");
        for (sign, line) in lines {
            let class = match (sign, line.as_str()) {
                ('+', _) => "add",
                ('-', _) => "del",
                (_, "...") => "gap",
                _ => "same",
            };
            let _ = write!(
                self.text,
                "<span class=\"{class}\">{}</span>",
                escaped(line)
            );
        }
        self.text.push_str("</pre>");
    }

    fn noises(&mut self) {
        let noises = families::noises(self.report);
        if noises.is_empty() {
            return;
        }
        self.text
            .push_str("<h2>Noise</h2>\n<table><tr><th>fields</th><th>what it is</th></tr>\n");
        for (noise, count) in noises {
            let words = escaped(noise.explanation());
            let _ = writeln!(
                self.text,
                "<tr><td class=\"count\">{count}</td><td>{words}</td></tr>"
            );
        }
        self.text.push_str("</table>\n");
    }

    fn lines(&mut self, title: &str, lines: &[Untrusted]) {
        if lines.is_empty() {
            return;
        }
        let _ = write!(self.text, "<h2>{title}</h2>\n<pre>");
        for line in lines {
            let _ = write!(self.text, "<span>{}</span>", escaped(&line.shown()));
        }
        self.text.push_str("</pre>\n");
    }
}

fn class(action: Action) -> &'static str {
    match action {
        Action::Create => "create",
        Action::Modify => "modify",
        Action::Delete => "delete",
        Action::DeleteOnPrune => "prune",
    }
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            plain => safe.push(plain),
        }
    }
    safe
}
