//! Standard output and standard error: text as it is, already made visible by those who know what is from outside.

use std::io::{self, Write};

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
    let _ = write!(out, "{text}{end}");
    let _ = out.flush();
}
