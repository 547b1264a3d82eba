//! The kinds of change, when each comes, and the words that tell of it.

use super::Stage;
use super::place::Place;

/// When the change comes.
#[derive(Clone, Copy)]
pub(super) enum When {
    /// While kops runs the command with these words for the so many-th time; what runs later sees the change.
    During(&'static str, usize),
    /// Between what was printed and its approval.
    Between,
}

/// The first is on the scratch store.
const READ_BACK: When = When::During("get all", 2);
const KEYS: When = When::During("get sshpublickeys", 1);
/// The first is on the scratch store.
const DRY_RUN: When = When::During("update cluster", 2);

pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) when: When,
    pub(super) change: fn(&mut Stage, &dyn Place),
    /// Words that the refusal has.
    pub(super) told: &'static str,
}

pub(super) const KINDS: [Kind; 19] = [
    kind(
        "spec",
        DRY_RUN,
        |stage, _| {
            stage.edit(
                "spec",
                "kubernetesVersion: 1.35.5",
                "kubernetesVersion: 1.34.1",
            );
        },
        ".spec.kubernetesVersion: approved 1.35.5, now 1.34.1",
    ),
    kind(
        "instance group",
        DRY_RUN,
        |stage, _| stage.edit("spec", "maxSize: 2", "maxSize: 20"),
        "spec.maxSize: approved 2, now 20",
    ),
    kind(
        "instance group added",
        DRY_RUN,
        |stage, _| stage.add_group(),
        "InstanceGroup/more",
    ),
    kind(
        "kops program replaced",
        DRY_RUN,
        |stage, _| stage.replace_kops(),
        "kops SHA-256: approved ",
    ),
    kind(
        "kops version",
        DRY_RUN,
        |stage, _| stage.play("version: 1.35.0\n"),
        "kops version: approved 1.36.2, now 1.35.0",
    ),
    kind(
        "SSH key replaced",
        DRY_RUN,
        |stage, _| stage.replace_key(),
        "SSH public key: approved SHA256:",
    ),
    kind(
        "account",
        DRY_RUN,
        |stage, cloud| stage.assume(cloud),
        "account: approved 123456789012, now 999999999999",
    ),
    kind(
        "route",
        DRY_RUN,
        |stage, cloud| {
            cloud.add_route(
                &stage.vpc.id,
                &format!("10.{}.{}.0/24", stage.trial / 250, stage.trial % 250),
            );
        },
        "route rtb-",
    ),
    kind(
        "subnet",
        DRY_RUN,
        |stage, cloud| {
            cloud.add_subnet(
                &stage.vpc.id,
                &format!(
                    "172.20.{}.{}/28",
                    200 + stage.trial / 16,
                    stage.trial % 16 * 16
                ),
            );
        },
        "subnet subnet-",
    ),
    kind(
        "NAT gateway",
        DRY_RUN,
        |stage, cloud| cloud.add_nat_gateway(&stage.vpc.id),
        "NAT gateway nat-",
    ),
    kind(
        "report",
        KEYS,
        |stage, _| {
            stage.play(
                "lines: [{when: update cluster, unless: --yes, replace: {t3.medium: t3.micro}}]\n",
            );
        },
        "approved t3.medium, now t3.micro",
    ),
    kind(
        "second operator applied",
        KEYS,
        |stage, _| stage.keep("applied", ""),
        "approved, but not in the real dry run",
    ),
    kind(
        "another key added",
        READ_BACK,
        |stage, _| {
            stage.keep("keys", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKZ2tfWVBg73f65S68AMRzHPomyK8SLJwORxHsR+saoc x\n");
        },
        "another SSH public key",
    ),
    kind(
        "key in the store replaced",
        DRY_RUN,
        |stage, _| {
            stage.keep("keys", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKZ2tfWVBg73f65S68AMRzHPomyK8SLJwORxHsR+saoc x\n");
        },
        "SSH public keys in the state store: approved SHA256:",
    ),
    kind(
        "region",
        When::Between,
        |stage, _| stage.answer("region: us-east-1", "region: us-east-2"),
        "us-east-2",
    ),
    kind(
        "state store",
        When::Between,
        |stage, cloud| stage.move_store(cloud),
        "s3://other-state",
    ),
    kind(
        "environment",
        When::Between,
        |stage, _| stage.desk.set("KOPS_FEATURE_FLAGS", "+Scary"),
        "environment KOPS_FEATURE_FLAGS: not there when it was approved, now +Scary",
    ),
    kind(
        "answers",
        When::Between,
        |stage, _| stage.answer("t3.large", "t3.small"),
        "spec.machineType: approved t3.large, now t3.small",
    ),
    kind(
        "report printed",
        When::Between,
        |stage, _| stage.play("lines: [{when: update cluster, replace: {t3.medium: t3.micro}}]\n"),
        "approved t3.medium, now t3.micro",
    ),
];

const fn kind(
    name: &'static str,
    when: When,
    change: fn(&mut Stage, &dyn Place),
    told: &'static str,
) -> Kind {
    Kind {
        name,
        when,
        change,
        told,
    }
}
