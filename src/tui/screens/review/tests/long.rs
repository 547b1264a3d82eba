//! Dry runs too long to be searched or laid out at once.

use std::fmt::Write as _;

use super::*;

/// A dry run too long to be searched at once: so many launch templates, every 70th with another type.
fn long(templates: usize) -> String {
    let mut text = String::from("Will modify resources:\n");
    for at in 0..templates {
        let kind = if at % 70 == 0 { "m5.large" } else { "t3.large" };
        let tags = "k8s.io/role/node: 1, ".repeat(10);
        let _ = write!(
            text,
            "  LaunchTemplate/nodes-{at}\n  \t{:<20}\t t3.medium -> {kind}\n  \t{:<20}\t {{}} -> {{{tags}Name: {at}}}\n\n",
            "InstanceType", "Tags"
        );
    }
    text.push_str("Must specify --yes to apply changes\n");
    text
}

fn searched(reading: &mut Reading) {
    for _ in 0..10_000 {
        if !reading.is_searching() {
            return;
        }
        reading.search_on();
    }
    panic!("the search does not end");
}

#[test]
fn a_long_report_is_searched_step_by_step_with_the_same_end() {
    let stdout = long(7_000);
    for raw in [false, true] {
        let mut reading = reading(&stdout);
        reading.fold_all(true);
        reading.go_to(reading.tree.rows()[3_500]);
        if raw {
            reading.toggle_raw();
        }
        reading.start_search();
        for (typed, waits) in [
            ("m", true),
            ("m5", true),
            ("m5.", false),
            ("m5.large", false),
        ] {
            *reading.search.typing_mut().unwrap() = typed.into();
            reading.search_typed();
            assert_eq!(reading.is_searching(), waits, "{typed}, raw {raw}");
            if typed == "m5" {
                searched(&mut reading);
            }
        }
        searched(&mut reading);
        // The first from where the search began, not from the top; in the tree a finding names the type too.
        let own = usize::from(!raw);
        assert_eq!(reading.match_position(), (51 + own, 100 + own), "raw {raw}");
        reading.find_next(-1);
        assert_eq!(reading.match_position().0, 50 + own, "raw {raw}");
    }
}

#[test]
fn a_match_that_is_not_known_yet_is_gone_to_once_it_is() {
    let mut reading = reading(&long(7_000));
    type_words(&mut reading, "nodes-6999");
    assert!(reading.is_searching());
    assert_eq!(reading.match_position(), (0, 0));
    searched(&mut reading);
    assert_eq!(here(&reading), "LaunchTemplate/nodes-6999");
    type_words(&mut reading, "nodes-0");
    reading.search.give_up();
    let before = here(&reading);
    searched(&mut reading);
    assert_eq!(here(&reading), before);
}

#[test]
fn the_detail_is_laid_out_once_and_the_same_as_without() {
    let mut reading = reading(&long(40));
    reading.fold_all(true);
    reading.step(4);
    let fresh = (
        reading.detail_layout(false).first_rows(60, 5),
        reading.detail_layout(true).rows(60, 3, 4),
    );
    reading.view = ReadingView::Detail { top: 0 };
    reading.lay_out_detail(60);
    let laid = (
        reading.detail_layout(false).first_rows(60, 5),
        reading.detail_layout(true).rows(60, 3, 4),
    );
    assert_eq!(laid, fresh);
    assert_eq!(laid.1.0.len(), 4);
    // Another width than the one it was laid out for.
    assert_eq!(
        reading.detail_layout(true).rows(40, 0, 500).0.len(),
        reading.detail_layout(true).height(40)
    );
    // It follows the cursor.
    let before = reading.detail_layout(true).rows(60, 0, 1);
    reading.step(1);
    assert_ne!(reading.detail_layout(true).rows(60, 0, 1), before);
}
