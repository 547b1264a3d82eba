//! The report as Markdown, fit for a comment on a pull request.

use std::fmt::Write as _;

use super::text::{counts, field_lines, headline, severities};
use super::{Action, Report, Resource};
use crate::core::families::{self, Group};
use crate::core::findings::{Finding, Folded, fold};
use crate::core::untrusted::Untrusted;

/// The longest comment that GitHub takes is 65,536 characters; this many bytes leave room for a note.
const LONGEST: usize = 60_000;

/// The report and its findings as Markdown of at most 60,000 bytes and a note; what is cut is said.
pub fn to_markdown(report: &Report, findings: &[Finding]) -> String {
    let mut page = format!(
        "### {}\n\n{}\n\n",
        escaped(&headline(report)),
        counts(report)
    );
    page.push_str(&of_findings(findings));
    let mut left = 0_usize;
    for group in families::groups(report) {
        let part = of_group(report, &group);
        if left == 0 && page.len() + part.len() <= LONGEST {
            page.push_str(&part);
        } else {
            left += group.count();
        }
    }
    page.push_str(&of_lines("not understood", &report.unread));
    page.push_str(&of_lines("what kops said besides the report", &report.log));
    if left > 0 {
        let _ = writeln!(
            page,
            "\n{left} resources are left out here; the whole report has them."
        );
    }
    page
}

fn of_findings(findings: &[Finding]) -> String {
    let folded = fold(findings);
    if folded.is_empty() {
        return String::new();
    }
    let head = "| | finding | resource | what to do |\n|---|---|---|---|\n";
    let rows: String = folded.iter().map(row).collect();
    format!("**To look at: {}**\n\n{head}{rows}\n", severities(&folded))
}

fn row(folded: &Folded<'_>) -> String {
    let finding = folded.finding;
    let more = match folded.resources.len() {
        0 | 1 => String::new(),
        many => format!(" and {} more", many - 1),
    };
    format!(
        "| {} | {} | {}{more} | {} |\n",
        finding.severity.word(),
        escaped(&finding.message),
        escaped(&finding.resource),
        escaped(finding.remedy),
    )
}

fn of_group(report: &Report, group: &Group) -> String {
    let indices = group.types.iter().flat_map(|kind| &kind.resources);
    let lines = indices
        .filter_map(|index| report.resources.get(*index))
        .flat_map(resource_lines);
    let title = format!(
        "{} {}: {}",
        group.action.word(),
        group.family.word(),
        group.counts()
    );
    folded(&title, lines)
}

fn resource_lines(resource: &Resource) -> Vec<String> {
    let mut lines = vec![format!("{} {}", resource.action.sign(), resource.title())];
    if resource.action == Action::Modify {
        let fields = resource.fields.iter().flat_map(field_lines);
        lines.extend(fields.map(|line| format!("    {line}")));
    }
    lines
}

fn of_lines(title: &str, lines: &[Untrusted]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let title = format!("{title}: {} lines", lines.len());
    folded(&title, lines.iter().map(Untrusted::shown))
}

// Four blanks make a code block that no line can end, unlike a fence.
fn folded(title: &str, lines: impl Iterator<Item = String>) -> String {
    let title = escaped(title);
    let mut block = format!("<details><summary>{title}</summary>\n\n");
    for line in lines {
        let _ = writeln!(block, "    {line}");
    }
    block.push_str("\n</details>\n\n");
    block
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '@' | '!' | '~' => {
                safe.push('\\');
                safe.push(character);
            }
            plain => safe.push(plain),
        }
    }
    safe
}
