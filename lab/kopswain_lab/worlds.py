"""The accounts that can be seeded, each one VPC set-up that kopswain must read rightly."""

from .account import ZONES, Account
from .terraform_vpc import TerraformVpc, make

DEFAULT_COUNT = 50


def method(account: Account, _count: int) -> list[TerraformVpc]:
    """The method's own VPC: 172.20.0.0/16, four zones, a NAT gateway in each."""
    return [make(account)]


def no_nat(account: Account, _count: int) -> list[TerraformVpc]:
    """As `method`, without any NAT gateway."""
    return [make(account, nat_zones=())]


def two_vpcs(account: Account, _count: int) -> list[TerraformVpc]:
    """Two VPCs with equal names: 172.20.0.0/16 and 172.21.0.0/16."""
    return [make(account), make(account, prefix="172.21")]


def missing_zone_nat(account: Account, _count: int) -> list[TerraformVpc]:
    """As `method`, with no NAT gateway in us-east-1d."""
    return [make(account, nat_zones=ZONES[:3])]


def nat_wrong(account: Account, _count: int) -> list[TerraformVpc]:
    """Six zones: NAT gateway pending, failed, deleted, private, two in the zone, one with two addresses."""
    pending, failed, deleted, private, two, two_addresses = ZONES
    vpc = make(account, zones=ZONES, nat_zones=())
    account.set_nat_gateway(vpc.add_nat_gateway(pending), state="pending")
    fail(vpc, vpc.add_nat_gateway(failed), "InternalError", "The NAT gateway could not be created.")
    account.delete_nat_gateway(vpc.add_nat_gateway(deleted))
    vpc.add_nat_gateway(private, private=True)
    vpc.add_nat_gateway(two)
    vpc.add_nat_gateway(two, suffix="-second")
    account.second_address(vpc.add_nat_gateway(two_addresses), f"{vpc.name}-second-address")
    return [vpc]


def fail(vpc: TerraformVpc, gateway: str, code: str, message: str) -> None:
    vpc.account.set_nat_gateway(gateway, state="failed", failure_code=code, failure_message=message)


def dns_off(account: Account, _count: int) -> list[TerraformVpc]:
    """As `method`, with DNS support and DNS hostnames off."""
    return [make(account, dns=False)]


def no_internet_gateway(account: Account, _count: int) -> list[TerraformVpc]:
    """As `method`, without an internet gateway; the NAT gateways failed for that, as they do on AWS."""
    vpc = make(account, internet_gateway=False)
    reason = f"Network {vpc.id} has no Internet gateway attached"
    for gateways in vpc.nat_gateways.values():
        fail(vpc, gateways[0], "Gateway.NotAttached", reason)
    return [vpc]


def full(account: Account, _count: int) -> list[TerraformVpc]:
    """As `method`, with every other address of the VPC in a subnet too: no free space."""
    vpc = make(account)
    for index in range(1, 16):
        zone = ZONES[index % 4]
        account.subnet(vpc.id, f"{vpc.name}-reserved-{index:02}", zone, f"172.20.{index * 16}.0/20")
    return [vpc]


def secondary_cidr(account: Account, _count: int) -> list[TerraformVpc]:
    """As `method`, with the secondary CIDR 172.21.0.0/16 and one subnet per zone in it."""
    vpc = make(account)
    account.secondary_cidr(vpc.id, "172.21.0.0/16")
    for index, zone in enumerate(ZONES[:4]):
        account.subnet(vpc.id, f"{vpc.name}-secondary-{zone}", zone, f"172.21.{index}.0/24")
    return [vpc]


def existing_cluster(account: Account, _count: int) -> list[TerraformVpc]:
    """As `method`, with the subnets of a cluster old.example.com in 172.20.16-18 and 172.20.20-22."""
    vpc = make(account)
    cluster = {"KubernetesCluster": "old.example.com", "kubernetes.io/cluster/old.example.com": "owned"}
    for first, prefix in ((16, ""), (20, "utility-")):
        for index, zone in enumerate(ZONES[:3]):
            name = f"{prefix}{zone}.old.example.com"
            account.subnet(vpc.id, name, zone, f"172.20.{first + index}.0/24", cluster)
    return [vpc]


def many_vpcs(account: Account, count: int) -> list[TerraformVpc]:
    """Fifty VPCs (--count changes it), each with four subnets, an internet gateway and a NAT gateway."""
    return [_small_vpc(account, index) for index in range(count)]


def _small_vpc(account: Account, index: int) -> TerraformVpc:
    name, prefix = f"team-{index:03}", f"10.{index}"
    vpc = TerraformVpc(account, account.vpc(name, f"{prefix}.0.0/16"), name, f"{prefix}.0.0/16")
    vpc.subnets["public"] = {
        zone: account.subnet(vpc.id, f"{name}-public-{zone}", zone, f"{prefix}.{octet}.0/24")
        for octet, zone in enumerate(ZONES[:4])
    }
    gateway = account.internet_gateway(vpc.id, name)
    account.route_table(
        vpc.id, f"{name}-public", list(vpc.subnets["public"].values()), {"GatewayId": gateway}
    )
    vpc.add_nat_gateway(ZONES[0])
    return vpc


def two_hundred_subnets(account: Account, _count: int) -> list[TerraformVpc]:
    """As `method`, with 200 subnets in all: AWS's quota for a VPC is reached."""
    vpc = make(account)
    for octet in range(16, 200):
        account.subnet(vpc.id, f"{vpc.name}-more-{octet}", ZONES[octet % 4], f"172.20.{octet}.0/24")
    return [vpc]


ALL = {
    world.__name__.replace("_", "-"): world
    for world in (
        method,
        no_nat,
        two_vpcs,
        missing_zone_nat,
        nat_wrong,
        dns_off,
        no_internet_gateway,
        full,
        secondary_cidr,
        existing_cluster,
        many_vpcs,
        two_hundred_subnets,
    )
}
