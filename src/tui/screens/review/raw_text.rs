//! kops's own text, with the starts of its lines, so that any line is at hand at once.

use crate::core::text::secrets::hide_printed;

/// A text and where its lines start.
#[derive(Clone, Debug, Default)]
pub struct RawText {
    text: String,
    /// The same with its secrets hidden, where it holds any.
    shown: Option<String>,
    starts: Vec<usize>,
}

impl RawText {
    /// Finds the lines once.
    pub fn new(text: String) -> Self {
        let hidden = hide_printed(&text).map(|hidden| hidden.text);
        let shown = hidden.as_ref().unwrap_or(&text);
        let ends = memchr::memchr_iter(b'\n', shown.as_bytes()).map(|end| end + 1);
        let starts = std::iter::once(0).chain(ends);
        let starts = starts.filter(|start| *start < shown.len()).collect();
        Self {
            shown: hidden,
            text,
            starts,
        }
    }

    /// The whole text as kops printed it, secrets included: to be kept and compared, never shown.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many lines it has.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// A line without its end and with its secrets hidden, counted from 0; empty when there is none.
    pub fn line(&self, at: usize) -> &str {
        let shown = self.shown.as_ref().unwrap_or(&self.text);
        let start = self.starts.get(at).copied().unwrap_or(shown.len());
        let end = self.starts.get(at + 1).copied().unwrap_or(shown.len());
        let line = shown.get(start..end).unwrap_or_default();
        let line = line.strip_suffix('\n').unwrap_or(line);
        line.strip_suffix('\r').unwrap_or(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_those_of_the_text() {
        for text in ["", "a", "a\n", "a\r\n\nb", "\n\n", "é\nß"] {
            let raw = RawText::new(text.to_owned());
            let lines: Vec<&str> = (0..raw.count()).map(|at| raw.line(at)).collect();
            assert_eq!(lines, text.lines().collect::<Vec<_>>(), "{text:?}");
        }
        let raw = RawText::new("ab\ncd\n".to_owned());
        assert_eq!(raw.line(9), "");
    }
}
