//! What holds for every screen, whatever it shows.

use kopswain::core::text::untrusted::visible;
use kopswain::tui::event::Event;
use kopswain::tui::help::{HelpLine, lines};
use kopswain::tui::key::{Code, Key};
use kopswain::tui::keymap::{Action, Binding};
use kopswain::tui::keys::bindings;
use kopswain::tui::model::{Model, Overlay, Screen};
use kopswain::tui::theme::Theme;
use kopswain::tui::update::update;
use kopswain::tui::view::SMALLEST;
use kopswain::tui::widgets::render_context::RenderContext;

use super::canvas::{SIZES, cells, context, shown};
use super::{all, shot};

const ACCOUNT: &str = "123456789012";
const MOST_KEYS: usize = 6;
const UNSHOWN: [char; 6] = [
    '\u{200d}', '\u{202e}', '\u{202c}', '\u{200b}', '\u{feff}', '\u{2066}',
];

#[test]
fn no_cell_holds_a_character_that_a_terminal_obeys_or_hides() {
    for (name, model) in all() {
        for size in SIZES {
            for cell in cells(model, size, &context()).content {
                let symbol = cell.symbol();
                let bad = symbol
                    .chars()
                    .any(|character| character.is_control() || UNSHOWN.contains(&character));
                assert!(!bad, "{name} at {size:?}: {symbol:?}");
            }
        }
    }
}

#[test]
fn every_screen_is_drawn_at_every_size() {
    let context = context();
    let (columns, rows) = (
        [1, 2, 9, 59, 60, 61, 79, 100, 119, 120, 121, 200],
        [1, 2, 14, 15, 16, 25, 60],
    );
    let sizes: Vec<(u16, u16)> = columns
        .into_iter()
        .flat_map(|columns| rows.map(|rows| (columns, rows)))
        .collect();
    for (name, model) in all() {
        for size in &sizes {
            let drawn = cells(model, *size, &context);
            assert_eq!((drawn.area.width, drawn.area.height), *size, "{name}");
        }
    }
}

#[test]
fn the_fullest_screens_are_drawn_at_each_size_from_one_by_one() {
    let context = RenderContext::new(Theme::named("default").unwrap(), true, true);
    let chosen = [
        "account_failing",
        "network_typical",
        "review_approving",
        "apply_retrying",
        "watch_not_ready",
        "help_nodes",
    ];
    for (name, model) in all().filter(|(name, _)| chosen.contains(name)) {
        let across = (1..=200).map(|columns| (columns, 1 + columns * 7 % 60));
        let down = (1..=60).map(|rows| (60 + rows * 11 % 141, rows));
        for size in across.chain(down) {
            let drawn = cells(model, size, &context);
            assert_eq!((drawn.area.width, drawn.area.height), size, "{name}");
        }
    }
}

#[test]
fn a_terminal_too_small_says_so() {
    for (name, model) in all() {
        let told = shown(model, (59, 14));
        assert_eq!(
            told[..2],
            [
                "kopswain needs 60×15, this is 59×14: enlarge the window, or",
                "leave with ctrl-c"
            ],
            "{name}"
        );
        assert!(told[2..].iter().all(String::is_empty), "{name}");
    }
    assert_eq!(SMALLEST, (60, 15));
}

#[test]
fn the_top_line_names_account_region_and_state_store() {
    let long = [
        "account_empty",
        "account_long",
        "account_typing_the_missing_name",
    ];
    // A report from a file is of no account that is known.
    let known = |name: &str| !long.contains(&name) && !name.starts_with("report_");
    for (name, model) in all().filter(|(name, _)| known(name)) {
        for size in SIZES {
            let top = shown(model, size).swap_remove(0);
            let target = model.target();
            let account = model.account().unwrap_or("account ?");
            let wanted = format!("{account} · {} · {}", target.region, target.state_store);
            assert!(top.ends_with(&wanted), "{name} at {size:?}: {top}");
        }
    }
}

#[test]
fn a_long_name_leaves_account_and_region_on_the_top_line() {
    let model = shot("account_long");
    for size in SIZES {
        let top = shown(model, size).swap_remove(0);
        assert!(
            top.contains(ACCOUNT) && top.contains("ap-southeast-2") && top.contains("s3://"),
            "{size:?}: {top}"
        );
    }
}

fn footer(model: &Model, size: (u16, u16)) -> String {
    shown(model, size).pop().unwrap()
}

#[test]
fn the_bottom_line_holds_at_most_six_keys_of_the_table() {
    for (name, model) in all() {
        let table = bindings(model.context());
        for size in SIZES {
            let footer = footer(model, size);
            let keys: Vec<&str> = footer.trim().split(" · ").collect();
            assert!(keys.len() <= MOST_KEYS, "{name}: {footer}");
            let known: Vec<String> = table
                .iter()
                .map(|binding| format!("{} {}", binding.shown, binding.word))
                .collect();
            for key in &keys {
                assert!(
                    known.iter().any(|known| known == key),
                    "{name} at {size:?}: {key:?} in {footer:?}"
                );
            }
        }
    }
}

#[test]
fn every_key_is_in_the_footer_or_in_the_help() {
    let mut read: Vec<Vec<HelpLine>> = Vec::new();
    for (name, model) in all() {
        let table = bindings(model.context());
        if !table.iter().any(|binding| binding.action == Action::Help) {
            in_the_footer(name, model, table);
            continue;
        }
        let told = lines(model);
        if !read.contains(&told) {
            in_the_help(name, model, table);
            read.push(told);
        }
    }
    assert!(read.len() >= 10, "{}", read.len());
}

fn in_the_help(name: &str, model: &Model, table: &[Binding]) {
    let mut asked = model.clone();
    let at = asked.at();
    update(&mut asked, at, Event::Key(Key::char('?')));
    assert_eq!(asked.overlay(), Overlay::Help { top: 0 }, "{name}");
    let seen = scrolled(asked);
    for binding in table {
        let there = seen
            .iter()
            .any(|row| row.contains(binding.shown) && row.contains(binding.word));
        assert!(
            there,
            "{name}: {} {} cannot be scrolled to",
            binding.shown, binding.word
        );
    }
}

// Everything that the help shows at 80×24 while it is scrolled to its end, by keys.
fn scrolled(mut model: Model) -> Vec<String> {
    let mut seen = Vec::new();
    let mut last = Vec::new();
    loop {
        let rows = shown(&model, (80, 24));
        if rows == last {
            return seen;
        }
        seen.extend(rows.iter().cloned());
        last = rows;
        let at = model.at();
        update(&mut model, at, Event::Key(Key::char('j')));
    }
}

// A key that does what another one in the footer does may be left out, and so may the page keys of a list that is
// searched by typing, where no key is left for the help.
fn in_the_footer(name: &str, model: &Model, table: &[Binding]) {
    let footer = footer(model, (80, 24));
    for binding in table
        .iter()
        .filter(|binding| !matches!(binding.action, Action::PageUp | Action::PageDown))
    {
        let told = |other: &Binding| footer.contains(&format!("{} {}", other.shown, other.word));
        let same = table
            .iter()
            .any(|other| other.action == binding.action && told(other));
        assert!(
            same,
            "{name}: {} {} is nowhere: {footer}",
            binding.shown, binding.word
        );
    }
}

#[test]
fn a_notice_is_shown_whole_or_cut_with_a_sign() {
    let mut noticed = 0;
    for (name, model) in all() {
        let Some(notice) = model.notice() else {
            continue;
        };
        noticed += 1;
        let rows = shown(model, (120, 40));
        let lines = usize::from(model.notice_rows(120));
        let lines = rows.iter().skip(2).take(lines);
        let lines = lines.map(|row| row.chars().skip(3).collect::<String>());
        let lines: Vec<String> = lines.map(|row| row.trim().to_owned()).collect();
        let text = lines.join(" ");
        let whole = visible(notice);
        let cut = text
            .strip_suffix('…')
            .is_some_and(|head| whole.starts_with(head));
        assert!(text == whole || cut, "{name}: {text}");
    }
    assert!(noticed >= 5, "{noticed}");
}

#[test]
fn the_demonstration_says_so_on_every_screen() {
    for (name, model) in all() {
        let model = model.clone().in_demonstration();
        for size in SIZES {
            let top = shown(&model, size).swap_remove(0);
            let said = top.trim_start().trim_start_matches("kopswain · ");
            assert!(
                said.starts_with("demonstration"),
                "{name} at {size:?}: {top}"
            );
        }
    }
}

#[test]
fn the_smallest_screen_says_where_a_person_is_and_how_to_get_help() {
    for (name, model) in all() {
        let rows = shown(model, (60, 15));
        if let Screen::Wizard(wizard) = model.screen() {
            let step = format!("● {}", wizard.step.word());
            assert!(rows[1].contains(&step), "{name}: {}", rows[1]);
        }
        let keys = bindings(model.context()).iter().take(6);
        let helps = keys.filter(|key| key.action == Action::Help).count() == 1;
        let bottom = rows.last().unwrap();
        assert_eq!(bottom.contains("? help"), helps, "{name}: {bottom}");
    }
}

#[test]
fn names_of_screens_are_used_once() {
    let mut names: Vec<&str> = all().map(|(name, _)| name).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn a_key_that_does_nothing_says_so_on_every_screen() {
    for (name, model) in all() {
        let mut model = model.clone();
        let at = model.at();
        let effects = update(&mut model, at, Event::Key(Key::plain(Code::Function(9))));
        let notice = model.notice().unwrap_or_default();
        assert_eq!(effects, [], "{name}");
        assert!(
            notice.starts_with("F9 does nothing here ("),
            "{name}: {notice}"
        );
    }
}

#[test]
fn nobody_types_a_name_blind() {
    let question = "Type the cluster's name to approve:";
    let screen = |model: &Model, size| shown(model, size).join("\n");
    let asking = all().filter(|(_, model)| screen(model, (200, 60)).contains(question));
    for (name, model) in asking {
        for size in [(80, 24), SMALLEST] {
            let screen = screen(model, size);
            assert!(screen.contains(question), "{name} at {size:?}:\n{screen}");
        }
    }
}
