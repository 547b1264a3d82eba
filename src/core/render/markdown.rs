//! The report as Markdown, fit for a comment on a pull request.

use std::fmt::Write as _;

use super::escaped;
use crate::core::analysis::category;
use crate::core::analysis::category::{ChangeGroup, Noise, ResourceGroup};
use crate::core::analysis::findings::{Finding, Folded, fold};
use crate::core::kops::dry_run::{ChangeAction, ChangedField, DryRun};
use crate::core::render::wording::{control_plane, counts_of, headline, severities, shown};
use crate::core::text::prose::counted;
use crate::core::text::untrusted::Untrusted;

/// The longest comment that GitHub takes is 65,536 characters; this many bytes leave room for a note.
const LONGEST: usize = 60_000;
/// How much of one field and of one line is shown; the rest is counted.
const LINES_OF_A_FIELD: usize = 40;
const LONGEST_LINE: usize = 400;

/// The report and its findings as Markdown of at most 65,536 bytes; what is cut is said.
pub fn to_markdown(report: &DryRun, findings: &[Finding]) -> String {
    let mut page = format!(
        "### {}\n\n{}\n\n",
        escaped::markdown(&headline(report)),
        counts_of(report)
    );
    if let Some(words) = control_plane(report) {
        page.push_str(&escaped::markdown(&short(&words)));
        page.push_str("\n\n");
    }
    let mut left = Left::default();
    for part in of_findings(findings) {
        left.add(&mut page, &part, 1, "findings");
    }
    for group in category::groups(report) {
        let part = of_group(report, &group);
        left.add(&mut page, &part, group.count(), "resources");
    }
    for part in [
        of_noises(report),
        of_lines("not understood", &report.unread),
        of_lines("what kops said besides the report", &report.log),
    ] {
        left.add(&mut page, &part, 1, "sections");
    }
    page.push_str(&left.note());
    page
}

/// What did not fit, by what it is.
#[derive(Default)]
pub(crate) struct Left(std::collections::BTreeMap<&'static str, usize>);

impl Left {
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
        format!("\nLeft out here, for GitHub's limit: {counts}. The whole report has them.\n")
    }
}

fn of_findings(findings: &[Finding]) -> Vec<String> {
    let folded = fold(findings);
    if folded.is_empty() {
        return Vec::new();
    }
    let head = format!(
        "**Findings: {}**\n\n| | finding | resource | what to do |\n|---|---|---|---|\n",
        severities(&folded)
    );
    let rows = folded.iter().map(row);
    let end = "\n".to_owned();
    std::iter::once(head).chain(rows).chain([end]).collect()
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
        escaped::markdown(&short(&finding.message)),
        escaped::markdown(&short(&finding.resource)),
        escaped::markdown(&finding.remedy),
    )
}

fn of_group(report: &DryRun, group: &ResourceGroup) -> String {
    let mut lines = Vec::new();
    for kind in &group.types {
        for alike in category::alike(report, kind) {
            lines.extend(of_alike(report, &alike));
        }
    }
    let title = format!(
        "{} {}: {}",
        group.action.word(),
        group.family.word(),
        group.counts()
    );
    folded(&title, &lines)
}

fn of_alike(report: &DryRun, alike: &ChangeGroup) -> Vec<String> {
    let indices = alike.resources.iter();
    let resources: Vec<_> = indices.filter_map(|at| report.resources.get(*at)).collect();
    let head = resources
        .first()
        .filter(|first| first.action == ChangeAction::Modify && resources.len() > 1)
        .map(|first| {
            format!(
                "~ {} ({})  {}",
                first.kind,
                resources.len(),
                alike.words(report)
            )
        });
    let indent = if head.is_some() { "    " } else { "" };
    let names = resources.iter().map(|resource| {
        let (sign, title) = (resource.action.sign(), resource.title());
        format!("{indent}{sign} {title}")
    });
    let mut lines: Vec<_> = head.into_iter().chain(names).collect();
    if let Some(first) = resources
        .first()
        .filter(|first| first.action == ChangeAction::Modify)
    {
        for field in &first.fields {
            match category::noise(first, field) {
                Some(Noise::Inconsistent) | None => lines.extend(of_field(field)),
                Some(_) => lines.push(format!("      {}  (noise, explained below)", field.name)),
            }
        }
    }
    lines
}

fn of_field(field: &ChangedField) -> Vec<String> {
    let shown = shown(field);
    let mut lines = vec![format!("      {}", shown.head)];
    let kept = shown.lines.iter().take(LINES_OF_A_FIELD);
    lines.extend(kept.map(|(sign, text)| format!("{sign}         {text}")));
    let more = shown.lines.len().saturating_sub(LINES_OF_A_FIELD);
    if more > 0 {
        lines.push(format!("          {}", counted(more, "more line")));
    }
    lines
}

fn of_noises(report: &DryRun) -> String {
    let noises = category::noises(report).into_iter();
    let lines: Vec<_> = noises
        .map(|(noise, count)| format!("{count} x {}", noise.explanation()))
        .collect();
    if lines.is_empty() {
        return String::new();
    }
    folded("noise, explained", &lines)
}

fn of_lines(title: &str, lines: &[Untrusted]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let title = format!("{title}: {}", counted(lines.len(), "line"));
    let lines: Vec<_> = lines.iter().map(Untrusted::shown).collect();
    folded(&title, &lines)
}

/// A section that opens on a click. Its fence is longer than any run of backticks inside, so no line can end it.
pub(crate) fn folded(title: &str, lines: &[String]) -> String {
    let longest = lines.iter().map(|line| backticks(line)).max();
    let fence = "`".repeat(longest.unwrap_or_default().max(2) + 1);
    let mut block = format!(
        "<details><summary>{}</summary>\n\n{fence}diff\n",
        escaped::markdown_html(title)
    );
    for line in lines {
        let _ = writeln!(block, "{}", short(line).trim_end());
    }
    let _ = write!(block, "{fence}\n\n</details>\n\n");
    block
}

/// The longest run of backticks.
fn backticks(line: &str) -> usize {
    let runs = line.split(|character| character != '`');
    runs.map(str::len).max().unwrap_or_default()
}

fn short(line: &str) -> String {
    match line.char_indices().nth(LONGEST_LINE) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default()),
        None => line.to_owned(),
    }
}
