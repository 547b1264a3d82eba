//! Every text of a page can be read on what is behind it: in daylight, at night and on paper.

use std::collections::{BTreeMap, BTreeSet};

use super::parts::STYLE;
use crate::core::text::contrast::{AA, contrast, rgb};

/// The colour of a text, and what may be behind it.
const USED: [(&str, &[&str]); 8] = [
    ("text", &["page", "card", "add", "del"]),
    ("dim", &["page", "card"]),
    ("accent", &["page", "card"]),
    ("danger", &["page", "card"]),
    ("tone", &["card"]),
    ("create", &["page", "card", "add"]),
    ("modify", &["page", "card"]),
    ("delete", &["page", "card", "del"]),
];

/// What the tone of a finding may be.
const TONES: [&str; 3] = ["danger", "warning", "note"];

type CssColours<'a> = BTreeMap<&'a str, &'a str>;

/// The colours of the page, of its dark form, and of its print.
fn palettes() -> [CssColours<'static>; 3] {
    let mut blocks = STYLE.split(":root{").skip(1).map(|rest| {
        let block = rest.split_once('}').map_or("", |(block, _)| block);
        block
            .split(';')
            .filter_map(named)
            .collect::<CssColours<'_>>()
    });
    let light = blocks.next().unwrap_or_default();
    // What the other two do not name stays as it is.
    let mut over = || {
        let mut palette = light.clone();
        palette.extend(blocks.next().unwrap_or_default());
        palette
    };
    let (dark, print) = (over(), over());
    [light, dark, print]
}

fn named(declaration: &str) -> Option<(&str, &str)> {
    let (name, value) = declaration.trim().strip_prefix("--")?.split_once(':')?;
    rgb(value).map(|_| (name, value))
}

/// The variables that a property takes its value from, anywhere in the style.
fn used_for(property: &str) -> BTreeSet<&'static str> {
    let start = format!("{property}:var(--");
    let uses = STYLE.match_indices(&start).filter(|(at, _)| {
        let before = STYLE.get(..*at).unwrap_or_default();
        before.ends_with(['{', ';', '}'])
    });
    uses.filter_map(|(at, _)| STYLE.get(at + start.len()..)?.split_once(')'))
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn every_colour_and_every_background_of_the_style_is_looked_at() {
    let texts: BTreeSet<_> = USED.iter().map(|(text, _)| *text).collect();
    assert_eq!(used_for("color"), texts);
    let behind: BTreeSet<_> = USED.iter().flat_map(|(_, behind)| *behind).collect();
    assert_eq!(
        used_for("background"),
        behind.into_iter().copied().collect()
    );
    // A colour beside the variables would be seen by neither.
    let rules = STYLE.split('}').filter(|rule| !rule.contains(":root{"));
    let beside: Vec<_> = rules
        .filter(|rule| rule.contains('#') && rule.contains(":#"))
        .collect();
    assert_eq!(beside, [""; 0]);
}

#[test]
fn every_text_has_the_contrast_of_wcag_aa() {
    let mut faint = Vec::new();
    for (palette, form) in palettes().iter().zip(["light", "dark", "print"]) {
        let colour = |name: &str| palette.get(name).and_then(|value| rgb(value));
        for (text, behind) in USED {
            let texts = if text == "tone" {
                &TONES[..]
            } else {
                &[text][..]
            };
            for (text, behind) in texts
                .iter()
                .flat_map(|text| behind.iter().map(move |one| (text, one)))
            {
                let pair = colour(text).zip(colour(behind));
                let ratio = pair.map_or(0.0, |(text, behind)| contrast(text, behind));
                if ratio < AA {
                    faint.push(format!("{form}: {text} on {behind} {ratio:.2}"));
                }
            }
        }
    }
    assert_eq!(faint, [""; 0]);
}
