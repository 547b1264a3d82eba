"""Changes one thing of a cluster at random: python -m kopswain_lab.walk REQUEST (JSON)

Runs in the lab's own Python environment with the lab's settings.
"""

import json
import random
import sys

import boto3

from . import clock, kube_servers, kubelet, places, system_pods
from .join import cluster_version, running_machines
from .processes import Started
from .say import Problem, command

DETACHED_TAG = "kops.k8s.io/detached-from-asg"
# kops asks EC2 for one page of a group's instances, and moto's page has a hundred: none of the group may be beyond it.
MOST_DETACHED = 3
POD_STATES = ("ready", "pending", "crashing", "image", "gone")


class Walk:
    def __init__(self, api, cluster: str):
        self._api = api
        self._cluster = cluster

    def step(self, seed: int) -> str:
        self._chance = random.Random(seed)
        self._machines = running_machines(self._cluster)
        if not self._machines:
            raise Problem(f"no running instance of cluster {self._cluster!r}")
        steps = [self._turn_node, self._turn_node, self._take_node, self._join, self._change_pod, self._change_pod, self._lose_static_pod]
        steps += [self._resize, self._detach]
        return self._chance.choice(steps)()

    def _machine(self):
        return self._chance.choice(self._machines)

    def _turn_node(self) -> str:
        machine = self._machine()
        ready = self._chance.random() < 0.6
        kubelet.join(self._api, machine, ready, cluster_version(self._cluster))
        return f"{machine.id} is {'Ready' if ready else 'NotReady'}"

    def _take_node(self) -> str:
        machine = self._machine()
        kubelet.leave(self._api, machine.id)
        return f"{machine.id} left"

    def _join(self) -> str:
        for machine in self._machines:
            kubelet.join(self._api, machine, True, cluster_version(self._cluster))
        return "all joined"

    def _change_pod(self) -> str:
        name = f"coredns-{self._chance.randrange(3)}"
        state = self._chance.choice(POD_STATES)
        system_pods.set_state(self._api, name, state, None, clock.now())
        return f"{name} is {state}"

    def _lose_static_pod(self) -> str:
        pods = [pod["metadata"]["name"] for pod in self._api.get(kubelet.PODS)["items"]]
        static = sorted(name for name in pods if name.startswith("kube-"))
        if not static:
            return self._join()
        name = self._chance.choice(static)
        self._api.delete(f"{kubelet.PODS}/{name}")
        return f"{name} is gone"

    def _groups(self) -> list[dict]:
        tag = {"Name": "tag:KubernetesCluster", "Values": [self._cluster]}
        pages = boto3.client("autoscaling").get_paginator("describe_auto_scaling_groups").paginate(Filters=[tag])
        return sorted((group for page in pages for group in page["AutoScalingGroups"]), key=lambda group: group["AutoScalingGroupName"])

    def _resize(self) -> str:
        group = self._chance.choice(self._groups())
        desired = self._chance.randint(group["MinSize"], group["MaxSize"])
        name = group["AutoScalingGroupName"]
        boto3.client("autoscaling").set_desired_capacity(AutoScalingGroupName=name, DesiredCapacity=desired)
        return f"{name} wants {desired}"

    def _detach(self) -> str:
        detached = self._detached()
        if len(detached) >= MOST_DETACHED:
            return self._end(self._chance.choice(detached))
        groups = [group for group in self._groups() if group["Instances"] and group["MinSize"] > 1]
        if not groups:
            return self._turn_node()
        group = self._chance.choice(groups)
        name = group["AutoScalingGroupName"]
        instance = group["Instances"][0]["InstanceId"]
        boto3.client("ec2").create_tags(Resources=[instance], Tags=[{"Key": DETACHED_TAG, "Value": name}])
        boto3.client("autoscaling").detach_instances(
            InstanceIds=[instance], AutoScalingGroupName=name, ShouldDecrementDesiredCapacity=False
        )
        return f"{instance} is detached from {name}"

    def _detached(self) -> list[str]:
        filters = [
            {"Name": "tag-key", "Values": [DETACHED_TAG]},
            {"Name": "tag:KubernetesCluster", "Values": [self._cluster]},
            {"Name": "instance-state-name", "Values": ["running"]},
        ]
        pages = boto3.client("ec2").get_paginator("describe_instances").paginate(Filters=filters)
        instances = (one for page in pages for group in page["Reservations"] for one in group["Instances"])
        return sorted(instance["InstanceId"] for instance in instances)

    def _end(self, instance: str) -> str:
        kubelet.leave(self._api, instance)
        boto3.client("ec2").terminate_instances(InstanceIds=[instance])
        return f"{instance}, which was detached, is gone"


def main() -> None:
    request = json.loads(sys.argv[1])
    servers = kube_servers.of_lab(request["lab"])
    api = servers.of_cluster(Started(places.run(request["lab"])), request["cluster"])
    walk = Walk(api, request["cluster"])
    given = request["seed"]
    for seed in map(int, sys.stdin if given is None else [given]):
        print(f"{seed}: {walk.step(seed)}.", flush=True)


if __name__ == "__main__":
    command(main)
