"""An instance as its kubelet knows it."""

from dataclasses import dataclass

# The moment is the same in every lab, so that what is recorded stays the same.
SINCE = "2026-01-01T00:00:00Z"


@dataclass(frozen=True)
class Machine:
    id: str
    group: str
    role: str
    zone: str
    type: str
    address: str


def condition(kind: str, holds: bool, reason: str = "", message: str = "", since: str = SINCE) -> dict:
    return {
        "type": kind,
        "status": "True" if holds else "False",
        "reason": reason,
        "message": message,
        "lastTransitionTime": since,
    }
