//! kops's known failures in three parts: what, why, and what to do next.

use super::{Progress, Retry, denied_action, klog};
use crate::core::fault::Fault;
use crate::core::review::crash;
use crate::core::secrets::hidden;
use crate::core::untrusted::visible;

/// A failure that is known by words in what kops says last.
struct Known {
    /// All of these occur in the error.
    words: &'static [&'static str],
    what: &'static str,
    why: &'static str,
    remedy: &'static str,
}

const KNOWN: &[Known] = &[
    Known {
        words: &["State Store: Required value"],
        what: "kops was given no state store",
        why: "kops keeps every cluster's spec in a state store and reads it before anything else",
        remedy: "give --state s3://BUCKET or set KOPS_STATE_STORE",
    },
    Known {
        words: &["NoSuchBucket"],
        what: "the state store's bucket does not exist",
        why: "S3 knows no bucket of this name; it may be misspelt, or belong to another account's partition",
        remedy: "check the name in --state or KOPS_STATE_STORE, or create the bucket: aws s3 mb s3://BUCKET",
    },
    Known {
        words: &["Cluster.kops.k8s.io", "not found"],
        what: "the state store does not know this cluster",
        why: "no cluster of this name was created in it; the name or the state store may be another one",
        remedy: "look with kops get clusters; check the name and the state store",
    },
    Known {
        words: &["file already exists"],
        what: "the cluster is already in the state store",
        why: "kops create -f never overwrites; an earlier run got at least this far",
        remedy: "go on with kopswain review CLUSTER; for another spec first kops replace -f cluster_spec.yml --force",
    },
    Known {
        words: &["exactly one 'admin' SSH public key"],
        what: "the cluster has more than one SSH public key",
        why: "a key added a second time is appended, and on AWS kops takes exactly one",
        remedy: "look with kops get sshpublickeys --name CLUSTER; remove them with kops delete sshpublickey CLUSTER and add the right one again",
    },
    Known {
        words: &["odd number of control-plane-zones"],
        what: "the number of etcd members is even",
        why: "etcd needs a majority; an even number is no safer than one less, and kops refuses it",
        remedy: "use 1, 3 or 5 control-plane instances",
    },
    Known {
        words: &["InvalidSubnet.Conflict"],
        what: "a subnet overlaps one that exists",
        why: "the VPC already has a subnet with some of these addresses; the dry run does not check that",
        remedy: "choose free blocks (kopswain discover shows them), then kops replace -f and kops update cluster again",
    },
    Known {
        words: &["found 0 Nat Gateways"],
        what: "a NAT gateway of the spec does not exist",
        why: "egress of a private subnet names an id that EC2 does not know in this region and account",
        remedy: "correct egress in the spec (kopswain discover lists the NAT gateways), then kops replace -f",
    },
    Known {
        words: &["ExpiredToken"],
        what: "the AWS credentials have expired",
        why: "AWS refused the session's token",
        remedy: "log in again (aws sso login, or new keys), then repeat the command",
    },
    Known {
        words: &["get credentials"],
        what: "kops found no AWS credentials",
        why: "neither the environment nor the profile gives keys",
        remedy: "set AWS_PROFILE, or log in with aws sso login",
    },
    Known {
        words: &["RequestLimitExceeded"],
        what: "AWS asks kops to slow down",
        why: "more requests came in a short time than the account may send (throttling)",
        remedy: "nothing: kops tries again by itself",
    },
    Known {
        words: &["Throttling"],
        what: "AWS asks kops to slow down",
        why: "more requests came in a short time than the account may send (throttling)",
        remedy: "nothing: kops tries again by itself",
    },
    Known {
        words: &["IamInstanceProfile"],
        what: "a thing that was just made is not known everywhere yet",
        why: "AWS takes some seconds until all its parts know a new instance profile",
        remedy: "nothing: kops tries again by itself",
    },
    Known {
        words: &["NatGatewayNotFound"],
        what: "a NAT gateway of the spec does not exist",
        why: "egress of a private subnet names an id that EC2 does not know in this region and account",
        remedy: "correct egress in the spec (kopswain discover lists the NAT gateways), then kops replace -f",
    },
    Known {
        words: &["VcpuLimitExceeded"],
        what: "the account may not start that many vCPUs",
        why: "the quota for running instances of this family is used up",
        remedy: "ask for a higher quota in Service Quotas (EC2), or choose smaller machine types",
    },
    Known {
        words: &["LimitExceeded"],
        what: "a quota of the account is used up",
        why: "AWS refuses to make one more of what the message names",
        remedy: "ask for a higher quota in Service Quotas, or remove what is no longer used",
    },
    Known {
        words: &["loading kubecfg settings", "context", "does not exist"],
        what: "the kubeconfig has no context of the cluster's name",
        why: "kops looks for a context that is called as the cluster is",
        remedy: "make one with kops export kubeconfig CLUSTER --admin, or name another file with --use-kubeconfig",
    },
    Known {
        words: &["no space left on device"],
        what: "a disk is full",
        why: "kops could not write a file of its own on this machine",
        remedy: "make room on the disk that the message names, then run the command again, which is safe",
    },
    Known {
        words: &["disk quota exceeded"],
        what: "your quota on a disk is used up",
        why: "kops could not write a file of its own on this machine",
        remedy: "make room, then run the command again, which is safe",
    },
    Known {
        words: &["read-only file system"],
        what: "a file system is mounted read-only",
        why: "kops could not write a file of its own on this machine",
        remedy: "give it a folder that can be written, such as another HOME or TMPDIR, then run the command again",
    },
    Known {
        words: &["no such host"],
        what: "a name does not resolve",
        why: "the machine's DNS does not know the address that kops asked for",
        remedy: "check the network and VPN; right after a cluster is created its API's name takes some minutes",
    },
];

/// Why a kops command ended with this exit code, from all that it printed.
pub fn explain(exit: i32, stdout: &str, stderr: &str) -> Fault {
    if let Some(crash) = crash(stderr) {
        return crashed().with_detail(hidden(crash.trace.raw().to_owned()));
    }
    let progress = read_all(stderr);
    let said = last_words(&progress, stdout, stderr);
    let fault = known(&said).unwrap_or_else(|| unknown(exit));
    fault.with_detail(hidden(said))
}

fn read_all(stderr: &str) -> Progress {
    let mut progress = Progress::default();
    stderr.lines().for_each(|line| progress.read(line));
    progress
}

/// kops's final error, else the task that can never work, else its last warnings, else its last lines.
fn last_words(progress: &Progress, stdout: &str, stderr: &str) -> String {
    let error = progress.error.as_ref().map(|error| error.raw().to_owned());
    let failing = || progress.hopeless().chain(&progress.retries).next();
    error
        .or_else(|| failing().map(of_retry))
        .or_else(|| last_warnings(stderr))
        .unwrap_or_else(|| {
            last_lines(if stderr.trim().is_empty() {
                stdout
            } else {
                stderr
            })
        })
}

fn of_retry(retry: &Retry) -> String {
    format!("{}: {}", retry.task.raw(), retry.cause.raw())
}

const LAST: usize = 5;

fn last_warnings(stderr: &str) -> Option<String> {
    let grave = |line: &&str| line.starts_with(['W', 'E', 'F']) && klog(line).is_some();
    let lines: Vec<_> = stderr.lines().filter(grave).collect();
    (!lines.is_empty()).then(|| tail(&lines))
}

fn last_lines(text: &str) -> String {
    let lines: Vec<_> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    tail(&lines)
}

fn tail(lines: &[&str]) -> String {
    let from = lines.len().saturating_sub(LAST);
    lines.get(from..).unwrap_or_default().join("\n")
}

/// The failure that these words tell of, when it is a known one.
pub(super) fn known(said: &str) -> Option<Fault> {
    if let Some(action) = denied_action(said) {
        return Some(denied(&action));
    }
    let all = |known: &&Known| known.words.iter().all(|word| said.contains(word));
    let found = KNOWN.iter().find(all)?;
    Some(Fault::new(found.what, found.why, found.remedy))
}

fn denied(action: &str) -> Fault {
    Fault::new(
        format!("AWS denied kops {}", visible(action)),
        "the credentials lack this IAM permission, or a policy forbids it",
        format!(
            "allow {} for the role or user, or use a profile that has it; then run again, which is safe",
            visible(action)
        ),
    )
}

fn crashed() -> Fault {
    Fault::new(
        "kops itself crashed",
        "this is an error in kops, not in the cluster; what was done before it stays done",
        "run the command again, which is safe; if it crashes again, report the trace to kubernetes/kops",
    )
}

fn unknown(exit: i32) -> Fault {
    Fault::new(
        format!("kops ended with exit code {exit}"),
        "kops said why in its own words below",
        "read them, mend the cause, and run the command again, which is safe",
    )
}
