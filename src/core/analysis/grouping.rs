//! The groups and bundles in which every output shows the resources of a dry run, and their one order.

use std::collections::{BTreeMap, HashMap};

use strum::VariantArray;

use crate::core::analysis::category::{Category, is_internal};
use crate::core::analysis::location::place;
use crate::core::analysis::noise::{Noise, NoisyFields};
use crate::core::kops::dry_run::{ChangeAction, ChangedField, DryRun, Resource, ValueChange};
use crate::core::text::untrusted::visible;

/// By what the resources of one action are grouped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, VariantArray)]
pub enum GroupedBy {
    #[default]
    Category,
    InstanceGroup,
    Zone,
}

impl GroupedBy {
    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Category => "by category",
            Self::InstanceGroup => "by instance group",
            Self::Zone => "by zone",
        }
    }

    /// The next one, around the end.
    #[must_use]
    pub fn next(self) -> Self {
        let all = Self::VARIANTS.iter().cycle().copied();
        all.skip_while(|one| *one != self)
            .nth(1)
            .unwrap_or_default()
    }

    fn heading(self, resource: &Resource, cluster: Option<&str>) -> GroupHeading {
        let named = match self {
            Self::Category => return GroupHeading::Category(Category::from_type(&resource.kind)),
            Self::InstanceGroup => {
                let group = place(resource, cluster).instance_group;
                group.map(GroupHeading::InstanceGroup)
            }
            Self::Zone => place(resource, cluster).zone.map(GroupHeading::Zone),
        };
        named.unwrap_or(GroupHeading::WholeCluster)
    }
}

/// What the resources of a group have in common beside their action.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GroupHeading {
    Category(Category),
    InstanceGroup(String),
    Zone(String),
    /// They belong to no single instance group or zone.
    WholeCluster,
}

impl GroupHeading {
    /// As people read it, shown.
    pub fn words(&self) -> String {
        match self {
            Self::Category(category) => category.word().to_owned(),
            Self::InstanceGroup(name) | Self::Zone(name) => visible(name),
            Self::WholeCluster => "Whole cluster".to_owned(),
        }
    }
}

/// The resources of one action with one heading, by type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceGroup {
    pub action: ChangeAction,
    pub heading: GroupHeading,
    pub types: Vec<TypeGroup>,
}

/// The resources of one type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeGroup {
    pub kind: String,
    /// How many resources it has.
    pub count: usize,
    pub entries: Vec<Entry>,
}

/// What a group lists: a resource by itself, or several as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// An index into [`DryRun::resources`].
    Resource(usize),
    /// An index into [`Grouping::bundles`].
    Bundle(usize),
}

/// Several resources of one type as one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    pub action: ChangeAction,
    pub kind: String,
    /// At least two indices into [`DryRun::resources`].
    pub resources: Vec<usize>,
    /// How all their names begin, such as `nodes-us-east-1*`, shown; empty when they have nothing in common.
    pub prefix: String,
    /// What happens to each of them, shown.
    pub words: String,
    /// Whether the same changes in each, noise apart: then it is read once for all.
    pub same: bool,
}

/// Every resource once, deletions first, then by heading and by type in the order of the dry run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grouping {
    pub groups: Vec<ResourceGroup>,
    pub bundles: Vec<Bundle>,
}

impl ResourceGroup {
    /// How many resources it holds.
    pub fn count(&self) -> usize {
        self.types.iter().map(|kind| kind.count).sum()
    }

    /// The counts per type, such as `Subnet (6) RouteTable (4)`.
    pub fn counts(&self) -> String {
        let one = |kind: &TypeGroup| format!("{} ({})", kind.kind, kind.count);
        self.types.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    /// The heading and the counts.
    pub fn title(&self) -> String {
        format!("{}: {}", self.heading.words(), self.counts())
    }

    /// What it lists.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.types.iter().flat_map(|kind| &kind.entries)
    }
}

impl Bundle {
    /// Its type, how many of its resources are meant, how their names begin, and what happens to each, shown.
    pub fn title(&self, count: usize) -> String {
        let Self {
            kind,
            prefix,
            words,
            ..
        } = self;
        let gap = if prefix.is_empty() { "" } else { " " };
        format!("{kind} ({count}){gap}{prefix}  {words}")
    }
}

impl Grouping {
    /// Resources that change in the same way are one entry, and so are the new ones that kops makes for itself.
    pub fn new(dry_run: &DryRun, noisy: &NoisyFields, by: GroupedBy) -> Self {
        let mut found: BTreeMap<_, Vec<(&str, Vec<usize>)>> = BTreeMap::new();
        let cluster = dry_run.cluster();
        for (at, resource) in dry_run.resources.iter().enumerate() {
            let heading = by.heading(resource, cluster);
            let types = found.entry((resource.action, heading)).or_default();
            // kops sorts by type, so the type is the last one seen; a shuffled dry run only gets more groups of a type.
            match types.last_mut() {
                Some((kind, resources)) if *kind == resource.kind => resources.push(at),
                _ => types.push((&resource.kind, vec![at])),
            }
        }
        let mut bundling = Bundling {
            dry_run,
            noisy,
            bundles: Vec::new(),
        };
        let groups = found.into_iter().map(|((action, heading), types)| {
            let types = types.into_iter().map(|(kind, resources)| TypeGroup {
                kind: kind.to_owned(),
                count: resources.len(),
                entries: bundling.entries(action, kind, resources),
            });
            ResourceGroup {
                action,
                heading,
                types: types.collect(),
            }
        });
        Self {
            groups: groups.collect(),
            bundles: bundling.bundles,
        }
    }
}

/// The bundles found so far.
struct Bundling<'a> {
    dry_run: &'a DryRun,
    noisy: &'a NoisyFields,
    bundles: Vec<Bundle>,
}

/// What makes two fields change in the same way.
#[derive(PartialEq, Eq, Hash)]
enum ChangeKey<'a> {
    Noise(&'a str, Noise),
    Change(&'a str, &'a ValueChange),
}

impl<'a> Bundling<'a> {
    fn entries(&mut self, action: ChangeAction, kind: &str, resources: Vec<usize>) -> Vec<Entry> {
        match action {
            ChangeAction::Modify => {
                let groups = self.change_groups(resources).into_iter();
                groups.map(|same| self.entry(same, None)).collect()
            }
            ChangeAction::Create if is_internal(kind) => {
                vec![self.entry(resources, Some("managed by kops"))]
            }
            // What goes away is never folded into one entry, nor what is new and was asked for.
            _ => resources.into_iter().map(Entry::Resource).collect(),
        }
    }

    // Without words of its own a bundle says what changes in each.
    fn entry(&mut self, resources: Vec<usize>, words: Option<&str>) -> Entry {
        let all = &self.dry_run.resources;
        let first = resources.first().copied().unwrap_or_default();
        let Some(resource) = all.get(first).filter(|_| resources.len() > 1) else {
            return Entry::Resource(first);
        };
        self.bundles.push(Bundle {
            action: resource.action,
            kind: resource.kind.clone(),
            prefix: common_prefix(resources.iter().filter_map(|at| all.get(*at))),
            words: words.map_or_else(|| self.change_words(first, resource), str::to_owned),
            same: words.is_none(),
            resources,
        });
        Entry::Bundle(self.bundles.len() - 1)
    }

    /// The resources by what happens to them, noise apart, in the order of the dry run.
    fn change_groups(&self, resources: Vec<usize>) -> Vec<Vec<usize>> {
        let mut found: Vec<Vec<usize>> = Vec::new();
        let mut known: HashMap<Vec<ChangeKey<'_>>, usize> = HashMap::new();
        for at in resources {
            let place = *known.entry(self.change_key(at)).or_insert(found.len());
            match found.get_mut(place) {
                Some(same) => same.push(at),
                None => found.push(vec![at]),
            }
        }
        found
    }

    fn change_key(&self, at: usize) -> Vec<ChangeKey<'a>> {
        let fields = self.dry_run.resources.get(at).map(|one| &one.fields);
        let fields = fields.into_iter().flatten().enumerate();
        let key = |(field, found): (usize, &'a ChangedField)| match self.folded_noise(at, field) {
            Some(noise) => ChangeKey::Noise(&found.name, noise),
            None => ChangeKey::Change(&found.name, &found.change),
        };
        fields.map(key).collect()
    }

    fn folded_noise(&self, resource: usize, field: usize) -> Option<Noise> {
        self.noisy
            .get(resource, field)
            .filter(|noise| noise.is_folded())
    }

    /// What happens to a resource in a few words, shown: the one field that changes with its values, else the names of
    /// those that do.
    fn change_words(&self, at: usize, resource: &Resource) -> String {
        let fields = resource.fields.iter().enumerate();
        let changing = fields.filter(|(field, _)| self.folded_noise(at, *field).is_none());
        let changing: Vec<_> = changing.map(|(_, field)| field).collect();
        match changing.as_slice() {
            [] if resource.fields.is_empty() => "no field is printed".to_owned(),
            [] if self.changes_only_hash(at, resource) => "NodeupConfigHash only".to_owned(),
            [] => "noise only".to_owned(),
            [field] => field_words(field),
            many => name_fields(many),
        }
    }

    // A new hash changes nothing by itself, but the next rolling update replaces the instances.
    fn changes_only_hash(&self, at: usize, resource: &Resource) -> bool {
        let mut fields = 0..resource.fields.len();
        fields.all(|field| self.noisy.get(at, field) == Some(Noise::NodeupConfigHash))
    }
}

/// How many fields are named; the rest is counted.
const NAMED_FIELDS: usize = 3;

fn name_fields(fields: &[&ChangedField]) -> String {
    let few = fields.iter().take(NAMED_FIELDS);
    let names: Vec<_> = few.map(|field| visible(&field.name)).collect();
    let names = names.join(", ");
    match fields.len().saturating_sub(NAMED_FIELDS) {
        0 => names,
        more => format!("{names} and {more} more"),
    }
}

/// The longest old and new value that stand beside the name of their field, in bytes.
const SHORT: usize = 60;

/// What happens to a field, with its values where they are short; shown.
pub(super) fn field_words(field: &ChangedField) -> String {
    let name = visible(&field.name);
    match &field.change {
        ValueChange::Changed { old, new } if old.raw().len() + new.raw().len() <= SHORT => {
            format!("{name} {old} -> {new}")
        }
        ValueChange::New(value) if value.raw().len() <= SHORT => format!("{name} {value}"),
        _ => name,
    }
}

/// The fewest characters of a common beginning that are worth showing.
const SHORTEST_PREFIX: usize = 4;

fn common_prefix<'a>(resources: impl Iterator<Item = &'a Resource>) -> String {
    let mut names = resources.map(|resource| resource.name.raw());
    let first = names.next().unwrap_or_default();
    let common = names.fold(first.len(), |length, name| {
        let same = first.bytes().zip(name.bytes()).take(length);
        same.take_while(|(one, other)| one == other).count()
    });
    match first.get(..common) {
        Some(common) if common.len() >= SHORTEST_PREFIX => format!("{}*", visible(common)),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::kops::dry_run::parse;

    const CREATE: &str = include_str!("../../../tests/fixtures/kops/update-create.stdout");
    const MODIFY: &str = include_str!("../../../tests/fixtures/kops/update-modify.stdout");

    fn grouping(text: &str) -> Grouping {
        let dry_run = parse(text);
        Grouping::new(&dry_run, &NoisyFields::new(&dry_run), GroupedBy::Category)
    }

    #[test]
    fn the_bundles_say_in_a_few_words_what_changes() {
        let grouping = grouping(MODIFY);
        let titles: Vec<_> = grouping
            .bundles
            .iter()
            .map(|bundle| bundle.title(bundle.resources.len()))
            .collect();
        assert_eq!(
            titles,
            [
                "Subnet (6)  noise only",
                "AutoscalingGroup (3) nodes-us-east-1*  MaxSize 2 -> 6",
                "LaunchTemplate (3) control-plane-us-east-1*  NodeupConfigHash only",
                "LaunchTemplate (3) nodes-us-east-1*  InstanceType, RootVolumeSize",
                "ManagedFile (3) nodeupconfig-control-plane-us-east-1*  Contents",
                "ManagedFile (3) nodeupconfig-nodes-us-east-1*  Contents",
            ]
        );
        assert!(grouping.bundles.iter().all(|bundle| bundle.same));
    }

    #[test]
    fn what_kops_makes_for_itself_is_one_entry_when_it_is_new() {
        let grouping = grouping(CREATE);
        let managed = grouping.bundles.iter().filter(|bundle| !bundle.same);
        let managed: Vec<_> = managed
            .map(|bundle| (bundle.kind.as_str(), bundle.resources.len(), &*bundle.words))
            .collect();
        let expected = [
            ("RouteTableAssociation", 6),
            ("AutoscalingLifecycleHook", 6),
            ("EventBridgeRule", 4),
            ("EventBridgeTarget", 4),
            ("WarmPool", 6),
            ("IAMInstanceProfileRole", 2),
            ("Keypair", 8),
            ("Secret", 9),
            ("AddonManifest", 10),
            ("ManagedFile", 18),
        ];
        assert_eq!(
            managed,
            expected.map(|(kind, count)| (kind, count, "managed by kops"))
        );
    }

    #[test]
    fn a_create_is_grouped_by_category_and_counted() {
        let grouping = grouping(CREATE);
        let titles: Vec<_> = grouping
            .groups
            .iter()
            .map(|group| format!("{} {}", group.action.word(), group.title()))
            .collect();
        assert_eq!(
            titles,
            [
                "modify Network: NatGateway (3)",
                "create Network: Route (5) RouteTable (4) RouteTableAssociation (6) Subnet (6)",
                "create Load balancing: NetworkLoadBalancer (1) NetworkLoadBalancerListener (2) TargetGroup (2)",
                "create Compute: AutoscalingGroup (6) AutoscalingLifecycleHook (6) EventBridgeRule (4) EventBridgeTarget (4) LaunchTemplate (6) SQS (1) WarmPool (6)",
                "create IAM: IAMInstanceProfile (2) IAMInstanceProfileRole (2) IAMRole (2) IAMRolePolicy (4)",
                "create Security: Keypair (8) SSHKey (1) Secret (9) SecurityGroup (3) SecurityGroupRule (22)",
                "create Storage: EBSVolume (6)",
                "create State and add-ons: AddonManifest (10) BootstrapChannel (1) ManagedFile (18)",
            ]
        );
    }

    #[test]
    fn a_change_is_grouped_by_instance_group_and_by_zone() {
        let dry_run = parse(MODIFY);
        let noisy = NoisyFields::new(&dry_run);
        let headings = |by| {
            let groups = Grouping::new(&dry_run, &noisy, by).groups.into_iter();
            let heading = |group: ResourceGroup| {
                let (action, count) = (group.action.word(), group.count());
                format!("{action} {} {count}", group.heading.words())
            };
            groups.map(heading).collect::<Vec<_>>()
        };
        assert_eq!(
            headings(GroupedBy::InstanceGroup),
            [
                "delete on prune Whole cluster 2",
                "modify control-plane-us-east-1a 2",
                "modify control-plane-us-east-1b 2",
                "modify control-plane-us-east-1c 2",
                "modify nodes-us-east-1a 3",
                "modify nodes-us-east-1b 3",
                "modify nodes-us-east-1c 3",
                "modify Whole cluster 8",
                "create Whole cluster 3",
            ]
        );
        assert_eq!(
            headings(GroupedBy::Zone),
            [
                "delete on prune Whole cluster 2",
                "modify us-east-1a 7",
                "modify us-east-1b 7",
                "modify us-east-1c 7",
                "modify Whole cluster 2",
                "create Whole cluster 3",
            ]
        );
    }

    #[test]
    fn every_resource_is_in_one_entry() {
        let texts = [CREATE, MODIFY].into_iter();
        for (text, by) in
            texts.flat_map(|text| GroupedBy::VARIANTS.iter().map(move |by| (text, *by)))
        {
            let dry_run = parse(text);
            let grouping = Grouping::new(&dry_run, &NoisyFields::new(&dry_run), by);
            let entries = grouping.groups.iter().flat_map(ResourceGroup::entries);
            let mut all: Vec<usize> = entries
                .flat_map(|entry| match entry {
                    Entry::Resource(at) => vec![*at],
                    Entry::Bundle(at) => grouping.bundles[*at].resources.clone(),
                })
                .collect();
            all.sort_unstable();
            assert_eq!(all, (0..parse(text).resources.len()).collect::<Vec<_>>());
        }
    }
}
