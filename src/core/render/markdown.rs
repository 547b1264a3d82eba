//! A dry run as Markdown, fit for a comment on a pull request.

use std::fmt::Write as _;

use super::escaped;
use crate::core::analysis::findings::FoldedFinding;
use crate::core::analysis::grouping::ResourceGroup;
use crate::core::render::outline::{LineKind, Outline};
use crate::core::text::prose::counted;
use crate::core::text::untrusted::Untrusted;

/// The longest comment that GitHub takes is 65,536 characters; this many bytes leave room for a note.
const LONGEST: usize = 60_000;
/// How much of one field and of one line is shown; the rest is counted.
const LINES_OF_A_FIELD: usize = 40;
const LONGEST_LINE: usize = 400;

/// The dry run and its findings as Markdown of at most 65,536 bytes; what is cut is counted.
pub fn to_markdown(outline: &Outline) -> String {
    let mut page = format!(
        "### {}\n\n{}\n\n",
        escaped::markdown(&outline.headline),
        outline.counts
    );
    if let Some(words) = &outline.control_plane {
        page.push_str(&escaped::markdown(&shorten(words)));
        page.push_str("\n\n");
    }
    for line in &outline.meaning {
        let words = escaped::markdown(&shorten(&line.words()));
        page.extend(["- **", line.part.words(), "**: ", &words, "\n"]);
    }
    if !outline.meaning.is_empty() {
        page.push('\n');
    }
    let mut left = LeftOut::default();
    for part in findings(outline) {
        left.add(&mut page, &part, 1, "findings");
    }
    for group in &outline.groups {
        let part = render_group(outline, group);
        left.add(&mut page, &part, group.count(), "resources");
    }
    for part in [
        noises(outline),
        untrusted_lines("not understood", &outline.dry_run.unread),
        untrusted_lines(
            "what kops printed besides the dry run",
            &outline.dry_run.log,
        ),
    ] {
        left.add(&mut page, &part, 1, "sections");
    }
    page.push_str(&left.note());
    page
}

/// What did not fit, by what it is.
#[derive(Default)]
pub(crate) struct LeftOut(std::collections::BTreeMap<&'static str, usize>);

impl LeftOut {
    pub(crate) fn add(&mut self, page: &mut String, part: &str, count: usize, what: &'static str) {
        if page.len() + part.len() <= LONGEST {
            page.push_str(part);
        } else {
            *self.0.entry(what).or_default() += count;
        }
    }

    pub(crate) fn note(&self) -> String {
        if self.0.is_empty() {
            return String::new();
        }
        let counts = self.0.iter().map(|(what, count)| format!("{count} {what}"));
        let counts = counts.collect::<Vec<_>>().join(", ");
        format!("\nLeft out here, for GitHub's limit: {counts}. The whole dry run has them.\n")
    }
}

fn findings(outline: &Outline) -> Vec<String> {
    if outline.findings.is_empty() {
        return Vec::new();
    }
    let head = format!(
        "**Findings: {}**\n\n| | finding | resource | what to do |\n|---|---|---|---|\n",
        outline.severities()
    );
    let rows = outline.findings.iter().map(finding_row);
    let end = "\n".to_owned();
    std::iter::once(head).chain(rows).chain([end]).collect()
}

fn finding_row(folded: &FoldedFinding) -> String {
    let finding = &folded.finding;
    let more = match folded.subjects.len() {
        0 | 1 => String::new(),
        many => format!(" and {} more", many - 1),
    };
    format!(
        "| {} | {} | {}{more} | {} |\n",
        finding.severity.word(),
        // Whole: what a replace changes is to be read value by value.
        escaped::markdown(&finding.message),
        escaped::markdown(&shorten(&finding.resource)),
        escaped::markdown(&finding.remedy),
    )
}

fn render_group(outline: &Outline, group: &ResourceGroup) -> String {
    let mut lines = Vec::new();
    // A sign in the first column has the colour of a diff.
    outline.each_line(group, LINES_OF_A_FIELD, &mut |kind, text| {
        lines.push(match kind {
            LineKind::Entry => text.to_owned(),
            LineKind::Member => format!("    {text}"),
            LineKind::Field => format!("      {text}"),
            LineKind::Value(sign) => format!("{sign}         {text}"),
        });
    });
    let title = format!("{} {}", group.action.word(), group.title());
    section(&title, &lines)
}

fn noises(outline: &Outline) -> String {
    let noises = outline.noises.iter();
    let lines: Vec<_> = noises
        .map(|(noise, count)| format!("{count} x {}", noise.explanation()))
        .collect();
    if lines.is_empty() {
        return String::new();
    }
    section("noise, explained", &lines)
}

fn untrusted_lines(title: &str, lines: &[Untrusted]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let title = format!("{title}: {}", counted(lines.len(), "line"));
    let lines: Vec<_> = lines.iter().map(Untrusted::shown).collect();
    section(&title, &lines)
}

/// A section that opens on a click. Its fence is longer than any run of backticks inside, so no line can end it.
pub(crate) fn section(title: &str, lines: &[String]) -> String {
    let longest = lines.iter().map(|line| count_backticks(line)).max();
    let fence = "`".repeat(longest.unwrap_or_default().max(2) + 1);
    let mut block = format!(
        "<details><summary>{}</summary>\n\n{fence}diff\n",
        escaped::markdown_html(title)
    );
    for line in lines {
        let _ = writeln!(block, "{}", shorten(line).trim_end());
    }
    let _ = write!(block, "{fence}\n\n</details>\n\n");
    block
}

/// The longest run of backticks.
fn count_backticks(line: &str) -> usize {
    let runs = line.split(|character| character != '`');
    runs.map(str::len).max().unwrap_or_default()
}

fn shorten(line: &str) -> String {
    match line.char_indices().nth(LONGEST_LINE) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default()),
        None => line.to_owned(),
    }
}
