"""Talks to a Kubernetes API with what Python has."""

import http.client
import json
from pathlib import Path
import ssl
import urllib.error
from urllib.parse import urlsplit
import urllib.request


class KubeClient:
    def __init__(self, server: str, token: str, certificate: Path):
        self._server = server
        self._token = token
        tls = self._tls = ssl.create_default_context(cafile=str(certificate))
        # A proxy of the user's environment has no business on the loopback.
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=tls)
        )

    def get(self, path: str) -> dict:
        return self._send("GET", path)

    def ready(self) -> bool:
        try:
            return self._answer("GET", "/readyz") == b"ok"
        except (OSError, urllib.error.URLError):
            return False

    def ensure(self, collection: str, item: dict) -> None:
        """Creates the object; one that is there already stays as it is."""
        try:
            self._send("POST", collection, item)
        except urllib.error.HTTPError as error:
            if error.code != 409:
                raise

    def set_status(self, path: str, status: dict) -> None:
        self.patch(f"{path}/status", {"status": status})

    def patch(self, path: str, change: dict) -> None:
        self._send("PATCH", path, change)

    def keep_open(self):
        """Patches over one connection, for whoever patches many times a second."""
        connection = http.client.HTTPSConnection(urlsplit(self._server).netloc, context=self._tls)
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/merge-patch+json"}

        def patch(path: str, change: dict) -> None:
            connection.request("PATCH", path, json.dumps(change), headers)
            response = connection.getresponse()
            body = response.read()
            if response.status != 200:
                raise RuntimeError(body[:500])

        return patch

    def delete(self, path: str) -> None:
        # Without a kubelet nothing would ever confirm the end of a pod.
        options = {"kind": "DeleteOptions", "apiVersion": "v1", "gracePeriodSeconds": 0}
        try:
            self._send("DELETE", path, options)
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise

    def _send(self, method: str, path: str, body: dict | None = None) -> dict:
        return json.loads(self._answer(method, path, body))

    def _answer(self, method: str, path: str, body: dict | None = None) -> bytes:
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        request = urllib.request.Request(
            self._server + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self._token}", "Content-Type": kind},
        )
        with self._opener.open(request, timeout=10) as response:
            return response.read()
