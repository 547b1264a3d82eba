//! What to do about a launch that Auto Scaling could not make, by the error code or the words of EC2.

/// A failure that is known.
struct KnownLaunchFailure {
    /// One of these is in Auto Scaling's message, in small letters.
    words: &'static [&'static str],
    what: &'static str,
    remedy: &'static str,
}

const fn known(
    words: &'static [&'static str],
    what: &'static str,
    remedy: &'static str,
) -> KnownLaunchFailure {
    KnownLaunchFailure {
        words,
        what,
        remedy,
    }
}

/// The first that matches is the explanation (EC2 API reference, "Error codes"; Auto Scaling user guide,
/// "Troubleshoot instance launch failures").
const KNOWN: &[KnownLaunchFailure] = &[
    known(
        &[
            "insufficientinstancecapacity",
            "do not have sufficient",
            "unfulfillablecapacity",
        ],
        "cannot launch: AWS has no capacity for the instance type there",
        "wait, since Auto Scaling tries again, or add instance types or a zone to the group",
    ),
    known(
        &[
            "vcpulimitexceeded",
            "instancelimitexceeded",
            "maxspotinstancecountexceeded",
            "vcpu limit",
            "max spot instance count",
        ],
        "cannot launch: the account's quota is used up",
        "ask for more in Service Quotas, or lower the size of another group",
    ),
    known(
        &[
            "insufficientfreeaddressesinsubnet",
            "not enough free addresses",
            "insufficient free addresses",
        ],
        "cannot launch: the subnet has no free addresses",
        "free addresses in the subnet, or give the group another one",
    ),
    known(
        &[
            "is not supported in your requested availability zone",
            "unsupported",
        ],
        "cannot launch: the instance type is not offered in the zone",
        "choose another instance type for the group, or leave the zone out of it",
    ),
    known(
        &["spotmaxpricetoolow", "spot request price", "maximum price"],
        "cannot launch: the maximum price for Spot Instances is too low",
        "raise `maxPrice` of the group, or remove it",
    ),
    known(
        &[
            "invalidamiid",
            "image id",
            "ami cannot be",
            "image is not available",
        ],
        "cannot launch: the image is not there or may not be used",
        "correct `image` of the instance group",
    ),
    known(
        &[
            "not authorized",
            "unauthorizedoperation",
            "accessdenied",
            "you are not authorized",
        ],
        "cannot launch: a permission is missing",
        "let the role that Auto Scaling uses do what the message names; for encrypted volumes it also needs the KMS key",
    ),
    known(
        &["client.internalerror", "client error on launch", "kms"],
        "cannot launch: the instance ended while it was launched, mostly since a KMS key may not be used",
        "let the service-linked role of Auto Scaling use the KMS key of the volumes",
    ),
    known(
        &["invalidkeypair", "key pair"],
        "cannot launch: the key pair is not there",
        "run `kops update cluster --name=CLUSTER`: kops makes the key pair again",
    ),
    known(
        &["launch template", "launchtemplate"],
        "cannot launch: the launch template is not there or is not valid",
        "run `kops update cluster --name=CLUSTER`: kops makes the launch template again",
    ),
    known(
        &["security group", "invalidgroup"],
        "cannot launch: a security group is not there",
        "run `kops update cluster --name=CLUSTER`: kops makes the security group again",
    ),
    known(
        &["iaminstanceprofile", "instance profile"],
        "cannot launch: the instance profile is not there",
        "run `kops update cluster --name=CLUSTER`: kops makes the instance profile again",
    ),
    known(
        &["requestlimitexceeded", "throttl"],
        "cannot launch yet: EC2 throttles the account's calls",
        "wait: Auto Scaling tries again",
    ),
];

/// What is wrong and what to do, by Auto Scaling's message.
pub(super) fn explain_launch_failure(message: &str) -> (&'static str, &'static str) {
    let message = message.to_lowercase();
    let mut found = KNOWN.iter();
    let found = found.find(|one| one.words.iter().any(|word| message.contains(word)));
    found.map_or(
        (
            "cannot launch an instance",
            "read the message of Auto Scaling; it tries again by itself",
        ),
        |one| (one.what, one.remedy),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_launch_is_explained_by_the_words_of_aws() {
        let cases = [
            (
                "We currently do not have sufficient t3.large capacity in the Availability Zone you requested (us-east-1e). Launching EC2 instance failed.",
                "cannot launch: AWS has no capacity for the instance type there",
            ),
            (
                "You have requested more vCPU capacity than your current vCPU limit of 32 allows for the instance bucket",
                "cannot launch: the account's quota is used up",
            ),
            (
                "There are not enough free addresses in subnet 'subnet-1' to satisfy the requested number of instances.",
                "cannot launch: the subnet has no free addresses",
            ),
            (
                "Your requested instance type (m7g.large) is not supported in your requested Availability Zone (us-east-1e).",
                "cannot launch: the instance type is not offered in the zone",
            ),
            (
                "You are not authorized to use launch template: nodes. Launching EC2 instance failed.",
                "cannot launch: a permission is missing",
            ),
            (
                "Client.InternalError: Client error on launch",
                "cannot launch: the instance ended while it was launched, mostly since a KMS key may not be used",
            ),
            ("something new", "cannot launch an instance"),
        ];
        for (message, what) in cases {
            assert_eq!(explain_launch_failure(message).0, what, "{message}");
        }
    }
}
