//! Pieces that several screens draw.

pub mod address_map;
pub mod bar;
pub mod pane;
pub(crate) mod problem;
pub mod render_context;
pub mod signs;
pub mod spec;
pub mod table;
pub mod text;
pub mod text_input;
