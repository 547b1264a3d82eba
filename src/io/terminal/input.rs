//! Keys, pastes and sizes as the program knows them, read on a thread of their own.

use std::{io, thread};

use crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, read};
use tokio::sync::mpsc::UnboundedSender;

use crate::tui::event::Event;
use crate::tui::key::{Code, Key};
use crate::tui::request::Response;

/// Reads until the terminal or the program ends.
pub(super) fn listen(events: UnboundedSender<Response>) -> io::Result<()> {
    thread::Builder::new()
        .name("terminal".to_owned())
        .spawn(move || read_inputs(&events))?;
    Ok(())
}

fn read_inputs(events: &UnboundedSender<Response>) {
    loop {
        let event = match read() {
            Ok(input) => match event_of(input) {
                Some(event) => event,
                None => continue,
            },
            Err(_) => Event::TerminalLost,
        };
        let lost = event == Event::TerminalLost;
        if events.send(event.into()).is_err() || lost {
            return;
        }
    }
}

fn event_of(input: Input) -> Option<Event> {
    match input {
        Input::Key(key) if key.kind != KeyEventKind::Release => key_of(key).map(Event::Key),
        Input::Paste(text) => Some(Event::Paste(text)),
        Input::Resize(columns, rows) => Some(Event::Resize { columns, rows }),
        _ => None,
    }
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
    Some(Key { code, ctrl })
}
