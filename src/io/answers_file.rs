//! The answers file in the working folder: read at the start, written whole after every answer; what somebody else wrote
//! into it meanwhile is kept.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use super::files::{KeptBeside, cause, put, read_at_most, refuse_secret, shown};
use super::reply::Reply;
use crate::core::answers::{Answers, LONGEST};
use crate::core::fault::Fault;
use crate::tui::event::Event;

/// The file's name when none is given.
pub const DEFAULT: &str = "answers.yml";

/// An answers file and what this program last saw in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnswersFile {
    path: PathBuf,
    /// Absent when there was none.
    seen: Option<String>,
}

impl From<PathBuf> for AnswersFile {
    fn from(path: PathBuf) -> Self {
        Self { path, seen: None }
    }
}

/// Reads an answers file, or standard input for `-`; `Ok(None)` when there is none.
pub fn read(path: &Path) -> Result<Option<Answers>, Fault> {
    open(path).map(|(answers, _)| answers)
}

/// The same, with what is needed to write it later.
pub fn open(path: &Path) -> Result<(Option<Answers>, AnswersFile), Fault> {
    let text = match read_at_most(path, LONGEST) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok((None, path.to_owned().into()));
        }
        Err(error) => return Err(unreadable(path, &cause(&error))),
    };
    refuse_secret(path, &text)?;
    let answers = Answers::parse(&text).map_err(|error| {
        Fault::new(
            format!("{} is not an answers file", shown(path)),
            error.to_string(),
            "correct the named line (the README lists every key under \"Answers file\"), or name another file with --answers; nothing was changed",
        )
    })?;
    let file = AnswersFile {
        path: path.to_owned(),
        seen: Some(text),
    };
    Ok((Some(answers), file))
}

fn unreadable(path: &Path, why: &str) -> Fault {
    Fault::new(
        format!("{} cannot be read", shown(path)),
        why,
        "name a readable file with --answers",
    )
}

/// What came of writing: the versions of others that were kept, and why the last write failed, if it did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    pub kept: Vec<KeptBeside>,
    pub failed: Option<Fault>,
}

/// Writes the latest answers on a thread of its own; dropping it waits for the last write.
#[derive(Debug)]
pub struct AnswersWriter {
    texts: Mutex<Option<Sender<String>>>,
    thread: Mutex<Option<JoinHandle<Written>>>,
}

impl AnswersWriter {
    /// Starts to write into this file whatever is saved.
    pub(super) fn start(mut file: AnswersFile, reply: Reply) -> Self {
        let (texts, waiting) = channel::<String>();
        let thread = thread::spawn(move || {
            let mut written = Written::default();
            while let Ok(first) = waiting.recv() {
                let text = waiting.try_iter().last().unwrap_or(first);
                file.write(text, &mut written, &reply);
            }
            written
        });
        Self {
            texts: Mutex::new(Some(texts)),
            thread: Mutex::new(Some(thread)),
        }
    }

    /// Saves these answers; only the latest of several is written.
    pub fn save(&self, text: String) {
        let texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(texts) = texts.as_ref() {
            let _ = texts.send(text);
        }
    }

    /// Waits for the last write and tells what came of all; nothing is written afterwards.
    pub fn finish(&self) -> Written {
        drop(take_held(&self.texts));
        let thread = take_held(&self.thread);
        let written = thread.and_then(|thread| thread.join().ok());
        written.unwrap_or_default()
    }
}

impl AnswersFile {
    fn write(&mut self, text: String, written: &mut Written, reply: &Reply) {
        let known = self.seen.as_ref().map(String::as_bytes);
        let put = put(&self.path, text.as_bytes(), 0o644, known);
        written.failed = put.as_ref().err().cloned();
        if let Ok(Some(kept)) = &put {
            written.kept.push(kept.clone());
        }
        reply.send(match put {
            Ok(kept) => {
                self.seen = Some(text);
                Event::Saved(Ok(kept.map(|kept| kept.words())))
            }
            Err(fault) => Event::Saved(Err(fault)),
        });
    }
}

fn take_held<T>(held: &Mutex<Option<T>>) -> Option<T> {
    held.lock().unwrap_or_else(PoisonError::into_inner).take()
}

impl Drop for AnswersWriter {
    fn drop(&mut self) {
        self.finish();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::fs;

    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

    use super::*;
    use crate::tui::request::Response;

    fn saved(events: &mut UnboundedReceiver<Response>) -> Result<Option<String>, Fault> {
        match events.blocking_recv().unwrap().event {
            Event::Saved(saved) => saved,
            other => unreachable!("{other:?}"),
        }
    }

    #[test]
    fn an_edit_made_meanwhile_is_kept_and_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("answers.yml");
        fs::write(&path, "cluster: a.example.com\n").unwrap();
        let (answers, file) = open(&path).unwrap();
        assert_eq!(answers.unwrap().cluster, "a.example.com");
        let (events, mut received) = unbounded_channel();
        let writer = AnswersWriter::start(file, Reply::new(events));
        writer.save("cluster: b.example.com\n".to_owned());
        assert_eq!(saved(&mut received), Ok(None));
        // An editor saves, and so does git a second time.
        fs::write(&path, "cluster: edited.example.com\n").unwrap();
        writer.save("cluster: c.example.com\n".to_owned());
        let other = folder.path().join("answers.yml.1");
        let words = format!(
            "{} was changed by another program: that version is kept as {}",
            path.display(),
            other.display()
        );
        assert_eq!(saved(&mut received), Ok(Some(words)));
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            "cluster: c.example.com\n"
        );
        assert_eq!(
            fs::read_to_string(&other).unwrap(),
            "cluster: edited.example.com\n"
        );
        let kept = KeptBeside { file: path, other };
        assert_eq!(
            writer.finish(),
            Written {
                kept: vec![kept],
                failed: None
            }
        );
    }

    #[test]
    fn a_file_that_appears_meanwhile_is_kept_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("answers.yml");
        let (answers, file) = open(&path).unwrap();
        assert_eq!(answers, None);
        let (events, _told) = unbounded_channel();
        let writer = AnswersWriter::start(file, Reply::new(events));
        fs::write(&path, "cluster: theirs.example.com\n").unwrap();
        writer.save("cluster: a.example.com\n".to_owned());
        assert_eq!(writer.finish().kept.len(), 1);
        let kept = fs::read_to_string(folder.path().join("answers.yml.1")).unwrap();
        assert_eq!(kept, "cluster: theirs.example.com\n");
    }
}
