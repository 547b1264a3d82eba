//! Standard output and standard error: whatever is printed, nothing in it is obeyed by a terminal, and what standard output
//! did not take is not forgotten.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::core::fault::Fault;
use crate::core::text::{ascii, untrusted};
use crate::io::files::cause;
use crate::io::terminal::{in_locale, is_utf8};

// The first failure: what comes after it is not printed.
static FAILED: Mutex<Option<Fault>> = Mutex::new(None);

static LINKS: AtomicBool = AtomicBool::new(false);

/// Prints lines for people to standard output.
pub(super) fn out(text: &str) {
    let text = in_locale(&disarmed(text));
    if LINKS.load(Ordering::Relaxed) && io::stdout().is_terminal() {
        return print(&linked(&text));
    }
    print(&text);
}

/// Whether web addresses in the lines for people can be opened, on a terminal.
pub(super) fn set_links(wanted: bool) {
    LINKS.store(wanted, Ordering::Relaxed);
}

// OSC 8: a terminal that does not know it shows the address as it is.
fn linked(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("https://") {
        let (before, from) = rest.split_at(at);
        let is_end = |character: char| {
            character.is_whitespace()
                || !character.is_ascii_graphic()
                || "()<>\"'`|".contains(character)
        };
        let end = from.find(is_end).unwrap_or(from.len());
        let address = from[..end].trim_end_matches(['.', ',', ';', ':']);
        let link = format!("\u{1b}]8;;{address}\u{1b}\\{address}\u{1b}]8;;\u{1b}\\");
        shown.push_str(before);
        shown.push_str(&link);
        rest = &from[address.len()..];
    }
    shown.push_str(rest);
    shown
}

/// Prints a JSON document; where the locale is not UTF-8 in ASCII, which reads back the same.
pub(super) fn json(text: &str) {
    let text = disarmed(text);
    print(&if is_utf8() { text } else { ascii::json(&text) });
}

/// Prints a page of HTML, likewise.
pub(super) fn html(text: &str) {
    let text = disarmed(text);
    print(&if is_utf8() { text } else { ascii::html(&text) });
}

/// Prints a document that another program reads byte for byte, such as a spec; on a terminal it is for a person.
pub(super) fn document(text: &str) {
    if io::stdout().is_terminal() {
        return out(text);
    }
    print(&disarmed(text));
}

/// A Fault when standard output did not take everything, because it is full or its reader went away.
pub(super) fn check() -> Result<(), Fault> {
    match failed().clone() {
        Some(fault) => Err(fault),
        None => Ok(()),
    }
}

/// Prints an error to standard error.
pub(super) fn error(text: &str) {
    remark(&format!("kopswain: {text}"));
}

/// Prints a remark to standard error, so that standard output stays a document.
pub(super) fn remark(text: &str) {
    // With standard error gone, the exit code is the only report left.
    let _ = written(&mut io::stderr().lock(), &in_locale(&disarmed(text)));
}

fn print(text: &str) {
    let mut failed = failed();
    if failed.is_none() {
        let printed = written(&mut io::stdout().lock(), text);
        *failed = printed.err().map(|error| not_printed(&error));
    }
}

fn failed() -> std::sync::MutexGuard<'static, Option<Fault>> {
    FAILED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn written(out: &mut impl Write, text: &str) -> io::Result<()> {
    let end = if text.ends_with('\n') { "" } else { "\n" };
    write!(out, "{text}{end}")?;
    out.flush()
}

/// The Fault for what standard output did not take.
pub(super) fn not_printed(error: &io::Error) -> Fault {
    Fault::new(
        "standard output did not take everything",
        cause(error),
        "make room, or read it to its end; what was printed so far is not whole",
    )
}

/// The text with whatever a terminal would obey written as `\u{…}`, should it not have been made visible before.
pub(super) fn disarmed(text: &str) -> String {
    untrusted::disarmed(text, untrusted::is_hidden, |character, safe| {
        safe.extend(character.escape_unicode());
    })
}

#[cfg(test)]
mod tests {
    use super::{disarmed, linked};

    #[test]
    fn only_the_address_is_a_link() {
        let link =
            |address: &str| format!("\u{1b}]8;;{address}\u{1b}\\{address}\u{1b}]8;;\u{1b}\\");
        let one = link("https://kops.sigs.k8s.io/a?b=c");
        assert_eq!(
            linked("see https://kops.sigs.k8s.io/a?b=c, or (https://x.y/z)."),
            format!("see {one}, or ({}).", link("https://x.y/z"))
        );
        assert_eq!(linked("nothing here"), "nothing here");
    }

    #[test]
    fn lines_stay_and_nothing_is_obeyed() {
        assert_eq!(disarmed("a\nb  ü\n"), "a\nb  ü\n");
        assert_eq!(disarmed("a\u{1b}[2J\r\tb"), "a\\u{1b}[2J\\u{d}\\u{9}b");
    }
}
