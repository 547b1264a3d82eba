//! The detail of a row laid out once: its lines as long as the cursor stays, its rows as long as the width does.

use super::detail::Tone;
use super::wrapped::WrappedLine;
use super::{Reading, ReadingView};

/// The most rows of the detail that are laid out below the tree: enough to say how much more there is.
pub const MOST_BELOW: usize = 200;

/// What the row under the cursor says, made visible, and where its rows start.
#[derive(Clone, Debug, Default)]
pub(super) struct DetailLayout {
    lines: Vec<WrappedLine>,
    /// Whether these are all of its lines, or as many as are laid out below the tree.
    whole: bool,
    rows: Option<WrappedRows>,
}

/// The rows of so many columns, each by its line and where in the line it starts.
#[derive(Clone, Debug)]
struct WrappedRows {
    columns: usize,
    starts: Vec<(usize, usize)>,
}

impl DetailLayout {
    fn starts(&self, columns: usize) -> impl Iterator<Item = (usize, usize)> {
        let lines = self.lines.iter().enumerate();
        lines.flat_map(move |(at, line)| line.starts(columns).map(move |start| (at, start)))
    }

    fn lay_out_rows(&mut self, columns: usize) {
        if self
            .rows
            .as_ref()
            .is_none_or(|rows| rows.columns != columns)
        {
            let starts = self.starts(columns).collect();
            self.rows = Some(WrappedRows { columns, starts });
        }
    }

    fn row(&self, (line, start): (usize, usize), columns: usize) -> Option<(Tone, String)> {
        let line = self.lines.get(line)?;
        Some((line.tone, line.row(start, columns)))
    }
}

impl Reading {
    /// Lays the detail out where it is shown, so that drawing needs only the rows on the screen; a detail on the whole
    /// screen has so many columns.
    pub fn lay_out_detail(&mut self, columns: usize) {
        let whole = match self.view {
            ReadingView::Tree => false,
            ReadingView::Detail { .. } => true,
            ReadingView::Raw { .. } | ReadingView::Approving(_) => return,
        };
        let known = self.laid.take().filter(|laid| laid.whole || !whole);
        let mut laid = known.unwrap_or_else(|| self.fresh(whole));
        if whole {
            laid.lay_out_rows(columns);
        }
        self.laid = Some(laid);
    }

    fn fresh(&self, whole: bool) -> DetailLayout {
        let most = if whole { usize::MAX } else { MOST_BELOW };
        DetailLayout {
            lines: self.detail(most).iter().map(WrappedLine::of).collect(),
            whole,
            rows: None,
        }
    }

    fn with_laid<T>(&self, whole: bool, take: impl FnOnce(&DetailLayout) -> T) -> T {
        match self.laid.as_ref().filter(|laid| laid.whole || !whole) {
            Some(laid) => take(laid),
            None => take(&self.fresh(whole)),
        }
    }

    /// The first rows of the detail, and how many there are; rows after [`MOST_BELOW`] are not counted.
    pub fn detail_head(&self, columns: usize, height: usize) -> (Vec<(Tone, String)>, usize) {
        self.with_laid(false, |laid| {
            let starts: Vec<_> = laid.starts(columns).take(MOST_BELOW).collect();
            let shown = starts.iter().take(height);
            let rows = shown
                .filter_map(|start| laid.row(*start, columns))
                .collect();
            (rows, starts.len())
        })
    }

    /// So many rows of the detail from one on, and how many there are.
    pub fn detail_rows(
        &self,
        columns: usize,
        top: usize,
        height: usize,
    ) -> (Vec<(Tone, String)>, usize) {
        self.with_laid(true, |laid| {
            let known = laid.rows.as_ref().filter(|rows| rows.columns == columns);
            let fresh: Vec<_> = match known {
                Some(_) => Vec::new(),
                None => laid.starts(columns).collect(),
            };
            let starts = known.map_or(&fresh, |rows| &rows.starts);
            let shown = starts.iter().skip(top).take(height);
            let rows = shown
                .filter_map(|start| laid.row(*start, columns))
                .collect();
            (rows, starts.len())
        })
    }

    /// How many rows of so many columns the detail has.
    pub fn detail_height(&self, columns: usize) -> usize {
        self.detail_rows(columns, 0, 0).1
    }
}
