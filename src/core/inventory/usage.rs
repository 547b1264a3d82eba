//! vCPUs that run already, as the quotas of EC2 count them.

use serde::{Deserialize, Serialize};

use crate::core::text::untrusted::Untrusted;

/// The families whose vCPUs count together (Amazon EC2 user guide, "Amazon EC2 On-Demand instance quotas").
const STANDARD: [&str; 11] = ["a", "c", "d", "h", "i", "im", "is", "m", "r", "t", "z"];

/// vCPUs of the standard families that one kops cluster runs, or everything that belongs to none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VcpusInUse {
    #[serde(default)]
    pub cluster: Option<Untrusted>,
    pub on_demand: u32,
    pub spot: u32,
}

/// Whether an instance type's vCPUs count for the quotas L-1216C47A and L-34B43A08.
pub fn is_standard(machine_type: &str) -> bool {
    let letters = machine_type
        .find(|letter: char| !letter.is_ascii_alphabetic())
        .unwrap_or(machine_type.len());
    machine_type
        .get(..letters)
        .is_some_and(|family| STANDARD.contains(&family))
}
