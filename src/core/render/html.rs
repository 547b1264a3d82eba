//! A dry run as one HTML page that needs nothing else: no script, no request, and it may make none.

use std::fmt::Write as _;

use parts::{END, class};

use super::escaped;
use crate::core::analysis::grouping::{Bundle, Entry, ResourceGroup};
use crate::core::kops::dry_run::ChangeAction;
use crate::core::render::outline::{Outline, OutlineField};
use crate::core::render::wording::{counts, not_understood};
use crate::core::text::prose::counted;
use crate::core::text::untrusted::{Untrusted, visible};

#[cfg(test)]
mod contrast;
pub(crate) mod parts;

/// The dry run and its findings as one self-contained page; every text from outside is made visible and escaped.
pub fn to_html(outline: &Outline) -> String {
    let dry_run = &outline.dry_run;
    let mut page = HtmlPage {
        outline,
        text: parts::head(&outline.headline, dry_run.ending, &lead(outline)),
    };
    page.findings();
    page.lines("Not understood, as kops printed it", &dry_run.unread);
    page.places();
    page.groups();
    page.noises();
    page.lines("What kops printed besides the dry run", &dry_run.log);
    page.text.push_str(END);
    page.text
}

/// What stands below the headline: the counts, what kops saw of the running control plane, and what is built or changed.
fn lead(outline: &Outline) -> String {
    let mut lead = chips(outline);
    let meaning = outline.meaning.iter();
    let meaning = meaning.map(|line| format!("{}: {}", line.part.words(), line.words()));
    for words in outline.control_plane.iter().cloned().chain(meaning) {
        lead.extend(["\n<p>", &escaped::html(&words), "</p>"]);
    }
    lead
}

/// The counts, each with a box that hides what it counts.
fn chips(outline: &Outline) -> String {
    let summary = &outline.summary;
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
    let unread = match outline.dry_run.unread.len() {
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

struct HtmlPage<'a> {
    outline: &'a Outline,
    text: String,
}

impl HtmlPage<'_> {
    fn findings(&mut self) {
        let outline = self.outline;
        let title = if outline.findings.is_empty() {
            "No findings".to_owned()
        } else {
            format!("Findings: {}", outline.severities())
        };
        let _ = writeln!(self.text, "<h2>{title}</h2>");
        for folded in &outline.findings {
            let subjects = folded.subjects.iter().zip(outline.subjects(folded));
            let links = subjects.map(|(at, title)| {
                let name = escaped::html(&title);
                format!("<a href=\"#r{at}\"><code>{name}</code></a>")
            });
            parts::finding(&mut self.text, &folded.finding, links);
        }
    }

    fn places(&mut self) {
        let places = self.outline.places();
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
        let groups = &self.outline.groups;
        if !groups.is_empty() {
            self.text.push_str("<h2>Resources</h2>\n");
        }
        for group in groups {
            self.group(group);
        }
    }

    fn group(&mut self, group: &ResourceGroup) {
        let outline = self.outline;
        let mut all = group.entries().flat_map(|entry| outline.members(entry));
        let open = group.action != ChangeAction::Create || all.any(|at| self.is_linked(*at));
        let _ = writeln!(
            self.text,
            "<details class=\"group {}\"{}><summary><b>{}</b> <strong>{}</strong> <span class=\"counts\">{}</span></summary><div>",
            class(group.action),
            opened(open),
            group.action.word(),
            escaped::html(&group.heading.words()),
            escaped::html(&group.counts()),
        );
        for entry in group.entries() {
            match entry {
                Entry::Resource(at) => self.resource(*at),
                Entry::Bundle(at) => {
                    if let Some(bundle) = outline.bundle(*at) {
                        self.bundle(bundle);
                    }
                }
            }
        }
        self.text.push_str("</div></details>\n");
    }

    fn resource(&mut self, at: usize) {
        self.name(at);
        self.fields(at);
    }

    /// What changes in all of them, once, with the names below it, closed; else each with its own fields, closed.
    fn bundle(&mut self, bundle: &Bundle) {
        let all = &bundle.resources;
        let (count, sign) = (all.len(), bundle.action.sign());
        let title = escaped::html(&bundle.title(count));
        if !bundle.same {
            let title = format!("{sign} {title}");
            return self.folded(&title, all, Self::resource);
        }
        let _ = writeln!(
            self.text,
            "<div class=\"name {}\"><span class=\"sign\">{sign}</span>{title}</div>",
            class(bundle.action)
        );
        if let Some(first) = all.first() {
            self.fields(*first);
        }
        let title = format!("the same in each of {count}, apart from noise");
        self.folded(&title, all, Self::name);
    }

    fn folded(&mut self, title: &str, resources: &[usize], print: fn(&mut Self, usize)) {
        let open = resources.iter().any(|at| self.is_linked(*at));
        let _ = writeln!(
            self.text,
            "<details class=\"alike\"{}><summary>{title}</summary><div>",
            opened(open)
        );
        for at in resources {
            print(self, *at);
        }
        self.text.push_str("</div></details>\n");
    }

    // A link of a finding into what is closed leads nowhere in some browsers.
    fn is_linked(&self, at: usize) -> bool {
        self.outline.findings_about(at).next().is_some()
    }

    fn name(&mut self, at: usize) {
        if let Some(resource) = self.outline.resource(at) {
            let (class, sign) = (class(resource.action), resource.action.sign());
            let title = escaped::html(&resource.title());
            let _ = writeln!(
                self.text,
                "<div class=\"name {class}\" id=\"r{at}\"><span class=\"sign\">{sign}</span>{title}</div>"
            );
        }
    }

    fn fields(&mut self, resource: usize) {
        let mut fields = self.outline.fields(resource).peekable();
        if fields.peek().is_some() {
            self.text.push_str("<div class=\"fields\">\n");
            fields.for_each(|field| self.field(field));
            self.text.push_str("</div>\n");
        }
    }

    fn field(&mut self, outlined: OutlineField<'_>) {
        let name = &outlined.field.name;
        let _ = write!(
            self.text,
            "<div class=\"field\"><code>{}</code> ",
            escaped::html(name)
        );
        let rendered = outlined.rendered();
        if outlined.is_folded() {
            let value = |text: &mut String| parts::value(text, name, &rendered);
            parts::folded(&mut self.text, "noise, explained below", value);
        } else {
            parts::value(&mut self.text, name, &rendered);
        }
        self.text.push_str("</div>\n");
    }

    fn noises(&mut self) {
        if self.outline.noises.is_empty() {
            return;
        }
        self.text
            .push_str("<h2>Noise</h2>\n<table><tr><th>fields</th><th>what it is</th></tr>\n");
        for (noise, count) in &self.outline.noises {
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
