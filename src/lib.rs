//! kopswain: steers kops.

pub mod core;
pub mod io;
