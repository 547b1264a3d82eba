//! Text for a place that shows nothing but ASCII: own signs by their likes, what somebody else wrote as escapes.

use std::fmt::Write as _;

/// The text in ASCII: own signs by their likes (`…` as `...`), every other character as `\u{…}`.
pub fn text(text: &str) -> String {
    written(text, |character, ascii| match alike(character) {
        Some(words) => ascii.push_str(words),
        None => ascii.extend(character.escape_unicode()),
    })
}

/// A JSON document in ASCII, which reads back as it was: only in its strings it has other characters.
pub fn json(text: &str) -> String {
    written(text, |character, ascii| {
        for unit in character.encode_utf16(&mut [0; 2]) {
            let _ = write!(ascii, "\\u{unit:04x}");
        }
    })
}

/// A page of HTML in ASCII, which is drawn as it was.
pub fn html(text: &str) -> String {
    written(text, |character, ascii| {
        let _ = write!(ascii, "&#{};", u32::from(character));
    })
}

/// What stands for the symbol of one cell of a screen: one character.
pub fn cell(symbol: &str) -> Option<char> {
    if symbol.is_ascii() {
        return None;
    }
    let first = symbol.chars().next().and_then(alike);
    first.and_then(|words| words.chars().next()).or(Some('?'))
}

fn written(text: &str, write: impl Fn(char, &mut String)) -> String {
    let mut ascii = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii() {
            ascii.push(character);
        } else {
            write(character, &mut ascii);
        }
    }
    ascii
}

// The signs that the program itself writes, in lines and on screens.
fn alike(character: char) -> Option<&'static str> {
    Some(match character {
        '…' => "...",
        '→' | '›' | '▸' => ">",
        '←' => "<",
        '↑' => "^",
        '↓' | '▾' => "v",
        '·' | '░' => ".",
        '×' | '✗' => "x",
        '−' | '─' => "-",
        '│' | '▌' => "|",
        '┌' | '┐' | '└' | '┘' => "+",
        '✓' | '●' => "*",
        '○' => "o",
        '█' | '▓' | '▒' => "#",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIXED: &str = "a… é日→\n\"😀\" ok";

    #[test]
    fn every_form_is_ascii_and_says_the_same() {
        assert_eq!(text(MIXED), "a... \\u{e9}\\u{65e5}>\n\"\\u{1f600}\" ok");
        assert_eq!(html("é<b>"), "&#233;<b>");
        let document = serde_json::to_string(MIXED).unwrap_or_default();
        let ascii = json(&document);
        assert!(ascii.is_ascii());
        assert_eq!(
            serde_json::from_str::<String>(&ascii).unwrap_or_default(),
            MIXED
        );
        assert_eq!(
            ["x", "é", "…", "─", "日"].map(cell),
            [None, Some('?'), Some('.'), Some('-'), Some('?')]
        );
    }
}
