//! What a dry run builds or changes, in a line each for its instance groups, its network and its access: the question a
//! person has before they read resources.

use std::collections::BTreeMap;

use crate::core::analysis::category::{Category, is_internal};
use crate::core::analysis::grouping::field_words;
use crate::core::analysis::location::place;
use crate::core::analysis::noise::NoisyFields;
use crate::core::kops::dry_run::{ChangeAction, DryRun, Resource};
use crate::core::text::prose::counted;
use crate::core::text::untrusted::visible;

/// A part of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeaningPart {
    InstanceGroups,
    Network,
    Access,
}

impl MeaningPart {
    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::InstanceGroups => "instance groups",
            Self::Network => "network",
            Self::Access => "access",
        }
    }
}

/// What happens in one part of the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeaningLine {
    pub part: MeaningPart,
    /// What happens there, each with its sign; shown.
    pub changes: Vec<String>,
}

impl MeaningLine {
    /// What happens there in one line; the rest of many is counted.
    pub fn words(&self) -> String {
        let few = self.changes.iter().take(MOST).cloned();
        let more = self.changes.len().saturating_sub(MOST);
        let more = (more > 0).then(|| format!("and {more} more"));
        few.chain(more).collect::<Vec<_>>().join("; ")
    }
}

/// Types that come with a load balancer or a route table, and are not listed beside it.
const PARTS: [&str; 3] = ["NetworkLoadBalancerListener", "Route", "TargetGroup"];

/// How many changes of one part stand in one line.
const MOST: usize = 6;

/// The parts in which anything but noise happens.
pub fn meaning(dry_run: &DryRun, noisy: &NoisyFields) -> Vec<MeaningLine> {
    let seen = MeaningPass { dry_run, noisy };
    let parts = [
        (MeaningPart::InstanceGroups, seen.instance_groups()),
        (MeaningPart::Network, seen.network()),
        (MeaningPart::Access, seen.access()),
    ];
    let changing = parts.into_iter().filter(|(_, changes)| !changes.is_empty());
    changing
        .map(|(part, changes)| MeaningLine { part, changes })
        .collect()
}

/// The parts of an instance group in a dry run.
#[derive(Default)]
struct GroupChange<'a> {
    scaling: Option<&'a Resource>,
    template: Option<&'a Resource>,
    words: Vec<String>,
}

#[derive(Clone, Copy)]
struct MeaningPass<'a> {
    dry_run: &'a DryRun,
    noisy: &'a NoisyFields,
}

impl<'a> MeaningPass<'a> {
    fn changing(self) -> impl Iterator<Item = (usize, &'a Resource)> {
        let all = self.dry_run.resources.iter().enumerate();
        all.filter(move |(at, resource)| {
            let mut fields = 0..resource.fields.len();
            resource.action != ChangeAction::Modify
                || fields.any(|field| self.noisy.get(*at, field).is_none())
        })
    }

    // Groups that change in the same way are one entry.
    fn instance_groups(self) -> Vec<String> {
        let mut alike: Vec<(String, Vec<String>)> = Vec::new();
        for (name, change) in self.group_changes() {
            let Some(words) = change.words() else {
                continue;
            };
            match alike.iter_mut().find(|(same, _)| *same == words) {
                Some((_, names)) => names.push(name),
                None => alike.push((words, vec![name])),
            }
        }
        let one = |(words, names): &(String, Vec<String>)| {
            let (sign, rest) = words.split_at(1);
            format!("{sign} {}{rest}", name_all(names))
        };
        alike.iter().map(one).collect()
    }

    fn group_changes(self) -> BTreeMap<String, GroupChange<'a>> {
        let mut changes: BTreeMap<String, GroupChange<'a>> = BTreeMap::new();
        let cluster = self.dry_run.cluster();
        for (at, resource) in self.changing() {
            let scaling = resource.kind == "AutoscalingGroup";
            if !scaling && resource.kind != "LaunchTemplate" {
                continue;
            }
            let group = place(resource, cluster).instance_group;
            let name = group.unwrap_or_else(|| resource.name.raw().to_owned());
            let change = changes.entry(name).or_default();
            if scaling {
                change.scaling = Some(resource);
            } else {
                change.template = Some(resource);
            }
            if resource.action == ChangeAction::Modify {
                let fields = resource.fields.iter().enumerate();
                let real = fields.filter(|(field, _)| self.noisy.get(at, *field).is_none());
                change
                    .words
                    .extend(real.map(|(_, field)| field_words(field)));
            }
        }
        changes
    }

    fn network(self) -> Vec<String> {
        let mut counts: BTreeMap<(ChangeAction, &str), usize> = BTreeMap::new();
        for (_, resource) in self.changing() {
            let category = Category::from_type(&resource.kind);
            let network = matches!(category, Category::Network | Category::LoadBalancing);
            let part = PARTS.contains(&resource.kind.as_str());
            let with_its_whole = part && resource.action == ChangeAction::Create;
            if network && !is_internal(&resource.kind) && !with_its_whole {
                *counts.entry((resource.action, &resource.kind)).or_default() += 1;
            }
        }
        let mut by_action: Vec<(ChangeAction, Vec<String>)> = Vec::new();
        for ((action, kind), count) in counts {
            let words = format!("{} ({count})", visible(kind));
            match by_action.last_mut() {
                Some((same, all)) if *same == action => all.push(words),
                _ => by_action.push((action, vec![words])),
            }
        }
        let one = |(action, all): &(ChangeAction, Vec<String>)| {
            format!("{} {}", action.sign(), all.join(", "))
        };
        by_action.iter().map(one).collect()
    }

    fn access(self) -> Vec<String> {
        let mut rules: Vec<String> = Vec::new();
        let mut inside: BTreeMap<ChangeAction, usize> = BTreeMap::new();
        for (_, resource) in self.changing() {
            rules.extend(scheme_of_api(resource));
            if Category::from_type(&resource.kind) != Category::Security
                || !resource.kind.starts_with("SecurityGroupRule")
            {
                continue;
            }
            match from_outside(resource) {
                Some(words) if rules.contains(&words) => {}
                Some(words) => rules.push(words),
                None => *inside.entry(resource.action).or_default() += 1,
            }
        }
        let others = inside.into_iter().map(|(action, count)| {
            let rules = counted(
                count,
                if rules.is_empty() {
                    "rule"
                } else {
                    "other rule"
                },
            );
            let when = match action {
                ChangeAction::DeleteOnPrune => " on prune",
                _ => "",
            };
            format!("{} {rules}{when}", action.sign())
        });
        let others: Vec<String> = others.collect();
        rules.extend(others);
        rules
    }
}

impl GroupChange<'_> {
    /// Its sign, then what happens; absent where nothing but noise does.
    fn words(&self) -> Option<String> {
        let action = self.scaling.or(self.template)?.action;
        let words = match action {
            ChangeAction::Create => match self.sizes() {
                Some(sizes) => format!(" {sizes}"),
                None => String::new(),
            },
            ChangeAction::Modify if self.words.is_empty() => return None,
            ChangeAction::Modify => format!(" {}", self.words.join(", ")),
            ChangeAction::Delete | ChangeAction::DeleteOnPrune => String::new(),
        };
        Some(format!("{}{words}", action.sign()))
    }

    fn sizes(&self) -> Option<String> {
        let scaling = self.scaling?;
        let (least, most) = (scaling.new_value("MinSize")?, scaling.new_value("MaxSize")?);
        let sizes = if least == most {
            visible(least)
        } else {
            visible(&format!("{least}-{most}"))
        };
        let kind = self.template.and_then(|one| one.new_value("InstanceType"));
        Some(match kind {
            Some(kind) => format!("{sizes} {}", visible(kind)),
            None => sizes,
        })
    }
}

/// Where the API's load balancer stands, of a new one: kops makes only this one itself.
fn scheme_of_api(resource: &Resource) -> Option<String> {
    if resource.kind != "NetworkLoadBalancer" {
        return None;
    }
    let scheme = resource.new_value("Scheme")?;
    let sign = resource.action.sign();
    Some(format!("{sign} API load balancer {}", visible(scheme)))
}

/// A rule that lets somebody in by their address, such as `+ tcp/22 from 172.20.0.0/16`.
fn from_outside(resource: &Resource) -> Option<String> {
    if resource.new_value("Egress") == Some("true") {
        return None;
    }
    let address = resource.new_value("CIDR");
    let address = address.or_else(|| resource.new_value("IPv6CIDR"))?;
    let protocol = resource.new_value("Protocol").unwrap_or("all");
    let ports = match (resource.new_value("FromPort"), resource.new_value("ToPort")) {
        (Some(first), Some(last)) if first == last => format!("/{first}"),
        (Some(first), Some(last)) => format!("/{first}-{last}"),
        _ => String::new(),
    };
    let words = format!("{protocol}{ports} from {address}");
    Some(format!("{} {}", resource.action.sign(), visible(&words)))
}

/// How many names are listed where they have nothing in common.
const NAMED: usize = 3;

/// Names that differ in their last letter alone, as groups of each zone do, are written as `nodes-us-east-1a,b,c`.
fn name_all(names: &[String]) -> String {
    let stem = |name: &str| {
        let last = name.char_indices().next_back()?;
        Some((name.get(..last.0)?.to_owned(), last.1))
    };
    let parts: Option<Vec<_>> = names.iter().map(|name| stem(name)).collect();
    if let Some([(first, _), rest @ ..]) = parts.as_deref()
        && !rest.is_empty()
        && rest.iter().all(|(stem, _)| stem == first)
    {
        let letters: Vec<String> = parts
            .iter()
            .flatten()
            .map(|(_, last)| last.to_string())
            .collect();
        return visible(&format!("{first}{}", letters.join(",")));
    }
    let few: Vec<String> = names.iter().take(NAMED).map(|name| visible(name)).collect();
    match names.len().saturating_sub(NAMED) {
        0 => few.join(", "),
        more => format!("{} and {more} more", few.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::kops::dry_run::parse;

    fn lines(text: &str) -> Vec<(&'static str, String)> {
        let dry_run = parse(text);
        let lines = meaning(&dry_run, &NoisyFields::new(&dry_run)).into_iter();
        lines
            .map(|line| (line.part.words(), line.words()))
            .collect()
    }

    #[test]
    fn a_new_cluster_is_told_by_its_groups_its_network_and_who_may_get_in() {
        let text = include_str!("../../../tests/fixtures/kops/update-create.stdout");
        let expected = [
            (
                "instance groups",
                "+ control-plane-us-east-1a,b,c 1 t3.medium; + nodes-us-east-1a,b,c 1-2 t3.medium",
            ),
            (
                "network",
                "~ NatGateway (3); + NetworkLoadBalancer (1), RouteTable (4), Subnet (6)",
            ),
            (
                "access",
                "+ API load balancer internet-facing; + tcp/443 from 0.0.0.0/0; + tcp/22 from 172.20.0.0/16; + icmp/3-4 from 0.0.0.0/0; + 18 other rules",
            ),
        ];
        assert_eq!(
            lines(text),
            expected.map(|(part, words)| (part, words.to_owned()))
        );
    }

    #[test]
    fn of_a_change_noise_is_not_told() {
        let text = include_str!("../../../tests/fixtures/kops/update-modify.stdout");
        let expected = [
            (
                "instance groups",
                "~ nodes-us-east-1a,b,c MaxSize 2 -> 6, InstanceType t3.medium -> t3.large, RootVolumeSize 128 -> 100",
            ),
            (
                "access",
                "+ tcp/22 from 0.0.0.0/0; - 2 other rules on prune",
            ),
        ];
        assert_eq!(
            lines(text),
            expected.map(|(part, words)| (part, words.to_owned()))
        );
        let text = include_str!("../../../tests/fixtures/kops/update-nochange.stdout");
        assert_eq!(lines(text), []);
    }

    #[test]
    fn many_names_without_a_common_stem_are_counted() {
        let names = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            name_all(&names)
        };
        assert_eq!(
            names(&["nodes-us-east-1a", "nodes-us-east-1b"]),
            "nodes-us-east-1a,b"
        );
        assert_eq!(names(&["spot"]), "spot");
        assert_eq!(names(&["a1", "b2", "c3", "d4"]), "a1, b2, c3 and 1 more");
    }
}
