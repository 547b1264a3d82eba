//! Every screen, drawn by the true renderer at two sizes and kept in `/snapshots`; what must hold for all of them; and
//! the pictures of the README. `INSTA_UPDATE=always cargo test --test screens` accepts what changed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    unreachable_pub
)]

mod canvas;
mod edit;
mod editor;
mod every_screen;
mod found;
mod home;
mod hostile;
#[path = "../programs/keys.rs"]
mod keys;
mod live;
mod looks;
mod overlays;
mod pictures;
mod review;
mod run;
mod svg;
#[path = "../programs/hostile.rs"]
mod texts;
mod walk;
mod wizard;
mod world;

use std::sync::LazyLock;

use kopswain::tui::model::Model;

/// A screen with the name that its snapshots carry.
pub type Shot = (&'static str, Model);

static ALL: LazyLock<Vec<Shot>> = LazyLock::new(|| {
    [
        wizard::account(),
        wizard::network(),
        wizard::compute(),
        wizard::access(),
        review::of_a_new_cluster(),
        review::of_an_existing_cluster(),
        edit::all(),
        editor::all(),
        run::apply(),
        run::rolling(),
        found::all(),
        run::watch(),
        live::live(),
        overlays::all(),
        home::all(),
    ]
    .concat()
});

/// Every screen that has a snapshot.
pub fn all() -> impl Iterator<Item = (&'static str, &'static Model)> {
    ALL.iter().map(|(name, model)| (*name, model))
}

/// The screen of this name.
pub fn shot(name: &str) -> &'static Model {
    all().find(|(known, _)| *known == name).unwrap().1
}
