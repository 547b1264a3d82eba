"""A VPC as the method's Terraform makes it: four tiers, one subnet of each per zone."""

from dataclasses import dataclass, field

from .account import ZONES, Account

TIERS = ("public", "admin", "private_working", "private_prod")


@dataclass
class TerraformVpc:
    account: Account
    id: str
    name: str
    cidr: str
    # Tier, then zone, to the subnet's id.
    subnets: dict[str, dict[str, str]] = field(default_factory=dict)
    nat_gateways: dict[str, list[str]] = field(default_factory=dict)

    def public_subnet(self, zone: str) -> str:
        return self.subnets["public"][zone]

    def add_nat_gateway(self, zone: str, suffix: str = "", private: bool = False) -> str:
        make = self.account.private_nat_gateway if private else self.account.nat_gateway
        gateway = make(self.public_subnet(zone), f"{self.name}-{zone}{suffix}")
        self.nat_gateways.setdefault(zone, []).append(gateway)
        return gateway

    def described(self) -> dict:
        return {
            "id": self.id,
            "name": self.name,
            "cidr": self.cidr,
            "natGateways": self.nat_gateways,
            "subnets": self.subnets,
        }


def make(
    account: Account,
    name: str = "platform",
    prefix: str = "172.20",
    zones: tuple[str, ...] = ZONES[:4],
    nat_zones: tuple[str, ...] | None = None,
    internet_gateway: bool = True,
    dns: bool = True,
) -> TerraformVpc:
    """`nat_zones`: the zones that get a NAT gateway, all when left out."""
    cidr = f"{prefix}.0.0/16"
    vpc = TerraformVpc(account, account.vpc(name, cidr, dns), name, cidr)
    _add_subnets(vpc, prefix, zones)
    gateway = account.internet_gateway(vpc.id, name) if internet_gateway else None
    for zone in zones if nat_zones is None else nat_zones:
        vpc.add_nat_gateway(zone)
    _add_route_tables(vpc, zones, gateway)
    return vpc


def _add_subnets(vpc: TerraformVpc, prefix: str, zones: tuple[str, ...]) -> None:
    # Four zones per tier are reserved, as the method does; six zones need wider tiers.
    stride = max(4, len(zones))
    for tier_index, tier in enumerate(TIERS):
        vpc.subnets[tier] = {
            zone: vpc.account.subnet(
                vpc.id, f"{vpc.name}-{tier}-{zone}", zone, f"{prefix}.{tier_index * stride + index}.0/24"
            )
            for index, zone in enumerate(zones)
        }


def _add_route_tables(vpc: TerraformVpc, zones: tuple[str, ...], gateway: str | None) -> None:
    default = {"GatewayId": gateway} if gateway else None
    public = list(vpc.subnets["public"].values())
    vpc.account.route_table(vpc.id, f"{vpc.name}-public", public, default)
    for zone in zones:
        private = [vpc.subnets[tier][zone] for tier in TIERS[1:]]
        gateways = vpc.nat_gateways.get(zone)
        default = {"NatGatewayId": gateways[0]} if gateways else None
        vpc.account.route_table(vpc.id, f"{vpc.name}-private-{zone}", private, default)
