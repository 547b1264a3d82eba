//! Home: the clusters of the state store, what was begun here, the VPCs, and whether the setup works.

pub mod choosing;
pub mod keys;
pub mod state;
pub mod update;
pub mod view;

pub use state::{Home, HomeRow, Listing};
