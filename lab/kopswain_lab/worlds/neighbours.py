"""Worlds that differ in who else is in the VPC, and in what they write on things."""

from ..account import ZONES, Account
from ..terraform_vpc import TerraformVpc, make

# What EC2 takes as a tag and no terminal should obey: a control sequence, a right-to-left override, a zero-width space.
HOSTILE = "\x9b2J\u202emoc.elpmaxe\u200b <b>&amp;</b> $(id) '; rm -rf /"


def existing_cluster(account: Account, _count: int) -> list[TerraformVpc]:
    """As `method`, with the subnets of a cluster old.example.com in 172.20.16-18 and 172.20.20-22."""
    vpc = make(account)
    cluster = {"KubernetesCluster": "old.example.com", "kubernetes.io/cluster/old.example.com": "owned"}
    for first, prefix in ((16, ""), (20, "utility-")):
        for index, zone in enumerate(ZONES[:3]):
            name = f"{prefix}{zone}.old.example.com"
            account.subnet(vpc.id, name, zone, f"172.20.{first + index}.0/24", cluster)
    return [vpc]


def hostile_tags(account: Account, _count: int) -> list[TerraformVpc]:
    """As `method`, with names that no terminal may obey, one of 255 characters, and a cluster tag that names none."""
    vpc = make(account, name=HOSTILE)
    account.subnet(vpc.id, "x" * 255, ZONES[0], "172.20.255.0/24", {"kubernetes.io/cluster/": "owned", HOSTILE: HOSTILE})
    return [vpc]


WORLDS = (existing_cluster, hostile_tags)
