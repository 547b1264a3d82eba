"""Seeds one world and prints its ids: python -m kopswain_lab.seed WORLD COUNT

Runs in the lab's own Python environment with the lab's settings.
"""

import json
import os
import sys

import boto3

from . import worlds
from .account import Account


def main() -> None:
    name, count = sys.argv[1], int(sys.argv[2])
    vpcs = worlds.ALL[name](Account(boto3.client("ec2")), count)
    made = {
        "world": name,
        "region": os.environ["AWS_REGION"],
        "vpcs": [vpc.described() for vpc in vpcs],
    }
    json.dump(made, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
