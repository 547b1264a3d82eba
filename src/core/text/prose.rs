//! Prose: sentences made of the parts of a problem, and lines that fit a width.

use std::borrow::Cow;
use std::fmt;

use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The text in lines of at most `columns`, broken at blanks; a longer word is broken behind a sign such as `/` or `=`, or where
/// it must.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let words = text.split_whitespace();
    let words: Vec<String> = words.flat_map(|word| pieces(word, columns)).collect();
    let words = words.join(" ");
    let options = Options::new(columns.max(1))
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    let lines = textwrap::wrap(&words, options).into_iter();
    lines.map(Cow::into_owned).collect()
}

// A word that fits stays whole.
fn pieces(word: &str, columns: usize) -> Vec<String> {
    if word.width() <= columns {
        return vec![word.to_owned()];
    }
    let mut lines = vec![String::new()];
    for part in word.split_inclusive(|sign| BREAKABLE.contains(&sign)) {
        match lines.last_mut() {
            Some(line) if line.width() + part.width() <= columns => line.push_str(part),
            _ => lines.push(part.to_owned()),
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}

/// A long word is broken behind these.
const BREAKABLE: [char; 6] = ['/', '=', ',', ':', '-', '.'];

/// The beginning of a text that takes at most so many columns.
pub fn first_columns(text: &str, columns: usize) -> String {
    let mut taken = 0;
    text.chars()
        .take_while(|character| {
            taken += character.width().unwrap_or(0);
            taken <= columns
        })
        .collect()
}

/// A count with its noun, such as `1 line` and `2 lines`; the noun takes an s, or es after a hissing sound.
pub fn counted<N: Copy + fmt::Display + PartialEq + From<u8>>(count: N, noun: &str) -> String {
    let end = match noun {
        _ if count == N::from(1) => "",
        _ if noun.ends_with(['s', 'x']) || noun.ends_with("ch") || noun.ends_with("sh") => "es",
        _ => "s",
    };
    format!("{count} {noun}{end}")
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
    let name = first_word.trim_end_matches("'s") == "kops"
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_wrapped_at_blanks() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("", 4), [""]);
    }

    #[test]
    fn a_long_word_is_broken_behind_a_sign() {
        let command = "kops export --kubeconfig=/home/op/clusters/config --name=prod.example.com";
        assert_eq!(
            wrap(command, 20),
            [
                "kops export",
                "--kubeconfig=/home/",
                "op/clusters/config",
                "--name=prod.example.",
                "com"
            ]
        );
    }

    #[test]
    fn one_is_no_plural() {
        let of = |noun| [0_u32, 1, 2].map(|count| counted(count, noun));
        assert_eq!(of("line"), ["0 lines", "1 line", "2 lines"]);
        assert_eq!(of("address"), ["0 addresses", "1 address", "2 addresses"]);
    }

    #[test]
    fn sentences_are_whole() {
        assert_eq!(
            sentences(&["no VPC is chosen", "choose one"]),
            "No VPC is chosen. Choose one."
        );
        assert_eq!(
            sentences(&["kops's channel was not read"]),
            "kops's channel was not read."
        );
        assert_eq!(
            sentences(&["nat-1 is pending", "", "kops waits."]),
            "nat-1 is pending. kops waits."
        );
    }
}
