//! Keys, pastes and sizes as the program knows them, read on a thread of their own.

use std::time::Duration;
use std::{io, thread};

use crossterm::event::{
    Event as Input, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent,
    MouseEventKind, poll, read,
};
use tokio::sync::mpsc::UnboundedSender;

use super::background::{LateAnswer, REST, TakenKey};
use super::lent::until_ours;
use super::waiting_input::input_waits;
use crate::tui::event::{Event, Pointed, PointerAction};
use crate::tui::key::{Code, Key};
use crate::tui::request::Response;

/// What has come is looked for so long: its end may still be on its way.
const MOMENT: Duration = Duration::from_millis(20);

/// Reads until the terminal or the program ends; an answer of the terminal that may still come is no key.
pub(super) fn listen(events: UnboundedSender<Response>, late: LateAnswer) -> io::Result<()> {
    let mut inputs = Inputs { events, late };
    thread::Builder::new()
        .name("terminal".to_owned())
        .spawn(move || inputs.read())?;
    Ok(())
}

struct Inputs {
    events: UnboundedSender<Response>,
    late: LateAnswer,
}

impl Inputs {
    fn read(&mut self) {
        for input in std::mem::take(&mut self.late.early) {
            if !self.send(event_of(input)) {
                return;
            }
        }
        while let Ok(inputs) = self.next() {
            let mut inputs = inputs.into_iter();
            if !inputs.all(|input| self.send(event_of(input))) {
                return;
            }
        }
        self.send(Some(Event::TerminalLost));
    }

    fn next(&mut self) -> io::Result<Vec<Input>> {
        loop {
            if let Some(input) = read_ours()? {
                return Ok(self.known(input));
            }
            let patience = self.late.holds().then_some(REST);
            if !input_waits(patience)? {
                return Ok(keys(self.late.release()));
            }
        }
    }

    // What is no answer of the terminal.
    fn known(&mut self, input: Input) -> Vec<Input> {
        match input {
            Input::Key(key) => match self.late.take(key) {
                TakenKey::Held | TakenKey::Answered(_) => Vec::new(),
                TakenKey::Typed(typed) => keys(typed),
            },
            other => {
                let mut inputs = keys(self.late.release());
                inputs.push(other);
                inputs
            }
        }
    }

    // False when nobody takes events any more.
    fn send(&self, event: Option<Event>) -> bool {
        event.is_none_or(|event| self.events.send(event.into()).is_ok())
    }
}

fn keys(keys: Vec<KeyEvent>) -> Vec<Input> {
    keys.into_iter().map(Input::Key).collect()
}

// One that has come, read while no other program has the terminal.
fn read_ours() -> io::Result<Option<Input>> {
    let _ours = until_ours();
    if poll(MOMENT)? {
        return read().map(Some);
    }
    Ok(None)
}

fn event_of(input: Input) -> Option<Event> {
    match input {
        Input::Key(key) if key.kind != KeyEventKind::Release => key_of(key).map(Event::Key),
        Input::Paste(text) => Some(Event::Paste(text)),
        Input::Mouse(mouse) => pointed(mouse).map(Event::Pointed),
        // A new size is known by its signal, at once.
        _ => None,
    }
}

// Only what does something: the wheel, and the left button as it goes down.
fn pointed(mouse: MouseEvent) -> Option<Pointed> {
    let action = match mouse.kind {
        MouseEventKind::ScrollUp => PointerAction::WheelUp,
        MouseEventKind::ScrollDown => PointerAction::WheelDown,
        MouseEventKind::Down(MouseButton::Left) => PointerAction::Click,
        _ => return None,
    };
    Some(Pointed {
        action,
        column: mouse.column,
        row: mouse.row,
    })
}

fn key_of(key: KeyEvent) -> Option<Key> {
    let code = match key.code {
        KeyCode::Char(character) => Code::Char(character),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => Code::BackTab,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::Insert => Code::Insert,
        KeyCode::F(number) => Code::Function(number),
        _ => return None,
    };
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    // Any other key does with alt what it does without: terminals send alt for what a keyboard has on a third level.
    let alt = key.modifiers.contains(KeyModifiers::ALT) && matches!(code, Code::Char('0'..='9'));
    Some(Key { code, ctrl, alt })
}
