"""Builds what the lab runs, once per set of versions, into the cache folder."""

import json
import os
from pathlib import Path
import re
import shutil
import subprocess
import sys

from . import pins, places
from .say import Problem, say, step

# Clients of clouds, written by generators: half of what is compiled, and inlining is half of the time that it takes.
CLIENTS = ("github.com/aws", "github.com/Azure", "google.golang.org/api")
# The compilers collect their garbage more seldom, as long as two of them have room in 3 GB.
COMPILER = {"GOGC": "400", "GOMEMLIMIT": "1500MiB"}


def ensure(kops: str = pins.KOPS) -> None:
    """Builds what is missing for a lab with this kops. Every part appears under its name only when it is whole."""
    _ensure_pinned(kops == pins.KOPS)
    if kops != pins.KOPS:
        _ensure_other_kops(kops)


def _ensure_pinned(with_kops: bool) -> None:
    if not _missing(with_kops):
        return
    with places.build_lock():
        missing = _missing(with_kops)
        if not missing:
            return
        say(f"Building {', '.join(name for name, _ in missing)} into {places.build()} (once per set of versions).")
        _require_tools()
        places.binaries().mkdir(parents=True, exist_ok=True)
        for name, build in missing:
            with step(f"Building {name}"):
                build()


def ensure_tofu() -> None:
    """Builds OpenTofu when it is missing; it waits for nobody but another build of it."""
    module = (
        f"module lab\n\ngo 1.26.0\n\nrequire github.com/opentofu/opentofu v{pins.OPENTOFU}\n\n"
        f"replace github.com/hashicorp/hcl/v2 => github.com/opentofu/hcl/v2 {pins.OPENTOFU_HCL}\n"
    )
    package = "github.com/opentofu/opentofu/cmd/tofu"
    _ensure_alone(f"OpenTofu {pins.OPENTOFU}", places.tofu(), lambda: _go_build(places.tofu(), module, package, "-s -w"))


def _ensure_other_kops(version: str) -> None:
    program = places.kops(version)
    _ensure_alone(f"kops {version}", program, lambda: _kops(version))


def _ensure_alone(name: str, program: Path, build) -> None:
    if program.exists():
        return
    folder = program.parent
    with places.locked(folder.with_name(f"{folder.name}.lock")):
        if program.exists():
            return
        _require_tools()
        with step(f"Building {name} (once per version)"):
            build()


def _missing(with_kops: bool = True) -> list:
    parts = [
        ("the Python environment (moto, boto3)", places.build() / "venv-complete", _venv),
        (f"etcd {pins.ETCD}", places.binaries() / "etcd", _etcd),
        (f"kube-apiserver {pins.KUBERNETES}", places.binaries() / "kube-apiserver", _kube_apiserver),
    ]
    if with_kops:
        parts.insert(1, (f"kops {pins.KOPS}", places.kops(pins.KOPS), lambda: _kops(pins.KOPS)))
    return [(name, build) for name, made, build in parts if not made.exists()]


def _require_tools() -> None:
    if sys.version_info < pins.OLDEST_PYTHON:
        oldest = ".".join(map(str, pins.OLDEST_PYTHON))
        raise Problem(f"this Python is {sys.version.split()[0]}; install Python {oldest} or newer")
    try:
        import ensurepip, venv  # noqa: E401, F401
    except ImportError:
        raise Problem("this Python has no venv; install it (Debian and Ubuntu: apt install python3-venv)") from None
    if not shutil.which("go"):
        raise Problem("Go is missing; install it from https://go.dev/dl (or: apt install golang, brew install go)")
    found = re.search(r"go(\d+)\.(\d+)", _output(["go", "version"]))
    if found and tuple(map(int, found.groups())) < pins.OLDEST_GO:
        raise Problem(f"Go {found[0][2:]} is too old to fetch the Go that kops needs; install a newer one from https://go.dev/dl")


def _venv() -> None:
    folder = places.build() / "venv"
    # A venv cannot be moved once it is made, so a marker says that it is whole.
    shutil.rmtree(folder, ignore_errors=True)
    _run([sys.executable, "-m", "venv", folder], "venv")
    pip = [places.venv_python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, *pins.PYTHON_PACKAGES], "pip")
    (places.build() / "venv-complete").touch()


def _etcd() -> None:
    module = f"module lab\n\ngo 1.26.0\n\nrequire go.etcd.io/etcd/server/v3 v{pins.ETCD}\n"
    _go_build(places.binaries() / "etcd", module, "go.etcd.io/etcd/server/v3", "-s -w")


def _kops(version: str) -> None:
    module = f"module lab\n\ngo 1.26.0\n\nrequire k8s.io/kops v{version}\n"
    _go_build(places.kops(version), module, "k8s.io/kops/cmd/kops", "-s -w")


def _kube_apiserver() -> None:
    release = f"v{pins.KUBERNETES}"
    parts = f"v0.{pins.KUBERNETES.partition('.')[2]}"
    # Kubernetes replaces its own parts by folders of its repository; outside it they are modules.
    replaced = "".join(f"\t{path} => {path} {parts}\n" for path in _replaced_modules(release))
    module = f"module lab\n\ngo 1.26.0\n\nrequire k8s.io/kubernetes {release}\n\nreplace (\n{replaced})\n"
    stamp = f"-X k8s.io/component-base/version.gitVersion={release}"
    _go_build(places.binaries() / "kube-apiserver", module, "k8s.io/kubernetes/cmd/kube-apiserver", f"-s -w {stamp}")


def _replaced_modules(release: str) -> list[str]:
    scratch = _scratch(places.build(), "kubernetes-modules", "module lab\n\ngo 1.26.0\n")
    download = json.loads(_go(["mod", "download", "-json", f"k8s.io/kubernetes@{release}"], scratch))
    module = json.loads(_go(["mod", "edit", "-json", download["GoMod"]], scratch))
    shutil.rmtree(scratch)
    return [replace["Old"]["Path"] for replace in module["Replace"]]


def _go_build(program: Path, module: str, package: str, flags: str) -> None:
    program.parent.mkdir(parents=True, exist_ok=True)
    scratch = _scratch(program.parent, program.name, module)
    # The linker leaves debug information out: the compiler need not write it.
    quick = ["-gcflags=all=-dwarf=false", *(f"-gcflags={name}/...=-dwarf=false -l" for name in CLIENTS)]
    _go(["build", "-trimpath", *quick, "-ldflags", flags, "-o", scratch / program.name, package], scratch)
    os.replace(scratch / program.name, program)
    shutil.rmtree(scratch)


def _scratch(place: Path, name: str, module: str) -> Path:
    folder = place / f"building-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "go.mod").write_text(module, encoding="utf-8")
    return folder


def _go(arguments: list, folder: Path) -> str:
    # The user's own workspace, flags and C compiler must not change what is built.
    settings = {"GOFLAGS": "-mod=mod", "GOWORK": "off", "CGO_ENABLED": "0"} | COMPILER
    unset = ("GOOS", "GOARCH")
    env = {name: value for name, value in os.environ.items() if name not in unset} | settings
    return _output(["go", *arguments], cwd=folder, env=env)


def _output(command: list, **options) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        tail = "\n".join(done.stderr.splitlines()[-15:])
        raise Problem(f"`{' '.join(map(str, command[:3]))} …` failed:\n{tail}")
    return done.stdout


def _run(command: list, what: str) -> None:
    done = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)
    if done.returncode != 0:
        raise Problem(f"{what} failed; its own lines above say why")
