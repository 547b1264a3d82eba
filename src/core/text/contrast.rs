//! The contrast of text with what is behind it, by WCAG 2.2 ("relative luminance", "contrast ratio").

/// A colour in sRGB.
pub(crate) type Rgb = [u8; 3];

/// What success criterion 1.4.3 asks of text of any size.
pub(crate) const AA: f64 = 4.5;

/// Takes `#rgb` or `#rrggbb` apart; absent for anything else.
pub(crate) fn rgb(hex: &str) -> Option<Rgb> {
    let digits = hex.strip_prefix('#')?;
    let each = if digits.len() == 3 { 2 } else { 1 };
    let wide: String = digits
        .chars()
        .flat_map(|digit| std::iter::repeat_n(digit, each))
        .collect();
    let number = u32::from_str_radix(&wide, 16).ok()?;
    let [_, red, green, blue] = number.to_be_bytes();
    (wide.len() == 6).then_some([red, green, blue])
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
