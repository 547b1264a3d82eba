//! The images that the answers name.

use crate::core::answers::PARAMETER;
use crate::core::inventory::{FoundImage, Image};
use crate::core::problem::{About, Problem, catalog as rule};
use crate::core::text::untrusted::visible;

/// What is worth knowing of an image that a parameter names: kops asks for it each time, kopswain never.
pub(super) fn judge_parameter(about: &About, image: &str) -> Option<Problem> {
    let parameter = image.strip_prefix(PARAMETER)?;
    if parameter.is_empty() {
        return Some(rule::IMAGE_UNKNOWN.problem(
            about.clone(),
            "ssm: names no parameter",
            "kops asks Systems Manager for what stands behind it",
            "name one, such as ssm:/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id",
        ));
    }
    Some(rule::IMAGE_FROM_PARAMETER.problem(
        about.clone(),
        format!("the image is what Systems Manager has in {} when kops runs", visible(parameter)),
        "kops asks for it (ssm:GetParameter) at each update: a new image behind it replaces instances; that it exists and fits the instance type was not checked",
        "nothing, or name an image by its id",
    ))
}

/// What is wrong with the form of an image that EC2 has not described.
pub(super) fn judge_form(about: &About, image: &str) -> Option<Problem> {
    let (owner, name) = image.split_once('/').unwrap_or(("self", image));
    let wrong = match () {
        () if image.starts_with(PARAMETER) => return None,
        () if image.contains(char::is_whitespace) => "has a blank in it",
        () if image.strip_prefix("ami-").is_some_and(|id| !is_id(id)) => "is no image's id",
        () if owner.is_empty() || name.is_empty() => "lacks its owner or its name",
        () => return None,
    };
    Some(rule::IMAGE_INVALID.problem(
        about.clone(),
        format!("the image {} {wrong}", visible(image)),
        "EC2 has no image of this name; an id is ami- and 8 or 17 hexadecimal digits",
        "name it as kops takes it: ami-…, OWNER/NAME, the name of an image of the account, or ssm:PARAMETER",
    ))
}

fn is_id(id: &str) -> bool {
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    [8, 17].contains(&id.len()) && id.bytes().all(hex)
}

/// What is wrong with an image that EC2 was asked about.
pub(super) fn problem(about: &About, image: &Image) -> Option<Problem> {
    let shown = visible(&image.asked);
    match &image.found {
        None => Some(rule::IMAGE_UNKNOWN.problem(
            about.clone(),
            format!("the image {shown} is not one that the account sees in the region"),
            "kops stops with `could not find Image`",
            "check the id, the owner and the region, or leave the image out, and kops takes its own",
        )),
        Some(FoundImage {
            available: false, ..
        }) => Some(rule::IMAGE_UNAVAILABLE.problem(
            about.clone(),
            format!("the image {shown} is not available"),
            "EC2 starts no instance from an image that is pending, failed, disabled or deregistered",
            "wait until it is available, or name another image",
        )),
        Some(_) => None,
    }
}
