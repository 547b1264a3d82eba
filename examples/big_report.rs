//! Writes a report of any size in kops's own format: `cargo run --example big_report -- 100000 > big.txt`.

#![allow(clippy::print_stdout, reason = "the report is what it prints")]

#[allow(dead_code, reason = "the benchmarks use the rest")]
#[path = "../benches/big_report/mod.rs"]
mod big_report;

fn main() {
    let lines = std::env::args().nth(1).and_then(|lines| lines.parse().ok());
    print!("{}", big_report::report(lines.unwrap_or(1_000)));
}
