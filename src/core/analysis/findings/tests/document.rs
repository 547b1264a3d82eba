//! docs/findings.md names every rule; `INSTA_UPDATE=always cargo test --lib core::analysis::findings` writes it again.

use std::fmt::Write as _;

use super::super::{FindingSeverity, rules};
use crate::core::documents::hold;

const HEAD: &str = "# Findings\n\n\
    What `kopswain review` points out in a dry run of `kops update cluster`, the most severe first. Each has a stable\n\
    identifier, which `--output json` gives as `rule`. The rules are in `src/core/analysis/findings/`, one file per category;\n\
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
    hold("findings.md", &drawn());
}
