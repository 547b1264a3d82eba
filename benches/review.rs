//! How long a report takes to read, to judge and to print: linear in its size, whatever its form.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kopswain::core::analysis::findings::judge;
use kopswain::core::kops::dry_run::{differences, parse};
use kopswain::core::render::html::to_html;
use kopswain::core::render::json::to_json;
use kopswain::core::render::markdown::to_markdown;
use kopswain::core::render::outline::Outline;
use kopswain::core::render::text::to_text;

mod big_report;

fn reading(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    let sizes = [1_000, 10_000, 100_000].into_iter();
    let reports = sizes.map(|lines| (format!("{lines} lines"), big_report::report(lines)));
    let lines = (1..=4).map(|mib| {
        let name = format!("one line of {mib} MiB");
        (name, big_report::long_line(mib << 20))
    });
    for (name, text) in reports.chain(lines) {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(name), &text, |bencher, text| {
            bencher.iter(|| parse(black_box(text)));
        });
    }
    group.finish();
}

fn judging(criterion: &mut Criterion) {
    let text = big_report::report(100_000);
    let report = parse(&text);
    let outline = Outline::new(report.clone());
    let mut group = criterion.benchmark_group("100000 lines");
    group.sample_size(10);
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("findings", |bencher| {
        bencher.iter(|| judge(black_box(&report), &[], &[]));
    });
    for (name, print) in [
        ("text", to_text as fn(&_) -> _),
        ("json", to_json),
        ("markdown", to_markdown),
        ("html", to_html),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| print(black_box(&outline)));
        });
    }
    group.bench_function("differences", |bencher| {
        bencher.iter(|| differences(black_box(&report), &report));
    });
    group.finish();
}

criterion_group!(benches, reading, judging);
criterion_main!(benches);
