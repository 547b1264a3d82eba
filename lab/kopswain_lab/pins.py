"""Which versions the lab runs, and the name under which their build is kept."""

import hashlib

KOPS = "1.36.2"
# The kops before it, which a lab may run instead: lab/up --kops 1.35.0.
OLDER_KOPS = "1.35.0"
KUBERNETES = "1.36.1"
# Before 3.5.13 it confirms no progress of a watch, and kube-apiserver then refuses streaming lists.
ETCD = "3.6.12"
# Before 1.21 Go cannot fetch the newer toolchain that these modules ask for.
OLDEST_GO = (1, 21)
# moto asks for it.
OLDEST_PYTHON = (3, 10)
PYTHON_PACKAGES = ("moto[server]==5.2.5", "boto3==1.44.5")
# Raise it when the way of building changes and the versions do not.
RECIPE = 2


# It evaluates examples/terraform-vpc; a lab runs without it, so that it has a place of its own in the cache.
OPENTOFU = "1.11.5"
# OpenTofu replaces this module by its own; a replacement counts only in the module that is built.
OPENTOFU_HCL = "v2.20.2-0.20251021132045-587d123c2828"


def version() -> str:
    pins = "\n".join((KOPS, KUBERNETES, ETCD, *PYTHON_PACKAGES, str(RECIPE)))
    digest = hashlib.sha256(pins.encode()).hexdigest()[:8]
    return f"kops-{KOPS}-kubernetes-{KUBERNETES}-{digest}"
