//! The region of a cluster: that of its subnets' zones, as kops takes it, whatever the environment sets.

use crate::core::text::yaml::readable_documents;

/// The region in which a zone is; `us-west-2` for `us-west-2b`, the local zone `us-west-2-lax-1a` and the Wavelength zone
/// `us-west-2-wl1-las-wlz-1`. Absent for what is no zone's name.
pub fn from_zone(zone: &str) -> Option<String> {
    let mut words: Vec<&str> = Vec::new();
    for word in zone.split('-') {
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            words.push(word.get(..digits)?);
            return (words.len() > 2).then(|| words.join("-"));
        }
        let letters = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
        letters.then(|| words.push(word))?;
    }
    None
}

/// The region of the zones that a spec's subnets name (`FindRegion` in kops's `awsup/aws_utils.go`). Absent when there is
/// none, or more than one, which kops refuses by itself.
pub fn from_spec(spec: &str) -> Option<String> {
    let subnets = readable_documents(spec).find_map(|value| {
        let spec = value.get("spec")?;
        // v1alpha2, and v1alpha3.
        let subnets = spec
            .get("subnets")
            .or_else(|| spec.get("networking")?.get("subnets"));
        subnets?.as_sequence().cloned()
    })?;
    let zones = subnets
        .iter()
        .filter_map(|subnet| subnet.get("zone")?.as_str());
    let mut regions: Vec<Option<String>> = zones.map(from_zone).collect();
    regions.dedup();
    match regions.as_slice() {
        [one] => one.clone(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_of_any_kind_is_in_a_region() {
        for (zone, region) in [
            ("us-east-1a", Some("us-east-1")),
            ("us-gov-west-1b", Some("us-gov-west-1")),
            ("ap-southeast-10c", Some("ap-southeast-10")),
            ("us-west-2-lax-1a", Some("us-west-2")),
            ("us-west-2-wl1-las-wlz-1", Some("us-west-2")),
            ("use1-az1", None),
            ("us-east", None),
            ("", None),
            ("1a", None),
            ("US-EAST-1A", None),
        ] {
            assert_eq!(from_zone(zone).as_deref(), region, "{zone}");
        }
    }

    #[test]
    fn a_spec_is_in_the_region_of_its_zones() {
        let spec = |zones: &[&str], path: &str| {
            let zones: Vec<String> = zones
                .iter()
                .map(|zone| format!("{{zone: {zone}}}"))
                .collect();
            format!(
                "kind: InstanceGroup\nspec: {{role: Node}}\n---\nkind: Cluster\nspec: {{{}}}\n",
                path.replace("ZONES", &format!("[{}]", zones.join(", ")))
            )
        };
        let (two, three) = ("subnets: ZONES", "networking: {subnets: ZONES}");
        for path in [two, three] {
            let found = from_spec(&spec(&["eu-west-1a", "eu-west-1b"], path));
            assert_eq!(found.as_deref(), Some("eu-west-1"));
        }
        assert_eq!(from_spec(&spec(&["eu-west-1a", "eu-west-2b"], two)), None);
        assert_eq!(from_spec(&spec(&[], two)), None);
        assert_eq!(from_spec("kind: ["), None);
    }
}
