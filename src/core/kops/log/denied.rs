//! The IAM actions that AWS denied, read from what kops prints of AWS's answer.

/// Service names of the SDK for Go and the prefixes of their IAM actions (Service Authorization Reference).
const PREFIXES: [(&str, &str); 13] = [
    ("ACM", "acm"),
    ("Auto Scaling", "autoscaling"),
    ("EC2", "ec2"),
    ("Elastic Load Balancing v2", "elasticloadbalancing"),
    ("Elastic Load Balancing", "elasticloadbalancing"),
    ("EventBridge", "events"),
    ("IAM", "iam"),
    ("KMS", "kms"),
    ("Route 53", "route53"),
    ("S3", "s3"),
    ("SQS", "sqs"),
    ("SSM", "ssm"),
    ("STS", "sts"),
];

/// S3's operations whose action has another name (S3 User Guide, "Required permissions for Amazon S3 API operations").
const S3: [(&str, &str); 12] = [
    ("CompleteMultipartUpload", "PutObject"),
    ("CopyObject", "PutObject"),
    ("CreateMultipartUpload", "PutObject"),
    ("DeleteObjects", "DeleteObject"),
    ("GetBucketEncryption", "GetEncryptionConfiguration"),
    ("GetPublicAccessBlock", "GetBucketPublicAccessBlock"),
    ("HeadBucket", "ListBucket"),
    ("HeadObject", "GetObject"),
    ("ListBuckets", "ListAllMyBuckets"),
    ("ListObjects", "ListBucket"),
    ("ListObjectsV2", "ListBucket"),
    ("UploadPart", "PutObject"),
];

/// What Auto Scaling answers when it may not start instances from a launch template on the caller's behalf, and what the
/// caller then lacks (Auto Scaling User Guide, "Control Amazon EC2 launch template usage in Auto Scaling groups").
const LAUNCH_TEMPLATE: &str = "not authorized to use launch template";
const OF_LAUNCH_TEMPLATE: [&str; 3] = ["ec2:RunInstances", "iam:PassRole", "ec2:CreateTags"];

/// The actions of which at least one was denied, such as `ec2:CreateSubnet`; empty when the text is about none.
pub fn denied_actions(message: &str) -> Vec<String> {
    if message.contains(LAUNCH_TEMPLATE) {
        return OF_LAUNCH_TEMPLATE.map(str::to_owned).to_vec();
    }
    let one = named_action(message).or_else(|| operation_action(message));
    one.into_iter().collect()
}

// IAM's own words: `User: … is not authorized to perform: iam:CreateRole on resource: …`.
fn named_action(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("not authorized to perform: ")?;
    let action = rest.split([' ', ',', '\n']).next()?.trim_end_matches('.');
    action.contains(':').then(|| action.to_owned())
}

// EC2 names no action: `operation error EC2: CreateSubnet, … UnauthorizedOperation: …`.
fn operation_action(message: &str) -> Option<String> {
    let denied = ["UnauthorizedOperation", "AccessDenied", "Forbidden"];
    if !denied.iter().any(|word| message.contains(word)) {
        return None;
    }
    let (_, rest) = message.split_once("operation error ")?;
    let (service, rest) = rest.split_once(": ")?;
    let operation = rest.split([',', ':', ' ']).next()?;
    let (_, prefix) = PREFIXES.iter().find(|(name, _)| *name == service)?;
    let renamed = S3.iter().find(|(name, _)| *name == operation);
    let action = renamed
        .filter(|_| *prefix == "s3")
        .map_or(operation, |(_, action)| action);
    Some(format!("{prefix}:{action}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_action_is_named_as_iam_names_it() {
        let cases = [
            (
                "operation error IAM: CreateRole, https response error StatusCode: 403, RequestID: x, api error AccessDenied: User: arn:aws:iam::1:user/x is not authorized to perform: iam:CreateRole on resource: role nodes",
                "iam:CreateRole",
            ),
            (
                "operation error EC2: CreateSubnet, https response error StatusCode: 403, RequestID: x, api error UnauthorizedOperation: You are not authorized to perform this operation.",
                "ec2:CreateSubnet",
            ),
            (
                "error: operation error Elastic Load Balancing v2: CreateLoadBalancer: AccessDenied: no",
                "elasticloadbalancing:CreateLoadBalancer",
            ),
            (
                "operation error S3: HeadBucket, https response error StatusCode: 403, RequestID: x, HostID: y, api error Forbidden: Forbidden",
                "s3:ListBucket",
            ),
            (
                "operation error S3: ListObjectsV2, https response error StatusCode: 403, RequestID: x, HostID: y, api error AccessDenied: Access Denied",
                "s3:ListBucket",
            ),
            (
                "operation error S3: PutObject, https response error StatusCode: 403, api error AccessDenied: Access Denied",
                "s3:PutObject",
            ),
            (
                "operation error SSM: GetParameter, https response error StatusCode: 400, RequestID: x, AccessDeniedException: no",
                "ssm:GetParameter",
            ),
            (
                "operation error EC2: CreateSubnet: InvalidSubnet.Conflict: x",
                "",
            ),
            ("AccessDenied", ""),
            ("not authorized to perform: ", ""),
        ];
        for (message, action) in cases {
            assert_eq!(denied_actions(message).join(" "), action, "{message}");
        }
    }

    // kops 1.36 prints AWS's message alone where it creates a group (`awstasks/autoscalinggroup.go`).
    #[test]
    fn auto_scaling_lacks_what_the_launch_template_needs_not_its_own_action() {
        for message in [
            "error creating AutoscalingGroup: operation error Auto Scaling: CreateAutoScalingGroup, https response error StatusCode: 403, RequestID: 0, api error AccessDenied: You are not authorized to use launch template: nodes.prod.example.com",
            "error creating AutoScalingGroup: You are not authorized to use launch template: nodes.prod.example.com",
            "error updating AutoscalingGroup: operation error Auto Scaling: UpdateAutoScalingGroup, https response error StatusCode: 403, RequestID: 0, api error AccessDenied: You are not authorized to use launch template: x",
        ] {
            let expected = ["ec2:RunInstances", "iam:PassRole", "ec2:CreateTags"];
            assert_eq!(denied_actions(message), expected, "{message}");
        }
    }
}
