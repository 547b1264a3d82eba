"""Starting processes that outlive the shell, and ending exactly those again."""

import json
import os
from pathlib import Path
import random
import signal
import socket
import subprocess
import time

from .say import Problem


def start_time(pid: int) -> str | None:
    """When the process started; None when it is gone or only waits to be reaped.

    A pid is used again sooner or later: only pid and start time together name a process.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None if Path("/proc/self/stat").exists() else _start_time_by_ps(pid)
    except ProcessLookupError:
        return None
    # The command name stands in parentheses and may itself hold spaces and parentheses.
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else fields[19]


def _start_time_by_ps(pid: int) -> str | None:
    found = subprocess.run(
        ["ps", "-o", "state=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    state, _, started = found.stdout.strip().partition(" ")
    return None if not started or state.startswith("Z") else started.strip()


def free_port() -> int:
    # Below the range from which the kernel gives ports to outgoing connections.
    for _ in range(200):
        port = random.randint(20000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise Problem("no free port between 20000 and 32000 on 127.0.0.1")


class Started:
    """The processes of one lab, kept in a file of its run folder."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._file = folder / "processes.json"

    def all(self) -> list[dict]:
        try:
            return json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return []

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def start(self, name: str, command: list, env: dict | None = None) -> None:
        with open(self.log(name), "ab") as log:
            child = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=env,
                start_new_session=True,
            )
        entry = {"name": name, "pid": child.pid, "started": start_time(child.pid)}
        self._write([*self.all(), entry])

    def ended(self) -> list[str]:
        return [entry["name"] for entry in self.all() if not _alive(entry)]

    def end(self) -> list[dict]:
        """Ends what was started, last first; gives back what was still alive."""
        entries = [entry for entry in reversed(self.all()) if _alive(entry)]
        # kube-apiserver takes its time to say goodbye, and nothing of a lab is kept.
        for number, patience in ((signal.SIGTERM, 1.0), (signal.SIGKILL, 5.0)):
            for entry in entries:
                _signal(entry, number)
            until = time.monotonic() + patience
            while any(map(_alive, entries)) and time.monotonic() < until:
                time.sleep(0.05)
        return entries

    def wait_until(self, name: str, answers, seconds: float) -> None:
        """Waits until `answers()` is true; says why when the process ends or time runs out."""
        until = time.monotonic() + seconds
        while not answers():
            if name in self.ended():
                raise Problem(f"{name} ended before it answered:\n{self._tail(name)}")
            if time.monotonic() > until:
                raise Problem(f"{name} did not answer within {seconds:.0f} s:\n{self._tail(name)}")
            time.sleep(0.1)

    def _tail(self, name: str) -> str:
        lines = self.log(name).read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(f"  {line}" for line in lines[-15:])

    def _write(self, entries: list[dict]) -> None:
        part = self._file.with_suffix(".part")
        part.write_text(json.dumps(entries, indent=1), encoding="utf-8")
        os.replace(part, self._file)


def _alive(entry: dict) -> bool:
    return start_time(entry["pid"]) == entry["started"] is not None


def _signal(entry: dict, number: int) -> None:
    if _alive(entry):
        try:
            os.kill(entry["pid"], number)
        except ProcessLookupError:
            pass
