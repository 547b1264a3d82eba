//! The SSH public keys of a cluster, as `kops get sshpublickeys -o yaml` lists them.

use serde::Deserialize;
use ssh_key::{HashAlg, PublicKey};

use crate::core::fault::Fault;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    public_key: String,
}

/// The SHA-256 fingerprint of each key, as `ssh-keygen -l` prints it; none for a cluster without a key. A Fault for a text
/// that is no list of keys.
pub fn fingerprints(listed: &str) -> Result<Vec<String>, Fault> {
    let keys: Option<Vec<Listed>> =
        serde_yaml::from_str(listed).map_err(|error| not_keys(&error.to_string(), listed))?;
    let fingerprint = |key: Listed| {
        PublicKey::from_openssh(key.public_key.trim())
            .map(|key| key.fingerprint(HashAlg::Sha256).to_string())
            .map_err(|error| not_keys(&error.to_string(), listed))
    };
    keys.unwrap_or_default()
        .into_iter()
        .map(fingerprint)
        .collect()
}

fn not_keys(why: &str, message: &str) -> Fault {
    Fault::new(
        "the cluster's SSH public keys cannot be read",
        why.to_owned(),
        "look with `kops get sshpublickeys --name=CLUSTER`, then start again: nothing was changed in AWS",
    )
    .with_detail(message)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    macro_rules! recorded {
        ($name:literal) => {
            include_str!(concat!("../../../tests/fixtures/kops/", $name))
        };
    }

    #[test]
    fn listed_keys_have_their_fingerprints() {
        let one = fingerprints(recorded!("sshkeys.stdout")).unwrap();
        let two = fingerprints(recorded!("sshkeys-two.stdout")).unwrap();
        assert_eq!((one.len(), two.len()), (1, 2));
        assert!(
            one[0].starts_with("SHA256:") && one[0].len() == 50,
            "{one:?}"
        );
        assert_eq!(fingerprints("[]\n").unwrap(), Vec::<String>::new());
        assert_eq!(fingerprints("null\n").unwrap(), Vec::<String>::new());
        assert_eq!(fingerprints("").unwrap(), Vec::<String>::new());
    }

    #[test]
    fn what_is_no_list_of_keys_is_a_fault() {
        for text in ["hello", "- id: x\n", "- {id: x, publicKey: ssh-rsa !}\n"] {
            let fault = fingerprints(text).unwrap_err();
            assert_eq!(fault.what, "the cluster's SSH public keys cannot be read");
        }
    }
}
