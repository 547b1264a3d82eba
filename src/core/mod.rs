//! What the words mean: pure values and functions, without clock, files, network or terminal.

pub mod analysis;
pub mod answers;
pub mod approval;
pub mod channel;
pub mod check;
pub mod cluster;
pub mod cluster_name;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) mod documents;
pub mod fault;
pub mod inventory;
pub mod kops;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) mod method;
pub mod network;
pub mod overview;
pub mod plan;
pub mod planning;
pub mod price;
pub mod problem;
pub mod region;
pub mod render;
pub mod spec;
pub mod text;
pub mod unix_time;
pub mod version;
