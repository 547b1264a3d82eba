"""The time as the Kubernetes API writes it."""

from datetime import datetime, timezone


def now(timespec: str = "seconds") -> str:
    return datetime.now(timezone.utc).isoformat(timespec=timespec).replace("+00:00", "Z")
