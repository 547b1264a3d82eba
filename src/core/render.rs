//! What was read and analysed, printed as text, Markdown, HTML and JSON.

pub mod comparison;
pub(crate) mod escaped;
pub mod html;
pub mod inventory;
pub mod json;
pub mod markdown;
pub mod outline;
pub mod text;
pub(crate) mod wording;
