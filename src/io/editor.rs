//! A text in the person's own editor: `$VISUAL`, else `$EDITOR`, which has the terminal until it ends.

use std::fs::OpenOptions;
use std::io::{Error, ErrorKind, IsTerminal, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::sleep;

use super::files::{cause, not_written, read_at_most, shown};
use super::settings::variable;
use super::terminal::lend;
use crate::core::fault::Fault;
use crate::tui::event::EditedText;

/// The longest text that is taken back, in bytes: a spec of 1,000 instance groups has some 2 MiB.
const LONGEST: usize = 16 << 20;

/// An interrupt that ended the editor has come to us as well: so long it is still the editor's.
const LAST_KEY: Duration = Duration::from_millis(50);

/// Files of one name in one folder.
const MOST_FILES: u32 = 1000;

/// The editor that the person has named, in words that no shell reads.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TextEditor {
    program: String,
    args: Vec<String>,
}

impl TextEditor {
    /// `$VISUAL`, else `$EDITOR`; a Fault where neither names a program, or where there is no terminal to lend.
    pub(crate) fn named() -> Result<Self, Fault> {
        let mut named = ["VISUAL", "EDITOR"].into_iter();
        let named = named.find_map(|name| Some((name, variable(name)?)));
        let (name, line) = named.ok_or_else(no_editor)?;
        if !(std::io::stdin().is_terminal() && std::io::stdout().is_terminal()) {
            return Err(no_terminal());
        }
        Self::parse(name, &line)
    }

    fn parse(name: &str, line: &str) -> Result<Self, Fault> {
        let words =
            shell_words::split(line).map_err(|error| not_a_command(name, &error.to_string()))?;
        let mut words = words.into_iter();
        let program = words.next().filter(|word| !word.is_empty());
        Ok(Self {
            program: program.ok_or_else(|| not_a_command(name, "it names no program"))?,
            args: words.collect(),
        })
    }

    /// Opens a new file of this folder, for this person only, with a text; gives the text as the editor left it. Whatever
    /// comes of it, the file stays.
    pub(crate) async fn edit(
        &self,
        folder: &Path,
        name: &str,
        text: &str,
    ) -> Result<EditedText, Fault> {
        let file = new_file(folder, name, text)?;
        let lent = lend();
        let ended = self.run(&file).await;
        sleep(LAST_KEY).await;
        drop(lent);
        let status = ended.map_err(|error| self.not_started(&error, &file))?;
        if !status.success() {
            return Err(self.failed(status, &file));
        }
        let text = read_at_most(&file, LONGEST).map_err(|error| not_read(&error, &file))?;
        Ok(EditedText { text, file })
    }

    // In our session and our group: the keys of the terminal that stop or interrupt are for both.
    async fn run(&self, file: &Path) -> Result<ExitStatus, Error> {
        let mut command = Command::new(&self.program);
        command.args(&self.args).arg(file).status().await
    }

    fn not_started(&self, error: &Error, file: &Path) -> Fault {
        Fault::new(
            format!("the editor {} was not started", self.program),
            cause(error),
            format!(
                "set EDITOR to an editor that is on your PATH; the text is in {}",
                shown(file)
            ),
        )
    }

    fn failed(&self, status: ExitStatus, file: &Path) -> Fault {
        Fault::new(
            format!(
                "the editor {} failed, so its text is not taken",
                self.program
            ),
            status.to_string(),
            format!("open it again; what it wrote stays in {}", shown(file)),
        )
    }
}

// Of several edits each has a file of its own: nothing typed is written over.
fn new_file(folder: &Path, name: &str, text: &str) -> Result<PathBuf, Fault> {
    let (stem, end) = name.rsplit_once('.').unwrap_or((name, ""));
    let again = (2..MOST_FILES).map(|again| format!("{stem}-{again}.{end}"));
    let mut last = Error::from(ErrorKind::AlreadyExists);
    for path in std::iter::once(name.to_owned())
        .chain(again)
        .map(|name| folder.join(name))
    {
        let mut options = OpenOptions::new();
        match options.write(true).create_new(true).mode(0o600).open(&path) {
            Ok(mut file) => {
                let written = file
                    .write_all(text.as_bytes())
                    .and_then(|()| file.sync_all());
                return written
                    .map(|()| path.clone())
                    .map_err(|error| not_written(&path, &error));
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(not_written(&path, &error)),
        }
    }
    Err(not_written(&folder.join(name), &last))
}

fn no_editor() -> Fault {
    Fault::new(
        "no editor is named",
        "neither VISUAL nor EDITOR is set",
        "run: export EDITOR=vi, or another editor, then start kopswain again",
    )
}

fn no_terminal() -> Fault {
    Fault::new(
        "no editor can be opened",
        "standard input and standard output are no terminal, and an editor needs both",
        "start kopswain in a terminal",
    )
}

fn not_a_command(name: &str, why: &str) -> Fault {
    Fault::new(
        format!("{name} is no command"),
        why,
        format!("set {name} to a program and its options, such as: export {name}=\"code --wait\""),
    )
}

fn not_read(error: &Error, file: &Path) -> Fault {
    Fault::new(
        "the edited text cannot be read",
        cause(error),
        format!("what was typed is in {}", shown(file)),
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    // Without a file: it comes last.
    fn script(line: &str) -> TextEditor {
        TextEditor::parse("EDITOR", &format!("/bin/sh -c '{line}' sh")).unwrap()
    }

    #[test]
    fn an_editor_is_a_program_with_options_and_no_shell() {
        let editor = TextEditor::parse("EDITOR", "code --wait 'a b' $HOME;").unwrap();
        assert_eq!(editor.program, "code");
        assert_eq!(editor.args, ["--wait", "a b", "$HOME;"]);
        for line in ["vi '", " ", "''"] {
            let fault = TextEditor::parse("VISUAL", line).unwrap_err();
            assert_eq!(fault.what, "VISUAL is no command", "{line}");
        }
    }

    #[tokio::test]
    async fn what_the_editor_wrote_comes_back_and_the_file_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let editor = script("sed -i s/one/two/ \"$1\"");
        let edited = editor
            .edit(folder.path(), "spec.yml", "one\n")
            .await
            .unwrap();
        assert_eq!(edited.text, "two\n");
        assert_eq!(edited.file, folder.path().join("spec.yml"));
        let second = editor
            .edit(folder.path(), "spec.yml", "one\n")
            .await
            .unwrap();
        assert_eq!(second.file, folder.path().join("spec-2.yml"));
        let mode = std::fs::metadata(&second.file)
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[tokio::test]
    async fn what_was_typed_into_an_editor_that_fails_stays() {
        let folder = tempfile::tempdir().unwrap();
        let editor = script("echo typed > \"$1\"; exit 3");
        let fault = editor
            .edit(folder.path(), "spec.yml", "one\n")
            .await
            .unwrap_err();
        let file = folder.path().join("spec.yml");
        assert_eq!(fault.why, "exit status: 3");
        assert!(
            fault.remedy.contains(&file.display().to_string()),
            "{fault}"
        );
        assert_eq!(std::fs::read_to_string(file).unwrap(), "typed\n");
        let absent = TextEditor::parse("EDITOR", "/nowhere/vi").unwrap();
        let fault = absent
            .edit(folder.path(), "spec.yml", "one\n")
            .await
            .unwrap_err();
        assert_eq!(fault.what, "the editor /nowhere/vi was not started");
    }
}
