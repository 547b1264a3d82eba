//! Journeys of keys through the true event loop, on the built-in account that answers at once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    unreachable_pub
)]

mod answers;
mod approval;
mod clicks;
mod demonstration;
mod drift;
mod edit;
mod edit_spec;
mod editor;
mod home;
#[path = "../programs/keys.rs"]
mod keys;
mod late;
mod overtaken;
mod pickers;
mod questions;
mod random;
mod run;
mod store;
mod travel;
