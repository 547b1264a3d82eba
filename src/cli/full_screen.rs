//! A model on the real terminal.

use std::env;
use std::io::IsTerminal;
use std::path::Path;
use std::time::Instant;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

use super::Common;
use crate::core::fault::Fault;
use crate::io::config_file;
use crate::io::event_loop::{self, Runner};
use crate::io::files::{cause, read_at_most, refuse_secret, shown};
use crate::io::terminal::{Background, LateAnswer, TerminalScreen, is_gone, is_utf8, listen};
use crate::tui::event::{Event, Timestamp};
use crate::tui::model::Model;
use crate::tui::request::Response;
use crate::tui::theme::{Theme, ThemeTexts};
use crate::tui::update::{INTERRUPTED, update};
use crate::tui::widgets::render_context::RenderContext;

/// The name for the theme that suits the terminal's background.
const AUTO: &str = "auto";

/// A theme has some 40 lines.
const LONGEST_THEME: usize = 64 << 10;

/// Whether screens can be drawn and keys read.
pub(super) fn possible(common: &Common) -> bool {
    let dumb = env::var("TERM").is_ok_and(|term| term == "dumb");
    !common.is_plain() && !dumb && std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

/// Whether a dry run can be read on the screen: as [`possible`], and standard input may hold the dry run when there is a
/// terminal to read keys from in its place.
pub(super) fn possible_for_a_report(common: &Common, piped: bool) -> bool {
    let dumb = env::var("TERM").is_ok_and(|term| term == "dumb");
    let keys = std::io::stdin().is_terminal() || piped;
    !common.is_plain() && !dumb && keys && std::io::stdout().is_terminal()
}

/// Runs a model until the person leaves or the program is done, and gives the exit code and the model as it was left.
pub(super) async fn run(
    common: &Common,
    mut model: Model,
    runner: &impl Runner,
    events: &mut UnboundedReceiver<Response>,
    sender: &UnboundedSender<Response>,
) -> Result<(u8, Model), Fault> {
    let mut context = look(common)?;
    let began = Instant::now();
    let mut screen = TerminalScreen::take().map_err(|error| no_terminal(&error))?;
    if let Ok(size) = screen.terminal.size() {
        let (columns, rows) = (size.width, size.height);
        update(
            &mut model,
            Timestamp::default(),
            Event::Resize { columns, rows },
        );
    }
    let (background, late) = match Background::from_environment() {
        None if asks_for_background(common) => {
            let asked = screen.background();
            asked.map_err(|error| no_terminal(&error))?
        }
        known => (known, LateAnswer::default()),
    };
    if let Some(background) = background.filter(|_| asks_for_background(common)) {
        context.theme = on(background)?;
    }
    model = model.with_mouse(common.mouse == Some(true));
    listen(sender, late).map_err(|error| no_terminal(&error))?;
    let clock = || Timestamp(began.elapsed());
    let ended = event_loop::run(&mut screen, &mut model, &context, events, runner, clock).await;
    drop(screen);
    let code = match ended {
        // Drawing may find out first.
        Err(_) if is_gone() => INTERRUPTED,
        ended => ended.map_err(|error| no_terminal(&error))?,
    };
    Ok((code, model))
}

fn no_terminal(error: &std::io::Error) -> Fault {
    Fault::new(
        "the terminal cannot be used",
        cause(error),
        "try another terminal, or --plain for prompts and lines",
    )
}

/// Theme and signs: what was asked for, else what the environment can show.
pub(super) fn look(common: &Common) -> Result<RenderContext, Fault> {
    let colourless = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let theme = match common.theme.as_deref() {
        Some(path) if Path::new(path).extension().is_some_and(|end| end == "toml") => {
            theme_file(Path::new(path))?
        }
        // Until its background is known.
        Some(AUTO) => named("default")?,
        Some(name) => named(name)?,
        None if colourless => named("monochrome")?,
        None => named("default")?,
    };
    let context = RenderContext::new(theme, common.ascii == Some(true) || !is_utf8(), true);
    Ok(if is_utf8() {
        context
    } else {
        context.in_ascii()
    })
}

fn asks_for_background(common: &Common) -> bool {
    common.theme.as_deref() == Some(AUTO)
}

fn on(background: Background) -> Result<Theme, Fault> {
    named(match background {
        Background::Dark => "dark",
        Background::Light => "light",
    })
}

fn named(name: &str) -> Result<Theme, Fault> {
    Theme::own_or_named(name, &own_themes()).map_err(|error| not_a_theme(&error))
}

// The themes of the config folder; one that cannot be read is not known by its name.
fn own_themes() -> ThemeTexts {
    let folder = config_file::folder().map(|folder| folder.join("themes"));
    let entries = folder.and_then(|folder| std::fs::read_dir(folder).ok());
    let paths = entries.into_iter().flatten().flatten();
    let themes = paths.filter_map(|entry| {
        let path = entry.path();
        let name = path.file_stem()?.to_str()?.to_owned();
        let is_theme = path.extension().is_some_and(|end| end == "toml");
        let text = is_theme.then(|| read_at_most(&path, LONGEST_THEME).ok())?;
        Some((name, text?))
    });
    themes.collect()
}

fn theme_file(path: &Path) -> Result<Theme, Fault> {
    let text = read_at_most(path, LONGEST_THEME).map_err(|error| {
        Fault::new(
            format!("the theme {} cannot be read", shown(path)),
            cause(&error),
            "name a file of the form of themes/default.toml",
        )
    })?;
    refuse_secret(path, &text)?;
    Theme::parse(&path.display().to_string(), &text, &own_themes())
        .map_err(|error| not_a_theme(&error))
}

fn not_a_theme(error: &crate::tui::theme::ThemeError) -> Fault {
    Fault::new(
        "the theme cannot be used",
        error.to_string(),
        "choose another with --theme",
    )
}
