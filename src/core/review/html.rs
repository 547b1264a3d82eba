//! The report as one HTML page that needs nothing else: no script, no request.

use super::text::{counts, field_lines, headline, severities};
use super::{Report, Resource};
use crate::core::families::{self, Group};
use crate::core::findings::{Finding, Folded, fold};
use crate::core::untrusted::Untrusted;

const STYLE: &str = "body{font:15px/1.45 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}\
h1{font-size:1.3rem}pre{overflow-x:auto;margin:.2rem 0 .8rem 1rem}summary{cursor:pointer;padding:.2rem 0}\
.danger{border-left:4px solid #b3261e}.warning{border-left:4px solid #9a6700}.note{border-left:4px solid #57606a}\
.finding{padding:.2rem .8rem;margin:.6rem 0}.finding p{margin:.2rem 0}\
@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}}";

/// The report and its findings as one self-contained page; every text from outside is escaped.
pub fn to_html(report: &Report, findings: &[Finding]) -> String {
    let title = escaped(&headline(report));
    let folded = fold(findings);
    let rows: String = folded.iter().map(finding).collect();
    let groups = families::groups(report);
    let groups: String = groups.iter().map(|one| group(report, one)).collect();
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <style>{STYLE}</style></head>\n<body><h1>{title}</h1>\n<p>{}</p>\n<h2>To look at: {}</h2>\n{rows}{groups}{}</body></html>\n",
        counts(report),
        severities(&folded),
        [
            lines("not understood, as kops printed it", &report.unread),
            lines("what kops said besides the report", &report.log),
        ]
        .concat(),
    )
}

fn finding(folded: &Folded<'_>) -> String {
    let finding = folded.finding;
    let word = finding.severity.word();
    let named: Vec<_> = folded.resources.iter().map(|name| escaped(name)).collect();
    format!(
        "<div class=\"finding {word}\"><p><strong>{word}: {}</strong> <code>{}</code></p>\
         <p>Why: {}</p><p>Do: {}</p><p>{}</p></div>\n",
        escaped(&finding.message),
        finding.rule,
        escaped(finding.why),
        escaped(finding.remedy),
        named.join("<br>"),
    )
}

fn group(report: &Report, group: &Group) -> String {
    let open = if group.action.deletes() { " open" } else { "" };
    let title = format!(
        "{} {}: {}",
        group.action.word(),
        group.family.word(),
        group.counts()
    );
    let indices = group.types.iter().flat_map(|kind| &kind.resources);
    let resources = indices.filter_map(|index| report.resources.get(*index));
    let body: String = resources.map(resource).collect();
    let title = escaped(&title);
    format!("<details{open}><summary>{title}</summary>\n{body}</details>\n")
}

fn resource(resource: &Resource) -> String {
    let title = format!("{} {}", resource.action.sign(), resource.title());
    let fields: Vec<_> = resource.fields.iter().flat_map(field_lines).collect();
    let body = match fields.as_slice() {
        [] => String::new(),
        lines => format!("<pre>{}</pre>", escaped(&lines.join("\n"))),
    };
    format!("<div>{}</div>{body}\n", escaped(&title))
}

fn lines(title: &str, lines: &[Untrusted]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let lines: Vec<_> = lines.iter().map(Untrusted::shown).collect();
    let body = escaped(&lines.join("\n"));
    format!("<details open><summary>{title}</summary><pre>{body}</pre></details>\n")
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            plain => safe.push(plain),
        }
    }
    safe
}
