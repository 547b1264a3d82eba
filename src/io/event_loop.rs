//! The one loop: wait for an event, update, start the effects, and draw when nothing more is waiting.

use ratatui::Terminal;
use ratatui::backend::Backend;
use ratatui::layout::{Position, Rect};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::tui::effect::{Announcement, Effect};
use crate::tui::event::{Event, PointerAction, Timestamp};
use crate::tui::job::Job;
use crate::tui::model::Model;
use crate::tui::request::{RequestId, RequestTracker, Response};
use crate::tui::update::{INTERRUPTED, start, update};
use crate::tui::view::draw;
use crate::tui::view::pointer::target_at;
use crate::tui::widgets::render_context::RenderContext;

/// Most events taken before a drawing, so that a flood of output never holds the screen back.
const BATCH: usize = 512;

/// Carries out effects, each without making the loop wait; what comes of them are events.
pub trait Runner {
    /// Starts one effect; its responses carry this request.
    fn start(&self, effect: Effect, request: Option<RequestId>);

    /// Starts no command of a run from here on; says whether kops was started for this one, so that it continues.
    fn let_go(&self, _job: Job) -> bool {
        false
    }
}

/// What is drawn on, and can be lent to the shell.
pub trait Display {
    type Backend: Backend;

    /// Where the cells go.
    fn terminal(&mut self) -> &mut Terminal<Self::Backend>;

    /// Asks the process group to stop, when a shell waits for that.
    fn ask_to_stop(&self) {}

    /// Gives the terminal back and stops until the process is continued.
    fn stop(&mut self) {}

    /// Rings, or shows a notification, as the announcement says.
    fn announce(&mut self, _announcement: &Announcement) {}

    /// Takes the mouse, or leaves it to the terminal.
    fn take_mouse(&mut self, _taken: bool) {}

    /// Puts a text into the clipboard of the person's terminal, where that takes one.
    fn copy(&mut self, _text: &str) {}

    /// Takes the terminal again, whatever became of it, so that the next drawing is whole.
    fn retake(&mut self) -> Result<(), <Self::Backend as Backend>::Error> {
        Ok(())
    }
}

impl<B: Backend> Display for Terminal<B> {
    type Backend = B;

    fn terminal(&mut self) -> &mut Terminal<B> {
        self
    }
}

type DisplayError<D> = <<D as Display>::Backend as Backend>::Error;

/// Runs the program on any display with any runner until an effect ends it, and gives the exit code.
pub async fn run<D: Display>(
    display: &mut D,
    model: &mut Model,
    context: &RenderContext,
    events: &mut UnboundedReceiver<Response>,
    runner: &impl Runner,
    clock: impl Fn() -> Timestamp,
) -> Result<u8, DisplayError<D>> {
    let mut requests = RequestTracker::default();
    let effects = start(model);
    if let Some(code) = carry_out(effects, &mut requests, display, runner)? {
        return Ok(code);
    }
    display
        .terminal()
        .draw(|frame| draw(frame, model, context))?;
    while let Some(first) = events.recv().await {
        let mut next = Some(first);
        let mut taken = 0;
        while let Some(response) = next {
            let event = requests.accept(response);
            let event = event.and_then(|event| clicked(display, model, context, event));
            let effects = event.map_or_else(Vec::new, |event| update(model, clock(), event));
            if let Some(code) = carry_out(effects, &mut requests, display, runner)? {
                return Ok(code);
            }
            taken += 1;
            next = (taken < BATCH).then(|| events.try_recv().ok()).flatten();
        }
        if model.take_changed() {
            display
                .terminal()
                .draw(|frame| draw(frame, model, context))?;
        }
    }
    Ok(INTERRUPTED)
}

// What was clicked on is where the view has drawn it; a click on nothing does nothing.
fn clicked<D: Display>(
    display: &mut D,
    model: &Model,
    context: &RenderContext,
    event: Event,
) -> Option<Event> {
    match event {
        Event::Pointed(pointed) if pointed.action == PointerAction::Click => {
            let size = display.terminal().size().ok()?;
            let at = Position::new(pointed.column, pointed.row);
            let area = Rect::from((Position::ORIGIN, size));
            target_at(area, at, model, context).map(Event::Clicked)
        }
        event => Some(event),
    }
}

fn carry_out<D: Display>(
    effects: Vec<Effect>,
    requests: &mut RequestTracker,
    display: &mut D,
    runner: &impl Runner,
) -> Result<Option<u8>, DisplayError<D>> {
    for effect in effects {
        match effect {
            Effect::Exit(code) => return Ok(Some(code)),
            Effect::AskToStop => display.ask_to_stop(),
            Effect::Stop => display.stop(),
            Effect::Retake => display.retake()?,
            Effect::Copy(text) => display.copy(&text),
            Effect::TakeMouse(taken) => display.take_mouse(taken),
            Effect::Announce(announcement) => {
                display.announce(&announcement);
                runner.start(Effect::Announce(announcement), None);
            }
            effect => {
                let request = requests.start_request(&effect);
                runner.start(effect, request);
            }
        }
    }
    Ok(None)
}
