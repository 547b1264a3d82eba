//! The one loop: wait for an event, update, start the effects, and draw when nothing more is waiting.

use ratatui::Terminal;
use ratatui::backend::Backend;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::app::effect::Effect;
use crate::app::event::{Event, Moment};
use crate::app::model::Model;
use crate::app::update::{INTERRUPTED, start, update};
use crate::ui::screen::{Look, draw};

/// Most events taken before a drawing, so that a flood of output never holds the screen back.
const BATCH: usize = 512;

/// Carries out effects, each without making the loop wait; what comes of them are events.
pub trait Runner {
    /// Starts one effect.
    fn start(&self, effect: Effect);
}

/// Runs the program on any terminal with any runner until an effect ends it, and gives the exit code.
pub async fn run<B: Backend>(
    terminal: &mut Terminal<B>,
    model: &mut Model,
    look: &Look,
    events: &mut UnboundedReceiver<Event>,
    runner: &impl Runner,
    clock: impl Fn() -> Moment,
) -> Result<u8, B::Error> {
    if let Some(code) = carry_out(start(model), runner) {
        return Ok(code);
    }
    terminal.draw(|frame| draw(frame, model, look))?;
    while let Some(event) = events.recv().await {
        if let Some(code) = take_waiting(model, event, events, runner, &clock) {
            return Ok(code);
        }
        terminal.draw(|frame| draw(frame, model, look))?;
    }
    Ok(INTERRUPTED)
}

fn take_waiting(
    model: &mut Model,
    first: Event,
    events: &mut UnboundedReceiver<Event>,
    runner: &impl Runner,
    clock: &impl Fn() -> Moment,
) -> Option<u8> {
    let mut next = Some(first);
    for _ in 0..BATCH {
        let effects = update(model, clock(), next.take()?);
        let code = carry_out(effects, runner);
        if code.is_some() {
            return code;
        }
        next = events.try_recv().ok();
    }
    let effects = next.map(|event| update(model, clock(), event));
    carry_out(effects.unwrap_or_default(), runner)
}

fn carry_out(effects: Vec<Effect>, runner: &impl Runner) -> Option<u8> {
    for effect in effects {
        match effect {
            Effect::Exit(code) => return Some(code),
            effect => runner.start(effect),
        }
    }
    None
}
