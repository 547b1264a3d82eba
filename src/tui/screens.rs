//! One folder for each screen: its state, keys, update and view.

pub mod apply;
pub mod approval;
pub mod dashboard;
pub mod home;
pub mod review;
pub mod rolling_update;
pub mod wizard;
