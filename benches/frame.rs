//! One frame of each screen at 160×48 through the true renderer: `cargo bench --bench frame`. The screens are those that
//! the tests keep, and a review of 3,400 resources.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    dead_code,
    unused_imports,
    missing_debug_implementations,
    unreachable_pub,
    reason = "the screens are those of the tests, which use more of them"
)]

use criterion::{Criterion, criterion_group, criterion_main};
use kopswain::tui::event::Event;
use kopswain::tui::model::Model;
use kopswain::tui::theme::Theme;
use kopswain::tui::update::update;
use kopswain::tui::view::draw;
use kopswain::tui::widgets::render_context::RenderContext;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

#[path = "../tests/screens/canvas.rs"]
mod canvas;
#[path = "../tests/screens/home.rs"]
mod home;
#[path = "../tests/programs/keys.rs"]
mod keys;
#[path = "../tests/screens/live.rs"]
mod live;
#[path = "../tests/screens/review.rs"]
mod review;
#[path = "../tests/screens/run.rs"]
mod run;
#[path = "../tests/screens/wizard.rs"]
mod wizard;
#[path = "../tests/screens/world.rs"]
mod world;

/// A screen with its name.
type Shot = (&'static str, Model);

const REPORT: &str = include_str!("../tests/fixtures/demo/four-zones/update.stdout");
const COPIES: usize = 20;
const COLUMNS: u16 = 160;
const ROWS: u16 = 48;

// The dry run of a cluster of four zones so often, all of it unfolded.
fn long_review() -> Model {
    let (body, ending) = REPORT.split_at(REPORT.rfind("Must specify").unwrap_or(REPORT.len()));
    let report = format!("{}{ending}", body.repeat(COPIES));
    world::after(review::existing(&report), "<right>")
}

fn shots() -> Vec<Shot> {
    vec![
        ("home", home::typical()),
        ("cluster", wizard::step(0)),
        ("network", wizard::step(1)),
        ("control_plane", wizard::step(2)),
        ("nodes", wizard::step(3)),
        ("access", wizard::step(4)),
        ("review_134_resources", review::reading()),
        ("review_3400_resources", long_review()),
        ("approval", world::after(review::reading(), "a")),
        ("apply", run::applying()),
        ("dashboard", live::degraded()),
    ]
}

fn frame(criterion: &mut Criterion) {
    let context = RenderContext::new(Theme::named("default").unwrap_or_default(), false, true);
    for (name, mut model) in shots() {
        let Ok(mut terminal) = Terminal::new(TestBackend::new(COLUMNS, ROWS));
        let at = model.at();
        let (columns, rows) = (COLUMNS, ROWS);
        update(&mut model, at, Event::Resize { columns, rows });
        criterion.bench_function(&format!("frame_160x48/{name}"), |bencher| {
            bencher.iter(|| {
                terminal
                    .draw(|frame| draw(frame, &model, &context))
                    .map(|_| ())
            });
        });
    }
}

criterion_group!(benches, frame);
criterion_main!(benches);
