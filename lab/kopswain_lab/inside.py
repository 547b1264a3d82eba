"""Going on in the lab's own Python environment, which has boto3, with the lab's settings."""

import os

from . import places, settings
from .lifecycle import SOURCES


def go_on(module: str, lab: str, arguments: list) -> None:
    environment = settings.environment(lab) | {
        "PYTHONPATH": str(SOURCES),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    python = str(places.venv_python())
    words = [python, "-m", f"kopswain_lab.{module}", *map(str, arguments)]
    os.execve(python, words, environment)
