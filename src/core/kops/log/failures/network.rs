//! What does not reach AWS, DNS or the Kubernetes API.

use super::When::Words;
use super::{KnownFailure, Retryable, Whose};

pub(super) const BY_WORDS: &[KnownFailure] = failures! {
    "dns-not-delegated": Network, No, Words(&[
        &["DNS lookup for NS records", "no such host"],
        &["NS records not found for"],
    ]) => {
        what: "the cluster's DNS zone is not delegated",
        why: "nobody on the internet finds the name servers of this domain: its parent has no NS records for it, so that the API's name would never resolve",
        remedy: "copy the zone's four name servers (Route 53) as NS records into the parent domain or at the registrar, and wait until dig NS DOMAIN shows them; or use a private zone or topology.dns.type: None",
        source: "kops `upup/pkg/fi/cloudup/dns.go` (`validateDNS`)",
    }
    "dns-not-asked": Network, Unknown, Words(&[&["DNS lookup for NS records"]]) => {
        what: "the DNS server did not tell the name servers of the cluster's zone",
        why: "kops asks this machine's DNS server for the NS records of a public zone, and got no usable answer",
        remedy: "try dig NS DOMAIN here; check this machine's DNS server and VPN, then run again",
        source: "kops `upup/pkg/fi/cloudup/dns.go` (`validateDNS`)",
    }
    "kubernetes-unauthorized": Kubernetes, Unknown, Words(&[
        &["listing nodes: Unauthorized"],
        &["You must be logged in to the server"],
        &["the server has asked for the client to provide credentials"],
    ]) => {
        what: "the Kubernetes API does not accept the credentials",
        why: "those of the kubeconfig have expired (kops gives them 18 hours), or the API server is still starting",
        remedy: "`kops export kubeconfig --name=CLUSTER --admin`, then try again",
        source: "kops `pkg/validation/validate_cluster.go`; Kubernetes, Authenticating (401)",
    }
    "kubernetes-starting": Kubernetes, Yes, Words(&[&[
        "an error on the server",
        "has prevented the request from succeeding",
    ]]) => {
        what: "the Kubernetes API answers with an error of its own",
        why: "the API server is starting, or etcd behind it has no majority",
        remedy: "try again in a minute; if it stays, read the API server's and etcd's logs on a control-plane instance",
        source: "apimachinery `api/errors/errors.go` (`NewGenericServerResponse`)",
    }
    "certificate-refused": Network, No, Words(&[&["x509: "], &["tls: failed to verify certificate"]]) => {
        what: "a certificate is not trusted",
        why: "it is for other names, has expired, or is signed by an authority that this machine does not know, such as a proxy's",
        remedy: "for the cluster's API: `kops export kubeconfig --name=CLUSTER --admin`; for AWS: check the proxy, AWS_CA_BUNDLE and the clock",
        source: "Go `crypto/x509` (`verify.go`)",
    }
    "aws-endpoint-unresolved": Network, Unknown, Words(&[&["operation error ", "no such host"]]) => {
        what: "the name of an AWS endpoint does not resolve",
        why: "the region may be misspelt, or this machine's DNS does not answer for it",
        remedy: "check the region's name, the network and the VPN, then run again, which is safe",
        source: "Go `net/net.go` (`errNoSuchHost`); aws-sdk-go-v2 `aws/retry`",
    }
    "name-unresolved": Network, Unknown, Words(&[
        &["no such host"],
        &["server misbehaving"],
        &["Temporary failure in name resolution"],
    ]) => {
        what: "a name does not resolve",
        why: "this machine's DNS does not know the address that kops asked for",
        remedy: "check the network and VPN; right after a cluster is created its API's name takes some minutes",
        source: "Go `net/net.go` (`errNoSuchHost`), `net/dnsclient_unix.go`",
    }
    "connection-broken": Network, Yes, Words(&[
        &["i/o timeout"],
        &["connection refused"],
        &["connection reset by peer"],
        &["TLS handshake timeout"],
        &["no route to host"],
        &["network is unreachable"],
        &["Client.Timeout exceeded"],
        &["unexpected EOF"],
        &["http2: client connection lost"],
        &["request send failed"],
        &["canceled, context deadline exceeded"],
    ]) => {
        what: "a connection did not work",
        why: "this machine does not reach the address that kops asked, or something in between ended the connection",
        remedy: "check the network, VPN and proxy (HTTPS_PROXY), then run again, which is safe",
        source: "Go `net`, `net/http`; aws-sdk-go-v2 `aws/retry/retryable_error.go` (`RetryableConnectionError`)",
    }
};
