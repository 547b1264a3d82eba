//! Where a resource belongs, as far as its name tells.

use crate::core::kops::dry_run::Resource;

/// The zone and the instance group a resource belongs to; absent where the name does not tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceLocation {
    pub zone: Option<String>,
    pub instance_group: Option<String>,
}

impl ResourceLocation {
    /// Such as `instance group nodes-us-east-1a`, or `zone us-east-1a`; raw.
    pub fn words(&self) -> String {
        match (&self.instance_group, &self.zone) {
            (Some(group), _) => format!("instance group {group}"),
            (None, Some(zone)) => format!("zone {zone}"),
            (None, None) => "everywhere".to_owned(),
        }
    }
}

/// The place of a resource of this cluster; without the cluster's name fewer instance groups are known.
pub fn place(resource: &Resource, cluster: Option<&str>) -> ResourceLocation {
    ResourceLocation {
        zone: zone_of(resource),
        instance_group: instance_group(resource, cluster).map(str::to_owned),
    }
}

fn zone_of(resource: &Resource) -> Option<String> {
    let field = resource.new_value("AvailabilityZone").and_then(zone);
    field
        .or_else(|| zone(resource.name.raw()))
        .map(str::to_owned)
}

const COMPASS: [&str; 9] = [
    "north",
    "south",
    "east",
    "west",
    "central",
    "northeast",
    "northwest",
    "southeast",
    "southwest",
];

/// The first availability zone named in a text, such as `us-east-1a` or `us-gov-west-1b`.
pub fn zone(text: &str) -> Option<&str> {
    let part = |character: char| !(character.is_ascii_alphanumeric() || character == '-');
    text.split(part).find_map(zone_in)
}

fn zone_in(token: &str) -> Option<&str> {
    let parts: Vec<(usize, &str)> = parts_of(token).collect();
    parts.windows(2).enumerate().find_map(|(index, pair)| {
        let [(_, compass), (last, letter)] = pair else {
            return None;
        };
        if !COMPASS.contains(compass) || !is_zone_letter(letter) {
            return None;
        }
        let start = region_start(&parts, index)?;
        token.get(start..last + letter.len())
    })
}

// `us` before the compass word, or `us-gov`, `us-iso`, `us-isob` and the like.
fn region_start(parts: &[(usize, &str)], compass: usize) -> Option<usize> {
    let (at, word) = parts.get(compass.checked_sub(1)?)?;
    if word.len() == 2 {
        return Some(*at);
    }
    if !word.starts_with("gov") && !word.starts_with("iso") {
        return None;
    }
    let (at, word) = parts.get(compass.checked_sub(2)?)?;
    (word.len() == 2).then_some(*at)
}

fn is_zone_letter(part: &str) -> bool {
    let bytes = part.as_bytes();
    matches!(bytes, [digit, letter] if digit.is_ascii_digit() && letter.is_ascii_lowercase())
}

fn parts_of(token: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    token.split('-').map(move |part| {
        let start = at;
        at += part.len() + 1;
        (start, part)
    })
}

/// The instance group that a resource is made for, from kops's naming (`pkg/model/names.go`).
pub fn instance_group<'a>(resource: &'a Resource, cluster: Option<&str>) -> Option<&'a str> {
    let name = resource.name.raw();
    match resource.kind.as_str() {
        "AutoscalingGroup" | "LaunchTemplate" | "WarmPool" => before_cluster(name, cluster),
        "AutoscalingLifecycleHook" => name.strip_suffix("-NTHLifecycleHook"),
        "ManagedFile" => group_of_file(name),
        "autoscaling-elb-attachment" => before_cluster(name.split_once(':')?.0, cluster),
        _ => None,
    }
}

const FILES: [&str; 3] = [
    "nodeupconfig-",
    "manifests-etcdmanager-main-",
    "manifests-etcdmanager-events-",
];

fn group_of_file(name: &str) -> Option<&str> {
    FILES.iter().find_map(|start| name.strip_prefix(start))
}

const MASTERS: &str = ".masters.";

// A group's name has no dot in any cluster that kops makes by itself; with the cluster's name even that is no matter.
fn before_cluster<'a>(name: &'a str, cluster: Option<&str>) -> Option<&'a str> {
    if name.contains(MASTERS) {
        return name.split_once(MASTERS).map(|(group, _)| group);
    }
    match cluster {
        Some(cluster) => name.strip_suffix(cluster)?.strip_suffix('.'),
        None => name.split_once('.').map(|(group, _)| group),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::kops::dry_run::ChangeAction;

    fn resource(kind: &str, name: &str) -> Resource {
        Resource {
            action: ChangeAction::Create,
            kind: kind.to_owned(),
            name: name.into(),
            fields: Vec::new(),
            line: 1,
        }
    }

    #[test]
    fn zones_are_found_in_names() {
        assert_eq!(
            zone("utility-us-east-1a.prod.example.com"),
            Some("us-east-1a")
        );
        assert_eq!(
            zone("private-us-gov-west-1b-0.0.0.0/0"),
            Some("us-gov-west-1b")
        );
        assert_eq!(
            zone("control-plane-ap-southeast-2c.masters.x"),
            Some("ap-southeast-2c")
        );
        assert_eq!(zone("far-east-1a east-1a us-east-1"), None);
        assert_eq!(zone(""), None);
    }

    #[test]
    fn instance_groups_are_found_in_names() {
        let group_in = |kind, name| {
            let resource = resource(kind, name);
            instance_group(&resource, Some("prod.example.com")).map(str::to_owned)
        };
        let group = |name: &str| Some(name.to_owned());
        assert_eq!(
            group_in("WarmPool", "nodes-a.prod.example.com"),
            group("nodes-a")
        );
        assert_eq!(
            group_in("LaunchTemplate", "cp-a.masters.prod.example.com"),
            group("cp-a")
        );
        assert_eq!(
            group_in("ManagedFile", "nodeupconfig-nodes-a"),
            group("nodes-a")
        );
        assert_eq!(
            group_in("AutoscalingLifecycleHook", "n-NTHLifecycleHook"),
            group("n")
        );
        assert_eq!(group_in("Subnet", "us-east-1a.prod.example.com"), None);
        assert_eq!(group_in("WarmPool", "nodes.other.example.com"), None);
    }
}
