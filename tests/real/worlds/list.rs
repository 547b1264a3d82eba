//! The worlds, the clusters that are asked for in each, and what must become of them.

use crate::cloud::Seen;

pub(super) struct World {
    pub(super) name: &'static str,
    /// Whether it is tried when nothing else is asked for.
    pub(super) usual: bool,
    pub(super) trials: &'static [Trial],
}

/// One cluster asked for in a VPC of the world.
pub(super) struct Trial {
    pub(super) vpc: usize,
    /// The letters of its zones.
    pub(super) zones: &'static str,
    /// The zone's letter whose gateway is named though it is of another VPC of the world.
    pub(super) foreign: Option<(usize, &'static str)>,
    pub(super) verdict: Verdict,
}

pub(super) enum Verdict {
    /// It is planned with these warnings, and kops makes it.
    Made(&'static [&'static str]),
    /// It is refused by this rule, with these words, and that is true.
    Refused(&'static str, &'static str, Proof),
}

pub(super) enum Proof {
    /// kops fails with these words on the spec that would have been written.
    Kops(&'static str),
    /// EC2 says so of the VPC's NAT gateways and the zone: no lab has packets to lose.
    Ec2(fn(&[Seen], &str) -> bool),
}

use Proof::{Ec2, Kops as KopsSays};
use Verdict::{Made, Refused};

const fn made(zones: &'static str, warnings: &'static [&'static str]) -> Trial {
    Trial {
        vpc: 0,
        zones,
        foreign: None,
        verdict: Made(warnings),
    }
}

const fn refused(
    zones: &'static str,
    rule: &'static str,
    says: &'static str,
    proof: Proof,
) -> Trial {
    Trial {
        vpc: 0,
        zones,
        foreign: None,
        verdict: Refused(rule, says, proof),
    }
}

const fn usual(name: &'static str, trials: &'static [Trial]) -> World {
    World {
        name,
        usual: true,
        trials,
    }
}

const fn more(name: &'static str, trials: &'static [Trial]) -> World {
    World {
        name,
        usual: false,
        trials,
    }
}

const NO_NAT: &str = "zone-without-nat";

fn own<'a>(seen: &'a [Seen], zone: &'a str) -> impl Iterator<Item = &'a Seen> {
    seen.iter()
        .filter(move |one| one.zone.as_deref() == Some(zone))
}

fn all(seen: &[Seen], zone: &str, is: fn(&Seen) -> bool) -> bool {
    own(seen, zone).count() > 0 && own(seen, zone).all(is)
}

pub(super) const WORLDS: &[World] = &[
    more("method", &[made("abc", &[])]),
    more(
        "two-vpcs",
        &[Trial {
            vpc: 1,
            ..made("abc", &[])
        }],
    ),
    usual(
        "dns-off",
        &[refused(
            "abc",
            "vpc-dns-support-off",
            "kops refuses such a VPC",
            KopsSays("but did not have EnableDNSSupport=true"),
        )],
    ),
    more("no-hostnames", &[made("abc", &["vpc-dns-hostnames-off"])]),
    usual(
        "no-internet-gateway",
        &[refused(
            "abc",
            "internet-gateway-missing",
            "kops looks for exactly one",
            KopsSays("InternetGateway for shared VPC was not found"),
        )],
    ),
    usual(
        "pod-range",
        &[refused(
            "abc",
            "vpc-in-pod-range",
            "refuses a VPC inside it",
            KopsSays("nonMasqueradeCIDR"),
        )],
    ),
    more("dual-stack", &[made("abc", &[])]),
    usual(
        "no-nat",
        &[refused(
            "abc",
            NO_NAT,
            "the VPC has no NAT gateway",
            Ec2(|seen, _| seen.is_empty()),
        )],
    ),
    more(
        "missing-zone-nat",
        &[
            refused(
                "d",
                NO_NAT,
                "one zone's failure would cut both",
                Ec2(|seen, zone| own(seen, zone).count() == 0),
            ),
            made("abc", &[]),
        ],
    ),
    usual(
        "nat-wrong",
        &[
            refused(
                "a",
                NO_NAT,
                "it is still pending",
                Ec2(|seen, zone| all(seen, zone, |one| one.state == "pending")),
            ),
            refused(
                "b",
                NO_NAT,
                "it failed to start",
                Ec2(|seen, zone| all(seen, zone, |one| one.state == "failed")),
            ),
            refused(
                "c",
                NO_NAT,
                "it was deleted",
                Ec2(|seen, zone| all(seen, zone, |one| one.state == "deleted")),
            ),
            refused(
                "d",
                NO_NAT,
                "it is a private NAT gateway",
                Ec2(|seen, zone| all(seen, zone, |one| one.connectivity == "private")),
            ),
            refused(
                "f",
                NO_NAT,
                "it has 2 addresses",
                KopsSays("found 2 EIP Addresses for 1 NATGateway, expected 1"),
            ),
            made("e", &["zones-few", "control-plane-single"]),
        ],
    ),
    usual(
        "nat-regional",
        &[refused(
            "a",
            NO_NAT,
            "it is a regional NAT gateway",
            Ec2(|seen, zone| own(seen, zone).count() == 0 && seen.iter().any(|one| one.regional)),
        )],
    ),
    more(
        "nat-elsewhere",
        &[
            refused(
                "b",
                NO_NAT,
                "its subnet is in us-east-1a",
                Ec2(|seen, zone| own(seen, zone).count() == 0),
            ),
            made("acd", &[]),
        ],
    ),
    usual(
        "nat-unrouted",
        &[
            refused(
                "a",
                NO_NAT,
                "has no working route 0.0.0.0/0 to an internet gateway",
                Ec2(|seen, zone| all(seen, zone, |one| !one.leads_out)),
            ),
            made("bcd", &[]),
        ],
    ),
    usual(
        "nat-of-other-vpc",
        &[Trial {
            foreign: Some((1, "d")),
            ..refused(
                "a",
                "egress-other-vpc",
                "another VPC",
                KopsSays("NatGateway"),
            )
        }],
    ),
    usual(
        "full",
        &[refused(
            "abc",
            "blocks-no-room",
            "secondary CIDR",
            KopsSays("InvalidSubnet.Conflict"),
        )],
    ),
    usual("fragmented", &[made("abc", &[])]),
    usual("small-vpc", &[made("abc", &[])]),
    more("secondary-cidr", &[made("abc", &[])]),
    usual("full-with-secondary", &[made("abc", &[])]),
    more(
        "two-hundred-subnets",
        &[refused(
            "abc",
            "quota-subnets-passed",
            "EC2 refuses the ones beyond it",
            Ec2(|seen, _| !seen.is_empty()),
        )],
    ),
    more("connected", &[made("abc", &[])]),
    more("pods-elsewhere", &[made("abc", &["pod-range-routed"])]),
    more("prefix-list", &[made("abc", &[])]),
    more("existing-cluster", &[made("abc", &[])]),
    usual("hostile-tags", &[made("abc", &[])]),
];
