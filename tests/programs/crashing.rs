//! The demonstration with a defect: it panics at the first answer that is saved, where its argument says.
#![allow(clippy::panic, clippy::unwrap_used)]

use std::process::ExitCode;
use std::time::Instant;

use kopswain::app::effect::Effect;
use kopswain::app::event::Moment;
use kopswain::app::model::Model;
use kopswain::io::demo::{self, DemoRunner};
use kopswain::io::event_loop::{self, Runner};
use kopswain::io::terminal::{Screen, listen, set_hook};
use kopswain::ui::screen::Look;
use kopswain::ui::theme::Theme;
use tokio::sync::mpsc::unbounded_channel;

/// Hostile to a terminal, as the words of a panic can be.
const WORDS: &str = "a defect \u{1b}]0;owned\u{7}\u{202e}";

struct Defective {
    demo: DemoRunner,
    place: String,
}

impl Runner for Defective {
    fn start(&self, effect: Effect) {
        if !matches!(effect, Effect::SaveAnswers(_)) {
            return self.demo.start(effect);
        }
        match self.place.as_str() {
            "loop" => panic!("{WORDS}"),
            "task" => drop(tokio::spawn(async { panic!("{WORDS}") })),
            "thread" => drop(std::thread::spawn(|| panic!("{WORDS}"))),
            // Nothing answers any more, and the loop never comes round to its events.
            "stuck" => {
                std::thread::spawn(|| panic!("{WORDS}"));
                std::thread::sleep(std::time::Duration::from_hours(1));
            }
            other => panic!("no place {other}"),
        }
    }
}

fn main() -> ExitCode {
    set_hook();
    let place = std::env::args().nth(1).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let code = runtime.block_on(async {
        let (sender, mut events) = unbounded_channel();
        let demo = DemoRunner::instant(sender.clone());
        let mut model = Model::wizard(demo::answers(), "/home/me");
        let look = Look::new(Theme::named("default").unwrap(), false, true);
        let began = Instant::now();
        let mut screen = Screen::take().unwrap();
        listen(&sender).unwrap();
        let runner = Defective { demo, place };
        let clock = || Moment(began.elapsed());
        event_loop::run(&mut screen, &mut model, &look, &mut events, &runner, clock)
            .await
            .unwrap()
    });
    ExitCode::from(code)
}
