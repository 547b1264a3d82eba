//! The IAM action that AWS denied, read from what kops prints of AWS's answer.

/// Service names of the SDK for Go and the prefixes of their IAM actions (Service Authorization Reference).
const PREFIXES: [(&str, &str); 12] = [
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
    ("STS", "sts"),
];

/// The action that a permission error is about, such as `ec2:CreateSubnet`; absent when the text is about none.
pub fn denied_action(said: &str) -> Option<String> {
    named(said).or_else(|| of_operation(said))
}

// IAM's own words: `User: … is not authorized to perform: iam:CreateRole on resource: …`.
fn named(said: &str) -> Option<String> {
    let (_, rest) = said.split_once("not authorized to perform: ")?;
    let action = rest.split([' ', ',', '\n']).next()?.trim_end_matches('.');
    action.contains(':').then(|| action.to_owned())
}

// EC2 names no action: `operation error EC2: CreateSubnet, … UnauthorizedOperation: …`.
fn of_operation(said: &str) -> Option<String> {
    let denied = ["UnauthorizedOperation", "AccessDenied", "Forbidden"];
    if !denied.iter().any(|word| said.contains(word)) {
        return None;
    }
    let (_, rest) = said.split_once("operation error ")?;
    let (service, rest) = rest.split_once(": ")?;
    let operation = rest.split([',', ':', ' ']).next()?;
    let (_, prefix) = PREFIXES.iter().find(|(name, _)| *name == service)?;
    Some(format!("{prefix}:{operation}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_action_is_named_as_iam_names_it() {
        let cases = [
            (
                "operation error IAM: CreateRole, https response error StatusCode: 403, RequestID: x, api error AccessDenied: User: arn:aws:iam::1:user/x is not authorized to perform: iam:CreateRole on resource: role nodes",
                Some("iam:CreateRole"),
            ),
            (
                "operation error EC2: CreateSubnet, https response error StatusCode: 403, RequestID: x, api error UnauthorizedOperation: You are not authorized to perform this operation.",
                Some("ec2:CreateSubnet"),
            ),
            (
                "error: operation error Elastic Load Balancing v2: CreateLoadBalancer: AccessDenied: no",
                Some("elasticloadbalancing:CreateLoadBalancer"),
            ),
            (
                "operation error EC2: CreateSubnet: InvalidSubnet.Conflict: x",
                None,
            ),
            ("AccessDenied", None),
            ("not authorized to perform: ", None),
        ];
        for (said, action) in cases {
            assert_eq!(denied_action(said).as_deref(), action, "{said}");
        }
    }
}
