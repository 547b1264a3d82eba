//! A bar of cells: always drawn with the figures beside it.

use crate::tui::widgets::signs::Signs;

const CELLS: u32 = 10;

/// Ten cells, `part` of `whole` of them full.
pub fn bar(part: u32, whole: u32, signs: &Signs) -> String {
    bar_of(CELLS, part, whole, signs)
}

/// So many cells, at least two, `part` of `whole` of them full; any part at all fills at least one, and only the whole
/// fills all.
pub fn bar_of(cells: u32, part: u32, whole: u32, signs: &Signs) -> String {
    let full = match (part.min(whole), whole) {
        (0, _) | (_, 0) => 0,
        (part, whole) if part == whole => cells,
        (part, whole) => part
            .saturating_mul(cells)
            .checked_div(whole)
            .unwrap_or(0)
            .clamp(1, cells.max(2) - 1),
    };
    let row = |sign: &str, count: u32| (0..count).map(|_| sign).collect::<String>();
    format!(
        "{}{}",
        row(signs.full, full),
        row(signs.empty, cells.saturating_sub(full))
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::widgets::signs::ASCII;

    #[test]
    fn a_bar_never_claims_more_than_there_is() {
        assert_eq!(bar(0, 3, &ASCII), "..........");
        assert_eq!(bar(1, 300, &ASCII), "#.........");
        assert_eq!(bar(299, 300, &ASCII), "#########.");
        assert_eq!(bar(3, 3, &ASCII), "##########");
        assert_eq!(bar(0, 0, &ASCII), "..........");
        assert_eq!(bar(5, 3, &ASCII), "##########");
    }
}
