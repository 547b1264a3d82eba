//! docs/noise.md lists what is noise; `INSTA_UPDATE=always cargo test --lib core::analysis::noise` writes it again.

use std::fmt::Write as _;

use strum::VariantArray;

use super::zero::{ZERO_DEFAULTS, ZERO_IS_A_CHANGE, ZeroDefault};
use super::{Noise, is_zero_default};
use crate::core::documents::hold;

const HEAD: &str = "# Noise\n\n\
    Lines of a dry run that change nothing, or not what they seem to. kopswain folds and explains them and counts them\n\
    apart; `review --ignore-noise` ends with exit code 0 when nothing else waits. The tables are in\n\
    `src/core/analysis/noise.rs` and `noise/zero.rs`; this page is made from them.\n\n\
    | noise | what it is | source |\n|---|---|---|\n";

const DEFAULTS: &str = "\n## Fields whose zero is AWS's default\n\n\
    `<nil> -> zero` of these is noise of the kind `Default`; of every other field it is shown.\n\n";

const CHANGES: &str = "\n## Fields whose zero is a change\n\n\
    kops may print `<nil> -> zero` of these too, but zero is not what AWS does by itself: they are shown.\n\n";

fn drawn() -> String {
    let mut page = HEAD.to_owned();
    for noise in Noise::VARIANTS {
        let (words, source) = (noise.explanation(), noise.source());
        let _ = writeln!(
            page,
            "| `{noise:?}` | {} | {source} |",
            words.replace('<', "&lt;")
        );
    }
    for (title, table) in [(DEFAULTS, ZERO_DEFAULTS), (CHANGES, ZERO_IS_A_CHANGE)] {
        page.push_str(title);
        page.push_str("| task | field | zero | source |\n|---|---|---|---|\n");
        for one in table {
            row(&mut page, one);
        }
    }
    page
}

fn row(page: &mut String, one: &ZeroDefault) {
    let zero = match one.zero {
        "" => "an empty text".to_owned(),
        zero => format!("`{zero}`"),
    };
    let kind = one.kind.replace('*', "every task");
    let _ = writeln!(
        page,
        "| {kind} | `{}` | {zero} | {} |",
        one.field, one.source
    );
}

#[test]
fn the_document_lists_what_is_noise() {
    hold("noise.md", &drawn());
}

#[test]
fn a_field_is_in_one_table_only() {
    for one in ZERO_IS_A_CHANGE {
        assert!(!is_zero_default(one.kind, one.field, one.zero), "{one:?}");
    }
    for one in ZERO_DEFAULTS {
        assert!(is_zero_default(one.kind, one.field, one.zero), "{one:?}");
        assert!(!one.source.is_empty());
    }
}
