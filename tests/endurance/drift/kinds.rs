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

/// What comes of the change.
#[derive(Clone, Copy)]
pub(super) enum Outcome {
    /// Nothing is applied, and the refusal has these words.
    Refused(&'static str),
    /// What was approved is applied: these variables never reach kops.
    KeptAway(&'static [&'static str]),
}

pub(super) struct Kind {
    pub(super) name: &'static str,
    /// Whether the cluster exists, and is reviewed.
    pub(super) exists: bool,
    /// What is so from the start.
    pub(super) before: fn(&mut Stage, &dyn Place),
    /// Whether only a stub of the account can make the change.
    pub(super) on_stub: bool,
    pub(super) when: When,
    pub(super) change: fn(&mut Stage, &dyn Place),
    pub(super) outcome: Outcome,
}

pub(super) const KINDS: [Kind; 57] = [
    kind(
        "spec",
        DRY_RUN,
        |stage, _| {
            stage.edit(
                "spec",
                "kubernetesVersion: 1.35.2",
                "kubernetesVersion: 1.34.1",
            );
        },
        ".spec.kubernetesVersion: approved 1.35.2, now 1.34.1",
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
        before: |stage, _| stage.answer(IMAGE, "example/n"),
        ..denied(
            "image of a name",
            |_, cloud| cloud.move_image("ami-0aa0aa0aa0aa0aa0a"),
            "image example/n: approved ami-12c6146b, now ami-0aa0aa0aa0aa0aa0a",
        )
    },
    Kind {
        before: |stage, _| stage.answer(IMAGE, "'ssm:/images/n'"),
        ..denied(
            "image of a parameter",
            |_, cloud| cloud.move_image("ami-0aa0aa0aa0aa0aa0a"),
            "image ssm:/images/n: approved ami-12c6146b, now ami-0aa0aa0aa0aa0aa0a",
        )
    },
    Kind {
        before: |stage, _| stage.put_behind_a_shim(),
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
    // What another hand writes into the state store.
    existing(
        "secret swapped",
        |_, _| (),
        |_, cloud| cloud.put("secrets/ciliumpassword", "2"),
        "object s3://example-state/drift.example.com/secrets/ciliumpassword: approved 1 of ",
    ),
    existing(
        "certificate authority swapped",
        |_, _| (),
        |_, cloud| cloud.put("pki/private/kubernetes-ca/keyset.yaml", "2"),
        "object s3://example-state/drift.example.com/pki/private/kubernetes-ca/keyset.yaml: approved 1 of ",
    ),
    existing(
        "kops replace in the last second",
        |_, _| (),
        |_, cloud| cloud.put_at_the_last_moment("config", "2"),
        "somebody else wrote into the state store at the last moment; kops was not started",
    ),
    existing(
        "certificate authority added in the last second",
        |_, _| (),
        |_, cloud| cloud.put_at_the_last_moment("pki/private/more/keyset.yaml", "1"),
        "pki/private/more/keyset.yaml: not there when it was approved, now 1 of ",
    ),
    // What kops sees of the running control plane.
    existing(
        "control plane not seen any more",
        |stage, _| stage.runs("1.34.0"),
        |stage, _| stage.runs_unseen(),
        "running control plane: approved 1.34.0, now not seen by kops",
    ),
    existing(
        "control plane of another version",
        |stage, _| stage.runs("1.34.0"),
        |stage, _| stage.runs("1.35.0"),
        "running control plane: approved 1.34.0, now 1.35.0",
    ),
    existing(
        "control plane seen after all",
        |stage, _| {
            stage.runs("1.34.0");
            stage.runs_unseen();
        },
        |stage, _| stage.runs("1.34.0"),
        "running control plane: approved not seen by kops, now 1.34.0",
    ),
    // What a mirror and a channel give out.
    Kind {
        before: |stage, cloud| {
            for architecture in ["amd64", "arm64"] {
                let path = format!("/kops/linux/{architecture}/nodeup.sha256");
                cloud.serve(&path, &"a".repeat(64));
            }
            stage.set_url("KOPS_BASE_URL", "/kops/");
        },
        ..denied(
            "nodeup of a mirror",
            |_, cloud| cloud.serve("/kops/linux/amd64/nodeup.sha256", &"b".repeat(64)),
            "hash of nodeup amd64: approved aaaaaaaa",
        )
    },
    existing(
        "kubelet of a file repository",
        |stage, cloud| stage.has_a_file_repository(cloud),
        |_, cloud| {
            cloud.serve(
                "/files/release/v1.35.2/bin/linux/arm64/kubelet.sha256",
                &"b".repeat(64),
            );
        },
        "hash of kubelet arm64: approved aaaaaaaa",
    ),
    existing(
        "channel",
        |stage, cloud| stage.leaves_the_version_to_a_channel(cloud),
        |_, cloud| cloud.serve("/channel", "spec: {}\n# another\n"),
        "/channel: approved ",
    ),
    // Another source of credentials beside the one that was approved.
    credentials(
        "AWS_DEFAULT_PROFILE beside a profile",
        |stage, _| stage.desk.set("AWS_DEFAULT_PROFILE", "other"),
        Outcome::Refused("two AWS profiles are named"),
    ),
    Kind {
        before: |_, _| (),
        on_stub: true,
        ..credentials(
            "AWS_DEFAULT_PROFILE alone",
            |stage, _| stage.desk.set("AWS_DEFAULT_PROFILE", "other"),
            Outcome::Refused("account: approved 123456789012, now 999999999999"),
        )
    },
    credentials(
        "web identity beside a profile",
        |stage, _| stage.desk.set("AWS_WEB_IDENTITY_TOKEN_FILE", "/t"),
        Outcome::Refused("two sources of AWS credentials are set"),
    ),
    credentials(
        "role of kops",
        |stage, _| {
            stage
                .desk
                .set("KOPS_AWS_ROLE_ARN", "arn:aws:iam::999999999999:role/x");
        },
        Outcome::Refused("KOPS_AWS_ROLE_ARN is set"),
    ),
    // What kops would obey and never sees.
    credentials(
        "role variables beside a profile",
        |stage, _| {
            stage
                .desk
                .set("AWS_ROLE_ARN", "arn:aws:iam::999999999999:role/x");
            stage.desk.set("AWS_ROLE_SESSION_NAME", "other");
        },
        Outcome::KeptAway(&["AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME"]),
    ),
    credentials(
        "old names of keys beside a profile",
        |stage, _| {
            stage.desk.set("AWS_ACCESS_KEY", "ASIAOTHER");
            stage.desk.set("AWS_SECRET_KEY", "secret");
        },
        Outcome::KeptAway(&["AWS_ACCESS_KEY", "AWS_SECRET_KEY"]),
    ),
    Kind {
        outcome: Outcome::KeptAway(&["KOPS_LIFECYCLE_OVERRIDES"]),
        ..kind(
            "lifecycle overrides",
            When::Between,
            |stage, _| {
                stage
                    .desk
                    .set("KOPS_LIFECYCLE_OVERRIDES", "SecurityGroup=Ignore");
            },
            "",
        )
    },
    Kind {
        outcome: Outcome::KeptAway(&["KOPS_CLUSTER_NAME"]),
        ..kind(
            "name of another cluster",
            When::Between,
            |stage, _| stage.desk.set("KOPS_CLUSTER_NAME", "other.example.com"),
            "",
        )
    },
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

// A change while the real dry run of a cluster that exists runs.
const fn existing(
    name: &'static str,
    before: fn(&mut Stage, &dyn Place),
    change: fn(&mut Stage, &dyn Place),
    told: &'static str,
) -> Kind {
    Kind {
        exists: true,
        before,
        ..denied(name, change, told)
    }
}

// A variable that is set after a profile by name was approved.
const fn credentials(
    name: &'static str,
    change: fn(&mut Stage, &dyn Place),
    outcome: Outcome,
) -> Kind {
    Kind {
        before: |stage, _| stage.desk.set("AWS_PROFILE", "default"),
        outcome,
        ..kind(name, When::Between, change, "")
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
        exists: false,
        before: |_, _| (),
        on_stub: false,
        when,
        change,
        outcome: Outcome::Refused(told),
    }
}
