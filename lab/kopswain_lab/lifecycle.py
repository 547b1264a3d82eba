"""Bringing a lab up and taking it down."""

import os
from pathlib import Path
import shutil
import subprocess
import urllib.error
import urllib.request

from . import build, kube_servers, pins, places, settings
from .processes import Started, free_port
from .say import Problem, say, step

SOURCES = Path(__file__).resolve().parent.parent
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def up(name: str, kops: str = pins.KOPS) -> None:
    folder = places.run(name)
    build.ensure(kops)
    with places.run_lock():
        if folder.exists():
            ended = Started(folder).ended()
            if (folder / "env").exists() and not ended:
                running = settings.read(name)
                versions = (running.get("KOPSWAIN_LAB_VERSION"), running.get("KOPSWAIN_LAB_KOPS"))
                if versions != (pins.version(), kops):
                    raise Problem(f"lab {name!r} runs other versions; end it first: lab/down --name {name}")
                say(f"Lab {name!r} is already up.")
                return
            say(f"Lab {name!r} is not whole ({', '.join(ended) or 'its start was cut short'}); starting it anew.")
            _end(folder)
        with step(f"Starting lab {name!r}"):
            _start(folder, kops)
    _tell(name)


def _start(folder: Path, kops: str) -> None:
    folder.mkdir(mode=0o700, parents=True)
    started = Started(folder)
    try:
        _start_all(folder, started, kops)
    except BaseException:
        # The logs stay for reading; the next up or down removes them.
        started.end()
        raise


def _start_all(folder: Path, started: Started, kops: str) -> None:
    aws, hashes = free_port(), free_port()
    started.start("aws", _python("aws_api", aws), _python_environment())
    started.start("hashes", _python("asset_hashes", hashes), _python_environment())
    etcd = _start_etcd(folder, started)
    kube_servers.write_token(folder)
    _run_python("signing_key", folder / "service-accounts.key")
    started.wait_until("etcd", lambda: _answers(f"{etcd}/health"), 30)
    servers = kube_servers.KubeServers(folder)
    server = servers.start_spare(started)
    started.wait_until("hashes", lambda: _answers(f"http://127.0.0.1:{hashes}/x.sha256"), 30)
    started.wait_until("aws", lambda: _answers(f"http://127.0.0.1:{aws}/moto-api/data.json"), 60)
    servers.wait(started, server)
    # Written last: its presence says that the lab is whole.
    settings.write(folder, aws, hashes, kops)


def _start_etcd(folder: Path, started: Started) -> str:
    client, peer = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    command = [
        places.binaries() / "etcd",
        f"--data-dir={folder / 'etcd'}",
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
        # Nothing here has to survive a power cut.
        "--unsafe-no-fsync",
        "--log-level=warn",
    ]
    started.start("etcd", command)
    (folder / "etcd-address").write_text(client, encoding="utf-8")
    return client


def down(name: str) -> None:
    folder = places.run(name)
    with places.run_lock():
        if not folder.exists():
            say(f"Lab {name!r} is not up; nothing to end.")
            return
        for entry in _end(folder):
            say(f"Ended {entry['name']} (process {entry['pid']}).")
    say(f"Lab {name!r} is down; its run folder is removed.")


def down_all() -> None:
    names = sorted(path.name for path in places.runs().glob("*") if path.is_dir())
    if not names:
        say("No lab is up.")
    for name in names:
        down(name)


def _end(folder: Path) -> list[dict]:
    ended = Started(folder).end()
    shutil.rmtree(folder)
    return ended


def _answers(url: str) -> bool:
    try:
        DIRECT.open(url, timeout=2).close()
        return True
    except (OSError, urllib.error.URLError):
        return False


def _python(module: str, *arguments) -> list:
    return [places.venv_python(), "-m", f"kopswain_lab.{module}", *arguments]


def _python_environment() -> dict:
    foreign = settings.FOREIGN + ("PYTHON",)
    own = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
    return own | {"PYTHONPATH": str(SOURCES), "PYTHONDONTWRITEBYTECODE": "1"}


def _run_python(module: str, *arguments) -> None:
    command = [str(part) for part in _python(module, *arguments)]
    done = subprocess.run(command, env=_python_environment(), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Problem(f"{module} failed:\n{done.stderr}")


def _tell(name: str) -> None:
    folder = places.run(name)
    option = "" if name == places.default_name() else f" --lab {name}"
    say(f"Lab {name!r} is up with kops {settings.read(name)['KOPSWAIN_LAB_KOPS']}.")
    say(f"  environment  {folder / 'env'}")
    say(f"  kubeconfig   {folder / 'kubeconfig'}")
    say(f"  next         lab/world{option} method, then lab/run{option} COMMAND …")
