//! Standard output and standard error: whatever is printed, nothing in it is obeyed by a terminal.

use std::io::{self, Write};

use crate::core::untrusted;

/// Prints to standard output; a reader that went away ends nothing.
pub(super) fn out(text: &str) {
    write_to(&mut io::stdout().lock(), text);
}

/// Prints an error to standard error.
pub(super) fn error(text: &str) {
    write_to(&mut io::stderr().lock(), &format!("kopswain: {text}"));
}

/// Prints a remark to standard error, so that standard output stays a document.
pub(super) fn remark(text: &str) {
    write_to(&mut io::stderr().lock(), text);
}

// A closed pipe is the reader's choice, as in `kopswain discover | head`.
fn write_to(out: &mut impl Write, text: &str) {
    let end = if text.ends_with('\n') { "" } else { "\n" };
    let _ = write!(out, "{}{end}", disarmed(text));
    let _ = out.flush();
}

/// The text with whatever a terminal would obey written as `\u{…}`, should it not have been made visible before.
pub(super) fn disarmed(text: &str) -> String {
    untrusted::disarmed(text, untrusted::is_hidden, |character, safe| {
        safe.extend(character.escape_unicode());
    })
}

#[cfg(test)]
mod tests {
    use super::disarmed;

    #[test]
    fn lines_stay_and_nothing_is_obeyed() {
        assert_eq!(disarmed("a\nb  ü\n"), "a\nb  ü\n");
        assert_eq!(disarmed("a\u{1b}[2J\r\tb"), "a\\u{1b}[2J\\u{d}\\u{9}b");
    }
}
