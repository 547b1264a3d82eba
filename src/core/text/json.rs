//! JSON as the program prints it: nothing in it that a terminal would obey.

use std::fmt::Write;

use serde::Serialize;

use super::untrusted::{disarmed, is_hidden, is_mark};

/// The value as indented JSON; a character that a terminal would obey or hide stands as `\uXXXX`, which reads back as it was.
pub fn to_json(value: &impl Serialize) -> String {
    escaped(&serde_json::to_string_pretty(value).unwrap_or_default())
}

/// The same on one line.
pub fn to_json_line(value: &impl Serialize) -> String {
    escaped(&serde_json::to_string(value).unwrap_or_default())
}

// Outside of its strings JSON has none of these characters but the line end.
fn escaped(text: &str) -> String {
    let obeyed = |character| is_hidden(character) || is_mark(character);
    disarmed(text, obeyed, |character, safe| {
        for unit in character.encode_utf16(&mut [0; 2]) {
            let _ = write!(safe, "\\u{unit:04x}");
        }
    })
}

#[cfg(test)]
mod tests {
    use super::to_json;

    #[test]
    fn what_a_terminal_would_obey_is_escaped_and_reads_back() {
        let hostile = "a\u{1b}[2J\u{9b}1m\u{7f}\u{202e}b\u{e0041}e\u{301}é日";
        let text = to_json(&[hostile]);
        assert_eq!(
            text,
            "[\n  \"a\\u001b[2J\\u009b1m\\u007f\\u202eb\\udb40\\udc41e\\u0301é日\"\n]"
        );
        assert_eq!(
            serde_json::from_str::<Vec<String>>(&text).unwrap_or_default(),
            [hostile]
        );
    }
}
