//! The only impure code: AWS, kops and files.

pub mod aws;
pub mod doctor;
pub mod files;
pub mod kops;
pub mod settings;
pub mod ssh_public_key;
pub mod state_store;
