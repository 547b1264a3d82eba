//! What kops prints during a run, as far as it is kept for the screen, and how far it is scrolled back.

use std::collections::VecDeque;

use crate::tui::event::{OutputStream, PrintedLine};
use crate::tui::form;
use crate::tui::job::Job;

/// Lines kept for the screen; all of them are in the run folder.
const LINES_KEPT: usize = 2_000;

/// One line of the run: a command as it is started, or what kops printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutputLine {
    Command(String),
    Printed(PrintedLine),
    /// What a command printed that is a document to compare, not to read: so many lines.
    Document {
        lines: usize,
    },
}

/// The last lines of a run.
#[derive(Clone, Debug, Default)]
pub struct OutputLog {
    pub lines: VecDeque<OutputLine>,
    pub back: usize,
}

impl OutputLog {
    pub(super) fn push_command(&mut self, command: String) {
        self.push(OutputLine::Command(command));
    }

    pub(super) fn push_printed(&mut self, job: Job, line: PrintedLine) {
        let is_document = line.stream == OutputStream::Stdout && prints_document(job);
        match self.lines.back_mut() {
            Some(OutputLine::Document { lines }) if is_document => *lines += 1,
            _ if is_document => self.push(OutputLine::Document { lines: 1 }),
            _ => self.push(OutputLine::Printed(line)),
        }
    }

    fn push(&mut self, line: OutputLine) {
        if self.lines.len() == LINES_KEPT {
            self.lines.pop_front();
        }
        if self.back > 0 {
            self.back = (self.back + 1).min(self.lines.len());
        }
        self.lines.push_back(line);
    }

    /// Scrolls down by so many lines, or up by fewer than none.
    pub(super) fn scroll(&mut self, movement: isize) {
        self.back = form::stepped(self.back, movement.saturating_neg(), self.lines.len());
    }
}

fn prints_document(job: Job) -> bool {
    matches!(
        job,
        Job::ReadBefore
            | Job::ReadBack
            | Job::ListKeys
            | Job::Update
            | Job::ReadAgain
            | Job::KeysAgain
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(stream: OutputStream, text: &str) -> PrintedLine {
        let text = text.into();
        PrintedLine { stream, text }
    }

    #[test]
    fn documents_are_counted_and_the_rest_is_kept() {
        let mut log = OutputLog::default();
        log.push_command("kops get all".to_owned());
        log.push_printed(Job::ReadBack, line(OutputStream::Stdout, "kind: Cluster"));
        log.push_printed(Job::ReadBack, line(OutputStream::Stdout, "spec:"));
        let warning = line(OutputStream::Stderr, "W1128");
        log.push_printed(Job::ReadBack, warning.clone());
        let expected = [
            OutputLine::Command("kops get all".to_owned()),
            OutputLine::Document { lines: 2 },
            OutputLine::Printed(warning),
        ];
        assert_eq!(log.lines.iter().cloned().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_is_read_stays_where_it_is_while_more_is_printed() {
        let mut log = OutputLog::default();
        for number in 0..LINES_KEPT + 5 {
            log.push_command(number.to_string());
        }
        assert_eq!(log.lines.len(), LINES_KEPT);
        log.scroll(-3);
        log.push_command("more".to_owned());
        assert_eq!(log.back, 4);
        log.scroll(1);
        assert_eq!(log.back, 3);
        log.back = 0;
        assert_eq!(log.back, 0);
    }
}
