//! What every HTML page is made of: its head, a finding, a value with what changes inside it, and escaping.

use std::fmt::Write as _;

use crate::core::analysis::findings::Finding;
use crate::core::kops::dry_run::{ChangeAction, Ending};
use crate::core::render::escaped;
use crate::core::render::wording::RenderedField;

pub(super) const STYLE: &str = include_str!("report.css");

/// The page up to its main part; `lead` stands below the title. Even a mistake in a page could load or run nothing: the
/// policy forbids all but the style.
pub(crate) fn head(title: &str, ending: Ending, lead: &str) -> String {
    let title = escaped::html(title);
    let verdict = match ending {
        Ending::Missing => "verdict incomplete",
        Ending::ChangesWait | Ending::NoChanges => "verdict",
    };
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <meta name=\"format-detection\" content=\"telephone=no,date=no,address=no,email=no\">\n<title>{title}</title>\n<style>\n{STYLE}</style></head>\n\
         <body>\n<header><div><h1 class=\"{verdict}\">{title}</h1>\n{lead}</div></header>\n<main>\n",
    )
}

/// The end of every page.
pub(crate) const END: &str = "</main>\n</body></html>\n";

/// A finding with its reason, its remedy and the resources it is about, as HTML.
pub(crate) fn finding(
    text: &mut String,
    finding: &Finding,
    subjects: impl Iterator<Item = String>,
) {
    let word = finding.severity.word();
    let _ = write!(
        text,
        "<article class=\"finding {word}\"><h3><span class=\"word\">{word}</span> <span class=\"message\">{}</span> <code class=\"rule\">{}</code></h3>\n\
         <p><b>Why</b> {}</p><p><b>Do</b> {}</p>",
        escaped::html(&finding.message),
        finding.rule,
        escaped::html(&finding.why),
        escaped::html(&finding.remedy),
    );
    let mut subjects = subjects.peekable();
    if subjects.peek().is_some() {
        text.push_str("<ul class=\"names\">");
        for name in subjects {
            let _ = write!(text, "<li>{name}</li>");
        }
        text.push_str("</ul>");
    }
    text.push_str("</article>\n");
}

/// The value that stands beside the name of a field, and what changes inside it.
pub(crate) fn value(text: &mut String, name: &str, shown: &RenderedField) {
    let value = shown.value(name);
    let code = format!("<code class=\"value\">{}</code>", escaped::html(value));
    match value.char_indices().nth(LONG) {
        None if value.is_empty() => {}
        None => text.push_str(&code),
        Some(_) => {
            let head = value
                .char_indices()
                .nth(HEAD)
                .and_then(|(end, _)| value.get(..end));
            let title = format!("{}…", escaped::html(head.unwrap_or(value)));
            folded(text, &title, |text| text.push_str(&code));
        }
    }
    steps(text, &shown.lines);
}

/// Values of more characters than this are closed, and so many of them are their title.
const LONG: usize = 400;
const HEAD: usize = 72;

/// Something that opens on a click; the title is HTML.
pub(crate) fn folded(text: &mut String, title: &str, inside: impl FnOnce(&mut String)) {
    let _ = write!(
        text,
        "<details class=\"inner\"><summary>{title}</summary><div>"
    );
    inside(text);
    text.push_str("</div></details>");
}

fn steps(text: &mut String, lines: &[(char, String)]) {
    if lines.is_empty() {
        return;
    }
    text.push_str("<pre tabindex=\"0\">");
    for (sign, line) in lines {
        // The sign is in the text, so that it is copied, and read aloud.
        let (class, sign) = match (sign, line.as_str()) {
            ('+', _) => ("add", '+'),
            ('-', _) => ("del", '-'),
            (_, "...") => ("gap", ' '),
            _ => ("same", ' '),
        };
        let line = escaped::html(line);
        let _ = write!(text, "<span class=\"{class}\"><i>{sign} </i>{line}</span>");
    }
    text.push_str("</pre>");
}

/// Lines as they are.
pub(crate) fn lines(text: &mut String, lines: impl Iterator<Item = String>) {
    text.push_str("<pre tabindex=\"0\">");
    for line in lines {
        let _ = write!(text, "<span>{}</span>", escaped::html(&line));
    }
    text.push_str("</pre>\n");
}

/// The class that gives an action its colour.
pub(crate) fn class(action: ChangeAction) -> &'static str {
    match action {
        ChangeAction::Create => "create",
        ChangeAction::Modify => "modify",
        ChangeAction::Delete => "delete",
        ChangeAction::DeleteOnPrune => "prune",
    }
}
