//! Task errors: kops tries a failing task again for ten minutes, also when it can never work.

use serde::Serialize;

use crate::core::untrusted::Untrusted;

/// A task that failed and is tried again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Retry {
    /// `Type/name`
    pub task: Untrusted,
    /// How often it failed.
    pub count: u32,
    /// What kops leaves it, in Go's words, such as `9m48s`.
    pub remaining: Untrusted,
    /// The last error without its request ids.
    pub cause: Untrusted,
    /// False when waiting is known to be useless.
    pub heals: bool,
    #[serde(skip)]
    pub(super) round: u32,
}

impl Retry {
    pub(super) fn first(failed: &Failed<'_>, round: u32) -> Self {
        Self {
            task: failed.task.into(),
            count: 1,
            remaining: failed.remaining.into(),
            cause: cause(failed.error).into(),
            heals: heals(failed.error),
            round,
        }
    }

    pub(super) fn again(&mut self, failed: &Failed<'_>, round: u32) {
        let count = self.count.saturating_add(1);
        *self = Self::first(failed, round);
        self.count = count;
    }
}

/// One task error as kops prints it.
pub(super) struct Failed<'a> {
    pub(super) task: &'a str,
    remaining: &'a str,
    error: &'a str,
}

/// `error running task %q (%v remaining to succeed): %v` (`upup/pkg/fi/executor.go`).
pub(super) fn failed(message: &str) -> Option<Failed<'_>> {
    let rest = message.strip_prefix("error running task \"")?;
    let (task, rest) = rest.split_once("\" (")?;
    let (remaining, error) = rest.split_once(" remaining to succeed): ")?;
    Some(Failed {
        task,
        remaining,
        error,
    })
}

/// The error without what differs each time: the SDK's request and host ids.
fn cause(error: &str) -> String {
    let Some((before, rest)) = error.split_once(", https response error ") else {
        return error.to_owned();
    };
    match rest.split_once(", api error ") {
        Some((_, api)) => format!("{before}: {api}"),
        None => error.to_owned(),
    }
}

/// EC2 and IAM error codes that no waiting mends (EC2 API reference, "Error codes").
const NEVER: [&str; 19] = [
    "AccessDenied",
    "AccessDeniedException",
    "AddressLimitExceeded",
    "AuthFailure",
    "InvalidAMIID.Malformed",
    "InvalidAMIID.NotFound",
    "InvalidClientTokenId",
    "InvalidParameterCombination",
    "InvalidParameterValue",
    "InvalidSubnet.Conflict",
    "InvalidSubnet.Range",
    "InvalidVpcRange",
    "InvalidVpcID.NotFound",
    "NatGatewayNotFound",
    "OptInRequired",
    "SignatureDoesNotMatch",
    "Unauthorized",
    "UnauthorizedOperation",
    "Unsupported",
];

/// Whether waiting may help: false for what is known never to heal, true for throttling,
/// eventual consistency and whatever is not known.
pub fn heals(error: &str) -> bool {
    let code = api_code(error).unwrap_or_default();
    let quota = code.ends_with("LimitExceeded") && code != "RequestLimitExceeded";
    let missing_nat = error.contains("found 0 Nat Gateways");
    // A profile made seconds ago: IAM is eventually consistent (IAM user guide, "Troubleshoot IAM").
    let young =
        error.contains("IamInstanceProfile") || error.contains("Invalid IAM Instance Profile");
    young || !(NEVER.contains(&code) || quota || missing_nat)
}

/// The code in `api error CODE: message`, as the AWS SDK for Go prints it.
pub(super) fn api_code(error: &str) -> Option<&str> {
    let (_, rest) = error.split_once("api error ")?;
    let (code, _) = rest.split_once(':')?;
    Some(code)
}
