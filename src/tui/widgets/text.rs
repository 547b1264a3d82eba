//! Text that fits: measured in columns, cut where the meaning is least.

use crate::tui::widgets::render_context::RenderContext;
use unicode_width::UnicodeWidthStr;

pub use crate::core::text::elapsed::{coarse, elapsed, whole_seconds};
use crate::core::text::prose::first_columns;
pub use crate::core::text::prose::{sentences, wrap};

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

/// The text, cut at its start when it takes more than `columns`: for paths, whose ends tell them apart.
pub fn cut_start(text: &str, columns: usize, ellipsis: &str) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let reversed: String = text.chars().rev().collect();
    let tail = first_columns(&reversed, columns.saturating_sub(width(ellipsis)));
    format!("{ellipsis}{}", tail.chars().rev().collect::<String>())
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

/// The text filled with blanks up to `columns`.
pub fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// A cell's text for a column: ids are cut in the middle, names at the end, and both filled to the width.
pub fn cell(text: &str, columns: usize, context: &RenderContext) -> String {
    let starts = ["nat-", "vpc-", "subnet-", "i-"]
        .iter()
        .any(|prefix| text.starts_with(prefix));
    let id = starts && !text.contains(' ');
    let cut = if id { cut_middle } else { cut_end };
    pad(&cut(text, columns, context.signs.ellipsis), columns)
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
}
