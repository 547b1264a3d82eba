"""What a kubelet tells the Kubernetes API about its machine, told by the lab instead."""

from . import system_pods
from .machine import SINCE, Machine, condition
from .system_pods import PODS

NODES = "/api/v1/nodes"
LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"


def join(api, machine: Machine, ready: bool, version: str, since: str = SINCE) -> None:
    api.ensure(NODES, _node(machine))
    set_ready(api, machine, ready, version, since)
    if machine.role == "control-plane":
        system_pods.ensure_static_pods(api, machine, ready, since)


def set_ready(api, machine: Machine, ready: bool, version: str, since: str) -> None:
    api.set_status(f"{NODES}/{machine.id}", _node_status(machine, ready, version, since))
    # What the node lifecycle controller does; the API server itself gives the taint to every new node.
    taints = None if ready else [{"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}]
    api.patch(f"{NODES}/{machine.id}", {"spec": {"taints": taints}})


def beat(api, machine: Machine, now: str) -> None:
    """The heartbeat of a kubelet: its lease, every ten seconds."""
    lease = {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {"name": machine.id},
        "spec": {"holderIdentity": machine.id, "leaseDurationSeconds": 40, "renewTime": now},
    }
    api.ensure(LEASES, lease)
    api.patch(f"{LEASES}/{machine.id}", {"spec": lease["spec"]})


def leave(api, node: str) -> None:
    """What the cloud controller and the garbage collector do once an instance is gone."""
    system_pods.remove_pods_of(api, node)
    api.delete(f"{NODES}/{node}")
    api.delete(f"{LEASES}/{node}")


def leave_all(api) -> int:
    """Takes every node and static pod away, also those whose instance is gone."""
    for pod in api.get(PODS)["items"]:
        api.delete(f"{PODS}/{pod['metadata']['name']}")
    nodes = api.get(NODES)["items"]
    for node in nodes:
        api.delete(f"{NODES}/{node['metadata']['name']}")
    return len(nodes)


def _node(machine: Machine) -> dict:
    labels = {
        f"node-role.kubernetes.io/{machine.role}": "",
        "kops.k8s.io/instancegroup": machine.group,
        "kubernetes.io/hostname": machine.id,
        "node.kubernetes.io/instance-type": machine.type,
        "topology.kubernetes.io/region": machine.zone[:-1],
        "topology.kubernetes.io/zone": machine.zone,
    }
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": machine.id, "labels": labels},
        "spec": {"providerID": f"aws:///{machine.zone}/{machine.id}"},
    }


def _node_status(machine: Machine, ready: bool, version: str, since: str) -> dict:
    reason = "KubeletReady" if ready else "KubeletNotReady"
    message = "kubelet is posting ready status" if ready else "container runtime network not ready"
    return {
        "conditions": [condition("Ready", ready, reason, message, since)],
        "addresses": [
            {"type": "InternalIP", "address": machine.address},
            {"type": "Hostname", "address": machine.id},
        ],
        "nodeInfo": {
            "architecture": "amd64",
            "bootID": "",
            "containerRuntimeVersion": "containerd://2.1.4",
            "kernelVersion": "6.8.0-aws",
            "kubeProxyVersion": "",
            "kubeletVersion": version,
            "machineID": "",
            "operatingSystem": "linux",
            "osImage": "Ubuntu 24.04 LTS",
            "systemUUID": "",
        },
    }
