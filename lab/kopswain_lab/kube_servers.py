"""One kube-apiserver per cluster, all on the lab's one etcd.

A cluster's API lists its own nodes and pods only; on a shared server kops would
judge the pods of the neighbour too.
"""

import base64
import json
import os
from pathlib import Path
import secrets

from . import places, settings
from .kube_client import KubeClient
from .processes import Started, free_port
from .say import step


class KubeServers:
    def __init__(self, folder: Path):
        self.folder = folder
        self._file = folder / "kube-servers.json"

    def start_spare(self, started: Started) -> dict:
        """Starts a server that the next new cluster takes; does not wait for it."""
        servers = self._read()
        name = f"kube-apiserver-{len(servers)}"
        server = {"name": name, "port": free_port(), "cluster": None}
        (self.folder / name).mkdir(mode=0o700)
        started.start(name, self._command(server))
        self._write([*servers, server])
        return server

    def wait(self, started: Started, server: dict) -> None:
        def answers() -> bool:
            return self._certificate(server).exists() and self._client(server).ready()

        started.wait_until(server["name"], answers, 90)

    def of_cluster(self, started: Started, cluster: str) -> KubeClient:
        """The API of the cluster; the first call gives it a server and a context in the kubeconfig."""
        with places.run_lock():
            server = self._taken(cluster) or self._spare() or self._another(started)
            if server["cluster"] is None:
                self._take(server, cluster)
        return self._client(server)

    def _another(self, started: Started) -> dict:
        with step("Starting one more kube-apiserver, as the first one has a cluster"):
            server = self.start_spare(started)
            self.wait(started, server)
        return server

    def _taken(self, cluster: str) -> dict | None:
        return next((server for server in self._read() if server["cluster"] == cluster), None)

    def _spare(self) -> dict | None:
        return self._taken(None)

    def _take(self, server: dict, cluster: str) -> None:
        servers = self._read()
        for candidate in servers:
            if candidate["name"] == server["name"]:
                candidate["cluster"] = cluster
        self._write(servers)

    def _read(self) -> list[dict]:
        try:
            return json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return []

    def _write(self, servers: list[dict]) -> None:
        _replace(self._file, json.dumps(servers, indent=1))
        _replace(self.folder / "kubeconfig", self._kubeconfig(servers))

    def _client(self, server: dict) -> KubeClient:
        url = f"https://127.0.0.1:{server['port']}"
        return KubeClient(url, self._token(), self._certificate(server))

    def _certificate(self, server: dict) -> Path:
        return self.folder / server["name"] / "apiserver.crt"

    def _token(self) -> str:
        return (self.folder / "tokens.csv").read_text(encoding="utf-8").partition(",")[0]

    def _command(self, server: dict) -> list:
        etcd = (self.folder / "etcd-address").read_text(encoding="utf-8")
        key = self.folder / "service-accounts.key"
        return [
            places.binaries() / "kube-apiserver",
            f"--etcd-servers={etcd}",
            f"--etcd-prefix=/{server['name']}",
            f"--secure-port={server['port']}",
            "--bind-address=127.0.0.1",
            f"--cert-dir={self.folder / server['name']}",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={key}",
            f"--service-account-signing-key-file={key}",
            f"--token-auth-file={self.folder / 'tokens.csv'}",
            "--authorization-mode=RBAC",
            "--service-cluster-ip-range=100.64.0.0/13",
            "--disable-admission-plugins=ServiceAccount",
        ]

    def _kubeconfig(self, servers: list[dict]) -> str:
        taken = [server for server in servers if server["cluster"]]
        if not taken:
            return "apiVersion: v1\nkind: Config\nclusters: []\ncontexts: []\nusers: []\n"
        clusters = "".join(self._kubeconfig_cluster(server) for server in taken)
        contexts = "".join(
            f"- name: {server['cluster']}\n"
            f"  context: {{cluster: {server['cluster']}, user: kopswain-lab}}\n"
            for server in taken
        )
        user = f"- name: kopswain-lab\n  user: {{token: {self._token()}}}\n"
        return (
            "apiVersion: v1\nkind: Config\n"
            f"clusters:\n{clusters}contexts:\n{contexts}users:\n{user}"
        )

    def _kubeconfig_cluster(self, server: dict) -> str:
        authority = base64.b64encode(self._certificate(server).read_bytes()).decode()
        return (
            f"- name: {server['cluster']}\n"
            "  cluster:\n"
            f"    server: https://127.0.0.1:{server['port']}\n"
            f"    certificate-authority-data: {authority}\n"
        )


def write_token(folder: Path) -> None:
    line = f"{secrets.token_hex(16)},admin,admin,system:masters\n"
    (folder / "tokens.csv").write_text(line, encoding="utf-8")


def of_lab(name: str) -> KubeServers:
    settings.read(name)
    return KubeServers(places.run(name))


def _replace(file: Path, text: str) -> None:
    part = file.with_name(f"{file.name}.part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, file)
