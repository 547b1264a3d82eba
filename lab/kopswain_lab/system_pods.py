"""The pods of kube-system, as kops has them: on every node, two of DNS, and pods in trouble on request."""

from . import pins
from .machine import Machine, condition

PODS = "/api/v1/namespaces/kube-system/pods"

STATIC_PODS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
NODE_PODS = ("cilium", "ebs-csi-node", "kube-proxy")
DNS_PODS = ("coredns-0", "coredns-1")
UNSCHEDULABLE = "0/{nodes} nodes are available: {nodes} node(s) had untolerated taint(s)."


def ensure_static_pods(api, machine: Machine, ready: bool, since: str) -> None:
    for app in STATIC_PODS:
        _ensure(api, machine, app, "system-cluster-critical", ready, since)


def ensure_node_pods(api, machine: Machine, ready: bool, since: str) -> None:
    for app in NODE_PODS:
        _ensure(api, machine, app, "system-node-critical", ready, since)


def ensure_dns_pods(api, machines: list[Machine], since: str) -> None:
    """Pending until a node is there that takes them, as the scheduler has it."""
    workers = [machine for machine in machines if machine.role == "node"]
    for at, name in enumerate(DNS_PODS):
        api.ensure(PODS, _pod(name, "kube-dns", "system-cluster-critical", None))
        if not workers:
            message = UNSCHEDULABLE.format(nodes=len(machines))
            api.set_status(f"{PODS}/{name}", _unscheduled(message, since))
            continue
        machine = workers[at % len(workers)]
        bind(api, name, machine.id)
        api.set_status(f"{PODS}/{name}", _running("kube-dns", machine.address, True, since))


def bind(api, pod: str, node: str) -> None:
    """What the scheduler does; a pod that is bound stays where it is."""
    target = {"apiVersion": "v1", "kind": "Node", "name": node}
    binding = {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": pod}, "target": target}
    api.ensure(f"{PODS}/{pod}/binding", binding)


def remove_pods_of(api, node: str) -> None:
    for pod in api.get(PODS)["items"]:
        if pod["spec"].get("nodeName") == node:
            api.delete(f"{PODS}/{pod['metadata']['name']}")


def set_state(api, name: str, state: str, message: str | None, since: str) -> None:
    """Brings a pod of kube-system into a state; one that is not there is made, on no node."""
    if state == "gone":
        api.delete(f"{PODS}/{name}")
        return
    api.ensure(PODS, _pod(name, name, "system-cluster-critical", None))
    pod = api.get(f"{PODS}/{name}")
    app = pod["spec"]["containers"][0]["name"]
    address = pod["status"].get("hostIP", "")
    restarts = sum(one["restartCount"] for one in pod["status"].get("containerStatuses", []))
    api.set_status(f"{PODS}/{name}", _status(state, app, name, address, restarts, message, since))


def _ensure(api, machine: Machine, app: str, priority: str, ready: bool, since: str) -> None:
    name = f"{app}-{machine.id}"
    api.ensure(PODS, _pod(name, app, priority, machine.id))
    api.set_status(f"{PODS}/{name}", _running(app, machine.address, ready, since))


def _status(state: str, app: str, name: str, address: str, restarts: int, message: str | None, since: str) -> dict:
    if state == "pending":
        return _unscheduled(message or "0/3 nodes are available: 3 Insufficient cpu.", since)
    if state == "ready":
        return _running(app, address, True, since, restarts)
    status = _running(app, address, False, since, restarts)
    container = status["containerStatuses"][0]
    if state == "image":
        text = message or f'Back-off pulling image "{container["image"]}": not found'
        status["phase"] = "Pending"
        container["state"] = _waiting("ImagePullBackOff", text)
        return status
    text = message or f"back-off 40s restarting failed container={app} pod={name}_kube-system"
    container["restartCount"] = restarts + 1
    container["state"] = _waiting("CrashLoopBackOff", text)
    ended = {"exitCode": 1, "reason": "Error", "startedAt": since, "finishedAt": since}
    container["lastState"] = {"terminated": ended}
    return status


def _waiting(reason: str, message: str) -> dict:
    # A merge keeps what it is not told to remove.
    return {"waiting": {"reason": reason, "message": message}, "running": None}


def _unscheduled(message: str, since: str) -> dict:
    scheduled = condition("PodScheduled", False, "Unschedulable", message, since)
    return {"phase": "Pending", "conditions": [scheduled], "containerStatuses": []}


def _pod(name: str, app: str, priority: str, node: str | None) -> dict:
    spec = {
        "priorityClassName": priority,
        "hostNetwork": True,
        "containers": [{"name": app, "image": f"registry.k8s.io/{app}:v{pins.KUBERNETES}"}],
    }
    if node:
        spec["nodeName"] = node
    metadata = {"name": name, "labels": {"k8s-app": app}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def _running(app: str, address: str, ready: bool, since: str, restarts: int = 0) -> dict:
    container = {
        "name": app,
        "image": f"registry.k8s.io/{app}:v{pins.KUBERNETES}",
        "imageID": "",
        "ready": ready,
        "restartCount": restarts,
        "state": {"running": {"startedAt": since}},
    }
    return {
        "phase": "Running",
        "hostIP": address,
        "podIP": address,
        "startTime": since,
        "conditions": [condition("Ready", ready, since=since)],
        "containerStatuses": [container],
    }
