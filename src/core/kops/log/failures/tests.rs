//! Each kind of failure in the forms in which kops prints it.

use super::super::{LogProgress, Trouble, explained};
use super::Retryable::{No, Unknown, Yes};
use super::*;

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../../../../../tests/fixtures/failures/", $name))
    };
}

fn troubles(text: &str) -> Vec<Trouble> {
    let mut progress = LogProgress::default();
    text.lines().for_each(|line| progress.read(line));
    progress.troubles()
}

fn running(text: &str) -> Vec<(String, Retryable, usize)> {
    let found = troubles(text).into_iter();
    found
        .map(|one| (one.fault.what, one.retryable, one.tasks.len()))
        .collect()
}

#[test]
fn what_kops_does_is_not_said_of_a_kops_that_has_ended() {
    for (text, what) in [
        (
            fixture!("throttling-ended.txt"),
            "AWS asks kops to slow down",
        ),
        (
            fixture!("iam-profile-deadline.txt"),
            "an instance profile that was just made is not known everywhere yet",
        ),
    ] {
        let fault = explained(1, "", text);
        assert_eq!(fault.what, what);
        assert!(!fault.remedy.contains("by itself"), "{fault}");
        assert!(fault.remedy.starts_with("run the command again"), "{fault}");
    }
    // kops gave up: no failure that is known to be retryable says otherwise once it has ended.
    for failure in failures() {
        assert!(!failure.remedy.contains("by itself"), "{}", failure.id);
        let waits = failure.running().remedy == "wait: kops tries again by itself";
        assert_eq!(waits, failure.retryable == Yes, "{}", failure.id);
    }
    let gave_up = explained(1, "", fixture!("iam-profile-deadline.txt")).why;
    assert!(
        gave_up.ends_with("kops gave up after ten minutes of retries"),
        "{gave_up}"
    );
}

#[test]
fn a_missing_delegation_is_no_trouble_of_the_vpn() {
    let fault = explained(1, "", fixture!("ns-records-missing.txt"));
    assert_eq!(fault.what, "the cluster's DNS zone is not delegated");
    assert!(!format!("{fault}").contains("VPN"), "{fault}");
    let empty = "Error: NS records not found for \"example.com\" - please make sure they are correctly configured";
    assert_eq!(explained(1, "", empty).what, fault.what);
    let asked = "Error: error doing DNS lookup for NS records for \"example.com\": lookup example.com on 10.40.1.6:53: read udp 10.0.0.1:4->10.40.1.6:53: i/o timeout";
    assert_eq!(
        explained(1, "", asked).what,
        "the DNS server did not tell the name servers of the cluster's zone"
    );
}

#[test]
fn a_launch_template_that_may_not_be_used_names_what_it_needs() {
    let what = "AWS denied kops ec2:RunInstances, iam:PassRole or ec2:CreateTags";
    let text = fixture!("launch-template-denied.txt");
    assert_eq!(running(text), [(what.to_owned(), No, 1)]);
    let ended = format!(
        "{text}\nError: error running tasks: deadline exceeded executing task AutoscalingGroup/nodes.prod.example.com. Example error: error creating AutoScalingGroup: You are not authorized to use launch template: nodes.prod.example.com\n"
    );
    assert_eq!(explained(1, "", &ended).what, what);
}

#[test]
fn typed_errors_of_the_sdk_are_read() {
    let quota = "a quota of the account is used up".to_owned();
    assert_eq!(running(fixture!("iam-quota-typed.txt")), [(quota, No, 2)]);
}

#[test]
fn what_kops_itself_refuses_is_not_called_an_answer_of_aws() {
    let text = fixture!("field-cannot-change.txt");
    let what = "kops never changes this field of something that exists".to_owned();
    assert_eq!(running(text), [(what.clone(), No, 1)]);
    assert_eq!(
        known("Field cannot be changed: CIDR").map(|one| one.whose),
        Some(Whose::Kops)
    );
    for message in [
        "CIDR: Forbidden: field is immutable: old=10.0.0.0/16 new=10.1.0.0/16",
        "Field cannot be changed: DomainNameServers",
    ] {
        assert_eq!(explained(1, "", &format!("Error: {message}")).what, what);
    }
}

#[test]
fn what_is_not_known_stays_unknown() {
    let line = |error: &str| {
        format!(
            "W1128 10:00:01.0 1 executor.go:141] error running task \"VPC/a\" (9m43s remaining to succeed): {error}"
        )
    };
    let answer = "operation error EC2: CreateVpc, https response error StatusCode: 400, RequestID: 0, api error NeverHeardOf: odd";
    for (error, why) in [
        (
            answer,
            "kopswain does not know this answer of AWS, nor whether a retry helps",
        ),
        (
            "something odd",
            "kopswain does not know this error of kops, nor whether a retry helps",
        ),
    ] {
        let found = troubles(&line(error));
        let cause = found
            .first()
            .map(|one| (one.retryable, one.fault.why.as_str()));
        assert_eq!(cause, Some((Unknown, why)));
        let outlook = found.first().map(Trouble::outlook).unwrap_or_default();
        assert!(
            outlook.ends_with("whether that helps is not known"),
            "{outlook}"
        );
    }
    assert_eq!(known("the moon is full").map(|one| one.id), None);
}

/// Errors as kops prints them, by the sources that the tables name.
const SAID: &[(&str, &str, Retryable)] = &[
    (
        "error creating VPC: operation error EC2: CreateVpc, https response error StatusCode: 503, RequestID: 0, api error RequestLimitExceeded: Request limit exceeded.",
        "throttled",
        Yes,
    ),
    (
        "operation error EventBridge: PutRule, https response error StatusCode: 400, RequestID: 0, ThrottlingException: Rate exceeded",
        "throttled",
        Yes,
    ),
    (
        "error creating EventBridge rule: operation error EventBridge: PutRule, https response error StatusCode: 400, RequestID: 0, LimitExceededException: The requested resource exceeds the maximum number allowed.",
        "quota",
        No,
    ),
    (
        "error creating AutoScalingGroup: operation error Auto Scaling: CreateAutoScalingGroup, https response error StatusCode: 400, RequestID: 0, LimitExceeded: You have already reached a limit",
        "quota",
        No,
    ),
    (
        "error creating NLB \"api\": operation error Elastic Load Balancing v2: CreateLoadBalancer, https response error StatusCode: 400, RequestID: 0, TooManyLoadBalancers: The maximum number of load balancers has been reached",
        "quota",
        No,
    ),
    (
        "error creating VPC: operation error EC2: CreateVpc, https response error StatusCode: 400, RequestID: 0, api error VpcLimitExceeded: The maximum number of VPCs has been reached.",
        "quota",
        No,
    ),
    (
        "operation error EC2: CreateNatGateway, https response error StatusCode: 400, RequestID: 0, api error SomeNewLimitExceeded: no more",
        "quota",
        No,
    ),
    (
        "operation error EC2: RunInstances, https response error StatusCode: 400, RequestID: 0, api error VcpuLimitExceeded: You have requested more vCPU capacity than your current vCPU limit",
        "quota-vcpus",
        No,
    ),
    (
        "error creating subnet: InvalidSubnet.Conflict: The CIDR '10.0.0.0/24' conflicts with another subnet\n\tstatus code: 400, request id: 0",
        "subnet-overlaps",
        No,
    ),
    (
        "operation error EC2: CreateSubnet, https response error StatusCode: 400, RequestID: 0, api error InvalidSubnet.Range: The CIDR '10.1.0.0/24' is invalid.",
        "range-invalid",
        No,
    ),
    (
        "operation error EC2: DescribeNatGateways, https response error StatusCode: 400, RequestID: 0, api error NatGatewayNotFound: x",
        "nat-gateway-missing",
        No,
    ),
    (
        "error listing NatGateway \"nat-1\": found 0 Nat Gateways with ID \"nat-1\", expected 1",
        "nat-gateway-missing",
        No,
    ),
    (
        "found 2 EIP Addresses for 1 NATGateway, expected 1",
        "nat-gateway-addresses",
        No,
    ),
    ("found multiple VPCs matching tags", "found-multiple", No),
    (
        "found multiple DNS Zones matching \"example.com\"",
        "found-multiple",
        No,
    ),
    (
        "VPC with id \"vpc-1\" was set to be shared, but did not have EnableDNSSupport=true.",
        "vpc-without-dns-support",
        No,
    ),
    (
        "VPC with id \"vpc-1\" not found",
        "shared-resource-missing",
        No,
    ),
    (
        "network load balancers do not support detaching subnets",
        "load-balancer-fixed",
        No,
    ),
    ("Field is required: CIDR", "field-required", No),
    (
        "completed cluster failed validation: spec.networking.subnets[0].cidr: Forbidden: subnet \"a\" had a cidr \"10.0.0.0/24\" that was not a subnet of the networkCIDR",
        "spec-invalid",
        No,
    ),
    (
        "spec.kubernetesVersion: Invalid value: \"1.99\": x",
        "spec-invalid",
        No,
    ),
    (
        "error listing DNS zones: operation error Route 53: ListHostedZones, https response error StatusCode: 403, RequestID: 0, api error InvalidClientTokenId: The security token included in the request is invalid.",
        "credentials-wrong",
        No,
    ),
    (
        "operation error EC2: DescribeVpcs, https response error StatusCode: 400, RequestID: 0, api error RequestExpired: Request has expired.",
        "credentials-expired",
        No,
    ),
    (
        "operation error STS: GetCallerIdentity, https response error StatusCode: 403, RequestID: 0, api error ExpiredToken: The security token included in the request is expired",
        "credentials-expired",
        No,
    ),
    (
        "operation error STS: GetCallerIdentity, get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found",
        "no-credentials",
        No,
    ),
    (
        "error updating AutoscalingGroup: operation error Auto Scaling: UpdateAutoScalingGroup, https response error StatusCode: 400, RequestID: 0, ScalingActivityInProgress: busy",
        "busy",
        Yes,
    ),
    (
        "error creating AutoScalingGroup: operation error Auto Scaling: CreateAutoScalingGroup, https response error StatusCode: 400, RequestID: 0, AlreadyExists: AutoScalingGroup by this name already exists - A group with the name x already exists and is pending delete",
        "not-yet-made",
        Yes,
    ),
    (
        "error creating IAMRole: operation error IAM: CreateRole, https response error StatusCode: 409, RequestID: 0, EntityAlreadyExists: Role with name nodes already exists.",
        "name-taken",
        No,
    ),
    (
        "error creating Route: operation error EC2: CreateRoute, https response error StatusCode: 400, RequestID: 0, api error InvalidRouteTableID.NotFound: The routeTable ID 'rtb-1' does not exist",
        "not-visible-yet",
        Yes,
    ),
    (
        "error attaching IAMRolePolicy: operation error IAM: AttachRolePolicy, https response error StatusCode: 404, RequestID: 0, NoSuchEntity: Policy arn:aws:iam::1:policy/x does not exist or is not attachable.",
        "iam-entity-missing",
        Unknown,
    ),
    (
        "operation error Auto Scaling: CreateAutoScalingGroup, https response error StatusCode: 400, RequestID: 0, api error ValidationError: You must use a valid fully-formed launch template. Value (nodes) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name",
        "instance-profile-young",
        Yes,
    ),
    (
        "operation error Auto Scaling: CreateAutoScalingGroup, https response error StatusCode: 400, RequestID: 0, api error ValidationError: You must use a valid fully-formed launch template.",
        "launch-template-invalid",
        Unknown,
    ),
    (
        "operation error Auto Scaling: CreateAutoScalingGroup, https response error StatusCode: 400, RequestID: 0, ServiceLinkedRoleFailure: x",
        "service-linked-role",
        No,
    ),
    (
        "operation error S3: GetObject, https response error StatusCode: 301, RequestID: 0, HostID: 0, api error PermanentRedirect: The bucket you are attempting to access must be addressed using the specified endpoint.",
        "bucket-elsewhere",
        No,
    ),
    (
        "operation error S3: GetObject, https response error StatusCode: 404, RequestID: 0, HostID: 0, NoSuchBucket: The specified bucket does not exist",
        "bucket-missing",
        No,
    ),
    (
        "operation error EC2: ModifyVolume, https response error StatusCode: 400, RequestID: 0, api error VolumeModificationRateExceeded: You've reached the maximum modification rate per volume limit.",
        "volume-change-too-soon",
        No,
    ),
    (
        "operation error EC2: DescribeVpcs, https response error StatusCode: 0, RequestID: , request send failed, Post \"https://ec2.eu-west-9.amazonaws.com/\": dial tcp: lookup ec2.eu-west-9.amazonaws.com: no such host",
        "aws-endpoint-unresolved",
        Unknown,
    ),
    (
        "Get \"https://api.prod.example.com/api/v1/nodes\": dial tcp: lookup api.prod.example.com on 10.0.0.2:53: no such host",
        "name-unresolved",
        Unknown,
    ),
    (
        "operation error EC2: DescribeVpcs, exceeded maximum number of attempts, 3, https response error StatusCode: 0, RequestID: , request send failed, Post \"https://ec2.eu-west-1.amazonaws.com/\": dial tcp 1.2.3.4:443: i/o timeout",
        "connection-broken",
        Yes,
    ),
    (
        "error listing nodes: Unauthorized",
        "kubernetes-unauthorized",
        Unknown,
    ),
    (
        "error listing nodes: an error on the server (\"\") has prevented the request from succeeding (get nodes)",
        "kubernetes-starting",
        Yes,
    ),
    (
        "error listing nodes: Get \"https://api-x.us-east-1.elb.amazonaws.com/api/v1/nodes\": tls: failed to verify certificate: x509: certificate is valid for kubernetes, not api-x.us-east-1.elb.amazonaws.com",
        "certificate-refused",
        No,
    ),
    (
        "kops version older than last used to update the cluster",
        "kops-older",
        No,
    ),
    (
        "cannot find DNS Zone \"example.com\".  Please pre-create the zone and set up NS records so that it resolves",
        "dns-zone-missing",
        No,
    ),
    (
        "error creating SecurityGroupIngress: operation error EC2: AuthorizeSecurityGroupIngress, https response error StatusCode: 400, RequestID: 0, api error RulesPerSecurityGroupLimitExceeded: The maximum number of rules per security group has been reached.",
        "quota",
        No,
    ),
    (
        "operation error EC2: RunInstances, https response error StatusCode: 500, RequestID: 0, api error InsufficientInstanceCapacity: We currently do not have sufficient capacity",
        "capacity-missing",
        Yes,
    ),
    (
        "waiting for the NAT Gateway to be created",
        "not-yet-made",
        Yes,
    ),
    (
        "error creating AutoScalingGroup: Rate exceeded",
        "rate-exceeded",
        Yes,
    ),
    (
        "error creating AutoScalingGroup: Provided Load Balancers may not be valid. Please ensure they exist and try again.",
        "group-load-balancer-invalid",
        Unknown,
    ),
    (
        "error creating AutoScalingGroup: AutoScalingGroup by this name already exists - A group with the name nodes already exists",
        "group-exists",
        No,
    ),
    (
        "Error updating security groups on Load Balancer: operation error Elastic Load Balancing v2: SetSecurityGroups, https response error StatusCode: 400, RequestID: 0, InvalidConfigurationRequest: You cannot set security groups on a Network Load Balancer which was created without any security groups.",
        "request-invalid",
        No,
    ),
    (
        "error determining default DNS zone: No matching hosted zones found for \"prod.example.com\"; please create one (e.g. \"example.com\") first",
        "dns-zone-missing",
        No,
    ),
    (
        "error creating VPC: UnauthorizedOperation: You are not authorized to perform this operation.\n\tstatus code: 403, request id: 0",
        "denied",
        No,
    ),
    (
        "error updating AutoscalingGroup: ValidationError: 1 validation error detected\n\tstatus code: 400, request id: 0",
        "validation-error",
        Unknown,
    ),
    (
        "load balancer not ready (no ARN)",
        "load-balancer-missing",
        Unknown,
    ),
    (
        "operation error EC2: CreateVolume, https response error StatusCode: 400, RequestID: 0, api error InvalidZone.NotFound: The zone 'us-east-1f' does not exist.",
        "spec-names-missing",
        No,
    ),
    (
        "operation error EC2: AuthorizeSecurityGroupIngress, https response error StatusCode: 400, RequestID: 0, api error InvalidPrefixListId.NotFound: x",
        "spec-names-missing",
        No,
    ),
    (
        "operation error EC2: RunInstances, https response error StatusCode: 400, RequestID: 0, api error InvalidHostID.NotFound: x",
        "not-found",
        Unknown,
    ),
    (
        "operation error EC2: AssociateRouteTable, https response error StatusCode: 400, RequestID: 0, api error Resource.AlreadyAssociated: the specified association for route table rtb-1 conflicts with an existing association",
        "already-attached",
        No,
    ),
    (
        "error creating SQS queue: operation error SQS: CreateQueue, https response error StatusCode: 400, RequestID: 0, api error QueueAlreadyExists: A queue already exists with the same name",
        "name-taken",
        No,
    ),
    (
        "operation error S3: PutObject, https response error StatusCode: 400, RequestID: 0, HostID: 0, api error AccessControlListNotSupported: The bucket does not allow ACLs",
        "bucket-without-acls",
        No,
    ),
    ("VPC \"vpc-1\" not found", "shared-resource-missing", No),
    (
        "instance type \"m99.large\" not found in region \"us-east-1\"",
        "instance-type-unknown",
        No,
    ),
    (
        "image \"foo\" must be ami-*, ssm:<parameter>, <name>, or <owner>/<name>",
        "image-missing",
        No,
    ),
    (
        "Subnet \"subnet-1\" has configured CIDR \"10.0.0.0/24\", but the actual CIDR found was \"10.0.1.0/24\"",
        "subnet-differs",
        No,
    ),
    (
        "insufficient (big) CIDRs remaining for automatic CIDR allocation to subnet \"us-east-1c\"",
        "no-cidr-left",
        No,
    ),
    (
        "could not find any non-overlapping CIDRs in parent NetworkCIDR; cannot automatically assign CIDR to subnet",
        "no-cidr-left",
        No,
    ),
    (
        "Region is not a recognized EC2 region: \"us-esat-1\" (check you have specified valid zones?)",
        "zone-or-region-unknown",
        No,
    ),
    (
        "error Zone is not a recognized AZ: \"us-east-1z\" (check you have specified a valid zone?)",
        "zone-or-region-unknown",
        No,
    ),
    (
        "error Clusters cannot span multiple regions (found zone \"us-west-2a\", but region is \"us-east-1\")",
        "zone-or-region-unknown",
        No,
    ),
    (
        "volumeIops to volumeSize ratio must be lower than 500. For a.etcd-main ratio is 600.00",
        "volume-ratio",
        No,
    ),
    (
        "found cert in store, but did not find private key: \"kubernetes-ca\"",
        "private-key-missing",
        No,
    ),
    (
        "lifecycle set to ExistsAndValidates, but object did not match",
        "lifecycle-refuses",
        No,
    ),
    (
        "cannot mix egress values in private or IPv6-capable subnets",
        "egress-mixed",
        No,
    ),
    (
        "cannot determine hash for \"https://dl.k8s.io/release/v1.35.99/bin/linux/amd64/kubelet\" (have you specified a valid file location?)",
        "file-hash-missing",
        Unknown,
    ),
];

#[test]
fn each_error_is_decided_as_its_source_says() {
    for (message, id, retryable) in SAID {
        let found = known(message).map(|one| (one.id, one.retryable));
        assert_eq!(found, Some((*id, *retryable)), "{message}");
    }
}

#[test]
fn each_failure_is_decided_once_and_names_its_source() {
    let mut ids: Vec<_> = failures().map(|one| one.id).collect();
    let mut codes: Vec<_> = failures()
        .flat_map(|one| match one.when {
            When::Words(_) => &[][..],
            When::Codes(codes) | When::Ending(_, codes) => codes,
        })
        .collect();
    ids.sort_unstable();
    codes.sort_unstable();
    let repeated = |list: &[&str]| list.windows(2).any(|pair| pair.first() == pair.last());
    assert!(!repeated(&ids), "{ids:?}");
    let codes: Vec<&str> = codes.into_iter().copied().collect();
    assert!(!repeated(&codes), "{codes:?}");
    assert!(failures().all(|one| !one.source.is_empty()));
}
