//! Another profile, region or state store: picked from what is known, or typed.

use tui_input::Input;

use crate::tui::form::stepped;
use crate::tui::offers::PlaceOffer;

/// What can be changed here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choosable {
    Profile,
    Region,
    StateStore,
}

impl Choosable {
    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Profile => "AWS profile",
            Self::Region => "region",
            Self::StateStore => "state store",
        }
    }
}

/// A value being picked or typed.
#[derive(Clone, Debug)]
pub struct Choosing {
    pub what: Choosable,
    pub input: Input,
    pub cursor: usize,
    offers: Vec<PlaceOffer>,
}

impl Choosing {
    /// Begins with what is so now.
    pub fn new(what: Choosable, offers: Vec<PlaceOffer>, now: &str) -> Self {
        let cursor = offers.iter().position(|offer| offer.value == now);
        // A state store is changed in a few letters, any other value picked.
        let typed = if what == Choosable::StateStore {
            now
        } else {
            ""
        };
        Self {
            what,
            input: Input::new(typed.to_owned()),
            cursor: cursor.unwrap_or(0),
            offers,
        }
    }

    /// The values that have what is typed in them.
    pub fn matching(&self) -> Vec<&PlaceOffer> {
        let typed = self.input.value().to_lowercase();
        let offers = self.offers.iter();
        offers
            .filter(|offer| offer.value.to_lowercase().contains(&typed))
            .collect()
    }

    /// Moves the cursor.
    pub fn step(&mut self, by: isize) {
        self.cursor = stepped(self.cursor, by, self.matching().len());
    }

    /// The value under the cursor, else what was typed; absent when there is neither.
    pub fn chosen(&self) -> Option<String> {
        let picked = self
            .matching()
            .get(self.cursor)
            .map(|offer| offer.value.clone());
        let typed = Some(self.input.value().trim().to_owned());
        picked.or(typed).filter(|value| !value.is_empty())
    }
}
