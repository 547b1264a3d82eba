//! Palettes of common terminals, and how well every theme can be read on each.

use ratatui::style::{Color, Modifier, Style};

use super::{BUILT_IN, StyleRole, Theme, ThemeTexts};
use crate::core::text::contrast::{AA, Rgb, contrast, rgb};

/// What WCAG 2.2 asks of signs, borders and other parts that are no text (success criterion 1.4.11).
const SIGN: f64 = 3.0;
/// What it asks of text where contrast is the purpose (1.4.6).
const AAA: f64 = 7.0;

struct TerminalPalette {
    name: &'static str,
    background: &'static str,
    text: &'static str,
    /// The sixteen colours of ANSI.
    colours: &'static str,
}

const XTERM: &str = "000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5 7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff";
const SOLARIZED: &str = "073642 dc322f 859900 b58900 268bd2 d33682 2aa198 eee8d5 002b36 cb4b16 586e75 657b83 839496 6c71c4 93a1a1 fdf6e3";
const GNOME: &str = "171421 c01c28 26a269 a2734c 12488b a347ba 2aa1b3 d0cfcc 5e5c64 f66151 33d17a e9ad0c 2a7bde c061cb 33c7de ffffff";

const fn palette(
    name: &'static str,
    background: &'static str,
    text: &'static str,
    colours: &'static str,
) -> TerminalPalette {
    TerminalPalette {
        name,
        background,
        text,
        colours,
    }
}

const PALETTES: [TerminalPalette; 7] = [
    palette("xterm", "000000", "e5e5e5", XTERM),
    palette("xterm on white", "ffffff", "000000", XTERM),
    palette("Solarized dark", "002b36", "839496", SOLARIZED),
    palette("Solarized light", "fdf6e3", "657b83", SOLARIZED),
    palette("GNOME dark", "171421", "d0cfcc", GNOME),
    palette("GNOME light", "ffffff", "171421", GNOME),
    palette("GNOME console", "1e1e1e", "ffffff", GNOME),
];

fn number(hex: &str) -> Rgb {
    rgb(&format!("#{hex}")).unwrap()
}

impl TerminalPalette {
    fn ansi(&self, at: usize) -> Rgb {
        number(self.colours.split(' ').nth(at).unwrap())
    }

    fn shown(&self, colour: Color, otherwise: Rgb) -> Rgb {
        match colour {
            Color::Reset => otherwise,
            Color::Rgb(red, green, blue) => [red, green, blue],
            Color::Indexed(at) if at < 16 => self.ansi(usize::from(at)),
            Color::Indexed(at) => fixed(at),
            named => self.ansi(usize::from(ansi_number(named))),
        }
    }

    // The colour of the text and of what is behind it.
    fn pair(&self, theme: &Theme, role: StyleRole) -> (Rgb, Rgb) {
        let style: Style = theme.style(StyleRole::Text).patch(theme.style(role));
        let (own, behind) = (number(self.text), number(self.background));
        let ink = self.shown(style.fg.unwrap_or(Color::Reset), own);
        let paper = self.shown(style.bg.unwrap_or(Color::Reset), behind);
        // Terminals mix dim text with the background; half is what the strongest do.
        let half = |at: usize| u8::midpoint(ink[at], paper[at]);
        let ink = if style.add_modifier.contains(Modifier::DIM) {
            [half(0), half(1), half(2)]
        } else {
            ink
        };
        (ink, paper)
    }
}

fn ansi_number(color: Color) -> u8 {
    let names = [
        Color::Black,
        Color::Red,
        Color::Green,
        Color::Yellow,
        Color::Blue,
        Color::Magenta,
        Color::Cyan,
        Color::Gray,
        Color::DarkGray,
        Color::LightRed,
        Color::LightGreen,
        Color::LightYellow,
        Color::LightBlue,
        Color::LightMagenta,
        Color::LightCyan,
        Color::White,
    ];
    let at = names.iter().position(|known| *known == color).unwrap();
    u8::try_from(at).unwrap()
}

// The cube and the greys of xterm's 256 colours, which no palette changes.
fn fixed(at: u8) -> Rgb {
    if at >= 232 {
        return [8 + 10 * (at - 232); 3];
    }
    let part = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
    let at = at - 16;
    [at / 36, at / 6 % 6, at % 6].map(part)
}

// What the theme promises of a role on a palette. Text in the terminal's own colour is as good as the palette makes it:
// Solarized light has 4.13.
fn asked(name: &str, theme: &Theme, role: StyleRole, palette: &TerminalPalette) -> f64 {
    let own = contrast(number(palette.text), number(palette.background));
    let paints = theme.style(StyleRole::Text).bg.is_some();
    let text = matches!(
        role,
        StyleRole::Text | StyleRole::Title | StyleRole::Cursor | StyleRole::Match
    );
    match (name, paints) {
        ("high-contrast", _) => AAA,
        (_, true) => AA,
        _ if text || theme.style(role).fg.is_none() => AA.min(own),
        _ => SIGN,
    }
}

#[test]
fn every_theme_can_be_read_on_every_palette() {
    let mut faint = Vec::new();
    for (name, _) in BUILT_IN {
        let theme = Theme::named(name).unwrap();
        for palette in &PALETTES {
            for role in StyleRole::ALL.iter().copied() {
                let (ink, paper) = palette.pair(&theme, role);
                let ratio = contrast(ink, paper);
                if ratio < asked(name, &theme, role, palette) {
                    faint.push(format!("{name}: {role:?} on {} {ratio:.2}", palette.name));
                }
            }
        }
    }
    assert_eq!(faint, [""; 0]);
}

#[test]
fn a_colour_that_a_palette_hides_is_found() {
    let theme = Theme::parse(
        "mine",
        "[roles]\ndim = { fg = \"dark-gray\" }\nnote = { fg = \"blue\" }\naccent = { dim = true }",
        &ThemeTexts::new(),
    )
    .unwrap();
    let ratio = |at: usize, role| {
        let (ink, paper) = PALETTES[at].pair(&theme, role);
        format!("{:.2}", contrast(ink, paper))
    };
    assert_eq!(ratio(2, StyleRole::Dim), "1.00");
    assert_eq!(ratio(0, StyleRole::Note), "2.23");
    assert_eq!(ratio(3, StyleRole::Accent), "1.88");
}

#[test]
fn the_fixed_colours_are_those_of_xterm() {
    assert_eq!(fixed(16), [0, 0, 0]);
    assert_eq!(fixed(31), [0, 0x87, 0xaf]);
    assert_eq!(fixed(231), [0xff; 3]);
    assert_eq!(fixed(244), [0x80; 3]);
}
