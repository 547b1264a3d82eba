"""The commands that are recorded, in the order in which a cluster lives through them."""

from dataclasses import replace
import json
from pathlib import Path

from . import changes
from .cluster import NAME, UPDATE
from .recorder import Recorder
from .spec import ZONES, Spec

# Public keys only: nobody ever had use for the private ones.
KEYS = {
    "first.pub": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKZ2tfWVBg73f65S68AMRzHPomyK8SLJwORxHsR+saoc",
    "second.pub": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFj1u5bYqvUj3jQmXo0m1C3cJ0oK1b3Zc7xQm2V4nZ8s",
}
RETRIES_END_AFTER = 45


def all_in_order(recorder: Recorder, spec: Spec, subnets: dict[str, str]) -> None:
    """`subnets`: ids of the VPC's own, by the name that a spec would give them."""
    for name, key in KEYS.items():
        recorder.write(name, f"{key} operator@example.com\n")
    recorder.write("cluster_spec.yml", spec.text())
    recorder.keep("cluster_spec.yml", "cluster_spec.yml")
    nothing_there(recorder)
    creation(recorder, spec)
    birth(recorder)
    crash(recorder)
    modification(recorder, spec)
    changes.all_in_order(recorder, spec)
    two_keys(recorder)
    blocked(recorder, spec)
    borrowed(recorder, spec, subnets)


def nothing_there(recorder: Recorder) -> None:
    recorder.record(
        "update-no-state", UPDATE, "no state store is named", exit=1, change={"KOPS_STATE_STORE": None}
    )
    recorder.record(
        "update-no-bucket",
        f"{UPDATE} --state s3://no-such-bucket-zz",
        "the state store's bucket does not exist",
        exit=1,
    )
    recorder.record(
        "update-unknown", "kops update cluster nope.example.com", "no such cluster", exit=1
    )
    recorder.record(
        "validate-unknown", "kops validate cluster nope.example.com", "no such cluster", exit=1
    )


def creation(recorder: Recorder, spec: Spec) -> None:
    recorder.write("even.yml", replace(spec, cluster="even.example.com", control_plane=spec.control_plane[:2]).text())
    recorder.record("create-even", "kops create -f even.yml", "two etcd members are refused", exit=1)
    recorder.record("create", "kops create -f cluster_spec.yml", "the spec is stored")
    recorder.record("create-exists", "kops create -f cluster_spec.yml", "a second time", exit=1)
    recorder.record("create-secret", add_key("first.pub"), "the SSH key is stored")
    recorder.record("update-create", UPDATE, "the dry run before anything exists")
    recorder.record("apply-create", f"{UPDATE} --yes --admin", "progress on stderr, kops's advice on stdout")
    recorder.record("update-nochange", UPDATE, 'the dry run after apply: "no change" is not always empty')
    recorder.record("get-cluster-yaml", f"kops get cluster {NAME} -o yaml", "kops's normal form")


def add_key(file: str) -> str:
    return f"kops create secret --name {NAME} sshpublickey admin -i {file}"


def birth(recorder: Recorder) -> None:
    recorder.record(
        "validate-0-api-not-resolving",
        f"kops validate cluster {NAME}",
        "the API's name does not resolve yet",
        exit=1,
    )
    instances = instances_by_group(recorder)
    recorder.meet(" ".join(instances.values()))
    join(recorder, "api")
    validate(recorder, "validate-1-no-nodes", "the API answers, no node joined", exit=1)
    join(recorder, "control-plane")
    validate(recorder, "validate-2-control-plane-only", "the control plane joined", exit=1)
    late = (instances["nodes-us-east-1a"], instances["control-plane-us-east-1a"])
    join(recorder, "all", *(f"--not-ready={machine}" for machine in late))
    validate(recorder, "validate-3-not-ready", "a node is not ready, and one of the control plane with its pods", exit=1)
    join(recorder, "all")
    validate(recorder, "validate-4-ready", "ready", exit=0)


def join(recorder: Recorder, *options: str) -> None:
    recorder.run(" ".join(["join", *options, "--cluster", NAME]))


def instances_by_group(recorder: Recorder) -> dict[str, str]:
    found = json.loads(recorder.run(f"kops get instances --name {NAME} -o json"))
    pairs = ((one["instanceGroup"].partition(".")[0], one["id"]) for one in found)
    return dict(sorted(pairs))


def validate(recorder: Recorder, name: str, shows: str, exit: int) -> None:
    command = f"kops validate cluster {NAME} --use-kubeconfig"
    recorder.record(name, command, shows, exit, change=recorder.validation)
    recorder.record(f"{name}-json", f"{command} -o json", f"{shows}, as JSON", exit, change=recorder.validation)


def crash(recorder: Recorder) -> None:
    join(recorder, "all", "--kubelet-version=")
    recorder.record(
        "update-kops-panics",
        UPDATE,
        "kops itself crashes, here on nodes with an empty kubelet version",
        exit=2,
        change=recorder.validation,
    )
    join(recorder, "all")


def modification(recorder: Recorder, spec: Spec) -> None:
    modified = replace(
        spec,
        kubernetes_version="1.34.1",
        ssh_access=("0.0.0.0/0",),
        policies=POLICIES,
        nodes={"machineType": "t3.large", "maxSize": 6, "rootVolumeSize": 100},
    )
    recorder.write("modified.yml", modified.text())
    recorder.run("kops replace -f modified.yml")
    recorder.record(
        "update-modify",
        UPDATE,
        "machine type, max size, root volume, Kubernetes version, an IAM policy, SSH opened to 0.0.0.0/0",
    )
    # kops writes into $KUBECONFIG after --yes, so it gets a copy.
    recorder.write("kubeconfig", Path(recorder.validation["KUBECONFIG"]).read_text(encoding="utf-8"))
    recorder.record(
        "apply-modify",
        f"{UPDATE} --yes",
        "the same, applied, with the running control plane in reach and still on the older version",
        change={"KUBECONFIG": "kubeconfig"},
    )
    recorder.record(
        "update-after-modify",
        UPDATE,
        "kops held the nodes back until the control plane runs the new version; what waits for --prune",
    )


POLICIES = """\
  additionalPolicies:
    node: |
      [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["*"]}]
"""


def two_keys(recorder: Recorder) -> None:
    recorder.run(add_key("first.pub"))
    listing = f"kops get sshpublickeys --name {NAME} -o yaml"
    recorder.record("sshkeys", listing, "the same key added twice is one key")
    recorder.run(add_key("second.pub"))
    recorder.record("sshkeys-two", listing, "another key is appended")
    recorder.record("update-two-keys", UPDATE, "with two keys no update is possible on AWS", exit=1)


def blocked(recorder: Recorder, spec: Spec) -> None:
    missing = {zone: "nat-0badbadbadbadbad0" for zone in spec.nat_gateways}
    start(recorder, "bad", replace(spec, cluster="bad.example.com", private=32, utility=36, nat_gateways=missing))
    recorder.record(
        "update-nat-missing",
        "kops update cluster bad.example.com",
        "a NAT gateway that does not exist: retries, no report",
        exit=124,
        stop_after=RETRIES_END_AFTER,
    )
    start(recorder, "clash", replace(spec, cluster="clash.example.com", private=4, utility=40))
    recorder.record(
        "apply-clash",
        "kops update cluster clash.example.com --yes --admin",
        "blocks that overlap subnets of the VPC; the dry run was clean",
        exit=124,
        stop_after=RETRIES_END_AFTER,
    )


def borrowed(recorder: Recorder, spec: Spec, subnets: dict[str, str]) -> None:
    alone = replace(spec, cluster="alone.example.com", private=44, utility=48, nat_gateways={})
    start(recorder, "alone", alone)
    recorder.record(
        "update-nat-created",
        "kops update cluster alone.example.com",
        "no egress is named: kops makes NAT gateways and Elastic IPs of its own",
    )
    first = {"": 8, "utility-": 0}
    shared = {
        f"{tier}{zone}": (subnets[f"{tier}{zone}"], f"172.20.{octet + index}.0/24")
        for tier, octet in first.items()
        for index, zone in enumerate(ZONES)
    }
    start(recorder, "shared", replace(spec, cluster="shared.example.com", nat_gateways={}, shared_subnets=shared))
    recorder.record(
        "update-shared-subnets",
        "kops update cluster shared.example.com",
        "subnets that Terraform made are used: kops tags them",
    )


def start(recorder: Recorder, name: str, spec: Spec) -> None:
    recorder.write(f"{name}.yml", spec.text())
    recorder.run(f"kops create -f {name}.yml")
    recorder.run(f"kops create secret --name {spec.cluster} sshpublickey admin -i first.pub")
