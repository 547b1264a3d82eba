//! What every text needs: from outside or for people, for any terminal, without secrets.

pub mod ascii;
pub mod columns;
#[cfg(test)]
pub(crate) mod contrast;
pub mod elapsed;
pub mod json;
pub mod prose;
pub mod secrets;
pub mod suggestion;
pub mod untrusted;
pub mod yaml;
