"""Worlds that differ in what their route tables lead to."""

from ..account import Account
from ..terraform_vpc import TerraformVpc, make


def connected(account: Account, _count: int) -> list[TerraformVpc]:
    """As `method`, with routes to a peered VPC, a transit gateway and a VPN gateway, none of them in the way."""
    vpc = make(account)
    peer = account.vpc("peer", "10.9.0.0/16")
    targets = {
        "10.9.0.0/16": {"VpcPeeringConnectionId": account.peering(vpc.id, peer)},
        "10.0.0.0/8": {"TransitGatewayId": account.transit_gateway("hub")},
        "192.168.0.0/16": {"GatewayId": account.vpn_gateway(vpc.id, "office")},
    }
    for destination, target in targets.items():
        vpc.lead(target, DestinationCidrBlock=destination)
    return [vpc]


def pods_elsewhere(account: Account, _count: int) -> list[TerraformVpc]:
    """As `method`, with a route for 100.96.0.0/16 to a transit gateway: another network inside the range of the pods."""
    vpc = make(account)
    vpc.lead({"TransitGatewayId": account.transit_gateway("hub")}, DestinationCidrBlock="100.96.0.0/16")
    return [vpc]


def prefix_list(account: Account, _count: int) -> list[TerraformVpc]:
    """As `method`, with a route to a transit gateway for a prefix list that holds 172.20.16.0/20 and 10.0.0.0/8."""
    vpc = make(account)
    blocks = account.prefix_list("elsewhere", ["172.20.16.0/20", "10.0.0.0/8"])
    vpc.lead({"TransitGatewayId": account.transit_gateway("hub")}, DestinationPrefixListId=blocks)
    return [vpc]


WORLDS = (connected, pods_elsewhere, prefix_list)
