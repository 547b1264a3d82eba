//! Cells as an SVG picture: the same cells give the same bytes.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

const CELL: (f64, f64) = (8.4, 16.4);
const MARGIN: f64 = 14.0;
const BASELINE: f64 = 13.0;
const PAPER: &str = "#11151c";
const INK: &str = "#d5d9e0";

/// The picture of a terminal.
pub fn picture(buffer: &Buffer) -> String {
    let columns = usize::from(buffer.area.width);
    let width = f64::from(buffer.area.width) * CELL.0 + 2.0 * MARGIN;
    let height = f64::from(buffer.area.height) * CELL.1 + 2.0 * MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{PAPER}\"/>\n\
         <g font-family=\"'DejaVu Sans Mono','Menlo','Consolas',monospace\" font-size=\"14\" xml:space=\"preserve\">\n"
    );
    for (y, row) in buffer.content.chunks(columns.max(1)).enumerate() {
        for (x, stretch) in stretches(row) {
            draw(&mut svg, x, y, stretch);
        }
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// The stretches of a row that look the same, with the column at which each begins.
fn stretches(row: &[Cell]) -> impl Iterator<Item = (usize, &[Cell])> {
    let mut x = 0;
    row.chunk_by(|left, right| left.style() == right.style())
        .map(move |stretch| {
            let at = x;
            x += stretch.len();
            (at, stretch)
        })
}

fn draw(svg: &mut String, column: usize, row: usize, stretch: &[Cell]) {
    let (ink, paper) = colours(&stretch[0]);
    let (left, top) = (place(column, CELL.0), place(row, CELL.1));
    if paper != PAPER {
        let width = CELL.0 * small(stretch.len());
        writeln!(svg, "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{:.1}\" fill=\"{paper}\"/>", CELL.1).unwrap();
    }
    for (at, words) in words(stretch) {
        write_text(
            svg,
            left + CELL.0 * small(at),
            top + BASELINE,
            &words,
            &ink,
            stretch[0].modifier,
        );
    }
}

/// What is written in a stretch, without the blanks around it; two blanks or more begin another text, so that columns
/// stand where they belong in any font.
fn words(stretch: &[Cell]) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut blanks = 2;
    let mut covered = 0;
    for (at, cell) in stretch.iter().enumerate() {
        if covered > 0 {
            covered -= 1;
            continue;
        }
        covered = cell.symbol().width().saturating_sub(1);
        match (cell.symbol(), found.last_mut()) {
            (" ", _) => blanks += 1,
            (symbol, Some((_, text))) if blanks < 2 => {
                text.push_str(&" ".repeat(blanks));
                text.push_str(symbol);
                blanks = 0;
            }
            (symbol, _) => {
                found.push((at, symbol.to_owned()));
                blanks = 0;
            }
        }
    }
    found
}

fn write_text(svg: &mut String, x: f64, y: f64, words: &str, ink: &str, modifier: Modifier) {
    let width = CELL.0 * small(words.width());
    let mut more = String::new();
    if modifier.contains(Modifier::BOLD) {
        more.push_str(" font-weight=\"bold\"");
    }
    if modifier.contains(Modifier::DIM) {
        more.push_str(" opacity=\"0.6\"");
    }
    if modifier.contains(Modifier::UNDERLINED) {
        more.push_str(" text-decoration=\"underline\"");
    }
    let words = escaped(words);
    writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" textLength=\"{width:.1}\" lengthAdjust=\"spacingAndGlyphs\" fill=\"{ink}\"{more}>{words}</text>").unwrap();
}

fn place(at: usize, size: f64) -> f64 {
    MARGIN + size * small(at)
}

fn small(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn colours(cell: &Cell) -> (String, String) {
    let (ink, paper) = (colour(cell.fg, INK), colour(cell.bg, PAPER));
    if cell.modifier.contains(Modifier::REVERSED) {
        (paper, ink)
    } else {
        (ink, paper)
    }
}

// The theme of the pictures names every colour by its number.
fn colour(colour: Color, otherwise: &str) -> String {
    match colour {
        Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
        Color::Reset => otherwise.to_owned(),
        other => panic!("a colour without a number: {other:?}"),
    }
}
