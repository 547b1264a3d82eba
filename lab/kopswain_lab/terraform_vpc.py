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
    # Those of the private tiers, one for each zone.
    private_tables: list[str] = field(default_factory=list)

    def public_subnet(self, zone: str) -> str:
        return self.subnets["public"][zone]

    def add_nat_gateway(
        self, zone: str, suffix: str = "", private: bool = False, subnet: str | None = None
    ) -> str:
        make = self.account.private_nat_gateway if private else self.account.nat_gateway
        gateway = make(subnet or self.public_subnet(zone), f"{self.name}-{zone}{suffix}")
        self.nat_gateways.setdefault(zone, []).append(gateway)
        return gateway

    def lead(self, target: dict, **destination: str) -> None:
        """Adds a route to every private route table."""
        for table in self.private_tables:
            self.account.route(table, **destination, **target)

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
    ipv6: bool = False,
    unrouted: tuple[str, ...] = (),
) -> TerraformVpc:
    """`nat_zones`: the zones that get a NAT gateway, all when left out; `unrouted`: whose public subnets lead nowhere."""
    cidr = f"{prefix}.0.0/16"
    vpc = TerraformVpc(account, account.vpc(name, cidr, dns, ipv6), name, cidr)
    _add_subnets(vpc, prefix, zones)
    gateway = account.internet_gateway(vpc.id, name) if internet_gateway else None
    for zone in zones if nat_zones is None else nat_zones:
        vpc.add_nat_gateway(zone)
    _add_route_tables(vpc, zones, gateway, unrouted)
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


def _add_route_tables(
    vpc: TerraformVpc, zones: tuple[str, ...], gateway: str | None, unrouted: tuple[str, ...]
) -> None:
    default = {"GatewayId": gateway} if gateway else None
    public = [subnet for zone, subnet in vpc.subnets["public"].items() if zone not in unrouted]
    vpc.account.route_table(vpc.id, f"{vpc.name}-public", public, default)
    for zone in unrouted:
        vpc.account.route_table(vpc.id, f"{vpc.name}-unrouted-{zone}", [vpc.public_subnet(zone)], None)
    for zone in zones:
        private = [vpc.subnets[tier][zone] for tier in TIERS[1:]]
        gateways = vpc.nat_gateways.get(zone)
        default = {"NatGatewayId": gateways[0]} if gateways else None
        vpc.private_tables.append(
            vpc.account.route_table(vpc.id, f"{vpc.name}-private-{zone}", private, default)
        )
