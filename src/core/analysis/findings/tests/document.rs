//! docs/findings.md names every rule; `INSTA_UPDATE=always cargo test --lib core::analysis::findings` writes it anew.

use std::fmt::Write as _;

use super::super::{FindingSeverity, rules};

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/findings.md");

const HEAD: &str = "# Findings\n\n\
    What `kopswain review` points out in a dry run of `kops update cluster`, the gravest first. Each has a stable\n\
    identifier, which `--output json` gives as `rule`. The rules are in `src/core/analysis/findings/`, one file per family;\n\
    this page is made from them.\n";

fn drawn() -> String {
    let mut page = HEAD.to_owned();
    for severity in FindingSeverity::ALL {
        let _ = write!(page, "\n## {}\n\n", capital(severity.word()));
        page.push_str("| rule | why | what to do |\n|---|---|---|\n");
        for rule in rules().filter(|rule| rule.severity == severity) {
            let _ = writeln!(
                page,
                "| `{}` | {} | {} |",
                rule.id,
                cell(rule.why),
                cell(rule.remedy)
            );
        }
    }
    page
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    format!("{}{rest}", first.to_uppercase())
}

#[test]
fn the_document_names_every_rule() {
    let now = drawn();
    if std::env::var("INSTA_UPDATE").is_ok_and(|value| value == "always") {
        std::fs::write(DOCUMENT, &now).unwrap();
    }
    let kept = std::fs::read_to_string(DOCUMENT).unwrap();
    assert_eq!(
        kept, now,
        "docs/findings.md is not what the rules say; see this test's file"
    );
}
