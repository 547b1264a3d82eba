"""Changes of a cluster that is there, each as kops's dry run tells it; only the first two are applied."""

from dataclasses import replace

from . import places
from .cluster import NAME, UPDATE
from .recorder import Recorder
from .spec import Spec

GROUP = "extra-us-east-1a"
OTHER_IMAGE = "ami-0b301ce3ce347599c"


def all_in_order(recorder: Recorder, spec: Spec) -> None:
    revert(recorder, spec)
    spec = narrow(recorder, spec)
    group(recorder, spec)
    left_over(recorder, spec)
    for name, changed, shows in dry(recorder, spec):
        put(recorder, name, changed)
        recorder.record(f"update-{name}", UPDATE, shows)
    put(recorder, "base", spec)


def put(recorder: Recorder, name: str, spec: Spec) -> None:
    recorder.write(f"{name}.yml", spec.text())
    recorder.run(f"kops replace -f {name}.yml")


def revert(recorder: Recorder, spec: Spec) -> None:
    put(recorder, "revert", spec)
    recorder.record("update-revert", UPDATE, "everything back to the first spec")
    recorder.run(f"{UPDATE} --yes")
    recorder.record("update-prune", f"{UPDATE} --prune", "what waits for --prune is named alike with --prune")
    recorder.run(f"{UPDATE} --prune --yes")
    recorder.record("update-after-prune", UPDATE, "nothing waits for --prune any more")


def narrow(recorder: Recorder, spec: Spec) -> Spec:
    spec = replace(spec, api_access=("172.20.0.0/16",), policies=policies(FIRST))
    put(recorder, "narrow", spec)
    recorder.record("update-firewall-narrowed", UPDATE, "the API closed to the internet, a policy of one action")
    recorder.run(f"{UPDATE} --prune --yes")
    return spec


def group(recorder: Recorder, spec: Spec) -> None:
    recorder.write("group.yml", spec.group(GROUP))
    recorder.run("kops create -f group.yml")
    recorder.record("update-group-added", UPDATE, "one more instance group")
    recorder.run(f"{UPDATE} --yes")
    recorder.run(f"kops delete instancegroup {GROUP} --name {NAME} --yes")
    recorder.record("update-group-removed", UPDATE, "after kops delete instancegroup, which deletes at once")


# kops before 1.19 put a moment into the name of a launch template; such a one is left over.
LEFT_OVER = """\
import sys, boto3
name = sys.argv[1]
ec2 = boto3.client("ec2")
tags = [{"Key": "Name", "Value": name}]
ec2.create_launch_template(
    LaunchTemplateName=f"{name}-20200101000000",
    LaunchTemplateData={"ImageId": "ami-12c6146b"},
    TagSpecifications=[{"ResourceType": "launch-template", "Tags": tags}],
)
"""


def left_over(recorder: Recorder, spec: Spec) -> None:
    recorder.write("left_over.py", LEFT_OVER)
    recorder.run(f"{places.venv_python()} left_over.py nodes-us-east-1a.{NAME}")
    recorder.record("update-deletes", UPDATE, "an old launch template of the same name is deleted during the update")
    recorder.run(f"{UPDATE} --yes")


def dry(recorder: Recorder, spec: Spec) -> list[tuple[str, Spec, str]]:
    zones = list(spec.nat_gateways)
    crossed = spec.nat_gateways | {zones[0]: spec.nat_gateways[zones[1]]}
    open_ = ("0.0.0.0/0", "::/0")
    recorder.write("channel.yaml", CHANNEL)
    channel = f"file://{recorder.path('channel.yaml')}"
    larger = {"machineType": "m5.large", "maxSize": 1, "rootVolumeEncryption": "false"}
    return [
        (
            "firewall-widened",
            replace(spec, ssh_access=open_, api_access=open_, node_port_access=open_),
            "SSH, API and node ports opened to the internet",
        ),
        (
            "iam-widened",
            replace(spec, policies=policies(SECOND) + EXTERNAL),
            "a policy with more actions, wildcards and resources, and policies from outside kops",
        ),
        (
            "image-and-version",
            replace(spec, image=OTHER_IMAGE, kubernetes_version="1.35.0"),
            "another image and the next minor version of Kubernetes",
        ),
        (
            "scaled-to-zero",
            replace(spec, nodes={"machineType": "t3.medium", "minSize": 0, "maxSize": 0}),
            "no node may run any more",
        ),
        (
            "control-plane-resized",
            replace(spec, control_plane_fields=larger),
            "another machine type for the control plane, root volumes no longer encrypted",
        ),
        (
            "egress-changed",
            replace(spec, nat_gateways=crossed),
            "one zone leaves by the NAT gateway of another",
        ),
        (
            "upgrade-advised",
            replace(spec, channel=channel),
            "kops advises an upgrade on standard output, before the report",
        ),
    ]


def policies(statements: str) -> str:
    return f"  additionalPolicies:\n    node: |\n      {statements}\n"


FIRST = '[{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::one/*"]}]'
SECOND = (
    '[{"Effect": "Allow", "Action": ["s3:*", "ec2:TerminateInstances", "s3:GetObject"], '
    '"Resource": ["arn:aws:s3:::one/*", "*"]}, {"Effect": "Allow", "Action": ["*"], "Resource": ["*"]}]'
)
EXTERNAL = """\
  externalPolicies:
    node:
    - arn:aws:iam::aws:policy/AmazonS3FullAccess
"""

CHANNEL = """\
spec:
  kubernetesVersions:
  - range: ">=1.34.0"
    recommendedVersion: 1.34.9
    requiredVersion: 1.34.0
  kopsVersions:
  - range: ">=1.36.0-alpha.1"
    recommendedVersion: 1.36.9
    requiredVersion: 1.36.0
"""
