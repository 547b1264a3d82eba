"""Worlds that differ in what is free."""

from ..account import ZONES, Account
from ..terraform_vpc import TerraformVpc, make


def full(account: Account, _count: int) -> list[TerraformVpc]:
    """As `method`, with every other address of the VPC in a subnet too: no free space."""
    vpc = make(account)
    for index in range(1, 16):
        zone = ZONES[index % 4]
        account.subnet(vpc.id, f"{vpc.name}-reserved-{index:02}", zone, f"172.20.{index * 16}.0/20")
    return [vpc]


def fragmented(account: Account, _count: int) -> list[TerraformVpc]:
    """As `method`, with a subnet in every second /24 of the rest: nothing larger is free."""
    vpc = make(account)
    for octet in range(17, 256, 2):
        account.subnet(vpc.id, f"{vpc.name}-odd-{octet}", ZONES[octet % 4], f"172.20.{octet}.0/24")
    return [vpc]


def small_vpc(account: Account, _count: int) -> list[TerraformVpc]:
    """A VPC of 512 addresses, 10.77.0.0/23, with a public /28 and a NAT gateway in each of three zones."""
    vpc = TerraformVpc(account, account.vpc("small", "10.77.0.0/23"), "small", "10.77.0.0/23")
    vpc.subnets["public"] = {
        zone: account.subnet(vpc.id, f"small-public-{zone}", zone, f"10.77.0.{index * 16}/28")
        for index, zone in enumerate(ZONES[:3])
    }
    gateway = account.internet_gateway(vpc.id, "small")
    for zone in ZONES[:3]:
        vpc.add_nat_gateway(zone)
    account.route_table(vpc.id, "small-public", list(vpc.subnets["public"].values()), {"GatewayId": gateway})
    return [vpc]


def secondary_cidr(account: Account, _count: int) -> list[TerraformVpc]:
    """As `method`, with the secondary CIDR 172.21.0.0/16 and one subnet per zone in it."""
    vpc = make(account)
    account.secondary_cidr(vpc.id, "172.21.0.0/16")
    for index, zone in enumerate(ZONES[:4]):
        account.subnet(vpc.id, f"{vpc.name}-secondary-{zone}", zone, f"172.21.{index}.0/24")
    return [vpc]


def full_with_secondary(account: Account, count: int) -> list[TerraformVpc]:
    """As `full`, with the secondary CIDR 172.21.0.0/16, in which all is free."""
    (vpc,) = full(account, count)
    account.secondary_cidr(vpc.id, "172.21.0.0/16")
    return [vpc]


def two_hundred_subnets(account: Account, _count: int) -> list[TerraformVpc]:
    """As `method`, with 200 subnets in all: AWS's quota for a VPC is reached."""
    vpc = make(account)
    for octet in range(16, 200):
        account.subnet(vpc.id, f"{vpc.name}-more-{octet}", ZONES[octet % 4], f"172.20.{octet}.0/24")
    return [vpc]


WORLDS = (full, fragmented, small_vpc, secondary_cidr, full_with_secondary, two_hundred_subnets)
