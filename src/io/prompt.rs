//! Prompts in place of screens: inquire on a terminal, plain lines in a pipe or on a dumb terminal.

use std::io::{self, BufRead, IsTerminal, Read as _, Write};

use inquire::ui::RenderConfig;
use inquire::{InquireError, Select, Text};

use super::files::cause;
use super::terminal::in_locale;
use crate::core::fault::Fault;
use crate::core::text::untrusted;

/// Why a prompt gave no answer.
#[derive(Debug)]
pub enum PromptEnd {
    /// The person went back (esc).
    Back,
    /// The person left (ctrl-c), or the terminal is gone.
    Left,
    /// Standard input has no further line.
    Ended,
    Failed(Fault),
}

/// Asks a person, one question after another.
pub trait Ask {
    /// Asks for a line; `current` is taken when nothing is typed.
    fn text(&mut self, question: &str, reason: &str, current: &str) -> Result<String, PromptEnd>;

    /// Asks for one of several; gives its index. There is at least one.
    fn choose(
        &mut self,
        question: &str,
        reason: &str,
        options: &[String],
        current: usize,
    ) -> Result<usize, PromptEnd>;
}

/// The prompts that this standard input allows.
pub fn prompts() -> Box<dyn Ask> {
    let dumb = std::env::var("TERM").is_ok_and(|term| term == "dumb");
    if io::stdin().is_terminal() && io::stdout().is_terminal() && !dumb {
        Box::new(Inquire)
    } else {
        Box::new(Lines)
    }
}

/// Prompts that can be edited, on a terminal.
#[derive(Debug)]
pub struct Inquire;

impl Ask for Inquire {
    fn text(&mut self, question: &str, reason: &str, current: &str) -> Result<String, PromptEnd> {
        let (question, reason, shown) = (visible(question), visible(reason), visible(current));
        // What cannot be shown as it is cannot be edited either: it is kept, or typed again.
        let editable = shown == current;
        let question = if editable {
            question
        } else {
            format!("{question} [{shown}]")
        };
        let prompt = Text::new(&question).with_render_config(RenderConfig::empty());
        let typed = prompt
            .with_help_message(&reason)
            .with_initial_value(if editable { current } else { "" })
            .prompt()
            .map_err(|error| stop(&error))?;
        let kept = !editable && typed.is_empty();
        Ok(if kept { current.to_owned() } else { typed })
    }

    fn choose(
        &mut self,
        question: &str,
        reason: &str,
        options: &[String],
        current: usize,
    ) -> Result<usize, PromptEnd> {
        let (question, reason) = (visible(question), visible(reason));
        let shown: Vec<String> = options.iter().map(|option| visible(option)).collect();
        let prompt = Select::new(&question, shown).with_render_config(RenderConfig::empty());
        let start = current.min(options.len().saturating_sub(1));
        let chosen = prompt
            .with_help_message(&reason)
            .with_starting_cursor(start)
            .raw_prompt();
        chosen
            .map(|option| option.index)
            .map_err(|error| stop(&error))
    }
}

fn stop(error: &InquireError) -> PromptEnd {
    match error {
        InquireError::OperationCanceled => PromptEnd::Back,
        InquireError::OperationInterrupted => PromptEnd::Left,
        // It was a terminal when it was asked: it has vanished, and the signal that says so may come later than the error.
        _ if !io::stdin().is_terminal() => PromptEnd::Left,
        other => PromptEnd::Failed(Fault::new(
            "the terminal cannot be asked",
            other.to_string(),
            "answer through a pipe, or write an answers file and use `kopswain create`",
        )),
    }
}

// What neither a terminal obeys nor the locale cannot show.
fn visible(text: &str) -> String {
    in_locale(&untrusted::visible(text))
}

/// Labelled lines: a question out, a line in, no escape sequence.
#[derive(Debug)]
pub struct Lines;

impl Ask for Lines {
    fn text(&mut self, question: &str, reason: &str, current: &str) -> Result<String, PromptEnd> {
        say(&format!(
            "{} [{}]\n  {}",
            visible(question),
            visible(current),
            visible(reason)
        ))?;
        let line = read_line()?;
        Ok(if line.is_empty() {
            current.to_owned()
        } else {
            line
        })
    }

    fn choose(
        &mut self,
        question: &str,
        reason: &str,
        options: &[String],
        current: usize,
    ) -> Result<usize, PromptEnd> {
        say(&format!("{}\n  {}", visible(question), visible(reason)))?;
        // A number in the list would be taken for the value that it is not.
        if options.iter().all(|option| option.parse::<u32>().is_ok()) {
            return choose_value(options, current);
        }
        for (at, option) in options.iter().enumerate() {
            let mark = if at == current { "*" } else { " " };
            say(&format!("  {mark} {}. {}", at + 1, visible(option)))?;
        }
        loop {
            say(&format!("number [{}]", current + 1))?;
            let line = read_line()?;
            match line.parse::<usize>() {
                _ if line.is_empty() => return Ok(current),
                Ok(number) if (1..=options.len()).contains(&number) => return Ok(number - 1),
                _ => say(&format!(
                    "{} is not a number from 1 to {}",
                    visible(&line),
                    options.len()
                ))?,
            }
        }
    }
}

fn choose_value(options: &[String], current: usize) -> Result<usize, PromptEnd> {
    let values = options.join(", ");
    loop {
        let now = options.get(current).map_or("", String::as_str);
        say(&format!("one of {values} [{now}]"))?;
        let line = read_line()?;
        match options.iter().position(|option| *option == line) {
            _ if line.is_empty() => return Ok(current),
            Some(at) => return Ok(at),
            None => say(&format!("{} is not one of {values}", visible(&line)))?,
        }
    }
}

// A question that nobody sees is not asked.
fn say(text: &str) -> Result<(), PromptEnd> {
    let mut out = io::stdout().lock();
    let written = writeln!(out, "{}", in_locale(text)).and_then(|()| out.flush());
    written.map_err(|error| {
        PromptEnd::Failed(Fault::new(
            "standard output did not take a question",
            cause(&error),
            "start again on a terminal, or write an answers file and use `kopswain create`",
        ))
    })
}

fn too_long() -> Fault {
    Fault::new(
        "an answer is too long",
        format!("a line of {} KiB has no end", LONGEST >> 10),
        "give one answer on each line",
    )
}

/// The longest answer, in bytes.
const LONGEST: u64 = 64 << 10;

fn read_line() -> Result<String, PromptEnd> {
    let mut line = String::new();
    match io::stdin().lock().take(LONGEST).read_line(&mut line) {
        Ok(0) => Err(PromptEnd::Ended),
        Ok(_) if line.len() as u64 == LONGEST => Err(PromptEnd::Failed(too_long())),
        Ok(_) => Ok(line.trim_end_matches(['\n', '\r']).to_owned()),
        Err(error) => Err(PromptEnd::Failed(Fault::new(
            "standard input cannot be read",
            cause(&error),
            "start again on a terminal, or write an answers file and use `kopswain create`",
        ))),
    }
}
