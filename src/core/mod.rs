//! What the words mean: pure values and functions, without clock, files, network or terminal.

pub mod answers;
pub mod ascii;
pub mod catalog;
pub mod cause;
pub mod channel;
pub mod check;
pub mod cidr;
pub mod cluster_name;
pub mod command;
#[cfg(test)]
pub(crate) mod contrast;
pub mod control_plane;
pub mod copied;
pub mod discovery;
pub mod egress;
pub mod facts;
pub mod families;
pub mod fault;
pub mod findings;
pub mod inventory;
pub mod json;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) mod method;
pub mod plan;
pub mod problem;
pub mod progress;
pub mod prose;
pub mod readiness;
pub mod region;
pub mod review;
pub mod rolling;
pub mod roundtrip;
pub mod secrets;
pub mod spec;
pub mod ssh_keys;
pub mod store;
pub mod untrusted;
