//! The report as JSON, in the form of docs/review.schema.json.

use serde::Serialize;

use super::{Action, Change, Field, Report, Resource, Summary};
use crate::core::findings::{Finding, Severity};
use crate::core::untrusted::Untrusted;

#[derive(Serialize)]
struct ReportView<'a> {
    changes: bool,
    summary: Summary,
    resources: Vec<ResourceView<'a>>,
    findings: Vec<FindingView<'a>>,
    unread: &'a [Untrusted],
}

#[derive(Serialize)]
struct ResourceView<'a> {
    action: Action,
    #[serde(rename = "type")]
    kind: &'a str,
    name: &'a Untrusted,
    fields: Vec<FieldView<'a>>,
}

#[derive(Serialize)]
struct FieldView<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<&'a Untrusted>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<&'a Untrusted>,
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<&'a [Untrusted]>,
}

#[derive(Serialize)]
struct FindingView<'a> {
    severity: Severity,
    rule: &'a str,
    resource: &'a str,
    message: &'a str,
}

/// The report and its findings as one indented JSON document with a final newline; values are raw.
pub fn to_json(report: &Report, findings: &[Finding]) -> String {
    let view = ReportView {
        changes: report.changes(),
        summary: report.summary(),
        resources: report.resources.iter().map(of_resource).collect(),
        findings: findings.iter().map(of_finding).collect(),
        unread: &report.unread,
    };
    let mut text = serde_json::to_string_pretty(&view).unwrap_or_default();
    text.push('\n');
    text
}

fn of_resource(resource: &Resource) -> ResourceView<'_> {
    ResourceView {
        action: resource.action,
        kind: &resource.kind,
        name: &resource.name,
        fields: resource.fields.iter().map(of_field).collect(),
    }
}

fn of_field(field: &Field) -> FieldView<'_> {
    let (old, new, diff) = match &field.change {
        Change::New(new) => (None, Some(new), None),
        Change::Changed { old, new } => (Some(old), Some(new), None),
        Change::Diff(lines) => (None, None, Some(lines.as_slice())),
    };
    FieldView {
        name: &field.name,
        old,
        new,
        diff,
    }
}

fn of_finding(finding: &Finding) -> FindingView<'_> {
    FindingView {
        severity: finding.severity,
        rule: finding.rule,
        resource: &finding.resource,
        message: &finding.message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::review::parse;

    #[test]
    fn the_form_is_the_documented_one() {
        let report = parse(concat!(
            "Will modify resources:\n  NatGateway/a\n  \tTags                \t {} -> {k: v}\n",
            "  \tUserData            \n  \t                    \t- a\n  \t                    \t+ b\n  \t                    \t\n\n",
            "Items will be deleted during update:\n  Subnet               s-1 x\n\nodd\nMust specify --yes to apply changes\n",
        ));
        let finding = Finding {
            severity: Severity::Danger,
            rule: "deleted",
            resource: "Subnet/s-1 x".to_owned(),
            message: "m".to_owned(),
            why: "w",
            remedy: "r",
        };
        let expected = r#"{"changes":true,"summary":{"create":0,"modify":1,"delete":1,"deleteOnPrune":0},"resources":[{"action":"modify","type":"NatGateway","name":"a","fields":[{"name":"Tags","old":"{}","new":"{k: v}"},{"name":"UserData","diff":["- a","+ b"]}]},{"action":"delete","type":"Subnet","name":"s-1 x","fields":[]}],"findings":[{"severity":"danger","rule":"deleted","resource":"Subnet/s-1 x","message":"m"}],"unread":["odd"]}"#;
        let printed = to_json(&report, &[finding]);
        let compact: String = printed.lines().map(str::trim_start).collect();
        assert_eq!(compact.replace("\": ", "\":"), expected);
    }
}
