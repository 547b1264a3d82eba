"""Plays the kubelets of a cluster's instances.

python -m kopswain_lab.join LAB CLUSTER ROLES NOT_READY…
Runs in the lab's own Python environment with the lab's settings.
"""

import argparse

import boto3

from . import kubelet, kube_servers, places
from .processes import Started
from .say import Problem, command, say

GROUP_TAG = "kops.k8s.io/instancegroup"
CONTROL_PLANE_TAG = "k8s.io/role/control-plane"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("lab")
    parser.add_argument("cluster")
    parser.add_argument("roles", choices=("api", "control-plane", "node", "all", "leave"))
    parser.add_argument("not_ready", nargs="*")
    options = parser.parse_args()
    machines = running_machines(options.cluster)
    if not machines:
        raise Problem(
            f"no running instance of cluster {options.cluster!r}; "
            "create it first with: lab/run kops update cluster NAME --yes"
        )
    refuse_unknown(options.not_ready, machines)
    servers = kube_servers.of_lab(options.lab)
    api = servers.of_cluster(Started(places.run(options.lab)), options.cluster)
    if options.roles == "leave":
        leave(api, machines)
    else:
        join(api, machines, options.roles, options.not_ready)
    say(f"kubeconfig: {servers.folder / 'kubeconfig'}, context {options.cluster}")


def running_machines(cluster: str) -> list[kubelet.Machine]:
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


def _machine(instance: dict) -> kubelet.Machine | None:
    tags = {tag["Key"]: tag["Value"] for tag in instance["Tags"]}
    # A bastion has no kubelet.
    if GROUP_TAG not in tags or "k8s.io/role/bastion" in tags:
        return None
    return kubelet.Machine(
        id=instance["InstanceId"],
        group=tags[GROUP_TAG],
        role="control-plane" if CONTROL_PLANE_TAG in tags else "node",
        zone=instance["Placement"]["AvailabilityZone"],
        type=instance["InstanceType"],
        address=instance["PrivateIpAddress"],
    )


def refuse_unknown(ids: list[str], machines: list[kubelet.Machine]) -> None:
    unknown = sorted(set(ids) - {machine.id for machine in machines})
    if unknown:
        known = ", ".join(machine.id for machine in machines)
        raise Problem(f"not a running instance of this cluster: {', '.join(unknown)}; there are: {known}")


def join(api, machines: list[kubelet.Machine], roles: str, not_ready: list[str]) -> None:
    for machine in machines:
        if roles in (machine.role, "all"):
            ready = machine.id not in not_ready
            kubelet.join(api, machine, ready)
            say(f"{machine.id} ({machine.group}) joined{'' if ready else ', not ready'}.")


def leave(api, machines: list[kubelet.Machine]) -> None:
    gone = kubelet.leave_all(api)
    say(f"{gone} nodes left; {len(machines)} instances go on running.")


if __name__ == "__main__":
    command(main)
