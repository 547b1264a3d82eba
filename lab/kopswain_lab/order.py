"""Gives the lab's AWS API one order: python -m kopswain_lab.order NAME REQUEST (JSON)

Runs with the lab's settings.
"""

import json
import sys

from .aws_control import tell
from .say import command


def main() -> None:
    tell(sys.argv[1], json.loads(sys.argv[2]))


if __name__ == "__main__":
    command(main)
