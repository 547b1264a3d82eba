//! How long a report takes to read: linear in its size, whatever its form.

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kopswain::core::findings::findings;
use kopswain::core::review::{differences, parse, to_text};

/// A report of modifications with about this many lines.
fn report(lines: usize) -> String {
    let mut text = String::from("Will modify resources:\n");
    for index in 0..lines / 8 {
        let _ = writeln!(text, "  LaunchTemplate/nodes-{index}.prod.example.com");
        let _ = writeln!(text, "  \t{:<20}\t t3.medium -> m5.large", "InstanceType");
        let tags = "kubernetes.io/cluster/prod.example.com: owned, Name: nodes";
        let _ = writeln!(text, "  \t{:<20}\t {{}} -> {{{tags}}}", "Tags");
        let _ = writeln!(text, "  \t{:<20}", "UserData");
        for line in ["...", "+ NodeupConfigHash: a", "- NodeupConfigHash: b", ""] {
            let _ = writeln!(text, "  \t{:<20}\t{line}", "");
        }
        text.push('\n');
    }
    text.push_str("Must specify --yes to apply changes\n");
    text
}

/// One field of one resource, this many bytes long.
fn long_line(bytes: usize) -> String {
    let tag = "k8s.io/cluster-autoscaler/node-template/label/x: y -> z, ";
    let tags = tag.repeat(bytes / tag.len());
    format!("Will modify resources:\n  VPC/a\n  \tTags                \t {{}} -> {{{tags}}}\n\n")
}

fn reading(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    let reports = [1_000, 10_000, 100_000].map(|lines| (format!("{lines} lines"), report(lines)));
    let line = (1..=4).map(|mib| (format!("one line of {mib} MiB"), long_line(mib << 20)));
    for (name, text) in reports.into_iter().chain(line) {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(name), &text, |bencher, text| {
            bencher.iter(|| parse(black_box(text)));
        });
    }
    group.finish();
}

fn judging(criterion: &mut Criterion) {
    let text = report(100_000);
    let report = parse(&text);
    let found = findings(&report);
    let mut group = criterion.benchmark_group("100000 lines");
    group.sample_size(10);
    group.bench_function("findings", |bencher| {
        bencher.iter(|| findings(black_box(&report)));
    });
    group.bench_function("text", |bencher| {
        bencher.iter(|| to_text(black_box(&report), &found));
    });
    group.bench_function("differences", |bencher| {
        bencher.iter(|| differences(black_box(&report), &report));
    });
    group.finish();
}

criterion_group!(benches, reading, judging);
criterion_main!(benches);
