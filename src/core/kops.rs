//! What kops is asked, and what it prints.

pub mod command;
pub mod control_plane;
pub mod copied;
mod crash;
pub mod dry_run;
pub mod klog;
pub mod log;
pub mod rolling_update;
pub mod ssh_keys;
