//! One frame at 160×48 through the true renderer: `cargo bench --bench frame`.

use criterion::{Criterion, criterion_group, criterion_main};
use kopswain::io::demo;
use kopswain::tui::cluster_target::ClusterTarget;
use kopswain::tui::event::{CommandOutput, Event, Timestamp};
use kopswain::tui::job::Job;
use kopswain::tui::key::{Code, Key};
use kopswain::tui::model::Model;
use kopswain::tui::theme::Theme;
use kopswain::tui::update::{start, update};
use kopswain::tui::view::draw;
use kopswain::tui::widgets::render_context::RenderContext;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

const REPORT: &str = include_str!("../tests/fixtures/demo/four-zones/update.stdout");

fn wizard() -> Model {
    let mut model = Model::wizard(demo::answers(), "");
    start(&mut model);
    let inventory = Box::new(demo::inventory());
    let told = Event::Discovered {
        inventory,
        complete: true,
    };
    update(&mut model, Timestamp::default(), told);
    model
}

#[allow(clippy::unwrap_used)]
fn review(copies: usize) -> Model {
    let cluster = "demo.example.com".parse().unwrap();
    let mut model = Model::existing(&cluster, ClusterTarget::default());
    start(&mut model);
    let (body, ending) = REPORT.split_at(REPORT.rfind("Must specify").unwrap_or(REPORT.len()));
    let stdout = format!("{}{ending}", body.repeat(copies));
    let result = Ok(CommandOutput {
        exit: Some(0),
        stdout,
        ..CommandOutput::default()
    });
    update(
        &mut model,
        Timestamp::default(),
        Event::Ended {
            job: Job::Update,
            result,
        },
    );
    let open = Key::plain(Code::Right);
    update(&mut model, Timestamp::default(), Event::Key(open));
    model
}

fn frame(criterion: &mut Criterion) {
    let context = RenderContext::new(Theme::named("default").unwrap_or_default(), false, true);
    let models = [
        ("wizard_account", wizard()),
        ("review_170_resources", review(1)),
        ("review_3400_resources", review(20)),
    ];
    for (name, model) in &models {
        let Ok(mut terminal) = Terminal::new(TestBackend::new(160, 48));
        criterion.bench_function(&format!("frame_160x48/{name}"), |bencher| {
            bencher.iter(|| {
                terminal
                    .draw(|frame| draw(frame, model, &context))
                    .map(|_| ())
            });
        });
    }
}

criterion_group!(benches, frame);
criterion_main!(benches);
