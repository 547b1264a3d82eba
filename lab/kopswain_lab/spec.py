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
    # Fields that the modified cluster has and the first one has not, by where they go.
    kubernetes_version: str = "1.34.0"
    ssh_access: str = "172.20.0.0/16"
    additional_policies: str = ""
    nodes: dict[str, object] = field(default_factory=lambda: {"machineType": "t3.medium", "maxSize": 2})

    def text(self) -> str:
        groups = [self._control_plane_group(zone) for zone in self.control_plane]
        groups += [self._group(f"nodes-{zone}", zone, "Node", self.nodes) for zone in ZONES]
        return "---\n".join([self._cluster(), *groups])

    def _cluster(self) -> str:
        return f"""\
apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata:
  name: {self.cluster}
spec:
{self.additional_policies}  api:
    loadBalancer:
      type: Public
      class: Network
  authorization:
    rbac: {{}}
  channel: stable
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
  - 0.0.0.0/0
  sshAccess:
  - {self.ssh_access}
  kubernetesVersion: {self.kubernetes_version}
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

    def _etcd(self, name: str) -> str:
        members = "".join(
            f"    - encryptedVolume: true\n"
            f"      instanceGroup: control-plane-{zone}\n"
            f"      name: {zone[-1]}\n"
            for zone in self.control_plane
        )
        return f"  - name: {name}\n    cpuRequest: 100m\n    memoryRequest: 100Mi\n    etcdMembers:\n{members}"

    def _subnets(self) -> str:
        private = "".join(
            f"  - cidr: 172.20.{self.private + index}.0/24\n"
            f"    name: {zone}\n    type: Private\n    zone: {zone}\n"
            f"    egress: {self.nat_gateways[zone]}\n"
            for index, zone in enumerate(ZONES)
        )
        utility = "".join(
            f"  - cidr: 172.20.{self.utility + index}.0/24\n"
            f"    name: utility-{zone}\n    type: Utility\n    zone: {zone}\n"
            for index, zone in enumerate(ZONES)
        )
        return private + utility

    def _control_plane_group(self, zone: str) -> str:
        fields = {"machineType": "t3.medium", "maxSize": 1}
        return self._group(f"control-plane-{zone}", zone, "Master", fields)

    def _group(self, name: str, zone: str, role: str, fields: dict) -> str:
        own = "".join(f"  {key}: {value}\n" for key, value in sorted(fields.items()))
        return f"""\
apiVersion: kops.k8s.io/v1alpha2
kind: InstanceGroup
metadata:
  name: {name}
  labels:
    kops.k8s.io/cluster: {self.cluster}
spec:
  image: ami-12c6146b
{own}  minSize: 1
  role: {role}
  subnets:
  - {zone}
"""
