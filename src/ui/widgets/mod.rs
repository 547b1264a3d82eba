//! Pieces that several screens draw.

pub mod address_map;
pub mod bar;
pub mod pane;
pub mod spec;
pub mod table;
