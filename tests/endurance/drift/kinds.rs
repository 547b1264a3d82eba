//! The kinds of change, when each comes, and the words that tell of it.

use super::Stage;
use super::place::Place;
use crate::desk::IMAGE;

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
    /// What is so from the start.
    pub(super) before: fn(&mut Stage),
    /// Whether only a stub of the account can make the change.
    pub(super) on_stub: bool,
    pub(super) when: When,
    pub(super) change: fn(&mut Stage, &dyn Place),
    /// Words that the refusal has.
    pub(super) told: &'static str,
}

pub(super) const KINDS: [Kind; 39] = [
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
    // Reads that are refused right before --yes, each alone.
    denied(
        "VPCs not read",
        |_, cloud| cloud.deny("DescribeVpcs"),
        "VPC: known when it was approved, and now not: UnauthorizedOperation",
    ),
    denied(
        "subnets not read",
        |_, cloud| cloud.deny("DescribeSubnets"),
        "subnets: known when it was approved, and now not: UnauthorizedOperation",
    ),
    denied(
        "route tables not read",
        |_, cloud| cloud.deny("DescribeRouteTables"),
        "route tables: known when it was approved, and now not: UnauthorizedOperation",
    ),
    denied(
        "NAT gateways not read",
        |_, cloud| cloud.deny("DescribeNatGateways"),
        "NAT gateways: known when it was approved, and now not: UnauthorizedOperation",
    ),
    denied(
        "internet gateways not read",
        |_, cloud| cloud.deny("DescribeInternetGateways"),
        "internet gateways: known when it was approved, and now not: UnauthorizedOperation",
    ),
    denied(
        "DNS attributes not read",
        |_, cloud| cloud.deny("DescribeVpcAttribute"),
        "DNS attributes: known when it was approved, and now not: UnauthorizedOperation",
    ),
    denied(
        "secondary block",
        |_, cloud| cloud.tell("<cidrBlock>172.20.0.0/16</cidrBlock></item>", BLOCKS),
        "blocks: approved 172.20.0.0/16, now 172.20.0.0/16, 172.21.0.0/16",
    ),
    denied(
        "DNS support off",
        |_, cloud| cloud.tell("<value>true</value>", "<value>false</value>"),
        "DNS support: approved on, now off",
    ),
    denied(
        "another internet gateway",
        |_, cloud| {
            cloud.tell(
                "<internetGatewayId>igw-1</internetGatewayId>",
                "<internetGatewayId>igw-2</internetGatewayId>",
            );
        },
        "internet gateways: approved igw-1, now igw-2",
    ),
    denied(
        "route table tied to a subnet",
        |_, cloud| {
            cloud.tell(
                "<item><main>true</main></item>",
                "<item><main>true</main></item><item><subnetId>subnet-us-east-1a</subnetId></item>",
            );
        },
        "route table rtb-1: approved main; , now main; subnet-us-east-1a",
    ),
    denied(
        "NAT gateway failed",
        |_, cloud| {
            cloud.tell(
                "<state>available</state><connectivityType>",
                "<state>failed</state><connectivityType>",
            );
        },
        "NAT gateway nat-0us-east-1a: approved available, ",
    ),
    // Names that stand for something else.
    Kind {
        before: |stage| stage.answer(IMAGE, "example/n"),
        ..denied(
            "image of a name",
            |_, cloud| cloud.move_image("ami-0aa0aa0aa0aa0aa0a"),
            "image example/n: approved ami-12c6146b, now ami-0aa0aa0aa0aa0aa0a",
        )
    },
    Kind {
        before: |stage| stage.answer(IMAGE, "'ssm:/images/n'"),
        ..denied(
            "image of a parameter",
            |_, cloud| cloud.move_image("ami-0aa0aa0aa0aa0aa0a"),
            "image ssm:/images/n: approved ami-12c6146b, now ami-0aa0aa0aa0aa0aa0a",
        )
    },
    Kind {
        before: Stage::put_behind_a_shim,
        ..kind(
            "kops behind a shim",
            DRY_RUN,
            |stage, _| stage.replace_kops(),
            "kops SHA-256: approved ",
        )
    },
    // What the state store has more than was approved.
    kind(
        "hook",
        DRY_RUN,
        |stage, _| stage.add_to_cluster("  hooks: [{name: evil, manifest: x}]"),
        "spec.hooks",
    ),
    kind(
        "file asset",
        DRY_RUN,
        |stage, _| stage.add_to_cluster("  fileAssets: [{name: evil, path: /x, content: y}]"),
        "spec.fileAssets",
    ),
    kind(
        "user data",
        DRY_RUN,
        |stage, _| {
            stage.edit(
                "spec",
                "  maxSize: 2",
                "  maxSize: 2\n  additionalUserData: [{name: evil.sh, type: text/x-shellscript, content: x}]",
            );
        },
        "spec.additionalUserData",
    ),
    // The environment of the one who approves.
    kind(
        "mirror of kops",
        When::Between,
        |stage, _| {
            stage
                .desk
                .set("KOPS_BASE_URL", "http://127.0.0.1:1/kops/1.36.2/");
        },
        ", now http://127.0.0.1:1/kops/1.36.2/",
    ),
    kind(
        "endpoint of the store",
        When::Between,
        |stage, _| stage.desk.set("AWS_ENDPOINT_URL_IAM", "http://127.0.0.1:1"),
        "environment AWS_ENDPOINT_URL_IAM: not there when it was approved, now http://127.0.0.1:1",
    ),
    kind(
        "proxy",
        When::Between,
        |stage, _| stage.desk.set("HTTPS_PROXY", "http://127.0.0.1:1"),
        "environment HTTPS_PROXY: not there when it was approved, now http://127.0.0.1:1",
    ),
];

/// What EC2 tells of a VPC with a second block.
const BLOCKS: &str = "<cidrBlock>172.20.0.0/16</cidrBlock><cidrBlockAssociationSet>\
    <item><cidrBlock>172.20.0.0/16</cidrBlock><cidrBlockState><state>associated</state></cidrBlockState></item>\
    <item><cidrBlock>172.21.0.0/16</cidrBlock><cidrBlockState><state>associated</state></cidrBlockState></item>\
    </cidrBlockAssociationSet></item>";

// A change that only a stub of the account can make, while the real dry run runs.
const fn denied(
    name: &'static str,
    change: fn(&mut Stage, &dyn Place),
    told: &'static str,
) -> Kind {
    Kind {
        on_stub: true,
        ..kind(name, DRY_RUN, change, told)
    }
}

const fn kind(
    name: &'static str,
    when: When,
    change: fn(&mut Stage, &dyn Place),
    told: &'static str,
) -> Kind {
    Kind {
        name,
        before: |_| (),
        on_stub: false,
        when,
        change,
        told,
    }
}
