//! What a CI log, a terminal or a quotation puts around every line of a dry run, taken off again.

use super::line::{ENDINGS, HEADERS, lines};

/// What stands before each line, known from the first line that is a header of kops but for it; the same at every line
/// but for its digits, such as `2026-11-28T10:00:00.1234567Z ` or four blanks.
#[derive(Debug, Default)]
pub(super) struct Wrapping {
    before: Option<Vec<PrefixPart>>,
    /// Whether blanks fill each line up to the width of a terminal.
    padded: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum PrefixPart {
    /// One digit or more.
    Digits,
    Exactly(char),
}

impl Wrapping {
    /// Nothing, when a line is a header or an ending of kops as it stands.
    pub(super) fn detect(text: &str) -> Self {
        let mut before = None;
        let mut padded = true;
        for line in lines(text) {
            let Some(first) = before_words(line) else {
                continue;
            };
            if first.is_empty() && is_plain(line) {
                return Self::default();
            }
            padded &= line.ends_with(' ');
            before.get_or_insert(first);
        }
        Self {
            padded: padded && before.is_some(),
            before: before.map(|before| signs(uncoloured(before))),
        }
    }

    /// The line as kops printed it; a line that is wrapped otherwise stays as it is.
    pub(super) fn without<'a>(&self, line: &'a str) -> &'a str {
        let Some(before) = &self.before else {
            return line;
        };
        let whole = uncoloured(if self.padded {
            line.trim_end_matches(' ')
        } else {
            line
        });
        match after(whole, before) {
            Some(rest) => without_colour(rest),
            None if is_cut(whole, before) => "",
            None => whole,
        }
    }
}

fn words() -> impl Iterator<Item = &'static str> {
    let headers = HEADERS.iter().map(|(words, _)| *words);
    headers.chain(ENDINGS.iter().map(|(words, _)| *words))
}

/// What stands before kops's words in a line that ends in them.
fn before_words(line: &str) -> Option<&str> {
    // Each of them ends in one of these; most lines of a long dry run need no closer look.
    let line = trimmed_end(line.trim_end_matches(' '));
    if !line.ends_with([':', 's', 'd']) {
        return None;
    }
    words().find_map(|words| line.strip_suffix(words))
}

fn is_plain(line: &str) -> bool {
    words().any(|words| words == line)
}

fn signs(before: &str) -> Vec<PrefixPart> {
    let mut signs = Vec::new();
    for character in before.chars() {
        if !character.is_ascii_digit() {
            signs.push(PrefixPart::Exactly(character));
        } else if signs.last() != Some(&PrefixPart::Digits) {
            signs.push(PrefixPart::Digits);
        }
    }
    signs
}

fn after<'a>(line: &'a str, before: &[PrefixPart]) -> Option<&'a str> {
    before.iter().try_fold(line, |rest, sign| match sign {
        PrefixPart::Exactly(character) => rest.strip_prefix(*character),
        PrefixPart::Digits => {
            let rest_of = rest.trim_start_matches(|sign: char| sign.is_ascii_digit());
            (rest_of.len() < rest.len()).then_some(rest_of)
        }
    })
}

// Of an empty line nothing but a part of it is left where blanks at the end are cut.
fn is_cut(line: &str, before: &[PrefixPart]) -> bool {
    let mut end = before;
    while let [rest @ .., PrefixPart::Exactly(' ' | '\t')] = end {
        end = rest;
        if after(line, end) == Some("") {
            return true;
        }
    }
    line.trim().is_empty()
}

fn uncoloured(line: &str) -> &str {
    without_colour(trimmed_end(line))
}

/// Sequences that set a colour or erase the rest of a line (ECMA-48: SGR and EL), as CI logs put around lines.
fn without_colour(mut line: &str) -> &str {
    while let Some(rest) = after_colour(line) {
        line = rest;
    }
    line
}

fn after_colour(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("\u{1b}[")?;
    let end = rest.find(|sign: char| !(sign.is_ascii_digit() || sign == ';'))?;
    rest.get(end..)?.strip_prefix(['m', 'K'])
}

fn trimmed_end(mut line: &str) -> &str {
    loop {
        let shorter = line.strip_suffix('\r').or_else(|| before_colour(line));
        match shorter {
            Some(rest) => line = rest,
            None => return line,
        }
    }
}

fn before_colour(line: &str) -> Option<&str> {
    let at = line.rfind("\u{1b}[")?;
    let (before, sequence) = line.split_at_checked(at)?;
    (after_colour(sequence) == Some("")).then_some(before)
}

#[cfg(test)]
mod tests {
    use super::super::{DryRun, Ending, parse};

    type Wrap = fn(usize, &str) -> String;

    const PLAIN: &str = concat!(
        "Will create resources:\n  VPC/a\n  \tCIDR                \t10.0.0.0/16\n  \tTags                \t{a: 1}\n\n",
        "Will modify resources:\n  LaunchTemplate/b\n  \tImageID             \t ami-1 -> ami-2\n",
        "  \tUserData            \n  \t                    \t  same\n  \t                    \t\n",
        "  \t                    \t+ new\n  \t                    \t- old\n  \t                    \t\n\n",
        "Items will be deleted only when the --prune flag is specified:\n  target-group         arn:x\n\n",
        "Must specify --yes to apply changes\n",
    );

    fn wrapped(wrap: impl Fn(usize, &str) -> String) -> DryRun {
        let lines = PLAIN.lines().enumerate();
        let all: Vec<_> = lines.map(|(at, line)| wrap(at, line)).collect();
        parse(&all.concat())
    }

    #[test]
    fn a_report_is_read_through_what_stands_around_its_lines() {
        let plain = parse(PLAIN);
        assert_eq!(
            (plain.resources.len(), plain.ending),
            (3, Ending::ChangesWait)
        );
        assert_eq!(plain.unread, []);
        let wraps: [(&str, Wrap); 14] = [
            ("GitHub", |at, line| {
                format!("2026-11-28T10:00:{:02}.123456{at}Z {line}\n", at % 60)
            }),
            ("gh run view --log", |_, line| {
                format!("plan\tRun kops\t2026-11-28T10:00:00.1234567Z {line}\n")
            }),
            ("GitLab", |at, line| {
                format!("2026-11-28T10:00:00.{at}Z 01O {line}\n")
            }),
            ("Jenkins", |_, line| {
                format!("[2026-11-28T10:00:00.123Z] {line}\n")
            }),
            ("compose", |_, line| format!("kops-1  | {line}\n")),
            ("CRLF", |_, line| format!("{line}\r\n")),
            ("CRLF but for the first line", |at, line| {
                format!("{line}{}\n", if at == 0 { "" } else { "\r" })
            }),
            ("a code block", |_, line| format!("    {line}\n")),
            ("a code block without blanks at the end", |_, line| {
                format!("{}\n", format!("    {line}").trim_end())
            }),
            ("a quotation", |_, line| {
                format!("{}\n", format!("> {line}").trim_end())
            }),
            ("colours", |_, line| {
                format!("\u{1b}[0;32m{line}\u{1b}[0m\n")
            }),
            ("blanks up to the width of a terminal", |_, line| {
                format!("{line:<120}\n")
            }),
            ("a code block with such blanks", |_, line| {
                format!("    {line:<120}\n")
            }),
            ("blanks at the end cut", |_, line| {
                format!("{}\n", line.trim_end())
            }),
        ];
        for (name, wrap) in wraps {
            let dry_run = wrapped(wrap);
            assert_eq!(dry_run.unread, [], "{name}");
            assert_eq!(dry_run.resources, plain.resources, "{name}");
            assert_eq!(dry_run.ending, plain.ending, "{name}");
        }
    }

    #[test]
    fn what_is_not_wrapped_alike_is_kept_and_a_plain_report_is_left_alone() {
        let dry_run = parse(
            "1: Will modify resources:\n2:   VPC/a\nodd\n3: Must specify --yes to apply changes\n",
        );
        assert_eq!(dry_run.unread, ["odd".into()]);
        assert_eq!(dry_run.resources.len(), 1);
        let quoted =
            parse("Will create resources:\n  VPC/x Will create resources:\n\u{1b}[0modd\n");
        assert_eq!(quoted.unread, ["\u{1b}[0modd".into()]);
    }
}
