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
    /// EC2 tells `to` from now on where it told `from`.
    fn tell(&self, from: &str, to: &str);
    /// This call is refused from now on.
    fn deny(&self, action: &str);
    /// What every name of an image, and every parameter, stands for from now on.
    fn move_image(&self, id: &str);
    /// The cluster is in the state store from now on.
    fn add_cluster(&self, name: &str);
    /// An object of the cluster has this version from now on.
    fn put(&self, name: &str, version: &str);
    /// The same from the last listing before `--yes` on.
    fn put_at_the_last_moment(&self, name: &str, version: &str);
    /// A file of a mirror has this text from now on.
    fn serve(&self, path: &str, text: &str);
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

    fn tell(&self, _: &str, _: &str) {
        panic!("only a stub tells what is not so");
    }

    fn deny(&self, _: &str) {
        panic!("only a stub refuses a call");
    }

    fn move_image(&self, _: &str) {
        panic!("only a stub gives a name to another image");
    }

    fn add_cluster(&self, _: &str) {
        panic!("only a stub lists what no kops has stored");
    }

    fn put(&self, _: &str, _: &str) {
        panic!("only a stub lists what no kops has stored");
    }

    fn put_at_the_last_moment(&self, _: &str, _: &str) {
        panic!("only a stub knows the last listing");
    }

    fn serve(&self, _: &str, _: &str) {
        panic!("only a stub is a mirror too");
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

    fn tell(&self, from: &str, to: &str) {
        Stub::tell(self, from, to);
    }

    fn deny(&self, action: &str) {
        Stub::deny(self, action);
    }

    fn move_image(&self, id: &str) {
        Stub::move_image(self, id);
    }

    fn add_cluster(&self, name: &str) {
        Stub::add_cluster(self, name);
    }

    fn put(&self, name: &str, version: &str) {
        Stub::put(self, name, version);
    }

    fn put_at_the_last_moment(&self, name: &str, version: &str) {
        Stub::put_at_the_last_moment(self, name, version);
    }

    fn serve(&self, path: &str, text: &str) {
        Stub::serve(self, path, text);
    }

    // Every bucket is there.
    fn make_bucket(&self, _: &str) {}

    fn assume(&self, _: &str) -> Keys {
        stub::other_account()
    }
}
