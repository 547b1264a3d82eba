//! AWS on the wire: the real SDK against scripted servers that page, refuse, throttle, cut and lie.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

mod certificates;
mod channel;
mod cluster;
mod discover;
mod kubernetes;
mod kubernetes_api;
mod large;
mod prices;
mod refused;
mod server;
mod state_store;
mod whole;
mod world;
