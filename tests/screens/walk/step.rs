//! What a hurried person, a restless terminal and a slow account do, in random order.

use kopswain::tui::event::PointerAction;
use kopswain::tui::field_edit::FieldEdit;
use kopswain::tui::key::{Code, Key};
use proptest::prelude::*;

/// One step of a walk. What it means depends on where the walk is: numbers are counted around.
#[derive(Clone, Debug)]
pub enum Step {
    /// One of the keys that the table has here.
    Bound(usize),
    Key(Key),
    /// The cluster's name, letter by letter, and enter.
    Name,
    /// A text, letter by letter, and whether enter follows.
    Typed(&'static str, bool),
    Paste(String),
    /// The mouse, at a place in thousandths of the screen.
    Point(PointerAction, u32, u32),
    Resize(u16, u16),
    /// One of the requests under way is answered.
    Answer(usize),
    /// One is answered, and what it brings is cut after so many thousandths.
    Cut(usize, usize),
    /// One fails.
    Fail(usize),
    /// One is never answered.
    Lose(usize),
    /// All are answered, and those that this asks for too.
    Settle,
    /// What nobody asked for.
    News(usize),
    /// What prompts and commands without a screen do.
    Shown(usize),
    Edited(usize, FieldEdit),
    Preview,
}

const PLAIN: [Code; 17] = [
    Code::Enter,
    Code::Enter,
    Code::Esc,
    Code::Tab,
    Code::BackTab,
    Code::Backspace,
    Code::Delete,
    Code::Insert,
    Code::Up,
    Code::Down,
    Code::Left,
    Code::Right,
    Code::PageUp,
    Code::PageDown,
    Code::Home,
    Code::End,
    Code::Function(5),
];

/// Values that some field takes, and some that none does.
const TEXTS: [&str; 30] = [
    "stage.example.com",
    "x",
    "us-east-1",
    "eu-west-1",
    "s3://example-state",
    "s3://other",
    "1.34.8",
    "1.99.0",
    "172.20.32.0/20",
    "172.20.33.0/24",
    "10.0.0.0/8",
    "0.0.0.0/0, 10.1.0.0/16",
    "300.1.1.1/33",
    "3",
    "0",
    "9999999999",
    "-1",
    "t3.large",
    "m5.large, c6i.large",
    "no-such-type",
    "nodes",
    "nodes-us-east-1a",
    "batch",
    "team=blue:NoSchedule",
    "team=blue",
    "~/.ssh/other.pub",
    "ami-0123456789abcdef0",
    "ssm:/aws/service/canonical/ubuntu",
    "本番 \u{202e}x",
    "/security",
];

fn keys() -> impl Strategy<Value = Key> {
    let letters: Vec<char> = (' '..='~').collect();
    let held = prop::sample::select("acdeklrtuvwz123456".chars().collect::<Vec<_>>());
    prop_oneof![
        4 => prop::sample::select(PLAIN.to_vec()).prop_map(Key::plain),
        3 => prop::sample::select(letters).prop_map(Key::char),
        1 => held.clone().prop_map(Key::ctrl),
        1 => held.prop_map(Key::alt),
    ]
}

fn pastes() -> impl Strategy<Value = String> {
    let hostile = crate::texts::short();
    prop_oneof![
        2 => prop::sample::select(TEXTS.to_vec()).prop_map(|text| format!("{text}\n")),
        1 => prop::sample::select(hostile),
        1 => (0usize..6_000).prop_map(|length| "long ".repeat(length / 5)),
        1 => any::<String>(),
    ]
}

fn points() -> impl Strategy<Value = Step> {
    let actions = [
        PointerAction::Click,
        PointerAction::Click,
        PointerAction::WheelUp,
        PointerAction::WheelDown,
    ];
    let actions = prop::sample::select(actions.to_vec());
    let place = || 0u32..1_100;
    (actions, place(), place()).prop_map(|(action, across, down)| Step::Point(action, across, down))
}

// Mostly sizes that people have, and every other up to 500×200.
fn sizes() -> impl Strategy<Value = Step> {
    let usual = [
        (80, 24),
        (80, 24),
        (120, 40),
        (120, 40),
        (60, 15),
        (59, 15),
        (160, 48),
        (0, 0),
        (500, 200),
    ];
    prop_oneof![
        3 => prop::sample::select(usual.to_vec()),
        1 => (0u16..=500, 0u16..=200),
        1 => (60u16..=130, 15u16..=45),
    ]
    .prop_map(|(columns, rows)| Step::Resize(columns, rows))
}

fn edits() -> impl Strategy<Value = FieldEdit> {
    prop_oneof![
        3 => prop::sample::select(TEXTS.to_vec()).prop_map(|text| FieldEdit::Text(text.to_owned())),
        2 => (-2i8..=2).prop_map(FieldEdit::Turn),
        2 => Just(FieldEdit::Choose),
        1 => Just(FieldEdit::Clear),
        1 => Just(FieldEdit::RemoveGroup),
    ]
}

/// Any step.
pub fn steps() -> impl Strategy<Value = Step> {
    let which = || 0usize..256;
    let typed = (prop::sample::select(TEXTS.to_vec()), prop::bool::ANY);
    prop_oneof![
        30 => which().prop_map(Step::Bound),
        12 => keys().prop_map(Step::Key),
        1 => Just(Step::Name),
        6 => typed.prop_map(|(text, enter)| Step::Typed(text, enter)),
        2 => pastes().prop_map(Step::Paste),
        6 => points(),
        3 => sizes(),
        20 => which().prop_map(Step::Answer),
        1 => (which(), 0usize..1_000).prop_map(|(at, thousandths)| Step::Cut(at, thousandths)),
        2 => which().prop_map(Step::Fail),
        1 => which().prop_map(Step::Lose),
        3 => Just(Step::Settle),
        3 => which().prop_map(Step::News),
        1 => (0usize..8).prop_map(Step::Shown),
        4 => (0usize..24, edits()).prop_map(|(row, edit)| Step::Edited(row, edit)),
        1 => Just(Step::Preview),
    ]
}
