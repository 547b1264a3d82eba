//! What AWS answers, by its error codes; where a code says too little, by its message.

use super::When::{Codes, Ending, Words};
use super::{KnownFailure, Retryable, Whose};

pub(super) const BY_WORDS: &[KnownFailure] = failures! {
    "no-credentials": Aws, No, Words(&[
        &["get credentials"],
        &["NoCredentialProviders"],
        &["no EC2 IMDS role found"],
        &["failed to refresh cached credentials"],
        &["no valid providers in chain"],
    ]) => {
        what: "kops found no AWS credentials",
        why: "neither the environment nor the profile gives keys that can be used",
        remedy: "set AWS_PROFILE, or log in with aws sso login",
        source: "aws-sdk-go-v2 `aws/signer/v4`, `config/resolve_credentials.go`",
    }
    "bucket-elsewhere": Aws, No, Words(&[
        &["PermanentRedirect"],
        &["AuthorizationHeaderMalformed"],
        &["requested bucket from"],
        &["must be addressed using the specified endpoint"],
    ]) => {
        what: "the state store's bucket is in another region",
        why: "S3 answers only in the bucket's own region",
        remedy: "set S3_REGION to the bucket's region (aws s3api get-bucket-location --bucket BUCKET)",
        source: "S3 API reference, Error responses; kops `util/pkg/vfs/s3context.go`",
    }
    "service-linked-role": Aws, No, Words(&[
        &["ServiceLinkedRoleFailure"],
        &["service-linked role", "Auto Scaling"],
    ]) => {
        what: "the account has no usable service-linked role for Auto Scaling",
        why: "Auto Scaling starts instances with it, and kops may not make it",
        remedy: "aws iam create-service-linked-role --aws-service-name autoscaling.amazonaws.com, then run again, which is safe",
        source: "aws-sdk-go-v2 `autoscaling/types/errors.go` (`ServiceLinkedRoleFailure`)",
    }
    // kops prints AWS's message alone where it creates a group or a route (`AWSErrorMessage`).
    "rate-exceeded": Aws, Yes, Words(&[&["AutoScalingGroup: Rate exceeded"], &["Route: Request limit exceeded"]]) => {
        what: "AWS asks kops to slow down",
        why: "more requests came in a short time than the account may send (throttling)",
        remedy: "run the command again in some minutes, which is safe; if it happens again, look for what else calls this API (CloudTrail)",
        source: "kops `awsup/aws_utils.go` (`AWSErrorMessage`); EC2 API reference, Request throttling",
    }
    "group-exists": Aws, No, Words(&[&["AutoScalingGroup by this name already exists"]]) => {
        what: "something of this name exists and is not recognised as the cluster's",
        why: "an Auto Scaling group of this name was made by hand or by another cluster",
        remedy: "find it in AWS by the name that kops prints; rename the instance group, or delete the other one",
        source: "kops `awstasks/autoscalinggroup.go`; aws-sdk-go-v2 `autoscaling/types/errors.go` (`AlreadyExistsFault`)",
    }
    "group-load-balancer-invalid": Aws, Unknown, Words(&[
        &["Provided Load Balancers may not be valid"],
        &["Provided Target Groups may not be valid"],
        &["could not find load balancer to attach"],
    ]) => {
        what: "Auto Scaling does not know the group's load balancer or target group",
        why: "right after it was made it takes some seconds to appear; one of externalLoadBalancers that does not exist never appears",
        remedy: "check externalLoadBalancers of the instance group, then run again, which is safe",
        source: "kops `awstasks/autoscalinggroup.go`; Auto Scaling API reference, CreateAutoScalingGroup",
    }
    "launch-template-invalid": Aws, Unknown, Words(&[&["valid fully-formed launch template"]]) => {
        what: "Auto Scaling refuses the launch template",
        why: "a value in it is not allowed, or names something that Auto Scaling does not know yet",
        remedy: "read AWS's message: correct the value that it names, or run again, which is safe, when it names something just made",
        source: "kops `awstasks/autoscalinggroup.go`; Auto Scaling User Guide, Troubleshoot launch templates",
    }
};

pub(super) const BY_CODE: &[KnownFailure] = failures! {
    "throttled": Aws, Yes, Codes(&[
        "BandwidthLimitExceeded", "DependencyThrottle", "EC2ThrottledException", "KmsThrottled",
        "PriorRequestNotComplete", "ProvisionedThroughputExceededException", "RequestLimitExceeded",
        "RequestThrottled", "RequestThrottledException", "SlowDown", "ThrottledException", "Throttling",
        "ThrottlingException", "TooManyRequestsException", "TransactionInProgressException",
    ]) => {
        what: "AWS asks kops to slow down",
        why: "more requests came in a short time than the account may send (throttling)",
        remedy: "run the command again in some minutes, which is safe; if it happens again, look for what else calls this API (CloudTrail)",
        source: "aws-sdk-go-v2 `aws/retry/standard.go` (`DefaultThrottleErrorCodes`); EC2 API reference, Request throttling",
    }
    "aws-internal": Aws, Yes, Codes(&[
        "InternalError", "InternalException", "InternalFailure", "InternalServerError", "InternalServiceError",
        "RequestTimeout", "RequestTimeoutException", "ServiceFailure", "ServiceUnavailable",
        "ServiceUnavailableException", "Unavailable",
    ]) => {
        what: "AWS has trouble of its own",
        why: "the service answers with a server error; the request itself is not refused",
        remedy: "run the command again in some minutes, which is safe; look at the AWS Health Dashboard if it lasts",
        source: "EC2 API reference, Server error codes; aws-sdk-go-v2 `aws/retry/standard.go`",
    }
    "not-visible-yet": Aws, Yes, Codes(&[
        "InvalidAllocationID.NotFound", "InvalidAssociationID.NotFound", "InvalidDhcpOptionID.NotFound",
        "InvalidDhcpOptionsID.NotFound", "InvalidEgressOnlyInternetGatewayId.NotFound", "InvalidGroup.NotFound",
        "InvalidInstanceID.NotFound", "InvalidInternetGatewayID.NotFound", "InvalidLaunchTemplateId.NotFound",
        "InvalidLaunchTemplateName.NotFoundException", "InvalidRouteTableID.NotFound",
        "InvalidSecurityGroupID.NotFound", "InvalidSubnetID.NotFound", "InvalidVolume.NotFound",
        "LoadBalancerNotFound", "ListenerNotFound", "TargetGroupNotFound",
    ]) => {
        what: "AWS does not know something that kops names",
        why: "right after it was made it takes some seconds until every part of AWS knows it; if kops did not make it, the id is wrong or it was deleted",
        remedy: "run the command again, which is safe; if it stays, correct the id in the spec",
        source: "EC2 API reference, Eventual consistency, Error codes; aws-sdk-go-v2 `elasticloadbalancingv2/types/errors.go`",
    }
    // Of what kops does not make nobody knows whether it appears.
    "not-found": Aws, Unknown, Ending(".NotFound", &["InvalidNetworkInterfaceID.NotFound"]) => {
        what: "AWS does not find something that kops names",
        why: "its id or name is wrong, it was deleted, or it was made a moment ago",
        remedy: "look it up by the name in AWS's message; correct it in the spec, or run the command again, which is safe",
        source: "EC2 API reference, Error codes, Eventual consistency",
    }
    "spec-names-missing": Aws, No, Codes(&[
        "AllocationIdNotFound", "CertificateNotFound", "HostedZoneNotFound", "InvalidAllocationID.Malformed",
        "InvalidKeyPair.NotFound", "InvalidPrefixListID.NotFound", "InvalidPrefixListId.NotFound",
        "InvalidSnapshot.NotFound", "InvalidSubnetID.Malformed", "InvalidTransitGatewayID.NotFound",
        "InvalidVpcID.Malformed", "InvalidVpcID.NotFound", "InvalidVpcPeeringConnectionID.NotFound",
        "InvalidZone.NotFound", "NoSuchHostedZone", "SSLPolicyNotFound", "SubnetNotFound",
    ]) => {
        what: "AWS does not know something that the spec names",
        why: "kops does not make it; in this region and account there is none of this id",
        remedy: "correct the id in the spec, or use the account and region that have it, then `kops replace -f cluster_spec.yml --force`",
        source: "EC2 API reference, Error codes; aws-sdk-go-v2 `route53/types/errors.go`, `elasticloadbalancingv2/types/errors.go`",
    }
    "bucket-missing": Aws, No, Codes(&["NoSuchBucket"]) => {
        what: "the state store's bucket does not exist",
        why: "S3 knows no bucket of this name; it may be misspelt, or belong to another account's partition",
        remedy: "check the name in --state or KOPS_STATE_STORE, or create the bucket: aws s3 mb s3://BUCKET",
        source: "aws-sdk-go-v2 `s3/types/errors.go` (`NoSuchBucket`)",
    }
    "credentials-expired": Aws, No, Codes(&["ExpiredToken", "ExpiredTokenException", "RequestExpired"]) => {
        what: "the AWS credentials have expired",
        why: "AWS refused the session's token, or this machine's clock is wrong",
        remedy: "log in again (aws sso login, or new keys), then repeat the command",
        source: "EC2 API reference, Client error codes; aws-sdk-go-v2 `sts/types/errors.go`",
    }
    "credentials-wrong": Aws, No, Codes(&[
        "AuthFailure", "IncompleteSignature", "InvalidAccessKeyId", "InvalidClientTokenId", "InvalidIdentityToken",
        "MissingAuthenticationToken", "SignatureDoesNotMatch", "UnrecognizedClientException",
    ]) => {
        what: "AWS does not accept the credentials",
        why: "the keys are unknown, deactivated, of another partition, or mistyped",
        remedy: "check with aws sts get-caller-identity which credentials are used; log in again or use another profile",
        source: "EC2 API reference, Client error codes",
    }
    "denied": Aws, No, Codes(&[
        "AccessDenied", "AccessDeniedException", "Blocked", "Forbidden", "KmsAccessDenied", "NotAuthorizedException",
        "OperationNotPermitted", "Unauthorized", "UnauthorizedOperation",
    ]) => {
        what: "AWS denied kops something",
        why: "the credentials lack an IAM permission, or a policy forbids it",
        remedy: "allow what kops's words name for the role or user, or use a profile that has it; then run again, which is safe",
        source: "EC2 API reference, Client error codes; IAM User Guide, Troubleshoot access denied",
    }
    "account-not-ready": Aws, No, Codes(&["OptInRequired", "PendingVerification", "RegionDisabledException"]) => {
        what: "the account may not use this service or region yet",
        why: "it is not subscribed, not enabled, or still being verified",
        remedy: "enable the region or service for the account in the AWS console, then run again",
        source: "EC2 API reference, Client error codes",
    }
    "capacity-missing": Aws, Yes, Codes(&[
        "InsufficientAddressCapacity", "InsufficientCapacity", "InsufficientCapacityOnHost",
        "InsufficientHostCapacity", "InsufficientInstanceCapacity", "InsufficientVolumeCapacity",
    ]) => {
        what: "AWS has too little capacity of this kind at the moment",
        why: "the zone has no more of the instance type or resource free; this changes from minute to minute",
        remedy: "run the command again later, or add other instance types or zones to the group",
        source: "EC2 API reference, Server error codes",
    }
    "subnet-full": Aws, No, Codes(&["InsufficientFreeAddressesInSubnet", "InsufficientCidrBlocks"]) => {
        what: "a subnet has no free address left",
        why: "every instance, pod or load balancer in it takes addresses; nothing frees them by itself",
        remedy: "free addresses, or use a larger subnet (`kopswain discover` shows what is free)",
        source: "EC2 API reference, Client error codes",
    }
    "quota-vcpus": Aws, No, Codes(&["VcpuLimitExceeded", "InstanceLimitExceeded", "MaxSpotInstanceCountExceeded"]) => {
        what: "the account may not start that many vCPUs",
        why: "the quota for running instances of this family is used up",
        remedy: "ask for a higher quota in Service Quotas (EC2), or choose smaller instance types",
        source: "EC2 API reference, Client error codes",
    }
    "quota": Aws, No, Ending("LimitExceeded", &[
        "AddressLimitExceeded", "CapacityUnitsLimitExceeded", "LimitExceeded",
        "LimitExceededException", "LimitsExceeded", "NatGatewayLimitExceeded", "OverLimit", "RouteTableLimitExceeded",
        "RulesPerSecurityGroupLimitExceeded", "SecurityGroupLimitExceeded", "SecurityGroupsPerInstanceLimitExceeded",
        "SubnetLimitExceeded", "TargetGroupAssociationLimit", "TooManyCertificates", "TooManyHostedZones",
        "TooManyListeners", "TooManyLoadBalancers", "TooManyPolicies", "TooManyRegistrationsForTargetId",
        "TooManyRules", "TooManyTags", "TooManyTargetGroups", "TooManyTargets",
        "TooManyUniqueTargetGroupsPerLoadBalancer", "VolumeLimitExceeded", "VpcLimitExceeded",
    ]) => {
        what: "a quota of the account is used up",
        why: "AWS refuses to make one more of what the message names",
        remedy: "ask for a higher quota in Service Quotas, or remove what is no longer used; then run again, which is safe",
        source: "EC2 API reference, Client error codes; aws-sdk-go-v2 `{iam,autoscaling,eventbridge,sqs,route53,elasticloadbalancingv2}/types/errors.go`",
    }
    "subnet-overlaps": Aws, No, Codes(&["InvalidSubnet.Conflict"]) => {
        what: "a subnet overlaps one that exists",
        why: "the VPC already has a subnet with some of these addresses; the dry run does not check that",
        remedy: "choose free CIDRs (`kopswain discover` shows them): `kopswain plan answers.yml --out cluster_spec.yml`, `kops replace -f cluster_spec.yml --force`, then `kopswain review CLUSTER` to see and apply it",
        source: "EC2 API reference, Client error codes",
    }
    "range-invalid": Aws, No, Codes(&[
        "CidrConflict", "InvalidSubnet.Range", "InvalidVpc.Range", "InvalidVpcRange",
    ]) => {
        what: "a CIDR is not one that AWS takes here",
        why: "it lies outside the VPC, overlaps another range, or has a size that AWS does not allow (/16 to /28)",
        remedy: "correct networkCIDR or the subnet's cidr in the spec, then `kops replace -f cluster_spec.yml --force`",
        source: "EC2 API reference, Client error codes",
    }
    "name-taken": Aws, No, Codes(&[
        "AlreadyExists", "BucketAlreadyExists", "BucketAlreadyOwnedByYou", "ConflictingDomainExists",
        "DuplicateListener", "DuplicateLoadBalancerName", "DuplicateTargetGroupName", "EntityAlreadyExists",
        "HostedZoneAlreadyExists", "InvalidGroup.Duplicate", "InvalidKeyPair.Duplicate",
        "InvalidLaunchTemplateName.AlreadyExistsException", "InvalidPermission.Duplicate", "QueueAlreadyExists",
        "QueueNameExists", "ResourceAlreadyExistsException", "RouteAlreadyExists",
    ]) => {
        what: "something of this name exists and is not recognised as the cluster's",
        why: "kops recognises its own by tags; it was made by hand or by another cluster, or its tags were removed",
        remedy: "find it in AWS by the name that kops prints; give it the cluster's tags back, rename it, or delete it",
        source: "EC2 API reference, Client error codes; aws-sdk-go-v2 `{iam,autoscaling,sqs,eventbridge}/types/errors.go`",
    }
    "already-attached": Aws, No, Codes(&["Resource.AlreadyAssociated", "Resource.AlreadyAttached"]) => {
        what: "something that kops wants to attach is attached elsewhere",
        why: "a subnet has one route table, a VPC one internet gateway, an Elastic IP one gateway; somebody else made the other attachment",
        remedy: "find it by the ids in AWS's message: detach it if nobody needs it, or name it in the spec so that kops uses it",
        source: "EC2 API reference, Client error codes (`Resource.AlreadyAssociated`)",
    }
    "bucket-without-acls": Aws, No, Codes(&["AccessControlListNotSupported"]) => {
        what: "a bucket takes no access control lists",
        why: "its object ownership is set to the bucket owner, and kops was asked to set one (KOPS_STATE_S3_ACL, or a public discovery store)",
        remedy: "unset KOPS_STATE_S3_ACL, or allow ACLs on the bucket (aws s3api put-bucket-ownership-controls)",
        source: "S3 User Guide, Controlling ownership of objects; kops `util/pkg/vfs/s3fs.go` (`getRequestACL`)",
    }
    "busy": Aws, Yes, Codes(&[
        "ConcurrentModification", "ConcurrentModificationException", "DependencyViolation",
        "EntityTemporarilyUnmodifiable", "IncorrectInstanceState", "IncorrectModificationState", "IncorrectState",
        "InstanceRefreshInProgress", "OperationAborted", "QueueDeletedRecently", "ResourceContention",
        "ResourceInUse", "ScalingActivityInProgress", "VolumeInUse",
    ]) => {
        what: "something is in use or being changed",
        why: "another operation holds the resource, or something still depends on it",
        remedy: "run the command again in some minutes, which is safe; if it stays, find what uses the resource that kops names",
        source: "EC2 API reference, Client error codes; aws-sdk-go-v2 `{iam,autoscaling,sqs}/types/errors.go`",
    }
    "volume-change-too-soon": Aws, No, Codes(&["VolumeModificationRateExceeded"]) => {
        what: "a volume was changed less than six hours ago",
        why: "EBS allows one modification of a volume in six hours",
        remedy: "run again after six hours, which is safe",
        source: "EBS User Guide, Requirements for volume modifications",
    }
    "unsupported": Aws, No, Codes(&[
        "AvailabilityZoneNotSupported", "IncompatibleProtocols", "InstanceCreditSpecification.NotSupported",
        "Unsupported", "UnsupportedOperation", "UnsupportedProtocol",
    ]) => {
        what: "AWS does not support this combination",
        why: "such as an instance type that its zone does not offer, or that does not fit the image",
        remedy: "read AWS's message; choose another instance type, zone or image, then `kops replace -f cluster_spec.yml --force`",
        source: "EC2 API reference, Client error codes",
    }
    "request-invalid": Aws, No, Codes(&[
        "InvalidArgument", "InvalidBlockDeviceMapping", "InvalidChangeBatch", "InvalidConfigurationRequest",
        "InvalidDomainName", "InvalidEventPatternException", "InvalidInput", "InvalidParameter",
        "InvalidParameterCombination", "InvalidParameterValue", "InvalidRequest", "InvalidScheme",
        "InvalidSecurityGroup", "InvalidSubnet", "InvalidUserData.Malformed", "InvalidVPCId",
        "MalformedPolicyDocument", "MissingParameter", "PolicyNotAttachable", "UnknownParameter",
    ]) => {
        what: "AWS refuses a value",
        why: "the request reached AWS and one of its values is not allowed; the same value is refused again",
        remedy: "read AWS's message, correct the field of the spec that it is about, then `kops replace -f cluster_spec.yml --force`",
        source: "EC2 API reference, Client error codes; aws-sdk-go-v2 `{iam,route53,elasticloadbalancingv2,eventbridge}/types/errors.go`",
    }
    "validation-error": Aws, Unknown, Codes(&["ValidationError", "ValidationException"]) => {
        what: "AWS refuses a request as invalid",
        why: "Auto Scaling says so of wrong values, and of a launch template or load balancer that it does not know yet",
        remedy: "read AWS's message: correct the value that it names, or run again, which is safe, when it names something just made",
        source: "Auto Scaling API reference, Common errors; kops `awstasks/autoscalinggroup.go`, `warmpool.go`",
    }
};
