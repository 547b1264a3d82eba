//! What holds of every dry run: nothing is dropped, nothing panics, whatever the text.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::generate::dry_runs;
use super::line::{ENDINGS, HEADERS};
use super::printed::{holds_everything, print};
use super::*;
use crate::core::render::html::to_html;
use crate::core::render::json::to_json;
use crate::core::render::markdown::to_markdown;
use crate::core::render::outline::Outline;
use crate::core::render::text::to_text;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn what_is_printed_is_read_again(dry_run in dry_runs()) {
        let mut read = super::parse::read(&print(&dry_run));
        for resource in &mut read.resources {
            resource.line = 0;
        }
        prop_assert_eq!(read, dry_run);
    }

    #[test]
    fn any_prefix_keeps_everything(dry_run in dry_runs(), cut in any::<prop::sample::Index>()) {
        let whole = print(&dry_run);
        let ends: Vec<_> = whole.char_indices().map(|(at, _)| at).chain([whole.len()]).collect();
        let text = &whole[..*cut.get(&ends)];
        holds_everything(&parse(text), text);
    }

    #[test]
    fn any_text_keeps_everything(text in any_text()) {
        let dry_run = parse(&text);
        holds_everything(&dry_run, &text);
        let shown = to_text(&Outline::new(dry_run));
        prop_assert!(!shown.contains(|one: char| one.is_control() && one != '\n'));
    }
}

proptest! {
    #[test]
    fn any_bytes_keep_everything(bytes in any_bytes()) {
        let dry_run = parse_bytes(&bytes);
        let (text, undecoded) = crate::core::text::untrusted::decoded(&bytes);
        prop_assert_eq!(dry_run.undecoded, undecoded);
        holds_everything(&dry_run, &text);
    }
}

/// A text with some of its bytes replaced by any.
fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let harm = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..9);
    (any_text(), harm).prop_map(|(text, harm)| {
        let mut bytes = text.into_bytes();
        for (at, byte) in harm {
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
        }
        bytes
    })
}

/// Lines that look like kops's, in any order, with any text in between.
fn any_text() -> impl Strategy<Value = String> {
    let parts = prop_oneof![
        prop::sample::select(HEADERS.map(|(words, _)| words).to_vec()).prop_map(str::to_owned),
        prop::sample::select(ENDINGS.map(|(words, _)| words).to_vec()).prop_map(str::to_owned),
        Just("\n".to_owned()),
        Just("\n".to_owned()),
        Just("  \t                    \t".to_owned()),
        Just("  \tUserData            ".to_owned()),
        Just("   internal consistency error!".to_owned()),
        "[ \t]{0,4}[A-Za-z]{0,6}[ \t/]{0,22}",
        "  [A-Z]{1,22}/[ -~]{0,5}\n",
        "  \t[A-Z]{20,22}\t ?[a-z{}]{0,4}( -> [a-z{}]{0,4})?\n",
        "[IWEF]1124 08:15:03\\.000000 1 x\\.go:1\\] [ -~]{0,9}\n",
        "(panic|Error): [a-z]{0,9}\n",
        Just(format!("{}\n", "*".repeat(81))),
        "  \tTags {16}\t\\{[a-z]{0,4}\n",
        "\\PC{0,9}",
        any::<String>(),
    ];
    prop::collection::vec(parts, 0..30).prop_map(|parts| parts.concat())
}

/// The inputs that fuzzing kept, each read and printed in every form again.
#[test]
fn the_corpus_of_fuzzing_is_read_again() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/report");
    let files = std::fs::read_dir(folder).unwrap();
    let inputs: Vec<_> = files
        .map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect();
    assert!(inputs.len() > 50, "{}", inputs.len());
    for bytes in inputs {
        let dry_run = parse_bytes(&bytes);
        holds_everything(&dry_run, &crate::core::text::untrusted::decoded(&bytes).0);
        assert_eq!(differences(&dry_run, &dry_run), []);
        let outline = Outline::new(dry_run);
        let text = to_text(&outline);
        assert!(!text.contains(|one: char| one.is_control() && one != '\n'));
        assert!(to_markdown(&outline).len() <= 65_536);
        assert!(!to_html(&outline).contains("<script"));
        serde_json::from_str::<serde_json::Value>(&to_json(&outline)).unwrap();
    }
}
