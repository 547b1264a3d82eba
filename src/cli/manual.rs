//! `completions` and `man`: what shells and manual readers take, made from the command line itself.

use std::io::Error;
use std::path::Path;

use clap::Command;
use clap_complete::{Shell, generate};
use clap_mangen::Man;

use super::{CompletionShell, options, print};
use crate::core::fault::Fault;
use crate::core::text::suggestion::did_you_mean;
use crate::core::text::untrusted::visible;
use crate::io::files::{not_written, write_whole};

const PROGRAM: &str = "kopswain";

impl From<CompletionShell> for Shell {
    fn from(shell: CompletionShell) -> Self {
        match shell {
            CompletionShell::Bash => Self::Bash,
            CompletionShell::Zsh => Self::Zsh,
            CompletionShell::Fish => Self::Fish,
        }
    }
}

/// Prints the completions of a shell.
pub(super) fn complete(shell: CompletionShell) -> u8 {
    let mut script = Vec::new();
    let shell = Shell::from(shell);
    generate(shell, &mut shown_only(), PROGRAM, &mut script);
    print::document(&String::from_utf8_lossy(&script));
    0
}

/// Prints the manual page of the program, or of a command; with a folder, writes every page into it.
pub(super) fn run(page: Option<&str>, folder: Option<&Path>) -> Result<u8, Fault> {
    let pages = pages();
    if let Some(folder) = folder {
        for (name, command) in pages {
            let path = folder.join(format!("{name}.1"));
            let text = rendered(command).map_err(|error| not_written(&path, &error))?;
            write_whole(&path, text.as_bytes(), 0o644)?;
        }
        return Ok(0);
    }
    let wanted = page.map_or_else(|| PROGRAM.to_owned(), |page| format!("{PROGRAM}-{page}"));
    let names: Vec<String> = pages.iter().map(|(name, _)| name.clone()).collect();
    let Some((_, command)) = pages.into_iter().find(|(name, _)| *name == wanted) else {
        return Err(no_page(page.unwrap_or_default(), &names));
    };
    let text = rendered(command).map_err(|error| print::not_printed(&error))?;
    print::document(&text);
    Ok(0)
}

fn no_page(page: &str, names: &[String]) -> Fault {
    let prefix = format!("{PROGRAM}-");
    let known: Vec<&str> = names
        .iter()
        .filter_map(|name| name.strip_prefix(&prefix))
        .collect();
    let guess = did_you_mean(page, known.iter().copied());
    Fault::new(
        format!("there is no manual page for {}{guess}", visible(page)),
        format!("the commands of kopswain are {}", known.join(", ")),
        "name one of them, or none for the page of kopswain itself",
    )
}

fn rendered(command: Command) -> Result<String, Error> {
    let mut text = Vec::new();
    Man::new(command).render(&mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

// The program's page and one for each command that people run, by the name of the file without its section.
fn pages() -> Vec<(String, Command)> {
    let mut whole = shown_only();
    whole.build();
    let commands = whole.get_subcommands();
    let commands = commands.filter(|command| command.get_name() != "help");
    let named = commands.map(|command| {
        let name = format!("{PROGRAM}-{}", command.get_name());
        (name, command.clone())
    });
    let named: Vec<(String, Command)> = named.collect();
    let whole = std::iter::once((PROGRAM.to_owned(), whole));
    whole.chain(named).collect()
}

// What is hidden is not offered: the commands that kopswain starts by itself, and the options that a command ignores.
fn shown_only() -> Command {
    let mut whole = options::command();
    whole.build();
    let commands = options::names().filter_map(|name| {
        let command = whole.find_subcommand(name)?;
        Some(shown_of(command, name))
    });
    let commands: Vec<Command> = commands.collect();
    shown_of(&whole, PROGRAM)
        .version(env!("CARGO_PKG_VERSION"))
        .subcommands(commands)
}

fn shown_of(command: &Command, name: &'static str) -> Command {
    let all = command.get_arguments();
    let shown = all.filter(|argument| {
        let by_clap = matches!(argument.get_id().as_str(), "help" | "version");
        !by_clap && !argument.is_hide_set()
    });
    let shown = shown.map(|argument| argument.clone().global(false));
    let mut one = Command::new(name).args(shown.collect::<Vec<_>>());
    if let Some(about) = command.get_about() {
        one = one.about(about.clone());
    }
    if let Some(about) = command.get_long_about() {
        one = one.long_about(about.clone());
    }
    match command.get_after_help() {
        Some(help) => one.after_help(help.clone()),
        None => one,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn completions(shell: Shell) -> String {
        let mut script = Vec::new();
        generate(shell, &mut shown_only(), PROGRAM, &mut script);
        String::from_utf8(script).unwrap()
    }

    #[test]
    fn every_shell_completes_what_people_run_and_nothing_hidden() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let script = completions(shell);
            for word in [
                "discover",
                "watch",
                "on-ready",
                "lock-state-store",
                "completions",
            ] {
                assert!(script.contains(word), "{shell}: {word}");
            }
            for word in ["watchdog", "supervise", "guard"] {
                assert!(!script.contains(word), "{shell}: {word}");
            }
        }
    }

    #[test]
    fn each_command_has_a_page_with_its_own_options() {
        let names: Vec<String> = pages().into_iter().map(|(name, _)| name).collect();
        let expected = "kopswain kopswain-discover kopswain-plan kopswain-create kopswain-edit kopswain-review kopswain-watch kopswain-doctor kopswain-demo kopswain-home kopswain-config kopswain-keys kopswain-completions kopswain-man";
        assert_eq!(names.join(" "), expected);
        let text = |name: &str| {
            let all = pages().into_iter();
            let mut found = all.filter(|(known, _)| known == name);
            rendered(found.next().unwrap().1).unwrap()
        };
        assert!(text("kopswain-watch").contains("on\\-ready"));
        assert!(text("kopswain-watch").contains(".TH kopswain-watch 1"));
        assert!(!text("kopswain-plan").contains("theme"));
        assert!(text("kopswain").contains("Exit codes"));
    }
}
