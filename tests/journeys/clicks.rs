//! Journeys of the mouse on the dashboard: a click puts the cursor where it is, a second one opens it.

use kopswain::io::demo;
use kopswain::tui::dashboard_pane::DashboardPane;
use kopswain::tui::event::{Event, Pointed, PointerAction};
use kopswain::tui::model::{Model, Screen};
use kopswain::tui::screens::dashboard::Dashboard;

use crate::keys::journey;
use crate::travel::{Arrived, TO_REVIEW, follow};

fn dashboard(arrived: &Arrived) -> &Dashboard {
    match arrived.model.screen() {
        Screen::Dashboard(dashboard) => dashboard,
        _ => panic!("not at the dashboard: {:#?}", arrived.screen),
    }
}

// On the dashboard of a cluster that is ready, after these keys and clicks at a place.
fn clicked(keys: &str, place: (u16, u16), clicks: usize) -> Arrived {
    let keys = format!("{TO_REVIEW}ademo.example.com<enter>{keys}");
    let (column, row) = place;
    let click = Event::Pointed(Pointed {
        action: PointerAction::Click,
        column,
        row,
    });
    let keys = journey(&keys).into_iter().map(Event::Key);
    let events = keys.chain(std::iter::repeat_n(click, clicks));
    let model = Model::wizard(demo::answers(), "/home/op").in_demonstration();
    follow(model, events.collect())
}

// Where a text stands the first time, or the last.
fn place(keys: &str, words: &str, last: bool) -> (u16, u16) {
    let screen = clicked(keys, (0, 0), 0).screen;
    let has = |line: &String| line.contains(words);
    let row = if last {
        screen.iter().rposition(has)
    } else {
        screen.iter().position(has)
    };
    let row = row.unwrap_or_else(|| panic!("{words} in {screen:#?}"));
    (20, u16::try_from(row).unwrap())
}

fn opens(keys: &str, words: &str, last: bool, pane: DashboardPane) -> String {
    let place = place(keys, words, last);
    let once = clicked(keys, place, 1);
    let navigation = dashboard(&once).navigation();
    assert_eq!((navigation.focus, &navigation.detail), (pane, &None));
    let under_cursor = dashboard(&once).subject();
    let twice = clicked(keys, place, 2);
    let detail = dashboard(&twice).navigation().detail.as_ref();
    let opened = detail.map(|detail| detail.subject.clone());
    assert_eq!(opened, under_cursor, "{:#?}", twice.screen);
    opened.map(|subject| subject.name()).unwrap_or_default()
}

#[test]
fn a_second_click_opens_the_row_of_the_first() {
    let nodes = "nodes-us-east-1b";
    let group = "control-plane-us-east-1b";
    assert_eq!(opens("", group, false, DashboardPane::Groups), group);
    let instance = opens("", nodes, true, DashboardPane::Instances);
    assert!(instance.starts_with("i-"), "{instance}");
    let entry = opens("<tab><tab><tab>", "i-", true, DashboardPane::Timeline);
    assert!(entry.starts_with("i-"), "{entry}");
}

#[test]
fn what_lies_under_a_detail_is_not_clicked() {
    let place = place("", "nodes-us-east-1b", false);
    let over = clicked("<enter>", place, 1);
    let under = clicked("<enter>", place, 0);
    assert_eq!(
        dashboard(&over).navigation().group,
        dashboard(&under).navigation().group
    );
}
