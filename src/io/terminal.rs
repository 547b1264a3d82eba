//! The real terminal: raw mode and screen taken and given back on every way out, keys read on a thread of their own.

use std::io::{self, Stdout, Write};
use std::thread;

use crossterm::cursor::Show;
use crossterm::event::{
    DisableBracketedPaste, EnableBracketedPaste, Event as Input, KeyCode, KeyEvent, KeyEventKind,
    KeyModifiers, read,
};
use crossterm::execute;
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, SetTitle, disable_raw_mode, enable_raw_mode,
};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::UnboundedSender;

use crate::app::event::Event;
use crate::app::key::{Code, Key};

/// The terminal while the program has it; dropping it gives it back.
#[derive(Debug)]
pub struct Screen {
    pub terminal: Terminal<CrosstermBackend<Stdout>>,
}

impl Screen {
    /// Takes the terminal, and makes sure that a panic gives it back before its message is printed.
    pub fn take() -> io::Result<Self> {
        let earlier = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            give_back();
            earlier(info);
        }));
        enable_raw_mode()?;
        execute!(
            io::stdout(),
            EnterAlternateScreen,
            EnableBracketedPaste,
            SetTitle("kopswain")
        )
        .inspect_err(|_| give_back())?;
        let terminal =
            Terminal::new(CrosstermBackend::new(io::stdout())).inspect_err(|_| give_back())?;
        Ok(Self { terminal })
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

// What cannot be written to a terminal that is gone is of no use to anybody.
fn give_back() {
    let mut out = io::stdout();
    let _ = execute!(out, DisableBracketedPaste, LeaveAlternateScreen, Show);
    let _ = disable_raw_mode();
    let _ = out.flush();
}

/// Reads keys, pastes and sizes on a thread, and signals on a task, until the program ends.
pub fn listen(events: &UnboundedSender<Event>) -> io::Result<()> {
    let inputs = events.clone();
    thread::Builder::new()
        .name("terminal".to_owned())
        .spawn(move || read_inputs(&inputs))?;
    for kind in [
        SignalKind::terminate(),
        SignalKind::hangup(),
        SignalKind::quit(),
        SignalKind::interrupt(),
    ] {
        let mut arrived = signal(kind)?;
        let events = events.clone();
        tokio::spawn(async move {
            while arrived.recv().await.is_some() {
                if events.send(Event::Terminated).is_err() {
                    return;
                }
            }
        });
    }
    Ok(())
}

fn read_inputs(events: &UnboundedSender<Event>) {
    loop {
        let event = match read() {
            Ok(input) => match event_of(input) {
                Some(event) => event,
                None => continue,
            },
            Err(_) => Event::TerminalLost,
        };
        let lost = event == Event::TerminalLost;
        if events.send(event).is_err() || lost {
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
        _ => return None,
    };
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    Some(Key { code, ctrl })
}
