//! The traveller: presses keys one by one, lets everything that each sets off end, and tells where it arrived.

use std::cell::RefCell;
use std::time::Duration;

use kopswain::core::answers::Answers;
use kopswain::io::demo::{self, DemoRunner};
use kopswain::io::event_loop::{self, Runner};
use kopswain::tui::effect::{Effect, KopsRun, Wake};
use kopswain::tui::event::{EditedText, Event, Timestamp};
use kopswain::tui::job::Job;
use kopswain::tui::model::{Model, Screen};
use kopswain::tui::request::{RequestId, Response};
use kopswain::tui::screens::wizard::Wizard;
use kopswain::tui::theme::Theme;
use kopswain::tui::widgets::render_context::RenderContext;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::yield_now;

use crate::keys::journey;

/// Looks of `kops validate` that the journeys wait for: the demonstration is ready at the fifth.
const LOOKS: usize = 6;

/// Turns that the loop and the runner get after each event; the longest answer has some hundred lines, sent in one turn.
const TURNS: usize = 48;

/// Stands for a person at an editor: the text that is there, and the one that is left; absent where no editor is there.
pub type PretendedEditor = fn(&str) -> Option<String>;

/// Where the pretended editor keeps its files.
pub const EDITED: &str = "/run/edited.yml";

/// Keeps every effect and lets the demonstration answer it.
struct Recorder {
    demo: DemoRunner,
    effects: RefCell<Vec<Effect>>,
    editor: PretendedEditor,
    events: UnboundedSender<Response>,
}

impl Recorder {
    // Whether the editor has answered.
    fn edits(&self, effect: &Effect, request: Option<&RequestId>) -> bool {
        let Effect::OpenEditor(asked) = effect else {
            return false;
        };
        let Some(text) = (self.editor)(&asked.text) else {
            return false;
        };
        let file = EDITED.into();
        let event = Event::EditorEnded(Ok(EditedText { text, file }));
        let request = request.cloned();
        self.events.send(Response { request, event }).is_ok()
    }
}

impl Runner for Recorder {
    fn start(&self, effect: Effect, request: Option<RequestId>) {
        let mut effects = self.effects.borrow_mut();
        let looks = effects
            .iter()
            .filter(|known| is_run(known, Job::Validate))
            .count();
        let waits = matches!(
            effect,
            Effect::Wake {
                why: Wake::Validate { .. },
                ..
            }
        );
        effects.push(effect.clone());
        if self.edits(&effect, request.as_ref()) {
            return;
        }
        if !(waits && looks >= LOOKS) {
            self.demo.start(effect, request);
        }
    }
}

pub fn is_run(effect: &Effect, job: Job) -> bool {
    matches!(effect, Effect::Run(run) | Effect::Ask(run) if run.job == job)
}

/// Where a journey ended.
pub struct Arrived {
    pub model: Model,
    pub effects: Vec<Effect>,
    /// The exit code, when the program ended.
    pub code: Option<u8>,
    pub screen: Vec<String>,
}

/// Follows keys from the start of the demonstration; `<enter>` and the like as in [`journey`].
pub fn travel(keys: &str) -> Arrived {
    let events = journey(keys).into_iter().map(Event::Key).collect();
    follow(Model::wizard(demo::answers(), "/home/op"), events)
}

/// Follows events, each once everything that the one before set off has ended.
pub fn follow(model: Model, events: Vec<Event>) -> Arrived {
    follow_with(model, events, |_| None)
}

/// The same with an editor.
pub fn follow_with(mut model: Model, events: Vec<Event>, editor: PretendedEditor) -> Arrived {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async move {
        let (sender, mut receiver) = unbounded_channel();
        let runner = Recorder {
            demo: DemoRunner::instant(sender.clone()),
            effects: RefCell::default(),
            editor,
            events: sender.clone(),
        };
        let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
        let context = RenderContext::new(Theme::named("default").unwrap(), false, false);
        let clock = || Timestamp(Duration::from_secs(1));
        let code = tokio::select! {
            biased;
            code = event_loop::run(&mut terminal, &mut model, &context, &mut receiver, &runner, clock) => Some(code.unwrap()),
            () = feed(sender, events) => None,
        };
        let screen = rows(&terminal);
        Arrived { model, effects: runner.effects.into_inner(), code, screen }
    })
}

async fn feed(sender: UnboundedSender<Response>, events: Vec<Event>) {
    settle().await;
    for event in events {
        sender.send(event.into()).unwrap();
        settle().await;
    }
}

pub async fn settle() {
    for _ in 0..TURNS {
        yield_now().await;
    }
}

fn rows(terminal: &Terminal<TestBackend>) -> Vec<String> {
    let buffer = terminal.backend().buffer();
    let rows = buffer.content.chunks(usize::from(buffer.area.width));
    rows.map(|row| {
        row.iter()
            .map(ratatui::buffer::Cell::symbol)
            .collect::<String>()
            .trim_end()
            .to_owned()
    })
    .collect()
}

impl Arrived {
    pub fn wizard(&self) -> &Wizard {
        match self.model.screen() {
            Screen::Wizard(wizard) => wizard,
            other => panic!("not in the wizard: {other:?}"),
        }
    }

    pub fn shows(&self, words: &str) -> bool {
        self.screen.iter().any(|row| row.contains(words))
    }

    pub fn runs(&self) -> Vec<&KopsRun> {
        let runs = self.effects.iter().filter_map(|effect| match effect {
            Effect::Run(run) => Some(run),
            _ => None,
        });
        runs.collect()
    }

    /// The command lines of the run, in order, those of the dashboard left out.
    pub fn commands(&self) -> Vec<String> {
        let runs = self
            .runs()
            .into_iter()
            .filter(|run| run.job != Job::Validate);
        runs.map(|run| run.command.to_string()).collect()
    }

    pub fn saved(&self) -> Vec<Answers> {
        let saved = self.effects.iter().filter_map(|effect| match effect {
            Effect::SaveAnswers(text) => Some(Answers::parse(text).unwrap()),
            _ => None,
        });
        saved.collect()
    }
}

pub const TO_REVIEW: &str = "<enter><enter><enter><enter><enter>";

pub fn to_review(then: &str) -> Arrived {
    travel(&format!("{TO_REVIEW}{then}"))
}
