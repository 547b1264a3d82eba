"""Brings a pod into a state: python -m kopswain_lab.pod REQUEST (JSON)

Runs in the lab's own Python environment with the lab's settings.
"""

import json
import sys

from . import clock, kube_servers, places, system_pods
from .processes import Started
from .say import command, say


def main() -> None:
    request = json.loads(sys.argv[1])
    servers = kube_servers.of_lab(request["lab"])
    api = servers.of_cluster(Started(places.run(request["lab"])), request["cluster"])
    system_pods.set_state(api, request["pod"], request["state"], request["message"], clock.now())
    say(f"kube-system/{request['pod']} is {request['state']}.")


if __name__ == "__main__":
    command(main)
