//! Why `kops validate` could not look at the cluster, and whether waiting can resolve it: one table, each line with its source.

use crate::core::fault::Fault;
use crate::core::kops::log::explained;

/// What stands in the way of a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The API's name does not resolve; normal while a cluster is young.
    Name,
    /// Nothing answers at the API's address; normal while a cluster is young.
    Silent,
    /// The API answers with an error; normal while a cluster is young.
    Starting,
    /// Not known whether waiting resolves it.
    Unknown,
    /// Waiting will not resolve it.
    Lasting,
}

/// A failure that is known by words in one line of what kops prints.
struct Known {
    /// All of these occur in the line.
    words: &'static [&'static str],
    obstacle: Obstacle,
    what: &'static str,
    why: &'static str,
    remedy: &'static str,
}

/// A table: `OBSTACLE, WHAT, REMEDY => { WORDS => WHY; }`.
macro_rules! obstacles {
    ($($obstacle:ident, $what:expr, $remedy:expr => { $([$($word:literal),+] => $why:expr;)+ })*) => {
        &[$($(Known {
            words: &[$($word),+],
            obstacle: Obstacle::$obstacle,
            what: $what,
            why: $why,
            remedy: $remedy,
        }),+),*]
    };
}

/// What kops puts before an error of the Kubernetes API (`pkg/validation/validate_cluster.go`); AWS's errors come
/// without it, and a name of AWS that does not resolve is the network's fault.
const OF_THE_API: [&str; 4] = [
    "listing nodes",
    "listing Pods",
    "get pod health",
    "cluster API",
];

const NO_NAME: &str = "the name of the cluster's API does not resolve";
const NO_ANSWER: &str = "the cluster's API does not answer";
const NO_SERVICE: &str = "the cluster's API answers with an error";
const NO_TRUST: &str = "the certificate of the cluster's API is not trusted";
const CLOSED: &str = "the connection is closed without an answer: the control plane is starting, or the load balancer has no healthy target";
const WAIT: &str = "wait; when it lasts longer than 15 minutes, check that this host can reach the API (VPN, kubernetesApiAccess)";
const WAIT_FOR_API: &str = "wait; when it lasts longer than 15 minutes, read the log of kube-apiserver on a control-plane instance";
const WAIT_FOR_RIGHTS: &str = "wait; when it lasts longer than 15 minutes, check the credentials that kops uses (--use-kubeconfig, or a certificate on the API's load balancer, which ends TLS before the API)";

/// Errors of the way to the Kubernetes API. The first line of the table that fits decides.
const API: &[Known] = obstacles! {
    Unknown,
        "the proxy to the cluster's API does not answer",
        "check HTTPS_PROXY, NO_PROXY and the tunnel that the proxy is at" => {
        // net/http of Go, `Transport.dialConn`: the proxy stands between, so nothing is known of the API.
        ["proxyconnect"] => "HTTPS_PROXY or the kubeconfig names a proxy, and no connection to it was made";
    }
    Lasting,
        "the kubeconfig's credentials cannot be had",
        "run kubectl get nodes with the same kubeconfig and fix what it reports" => {
        // client-go/plugin/pkg/client/auth/exec/exec.go, `RoundTrip`.
        ["getting credentials: "] => "the command that the kubeconfig names for credentials failed or is not installed";
    }
    Name, NO_NAME, WAIT => {
        // net of Go, `DNSError`; `hasPlaceHolderIP` of validate_cluster.go.
        ["no such host"] => "the load balancer or DNS record is new, and names take some minutes to appear; or DNS here does not know it";
        ["lookup ", "i/o timeout"] => "the DNS server of this host does not answer";
        ["server misbehaving"] => "the DNS server of this host answers with a failure";
        ["unable to resolve Kubernetes cluster API URL dns"] => "the load balancer or DNS record is new, and names take some minutes to appear";
    }
    Starting, NO_TRUST, WAIT_FOR_API => {
        // x509 errors of Go's crypto/x509, `HostnameError`, `UnknownAuthorityError`, `CertificateInvalidError`.
        ["x509: certificate is valid for "] => "it is for other names than the one that kops uses: a control plane that starts gets the load balancer's name late";
        ["x509: certificate signed by unknown authority"] => "another authority signed it: the control plane still starts, an older cluster answers at this address, or something between replaces the certificate";
    }
    Starting,
        NO_TRUST,
        "check the clock of this host; when it is right, replace the control-plane instances, which make new certificates" => {
        ["x509: certificate has expired or is not yet valid"] => "its dates do not fit this host's clock: the certificate was just made, or it has expired";
    }
    Starting, NO_TRUST, WAIT_FOR_API => {
        ["x509: "] => "it does not pass the check that kops makes of it";
    }
    Starting, "the cluster's API refuses the TLS connection", WAIT_FOR_RIGHTS => {
        // crypto/tls of Go, alerts of the other side.
        ["remote error: tls: "] => "it or the load balancer ends the connection before a request is made";
    }
    Starting, NO_SERVICE, WAIT_FOR_API => {
        ["server gave HTTP response to HTTPS client"] => "what answers at the API's address does not speak TLS";
    }
    Silent, NO_ANSWER, WAIT => {
        // syscall errors of Go's net; EC2's load balancers refuse or reset without a healthy target.
        ["connection refused"] => "nothing listens there: the control plane is starting, or the load balancer has no healthy target";
        ["no route to host"] => "no instance has its address yet, or the network has no way to it";
        ["network is unreachable"] => "the network of this host has no way to its address";
        ["host is down"] => "the instance that has its address does not run";
        ["connection reset by peer"] => "the connection is cut: the load balancer has no healthy target, or the API restarts";
        ["broken pipe"] => "the connection is cut while the request is sent: the API restarts";
        ["TLS handshake timeout"] => "a connection is made and no certificate comes: the control plane is starting, or is overloaded";
        ["i/o timeout"] => "no packet comes back: the control plane is starting, a security group stops the way, or the VPN is off";
        ["Client.Timeout exceeded"] => "no answer comes in time: the control plane is starting, or is overloaded";
        ["deadline exceeded"] => "no answer comes in time: the control plane is starting, or is overloaded";
        ["request canceled while waiting for connection"] => "no connection is made in time: the control plane is starting, or the VPN is off";
        ["client connection lost"] => "the connection is lost: the API restarts";
        ["GOAWAY"] => "the API ends its connections: it restarts";
        // io.EOF and io.ErrUnexpectedEOF, as url.Error and client-go print them.
        [": EOF"] => CLOSED;
        ["unexpected EOF"] => CLOSED;
    }
    Starting, NO_SERVICE, WAIT_FOR_API => {
        // apimachinery/pkg/api/errors/errors.go, `NewGenericServerResponse`: 500, 503, 504, 429, 401, 403, 404, 400.
        ["an error on the server"] => "its server is starting, or etcd does not answer it (status 5xx)";
        ["currently unable to handle the request"] => "its server is starting or overloaded (status 503)";
        ["unable to return a response in the time allotted"] => "etcd or the server is too slow to answer (status 504)";
        ["too many requests"] => "its server asks to be asked later (status 429)";
        ["etcdserver: "] => "etcd has no leader, or is too slow";
    }
    Starting, NO_SERVICE, WAIT_FOR_RIGHTS => {
        ["Unauthorized"] => "it does not accept the credentials (status 401): it is starting, or they are not for this cluster";
        ["asked for the client to provide credentials"] => "it does not accept the credentials (status 401): it is starting, or they are not for this cluster";
        ["forbidden"] => "it does not allow what kops asks (status 403): its roles are not set up yet, or the user has no right to list nodes and pods";
    }
    Starting, NO_SERVICE, WAIT_FOR_API => {
        ["could not find the requested resource"] => "it does not serve nodes (status 404): it is starting, or another server answers at its address";
        ["the server "] => "the Kubernetes API server says so in the words below";
    }
};

/// Errors before the API is asked that no waiting resolves, and that [`explained`] has no words for.
const BEFORE: &[Known] = obstacles! {
    Lasting, "kops does not know a flag that it was given", "update kops, or name another program with --kops" => {
        // spf13/pflag and spf13/cobra.
        ["unknown flag: "] => "this kops is another version than kopswain is written for";
    }
    Lasting, "kops cannot read the kubeconfig", "correct the file, or name another with --use-kubeconfig" => {
        // client-go/tools/clientcmd/loader.go, `ClientConfigLoadingRules.Load`.
        ["error loading config file"] => "it is not the YAML of a kubeconfig, or it may not be read";
    }
    Lasting, "kops does not know the command that it was given", "update kops, or name another program with --kops" => {
        ["unknown command "] => "this kops is another version than kopswain is written for";
    }
    Lasting, "kops does not accept an argument that it was given", "correct it, then watch again" => {
        ["invalid argument \""] => "kops says which one below";
    }
    Lasting, "kops does not accept the state store", "correct --state or KOPS_STATE_STORE, then watch again" => {
        // util/pkg/vfs/context.go and pkg/client/simple of kops.
        ["unhandled state store"] => "it is of no kind that kops knows";
    }
    Lasting,
        "the state store does not know this cluster",
        "look with `kops get clusters`; check the name and the state store" => {
        // cmd/kops/get_instances.go; pkg/client/simple/vfsclientset.
        ["cluster not found"] => "no cluster of this name was created in it; the name or the state store may be another one";
    }
    Lasting,
        "the cluster has no instance group",
        "add instance groups with `kops create -f SPEC`, then `kopswain review CLUSTER`" => {
        // cmd/kops/validate_cluster.go.
        ["no InstanceGroup objects found"] => "the state store has a cluster of this name and nothing that would start an instance";
    }
    Lasting, "kops was given no region", "give --region or set AWS_REGION" => {
        // aws-sdk-go-v2: aws/config, aws/retry.
        ["Missing Region"] => "neither the environment nor the profile names one";
    }
    Lasting, "the AWS profile does not exist", "look with aws configure list-profiles" => {
        ["failed to get shared config profile"] => "AWS_PROFILE or --profile names one that the AWS files do not have";
    }
};

/// As `kops get all` and others say it of a name that the state store does not know.
const UNKNOWN: &[&str] = &["Cluster.kops.k8s.io", "not found"];

/// Words of failures that [`explained`] tells of and that no waiting resolves: the state store, the name, the credentials,
/// the permissions (S3, STS and EC2 API references, "Common errors"; aws-sdk-go-v2/credentials).
const LASTING: &[&[&str]] = &[
    UNKNOWN,
    &["State Store: "],
    &["NoSuchBucket"],
    &["get credentials"],
    &["failed to refresh cached credentials"],
    &["no EC2 IMDS role found"],
    &["ExpiredToken"],
    &["RequestExpired"],
    &["token has expired"],
    &["session has expired"],
    &["InvalidClientTokenId"],
    &["InvalidAccessKeyId"],
    &["UnrecognizedClientException"],
    &["IncompleteSignature"],
    &["SignatureDoesNotMatch"],
    &["AuthFailure"],
    &["OptInRequired"],
    &["UnauthorizedOperation"],
    &["AccessDenied"],
    &["not authorized to perform: "],
    &["api error Forbidden"],
    &["StatusCode: 403"],
    &["StatusCode: 301"],
];

/// The obstacle of a poll that gave no JSON, and its fault; what kops printed is its detail.
pub(crate) fn obstacle(stdout: &str, stderr: &str, exit: i32) -> (Obstacle, Fault) {
    let explained = explained(exit, stdout, stderr);
    let of_the_api = |line: &&str| OF_THE_API.iter().any(|word| line.contains(word));
    let lines = || last_error(stderr).lines();
    let found = lines()
        .filter(of_the_api)
        .find_map(|line| first(API, line))
        .or_else(|| lines().find_map(|line| first(BEFORE, line)));
    if let Some(found) = found {
        let fault = Fault::new(found.what, found.why, found.remedy);
        let fault = Fault {
            detail: explained.detail,
            ..fault
        };
        return (found.obstacle, fault);
    }
    let lasting = |line: &str| LASTING.iter().any(|words| all(words, line));
    let obstacle = if lines().any(lasting) {
        Obstacle::Lasting
    } else {
        Obstacle::Unknown
    };
    (obstacle, explained)
}

/// Whether kops ended because the state store does not know the cluster.
pub fn is_unknown_cluster(stderr: &str) -> bool {
    last_error(stderr).lines().any(|line| all(UNKNOWN, line))
}

// kops ends with it; what it warned of before does not decide. Older ones print the error alone.
fn last_error(stderr: &str) -> &str {
    let start = stderr.rfind("\nError: ").map_or(0, |at| at + 1);
    stderr.get(start..).unwrap_or(stderr)
}

fn first(table: &'static [Known], line: &str) -> Option<&'static Known> {
    table.iter().find(|known| all(known.words, line))
}

fn all(words: &[&str], line: &str) -> bool {
    words.iter().all(|word| line.contains(word))
}
