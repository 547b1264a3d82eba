//! Policies as kops prints them.

use super::*;

/// One line for each step; `none` when the diff is no policy.
fn steps_of(lines: &[&str]) -> Vec<String> {
    let lines = lines.iter().map(|line| (*line).into()).collect();
    let Some(steps) = policy(&ValueChange::Diff(lines)) else {
        return vec!["none".to_owned()];
    };
    let steps_of = |step: &PolicyStep| {
        let sign = if step.added { '+' } else { '-' };
        format!("{sign} {}", step.words())
    };
    steps.iter().map(steps_of).collect()
}

#[test]
fn a_statement_that_grows_is_told_by_its_parts() {
    let kops = [
        "...",
        "      {",
        "        \"Action\": [",
        "+         \"s3:*\",",
        "          \"s3:GetObject\"",
        "        ],",
        "        \"Effect\": \"Allow\",",
        "        \"Resource\": [",
        "-         \"arn:aws:s3:::one/*\"",
        "+         \"*\"",
        "        ]",
        "+     },",
        "+     {",
        "+       \"Action\": \"*\",",
        "+       \"Effect\": \"Allow\",",
        "+       \"Resource\": [",
        "+         \"*\"",
        "+       ]",
        "      }",
        "...",
    ];
    assert_eq!(
        steps_of(&kops),
        [
            "- Allow: resource arn:aws:s3:::one/*",
            "+ Allow: action s3:*",
            "+ Allow: resource *",
            "+ Allow * on *",
        ]
    );
}

#[test]
fn a_condition_that_goes_is_told() {
    let kops = [
        "...",
        "-       \"Condition\": {",
        "-         \"StringEquals\": {",
        "-           \"aws:ResourceTag/KubernetesCluster\": \"c\"",
        "-         }",
        "-       },",
        "        \"Effect\": \"Allow\",",
        "        \"Resource\": \"*\"",
        "...",
    ];
    assert_eq!(
        steps_of(&kops),
        [
            "- Allow: term \"StringEquals\": {",
            "- Allow: term \"aws:ResourceTag/KubernetesCluster\": \"c\"",
        ]
    );
}

#[test]
fn what_a_statement_leaves_out_is_no_action_of_it() {
    let kops = [
        "+     {",
        "+       \"Effect\": \"Allow\",",
        "+       \"NotAction\": [",
        "+         \"iam:*\"",
        "+       ],",
        "+       \"Resource\": \"*\",",
        "+       \"Sid\": \"wide\"",
        "+     },",
    ];
    assert_eq!(
        steps_of(&kops),
        ["+ Allow everything but iam:* on * when \"Sid\": \"wide\""]
    );
}

#[test]
fn after_a_gap_the_words_tell_what_they_are() {
    let kops = ["...", "          \"ec2:A\",", "+         \"ec2:B\",", "..."];
    assert_eq!(steps_of(&kops), ["+ a statement: action ec2:B"]);
}

#[test]
fn a_flood_of_statements_is_told_in_linear_time() {
    let statement = |sign: char, at: usize| {
        let action = format!("{sign}         \"ec2:{sign}{at}\"");
        [
            "      {".to_owned(),
            "        \"Action\": [".to_owned(),
            action,
            "        ],".to_owned(),
            "      },".to_owned(),
        ]
    };
    let lines = (0..20_000).flat_map(|at| [statement('-', at), statement('+', at)]);
    let lines: Vec<_> = lines.flatten().map(Into::into).collect();
    let steps = policy(&ValueChange::Diff(lines)).unwrap_or_default();
    assert_eq!(steps.len(), 40_000);
}

#[test]
fn what_is_no_policy_is_left_alone() {
    assert_eq!(steps_of(&["+ kind: Cluster"]), ["none"]);
    assert_eq!(steps_of(&["+       odd"]), ["none"]);
    let version = [
        "-   \"Version\": \"2008-10-17\"",
        "+   \"Version\": \"2012-10-17\"",
    ];
    assert_eq!(steps_of(&version), ["none"]);
    assert_eq!(policy(&ValueChange::New("{}".into())), None);
}

#[test]
fn a_policy_that_goes_whole_is_told_by_its_statements() {
    let kops = [
        "- {",
        "-   \"Statement\": [",
        "-     {",
        "-       \"Action\": [",
        "-         \"s3:GetObject\"",
        "-       ],",
        "-       \"Effect\": \"Allow\",",
        "-       \"Resource\": [",
        "-         \"*\"",
        "-       ]",
        "-     }",
        "-   ],",
        "-   \"Version\": \"2012-10-17\"",
        "- }",
    ];
    assert_eq!(steps_of(&kops), ["- Allow s3:GetObject on *"]);
}
