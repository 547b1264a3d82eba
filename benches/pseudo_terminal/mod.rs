//! A program in a pseudo-terminal of 48 rows and 160 columns, and the screen that it draws.

#![allow(dead_code, reason = "each bench uses a part of it")]

use std::io::Read;
use std::num::NonZeroU16;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

pub(crate) type Failed = Box<dyn std::error::Error + Send + Sync>;

const ROWS: NonZeroU16 = NonZeroU16::MIN.saturating_add(47);
const COLUMNS: NonZeroU16 = NonZeroU16::MIN.saturating_add(159);
/// The longest wait for a screen.
const LONGEST: Duration = Duration::from_mins(1);

/// A program that is measured; it ends with this.
pub(crate) struct PseudoTerminal {
    pub(crate) child: Box<dyn Child + Send + Sync>,
    /// Kept open: with it the terminal would be gone.
    pub(crate) master: Box<dyn MasterPty + Send>,
    /// Bytes that were written to it.
    pub(crate) bytes: usize,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
}

impl PseudoTerminal {
    pub(crate) fn start(mut command: CommandBuilder) -> Result<Self, Failed> {
        let size = PtySize {
            rows: ROWS.get(),
            cols: COLUMNS.get(),
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size)?;
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        Ok(Self {
            output: listen(pair.master.try_clone_reader()?),
            child: pair.slave.spawn_command(command)?,
            screen: vt100::Parser::new(ROWS, COLUMNS, 0),
            master: pair.master,
            bytes: 0,
        })
    }

    pub(crate) fn contents(&self) -> String {
        self.screen.screen().contents()
    }

    /// Takes all that the program writes within this time.
    pub(crate) fn take_for(&mut self, time: Duration) -> Result<(), Failed> {
        let until = Instant::now() + time;
        while self.take_until(until)? {}
        Ok(())
    }

    pub(crate) fn wait(&mut self, shown: impl Fn(&str) -> bool) -> Result<(), Failed> {
        self.wait_for_screen(|screen| shown(&screen.contents()))
    }

    pub(crate) fn wait_for_screen(
        &mut self,
        shown: impl Fn(&vt100::Screen) -> bool,
    ) -> Result<(), Failed> {
        let until = Instant::now() + LONGEST;
        while !shown(self.screen.screen()) {
            if !self.take_until(until)? {
                return Err(self.contents().into());
            }
        }
        Ok(())
    }

    // Whether it wrote anything until then.
    fn take_until(&mut self, until: Instant) -> Result<bool, Failed> {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(false);
        }
        match self.output.recv_timeout(left) {
            Ok(bytes) => {
                self.bytes += bytes.len();
                self.screen.process(&bytes);
                Ok(true)
            }
            Err(RecvTimeoutError::Timeout) => Ok(false),
            Err(gone @ RecvTimeoutError::Disconnected) => Err(gone.into()),
        }
    }
}

impl Drop for PseudoTerminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn listen(mut reader: Box<dyn Read + Send>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut buffer = vec![0; 65_536];
        while let Ok(count @ 1..) = reader.read(&mut buffer) {
            let bytes = buffer.get(..count).unwrap_or_default().to_vec();
            if sender.send(bytes).is_err() {
                return;
            }
        }
    });
    receiver
}
