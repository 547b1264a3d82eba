"""Runs a command in a lab and keeps what it printed, made stable, as a fixture."""

from dataclasses import dataclass
from pathlib import Path
import shutil
import subprocess

from . import pins, settings
from .lifecycle import SOURCES
from .say import Problem, say
from .stable import Stable

# As `timeout` says that it stopped a command.
STOPPED = 124
PATIENCE = 300


@dataclass(frozen=True)
class Recording:
    name: str
    command: str
    shows: str
    exit: int


class Recorder:
    def __init__(self, lab: str, work: Path, fixtures: Path, stable: Stable):
        self._environment = settings.environment(lab)
        self._work = work
        self._fixtures = fixtures
        self._stable = stable
        self.made: list[Recording] = []
        # With these, kops finds the Kubernetes API of the lab.
        self.validation = {"KUBECONFIG": self._environment["KOPSWAIN_USE_KUBECONFIG"]}

    def write(self, name: str, text: str) -> None:
        """Puts a file where the commands run."""
        (self._work / name).write_text(text, encoding="utf-8")

    def path(self, name: str) -> Path:
        return self._work / name

    def keep(self, name: str, kept_as: str) -> None:
        text = (self._work / name).read_text(encoding="utf-8")
        (self._fixtures / kept_as).write_text(self._stable.of(text), encoding="utf-8")

    def meet(self, ids: str) -> None:
        self._stable.of(ids)

    def run(self, command: str) -> str:
        """Runs a command that is only a step on the way."""
        code, stdout, stderr = self._execute(command, {}, None)
        if code != 0:
            raise Problem(f"`{command}` failed with {code}:\n{stderr[-2000:]}")
        return stdout

    def record(
        self,
        name: str,
        command: str,
        shows: str,
        exit: int = 0,
        change: dict[str, str | None] | None = None,
        stop_after: float | None = None,
    ) -> None:
        """`change`: variables that differ for this command; None takes one away."""
        code, stdout, stderr = self._execute(command, change or {}, stop_after)
        if code != exit:
            raise Problem(f"{name}: exit {code} instead of {exit}:\n{stdout[-500:]}\n{stderr[-2000:]}")
        for stream, text in (("stdout", stdout), ("stderr", stderr), ("exit", f"{code}\n")):
            (self._fixtures / f"{name}.{stream}").write_text(self._stable.of(text), encoding="utf-8")
        self.made.append(Recording(name, command, shows, code))
        say(f"recorded {name}")

    def _execute(self, command: str, change: dict, stop_after: float | None) -> tuple[int, str, str]:
        environment = {**self._environment, **change}
        environment = {name: value for name, value in environment.items() if value is not None}
        words = command.split()
        program = shutil.which(words[0], path=f"{SOURCES}:{environment['PATH']}")
        child = subprocess.Popen(
            [program, *words[1:]],
            cwd=self._work,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        stopped = False
        try:
            stdout, stderr = child.communicate(timeout=stop_after or PATIENCE)
        except subprocess.TimeoutExpired:
            stopped = True
            child.terminate()
            stdout, stderr = child.communicate(timeout=30)
        return STOPPED if stopped else child.returncode, stdout, stderr


def write_readme(fixtures: Path, recordings: list[Recording]) -> None:
    rows = "".join(
        f"| {made.name} | `{made.command}` | {made.exit} | {made.shows} |\n" for made in recordings
    )
    text = (
        f"# Real output of kops {pins.KOPS}\n\n"
        "Written by `lab/record`; not to be edited. NAME.stdout, NAME.stderr and NAME.exit hold what\n"
        "each command printed and how it ended; 124 means that the recorder stopped it.\n"
        "Ids, hashes, addresses and moments were replaced by stable ones of the same form, and maps\n"
        "sorted: kops prints them in any order. `cluster_spec.yml` is the spec that was used.\n"
        "Where nodes are seen, KUBECONFIG named the API of the lab.\n\n"
        "| name | command | exit | what it shows |\n|---|---|---|---|\n" + rows
    )
    (fixtures / "README.md").write_text(text, encoding="utf-8")
