//! docs/failures.md lists every known failure; `INSTA_UPDATE=always cargo test --lib core::kops::log` writes it again.

use std::fmt::Write as _;

use super::{KnownFailure, When, failures};
use crate::core::documents::hold;

const HEAD: &str = "# Failures of kops\n\n\
    What kopswain knows of the errors that kops prints: how each is recognized, whose it is, whether the same request can\n\
    succeed later without a change, what to do, and the source of that. What is not listed is unknown, and is shown as\n\
    such in kops's own words. The table is in `src/core/kops/log/failures/`; this page is made from it.\n\n\
    | failure | recognized by | whose | retry helps | what it is | why | what to do after kops has ended | source |\n\
    |---|---|---|---|---|---|---|---|\n";

fn drawn() -> String {
    let mut page = HEAD.to_owned();
    for one in failures() {
        let cells = [
            format!("`{}`", one.id),
            describe(one),
            <&str>::from(one.whose).to_owned(),
            <&str>::from(one.retryable).to_owned(),
            one.what.to_owned(),
            one.why.to_owned(),
            one.remedy.to_owned(),
            one.source.to_owned(),
        ];
        let cells = cells.map(|cell| cell.replace('|', "\\|"));
        let _ = writeln!(page, "| {} |", cells.join(" | "));
    }
    page
}

fn describe(failure: &KnownFailure) -> String {
    let quoted = |word: &&str| format!("`{}`", word.trim());
    match failure.when {
        When::Words(groups) => {
            let group =
                |words: &&[&str]| words.iter().map(quoted).collect::<Vec<_>>().join(" and ");
            groups.iter().map(group).collect::<Vec<_>>().join("; ")
        }
        When::Codes(codes) => codes.iter().map(quoted).collect::<Vec<_>>().join(", "),
        When::Ending(end, codes) => {
            let codes: Vec<_> = codes.iter().map(quoted).collect();
            format!("{}, and other codes that end in `{end}`", codes.join(", "))
        }
    }
}

#[test]
fn the_document_lists_every_failure() {
    hold("failures.md", &drawn());
}
