//! What an AWS error means: the whole account out of reach, an endpoint out of reach, or one fact unknown.

use std::error::Error;
use std::fmt::Debug;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_ec2::config::interceptors::InterceptorContext;
use aws_sdk_ec2::config::retry::{ClassifyRetry, RetryAction};
use aws_sdk_ec2::error::{ConnectorError, ProvideErrorMetadata, SdkError};

use super::region::guess_of;
use crate::core::fault::Fault;
use crate::core::inventory::{MissingFact, Unread};
use crate::core::text::untrusted::Untrusted;
use crate::io::error_chain::{causes, write_chain};

/// The codes of calls that IAM does not allow (EC2, and the common errors of the other services).
const DENIED: [&str; 3] = [
    "UnauthorizedOperation",
    "AccessDenied",
    "AccessDeniedException",
];

/// The codes of calls that came too often (EC2, Auto Scaling and the common errors of the other services).
const THROTTLED: [&str; 4] = [
    "RequestLimitExceeded",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
];

/// Whether a call was refused because it came too often.
pub(super) fn is_throttled(failure: &AwsFailure) -> bool {
    matches!(failure, AwsFailure::Call { code, .. } if THROTTLED.contains(&code.as_str()))
}

/// How far an error reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AwsFailure {
    /// No call of this account can work.
    Account(Fault),
    /// The service did not answer.
    Unreachable(Fault),
    /// This call only; the text is AWS's own.
    Call { code: String, message: Untrusted },
}

impl AwsFailure {
    /// The failure as a Fault about one thing that was wanted.
    pub(crate) fn into_fault(self, what: &str, action: &str) -> Fault {
        match self {
            Self::Account(fault) | Self::Unreachable(fault) => fault,
            Self::Call { code, message } if THROTTLED.contains(&code.as_str()) => Fault::new(
                what,
                format!(
                    "AWS limits how often {action} is called, and others of the account call it too"
                ),
                "wait: it is asked again",
            )
            .with_detail(message),
            Self::Call { message, .. } => Fault::new(
                what,
                format!("AWS refused {action}"),
                format!("allow {action} for these credentials, or try again later"),
            )
            .with_detail(message),
        }
    }

    /// What stays unknown because of it; `action` is the IAM action of the call.
    pub(super) fn leaves_unknown(&self, fact: String, action: &str) -> MissingFact {
        let denied = matches!(self, Self::Call { code, .. } if DENIED.contains(&code.as_str()));
        MissingFact {
            fact,
            action: action.to_owned(),
            reason: self.message(),
            cause: if denied {
                Unread::Denied
            } else {
                Unread::Failed
            },
        }
    }

    /// AWS's own words.
    pub(crate) fn message(&self) -> Untrusted {
        match self {
            Self::Account(fault) | Self::Unreachable(fault) => fault
                .detail
                .clone()
                .unwrap_or_else(|| Untrusted::from(fault.why.clone())),
            Self::Call { message, .. } => message.clone(),
        }
    }
}

/// Judges an SDK error; `region` is named where it may be the cause.
pub(crate) fn failure_of<E, R>(error: &SdkError<E, R>, region: &str) -> AwsFailure
where
    E: ProvideErrorMetadata + Error + 'static,
    R: Debug + 'static,
{
    if let Some(refused) = cause::<CredentialsError>(error) {
        return AwsFailure::Account(credentials_fault(refused, None));
    }
    let message = Untrusted::new(words(error));
    match (error, error.code()) {
        (SdkError::ConstructionFailure(_), _) => {
            AwsFailure::Account(no_endpoint(region).with_detail(message))
        }
        (SdkError::DispatchFailure(_), _) if message.raw().contains(NO_ENDPOINT) => {
            AwsFailure::Account(no_endpoint(region).with_detail(message))
        }
        (SdkError::DispatchFailure(_) | SdkError::TimeoutError(_), _) => {
            AwsFailure::Unreachable(unreachable(region).with_detail(message))
        }
        (_, Some(code)) => failure_by_code(code, message, region),
        (_, None) => AwsFailure::Unreachable(not_aws().with_detail(message)),
    }
}

// The SDK's words for an endpoint that is not a URL (aws-smithy-runtime, orchestrator/endpoints.rs).
const NO_ENDPOINT: &str = "failed to apply endpoint";

// AWS's own code and message when there are any, else the whole chain of causes.
fn words<E, R>(error: &SdkError<E, R>) -> String
where
    E: ProvideErrorMetadata + Error + 'static,
    R: Debug + 'static,
{
    match (error.code(), error.message()) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code.to_owned(),
        _ => chain_of(error),
    }
}

// On one line.
fn chain_of(error: &(dyn Error + 'static)) -> String {
    let words = write_chain(error);
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn cause<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    causes(error).find_map(|cause| cause.downcast_ref::<T>())
}

// Codes: EC2 API reference "Error codes", STS and S3 "Common errors".
fn failure_by_code(code: &str, message: Untrusted, region: &str) -> AwsFailure {
    let skewed = ["not yet current", "Signature expired"]
        .iter()
        .any(|words| message.raw().contains(words));
    let fault = match code {
        _ if skewed => clock(),
        "RequestTimeTooSkewed" | "RequestInTheFuture" => clock(),
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" | "TokenRefreshRequired" => {
            expired()
        }
        "OptInRequired" => not_enabled(region),
        "AuthFailure"
        | "IncompleteSignature"
        | "InvalidAccessKeyId"
        | "InvalidClientTokenId"
        | "InvalidToken"
        | "MissingAuthenticationToken"
        | "SignatureDoesNotMatch"
        | "UnrecognizedClientException" => refused(region),
        "Blocked" | "PendingVerification" => blocked(),
        _ => {
            return AwsFailure::Call {
                code: code.to_owned(),
                message,
            };
        }
    };
    AwsFailure::Account(fault.with_detail(message))
}

fn expired() -> Fault {
    Fault::new(
        "the AWS credentials have expired",
        "temporary credentials last from 15 minutes to 12 hours, and AWS says that these are over",
        "sign in again, for example: aws sso login, or renew AWS_SESSION_TOKEN",
    )
}

fn clock() -> Fault {
    Fault::new(
        "AWS does not accept the time of this machine",
        "a signed request may differ by five minutes at most from AWS's clock",
        "set the clock, for example: sudo timedatectl set-ntp true",
    )
}

fn refused(region: &str) -> Fault {
    Fault::new(
        "AWS does not accept the credentials",
        format!(
            "the access key is unknown, its secret is wrong, or the region {region} is not enabled for the account"
        ),
        "try: aws sts get-caller-identity; then correct the profile or the AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY variables",
    )
}

fn not_enabled(region: &str) -> Fault {
    Fault::new(
        format!("the account cannot use EC2 in {region}"),
        "the region, or EC2 itself, is not enabled for the account",
        format!(
            "enable it: aws account enable-region --region-name {region}, or choose another with --region"
        ),
    )
}

fn blocked() -> Fault {
    Fault::new(
        "AWS does not let the account work yet",
        "the account is blocked or waits for its verification",
        "write to AWS Support, or use another account with --profile",
    )
}

fn no_endpoint(region: &str) -> Fault {
    Fault::new(
        format!("no AWS address can be made for the region {region}"),
        "the region name, or AWS_ENDPOINT_URL, is not one that AWS's rules accept",
        "correct --region, AWS_REGION or AWS_ENDPOINT_URL",
    )
}

fn not_aws() -> Fault {
    Fault::new(
        "something other than AWS answers",
        "the answer is not one of AWS's: a proxy, a sign-in page of the network, or a wrong AWS_ENDPOINT_URL",
        "check HTTPS_PROXY, AWS_ENDPOINT_URL and the network",
    )
}

fn unreachable(region: &str) -> Fault {
    let guess = guess_of(region);
    Fault::new(
        format!("AWS does not answer in {region}"),
        format!(
            "there is no network, a proxy or firewall stops it, or there is no region {region}"
        ),
        format!("check the network and HTTPS_PROXY, and the region{guess}"),
    )
}

/// The Fault for credentials that could not be had; `profile` is the one that was named.
pub(super) fn credentials_fault(error: &CredentialsError, profile: Option<&str>) -> Fault {
    let text = chain_of(error);
    let fault = if matches!(error, CredentialsError::CredentialsNotLoaded(_)) {
        absent(profile)
    } else if text.contains("credentials-login") {
        odd_login(profile.unwrap_or("default"))
    } else if text.contains("SSO") || text.contains("access token") {
        signed_out(profile)
    } else {
        unreadable()
    };
    fault.with_detail(text)
}

fn unreadable() -> Fault {
    Fault::new(
        "the AWS credentials could not be read",
        "the source that is set for them failed",
        "correct the profile in ~/.aws/config, or choose another with --profile",
    )
}

fn signed_out(profile: Option<&str>) -> Fault {
    let option = profile
        .map(|name| format!(" --profile {name}"))
        .unwrap_or_default();
    Fault::new(
        "the AWS sign-on is over or was never made",
        "the profile uses IAM Identity Center, and its token cannot be used",
        format!("run: aws sso login{option}"),
    )
}

// The AWS CLI is asked for the credentials of a login session only by a name that a shell leaves alone.
fn odd_login(profile: &str) -> Fault {
    Fault::new(
        "the AWS credentials could not be read",
        format!(
            "the profile {profile} uses a session of `aws login`, and its name has signs that a shell would take apart"
        ),
        "give the profile another name, or set the credentials that `aws configure export-credentials` prints",
    )
}

fn absent(profile: Option<&str>) -> Fault {
    let why = match profile {
        Some(name) => format!("the profile {name} does not exist or holds no credentials"),
        None => "none of the variables, the AWS profile, a web identity or a container has any; \
                 the instance metadata service is asked only with AWS_EC2_METADATA_DISABLED=false"
            .to_owned(),
    };
    Fault::new(
        "no AWS credentials were found",
        why,
        "run: aws configure, or aws sso login, or choose a profile with --profile",
    )
}

/// Does not try again where no answer can come: a name that does not resolve, a port that refuses, a silent host.
#[derive(Debug)]
pub(crate) struct NoRoute;

impl ClassifyRetry for NoRoute {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let error = context.output_or_error().and_then(Result::err);
        match error.and_then(|error| error.as_connector_error()) {
            Some(connector) if has_no_route(connector) => RetryAction::RetryForbidden,
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "no route"
    }
}

// A connection that was made and then cut is worth another try; one that could not be made is not.
fn has_no_route(error: &ConnectorError) -> bool {
    use std::io::ErrorKind as Kind;
    let cut = [
        Kind::BrokenPipe,
        Kind::ConnectionAborted,
        Kind::ConnectionReset,
        Kind::Interrupted,
        Kind::UnexpectedEof,
    ];
    error.is_timeout() || cause::<std::io::Error>(error).is_some_and(|io| !cut.contains(&io.kind()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_came_too_often_is_not_called_refused() {
        let explained = |code: &str| {
            let failure = AwsFailure::Call {
                code: code.to_owned(),
                message: Untrusted::from("Rate exceeded"),
            };
            failure.into_fault(
                "the groups could not be listed",
                "autoscaling:DescribeAutoScalingGroups",
            )
        };
        for code in THROTTLED {
            let fault = explained(code);
            assert_eq!(fault.remedy, "wait: it is asked again");
            assert!(!fault.why.contains("refused"), "{}", fault.why);
        }
        let refused = explained("AccessDenied");
        assert_eq!(
            refused.why,
            "AWS refused autoscaling:DescribeAutoScalingGroups"
        );
    }
}
