//! What the program decides and shows: `(Model, Event) → (Model, Effects)` and `&Model` → cells, without clock, files,
//! network or terminal.

pub mod cluster_target;
pub mod dashboard_pane;
pub mod effect;
pub mod event;
pub mod field_edit;
pub mod form;
pub mod help;
pub mod home_pane;
pub mod job;
pub mod key;
pub mod key_list;
pub mod keymap;
pub mod keys;
pub mod mode;
pub mod model;
pub mod notice;
pub mod offers;
pub mod record;
pub mod request;
pub mod row_sign;
pub mod screen_context;
pub mod screens;
pub mod theme;
pub mod update;
pub mod view;
pub mod widgets;
