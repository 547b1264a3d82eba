//! The answers file in the working folder: read at the start, written whole after every answer.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};

use crate::app::event::Event;
use crate::core::answers::{Answers, LONGEST};
use crate::core::fault::Fault;

use super::files::{read_at_most, refuse_secret, shown, write_whole};
use super::reply::Reply;

/// The file's name when none is given.
pub const DEFAULT: &str = "answers.yml";

/// Reads an answers file; `Ok(None)` when there is none.
pub fn read(path: &Path) -> Result<Option<Answers>, Fault> {
    let text = match read_at_most(path, LONGEST) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(path, &error.to_string())),
    };
    refuse_secret(path, &text)?;
    Answers::parse(&text).map(Some).map_err(|error| {
        Fault::new(
            format!("{} is not an answers file", shown(path)),
            error.to_string(),
            "correct the named line (the README lists every key under \"Answers file\"), or name another file with --answers; nothing was changed",
        )
    })
}

fn unreadable(path: &Path, why: &str) -> Fault {
    Fault::new(
        format!("{} cannot be read", shown(path)),
        why,
        "name a readable file with --answers",
    )
}

/// Writes the latest answers on a thread of its own; dropping it waits for the last write.
#[derive(Debug)]
pub struct AnswersWriter {
    texts: Option<Sender<String>>,
    thread: Option<JoinHandle<()>>,
}

impl AnswersWriter {
    /// Starts to write into this file whatever is saved.
    pub(super) fn start(path: PathBuf, reply: Reply) -> Self {
        let (texts, waiting) = channel::<String>();
        let thread = thread::spawn(move || {
            while let Ok(first) = waiting.recv() {
                let text = waiting.try_iter().last().unwrap_or(first);
                let saved = write_whole(&path, text.as_bytes(), 0o644);
                reply.send(Event::Saved(saved));
            }
        });
        Self {
            texts: Some(texts),
            thread: Some(thread),
        }
    }

    /// Saves these answers; only the latest of several is written.
    pub fn save(&self, text: String) {
        if let Some(texts) = &self.texts {
            let _ = texts.send(text);
        }
    }
}

impl Drop for AnswersWriter {
    fn drop(&mut self) {
        drop(self.texts.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
