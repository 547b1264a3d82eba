//! What the row under the cursor says, whole: below the tree, or on the whole screen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Text};

use crate::core::analysis::findings::FindingSeverity;
use crate::core::kops::dry_run::ChangeAction;
use crate::tui::screens::review::detail::Tone;
use crate::tui::screens::review::view::highlight::highlighted;
use crate::tui::screens::review::{Reading, detail::layout::MOST_BELOW};
use crate::tui::theme::StyleRole;
use crate::tui::widgets::pane::pane_with;
use crate::tui::widgets::render_context::RenderContext;

/// Draws the first rows of the detail, and says where the rest is.
pub(super) fn below(frame: &mut Frame<'_>, area: Rect, reading: &Reading, context: &RenderContext) {
    let columns = usize::from(area.width.saturating_sub(4));
    let height = usize::from(area.height.saturating_sub(2));
    let (rows, count) = reading.detail_layout(false).first_rows(columns, height);
    let title = match count.saturating_sub(height) {
        0 => "Detail".to_owned(),
        _ if count == MOST_BELOW => format!("Detail: more than {count} lines, d shows all"),
        1 => "Detail: 1 more line, d shows all".to_owned(),
        more => format!("Detail: {more} more lines, d shows all"),
    };
    let inside = pane_with(frame, area, (&title, ""), false, context);
    draw(frame, inside, rows, reading, context);
}

/// Draws the detail on the whole area, from a row on.
pub(super) fn whole(
    frame: &mut Frame<'_>,
    area: Rect,
    reading: &Reading,
    top: usize,
    context: &RenderContext,
) {
    let columns = usize::from(area.width.saturating_sub(4));
    let height = usize::from(area.height.saturating_sub(2));
    let (rows, count) = reading.detail_layout(true).rows(columns, top, height);
    let at = format!("{}/{}", (top + 1).min(count), count);
    let inside = pane_with(frame, area, ("Detail", &at), true, context);
    draw(frame, inside, rows, reading, context);
}

fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    rows: Vec<(Tone, String)>,
    reading: &Reading,
    context: &RenderContext,
) {
    let columns = usize::from(area.width);
    let lines = rows.into_iter().map(|(tone, text)| {
        let style = style(tone, context);
        // A line of a text that kops compares stays as it is.
        let text = match tone {
            Tone::Added | Tone::Removed => text,
            _ => context.with_arrows(&text),
        };
        Line::from(highlighted(
            &text,
            columns,
            style,
            (&reading.search, false),
            context,
        ))
    });
    frame.render_widget(lines.collect::<Text<'_>>(), area);
}

fn style(tone: Tone, context: &RenderContext) -> Style {
    context.style(match tone {
        Tone::Title => StyleRole::Title,
        Tone::Plain => StyleRole::Text,
        Tone::Dim => StyleRole::Dim,
        Tone::Remedy => StyleRole::Accent,
        Tone::Found(FindingSeverity::Danger) => StyleRole::Danger,
        Tone::Found(FindingSeverity::Warning) => StyleRole::Warning,
        Tone::Found(FindingSeverity::Note) => StyleRole::Note,
        Tone::Of(ChangeAction::Create) | Tone::Added => StyleRole::Create,
        Tone::Of(ChangeAction::Modify) => StyleRole::Modify,
        Tone::Of(ChangeAction::Delete | ChangeAction::DeleteOnPrune) | Tone::Removed => {
            StyleRole::Delete
        }
    })
}
