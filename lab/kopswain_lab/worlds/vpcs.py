"""Worlds that differ in what the VPC itself is."""

from ..account import ZONES, Account
from ..terraform_vpc import TerraformVpc, make


def method(account: Account, _count: int) -> list[TerraformVpc]:
    """The method's own VPC: 172.20.0.0/16, four zones, a NAT gateway in each."""
    return [make(account)]


def two_vpcs(account: Account, _count: int) -> list[TerraformVpc]:
    """Two VPCs with equal names: 172.20.0.0/16 and 172.21.0.0/16."""
    return [make(account), make(account, prefix="172.21")]


def dns_off(account: Account, _count: int) -> list[TerraformVpc]:
    """As `method`, with DNS support and DNS hostnames off."""
    return [make(account, dns=False)]


def no_hostnames(account: Account, _count: int) -> list[TerraformVpc]:
    """As `method`, with DNS support on and DNS hostnames off."""
    vpc = make(account)
    account.set_dns(vpc.id, hostnames=False)
    return [vpc]


def no_internet_gateway(account: Account, _count: int) -> list[TerraformVpc]:
    """As `method`, without an internet gateway; the NAT gateways failed for that, as they do on AWS."""
    vpc = make(account, internet_gateway=False)
    reason = f"Network {vpc.id} has no Internet gateway attached"
    for gateways in vpc.nat_gateways.values():
        account.fail_nat_gateway(gateways[0], "Gateway.NotAttached", reason)
    return [vpc]


def pod_range(account: Account, _count: int) -> list[TerraformVpc]:
    """As `method`, at 100.64.0.0/16, where kops puts pods and services."""
    return [make(account, prefix="100.64")]


def dual_stack(account: Account, _count: int) -> list[TerraformVpc]:
    """As `method`, with an IPv6 block beside the IPv4 one."""
    return [make(account, ipv6=True)]


def many_vpcs(account: Account, count: int) -> list[TerraformVpc]:
    """Fifty VPCs (--count changes it), each with ten subnets, an internet gateway and a NAT gateway."""
    return [_small_vpc(account, index) for index in range(count)]


def _small_vpc(account: Account, index: int) -> TerraformVpc:
    name, prefix = f"team-{index:03}", f"10.{index}"
    vpc = TerraformVpc(account, account.vpc(name, f"{prefix}.0.0/16"), name, f"{prefix}.0.0/16")
    made = [
        (ZONES[octet % 4], account.subnet(vpc.id, f"{name}-{octet}", ZONES[octet % 4], f"{prefix}.{octet}.0/24"))
        for octet in range(10)
    ]
    # The first four are one for each zone.
    vpc.subnets["public"] = dict(made[:4])
    gateway = account.internet_gateway(vpc.id, name)
    account.route_table(vpc.id, f"{name}-public", list(vpc.subnets["public"].values()), {"GatewayId": gateway})
    vpc.add_nat_gateway(ZONES[0])
    return vpc


WORLDS = (method, two_vpcs, dns_off, no_hostnames, no_internet_gateway, pod_range, dual_stack, many_vpcs)
