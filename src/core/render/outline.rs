//! A dry run with what it means, made once: every output and the tree of the review only print it.

use crate::core::analysis::findings::{Finding, FindingSeverity, FoldedFinding, judge};
use crate::core::analysis::grouping::{Bundle, Entry, GroupedBy, Grouping, ResourceGroup};
use crate::core::analysis::locations::{PlaceCount, places};
use crate::core::analysis::meaning::{MeaningLine, meaning};
use crate::core::analysis::noise::{Noise, NoisyFields};
use crate::core::analysis::summary::Summary;
use crate::core::cluster::InstanceGroupSummary;
use crate::core::kops::control_plane::SeenControlPlane;
use crate::core::kops::dry_run::{ChangeAction, ChangedField, DryRun, Resource};
use crate::core::render::wording::{RenderedField, count_changes, headline, render_field};
use crate::core::text::prose::counted;

/// A dry run, its findings, and the groups, bundles and noise in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Outline {
    pub dry_run: DryRun,
    /// The cluster's name, as far as the dry run tells; raw.
    pub cluster: Option<String>,
    /// Which cluster, and whether changes are pending, in one line.
    pub headline: String,
    /// How many resources each action has, and how many lines were not understood.
    pub counts: String,
    pub summary: Summary,
    /// What is built or changed, in a line for each part of the cluster.
    pub meaning: Vec<MeaningLine>,
    /// What kops saw of the running control plane, in one line; absent when the dry run does not say.
    pub control_plane: Option<String>,
    /// Those that say the same of several resources are one; the most severe first.
    pub findings: Vec<FoldedFinding>,
    pub groups: Vec<ResourceGroup>,
    pub bundles: Vec<Bundle>,
    /// The kinds of noise in it, and in how many fields.
    pub noises: Vec<(Noise, usize)>,
    noisy: NoisyFields,
    /// Each resource with each finding about it, in order.
    found: Vec<(usize, usize)>,
}

/// One field of a resource.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OutlineField<'a> {
    pub field: &'a ChangedField,
    pub noise: Option<Noise>,
}

impl Outline {
    /// The outline of a dry run without its spec.
    pub fn new(dry_run: DryRun) -> Self {
        Self::with_instance_groups(dry_run, &[])
    }

    /// The outline of a dry run whose spec has these instance groups: its findings say how many instances they are about.
    pub fn with_instance_groups(dry_run: DryRun, groups: &[InstanceGroupSummary]) -> Self {
        let noisy = NoisyFields::new(&dry_run);
        let Grouping {
            groups: resources,
            bundles,
        } = Grouping::new(&dry_run, &noisy, GroupedBy::default());
        let seen = dry_run.control_plane != SeenControlPlane::Unsaid;
        let mut outline = Self {
            cluster: dry_run.cluster().map(str::to_owned),
            headline: headline(&dry_run),
            counts: count_changes(&dry_run),
            summary: dry_run.summary(),
            meaning: meaning(&dry_run, &noisy),
            control_plane: seen.then(|| dry_run.control_plane.words()),
            findings: Vec::new(),
            groups: resources,
            bundles,
            noises: noisy.counts(),
            noisy,
            found: Vec::new(),
            dry_run,
        };
        outline.judge(groups, &[]);
        outline
    }

    /// Groups the resources by something else.
    pub fn regroup(&mut self, by: GroupedBy) {
        let grouping = Grouping::new(&self.dry_run, &self.noisy, by);
        (self.groups, self.bundles) = (grouping.groups, grouping.bundles);
    }

    /// Finds again what to look at, with the instance groups of the spec and what the plan warned of.
    pub fn judge(&mut self, groups: &[InstanceGroupSummary], planned: &[Finding]) {
        self.findings = judge(&self.dry_run, groups, planned);
        let findings = self.findings.iter().enumerate();
        let pairs = findings.flat_map(|(at, folded)| {
            let subjects = folded.subjects.iter();
            subjects.map(move |resource| (*resource, at))
        });
        self.found = pairs.collect();
        self.found.sort_unstable();
    }

    /// A resource by its place in the dry run.
    pub fn resource(&self, at: usize) -> Option<&Resource> {
        self.dry_run.resources.get(at)
    }

    /// Several resources in one entry.
    pub fn bundle(&self, at: usize) -> Option<&Bundle> {
        self.bundles.get(at)
    }

    /// The resources behind an entry of a group.
    pub fn members<'a>(&'a self, entry: &'a Entry) -> &'a [usize] {
        match entry {
            Entry::Resource(resource) => std::slice::from_ref(resource),
            Entry::Bundle(at) => self.bundle(*at).map_or(&[], |bundle| &bundle.resources),
        }
    }

    /// The fields of a resource.
    pub fn fields(&self, resource: usize) -> impl Iterator<Item = OutlineField<'_>> {
        let found = self.resource(resource).into_iter();
        let fields = found.flat_map(|found| &found.fields).enumerate();
        fields.map(move |(at, field)| OutlineField {
            field,
            noise: self.noise(resource, at),
        })
    }

    /// Why a field is noise; absent when it is not.
    pub fn noise(&self, resource: usize, field: usize) -> Option<Noise> {
        self.noisy.get(resource, field)
    }

    /// Whether a modified resource has nothing but noise.
    pub fn is_noise(&self, resource: usize) -> bool {
        let mut fields = self.fields(resource).peekable();
        fields.peek().is_some() && fields.all(|field| field.noise.is_some())
    }

    /// The findings about a resource, as indices, the most severe first.
    pub fn findings_about(&self, resource: usize) -> impl Iterator<Item = usize> + '_ {
        let from = self.found.partition_point(|(one, _)| *one < resource);
        let rest = self.found.get(from..).unwrap_or_default().iter();
        rest.take_while(move |(one, _)| *one == resource)
            .map(|(_, finding)| *finding)
    }

    /// The titles of the resources that a finding is about.
    pub fn subjects<'a>(&'a self, finding: &'a FoldedFinding) -> impl Iterator<Item = String> + 'a {
        let subjects = finding.subjects.iter();
        subjects.filter_map(|at| Some(self.resource(*at)?.title()))
    }

    /// How many findings have this severity.
    pub fn count(&self, severity: FindingSeverity) -> usize {
        let same = |folded: &&FoldedFinding| folded.finding.severity == severity;
        self.findings.iter().filter(same).count()
    }

    /// The counts of the findings, such as `1 danger, 2 warnings, 0 notes`.
    pub fn severities(&self) -> String {
        let count = |severity: FindingSeverity| counted(self.count(severity), severity.word());
        FindingSeverity::ALL.map(count).join(", ")
    }

    /// How much happens in each instance group and zone.
    pub fn places(&self) -> Vec<PlaceCount> {
        places(&self.dry_run)
    }
}

impl OutlineField<'_> {
    /// Whether the explanation of its noise stands for its value.
    pub fn is_folded(&self) -> bool {
        self.noise.is_some_and(Noise::is_folded)
    }

    /// Its name and its lines as people read them.
    pub(crate) fn rendered(&self) -> RenderedField {
        render_field(self.field)
    }
}

/// What a line of a group is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineKind {
    Entry,
    /// A resource below its bundle.
    Member,
    Field,
    /// A line of a field's value, with its sign: `+`, `-` or a blank.
    Value(char),
}

impl Outline {
    /// The entries of a group line by line, for text and Markdown; of each field at most so many lines.
    pub(crate) fn each_line(
        &self,
        group: &ResourceGroup,
        most: usize,
        print: &mut impl FnMut(LineKind, &str),
    ) {
        for entry in group.entries() {
            match entry {
                Entry::Resource(at) => self.print_names(&[*at], LineKind::Entry, print),
                Entry::Bundle(at) => {
                    if let Some(bundle) = self.bundle(*at) {
                        self.print_bundle(bundle, print);
                    }
                }
            }
            if let (ChangeAction::Modify, [first, ..]) = (group.action, self.members(entry)) {
                self.print_fields(*first, most, print);
            }
        }
    }

    fn print_bundle(&self, bundle: &Bundle, print: &mut impl FnMut(LineKind, &str)) {
        let (sign, title) = (bundle.action.sign(), bundle.title(bundle.resources.len()));
        if bundle.same {
            print(LineKind::Entry, &format!("{sign} {title}"));
            return self.print_names(&bundle.resources, LineKind::Member, print);
        }
        let resources = bundle.resources.iter().filter_map(|at| self.resource(*at));
        let names: Vec<_> = resources.map(|one| one.name.shown()).collect();
        print(
            LineKind::Entry,
            &format!("{sign} {title}: {}", names.join(", ")),
        );
    }

    fn print_names(
        &self,
        resources: &[usize],
        kind: LineKind,
        print: &mut impl FnMut(LineKind, &str),
    ) {
        for resource in resources.iter().filter_map(|at| self.resource(*at)) {
            print(
                kind,
                &format!("{} {}", resource.action.sign(), resource.title()),
            );
        }
    }

    fn print_fields(&self, resource: usize, most: usize, print: &mut impl FnMut(LineKind, &str)) {
        for field in self.fields(resource) {
            if field.is_folded() {
                let name = &field.field.name;
                print(
                    LineKind::Field,
                    &format!("{name}  (noise, explained below)"),
                );
                continue;
            }
            let rendered = field.rendered();
            print(LineKind::Field, &rendered.head);
            for (sign, text) in rendered.lines.iter().take(most) {
                print(LineKind::Value(*sign), text);
            }
            let more = rendered.lines.len().saturating_sub(most);
            if more > 0 {
                print(LineKind::Value(' '), &counted(more, "more line"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::kops::dry_run::parse;
    use crate::core::render::escaped;
    use crate::core::render::html::to_html;
    use crate::core::render::markdown::to_markdown;
    use crate::core::render::text::to_text;

    /// The titles of the groups and bundles in their order; each after those before it.
    fn titles(outline: &Outline) -> Vec<String> {
        let mut titles = Vec::new();
        for group in &outline.groups {
            titles.push(group.counts());
            let bundles = group.entries().filter_map(|entry| match entry {
                Entry::Bundle(at) => outline.bundle(*at),
                Entry::Resource(_) => None,
            });
            titles.extend(bundles.map(|bundle| bundle.title(bundle.resources.len())));
        }
        titles
    }

    /// The titles that are in a page, each searched for behind the one before.
    fn found(page: &str, titles: &[String]) -> Vec<String> {
        let mut rest = page;
        let found = titles.iter().filter(|title| {
            let behind = rest.split_once(title.as_str()).map(|(_, behind)| behind);
            rest = behind.unwrap_or(rest);
            behind.is_some()
        });
        found.cloned().collect()
    }

    #[test]
    fn text_markdown_and_html_name_the_same_groups_and_bundles_in_the_same_order() {
        for text in [
            include_str!("../../../tests/fixtures/kops/update-create.stdout"),
            include_str!("../../../tests/fixtures/kops/update-modify.stdout"),
            include_str!("../../../tests/fixtures/kops/update-revert.stdout"),
        ] {
            let outline = Outline::new(parse(text));
            let titles = titles(&outline);
            assert!(titles.len() > outline.groups.len());
            assert_eq!(found(&to_text(&outline), &titles), titles);
            assert_eq!(found(&to_markdown(&outline), &titles), titles);
            let escaped: Vec<_> = titles.iter().map(|title| escaped::html(title)).collect();
            assert_eq!(found(&to_html(&outline), &escaped), escaped);
        }
    }
}
