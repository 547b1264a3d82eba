//! Texts made plain, so that nothing in them is obeyed by whoever draws a page or a comment.

use std::fmt::Write as _;

/// For a page of HTML, its attributes included.
pub(crate) fn html(text: &str) -> String {
    plain(text, |character, safe| match character {
        '"' => safe.push_str("&quot;"),
        '\'' => safe.push_str("&#39;"),
        other => safe.push(other),
    })
}

/// For Markdown as GitHub draws it: no formatting, no link, no mention, no reference, no emoji, no formula.
pub(crate) fn markdown(text: &str) -> String {
    still(text, |character, safe| {
        if is_markup(character) {
            safe.push('\\');
        }
        safe.push(character);
    })
}

/// The same inside an element of HTML in Markdown, such as a summary, where a backslash is no escape.
pub(crate) fn markdown_html(text: &str) -> String {
    still(text, |character, safe| {
        if is_markup(character) {
            let _ = write!(safe, "&#{};", u32::from(character));
        } else {
            safe.push(character);
        }
    })
}

fn is_markup(character: char) -> bool {
    matches!(
        character,
        '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '!' | '~'
    )
}

// GitHub looks for people, issues, commits, emoji and links in the text that an escape leaves, but not across an element.
fn still(text: &str, push: impl Fn(char, &mut String)) -> String {
    let mut before = Before::default();
    let mut characters = text.chars().peekable();
    let mut safe = String::with_capacity(text.len());
    while let Some(character) = characters.next() {
        if before.comes_alive(character, characters.peek().copied()) {
            safe.push_str("<span>");
            plain_one(character, &push, &mut safe);
            safe.push_str("</span>");
        } else {
            plain_one(character, &push, &mut safe);
        }
    }
    safe
}

/// GitHub takes seven digits of a commit's hash for the commit.
const HASH: usize = 7;

/// What stands before a character.
#[derive(Default)]
struct Before {
    last: Option<char>,
    /// How many digits of a hash there are since the last element.
    digits: usize,
    /// How many `w` there are in a row.
    w: usize,
}

impl Before {
    // `#7`, `@name`, `a@b.c`, `https://`, `:emoji:`, `$formula$`, `GH-7` and what a repository says of `WORD-7`, `www.`,
    // and the hashes of commits (GitHub, "Autolinked references and URLs"; GFM, "Autolinks (extension)").
    fn comes_alive(&mut self, character: char, next: Option<char>) -> bool {
        let after = |tells: fn(&char) -> bool| next.as_ref().is_some_and(tells);
        let word = self.last.is_some_and(char::is_alphanumeric);
        let alive = match character {
            '#' | '@' | '$' => true,
            ':' => after(|next| !next.is_whitespace()),
            '-' => word && after(char::is_ascii_digit),
            '.' => self.w == 3,
            digit if digit.is_ascii_hexdigit() => self.digits + 1 == HASH,
            _ => false,
        };
        let counts = character.is_ascii_hexdigit() && !alive;
        self.digits = if counts { self.digits + 1 } else { 0 };
        self.w = if matches!(character, 'w' | 'W') {
            self.w + 1
        } else {
            0
        };
        self.last = Some(character);
        alive
    }
}

// Markdown lets elements of HTML through: they are made plain in both.
fn plain(text: &str, push: impl Fn(char, &mut String)) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        plain_one(character, &push, &mut safe);
    }
    safe
}

fn plain_one(character: char, push: &impl Fn(char, &mut String), safe: &mut String) {
    match character {
        '&' => safe.push_str("&amp;"),
        '<' => safe.push_str("&lt;"),
        '>' => safe.push_str("&gt;"),
        other => push(other, safe),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The text nodes that are left: GitHub looks into each alone.
    fn nodes(markdown: &str) -> Vec<String> {
        let plain = markdown.replace("</span>", "<span>").replace('\\', "");
        plain.split("<span>").map(str::to_owned).collect()
    }

    #[test]
    fn nothing_that_github_links_comes_alive() {
        for (text, expected) in [
            ("#7", &["", "#", "7"][..]),
            ("GH-7", &["GH", "-", "7"]),
            ("see gh-7 a-b", &["see gh", "-", "7 a-b"]),
            ("TICKET-12", &["TICKET", "-", "12"]),
            ("a/b#7", &["a/b", "#", "7"]),
            ("@who", &["", "@", "who"]),
            ("me@x.com", &["me", "@", "x.com"]),
            ("https://x.y", &["https", ":", "//x.y"]),
            ("ftp://x", &["ftp", ":", "//x"]),
            ("mailto:a", &["mailto", ":", "a"]),
            ("www.x.y", &["www", ".", "x.y"]),
            ("WwW.x.y", &["WwW", ".", "x.y"]),
            (":smile:", &["", ":", "smile:"]),
            ("a: b", &["a: b"]),
            ("$x$", &["", "$", "x", "$", ""]),
            ("abcdef0", &["abcdef", "0", ""]),
            ("abcdef01234567", &["abcdef", "0", "123456", "7", ""]),
            ("abcdef x", &["abcdef x"]),
        ] {
            assert_eq!(nodes(&markdown(text)), expected, "{text}");
            assert_eq!(nodes(&markdown_html(text)), expected, "{text}");
        }
    }

    #[test]
    fn markup_is_drawn_as_it_is() {
        let text = "[^1] [a](b) <b>|`*_~!\\ ![x](y)";
        assert_eq!(
            markdown(text),
            "\\[^1\\] \\[a\\](b) &lt;b&gt;\\|\\`\\*\\_\\~\\!\\\\ \\!\\[x\\](y)"
        );
        assert_eq!(markdown_html("a_b*"), "a&#95;b&#42;");
        assert_eq!(
            html("<a href=\"x\">'&"),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;"
        );
    }
}
