"""Thousands of nodes and pods: python -m kopswain_lab.crowd REQUEST (JSON)

Written into etcd itself, as Kubernetes would store them in JSON: through the API they would take minutes.
"""

import base64
import http.client
import json
import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timezone
from urllib.parse import urlsplit

from . import kube_servers, places
from .processes import Started
from .say import command, say

# etcd takes no more operations in one transaction, and no larger request than 1.5 MiB.
TOGETHER = 64
WORKERS = 2
NAMESPACES = 50
ZONES = ("us-east-1a", "us-east-1b", "us-east-1c")
CREATED = "2026-01-01T00:00:00Z"
# Of a node and of a pod as a cluster of kops has them, managed fields included: what a list of them weighs.
NODE_BYTES, POD_BYTES = 9_000, 7_000


def main() -> None:
    request = json.loads(sys.argv[1])
    lab, cluster = request["lab"], request["cluster"]
    folder = places.run(lab)
    servers = kube_servers.of_lab(lab)
    api = servers.of_cluster(Started(folder), cluster)
    named = {server["cluster"]: server["name"] for server in json.loads((folder / "kube-servers.json").read_text(encoding="utf-8"))}
    etcd = (folder / "etcd-address").read_text(encoding="utf-8")
    began = time.monotonic()
    fill(etcd, f"/{named[cluster]}", request["nodes"], request["pods"])
    say(f"{request['nodes']} nodes and {request['pods']} pods in {time.monotonic() - began:.1f} s.")
    if request["changes"]:
        change(api, request["changes"], request["seconds"])


def fill(etcd: str, prefix: str, nodes: int, pods: int) -> None:
    parts = [(etcd, prefix, nodes, pods, worker) for worker in range(WORKERS)]
    with ProcessPoolExecutor(WORKERS) as pool:
        list(pool.map(_fill_part, parts))


def _fill_part(part: tuple) -> None:
    etcd, prefix, nodes, pods, worker = part
    connection = http.client.HTTPConnection(urlsplit(etcd).netloc)
    batch = []
    for key, item in _objects(prefix, nodes, pods, worker):
        batch.append((key, item))
        if len(batch) == TOGETHER:
            _put(connection, batch)
            batch = []
    _put(connection, batch)


def _objects(prefix: str, nodes: int, pods: int, worker: int):
    """Every WORKERS-th object, with its key."""
    node, proxy, pod = (json.dumps(template) for template in (_node(), _pod("kube-proxy"), _pod("web")))
    for number in range(worker, nodes, WORKERS):
        words = _words(number)
        yield f"{prefix}/minions/{words['@NAME@']}", _fill_in(node, words)
        words |= {"@POD@": f"kube-proxy-{words['@NAME@']}", "@NAMESPACE@": "kube-system"}
        yield f"{prefix}/pods/kube-system/{words['@POD@']}", _fill_in(proxy, words)
    for number in range(worker, pods, WORKERS):
        namespace = f"team-{number % NAMESPACES}"
        words = _words(number % max(nodes, 1)) | {"@POD@": f"web-{number}", "@NAMESPACE@": namespace}
        yield f"{prefix}/pods/{namespace}/{words['@POD@']}", _fill_in(pod, words)


def _words(number: int) -> dict:
    return {
        "@NAME@": f"i-{number:017x}",
        "@ADDRESS@": f"172.{20 + number // 65536}.{number // 256 % 256}.{number % 256}",
        "@ZONE@": ZONES[number % len(ZONES)],
        "@UID@": f"00000000-0000-4000-8000-{random.getrandbits(48):012x}",
    }


def _fill_in(template: str, words: dict) -> str:
    for word, value in words.items():
        template = template.replace(word, value)
    return template


def _put(connection: http.client.HTTPConnection, batch: list) -> None:
    encode = lambda text: base64.b64encode(text.encode()).decode()
    puts = [{"requestPut": {"key": encode(key), "value": encode(item)}} for key, item in batch]
    connection.request("POST", "/v3/kv/txn", json.dumps({"success": puts}))
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise RuntimeError(body[:500])


def _node() -> dict:
    labels = {
        "kops.k8s.io/instancegroup": "nodes-@ZONE@",
        "kubernetes.io/hostname": "@NAME@",
        "node-role.kubernetes.io/node": "",
        "node.kubernetes.io/instance-type": "m6i.large",
        "topology.kubernetes.io/region": "us-east-1",
        "topology.kubernetes.io/zone": "@ZONE@",
    }
    conditions = [_condition("Ready", "True", "KubeletReady", "kubelet is posting ready status")]
    for kind in ("MemoryPressure", "DiskPressure", "PIDPressure"):
        conditions.append(_condition(kind, "False", f"KubeletHasSufficient{kind}", "kubelet has enough of it"))
    status = {
        "addresses": [{"type": "InternalIP", "address": "@ADDRESS@"}, {"type": "Hostname", "address": "@NAME@"}],
        "capacity": {"cpu": "2", "memory": "8Gi", "pods": "110"},
        "conditions": conditions,
        "nodeInfo": {"kubeletVersion": "v1.36.1", "operatingSystem": "linux", "architecture": "amd64"},
    }
    item = {
        "kind": "Node",
        "apiVersion": "v1",
        "metadata": {"name": "@NAME@", "uid": "@UID@", "creationTimestamp": CREATED, "labels": labels},
        "spec": {"providerID": "aws:///@ZONE@/@NAME@"},
        "status": status,
    }
    missing = NODE_BYTES - len(json.dumps(item))
    image = {"names": ["registry.example.com/team/service@sha256:" + "0" * 64, "registry.example.com/team/service:1"], "sizeBytes": 123456789}
    status["images"] = [image] * (missing // len(json.dumps(image)))
    return item


def _pod(app: str) -> dict:
    status = {
        "phase": "Running",
        "hostIP": "@ADDRESS@",
        "podIP": "@ADDRESS@",
        "startTime": CREATED,
        "conditions": [_condition(kind, "True") for kind in ("Initialized", "Ready", "ContainersReady", "PodScheduled")],
        "containerStatuses": [
            {
                "name": app,
                "image": f"registry.example.com/{app}:1",
                "imageID": "sha256:" + "0" * 64,
                "ready": True,
                "started": True,
                "restartCount": 0,
                "state": {"running": {"startedAt": CREATED}},
            }
        ],
    }
    container = {"name": app, "image": f"registry.example.com/{app}:1", "imagePullPolicy": "IfNotPresent"}
    item = {
        "kind": "Pod",
        "apiVersion": "v1",
        "metadata": {"name": "@POD@", "namespace": "@NAMESPACE@", "uid": "@UID@", "creationTimestamp": CREATED, "labels": {"k8s-app": app}},
        "spec": {"nodeName": "@NAME@", "containers": [container], "restartPolicy": "Always"},
        "status": status,
    }
    if app == "kube-proxy":
        item["spec"]["priorityClassName"] = "system-node-critical"
    missing = POD_BYTES - len(json.dumps(item))
    variable = {"name": "SETTING_OF_THE_SERVICE", "value": "https://service.example.com/path"}
    container["env"] = [variable] * (missing // len(json.dumps(variable)))
    return item


def _condition(kind: str, status: str, reason: str = "", message: str = "") -> dict:
    moments = {"lastHeartbeatTime": CREATED} if message else {"lastProbeTime": None}
    condition = {"type": kind, "status": status, "lastTransitionTime": CREATED} | moments
    return condition | ({"reason": reason, "message": message} if message else {})


def change(api, each_second: float, seconds: float) -> None:
    """Lets nodes be NotReady and Ready again; the message says when it was written."""
    names = [node["metadata"]["name"] for node in api.get("/api/v1/nodes?limit=2000")["items"]]
    patch = api.keep_open()
    began, count = time.monotonic(), 0
    while time.monotonic() - began < seconds:
        ready = "True" if count % 2 else "False"
        name = names[(count // 2) % len(names)]
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        condition = _condition("Ready", ready, "LabChange", f"written at {time.time():.6f}") | {"lastTransitionTime": now}
        patch(f"/api/v1/nodes/{name}/status", {"status": {"conditions": [condition]}})
        count += 1
        time.sleep(max(0.0, began + count / each_second - time.monotonic()))
    say(f"{count} changes in {time.monotonic() - began:.1f} s.")


if __name__ == "__main__":
    command(main)
