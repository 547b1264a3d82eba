//! kopswain with a defect. With one argument it is the demonstration, which panics at the first answer that is saved, where
//! the argument says. Otherwise it is the whole program, and `review` panics on a thread so many milliseconds
//! (`CRASH_AFTER`) after a file (`CRASH_FILE`) appeared.
#![allow(clippy::panic, clippy::unwrap_used)]

use std::process::ExitCode;
use std::time::{Duration, Instant};

use kopswain::io::demo::{self, DemoRunner};
use kopswain::io::event_loop::{self, Runner};
use kopswain::io::process::WATCHDOG;
use kopswain::io::terminal::{LateAnswer, TerminalScreen, listen, set_hook};
use kopswain::tui::effect::Effect;
use kopswain::tui::event::Timestamp;
use kopswain::tui::model::Model;
use kopswain::tui::request::RequestId;
use kopswain::tui::theme::Theme;
use kopswain::tui::widgets::render_context::RenderContext;
use tokio::sync::mpsc::unbounded_channel;

/// Hostile to a terminal, as the words of a panic can be.
const WORDS: &str = "a defect \u{1b}]0;owned\u{7}\u{202e}";

struct Defective {
    demo: DemoRunner,
    place: String,
}

impl Runner for Defective {
    fn start(&self, effect: Effect, request: Option<RequestId>) {
        if !matches!(effect, Effect::SaveAnswers(_)) {
            return self.demo.start(effect, request);
        }
        match self.place.as_str() {
            "loop" => panic!("{WORDS}"),
            "task" => drop(tokio::spawn(async { panic!("{WORDS}") })),
            "thread" => drop(std::thread::spawn(|| panic!("{WORDS}"))),
            // Nothing answers any more, and the loop never comes round to its events.
            "stuck" => {
                std::thread::spawn(|| panic!("{WORDS}"));
                std::thread::sleep(Duration::from_hours(1));
            }
            other => panic!("no place {other}"),
        }
    }
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [place] = words.as_slice()
        && place != WATCHDOG
    {
        return demonstration(place.clone());
    }
    // What kopswain starts of itself on the way is sound.
    if words[0] == "review" {
        std::thread::spawn(panic_later);
    }
    kopswain::cli::main()
}

fn panic_later() {
    let file = std::env::var("CRASH_FILE").unwrap();
    let millis = std::env::var("CRASH_AFTER").unwrap().parse().unwrap();
    while !std::path::Path::new(&file).exists() {
        std::thread::sleep(Duration::from_millis(2));
    }
    std::thread::sleep(Duration::from_millis(millis));
    panic!("{WORDS}");
}

fn demonstration(place: String) -> ExitCode {
    set_hook();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let code = runtime.block_on(async {
        let (sender, mut events) = unbounded_channel();
        let demo = DemoRunner::instant(sender.clone());
        let mut model = Model::wizard(demo::answers(), "/home/me");
        let context = RenderContext::new(Theme::named("default").unwrap(), false, true);
        let began = Instant::now();
        let mut screen = TerminalScreen::take().unwrap();
        listen(&sender, LateAnswer::default()).unwrap();
        let runner = Defective { demo, place };
        let clock = || Timestamp(began.elapsed());
        event_loop::run(
            &mut screen,
            &mut model,
            &context,
            &mut events,
            &runner,
            clock,
        )
        .await
        .unwrap()
    });
    ExitCode::from(code)
}
