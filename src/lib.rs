//! kopswain: steers kops.

pub mod core;
