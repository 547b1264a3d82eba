//! Any bytes as a report: nothing panics, nothing is dropped, and every form can be printed.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[allow(dead_code, unreachable_pub, unused_imports)]
#[path = "../../src/core/mod.rs"]
mod core;

use crate::core::review::{self, Report};

fuzz_target!(|bytes: &[u8]| {
    let report = review::parse_bytes(bytes);
    review::holds_everything(&report, &crate::core::untrusted::decoded(bytes).0);
    judge(&report);
});

fn judge(report: &Report) {
    let found = crate::core::findings::findings(report);
    let text = review::to_text(report, &found);
    assert!(!text.contains(|one: char| one.is_control() && one != '\n'));
    assert!(review::to_markdown(report, &found).len() <= 65_536);
    review::to_html(report, &found);
    serde_json::from_str::<serde_json::Value>(&review::to_json(report, &found))
        .expect("the JSON form is JSON");
    assert!(review::differences(report, report).is_empty());
}
