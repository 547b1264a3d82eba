//! What AWS's own configuration offers to choose from.

/// One value that is offered, and what it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlaceOffer {
    pub value: String,
    pub note: String,
}

/// The profiles of AWS's files, and the regions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlaceOffers {
    pub profiles: Vec<PlaceOffer>,
    pub regions: Vec<PlaceOffer>,
}
