"""The parts from which the worlds are built, each one made through the EC2 API."""

import os

from .aws_control import tell

ZONES = tuple(f"us-east-1{letter}" for letter in "abcdef")
EXAMPLE_NETWORKS = ("203.0.113", "198.51.100", "192.0.2")
ANYWHERE = "0.0.0.0/0"


class Account:
    def __init__(self, ec2):
        self._ec2 = ec2
        self._addresses = len(ec2.describe_addresses()["Addresses"])

    def vpc(self, name: str, cidr: str, dns: bool = True, ipv6: bool = False) -> str:
        made = self._ec2.create_vpc(CidrBlock=cidr, AmazonProvidedIpv6CidrBlock=ipv6, **_tags("vpc", name))
        vpc = made["Vpc"]["VpcId"]
        self.set_dns(vpc, support=dns, hostnames=dns)
        return vpc

    def set_dns(self, vpc: str, support: bool = True, hostnames: bool = True) -> None:
        for attribute, value in (("EnableDnsSupport", support), ("EnableDnsHostnames", hostnames)):
            self._ec2.modify_vpc_attribute(VpcId=vpc, **{attribute: {"Value": value}})

    def secondary_cidr(self, vpc: str, cidr: str) -> None:
        self._ec2.associate_vpc_cidr_block(VpcId=vpc, CidrBlock=cidr)

    def subnet(self, vpc: str, name: str, zone: str, cidr: str, tags: dict | None = None) -> str:
        made = self._ec2.create_subnet(
            VpcId=vpc, AvailabilityZone=zone, CidrBlock=cidr, **_tags("subnet", name, tags)
        )
        return made["Subnet"]["SubnetId"]

    def internet_gateway(self, vpc: str, name: str) -> str:
        made = self._ec2.create_internet_gateway(**_tags("internet-gateway", name))
        gateway = made["InternetGateway"]["InternetGatewayId"]
        self._ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        return gateway

    def address(self, name: str) -> dict:
        # moto's own choice is random and out of 127.0.0.0/8; these are the ranges for examples.
        network, host = divmod(self._addresses, 254)
        self._addresses += 1
        address = f"{EXAMPLE_NETWORKS[network % len(EXAMPLE_NETWORKS)]}.{host + 1}"
        return self._ec2.allocate_address(
            Domain="vpc", Address=address, **_tags("elastic-ip", name)
        )

    def nat_gateway(self, subnet: str, name: str) -> str:
        address = self.address(name)["AllocationId"]
        # moto leaves the connectivity out of its answers when it was not asked for.
        return self._nat_gateway(
            name, SubnetId=subnet, AllocationId=address, ConnectivityType="public"
        )

    def private_nat_gateway(self, subnet: str, name: str) -> str:
        return self._nat_gateway(name, SubnetId=subnet, ConnectivityType="private")

    def _nat_gateway(self, name: str, **how) -> str:
        made = self._ec2.create_nat_gateway(**how, **_tags("natgateway", name))
        return made["NatGateway"]["NatGatewayId"]

    def set_nat_gateway(self, gateway: str, **attributes) -> None:
        """Sets what no call of EC2 can set, through the lab's own route in moto."""
        region = os.environ["AWS_REGION"]
        tell("nat-gateway", {"region": region, "id": gateway, "set": attributes})

    def second_address(self, gateway: str, name: str) -> None:
        found = self._ec2.describe_nat_gateways(NatGatewayIds=[gateway])
        first = found["NatGateways"][0]["NatGatewayAddresses"][0]
        address = self.address(name)
        kept = {key[0].lower() + key[1:]: value for key, value in first.items()}
        second = {"allocationId": address["AllocationId"], "publicIp": address["PublicIp"]}
        self.set_nat_gateway(gateway, address_set=[kept, kept | second])

    def fail_nat_gateway(self, gateway: str, code: str, message: str) -> None:
        self.set_nat_gateway(gateway, state="failed", failure_code=code, failure_message=message)

    def delete_nat_gateway(self, gateway: str) -> None:
        self._ec2.delete_nat_gateway(NatGatewayId=gateway)

    def peering(self, vpc: str, peer: str) -> str:
        made = self._ec2.create_vpc_peering_connection(VpcId=vpc, PeerVpcId=peer)
        connection = made["VpcPeeringConnection"]["VpcPeeringConnectionId"]
        self._ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=connection)
        return connection

    def transit_gateway(self, name: str) -> str:
        made = self._ec2.create_transit_gateway(**_tags("transit-gateway", name))
        return made["TransitGateway"]["TransitGatewayId"]

    def vpn_gateway(self, vpc: str, name: str) -> str:
        made = self._ec2.create_vpn_gateway(Type="ipsec.1", **_tags("vpn-gateway", name))
        gateway = made["VpnGateway"]["VpnGatewayId"]
        self._ec2.attach_vpn_gateway(VpnGatewayId=gateway, VpcId=vpc)
        return gateway

    def prefix_list(self, name: str, blocks: list[str]) -> str:
        entries = [{"Cidr": block, "Description": name} for block in blocks]
        made = self._ec2.create_managed_prefix_list(
            PrefixListName=name, AddressFamily="IPv4", MaxEntries=len(blocks), Entries=entries
        )
        return made["PrefixList"]["PrefixListId"]

    def route(self, table: str, **what) -> None:
        self._ec2.create_route(RouteTableId=table, **what)

    def route_table(self, vpc: str, name: str, subnets: list[str], default: dict | None) -> str:
        made = self._ec2.create_route_table(VpcId=vpc, **_tags("route-table", name))
        table = made["RouteTable"]["RouteTableId"]
        if default:
            self.route(table, DestinationCidrBlock=ANYWHERE, **default)
        for subnet in subnets:
            self._ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
        return table


def _tags(kind: str, name: str, more: dict | None = None) -> dict:
    tags = {"Name": name, "Managed By": "Terraform"} | (more or {})
    listed = [{"Key": key, "Value": value} for key, value in tags.items()]
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": listed}]}
