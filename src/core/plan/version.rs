//! Which Kubernetes versions kops 1.36 runs.

use crate::core::answers::DEFAULT_KUBERNETES_VERSION;
use crate::core::catalog as rule;
use crate::core::problem::{About, Problem};
use crate::core::untrusted::visible;

// Minor versions of Kubernetes 1: `OldestSupportedKubernetesVersion`, `OldestRecommendedKubernetesVersion`, and kops's own.
const OLDEST: u32 = 31;
const RECOMMENDED: u32 = 33;
const NEWEST: u32 = 36;

/// The version without the `v` that some write before it.
pub(super) fn plain(version: &str) -> &str {
    version.strip_prefix('v').unwrap_or(version)
}

/// What is wrong with a Kubernetes version.
pub(super) fn problem(version: &str) -> Option<Problem> {
    let shown = visible(version);
    let Some((major, minor)) = parse(plain(version)) else {
        return Some(rule::KUBERNETES_VERSION_INVALID.problem(
            About::Access,
            format!("{shown:?} is not a Kubernetes version"),
            "three numbers are needed, such as 1.35.5, because kops downloads exactly that release",
            format!("answer `kubernetesVersion: {DEFAULT_KUBERNETES_VERSION}`"),
        ));
    };
    if (major, minor) < (1, OLDEST) {
        return Some(rule::KUBERNETES_VERSION_TOO_OLD.problem(
            About::Access,
            format!("Kubernetes {shown} is too old"),
            "kops 1.36 refuses to update a cluster below 1.31",
            format!("take 1.33 or later; {DEFAULT_KUBERNETES_VERSION} is proposed"),
        ));
    }
    if (major, minor) < (1, RECOMMENDED) {
        return Some(rule::KUBERNETES_VERSION_DEPRECATED.problem(
            About::Access,
            format!("Kubernetes {shown} is deprecated"),
            "kops 1.36 still runs it, a later kops will not",
            format!("take 1.33 or later; {DEFAULT_KUBERNETES_VERSION} is proposed"),
        ));
    }
    ((major, minor) > (1, NEWEST)).then(|| too_new(&shown))
}

fn too_new(shown: &str) -> Problem {
    rule::KUBERNETES_VERSION_TOO_NEW.problem(
        About::Access,
        format!("Kubernetes {shown} is newer than kops 1.36"),
        "kops supports Kubernetes up to its own minor version and stops at a later one",
        format!("use a kops of that minor version, or take {DEFAULT_KUBERNETES_VERSION}"),
    )
}

fn parse(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split('.').map(number);
    let (major, minor) = (parts.next()??, parts.next()??);
    parts.next()??;
    parts.next().is_none().then_some((major, minor))
}

fn number(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}
