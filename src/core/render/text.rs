//! A dry run as plain text: counts, what goes away, findings, then every other resource by category.

use crate::core::analysis::findings::{Finding, FoldedFinding};
use crate::core::analysis::grouping::ResourceGroup;
use crate::core::render::outline::{LineKind, Outline};
use crate::core::render::wording::counts;
use crate::core::text::untrusted::{Untrusted, visible};

/// The dry run and its findings for people and screen readers; nothing in it is obeyed by a terminal.
pub fn to_text(outline: &Outline) -> String {
    let groups = outline.groups.iter();
    let (gone, rest): (Vec<_>, Vec<_>) = groups.partition(|group| group.action.deletes());
    let mut page = TextPage {
        outline,
        text: String::new(),
    };
    page.line(0, &outline.headline);
    page.line(0, &outline.counts);
    if let Some(words) = &outline.control_plane {
        page.line(0, words);
    }
    for line in &outline.meaning {
        page.line(0, &format!("{}: {}", line.part.words(), line.words()));
    }
    page.groups(&gone);
    page.findings();
    page.places();
    page.groups(&rest);
    page.noises();
    page.lines(
        "not understood, as kops printed it",
        &outline.dry_run.unread,
    );
    page.lines(
        "what kops printed besides the dry run",
        &outline.dry_run.log,
    );
    page.text
}

struct TextPage<'a> {
    outline: &'a Outline,
    text: String,
}

impl TextPage<'_> {
    fn line(&mut self, indent: usize, line: &str) {
        self.text.extend(std::iter::repeat_n("  ", indent));
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn title(&mut self, title: &str) {
        self.line(0, "");
        self.line(0, title);
    }

    fn groups(&mut self, groups: &[&ResourceGroup]) {
        let outline = self.outline;
        for group in groups {
            self.title(&format!("{}  {}", group.action.word(), group.title()));
            outline.each_line(group, usize::MAX, &mut |kind, text| match kind {
                LineKind::Entry => self.line(1, text),
                LineKind::Member => self.line(2, text),
                LineKind::Field => self.line(3, text),
                LineKind::Value(sign) => self.line(4, format!("{sign} {text}").trim_end()),
            });
        }
    }

    fn findings(&mut self) {
        let outline = self.outline;
        self.title(&format!("findings: {}", outline.severities()));
        outline.findings.iter().for_each(|one| self.finding(one));
    }

    fn finding(&mut self, folded: &FoldedFinding) {
        let Finding {
            severity,
            rule,
            message,
            why,
            remedy,
            ..
        } = &folded.finding;
        self.line(1, &format!("{}: {message} [{rule}]", severity.word()));
        self.line(3, &format!("why: {why}"));
        self.line(3, &format!("do:  {remedy}"));
        let outline = self.outline;
        outline
            .subjects(folded)
            .for_each(|name| self.line(3, &name));
    }

    fn places(&mut self) {
        let places = self.outline.places();
        if !places.is_empty() {
            self.title("where");
        }
        for one in places {
            let (place, counts) = (visible(&one.place.words()), counts(&one.summary));
            self.line(1, &format!("{place}: {counts}"));
        }
    }

    fn noises(&mut self) {
        if !self.outline.noises.is_empty() {
            self.title("noise");
        }
        for (noise, count) in &self.outline.noises {
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
