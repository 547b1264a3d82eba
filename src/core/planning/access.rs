//! Who reaches SSH and the Kubernetes API.

use ipnet::Ipv4Net;

use crate::core::answers::{Access, Answers, ApiLoadBalancer};
use crate::core::inventory::Vpc;
use crate::core::problem::{About, Problem, catalog as rule};
use crate::core::text::untrusted::visible;

/// The answered ranges; none means the VPC's own blocks.
pub(super) fn allowed(asked: &[Ipv4Net], vpc: Option<&Vpc>) -> Vec<Ipv4Net> {
    let own = || vpc.map(|vpc| vpc.cidrs.iter().map(Ipv4Net::trunc).collect());
    if asked.is_empty() {
        return own().unwrap_or_default();
    }
    asked.to_vec()
}

/// Problems of the access question.
pub(super) fn problems(answers: &Answers) -> Vec<Problem> {
    let access = &answers.access;
    let mut found = Vec::new();
    found.extend(key(&access.ssh_public_key));
    let ranges = access.ssh.iter().chain(&access.api);
    let crooked = ranges.filter(|range| range.trunc() != **range);
    found.extend(crooked.map(|range| host_bits(*range)));
    found.extend(open(access));
    found.extend(reach(access));
    found.extend(bastion(access));
    found
}

fn key(path: &str) -> Option<Problem> {
    if path.is_empty() {
        return Some(rule::SSH_KEY_MISSING.problem(
            About::Access,
            "no SSH public key is named",
            "without one nobody can log in to a node that does not join",
            "name a file such as ~/.ssh/id_ed25519.pub (access: sshPublicKey)",
        ));
    }
    let ending = std::path::Path::new(path).extension();
    (ending != Some(std::ffi::OsStr::new("pub"))).then(|| {
        rule::SSH_KEY_NOT_PUBLIC.problem(
            About::Access,
            format!("{} may not be a public key", visible(path)),
            "public keys end in .pub; a private key must never leave this machine",
            "name the .pub file",
        )
    })
}

/// What is wrong with a range that has host bits set.
pub(crate) fn host_bits(range: Ipv4Net) -> Problem {
    rule::ACCESS_HOST_BITS.problem(
        About::Access,
        format!("{range} has host bits set"),
        "kops refuses a range that does not begin at its first address",
        format!(
            "write {} for the range, or {}/32 for the one address",
            range.trunc(),
            range.addr()
        ),
    )
}

fn open(access: &Access) -> Vec<Problem> {
    let ssh = is_open(&access.ssh).then(|| {
        rule::SSH_OPEN.problem(
            About::Access,
            "SSH is open to the internet",
            "0.0.0.0/0 lets everybody try, on every node that has a public address and on the bastion",
            "name the ranges that need it (access: ssh)",
        )
    });
    let api = is_open(&access.api).then(|| {
        rule::API_OPEN.problem(
            About::Access,
            "the Kubernetes API is open to the internet",
            "0.0.0.0/0 lets everybody try; one leaked token or one fault of the API server is enough",
            "name the ranges that need it (access: api)",
        )
    });
    ssh.into_iter().chain(api).collect()
}

fn is_open(ranges: &[Ipv4Net]) -> bool {
    ranges.iter().any(|range| range.prefix_len() == 0)
}

fn reach(access: &Access) -> Option<Problem> {
    match access.api_load_balancer {
        ApiLoadBalancer::Internal if !access.bastion => Some(rule::API_INSIDE_ONLY.problem(
            About::Access,
            "the Kubernetes API is reached from inside the VPC only",
            "its load balancer is internal and there is no bastion; kubectl and `kops validate` need a way in",
            "run kopswain from inside, or have a VPN or a peering into the VPC; else ask for a bastion or a public load balancer",
        )),
        ApiLoadBalancer::Internal => Some(rule::API_INSIDE_ONLY.problem(
            About::Access,
            "the Kubernetes API is reached through the bastion or from inside the VPC",
            "its load balancer is internal; kubectl and `kops validate` do not pass a bastion by themselves",
            "open a tunnel: ssh -D 1080 to the bastion and HTTPS_PROXY=socks5://localhost:1080, or use a VPN",
        )),
        ApiLoadBalancer::Public if access.api.is_empty() => Some(rule::API_PUBLIC_UNREACHABLE.problem(
            About::Access,
            "the API's load balancer is public, but only the VPC's own addresses may use it",
            "no range is named for the API, so the VPC's CIDRs are taken",
            "name the ranges you come from (access: api), or make the load balancer internal",
        )),
        ApiLoadBalancer::Public => None,
    }
}

fn bastion(access: &Access) -> Option<Problem> {
    (access.bastion && access.ssh.is_empty()).then(|| {
        rule::BASTION_UNREACHABLE.problem(
            About::Access,
            "the bastion is reached from inside the VPC only",
            "no range is named for SSH, so the VPC's CIDRs are taken",
            "name the ranges you come from (access: ssh), or do without the bastion",
        )
    })
}
