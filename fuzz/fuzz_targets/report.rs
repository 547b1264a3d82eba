//! Any bytes as a report: nothing panics, nothing is dropped, and every form can be printed.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[allow(dead_code, unreachable_pub, unused_imports)]
#[path = "../../src/core/mod.rs"]
mod core;

use crate::core::kops::dry_run::{self, DryRun};
use crate::core::render::comparison::DryRunComparison;
use crate::core::render::outline::Outline;
use crate::core::render::{html, json, markdown, text};

fuzz_target!(|bytes: &[u8]| {
    let report = dry_run::parse_bytes(bytes);
    dry_run::holds_everything(&report, &crate::core::text::untrusted::decoded(bytes).0);
    judge(&report);
    // The first half beside the whole, so that much comes and something changes.
    let half = dry_run::parse_bytes(bytes.get(..bytes.len() / 2).unwrap_or_default());
    compare(&half, &report);
});

fn compare(older: &DryRun, newer: &DryRun) {
    let comparison = DryRunComparison::new(older, newer, &[]);
    let text = comparison.to_text();
    assert!(!text.contains(|one: char| one.is_control() && one != '\n'));
    assert!(comparison.to_markdown().len() <= 65_536);
    comparison.to_html();
    serde_json::from_str::<serde_json::Value>(&comparison.to_json())
        .expect("the JSON form is JSON");
}

fn judge(report: &DryRun) {
    let outline = Outline::new(report.clone());
    let text = text::to_text(&outline);
    assert!(!text.contains(|one: char| one.is_control() && one != '\n'));
    assert!(markdown::to_markdown(&outline).len() <= 65_536);
    let page = html::to_html(&outline);
    assert!(!page.contains(|one: char| one.is_control() && one != '\n'));
    serde_json::from_str::<serde_json::Value>(&json::to_json(&outline))
        .expect("the JSON form is JSON");
    assert!(dry_run::differences(report, report).is_empty());
}
