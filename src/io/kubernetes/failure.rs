//! Why the Kubernetes API gave no answer: each cause with its own words and its own remedy.

use std::io::ErrorKind;
use std::net::IpAddr;
use std::time::Duration;

use kube::Error;

use crate::core::cluster::kubernetes::{ApiFailure, ApiFailureKind};
use crate::core::fault::Fault;
use crate::core::text::untrusted::Untrusted;
use crate::io::error_chain::{causes, write_chain};

/// The address that kops writes into the API's DNS record before there is one (`PlaceholderIP` in its
/// upup/pkg/fi/cloudup/dns.go).
const PLACEHOLDER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 123));
/// Bytes of a server's own words that are kept.
const SAID: usize = 2000;

const REACH: &str = "connect the VPN or the bastion that leads to the VPC, or permit your address in `kubernetesApiAccess` of the spec";
const EXPORT: &str = "`kops export kubeconfig --name=CLUSTER --admin=1h` makes a kubeconfig that is good for an hour";

/// Where the API is asked, for what is said when it does not answer.
#[derive(Clone, Debug, Default)]
pub(super) struct ApiAddress {
    /// As the kubeconfig writes it.
    pub(super) server: String,
    pub(super) host: String,
    pub(super) kubeconfig: String,
    /// The proxy on the way, without its password.
    pub(super) proxy: Option<String>,
}

/// What a request was for, as RBAC names it.
#[derive(Clone, Copy, Debug)]
pub(super) struct AskedFor {
    pub(super) verb: &'static str,
    pub(super) resource: &'static str,
}

/// The code of the server's own answer, where it answered.
pub(super) fn status_code(error: &Error) -> Option<u16> {
    match error {
        Error::Api(status) => Some(status.code),
        _ => None,
    }
}

/// How long the server asks to be left alone.
pub(super) fn retry_after(error: &Error) -> Option<Duration> {
    let Error::Api(status) = error else {
        return None;
    };
    let seconds = status.details.as_ref()?.retry_after_seconds;
    (seconds > 0).then(|| Duration::from_secs(seconds.into()))
}

/// Whether an address is the one that kops writes before there is an API.
pub(super) fn is_placeholder(address: IpAddr) -> bool {
    address == PLACEHOLDER
}

/// Why a request had no good answer.
pub(super) fn explain(error: &Error, address: &ApiAddress) -> ApiFailure {
    match error {
        Error::Api(status) => explain_status(status.code, &status.message, address),
        _ => explain_transport(error, address),
    }
}

/// Why nothing was heard for so long.
pub(super) fn explain_silence(silence: Duration, address: &ApiAddress) -> ApiFailure {
    let why = format!("nothing was heard for {} s", silence.as_secs());
    failure(ApiFailureKind::TimedOut, unreachable(address, &why, REACH))
}

/// The API's name resolves to the address that kops writes first.
pub(super) fn explain_placeholder(address: &ApiAddress) -> ApiFailure {
    let fault = Fault::new(
        format!("{} has no address yet", address.host),
        format!(
            "it resolves to {PLACEHOLDER}, which kops writes until the control plane has registered itself"
        ),
        "wait for the control plane; where it takes more than ten minutes, look at its instances: dns-controller or kops-controller there does not work",
    );
    failure(ApiFailureKind::Placeholder, fault)
}

/// What may not be read.
pub(super) fn explain_forbidden(
    asked: AskedFor,
    error: &Error,
    address: &ApiAddress,
) -> ApiFailure {
    let AskedFor { verb, resource, .. } = asked;
    let said = match error {
        Error::Api(status) => status.message.as_str(),
        _ => "",
    };
    let fault = Fault::new(
        format!("the Kubernetes API does not let you {verb} {resource}"),
        format!("the user of {} has no such right (403)", address.kubeconfig),
        format!("ask for a role with get, list and watch of {resource}, or {EXPORT}"),
    );
    failure(ApiFailureKind::Forbidden, fault.with_detail(shorten(said)))
}

/// An answer that is none of Kubernetes's.
pub(super) fn explain_garbage(why: &str, address: &ApiAddress) -> ApiFailure {
    let fault = Fault::new(
        format!(
            "{} does not answer as a Kubernetes API does",
            address.server
        ),
        why.to_owned(),
        format!(
            "check that this address in {} is the API's",
            address.kubeconfig
        ),
    );
    failure(ApiFailureKind::Serving, fault)
}

fn explain_status(code: u16, said: &str, address: &ApiAddress) -> ApiFailure {
    let (server, kubeconfig) = (&address.server, &address.kubeconfig);
    let (kind, fault) = match code {
        401 => (
            ApiFailureKind::Unauthorized,
            Fault::new(
                format!("{server} does not accept the credentials of {kubeconfig} (401)"),
                "they have expired, were withdrawn, or belong to another cluster of this name",
                EXPORT,
            ),
        ),
        403 => (
            ApiFailureKind::Forbidden,
            Fault::new(
                format!("{server} refuses the user of {kubeconfig} (403)"),
                "its rights do not reach so far",
                EXPORT,
            ),
        ),
        code => (
            ApiFailureKind::Serving,
            Fault::new(
                format!("{server} answers with error {code}"),
                "the API is there and cannot serve now: it starts, is overloaded, or etcd does not answer it",
                "wait; where it stays, look at kube-apiserver and etcd on the control plane",
            ),
        ),
    };
    match said.trim() {
        "" => failure(kind, fault),
        said => failure(kind, fault.with_detail(shorten(said))),
    }
}

fn explain_transport(error: &Error, address: &ApiAddress) -> ApiFailure {
    let words = write_chain(error);
    if has(&words, &["certificate"]) {
        return explain_certificate(&words, address);
    }
    if let Some(proxy) = &address.proxy
        && has(&words, &["connect", "tunnel", "socks", "dns"])
    {
        return explain_proxy(proxy, &words, address);
    }
    if has(
        &words,
        &["dns error", "failed to lookup", "name or service not known"],
    ) {
        return explain_name(&words, address);
    }
    let (kind, why, remedy) = match find_io_error(error) {
        Some(ErrorKind::ConnectionRefused) => (
            ApiFailureKind::Refused,
            "the connection was refused: nothing listens there yet, or a load balancer has no healthy target".to_owned(),
            "wait where the cluster is young; else look at kube-apiserver on the control plane",
        ),
        Some(ErrorKind::ConnectionReset | ErrorKind::UnexpectedEof | ErrorKind::BrokenPipe) => (
            ApiFailureKind::Refused,
            "the connection was closed before an answer: a load balancer has no healthy target, or kube-apiserver restarts".to_owned(),
            "wait where the cluster is young; else look at kube-apiserver on the control plane",
        ),
        Some(ErrorKind::TimedOut) => (
            ApiFailureKind::TimedOut,
            "no answer came in time: packets do not get there".to_owned(),
            REACH,
        ),
        Some(ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable) => (
            ApiFailureKind::TimedOut,
            "there is no route to it from here".to_owned(),
            REACH,
        ),
        _ => (ApiFailureKind::Other, words, REACH),
    };
    failure(kind, unreachable(address, &why, remedy))
}

fn explain_certificate(words: &str, address: &ApiAddress) -> ApiFailure {
    let (why, remedy) = if has(words, &["expired", "notvalidyet", "not valid yet"]) {
        (
            "the server's certificate is not valid at the time that this computer has",
            "check the clock of this computer (date -u), then the control plane's certificates",
        )
    } else if has(words, &["notvalidforname", "not valid for"]) {
        (
            "the server's certificate is for another name",
            "check the server address and tls-server-name in the kubeconfig",
        )
    } else {
        (
            "the server's certificate is not signed by the authority that the kubeconfig names",
            EXPORT,
        )
    };
    let what = format!("{} cannot be trusted", address.server);
    let fault = Fault::new(what, why, remedy).with_detail(shorten(words));
    failure(ApiFailureKind::Certificate, fault)
}

fn explain_proxy(proxy: &str, words: &str, address: &ApiAddress) -> ApiFailure {
    let fault = Fault::new(
        format!(
            "{} cannot be reached through the proxy {proxy}",
            address.server
        ),
        "the proxy does not answer, or does not let this address through",
        format!(
            "check proxy-url in {} and HTTPS_PROXY, and that the tunnel is up",
            address.kubeconfig
        ),
    );
    failure(ApiFailureKind::Proxy, fault.with_detail(shorten(words)))
}

fn explain_name(words: &str, address: &ApiAddress) -> ApiFailure {
    let fault = Fault::new(
        format!("the name {} does not resolve", address.host),
        "there is no DNS record of it yet, or this computer's resolver does not see the hosted zone",
        "wait where the cluster is young; for a private hosted zone connect the VPN, or ask where the VPC's resolver answers",
    );
    failure(
        ApiFailureKind::NameNotResolving,
        fault.with_detail(shorten(words)),
    )
}

fn unreachable(address: &ApiAddress, why: &str, remedy: &str) -> Fault {
    let what = format!("{} cannot be reached", address.server);
    Fault::new(what, why.to_owned(), remedy)
}

fn failure(kind: ApiFailureKind, fault: Fault) -> ApiFailure {
    ApiFailure { kind, fault }
}

fn has(words: &str, any: &[&str]) -> bool {
    let words = words.to_lowercase();
    any.iter().any(|one| words.contains(one))
}

// The innermost counts.
fn find_io_error(error: &Error) -> Option<ErrorKind> {
    let found = causes(error).filter_map(|cause| cause.downcast_ref::<std::io::Error>());
    found.last().map(|error| find_innermost(error).kind())
}

// One that wraps another is of no kind.
fn find_innermost(error: &std::io::Error) -> &std::io::Error {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    inner.map_or(error, find_innermost)
}

fn shorten(text: &str) -> Untrusted {
    Untrusted::new(&text[..text.floor_char_boundary(SAID)])
}
