//! What a dry run means: categories, grouping, noise, causes and findings.

pub mod category;
pub mod cause;
pub mod findings;
pub(crate) mod grouping;
pub(crate) mod location;
pub(crate) mod locations;
pub mod next_steps;
pub(crate) mod noise;
pub mod summary;
