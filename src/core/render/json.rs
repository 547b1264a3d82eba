//! The dry run as JSON, in the form of docs/review.schema.json.

use serde::Serialize;

use crate::core::analysis::findings::{FindingSeverity, FoldedFinding, Harm};
use crate::core::analysis::summary::Summary;
use crate::core::kops::control_plane::SeenControlPlane;
use crate::core::kops::dry_run::{ChangeAction, Resource, ValueChange};
use crate::core::render::outline::Outline;
use crate::core::text::json;
use crate::core::text::untrusted::Untrusted;

/// What kops update cluster would change, with findings. Values are what kops printed, raw.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
struct DryRunView<'a> {
    /// Whether changes are pending, or may be: kops says so, names a resource, or printed a line that is not understood.
    changes: bool,
    /// Whether all that is pending is noise: lines that kops prints although they change nothing.
    only_noise: bool,
    summary: Summary,
    /// In the order of the dry run.
    resources: Vec<ResourceView<'a>>,
    /// By severity, danger first, then by harm.
    findings: Vec<FindingView<'a>>,
    /// Every line that was not understood, whole, in order; with any, approval waits until the raw text was shown.
    unread: &'a [Untrusted],
    /// What kops saw of the running control plane of an existing cluster; absent when it does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    control_plane: Option<ControlPlaneView<'a>>,
}

/// What kops saw of the running control plane: one of the two.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
enum ControlPlaneView<'a> {
    /// The oldest version of its kubelets, or the spec's own when none is older.
    Runs(&'a Untrusted),
    /// Why kops could not read it: every instance group gets the spec's version at once.
    NotSeen(&'a Untrusted),
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(crate) struct ResourceView<'a> {
    action: ChangeAction,
    /// kops's task type, such as Subnet.
    #[serde(rename = "type")]
    kind: &'a str,
    /// kops's task name; for a deletion the item as kops prints it.
    name: &'a Untrusted,
    /// Empty for a deletion.
    fields: Vec<FieldView<'a>>,
}

/// A new value, an old and a new value, or the lines of a diff.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(crate) struct FieldView<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<&'a Untrusted>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<&'a Untrusted>,
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<&'a [Untrusted]>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
struct FindingView<'a> {
    severity: FindingSeverity,
    /// The worst that can follow.
    harm: Harm,
    /// A stable identifier; docs/findings.md lists them all.
    rule: &'a str,
    /// Type/name; empty when it is about the whole dry run.
    resource: String,
    /// One line; text from outside is escaped in it.
    message: &'a str,
}

/// The dry run and its findings as one indented JSON document with a final newline; values are raw.
pub fn to_json(outline: &Outline) -> String {
    let dry_run = &outline.dry_run;
    let resources = dry_run.resources.iter();
    let view = DryRunView {
        changes: dry_run.changes(),
        only_noise: dry_run.only_noise(),
        summary: outline.summary,
        resources: resources.map(ResourceView::new).collect(),
        findings: unfolded(outline),
        unread: &dry_run.unread,
        control_plane: ControlPlaneView::new(&dry_run.control_plane),
    };
    let mut text = json::to_json(&view);
    text.push('\n');
    text
}

impl<'a> ControlPlaneView<'a> {
    fn new(seen: &'a SeenControlPlane) -> Option<Self> {
        match seen {
            SeenControlPlane::Unsaid => None,
            SeenControlPlane::Runs(version) => Some(Self::Runs(version)),
            SeenControlPlane::NotSeen(why) => Some(Self::NotSeen(why)),
        }
    }
}

impl<'a> ResourceView<'a> {
    pub(crate) fn new(resource: &'a Resource) -> Self {
        let fields = resource.fields.iter();
        Self {
            action: resource.action,
            kind: &resource.kind,
            name: &resource.name,
            fields: fields
                .map(|field| FieldView::new(&field.name, &field.change))
                .collect(),
        }
    }
}

impl<'a> FieldView<'a> {
    pub(crate) fn new(name: &'a str, change: &'a ValueChange) -> Self {
        let (old, new, diff) = match change {
            ValueChange::New(new) => (None, Some(new), None),
            ValueChange::Changed { old, new } => (Some(old), Some(new), None),
            ValueChange::Diff(lines) => (None, None, Some(lines.as_slice())),
        };
        Self {
            name,
            old,
            new,
            diff,
        }
    }
}

/// Each finding once for every resource that it is about, those of one rule in the order of the dry run.
fn unfolded(outline: &Outline) -> Vec<FindingView<'_>> {
    let subjects = |folded: &FoldedFinding| {
        let subjects = folded.subjects.iter().copied().map(Some);
        let none = folded.subjects.is_empty().then_some(None);
        subjects.chain(none).collect::<Vec<_>>()
    };
    let all = outline.findings.iter();
    let mut all: Vec<_> = all
        .flat_map(|folded| subjects(folded).into_iter().map(move |at| (folded, at)))
        .collect();
    all.sort_by_cached_key(|(folded, at)| (folded.finding.rank(), *at));
    let all = all.into_iter();
    all.map(|(folded, at)| view(outline, folded, at)).collect()
}

fn view<'a>(outline: &Outline, folded: &'a FoldedFinding, at: Option<usize>) -> FindingView<'a> {
    let finding = &folded.finding;
    let resource = at.and_then(|at| outline.resource(at));
    FindingView {
        severity: finding.severity,
        harm: finding.harm(),
        rule: finding.rule,
        resource: resource.map(Resource::title).unwrap_or_default(),
        message: &finding.message,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::core::documents::hold_schema;
    use crate::core::kops::dry_run::parse;

    #[test]
    fn the_form_is_the_documented_one() {
        let dry_run = parse(concat!(
            "Will modify resources:\n  NatGateway/a\n  \tTags                \t {} -> {k: v}\n",
            "  \tUserData            \n  \t                    \t- a\n  \t                    \t+ b\n  \t                    \t\n\n",
            "Items will be deleted during update:\n  Subnet               s-1 x\n\nodd\nMust specify --yes to apply changes\n",
        ));
        let expected = r#"{"changes":true,"onlyNoise":false,"summary":{"create":0,"modify":1,"delete":1,"deleteOnPrune":0,"noise":0},"resources":[{"action":"modify","type":"NatGateway","name":"a","fields":[{"name":"Tags","old":"{}","new":"{k: v}"},{"name":"UserData","diff":["- a","+ b"]}]},{"action":"delete","type":"Subnet","name":"s-1 x","fields":[]}],"findings":[{"severity":"danger","harm":"data","rule":"deleted","resource":"Subnet/s-1 x","message":"Subnet is deleted"},{"severity":"danger","harm":"outage","rule":"nat-gateway-changed","resource":"NatGateway/a","message":"an existing NAT gateway is changed: Tags, UserData"},{"severity":"warning","harm":"unknown","rule":"unread-lines","resource":"","message":"1 line was not understood"}],"unread":["odd"]}"#;
        let printed = to_json(&Outline::new(dry_run));
        let compact: String = printed.lines().map(str::trim_start).collect();
        assert_eq!(compact.replace("\": ", "\":"), expected);
    }

    #[test]
    fn the_schema_is_that_of_the_types() {
        hold_schema::<DryRunView<'_>>("review.schema.json", "kopswain review --output json");
    }
}
