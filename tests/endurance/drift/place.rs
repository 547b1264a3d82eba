//! What another operator changes in the account: on the lab or on a stub of it.

use crate::cloud::Cloud;
use crate::stub::{self, Stub};

/// Key, secret and session token.
pub(super) type Keys = (String, String, String);

pub(super) trait Place {
    fn add_subnet(&self, vpc: &str, block: &str);
    fn add_route(&self, vpc: &str, range: &str);
    fn add_nat_gateway(&self, vpc: &str);
    fn make_bucket(&self, name: &str);
    /// The keys of a role, in whichever account it is.
    fn assume(&self, role: &str) -> Keys;
}

impl Place for Cloud {
    fn add_subnet(&self, vpc: &str, block: &str) {
        Cloud::add_subnet(self, vpc, block);
    }

    fn add_route(&self, vpc: &str, range: &str) {
        Cloud::add_route(self, vpc, range);
    }

    fn add_nat_gateway(&self, vpc: &str) {
        Cloud::add_nat_gateway(self, vpc);
    }

    fn make_bucket(&self, name: &str) {
        Cloud::make_bucket(self, name);
    }

    fn assume(&self, role: &str) -> Keys {
        Cloud::assume(self, role)
    }
}

impl Place for Stub {
    fn add_subnet(&self, _: &str, block: &str) {
        Stub::add_subnet(self, block);
    }

    fn add_route(&self, _: &str, range: &str) {
        Stub::add_route(self, range);
    }

    fn add_nat_gateway(&self, _: &str) {
        Stub::add_nat_gateway(self);
    }

    // Every bucket is there.
    fn make_bucket(&self, _: &str) {}

    fn assume(&self, _: &str) -> Keys {
        stub::other_account()
    }
}
