//! The inventory as it was before a cluster had anything in AWS, so that its answers give the same plan once more.

use super::{Inventory, Owner, Tags, owner_of};

impl Inventory {
    /// Leaves out what kops made for this cluster: its subnets and route tables.
    pub fn forget(&mut self, cluster: &str) {
        let others =
            |tags: &Tags| !matches!(owner_of(tags), Owner::Kops(of) if of.raw() == cluster);
        for vpc in &mut self.vpcs {
            vpc.subnets.retain(|subnet| others(&subnet.tags));
            vpc.route_tables.retain(|table| others(&table.tags));
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::core::inventory::Inventory;

    #[test]
    fn what_kops_made_for_the_cluster_is_left_out_and_nothing_else() {
        let tags = |cluster: &str, word: &str| {
            let mut tags = serde_json::Map::new();
            tags.insert(format!("kubernetes.io/cluster/{cluster}"), word.into());
            serde_json::Value::Object(tags)
        };
        let inventory = |own: bool| -> Inventory {
            let mut subnets = vec![
                serde_json::json!({"id": "subnet-1", "cidr": "10.0.0.0/24", "zone": "z", "freeAddresses": 1,
                    "tags": tags("a.example.com", "shared")}),
                serde_json::json!({"id": "subnet-2", "cidr": "10.0.1.0/24", "zone": "z", "freeAddresses": 1,
                    "tags": tags("b.example.com", "owned")}),
            ];
            let mut tables = vec![serde_json::json!({"id": "rtb-1", "routes": []})];
            if own {
                let tags = tags("a.example.com", "owned");
                subnets.push(
                    serde_json::json!({"id": "subnet-3", "cidr": "10.0.2.0/24", "zone": "z",
                    "freeAddresses": 1, "tags": tags}),
                );
                tables.push(serde_json::json!({"id": "rtb-2", "routes": [], "tags": tags}));
            }
            serde_json::from_value(serde_json::json!({"region": "r", "zones": [], "vpcs": [
                {"id": "vpc-1", "cidrs": ["10.0.0.0/16"], "subnets": subnets, "routeTables": tables},
            ]}))
            .unwrap()
        };
        let mut after = inventory(true);
        after.forget("a.example.com");
        assert_eq!(after, inventory(false));
    }
}
