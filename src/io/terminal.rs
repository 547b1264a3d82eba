//! The real terminal: raw mode and screen taken, given back on every way out, and lent in between, to the shell or to an
//! editor.

mod background;
mod crash;
mod input;
mod lent;
mod locale;
mod signals;
mod waiting_input;

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

pub use background::{Background, LateAnswer};
pub use crash::{report_to, set_hook};
use crossterm::clipboard::CopyToClipboard;
use crossterm::cursor::{MoveTo, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::execute;
use crossterm::style::{Attribute, Print, SetAttribute};
use crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, SetTitle, disable_raw_mode,
    enable_raw_mode, is_raw_mode_enabled,
};
pub use lent::{LentTerminal, lend};
pub use locale::{in_locale, is_utf8};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::{Position, Rect};
pub use signals::{end_on_signals, listen};
pub use waiting_input::is_gone;

use super::event_loop::Display;
use crate::core::text::untrusted::visible;
use crate::tui::effect::Announcement;

/// The terminal keeps the window's title on a stack of its own (xterm, "XTWINOPS"): it is never asked for it.
const KEEP_TITLE: &str = "\u{1b}[22;0t";
const TITLE_AS_BEFORE: &str = "\u{1b}[23;0t";

/// The longest wait for a drawing that is under way, when the terminal is given back from another thread.
const PATIENCE: Duration = Duration::from_millis(300);

/// Buttons and wheel, with places of any size (xterm, "Mouse Tracking", modes 1000 and 1006): moving the mouse says nothing.
const TAKE_MOUSE: &str = "\u{1b}[?1000h\u{1b}[?1006h";
const LEAVE_MOUSE: &str = "\u{1b}[?1006l\u{1b}[?1000l";

/// A terminal that knows synchronized output (mode 2026) shows a frame at once; any other ignores it.
const FRAME_BEGINS: &[u8] = b"\x1b[?2026h";
const FRAME_ENDS: &[u8] = b"\x1b[?2026l";
/// Hiding or moving the cursor is no frame.
const SHORTEST_FRAME: usize = 32;

// Whether the mouse is taken, for whichever thread gives the terminal back.
static MOUSE: AtomicBool = AtomicBool::new(false);

// Whether the program has the terminal. Locked while anything is written to it.
static HELD: Mutex<bool> = Mutex::new(false);

/// The terminal while the program has it; dropping it gives it back.
#[derive(Debug)]
pub struct TerminalScreen {
    pub terminal: Terminal<CrosstermBackend<Out>>,
}

impl TerminalScreen {
    /// Asks the terminal for its background, waits a moment for the answer, and gives what later ones are known by.
    pub fn background(&self) -> io::Result<(Option<Background>, LateAnswer)> {
        let held = held();
        if *held {
            return LateAnswer::ask(&mut io::stdout());
        }
        Ok((None, LateAnswer::default()))
    }

    /// Takes the terminal: asks it nothing, so a terminal that never answers holds nothing up.
    pub fn take() -> io::Result<Self> {
        acquire()?;
        let terminal =
            Terminal::new(CrosstermBackend::new(Out::default())).inspect_err(|_| give_back())?;
        Ok(Self { terminal })
    }
}

impl Drop for TerminalScreen {
    fn drop(&mut self) {
        give_back();
    }
}

impl Display for TerminalScreen {
    type Backend = CrosstermBackend<Out>;

    fn terminal(&mut self) -> &mut Terminal<Self::Backend> {
        &mut self.terminal
    }

    fn ask_to_stop(&self) {
        signals::ask_to_stop();
    }

    fn stop(&mut self) {
        if signals::shell_waits() {
            give_back();
            signals::stop();
        }
    }

    // A terminal that knows no notifications ignores this one. A cluster's name has no character that a terminal obeys.
    fn announce(&mut self, announcement: &Announcement) {
        let (cluster, word) = (&announcement.cluster, announcement.word());
        if announcement.alerts.bell {
            let _ = execute!(self.terminal.backend_mut(), Print('\u{7}'));
        }
        if announcement.alerts.notify {
            let text = format!("\u{1b}]9;{} is {word}\u{1b}\\", visible(cluster));
            let _ = execute!(self.terminal.backend_mut(), Print(text));
        }
    }

    fn take_mouse(&mut self, taken: bool) {
        MOUSE.store(taken, Ordering::Relaxed);
        let mode = if taken { TAKE_MOUSE } else { LEAVE_MOUSE };
        let _ = execute!(self.terminal.backend_mut(), Print(mode));
    }

    // A terminal that takes no text of a clipboard ignores this.
    fn copy(&mut self, text: &str) {
        let text = CopyToClipboard::to_clipboard_from(text);
        let _ = execute!(self.terminal.backend_mut(), text);
    }

    // Resizing clears and draws everything again. `Terminal::clear` would first ask the terminal where its cursor is.
    fn retake(&mut self) -> io::Result<()> {
        // A program that was stopped together with us has it again.
        if lent::is_lent() {
            return Ok(());
        }
        acquire()?;
        let size = self.terminal.size()?;
        self.terminal.resize(Rect::from((Position::ORIGIN, size)))
    }
}

/// Makes the terminal of standard output standard input too: keys come from it once a report was read from a pipe.
pub fn take_keys_from_the_terminal() -> io::Result<()> {
    let path = nix::unistd::ttyname(io::stdout())?;
    let terminal = std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)?;
    nix::unistd::dup2_stdin(terminal)?;
    Ok(())
}

/// Standard output while the program has the terminal; what is drawn at another time goes nowhere.
#[derive(Debug, Default)]
pub struct Out {
    pending: Vec<u8>,
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.pending.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let held = held();
        let bytes = std::mem::take(&mut self.pending);
        if *held {
            let mut out = io::stdout().lock();
            if bytes.len() < SHORTEST_FRAME {
                out.write_all(&bytes)?;
            } else {
                out.write_all(&[FRAME_BEGINS, &bytes, FRAME_ENDS].concat())?;
            }
            out.flush()?;
        }
        Ok(())
    }
}

fn held() -> MutexGuard<'static, bool> {
    HELD.lock().unwrap_or_else(PoisonError::into_inner)
}

// The shell may have changed the modes while it had the terminal, so all of them are set, whatever was set before.
fn acquire() -> io::Result<()> {
    let mut held = held();
    disable_raw_mode()?;
    enable_raw_mode()?;
    let mut out = io::stdout();
    if !*held {
        *held = true;
        execute!(out, Print(KEEP_TITLE)).inspect_err(|_| release(&mut held))?;
    }
    execute!(
        out,
        EnterAlternateScreen,
        EnableBracketedPaste,
        SetTitle("kopswain")
    )
    .and_then(|()| take_mouse_again(&mut out))
    .inspect_err(|_| release(&mut held))
}

fn take_mouse_again(out: &mut impl Write) -> io::Result<()> {
    if MOUSE.load(Ordering::Relaxed) {
        execute!(out, Print(TAKE_MOUSE))?;
    }
    Ok(())
}

// A prompt takes raw mode by itself, a screen as one that holds the terminal.
fn prompt_waits() -> bool {
    HELD.try_lock().is_ok_and(|held| !*held) && is_raw_mode_enabled().unwrap_or(false)
}

/// Gives the terminal back, from any thread and as often as one likes; what is drawn from then on goes nowhere.
pub fn give_back() {
    let began = Instant::now();
    loop {
        match HELD.try_lock() {
            Ok(mut held) => return release(&mut held),
            Err(TryLockError::Poisoned(poisoned)) => return release(&mut poisoned.into_inner()),
            Err(TryLockError::WouldBlock) if began.elapsed() < PATIENCE => {
                thread::sleep(Duration::from_millis(5));
            }
            // Whoever writes is held up by the terminal: only the mode can be given back.
            Err(TryLockError::WouldBlock) => {
                let _ = disable_raw_mode();
                return;
            }
        }
    }
}

// What cannot be written to a terminal that is gone is of no use to anybody.
fn release(held: &mut bool) {
    let raw = is_raw_mode_enabled().unwrap_or(false);
    let mut out = io::stdout();
    if std::mem::replace(held, false) {
        if MOUSE.load(Ordering::Relaxed) {
            let _ = execute!(out, Print(LEAVE_MOUSE));
        }
        // tmux (3.3a) leaves pieces of what is on it behind where the window was made larger meanwhile.
        let _ = execute!(
            out,
            SetAttribute(Attribute::Reset),
            MoveTo(0, 0),
            Clear(ClearType::All),
            DisableBracketedPaste,
            LeaveAlternateScreen,
            Show,
            Print(TITLE_AS_BEFORE)
        );
    } else if raw {
        // A prompt hides the cursor, marks pastes, and has its reason below the line.
        let _ = execute!(
            out,
            Clear(ClearType::FromCursorDown),
            DisableBracketedPaste,
            Show,
            Print("\r\n")
        );
    }
    if raw {
        let _ = disable_raw_mode();
    }
}
