//! The only impure code: AWS, kops and files.

pub mod answers_file;
pub mod approvals;
pub mod aws;
pub mod channel;
mod clock;
pub mod config_file;
pub mod demo;
mod digest;
pub mod doctor;
mod editor;
mod error_chain;
pub mod event_loop;
pub mod facts;
pub mod files;
mod http;
pub mod kops;
pub mod kubernetes;
pub mod process;
pub mod prompt;
mod reply;
mod report_file;
pub mod runner;
pub mod settings;
pub mod spec_file;
pub mod ssh_public_key;
pub mod state_store;
pub mod terminal;
