"""The cluster spec that the recordings use, for a VPC of the world `method`."""

from dataclasses import dataclass, field

ZONES = ("us-east-1a", "us-east-1b", "us-east-1c")
STATE = "s3://example-state"


@dataclass(frozen=True)
class Spec:
    cluster: str
    vpc: str
    nat_gateways: dict[str, str]
    # Third octet of the first block of each tier.
    private: int = 16
    utility: int = 20
    control_plane: tuple[str, ...] = ZONES
    # What the recordings change, by where it goes.
    channel: str = "stable"
    kubernetes_version: str = "1.34.0"
    ssh_access: tuple[str, ...] = ("172.20.0.0/16",)
    api_access: tuple[str, ...] = ("0.0.0.0/0",)
    node_port_access: tuple[str, ...] = ()
    # Whole lines of the cluster's spec.
    policies: str = ""
    image: str = "ami-12c6146b"
    control_plane_fields: dict[str, object] = field(default_factory=lambda: {"machineType": "t3.medium", "maxSize": 1})
    nodes: dict[str, object] = field(default_factory=lambda: {"machineType": "t3.medium", "maxSize": 2})
    more_groups: tuple[str, ...] = ()
    # Subnets that exist already: the name in the spec, then id and block.
    shared_subnets: dict[str, tuple[str, str]] = field(default_factory=dict)

    def text(self) -> str:
        groups = [self._control_plane_group(zone) for zone in self.control_plane]
        groups += [self._group(f"nodes-{zone}", zone, "Node", self.nodes) for zone in ZONES]
        groups += [self.group(name) for name in self.more_groups]
        return "---\n".join([self._cluster(), *groups])

    def group(self, name: str) -> str:
        """One more group of nodes, in the first zone."""
        return self._group(name, ZONES[0], "Node", self.nodes)

    def _cluster(self) -> str:
        return f"""\
apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata:
  name: {self.cluster}
spec:
{self.policies}  api:
    loadBalancer:
      type: Public
      class: Network
  authorization:
    rbac: {{}}
  channel: {self.channel}
  cloudProvider: aws
  configBase: {STATE}/{self.cluster}
  etcdClusters:
{self._etcd("main")}{self._etcd("events")}\
  iam:
    allowContainerRegistry: true
    legacy: false
  kubelet:
    anonymousAuth: false
  kubernetesApiAccess:
{self._listed(self.api_access)}  sshAccess:
{self._listed(self.ssh_access)}{self._node_ports()}  kubernetesVersion: {self.kubernetes_version}
  networkCIDR: 172.20.0.0/16
  networkID: {self.vpc}
  networking:
    cilium: {{}}
  nonMasqueradeCIDR: 100.64.0.0/10
  subnets:
{self._subnets()}\
  topology:
    dns:
      type: None
"""

    @staticmethod
    def _listed(values: tuple[str, ...]) -> str:
        return "".join(f"  - {value}\n" for value in values)

    def _node_ports(self) -> str:
        listed = self._listed(self.node_port_access)
        return listed and f"  nodePortAccess:\n{listed}"

    def _etcd(self, name: str) -> str:
        members = "".join(
            f"    - encryptedVolume: true\n"
            f"      instanceGroup: control-plane-{zone}\n"
            f"      name: {zone[-1]}\n"
            for zone in self.control_plane
        )
        return f"  - name: {name}\n    cpuRequest: 100m\n    memoryRequest: 100Mi\n    etcdMembers:\n{members}"

    def _subnets(self) -> str:
        private = "".join(self._subnet(zone, zone, "Private", self.private + index) for index, zone in enumerate(ZONES))
        utility = "".join(
            self._subnet(f"utility-{zone}", zone, "Utility", self.utility + index) for index, zone in enumerate(ZONES)
        )
        return private + utility

    def _subnet(self, name: str, zone: str, kind: str, octet: int) -> str:
        shared = self.shared_subnets.get(name)
        cidr = shared[1] if shared else f"172.20.{octet}.0/24"
        gateway = self.nat_gateways.get(zone) if kind == "Private" else None
        return (
            f"  - cidr: {cidr}\n    name: {name}\n    type: {kind}\n    zone: {zone}\n"
            + (f"    id: {shared[0]}\n" if shared else "")
            + (f"    egress: {gateway}\n" if gateway else "")
        )

    def _control_plane_group(self, zone: str) -> str:
        return self._group(f"control-plane-{zone}", zone, "Master", self.control_plane_fields)

    def _group(self, name: str, zone: str, role: str, fields: dict) -> str:
        own = "".join(f"  {key}: {value}\n" for key, value in sorted(({"minSize": 1} | fields).items()))
        return f"""\
apiVersion: kops.k8s.io/v1alpha2
kind: InstanceGroup
metadata:
  name: {name}
  labels:
    kops.k8s.io/cluster: {self.cluster}
spec:
  image: {self.image}
{own}  role: {role}
  subnets:
  - {zone}
"""
