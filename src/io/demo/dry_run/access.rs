//! IAM roles, the key pair, and the queue that tells of instances about to end (`pkg/model/awsmodel/iam.go`, `sshkey.go`,
//! `nodeterminationhandler.go`).

use super::DemoAccount;
use super::names::{dashed, shortened};
use super::resource::{DemoResource, named_id};
use super::spec::DemoSpec;

const LONGEST_ROLE: usize = 64;
const LONGEST_QUEUE: usize = 75;
const LONGEST_RULE: usize = 40;

const EVENTS: [(&str, &str); 4] = [
    (
        "ASGLifecycle",
        r#"{"source":["aws.autoscaling"],"detail-type":["EC2 Instance-terminate Lifecycle Action"]}"#,
    ),
    (
        "InstanceScheduledChange",
        r#"{"source": ["aws.health"],"detail-type": ["AWS Health Event"],"detail": {"service": ["EC2"],"eventTypeCategory": ["scheduledChange"]}}"#,
    ),
    (
        "InstanceStateChange",
        r#"{"source": ["aws.ec2"],"detail-type": ["EC2 Instance State-change Notification"]}"#,
    ),
    (
        "SpotInterruption",
        r#"{"source": ["aws.ec2"],"detail-type": ["EC2 Spot Instance Interruption Warning"]}"#,
    ),
];

/// Roles, key and queue.
pub(super) fn resources(spec: &DemoSpec, account: &DemoAccount) -> Vec<DemoResource> {
    let mut roles = vec![("masters", "master"), ("nodes", "node")];
    if spec.has_bastion() {
        roles.push(("bastions", "bastion"));
    }
    let roles = roles.into_iter();
    let mut all: Vec<DemoResource> = roles
        .flat_map(|(plural, one)| role(spec, plural, one))
        .collect();
    all.push(ssh_key(spec, account));
    all.extend(queue(spec));
    all
}

/// The name of a role, a profile and a policy.
pub(super) fn role_name(spec: &DemoSpec, role: &str) -> String {
    shortened(&spec.below(role), LONGEST_ROLE)
}

fn role(spec: &DemoSpec, plural: &str, one: &str) -> [DemoResource; 5] {
    let name = role_name(spec, plural);
    let tags = spec.tags(&name);
    let policy = |policy: &str, managed| {
        DemoResource::new("IAMRolePolicy", policy)
            .with("Role", format!("name:{name}"))
            .with("Managed", managed)
    };
    [
        DemoResource::new("IAMInstanceProfile", &name)
            .tagged(&tags)
            .with("Shared", "false"),
        DemoResource::new("IAMInstanceProfileRole", &name)
            .with("InstanceProfile", named_id(&name))
            .with("Role", format!("name:{name}")),
        DemoResource::new("IAMRole", &name)
            .tagged(&tags)
            .with("ExportWithID", plural),
        policy(&format!("{one}-policyoverride"), true),
        policy(&name, false),
    ]
}

/// The key pair in EC2: named after the cluster and its MD5 fingerprint.
pub(super) fn key_pair(spec: &DemoSpec, account: &DemoAccount) -> String {
    format!("kubernetes.{}-{}", spec.name, account.key_md5)
}

fn ssh_key(spec: &DemoSpec, account: &DemoAccount) -> DemoResource {
    DemoResource::new("SSHKey", key_pair(spec, account))
        .with("Shared", "false")
        .with("KeyFingerprint", &account.key_sha256)
        .tagged(&spec.tags(&spec.name))
}

fn queue(spec: &DemoSpec) -> Vec<DemoResource> {
    let queue = format!("{}-nth", shortened(&dashed(&spec.name), LONGEST_QUEUE));
    let sqs = DemoResource::new("SQS", &queue)
        .with("MessageRetentionPeriod", "300")
        .tagged(&spec.tags(&queue));
    let start = shortened(&spec.name, LONGEST_RULE);
    let events = EVENTS.iter().flat_map(|(event, pattern)| {
        let rule = format!("{start}-{event}");
        [
            DemoResource::new("EventBridgeRule", &rule)
                .with("EventPattern", pattern)
                .with("SQSQueue", format!("name:{queue}"))
                .tagged(&spec.tags(&rule)),
            DemoResource::new("EventBridgeTarget", format!("{rule}-Target"))
                .with("Rule", named_id(&rule))
                .with("SQSQueue", format!("name:{queue}")),
        ]
    });
    events.chain([sqs]).collect()
}
