//! Text that fits: measured in columns, cut where the meaning is least.

use std::time::Duration;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns that a text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// The text, cut at its end with an ellipsis when it takes more than `columns`.
pub fn cut_end(text: &str, columns: usize, ellipsis: &str) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut kept = first_columns(text, columns.saturating_sub(width(ellipsis)));
    if columns > 0 {
        kept.push_str(ellipsis);
    }
    kept
}

/// The text, cut in its middle when it takes more than `columns`: for ids, whose ends tell them apart.
pub fn cut_middle(text: &str, columns: usize, ellipsis: &str) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let room = columns.saturating_sub(width(ellipsis));
    let tail: String = {
        let reversed: String = text.chars().rev().collect();
        first_columns(&reversed, room / 2).chars().rev().collect()
    };
    format!("{}{ellipsis}{tail}", first_columns(text, room - room / 2))
}

fn first_columns(text: &str, columns: usize) -> String {
    let mut taken = 0;
    text.chars()
        .take_while(|character| {
            taken += character.width().unwrap_or(0);
            taken <= columns
        })
        .collect()
}

/// The text filled with blanks up to `columns`.
pub fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// The text in lines of at most `columns`, broken at blanks; a longer word is broken where it must.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        place(word, columns.max(1), &mut lines);
    }
    lines
}

fn place(word: &str, columns: usize, lines: &mut Vec<String>) {
    if let Some(last) = lines.last_mut() {
        let gap = usize::from(!last.is_empty());
        if width(last) + gap + width(word) <= columns {
            last.push_str(&" ".repeat(gap));
            last.push_str(word);
            return;
        }
    }
    let mut rest = word;
    // Each step looks at one line only: a word without end is looked at once.
    loop {
        let head = first_columns(rest, columns);
        if head.is_empty() || head.len() == rest.len() {
            break;
        }
        rest = &rest[head.len()..];
        fresh(lines, head);
    }
    fresh(lines, rest.to_owned());
}

fn fresh(lines: &mut Vec<String>, text: String) {
    match lines.last_mut() {
        Some(last) if last.is_empty() => *last = text,
        _ => lines.push(text),
    }
}

/// Sentences joined: each starts with a capital letter and ends with a full stop, once.
pub fn sentences(parts: &[&str]) -> String {
    let whole: Vec<String> = parts
        .iter()
        .filter(|part| !part.is_empty())
        .map(|part| sentence(part))
        .collect();
    whole.join(" ")
}

fn sentence(part: &str) -> String {
    let mut characters = part.chars();
    // A name that starts with a small letter keeps it: kops, nat-…, t3.large.
    let first_word = part.split_whitespace().next().unwrap_or_default();
    let name = first_word == "kops"
        || first_word == "kopswain"
        || first_word.contains(|c: char| c.is_ascii_digit() || "-./:@".contains(c));
    let text = match characters.next() {
        Some(first) if !name => first.to_uppercase().chain(characters).collect(),
        _ => part.to_owned(),
    };
    if text.ends_with(['.', '?', ':']) {
        text
    } else {
        format!("{text}.")
    }
}

/// A duration as `4m12s`, `1h04m` from an hour on, `1.2s` below ten seconds.
pub fn elapsed(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..10 => format!("{}.{}s", seconds, time.subsec_millis() / 100),
        10..60 => format!("{seconds}s"),
        60..3600 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        _ => format!("{}h{:02}m", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_keep_the_width() {
        assert_eq!(cut_end("us-east-1a", 6, "…"), "us-ea…");
        assert_eq!(cut_middle("nat-58f4ecd5322f27f79", 11, "…"), "nat-5…27f79");
        assert_eq!(cut_end("日本語", 5, "…"), "日本…");
        assert_eq!(cut_end("abc", 0, "…"), "");
        assert_eq!(cut_end("abc", 3, "…"), "abc");
    }

    #[test]
    fn prose_is_wrapped_at_blanks() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("", 4), [""]);
    }

    #[test]
    fn sentences_are_whole() {
        assert_eq!(
            sentences(&["no VPC is chosen", "choose one"]),
            "No VPC is chosen. Choose one."
        );
        assert_eq!(
            sentences(&["nat-1 is pending", "", "kops waits."]),
            "nat-1 is pending. kops waits."
        );
    }

    #[test]
    fn times_are_short() {
        let shown = |millis| elapsed(Duration::from_millis(millis));
        assert_eq!(shown(1_234), "1.2s");
        assert_eq!(shown(42_000), "42s");
        assert_eq!(shown(252_000), "4m12s");
        assert_eq!(shown(3_900_000), "1h05m");
    }
}
