"""Plays the kubelets of a cluster's instances: python -m kopswain_lab.join REQUEST (JSON)

Runs in the lab's own Python environment with the lab's settings.
"""

import json
import re
import sys

import boto3

from . import kube_servers, kubelet, pins, places, settings
from .follow import Follow
from .machine import Machine
from .processes import Started
from .say import Problem, command, say

GROUP_TAG = "kops.k8s.io/instancegroup"
CONTROL_PLANE_TAG = "k8s.io/role/control-plane"


def main() -> None:
    request = json.loads(sys.argv[1])
    lab, cluster, roles = request["lab"], request["cluster"], request["roles"]
    machines = running_machines(cluster)
    # The API alone may answer before the first instance runs: a watch that starts then finds it.
    if not machines and roles != "api" and not request["follow"]:
        raise Problem(
            f"no running instance of cluster {cluster!r}; "
            "create it first with: lab/run kops update cluster NAME --yes"
        )
    if not request["follow"]:
        refuse_unknown(request["not_ready"], machines)
    servers = kube_servers.of_lab(lab)
    api = servers.of_cluster(Started(places.run(lab)), cluster)
    if roles == "leave":
        leave(api, machines)
    elif request["follow"]:
        say(f"kubeconfig: {servers.folder / 'kubeconfig'}, context {cluster}")
        Follow(api, cluster_version(cluster), request).run(lambda: running_machines(cluster))
    else:
        version = request["kubelet_version"]
        version = cluster_version(cluster) if version is None else version
        join(api, machines, roles, request["not_ready"], version)
    say(f"kubeconfig: {servers.folder / 'kubeconfig'}, context {cluster}")


def cluster_version(cluster: str) -> str:
    """What the cluster's spec in the state store asks for, as kops would install it."""
    s3 = boto3.client("s3")
    try:
        found = s3.get_object(Bucket=settings.BUCKET, Key=f"{cluster}/config")
    except s3.exceptions.NoSuchKey:
        return f"v{pins.KUBERNETES}"
    spec = found["Body"].read().decode()
    version = re.search(r"^  kubernetesVersion: v?(\S+)$", spec, re.MULTILINE)
    return f"v{version[1] if version else pins.KUBERNETES}"


def running_machines(cluster: str) -> list[Machine]:
    filters = [
        {"Name": "tag:KubernetesCluster", "Values": [cluster]},
        {"Name": "instance-state-name", "Values": ["running"]},
    ]
    pages = boto3.client("ec2").get_paginator("describe_instances").paginate(Filters=filters)
    instances = [
        instance
        for page in pages
        for reservation in page["Reservations"]
        for instance in reservation["Instances"]
    ]
    machines = [machine for machine in map(_machine, instances) if machine]
    return sorted(machines, key=lambda machine: (machine.group, machine.id))


def _machine(instance: dict) -> Machine | None:
    tags = {tag["Key"]: tag["Value"] for tag in instance["Tags"]}
    # A bastion has no kubelet.
    if GROUP_TAG not in tags or "k8s.io/role/bastion" in tags:
        return None
    return Machine(
        id=instance["InstanceId"],
        group=tags[GROUP_TAG],
        role="control-plane" if CONTROL_PLANE_TAG in tags else "node",
        zone=instance["Placement"]["AvailabilityZone"],
        type=instance["InstanceType"],
        address=instance["PrivateIpAddress"],
    )


def refuse_unknown(ids: list[str], machines: list[Machine]) -> None:
    unknown = sorted(set(ids) - {machine.id for machine in machines})
    if unknown:
        known = ", ".join(machine.id for machine in machines)
        raise Problem(f"not a running instance of this cluster: {', '.join(unknown)}; there are: {known}")


def join(api, machines: list[Machine], roles: str, not_ready: list[str], version: str) -> None:
    for machine in machines:
        if roles in (machine.role, "all"):
            ready = machine.id not in not_ready
            kubelet.join(api, machine, ready, version)
            say(f"{machine.id} ({machine.group}) joined{'' if ready else ', not ready'}.")


def leave(api, machines: list[Machine]) -> None:
    gone = kubelet.leave_all(api)
    say(f"{gone} nodes left; {len(machines)} instances go on running.")


if __name__ == "__main__":
    command(main)
