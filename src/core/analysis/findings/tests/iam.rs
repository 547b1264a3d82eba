//! What the instances may do.

use super::*;

fn policy(lines: &[&str]) -> Vec<String> {
    let mut text = format!("{MODIFY}\n  IAMRolePolicy/nodes.c.example.com\n");
    let _ = writeln!(text, "  \t{:<20}", "PolicyDocument");
    for line in lines {
        let _ = writeln!(text, "  \t{:<20}\t{line}", "");
    }
    messages_in(&format!("{text}\n"))
}

#[test]
fn new_actions_in_a_policy_are_named() {
    assert_eq!(
        policy(&[
            "...",
            "+   \"ec2:DescribeVpcs\",",
            "  \"ec2:DescribeTags\",",
            ""
        ]),
        ["warning iam-widened: a policy now allows ec2:DescribeVpcs"]
    );
    let new = "+   \"Action\": [\"s3:*\", \"s3:GetObject\"],";
    assert_eq!(
        policy(&[new, "-   \"Action\": [\"s3:GetObject\"],", ""]),
        ["danger iam-wildcard-added: a policy now allows s3:*"]
    );
    assert_eq!(policy(&["-   \"ec2:DescribeVpcs\",", ""]), [""; 0]);
    let others = [
        "+   \"arn:aws:s3:::bucket\",",
        "+   \"Version\": \"2012-10-17\",",
        "",
    ];
    assert_eq!(policy(&others), [""; 0]);
}

#[test]
fn a_wildcard_of_resources_is_no_action() {
    assert_eq!(
        policy(&["+   \"Resource\": [", "+     \"*\"", "+   ]", ""]),
        [""; 0]
    );
    assert_eq!(
        policy(&["  \"Action\": [", "+   \"*\"", "  ],", ""]),
        ["danger iam-wildcard-added: a policy now allows *"]
    );
}

#[test]
fn everything_but_a_few_actions_is_a_wildcard() {
    let statement = [
        "+     {",
        "+       \"Effect\": \"Allow\",",
        "+       \"NotAction\": \"iam:*\",",
        "+       \"Resource\": \"*\"",
        "+     },",
        "",
    ];
    assert_eq!(
        policy(&statement),
        ["danger iam-wildcard-added: a policy now allows everything but iam:*"]
    );
}

#[test]
fn what_widens_or_frees_a_statement_is_named() {
    let around = |changed: &[&str]| {
        let head = ["...", "        \"Effect\": \"Allow\","];
        policy(&[&head, changed, &["...", ""]].concat())
    };
    assert_eq!(
        around(&[
            "        \"Resource\": [",
            "+         \"*\",",
            "          \"arn:aws:s3:::a\""
        ]),
        ["warning iam-resource-widened: a policy now holds for *"]
    );
    let condition = [
        "-       \"Condition\": {",
        "-         \"Bool\": {",
        "-           \"aws:SecureTransport\": \"true\"",
        "-         }",
        "-       },",
        "        \"Resource\": \"*\"",
    ];
    assert_eq!(
        around(&condition),
        ["warning iam-limit-removed: a policy no longer says: Allow: term \"Bool\": {"]
    );
}

#[test]
fn a_policy_in_the_spec_is_read() {
    let spec = |line: &str| {
        let lines = format!("  \t{:<20}\t{line}\n  \t{:<20}\t\n", "", "");
        let head = format!(
            "  ManagedFile/cluster-completed.spec\n  \t{:<20}\n",
            "Contents"
        );
        messages_in(&format!("{MODIFY}\n{head}{lines}\n"))
    };
    let wild = ["danger iam-wildcard-added: a policy now allows s3:*"];
    assert_eq!(
        spec(r#"+     node: '[{"Effect":"Allow","Action":["s3:*"],"Resource":["*"]}]'"#),
        wild
    );
    assert_eq!(
        spec(r#"+     node: "[{\"Effect\":\"Allow\",\"Action\":\"s3:*\"}]""#),
        wild
    );
    assert_eq!(spec(r#"+     allowed: "*""#), [""; 0]);
}

#[test]
fn policies_from_outside_are_named() {
    let attach = |policy: &str| {
        let value = format!(" [] -> [{policy}]");
        messages(
            MODIFY,
            "IAMRolePolicy/node-policyoverride",
            &[("ExternalPolicies", &value)],
        )
    };
    assert_eq!(
        attach("arn:aws:iam::1:policy/x"),
        [
            "warning iam-policy-attached: policies outside kops are attached: [arn:aws:iam::1:policy/x]"
        ]
    );
    assert_eq!(
        attach("arn:aws:iam::aws:policy/AdministratorAccess"),
        [
            "danger iam-administrator-attached: administrator rights are attached: [arn:aws:iam::aws:policy/AdministratorAccess]"
        ]
    );
}

#[test]
fn another_permissions_boundary_is_told() {
    let role = |values: &str| {
        messages(
            MODIFY,
            "IAMRole/nodes.c.example.com",
            &[("PermissionsBoundary", values)],
        )
    };
    assert_eq!(
        role(" arn:aws:iam::1:policy/a -> arn:aws:iam::1:policy/b"),
        [
            "warning iam-limit-removed: the role gets another permissions boundary: arn:aws:iam::1:policy/a -> arn:aws:iam::1:policy/b"
        ]
    );
    assert_eq!(
        role(" arn:aws:iam::1:policy/a -> "),
        [
            "warning iam-limit-removed: the permissions boundary arn:aws:iam::1:policy/a is taken off the role"
        ]
    );
    assert_eq!(role(" <nil> -> arn:aws:iam::1:policy/a"), [""; 0]);
}
