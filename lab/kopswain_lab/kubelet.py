"""What a kubelet tells the Kubernetes API about its machine, told by the lab instead."""

from dataclasses import dataclass

from . import pins

NODES = "/api/v1/nodes"
PODS = "/api/v1/namespaces/kube-system/pods"
STATIC_PODS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
# The moment is the same in every lab, so that what is recorded stays the same.
SINCE = "2026-01-01T00:00:00Z"


@dataclass(frozen=True)
class Machine:
    id: str
    group: str
    role: str
    zone: str
    type: str
    address: str


def join(api, machine: Machine, ready: bool, version: str) -> None:
    api.ensure(NODES, _node(machine))
    api.set_status(f"{NODES}/{machine.id}", _node_status(machine, ready, version))
    if machine.role == "control-plane":
        for app in STATIC_PODS:
            api.ensure(PODS, _pod(machine, app))
            api.set_status(f"{PODS}/{app}-{machine.id}", _pod_status(machine, app, ready))


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


def _node_status(machine: Machine, ready: bool, version: str) -> dict:
    reason = "KubeletReady" if ready else "KubeletNotReady"
    message = "kubelet is posting ready status" if ready else "container runtime network not ready"
    return {
        "conditions": [_condition("Ready", ready, reason, message)],
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


def _pod(machine: Machine, app: str) -> dict:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": f"{app}-{machine.id}", "labels": {"k8s-app": app}},
        "spec": {
            "nodeName": machine.id,
            "hostNetwork": True,
            "priorityClassName": "system-cluster-critical",
            "containers": [{"name": app, "image": f"registry.k8s.io/{app}:v{pins.KUBERNETES}"}],
        },
    }


def _pod_status(machine: Machine, app: str, ready: bool) -> dict:
    container = {
        "name": app,
        "image": f"registry.k8s.io/{app}:v{pins.KUBERNETES}",
        "imageID": "",
        "ready": ready,
        "restartCount": 0,
        "state": {"running": {"startedAt": SINCE}},
    }
    return {
        "phase": "Running",
        "hostIP": machine.address,
        "podIP": machine.address,
        "startTime": SINCE,
        "conditions": [_condition("Ready", ready)],
        "containerStatuses": [container],
    }


def _condition(kind: str, holds: bool, reason: str = "", message: str = "") -> dict:
    return {
        "type": kind,
        "status": "True" if holds else "False",
        "reason": reason,
        "message": message,
        "lastTransitionTime": SINCE,
    }
