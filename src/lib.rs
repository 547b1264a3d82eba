//! kopswain: steers kops.

pub mod app;
pub mod cli;
pub mod core;
pub mod io;
pub mod ui;
