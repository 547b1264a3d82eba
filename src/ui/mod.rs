//! `&Model` → cells: draws, and changes nothing.

pub mod apply;
pub mod approval;
pub mod chrome;
pub mod detail;
pub mod highlight;
pub mod overlay;
mod problem;
pub mod reading;
pub mod review;
pub mod rolling;
pub mod screen;
pub mod signs;
pub mod text;
pub mod theme;
pub mod tree;
pub mod watch;
pub mod widgets;
pub mod wizard;
