//! The machine images that the answers name.

use crate::core::catalog as rule;
use crate::core::inventory::{FoundImage, Image};
use crate::core::problem::{About, Problem};
use crate::core::untrusted::visible;

/// What is wrong with an image that EC2 was asked about.
pub(super) fn problem(about: &About, image: &Image) -> Option<Problem> {
    let shown = visible(&image.asked);
    match &image.found {
        None => Some(rule::IMAGE_UNKNOWN.problem(
            about.clone(),
            format!("{shown} is not an image that the account sees in the region"),
            "kops stops with `could not find Image`",
            "check the id, the owner and the region, or leave the image out, and kops takes its own",
        )),
        Some(FoundImage {
            available: false, ..
        }) => Some(rule::IMAGE_UNAVAILABLE.problem(
            about.clone(),
            format!("{shown} is not available"),
            "EC2 starts no instance from an image that is pending, failed, disabled or deregistered",
            "wait until it is available, or name another image",
        )),
        Some(_) => None,
    }
}
