//! What an approval depends on, and how it is compared.

pub mod facts;
pub mod replaced;
pub mod store;
pub mod stored_spec;
