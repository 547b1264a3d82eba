//! What happens when things go wrong: the real program in a pseudo-terminal, a scripted kops, and trouble of every kind.
//!
//! What needs the lab is ignored unless asked for: `cargo test --test endurance -- --include-ignored`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr
)]

mod account;
mod arguments;
mod broken_bytes;
mod closed;
#[path = "../real/cloud.rs"]
#[allow(dead_code, reason = "each test program uses its part")]
mod cloud;
mod control_plane;
mod denied;
#[path = "../real/desk.rs"]
#[allow(dead_code, reason = "each test program uses its part")]
mod desk;
mod drift;
mod editor;
mod faults;
mod files;
mod hostile_words;
mod kill_matrix;
#[path = "../real/lab.rs"]
#[allow(dead_code, reason = "each test program uses its part")]
mod lab;
mod left_behind;
mod no_shell;
mod outputs;
mod pairs;
mod prompts;
mod proxy;
#[path = "../real/pty.rs"]
#[allow(dead_code, reason = "each test program uses its part")]
mod pty;
mod real_drift;
mod real_kops;
mod real_resume;
mod restored;
mod resume;
mod scripted;
mod secrets;
#[path = "../wire/server.rs"]
#[allow(dead_code, reason = "each test program uses its part")]
mod server;
#[path = "../programs/stage.rs"]
mod stage;
mod stub;
#[path = "../programs/hostile.rs"]
mod texts;
mod watching;
mod weather;
#[path = "../real/wizard_keys.rs"]
#[allow(dead_code, reason = "each test program uses its part")]
mod wizard_keys;
