"""Worlds that differ in their NAT gateways."""

from ..account import ZONES, Account
from ..terraform_vpc import TerraformVpc, make


def no_nat(account: Account, _count: int) -> list[TerraformVpc]:
    """As `method`, without any NAT gateway."""
    return [make(account, nat_zones=())]


def missing_zone_nat(account: Account, _count: int) -> list[TerraformVpc]:
    """As `method`, with no NAT gateway in us-east-1d."""
    return [make(account, nat_zones=ZONES[:3])]


def nat_wrong(account: Account, _count: int) -> list[TerraformVpc]:
    """Six zones: NAT gateway pending, failed, deleted, private, two in the zone, one with two addresses."""
    pending, failed, deleted, private, two, two_addresses = ZONES
    vpc = make(account, zones=ZONES, nat_zones=())
    account.set_nat_gateway(vpc.add_nat_gateway(pending), state="pending")
    account.fail_nat_gateway(vpc.add_nat_gateway(failed), "InternalError", "The NAT gateway could not be created.")
    account.delete_nat_gateway(vpc.add_nat_gateway(deleted))
    vpc.add_nat_gateway(private, private=True)
    vpc.add_nat_gateway(two)
    vpc.add_nat_gateway(two, suffix="-second")
    account.second_address(vpc.add_nat_gateway(two_addresses), f"{vpc.name}-second-address")
    return [vpc]


def nat_regional(account: Account, _count: int) -> list[TerraformVpc]:
    """As `method`, with a regional NAT gateway in us-east-1a and none that belongs to that zone."""
    vpc = make(account)
    account.set_nat_gateway(vpc.nat_gateways[ZONES[0]][0], availability_mode="regional", subnet_id=None)
    return [vpc]


def nat_elsewhere(account: Account, _count: int) -> list[TerraformVpc]:
    """As `method`, with the NAT gateway that is meant for us-east-1b in the public subnet of us-east-1a."""
    vpc = make(account, nat_zones=(ZONES[0], *ZONES[2:4]))
    vpc.add_nat_gateway(ZONES[1], subnet=vpc.public_subnet(ZONES[0]))
    return [vpc]


def nat_unrouted(account: Account, _count: int) -> list[TerraformVpc]:
    """As `method`, with the public subnet of us-east-1a in a route table that leads nowhere."""
    return [make(account, unrouted=ZONES[:1])]


def nat_of_other_vpc(account: Account, _count: int) -> list[TerraformVpc]:
    """Two VPCs, the first with NAT gateways in three zones, the second in the fourth zone only."""
    first = make(account, nat_zones=ZONES[:3])
    return [first, make(account, name="other", prefix="172.21", nat_zones=ZONES[3:4])]


WORLDS = (no_nat, missing_zone_nat, nat_wrong, nat_regional, nat_elsewhere, nat_unrouted, nat_of_other_vpc)
