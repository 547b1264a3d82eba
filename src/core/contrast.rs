//! How well text can be told from what is behind it, by WCAG 2.2 ("relative luminance", "contrast ratio").

/// A colour in sRGB.
pub(crate) type Rgb = [u8; 3];

/// What success criterion 1.4.3 asks of text of any size.
pub(crate) const AA: f64 = 4.5;

/// Takes `#rgb` or `#rrggbb` apart; absent for anything else.
pub(crate) fn rgb(hex: &str) -> Option<Rgb> {
    let digits: Option<Vec<u8>> = hex
        .strip_prefix('#')?
        .chars()
        .map(|one| u8::try_from(one.to_digit(16)?).ok())
        .collect();
    match *digits?.as_slice() {
        [red, green, blue] => Some([red * 17, green * 17, blue * 17]),
        [a, b, c, d, e, f] => Some([a * 16 + b, c * 16 + d, e * 16 + f]),
        _ => None,
    }
}

/// From 1 (the same) to 21 (black and white).
pub(crate) fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(colour: Rgb) -> f64 {
    let [red, green, blue] = colour.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[test]
fn the_ratios_are_those_that_are_known() {
    let of = |one, other| {
        let ratio = contrast(rgb(one).unwrap_or_default(), rgb(other).unwrap_or_default());
        format!("{ratio:.2}")
    };
    assert_eq!(of("#000", "#ffffff"), "21.00");
    assert_eq!(of("#fff", "#ffffff"), "1.00");
    // The two greys around the limit on white.
    assert_eq!(of("#767676", "#fff"), "4.54");
    assert_eq!(of("#777", "#fff"), "4.48");
    assert_eq!(rgb("#12"), None);
    assert_eq!(rgb("red"), None);
}
