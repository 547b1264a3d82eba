//! What the program decides: `(Model, Event) → (Model, Effects)`, without clock, files, network or terminal.

pub mod access;
pub mod account;
pub mod apply;
pub mod approval;
pub mod compare;
pub mod compute;
pub mod effect;
pub mod entries;
pub mod event;
pub mod field;
pub mod form;
pub mod help;
pub mod key;
pub mod keys;
pub mod model;
pub mod questions;
pub mod reading;
pub mod review;
pub mod run;
pub mod steps;
pub mod subnets;
pub mod update;
pub mod vpc;
pub mod watch;
pub mod wizard;
pub mod zones;
