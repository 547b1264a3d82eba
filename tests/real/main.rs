//! The whole job on the real programs: the real kopswain and kops, an EC2 API and a Kubernetes API, all on this machine.
//!
//! What needs the lab is ignored unless asked for: `cargo test --test real -- --include-ignored`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout
)]

mod auto_scaling;
mod bad_input;
mod bad_input_offline;
mod channel;
#[allow(dead_code, reason = "each test program uses its part")]
mod cloud;
#[allow(dead_code, reason = "each test program uses its part")]
mod desk;
mod edit;
mod existing;
mod existing_subnets;
mod exported;
mod grown;
mod iam;
mod interrupted;
mod kops;
mod kubernetes;
mod lab;
mod mirror;
mod narrow;
mod plain;
#[allow(dead_code, reason = "each test program uses its part")]
mod pty;
mod read_back;
mod report_on_screen;
mod review_offline;
mod review_schema;
mod same_spec;
mod scratch;
mod spec_reference;
mod store;
mod supervisor;
mod terraform;
mod upgrade;
mod whole_job;
mod wizard_keys;
mod worlds;
