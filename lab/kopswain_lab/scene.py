"""What every recording starts from: a seeded VPC, and the names of this machine that are replaced."""

import json
from pathlib import Path
import subprocess

from . import settings
from .lifecycle import SOURCES


def seed(lab: str) -> dict:
    done = subprocess.run([SOURCES / "world", "method", "--lab", lab], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)["vpcs"][0]


def stand_ins(lab: str, work: Path) -> dict[str, str]:
    own = settings.read(lab)
    return {
        own["KOPS_BASE_URL"].partition("/kops/")[0]: "http://127.0.0.1:8098",
        own["AWS_ENDPOINT_URL"]: "http://127.0.0.1:5000",
        str(work): "/home/operator/cluster",
        str(Path(own["KUBECONFIG"]).parent): "/home/operator/lab",
        str(Path.home()): "/home/operator",
    }
