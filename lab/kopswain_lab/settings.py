"""The environment in which kops and kopswain see the lab and nothing else."""

import os
from pathlib import Path

from . import pins, places
from .say import Problem

REGION = "us-east-1"
BUCKET = "example-state"
# A profile, a state store or a feature flag of the user's own would reach past the lab.
FOREIGN = ("AWS_", "S3_", "KOPS_", "KUBECONFIG")


def write(folder: Path, aws_port: int, hashes_port: int, kops: str) -> None:
    aws = f"http://127.0.0.1:{aws_port}"
    for name in ("aws-config", "aws-credentials"):
        (folder / name).touch()
    values = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": folder / "aws-config",
        "AWS_SHARED_CREDENTIALS_FILE": folder / "aws-credentials",
        "AWS_ENDPOINT_URL": aws,
        "S3_ENDPOINT": aws,
        "S3_REGION": REGION,
        "S3_ACCESS_KEY_ID": "testing",
        "S3_SECRET_ACCESS_KEY": "testing",
        "KOPS_STATE_STORE": f"s3://{BUCKET}",
        "KOPS_BASE_URL": f"http://127.0.0.1:{hashes_port}/kops/{kops}/",
        # kops writes into this one after `--yes`; a validation must not read what it wrote.
        "KUBECONFIG": folder / "kubeconfig-exported",
        "KOPSWAIN_USE_KUBECONFIG": folder / "kubeconfig",
        "KOPSWAIN_LAB": folder.name,
        "KOPSWAIN_LAB_KOPS": kops,
        "KOPSWAIN_LAB_VERSION": pins.version(),
    }
    lines = "".join(f"{name}={value}\n" for name, value in values.items())
    part = folder / "env.part"
    part.write_text(lines, encoding="utf-8")
    os.replace(part, folder / "env")


def read(name: str) -> dict[str, str]:
    try:
        text = (places.run(name) / "env").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Problem(f"lab {name!r} is not up; start it with: lab/up --name {name}") from None
    return dict(line.split("=", 1) for line in text.splitlines())


def additions(name: str) -> dict[str, str]:
    local = "127.0.0.1,localhost"
    no_proxy = ",".join(filter(None, (os.environ.get("NO_PROXY"), local)))
    values = read(name)
    folders = (places.kops(values.get("KOPSWAIN_LAB_KOPS", pins.KOPS)).parent, places.binaries())
    path = os.pathsep.join((*dict.fromkeys(map(str, folders)), os.environ.get("PATH", os.defpath)))
    return values | {"PATH": path, "NO_PROXY": no_proxy, "no_proxy": no_proxy}


def environment(name: str) -> dict[str, str]:
    own = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)}
    return own | additions(name)
