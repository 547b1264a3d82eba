"""Where the lab keeps what it builds and what it runs."""

import contextlib
import fcntl
import os
from pathlib import Path
import re

from . import pins
from .say import Problem, say


def cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "kopswain-lab"


def build() -> Path:
    return cache() / pins.version()


def binaries() -> Path:
    return build() / "bin"


def kops(version: str) -> Path:
    """The kops of the pins is among the other programs; any other has a folder of its own, whatever the pins are."""
    if version == pins.KOPS:
        return binaries() / "kops"
    if not re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+(-[a-z]+\.[0-9]+)?", version):
        raise Problem(f"a version of kops is like {pins.OLDER_KOPS}: {version!r} is not")
    return cache() / f"kops-{version}" / "kops"


def tofu() -> Path:
    return cache() / f"opentofu-{pins.OPENTOFU}" / "tofu"


def venv_python() -> Path:
    return build() / "venv" / "bin" / "python"


def runs() -> Path:
    return cache() / "run"


def run(name: str) -> Path:
    # The name becomes a folder: "..", "/" and a leading "-" must not get through.
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", name):
        raise Problem(f"a lab's name is letters, digits, '.', '_' and '-': {name!r} is not")
    return runs() / name


def default_name() -> str:
    return os.environ.get("KOPSWAIN_LAB") or "default"


def default_kops() -> str:
    return os.environ.get("KOPSWAIN_LAB_KOPS") or pins.KOPS


@contextlib.contextmanager
def locked(path: Path):
    """Holds a file lock; the kernel drops it when the process ends, however it ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another lab command is at work; waiting for it.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def build_lock():
    return locked(cache() / f"{pins.version()}.lock")


def run_lock():
    """One for all labs: two of them must not pick the same free port."""
    return locked(cache() / "run.lock")
