//! What a dry run means: categories, grouping, noise, causes and findings.

pub mod category;
pub mod cause;
pub mod edited_spec;
pub mod findings;
pub mod grouping;
pub mod location;
pub mod locations;
pub mod meaning;
pub mod next_steps;
pub mod noise;
pub mod summary;
