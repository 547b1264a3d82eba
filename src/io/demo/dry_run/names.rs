//! Names that kops derives from others, cut and hashed as `pkg/truncate` and `awsup.GetResourceName32` do.

const HASH_LENGTH: usize = 6;

/// The name of a load balancer or target group: at most 32 characters, always with a hash.
pub(super) fn name_of_32(prefix: &str, cluster: &str) -> String {
    hashed(&format!("{prefix}-{}", dashed(cluster)), 32)
}

/// A name that gets a hash only when it is longer than `most`.
pub(super) fn shortened(name: &str, most: usize) -> String {
    if name.len() <= most {
        return name.to_owned();
    }
    hashed(name, most)
}

/// Dots become hyphens.
pub(super) fn dashed(name: &str) -> String {
    name.replace('.', "-")
}

fn hashed(name: &str, most: usize) -> String {
    let start: String = name.chars().take(most - HASH_LENGTH - 1).collect();
    format!("{start}-{}", hash(name))
}

// The first six digits of the 32-bit FNV-1a in the base 32 of RFC 4648's "extended hex".
fn hash(name: &str) -> String {
    let mixed = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    let hash = name.bytes().fold(0x811c_9dc5, mixed);
    (0..HASH_LENGTH)
        .filter_map(|at| char::from_digit((hash >> (27 - 5 * at)) & 31, 32))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_as_kops_cuts_them() {
        let recorded = [
            (
                name_of_32("api", "demo.example.com"),
                "api-demo-example-com-e58mr3",
            ),
            (
                name_of_32("tcp", "demo.example.com"),
                "tcp-demo-example-com-un9894",
            ),
            (
                name_of_32("kops-controller", "demo.example.com"),
                "kops-controller-demo-exam-qpaeqc",
            ),
            (shortened("demo.example.com", 40), "demo.example.com"),
        ];
        for (name, expected) in recorded {
            assert_eq!(name, expected);
        }
    }
}
