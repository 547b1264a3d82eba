//! Step 5, Control plane: how many instances of which type.

use std::collections::BTreeSet;

use super::field::{Editor, FieldSpec, Follows, ValueEditor, text};
use super::nodes;
use super::typed::{comma_list, parse_name, parse_optional, parse_volume};
use crate::core::answers::Answers;
use crate::core::problem::catalog as rule;
use crate::core::spec::fields::SpecKind;

/// The fields of this step, in the order of its rows.
pub(super) static FIELDS: [&FieldSpec; 4] = [&COUNT, &INSTANCE_TYPE, &IMAGE, &ROOT_VOLUME];

static COUNT: FieldSpec = FieldSpec {
    label: "Instances",
    fixed: Some("etcd counts its members, and kops cannot add or remove one in a running cluster"),
    reason: "Three members keep etcd's quorum when one fails; not set: three with three zones, else one.",
    help: "etcd needs an odd number: one has no redundancy, three survive one failure, five survive two. Each member is an instance group of its own.",
    sets: Some((SpecKind::Cluster, "etcdClusters")),
    rules: &[
        rule::CONTROL_PLANE_EVEN,
        rule::CONTROL_PLANE_COUNT,
        rule::CONTROL_PLANE_SINGLE,
        rule::CONTROL_PLANE_SHARES_ZONE,
    ],
    follows: Some(Follows::ControlPlaneCount),
    editor: Editor::Cluster(ValueEditor::Choice {
        options: |answers| counts(answers).iter().map(ToString::to_string).collect(),
        get: |answers| counts(answers).range(..answers.control_plane.count).count(),
        set: |answers, at| {
            if let Some(count) = counts(answers).into_iter().nth(at) {
                answers.control_plane.count = count;
            }
        },
    }),
    ..FieldSpec::BLANK
};

// What an answers file has instead is one of them too.
fn counts(answers: &Answers) -> BTreeSet<u32> {
    [1, 3, 5, answers.control_plane.count].into()
}

static INSTANCE_TYPE: FieldSpec = FieldSpec {
    label: "Instance type",
    reason: "Runs the API server and etcd; t3.medium suits up to some tens of nodes.",
    help: "Growing later replaces the members one by one with a rolling update.",
    editor: Editor::Cluster(ValueEditor::InstanceType(
        |answers| answers.control_plane.machine_type.clone(),
        |answers, text| {
            answers.control_plane.machine_type = parse_name(text)?;
            Ok(())
        },
    )),
    ..nodes::INSTANCE_TYPE
};

static IMAGE: FieldSpec = FieldSpec {
    editor: Editor::Cluster(text!(control_plane.image, comma_list, parse_optional)),
    ..nodes::IMAGE
};

static ROOT_VOLUME: FieldSpec = FieldSpec {
    editor: Editor::Cluster(text!(
        control_plane.root_volume_gib,
        comma_list,
        parse_volume
    )),
    ..nodes::ROOT_VOLUME
};
