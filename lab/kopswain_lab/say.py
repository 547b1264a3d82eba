"""How the lab speaks: plain lines, and problems that end a command."""

import contextlib
import signal
import sys
import time


class Problem(Exception):
    """What went wrong and what to do, in words for a person."""


def say(line: str) -> None:
    # Standard output is kept for what a program would read.
    print(line, file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(what: str):
    say(f"{what} …")
    began = time.monotonic()
    yield
    say(f"{what}: {time.monotonic() - began:.1f} s")


def command(main) -> None:
    """Runs a command's main function and turns its end into an exit code."""
    # Stopped by a signal too, a command must end what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main() or 0)
    except Problem as problem:
        say(f"error: {problem}")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
