//! Texts made plain, so that nothing in them is obeyed by whoever draws a page or a comment.

/// For a page of HTML, its attributes included.
pub(super) fn html(text: &str) -> String {
    plain(text, |character, safe| match character {
        '"' => safe.push_str("&quot;"),
        '\'' => safe.push_str("&#39;"),
        other => safe.push(other),
    })
}

/// For Markdown as GitHub draws it.
pub(super) fn markdown(text: &str) -> String {
    plain(text, |character, safe| match character {
        // GitHub looks for people and issues in the text that an escape leaves, but not across an element.
        '#' | '@' => {
            safe.push_str("<span>");
            safe.push(character);
            safe.push_str("</span>");
        }
        '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '!' | '~' => {
            safe.push('\\');
            safe.push(character);
        }
        other => safe.push(other),
    })
}

// Markdown lets elements of HTML through: they are made plain in both.
fn plain(text: &str, push: impl Fn(char, &mut String)) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            other => push(other, &mut safe),
        }
    }
    safe
}
