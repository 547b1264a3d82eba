//! Every text of the hostile collection in every field from outside, on every screen: shown as escapes, obeyed by nobody.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use kopswain::core::answers::Answers;
use kopswain::core::check::{CheckKind, CheckState};
use kopswain::core::fault::Fault;
use kopswain::core::inventory::Inventory;
use kopswain::core::kops::dry_run::parse;
use kopswain::core::planning::plan;
use kopswain::core::render;
use kopswain::core::render::inventory as render_inventory;
use kopswain::core::render::outline::Outline;
use kopswain::core::text::json::to_json;
use kopswain::core::text::untrusted::{Untrusted, visible};
use kopswain::tui::event::{Event, OutputStream, PrintedLine};
use kopswain::tui::job::Job;
use kopswain::tui::key::{Code, Key};
use kopswain::tui::model::Model;
use kopswain::tui::screens::approval::Approval;
use ratatui::buffer::Buffer;
use serde_json::Value;

use super::all;
use super::canvas::{cells, context};
use super::live::hostile_events;
use super::texts::{LOOKALIKES, floods, forbidden, short, texts};
use super::world::{CLUSTER, after, answers, checked, connected, inventory, recorded, tell};

/// What stands in a cell whose text nobody made visible (`tui/view.rs`): a field that is drawn as it came.
const CAUGHT: char = '\u{fffd}';

// Words that must keep their form for the value to be read at all.
const FORMED: [&str; 7] = [
    "state",
    "connectivity",
    "kind",
    "cidrs",
    "cidr",
    "ipv6Cidrs",
    "from",
];

// Puts the texts into every string of a value, keys of tags included, each another one than its neighbour.
struct Poison<'a> {
    texts: &'a [String],
    next: usize,
}

impl Poison<'_> {
    fn text(&mut self) -> String {
        self.next += 1;
        self.texts[self.next % self.texts.len()].clone()
    }

    fn value(&mut self, value: &mut Value) {
        match value {
            Value::String(text) if is_address(text) => {}
            Value::String(text) => *text = self.text(),
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(item)),
            Value::Object(fields) => {
                for (name, field) in fields.iter_mut() {
                    match name.as_str() {
                        "tags" => *field = self.tags(),
                        name if FORMED.contains(&name) => {}
                        _ => self.value(field),
                    }
                }
            }
            _ => {}
        }
    }

    fn tags(&mut self) -> Value {
        let cluster = format!("kubernetes.io/cluster/{}", self.text());
        let tags = [
            ("Name".to_owned(), self.text()),
            ("Managed By".to_owned(), self.text()),
            (cluster, "owned".to_owned()),
            (self.text(), self.text()),
        ];
        tags.into_iter()
            .map(|(key, value)| (key, Value::String(value)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }
}

fn is_address(text: &str) -> bool {
    text.split(['/', '.']).count() >= 4
        && text
            .chars()
            .all(|one| one.is_ascii_digit() || "./".contains(one))
}

fn poisoned_inventory(texts: &[String], at: usize) -> Inventory {
    let mut value = serde_json::to_value(inventory()).unwrap();
    Poison { texts, next: at }.value(&mut value);
    serde_json::from_value(value).unwrap()
}

fn poisoned_answers(texts: &[String], at: usize) -> Answers {
    let of = |more: usize| texts[(at + more) % texts.len()].clone();
    let mut answers = answers();
    (answers.cluster, answers.region, answers.state_store) = (of(0), of(1), of(2));
    (answers.vpc, answers.kubernetes_version) = (of(3), of(4));
    answers
}

fn fault(text: &str) -> Fault {
    Fault::new(text, text, text).with_detail(text)
}

// What may come from outside while any screen is on, each event with the text where there is room for one.
fn events(text: &str) -> Vec<Event> {
    let untrusted = || Untrusted::from(text);
    let printed = |job, stream| {
        let text = untrusted();
        let line = PrintedLine { stream, text };
        Event::Printed { job, line }
    };
    let ended = |job, exit| super::world::ended(job, exit, text, text);
    let klog = format!(
        "W0101 00:00:00.000000 1000 executor.go:141] error running task \"Subnet/{text}\" (9m28s remaining to succeed): {text}"
    );
    let mut events = vec![
        Event::Connected {
            account: Some(text.to_owned()),
            region: text.to_owned(),
        },
        checked(CheckKind::Kops, CheckState::Good(text.to_owned())),
        checked(CheckKind::Region, CheckState::Warning(fault(text))),
        checked(CheckKind::StateStore, CheckState::Blocked(fault(text))),
        Event::ClustersInStore(vec![text.to_owned()]),
        printed(Job::Preview, OutputStream::Stderr),
        printed(Job::UpdateYes, OutputStream::Stdout),
        printed(Job::Create, OutputStream::Stderr),
        Event::Printed {
            job: Job::UpdateYes,
            line: PrintedLine {
                stream: OutputStream::Stderr,
                text: Untrusted::from(klog),
            },
        },
        Event::Paste(text.to_owned()),
        Event::Saved(Err(fault(text))),
        Event::DnsRead {
            vpc: text.to_owned(),
            support: None,
            hostnames: None,
        },
        ended(Job::InstanceGroups, 1),
        ended(Job::Validate, 1),
        ended(Job::Instances, 1),
        ended(Job::Preview, 1),
        ended(Job::Update, 0),
        Event::Ended {
            job: Job::ReadBack,
            result: Err(fault(text)),
        },
        ended(Job::UpdateYes, 2),
        Event::DiscoveryFailed(fault(text)),
    ];
    events.extend(hostile_events(text));
    events
}

fn harmless(what: &str, buffer: &Buffer, text: &str) {
    for cell in &buffer.content {
        let symbol = cell.symbol();
        let bad = symbol.chars().find(|one| *one == '\n' || *one == CAUGHT);
        let bad = forbidden(symbol).or(bad.filter(|_| !text.contains(CAUGHT)));
        assert_eq!(
            bad,
            None,
            "{what}: {symbol:?} of {:?}",
            text.chars().take(60).collect::<String>()
        );
    }
}

fn plain(what: &str, output: &str, text: &str) {
    let said: String = text.chars().take(60).collect();
    assert_eq!(forbidden(output), None, "{what} of {said:?}");
    let longest = output.lines().map(str::len).max().unwrap_or(0);
    assert!(
        longest < 400_000,
        "{what} of {said:?}: a line of {longest} bytes"
    );
}

// Runs a check for every text, on as many threads as the machine has.
fn of(texts: &[String], check: impl Fn(&[String], usize) + Sync) {
    sampled(1, texts, check);
}

// The same for one text in so many, where each check meets every text in some field anyway. `KOPSWAIN_DOORS` takes all.
fn sampled(step: usize, texts: &[String], check: impl Fn(&[String], usize) + Sync) {
    let all = std::env::var_os("KOPSWAIN_DOORS").is_some();
    let step = if all { 1 } else { step };
    let next = AtomicUsize::new(0);
    let work = || {
        loop {
            let at = next.fetch_add(step, Ordering::Relaxed);
            if at >= texts.len() {
                return;
            }
            check(texts, at);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
}

#[test]
fn every_screen_shows_what_comes_from_outside_and_obeys_none_of_it() {
    let shots: Vec<(&str, &Model)> = all().collect();
    let step = if std::env::var_os("KOPSWAIN_DOORS").is_some() {
        1
    } else {
        24
    };
    of(&short(), |texts, at| {
        let text = &texts[at];
        let told = events(text);
        // Over the whole collection every screen meets every event; `KOPSWAIN_DOORS` shows every text on every screen.
        for (number, (name, model)) in shots.iter().enumerate().skip(at % step).step_by(step) {
            let mut model = (*model).clone();
            for event in told.iter().cycle().skip(number + at / step).take(2) {
                tell(&mut model, 2_000_000, event.clone());
                harmless(name, &cells(&model, (100, 30), &context()), text);
            }
        }
    });
}

#[test]
fn a_text_without_end_holds_no_screen_up() {
    let shots: Vec<(&str, &Model)> = all().collect();
    for (at, text) in floods().iter().enumerate() {
        let told = events(text);
        for (event, (name, model)) in told.iter().zip(shots.iter().cycle().skip(at * 7)) {
            let mut model = (*model).clone();
            let began = Instant::now();
            tell(&mut model, 2_000_000, event.clone());
            harmless(name, &cells(&model, (100, 30), &context()), text);
            let took = began.elapsed();
            assert!(took < Duration::from_secs(30), "{name}: {took:?}");
        }
    }
}

#[test]
fn the_wizard_shows_a_hostile_account_and_obeys_none_of_it() {
    let mut texts = short();
    texts.retain(|text| !text.contains(CAUGHT));
    sampled(32, &texts, |texts, at| {
        let mut model = connected(poisoned_answers(texts, at), poisoned_inventory(texts, at));
        for step in 0..8 {
            let size = [(120, 40), (80, 24)][step % 2];
            harmless("the wizard", &cells(&model, size, &context()), "");
            model = after(model, "<space><enter>");
        }
    });
}

#[test]
fn discover_and_plan_print_nothing_that_is_obeyed() {
    sampled(8, &short(), |texts, at| {
        let (inventory, answers) = (poisoned_inventory(texts, at), poisoned_answers(texts, at));
        plain(
            "discover",
            &render_inventory::to_text(&inventory),
            &texts[at],
        );
        let json = to_json(&inventory);
        plain("discover as JSON", &json, &texts[at]);
        assert_eq!(serde_json::from_str::<Inventory>(&json).unwrap(), inventory);
        let planned = plan(&inventory, &answers);
        for problem in &planned.problems {
            plain("plan", &problem.to_string(), &texts[at]);
        }
    });
}

// The recorded report with the text in names and in values.
fn poisoned_report(text: &str) -> String {
    let report = recorded!("update-modify.stdout");
    let line = text.replace(['\n', '\r'], "\u{2028}");
    let mut poisoned = report.replace("us-east-1a.", &format!("{line}."));
    poisoned = poisoned.replace("t3.medium", &line);
    poisoned + &format!("  Odd/{line}\n  \tName                \t{line}\n")
}

#[test]
fn a_report_in_any_form_holds_nothing_that_is_obeyed() {
    of(&short(), |texts, at| {
        let text = &texts[at];
        let outline = Outline::new(parse(&poisoned_report(text)));
        plain("text", &render::text::to_text(&outline), text);
        plain("JSON", &render::json::to_json(&outline), text);
        plain("Markdown", &render::markdown::to_markdown(&outline), text);
        let html = render::html::to_html(&outline);
        plain("HTML", &html, text);
        for tag in ["<script", "<img", "<svg", "<!--"] {
            assert!(!html.contains(tag), "{tag} of {text:?}");
        }
    });
}

#[test]
fn a_text_that_is_no_report_is_shown_and_obeyed_by_nobody() {
    of(&texts(), |texts, at| {
        let outline = Outline::new(parse(&texts[at]));
        plain("text", &render::text::to_text(&outline), &texts[at]);
        plain("JSON", &render::json::to_json(&outline), &texts[at]);
    });
}

#[test]
fn only_the_true_name_approves() {
    for name in short().iter().map(String::as_str).chain(LOOKALIKES) {
        let typed = |words: &str| {
            let mut approval = Approval::new(name);
            for one in words.chars() {
                approval.edit(Key::plain(Code::Char(one)));
            }
            approval.submit()
        };
        let lookalike = visible(name);
        assert_eq!(typed(&lookalike), lookalike == name, "{name:?} by its look");
        assert_eq!(typed(CLUSTER), name == CLUSTER, "{name:?}");
        for words in ["", " ", "yes", "y"] {
            assert_eq!(typed(words), words == name);
        }
        assert!(!Approval::new(name).submit(), "{name:?} by nothing");
    }
    for lookalike in LOOKALIKES {
        let mut approval = Approval::new(CLUSTER);
        approval.paste(lookalike);
        assert!(!approval.submit(), "{lookalike:?}");
    }
}
