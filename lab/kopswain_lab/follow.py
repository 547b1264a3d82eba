"""Plays the kubelets of a cluster continuously: lab/join --follow."""

import time

from botocore.exceptions import BotoCoreError

from . import clock, kubelet, system_pods
from .machine import Machine
from .say import say

POLL = 1.0
BEAT = 10.0


class Follow:
    """The nodes of a cluster follow its instances."""

    def __init__(self, api, version: str, request: dict):
        self._api, self._version, self._request = api, version, request
        self._seen: dict[str, float] = {}
        # Whether each node that joined is ready, and when that changes next by --flap.
        self._joined: dict[str, bool] = {}
        self._turns: dict[str, float] = {}
        self._next_beat = 0.0

    def run(self, machines) -> None:
        for node in self._api.get(kubelet.NODES)["items"]:
            ready = [one["status"] for one in node["status"]["conditions"] if one["type"] == "Ready"]
            self._joined[node["metadata"]["name"]] = ready == ["True"]
        while True:
            try:
                self.step(machines(), time.monotonic())
            except (OSError, BotoCoreError) as error:
                # An API that is gone comes back, or the person ends this.
                say(f"waiting: {error}")
            time.sleep(POLL)

    def step(self, machines: list[Machine], now: float) -> None:
        for machine in machines:
            first = self._seen.setdefault(machine.id, now)
            if machine.id not in self._joined:
                if now - first >= self._request["delay"] and not self._named("never", machine):
                    self._join(machine, machines, now)
            elif self._named("flap", machine) and now >= self._turns.setdefault(machine.id, now + self._request["every"]):
                self._turn(machine, now)
        self._leave(set(self._joined) - {machine.id for machine in machines})
        if now >= self._next_beat:
            self._next_beat = now + BEAT
            for machine in machines:
                # A kubelet that hangs sends none.
                if self._joined.get(machine.id):
                    kubelet.beat(self._api, machine, clock.now("microseconds"))

    def _named(self, option: str, machine: Machine) -> bool:
        return bool({machine.id, machine.group} & set(self._request[option]))

    def _join(self, machine: Machine, machines: list[Machine], now: float) -> None:
        ready = not self._named("not_ready", machine)
        since = clock.now()
        kubelet.join(self._api, machine, ready, self._version, since)
        system_pods.ensure_node_pods(self._api, machine, ready, since)
        self._joined[machine.id] = ready
        ready_ones = [one for one in machines if self._joined.get(one.id)]
        system_pods.ensure_dns_pods(self._api, ready_ones, since)
        say(f"{machine.id} ({machine.group}) joined{'' if ready else ', not ready'}.")

    def _turn(self, machine: Machine, now: float) -> None:
        ready = not self._joined[machine.id]
        kubelet.set_ready(self._api, machine, ready, self._version, clock.now())
        self._joined[machine.id] = ready
        self._turns[machine.id] = now + self._request["every"]
        say(f"{machine.id} ({machine.group}) is {'Ready' if ready else 'NotReady'}.")

    def _leave(self, gone: set[str]) -> None:
        for node in sorted(gone):
            kubelet.leave(self._api, node)
            self._joined.pop(node)
            self._turns.pop(node, None)
            say(f"{node} left.")

