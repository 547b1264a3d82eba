//! A long dry run on the screen: first screen, scrolling, finding, and memory, `cargo bench --bench reading`.
//!
//! In the program itself: minimum, median, 99th percentile of every key with the frame that follows. In a
//! pseudo-terminal: from start to first screen, beside the pagers named as further arguments
//! (`-- less delta`), each on the same file; of kopswain also to the first screen of the report itself, because a long
//! one is taken apart after the first frame. A pager that leaves the last row empty has no screen.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use kopswain::core::kops::dry_run::parse;
use kopswain::tui::event::{Event, Timestamp};
use kopswain::tui::model::Model;
use kopswain::tui::screens::review::Reading;
use kopswain::tui::theme::Theme;
use kopswain::tui::update::{start, update};
use kopswain::tui::view::draw;
use kopswain::tui::widgets::render_context::RenderContext;
use portable_pty::CommandBuilder;
use pseudo_terminal::{Failed, PseudoTerminal};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

#[path = "../tests/programs/keys.rs"]
mod keys;
mod pseudo_terminal;

use keys::journey;

const SIZE: (u16, u16) = (160, 48);
const RUNS: usize = 10;

#[allow(clippy::cast_precision_loss)]
fn main() -> Result<(), Failed> {
    let pagers: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    for (name, text) in inputs() {
        let mib = text.len() as f64 / f64::from(1 << 20);
        say(&format!(
            "{name}: {} lines, {mib:.2} MiB",
            text.lines().count()
        ));
        inside(&text)?;
        let file = tempfile::NamedTempFile::new()?;
        std::fs::write(file.path(), &text)?;
        in_a_terminal(file.path(), &pagers);
    }
    Ok(())
}

fn inputs() -> [(&'static str, String); 3] {
    [
        ("1,000 lines", report(1_000, 1)),
        ("100,000 lines", report(100_000, 3)),
        ("one line of 1 MiB", long_line(1 << 20)),
    ]
}

/// A report of modifications with about this many lines; `tags` makes them longer.
fn report(lines: usize, tags: usize) -> String {
    let mut text = String::from("Will modify resources:\n");
    for index in 0..lines / 8 {
        let _ = writeln!(text, "  LaunchTemplate/nodes-{index}.prod.example.com");
        let _ = writeln!(text, "  \t{:<20}\t t3.medium -> m5.large", "InstanceType");
        let tag = "kubernetes.io/cluster/prod.example.com: owned, k8s.io/role/node: 1, ";
        let tags = format!("{}Name: nodes-{index}", tag.repeat(tags * 2));
        let _ = writeln!(text, "  \t{:<20}\t {{}} -> {{{tags}}}", "Tags");
        let _ = writeln!(text, "  \t{:<20}", "UserData");
        for line in ["...", "+ NodeupConfigHash: a", "- NodeupConfigHash: b", ""] {
            let _ = writeln!(text, "  \t{:<20}\t{line}", "");
        }
        text.push('\n');
    }
    text.push_str("Must specify --yes to apply changes\n");
    text
}

fn long_line(bytes: usize) -> String {
    let tag = "k8s.io/cluster-autoscaler/node-template/label/x: y -> z, ";
    let tags = tag.repeat(bytes / tag.len());
    format!(
        "Will modify resources:\n  VPC/a\n  \tTags                \t {{}} -> {{{tags}}}\n\nMust specify --yes to apply changes\n"
    )
}

#[allow(clippy::cast_precision_loss)]
fn inside(text: &str) -> Result<(), Failed> {
    let context = RenderContext::new(Theme::named("default")?, false, true);
    let mut terminal = Terminal::new(TestBackend::new(SIZE.0, SIZE.1))?;
    let before = resident();
    let begun = Instant::now();
    let reading = Reading::new(parse(text), text.to_owned());
    let mut model = Model::report("report", reading);
    let (columns, rows) = SIZE;
    update(
        &mut model,
        Timestamp::default(),
        Event::Resize { columns, rows },
    );
    start(&mut model);
    terminal.draw(|frame| draw(frame, &model, &context))?;
    line("first screen", &mut [begun.elapsed()]);
    let journeys = [
        ("open everything", "<right>", 1),
        ("scroll by a row", "<down>", 500),
        ("scroll by a page", "<pagedown>", 200),
        ("find, each letter", "/nodeupconfighash", 1),
        ("next match", "<enter>nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn", 3),
        ("detail, scrolled", "d<down><down><pagedown><pagedown>", 5),
        (
            "raw text, scrolled",
            "<esc>r<down><pagedown><pagedown><pagedown>",
            5,
        ),
        ("raw text, next match", "nnnnnnnnnn", 3),
    ];
    for (what, keys, times) in journeys {
        let mut took = Vec::new();
        for key in (0..times).flat_map(|_| journey(keys)) {
            let begun = Instant::now();
            update(&mut model, Timestamp::default(), Event::Key(key));
            terminal.draw(|frame| draw(frame, &model, &context))?;
            took.push(begun.elapsed());
        }
        line(what, &mut took);
    }
    let (now, size) = (resident(), text.len() as f64 / 1024.0);
    say(&format!(
        "  memory: {:.1} MiB more than before, {:.1} times the input",
        (now - before) / 1024.0,
        (now - before) / size
    ));
    Ok(())
}

/// Resident memory of this process in KiB, as Linux tells it; 0 elsewhere.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.unwrap_or_default()
}

fn in_a_terminal(file: &Path, pagers: &[String]) {
    let path = file.display().to_string();
    let ours = [env!("CARGO_BIN_EXE_kopswain"), "review", "--from", &path];
    let others = pagers
        .iter()
        .map(|pager| (pager.as_str(), paged(pager, &path)));
    let ours = ("kopswain", ours.map(str::to_owned).to_vec());
    timed("start to the report, kopswain", &ours.1, holds_the_report);
    for (name, words) in std::iter::once(ours).chain(others) {
        timed(&format!("start to first screen, {name}"), &words, is_full);
    }
}

fn timed(what: &str, words: &[String], shown: Shown) {
    let mut took = Vec::new();
    for _ in 0..RUNS {
        match first_screen(words, shown) {
            Ok(time) => took.push(time),
            Err(error) => {
                return say(&format!("  {what}: no screen: {error}"));
            }
        }
    }
    line(what, &mut took);
}

// delta reads what it pages from standard input, and takes one file as half of a comparison.
fn paged(pager: &str, path: &str) -> Vec<String> {
    let words = match pager {
        "less" => vec!["less", "-R", path],
        "delta" => vec!["sh", "-c", "exec delta --paging=always <\"$0\"", path],
        other => vec![other, path],
    };
    words.into_iter().map(str::to_owned).collect()
}

/// Whether what is waited for is on the screen.
type Shown = fn(&vt100::Screen) -> bool;

fn is_full(screen: &vt100::Screen) -> bool {
    let last = screen.rows(0, SIZE.0).last().unwrap_or_default();
    !last.trim().is_empty()
}

// Every report of this benchmark modifies something, and the title of the tree says so.
fn holds_the_report(screen: &vt100::Screen) -> bool {
    is_full(screen) && screen.contents().contains(" modify ")
}

/// From the start until something is shown for the first time.
fn first_screen(words: &[String], shown: Shown) -> Result<Duration, Failed> {
    let command = CommandBuilder::from_argv(words.iter().map(Into::into).collect());
    let begun = Instant::now();
    PseudoTerminal::start(command)?.wait_for_screen(shown)?;
    Ok(begun.elapsed())
}

fn line(what: &str, took: &mut [Duration]) {
    took.sort();
    let at = |part: usize| {
        let index = (took.len().saturating_sub(1)) * part / 100;
        took.get(index)
            .map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
    };
    say(&format!(
        "  {what}: min {:.2} ms, median {:.2} ms, p99 {:.2} ms over {}",
        at(0),
        at(50),
        at(99),
        took.len()
    ));
}

#[allow(clippy::print_stdout)]
fn say(text: &str) {
    println!("{text}");
}
