//! One pass over the lines of a dry run; a line is understood only when kops's own format string gives it back.

use super::conceal::conceal;
use super::line::{
    Columns, ENDINGS, HEADERS, diff_line, is_identifier, lines, shown_diff_line, split_arrow,
    split_cut_arrow, split_field, split_item,
};
use super::wrapping::Wrapping;
use super::{ChangeAction, ChangedField, DryRun, Ending, Resource, ValueChange};
use crate::core::kops::control_plane::SeenControlPlane;
use crate::core::kops::dry_run::diagnostics::DiagnosticsState;
use crate::core::text::untrusted::{Untrusted, decoded};

/// Reads a whole dry run, or any part of one, in linear time, and hides its secrets; never fails.
pub fn parse(text: &str) -> DryRun {
    let mut dry_run = read(text);
    conceal(&mut dry_run);
    dry_run
}

/// The same with its secrets as kops printed them.
pub(super) fn read(text: &str) -> DryRun {
    let wrapping = Wrapping::detect(text);
    let mut reader = Reader {
        last_line: ending_line(text, &wrapping),
        ..Reader::default()
    };
    for (index, line) in lines(text).enumerate() {
        reader.read(wrapping.without(line), index + 1);
    }
    reader.close_diff();
    reader.dry_run
}

/// The same of what a pipe or a file holds: each byte that is no UTF-8 is written as `\xNN` and counted.
pub fn parse_bytes(bytes: &[u8]) -> DryRun {
    let (text, undecoded) = decoded(bytes);
    DryRun {
        undecoded,
        ..parse(&text)
    }
}

// kops prints it last: a line of these words before it stands inside a value (`cmd/kops/update_cluster.go`).
fn ending_line(text: &str, wrapping: &Wrapping) -> Option<usize> {
    let lines = lines(text).map(|line| wrapping.without(line));
    let numbered = lines.enumerate();
    let endings = numbered.filter(|(_, line)| ending_of(line).is_some());
    endings.last().map(|(index, _)| index + 1)
}

fn ending_of(line: &str) -> Option<Ending> {
    let found = ENDINGS.iter().find(|(words, _)| *words == line);
    found.map(|(_, ending)| *ending)
}

/// kops prints this when it finds a change without a changed field; what follows has four blanks.
pub(super) const INCONSISTENT: &str = "internal consistency error!";

#[derive(Default)]
struct Reader {
    dry_run: DryRun,
    section: Option<ChangeAction>,
    /// Whether the last resource still takes fields.
    open: bool,
    /// The further lines of its last field's value, each after a newline.
    more_lines: String,
    /// Whether its last field still takes diff lines.
    diff: bool,
    /// Empty lines in it that may be lines of the diff whose blanks were cut.
    paused: usize,
    /// Where the name of its last field stood, when blanks stood for the tabs.
    indent: Option<usize>,
    /// Whether that field is kops's complaint about itself.
    inconsistent: bool,
    /// What kops prints besides the dry run.
    diagnostics: DiagnosticsState,
    /// The number of the line that ends the dry run.
    last_line: Option<usize>,
}

impl Reader {
    fn read(&mut self, line: &str, number: usize) {
        if !self.understood(line, number) {
            self.dry_run.unread.push(line.into());
        }
    }

    fn understood(&mut self, line: &str, number: usize) -> bool {
        if self.ending(line, number) || self.header(line) || self.blank(line) {
            return true;
        }
        // kops writes its dry run at once: what a value holds is never a notice or a failure of kops's.
        self.read_log_line(line)
            || self.read_resource_line(line, number)
            || self.read_diagnostics(line)
    }

    fn read_resource_line(&mut self, line: &str, number: usize) -> bool {
        match self.section {
            Some(ChangeAction::Create | ChangeAction::Modify) => {
                self.field(line)
                    || self.complaint(line)
                    || self.resource(line, number)
                    || self.continued(line)
                    || self.columns(line)
            }
            Some(action) => self.deletion(line, action, number),
            None => false,
        }
    }

    fn read_log_line(&mut self, line: &str) -> bool {
        let read_log_line = self.diagnostics.logs(line);
        if read_log_line {
            if self.dry_run.control_plane == SeenControlPlane::Unsaid {
                self.dry_run.control_plane = SeenControlPlane::from_line(line).unwrap_or_default();
            }
            self.dry_run.log.push(line.into());
        }
        read_log_line
    }

    fn read_diagnostics(&mut self, line: &str) -> bool {
        let began = self.section.is_some() || !self.dry_run.resources.is_empty();
        let before = !began && self.dry_run.ending == Ending::Missing;
        let diagnostics = self.diagnostics.takes(line, before);
        if diagnostics {
            self.dry_run.log.push(line.into());
        }
        diagnostics
    }

    fn header(&mut self, line: &str) -> bool {
        let found = HEADERS.iter().find(|(words, _)| *words == line);
        let Some((_, action)) = found.filter(|_| !self.value_is_open()) else {
            return false;
        };
        self.close();
        self.diagnostics = DiagnosticsState::Silent;
        self.section = Some(*action);
        true
    }

    fn ending(&mut self, line: &str, number: usize) -> bool {
        let Some(ending) = ending_of(line).filter(|_| self.last_line == Some(number)) else {
            return false;
        };
        self.close();
        self.diagnostics = DiagnosticsState::Silent;
        self.section = None;
        self.dry_run.ending = ending;
        true
    }

    // A diff line that is blank has kops's indent, so a line of blanks alone ends nothing while a diff is open.
    fn blank(&mut self, line: &str) -> bool {
        let blank = line.chars().all(char::is_whitespace);
        if self.diff && (line.is_empty() || (blank && self.indent.is_some())) {
            self.paused += 1;
        } else if line.is_empty() {
            self.close();
        }
        blank && !(self.diff && line.starts_with("  \t"))
    }

    fn field(&mut self, line: &str) -> bool {
        if let Some(added) = self.added_line(line) {
            return self.diff && self.resume() && self.add_line(added);
        }
        if self.paused > 0 {
            self.close();
        }
        let Some(rest) = line.strip_prefix("  \t").filter(|_| self.open) else {
            return false;
        };
        match split_field(rest) {
            Some((name, Some(value))) => self.add_field(name, self.change_of(value)),
            Some((name, None)) if self.section == Some(ChangeAction::Modify) => {
                self.add_field(name, ValueChange::Diff(Vec::new()));
                self.diff = true;
                true
            }
            _ => false,
        }
    }

    /// A line of a diff, in either form.
    fn added_line<'a>(&self, line: &'a str) -> Option<&'a str> {
        match self.indent.filter(|_| self.diff) {
            Some(indent) => shown_diff_line(line, indent),
            None => diff_line(line.strip_prefix("  \t").filter(|_| self.open)?),
        }
    }

    /// Empty lines before another line of the diff belong to it.
    fn resume(&mut self) -> bool {
        (0..std::mem::take(&mut self.paused)).all(|_| self.add_line(""))
    }

    // Copied from a terminal, blanks stand for the tabs.
    fn columns(&mut self, line: &str) -> bool {
        let Some(columns) = Columns::parse(line).filter(|_| self.open && !self.inconsistent) else {
            return false;
        };
        let modified = self.section == Some(ChangeAction::Modify);
        match columns.value {
            Some(value) => self.add_field(columns.name, change(value, value, modified)),
            None if modified => {
                self.add_field(columns.name, ValueChange::Diff(Vec::new()));
                self.diff = true;
                self.indent = Some(columns.indent);
                true
            }
            None => false,
        }
    }

    fn change_of(&self, value: &str) -> ValueChange {
        let modified = self.section == Some(ChangeAction::Modify);
        change(value, value.strip_prefix(' ').unwrap_or_default(), modified)
    }

    fn add_field(&mut self, name: &str, change: ValueChange) -> bool {
        self.close_diff();
        let Some(resource) = self.dry_run.resources.last_mut() else {
            return false;
        };
        resource.fields.push(ChangedField {
            name: name.to_owned(),
            change,
        });
        true
    }

    fn add_line(&mut self, line: &str) -> bool {
        let field = self.last_field();
        let Some(ValueChange::Diff(lines)) = field.map(|field| &mut field.change) else {
            return false;
        };
        lines.push(line.into());
        true
    }

    fn last_field(&mut self) -> Option<&mut ChangedField> {
        self.dry_run.resources.last_mut()?.fields.last_mut()
    }

    fn complaint(&mut self, line: &str) -> bool {
        if self.section != Some(ChangeAction::Modify) || !self.open {
            return false;
        }
        if line.strip_prefix("   ") == Some(INCONSISTENT) {
            self.add_field(INCONSISTENT, ValueChange::Diff(Vec::new()));
            self.inconsistent = true;
            return true;
        }
        match line.strip_prefix("    ").filter(|_| self.inconsistent) {
            Some(rest) => self.add_line(rest),
            None => false,
        }
    }

    // A tag of a new resource may hold newlines: its map is open until a line ends in the bracket.
    fn continued(&mut self, line: &str) -> bool {
        let open = self.value_is_open();
        if open {
            self.more_lines.extend(["\n", line]);
        }
        open
    }

    fn value_is_open(&self) -> bool {
        let resource = self.dry_run.resources.last();
        let field = resource.and_then(|resource| resource.fields.last());
        match field.map(|field| &field.change) {
            Some(ValueChange::New(value))
                if self.open && self.section == Some(ChangeAction::Create) =>
            {
                is_open(value.raw(), &self.more_lines)
            }
            _ => false,
        }
    }

    fn end_value(&mut self) {
        let more = std::mem::take(&mut self.more_lines);
        if !more.is_empty()
            && let Some(ChangedField {
                change: ValueChange::New(value),
                ..
            }) = self.last_field()
        {
            *value = format!("{}{more}", value.raw()).into();
        }
    }

    fn resource(&mut self, line: &str, number: usize) -> bool {
        let title = line
            .strip_prefix("  ")
            .and_then(|rest| rest.split_once('/'));
        match (self.section, title) {
            (Some(action), Some((kind, name))) if is_identifier(kind) => {
                self.start(action, kind, name, number);
                self.open = true;
                true
            }
            _ => false,
        }
    }

    fn deletion(&mut self, line: &str, action: ChangeAction, number: usize) -> bool {
        match line.strip_prefix("  ").and_then(split_item) {
            Some((kind, item)) => {
                self.start(action, kind, item, number);
                true
            }
            None => false,
        }
    }

    fn start(&mut self, action: ChangeAction, kind: &str, name: &str, line: usize) {
        self.close();
        self.dry_run.resources.push(Resource {
            action,
            kind: kind.to_owned(),
            name: name.into(),
            fields: Vec::new(),
            line,
        });
    }

    fn close(&mut self) {
        self.close_diff();
        self.open = false;
    }

    fn close_diff(&mut self) {
        self.end_value();
        self.paused = 0;
        self.indent = None;
        if std::mem::take(&mut self.diff)
            && let Some(field) = self.last_field()
        {
            settle(&mut field.change);
        }
        self.inconsistent = false;
    }
}

/// A value, and what of it may hold an arrow.
fn change(value: &str, sides: &str, modified: bool) -> ValueChange {
    match Some(sides).filter(|_| modified).and_then(split_cut_arrow) {
        Some((old, new)) => ValueChange::Changed {
            old: old.into(),
            new: new.into(),
        },
        None => ValueChange::New(value.into()),
    }
}

// A diff ends in a newline, so kops prints one empty line after it; a value with newlines looks like a diff,
// but starts with the single blank of ` old -> new`.
fn settle(change: &mut ValueChange) {
    let ValueChange::Diff(lines) = change else {
        return;
    };
    if let Some(whole) = value_of_lines(lines) {
        *change = whole;
    } else if lines.last().is_some_and(|last| last.raw().is_empty()) {
        lines.pop();
    }
}

fn value_of_lines(lines: &[Untrusted]) -> Option<ValueChange> {
    let first = lines.first()?.raw().strip_prefix(' ')?;
    if lines.len() < 2 || first.starts_with(' ') {
        return None;
    }
    let rest = lines.iter().skip(1).map(Untrusted::raw);
    let whole = std::iter::once(first).chain(rest).collect::<Vec<_>>();
    let joined = whole.join("\n");
    let (old, new) = split_arrow(&joined)?;
    Some(ValueChange::Changed {
        old: old.into(),
        new: new.into(),
    })
}

// Whether a value that continues in more lines waits for its bracket.
fn is_open(value: &str, more_lines: &str) -> bool {
    let last = if more_lines.is_empty() {
        value
    } else {
        more_lines
    };
    let unclosed = |open, close| value.starts_with(open) && !last.ends_with(close);
    unclosed('{', '}') || unclosed('[', ']')
}
